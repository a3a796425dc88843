"""What is at one address: a recording, a page that names one, or a page that yt-dlp can make something of."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from episcribe.library.combining import combined
from episcribe.library.episode import Episode
from episcribe.library.errors import EpiscribeError, FailureKind
from episcribe.net.errors import TooLarge
from episcribe.net.media import sniff_media
from episcribe.net.redaction import shown_url
from episcribe.sources.urls.media import is_called_recording, read_media

if TYPE_CHECKING:
    from episcribe.net.client import Client, Response
    from episcribe.sources.website.pages import Page

_LARGEST_PAGE = 5_000_000
_ACCEPT = "text/html, application/xhtml+xml, audio/*, video/*, */*;q=0.5"


class NotAnEpisode(EpiscribeError):  # noqa: N818 - named for what it is
    """What came is neither a page nor a recording; `is_text` when it is plain text, which may be a list."""

    def __init__(self, message: str, *, is_text: bool = False) -> None:
        super().__init__(message)
        self.is_text = is_text


class Resolved(NamedTuple):
    """The episodes at an address; `is_final` unless more may be had another time."""

    items: list[Episode]
    is_final: bool = True


def resolve(address: str, client: "Client") -> Resolved:
    """The episodes at `address`. Honours robots.txt for what is not called as a recording is.

    Raises EpiscribeError when there is none, or it cannot be had.
    """
    if is_called_recording(address):
        return Resolved([read_media(address, client)])
    try:
        answer = client.fetch(address, max_bytes=_LARGEST_PAGE, accept=_ACCEPT, robots=True)
    except TooLarge:
        return Resolved([read_media(address, client)])
    if sniff_media(answer.body) is not None:
        return Resolved([read_media(address, client)])
    if answer.body.lstrip()[:7] == b"#EXTM3U" and b"#EXT-X-" in answer.body:
        extracted, _ = _extracted(address, client, is_needed=True)
        if extracted:
            return Resolved(extracted)
    return _episodes_of_page(_page(answer, address), address, client)


def _page(answer: "Response", address: str) -> "Page":
    from episcribe.sources.website.model import Fetched
    from episcribe.sources.website.pages import Unusable, open_page

    kind = (answer.content_type or "").partition(";")[0].strip().lower()
    try:
        page = open_page(Fetched(answer.body, answer.url, answer.content_type))
    except Unusable as found:
        raise NotAnEpisode(f"{shown_url(address)}: no page and no recording, but {found}") from found
    if isinstance(page, str):
        what = f"no page and no recording (it is {kind or 'of no known type'})"
        raise NotAnEpisode(f"{shown_url(address)}: {what}", is_text=kind in ("text/plain", ""))
    return page


def _episodes_of_page(page: "Page", address: str, client: "Client") -> Resolved:
    from episcribe.sources.urls.extraction import knows_the_site
    from episcribe.sources.urls.pages import read_page

    told = read_page(page)
    is_enough = bool(told.enclosures or told.keys)
    if is_enough and not knows_the_site(page.url):
        return Resolved([told])
    extracted, is_final = _extracted(page.url, client, is_needed=not is_enough)
    if len(extracted) == 1 and extracted[0].title:
        # A recording that yt-dlp found is the page's own; those in the page may be advertisements.
        found = extracted[0]
        if told.title and re.fullmatch(rf"{re.escape(told.title)} \(\d+\)", found.title):
            found = replace(found, title=told.title)  # yt-dlp numbers the recordings of a page
        return Resolved([combined([found, replace(told, enclosures=())])])
    if extracted:
        return Resolved(extracted)
    if not told.title.strip():
        raise NotAnEpisode(f"{shown_url(address)}: a page without a recording and without a title")
    return Resolved([told], is_final)


def _extracted(address: str, client: "Client", *, is_needed: bool) -> Resolved:
    """What yt-dlp makes of a page; nothing where it knows nothing.

    Raises EpiscribeError when it was blocked, and there is nothing without it.
    """
    from episcribe.sources.urls.extraction import episodes_of
    from episcribe.sources.ytdlp import YtdlpProblem, extract

    try:
        return Resolved(episodes_of(extract(address, client=client), address))
    except YtdlpProblem as problem:
        if is_needed and problem.kind is FailureKind.BLOCKED:
            raise
        return Resolved([], is_final=problem.kind is not FailureKind.TRANSIENT)
