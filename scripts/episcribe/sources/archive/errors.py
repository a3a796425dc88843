"""What archive.org can have against an item."""

from episcribe.library.errors import EpiscribeError


class NoSuchItem(EpiscribeError):  # noqa: N818 - named for what it is
    """archive.org has nothing under an identifier, or never had."""
