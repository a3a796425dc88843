"""archive.org as a source: items, collections and searches, by the library `internetarchive`."""

from episcribe.sources.archive.reading import read_archive

__all__ = ["read_archive"]
