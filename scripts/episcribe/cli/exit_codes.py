"""What the exit codes of the commands mean."""

OK = 0
PROBLEMS = 1
"""Problems were found, nothing was found, or something failed."""
USAGE = 2
"""The command was called wrongly."""
NO_LIBRARY = 3
"""There is no library, its configuration cannot be used, or it cannot be read."""
