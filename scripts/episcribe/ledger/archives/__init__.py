"""One file that holds a library's sources of truth, or all of it: written, checked, and read back."""
