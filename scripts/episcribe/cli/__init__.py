"""The `episcribe` command."""
