"""Whether a library's files are whole and agree with one another, and what mends them where they do not."""
