"""What goes in and out of the search for transcripts on web pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer from the web: its bytes, its address after redirects, its Content-Type header."""

    body: bytes
    url: str
    content_type: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """What may be the episode's transcript: bytes that `read_transcript` understands.

    `url` is where it stands: a part that was cut out of a page has the page's address with `#transcript`.
    `type` is a MIME type, `name` a file name or address that tells the format, `why` a phrase for a person.
    """

    data: bytes
    url: str
    type: str | None
    name: str
    why: str


class Settings(Protocol):
    """The part of the configuration that the search goes by (`website:` of a show)."""

    @property
    def pages(self) -> Sequence[str]:
        """Addresses of transcript pages with the episode's data to be filled in."""

    @property
    def index(self) -> Sequence[str]:
        """Addresses of pages that list the show's transcripts."""

    @property
    def links(self) -> str | None:
        """A regular expression that the address of a transcript's link matches."""

    @property
    def content(self) -> str | None:
        """A CSS selector of the part of a page that is the transcript."""
