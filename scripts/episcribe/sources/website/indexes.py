"""The link on a list of transcripts that names the episode."""

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from episcribe.library.episode import Episode
from episcribe.library.naming import slugify
from episcribe.sources.links import clean_link
from episcribe.sources.website.addresses import is_home, plain_address, same_page
from episcribe.sources.website.pages import Page
from episcribe.sources.website.wording import NAMES_TRANSCRIPT

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_WORD = re.compile(r"[^\W_]+")
_ROW = frozenset("li tr article dd p div section".split())
_LONGEST_ROW = 400
_MOST_LINKS = 20_000
_PREFIX = re.compile(
    r"^(?:s\d+\s*)?(?:episode|ep|folge|episodio|épisode|episódio|no|nr|#|第)?\.?\s*#?\d{1,4}\s*[:.|–—-]+\s*",
    re.I,
)


@dataclass(frozen=True, slots=True)
class _Entry:
    url: str
    text: str
    names_transcript: bool


def link_of_episode(page: Page, episode: Episode) -> tuple[str | None, str]:
    """The address of the one link that names the episode, and how; None and why not, when none or several do.

    By title (all of its words, in the link, in its row or in its address), else by number (`#42`,
    `Episode 42`, `ep42`, a part of the address). Of several that match, the one that says transcript.
    """
    entries = _entries(page)
    for how, matching in (
        ("its title", _by_title(entries, episode)),
        ("its number", _by_number(entries, episode)),
    ):
        urls = list(dict.fromkeys(entry.url for entry in matching))
        if len(urls) > 1:
            saying = list(dict.fromkeys(entry.url for entry in matching if entry.names_transcript))
            urls = saying if len(saying) == 1 else urls
        if len(urls) == 1:
            return urls[0], f"which the list {page.url} names by {how}"
        if urls:
            return None, f"{page.url}: {len(urls)} links name the episode by {how}"
    return None, f"{page.url}: no link names the episode"


def _entries(page: Page) -> list[_Entry]:
    found = []
    for node in page.body.css("a[href]")[:_MOST_LINKS]:
        href = node.attributes.get("href") or ""
        url = None if href.startswith("#") else clean_link(href, page.url)
        if (
            url is None
            or not url.startswith(("http://", "https://"))
            or same_page(url, page.url)
            or is_home(url)
        ):
            continue
        own = " ".join(filter(None, (node.text(), node.attributes.get("title"))))[:_LONGEST_ROW]
        text = " ".join(own.split())
        says = NAMES_TRANSCRIPT.search(text) or NAMES_TRANSCRIPT.search(unquote(urlsplit(url).path))
        found.append(_Entry(plain_address(url).partition("#")[0], f"{text} | {_row(node)}", says is not None))
    return found


def _row(node: "LexborNode") -> str:
    """The text of the smallest row (list item, table row, card) around a link that leads to one place."""
    above = node.parent
    for _ in range(4):
        if above is None or above.tag in {"body", "ul", "ol", "table", "tbody", "main", "nav"}:
            return ""
        if above.tag in _ROW:
            text = " ".join((above.text(separator=" ") or "").split())
            if len(text) > _LONGEST_ROW:
                return ""
            if len(text) > len((node.text() or "").strip()) + 3:
                return text
        above = above.parent
    return ""


def _by_title(entries: list[_Entry], episode: Episode) -> list[_Entry]:
    wanted = _words(_PREFIX.sub("", episode.title)) or _words(episode.title)
    if not wanted or (len(wanted) == 1 and len(wanted[0]) < 5):
        return []
    phrase = f" {' '.join(wanted)} "
    slug = slugify(_PREFIX.sub("", episode.title), 120)
    exact = [entry for entry in entries if _holds(entry.text, phrase)]
    if exact or slug.count("-") < 2:
        return exact
    return [entry for entry in entries if slug in unquote(urlsplit(entry.url).path).lower().split("/")]


def _holds(text: str, phrase: str) -> bool:
    """True when one of the two texts of an entry holds `phrase`, and for a short one hardly more."""
    for part in text.split(" | "):
        words = _words(part)
        if phrase in f" {' '.join(words)} " and (
            phrase.count(" ") > 3 or len(words) <= phrase.count(" ") + 3
        ):
            return True
    return False


def _by_number(entries: list[_Entry], episode: Episode) -> list[_Entry]:
    if episode.number is None or episode.number != int(episode.number):
        return []
    number = int(episode.number)
    said = re.compile(
        rf"(?:\b(?:episode|ep|folge|no|nr|épisode|episodio|episódio|odcinek|avsnitt|aflevering|show)\b\.?\s*#?|#|第)\s*0*{number}(?!\d|\.\d)"
        rf"|^\s*0*{number}(?:\s*[:.|–—-]\s|\s*\|)",
        re.IGNORECASE,
    )
    in_path = re.compile(
        rf"(?:^|/)(?:(?:episode|ep|folge|e|show|no|nr)[-_]?)?0*{number}(?:-[^/]*)?(?:\.html?)?(?:/transcript)?/?\Z",
        re.I,
    )
    return [
        entry
        for entry in entries
        if said.search(entry.text) or in_path.search(unquote(urlsplit(entry.url).path))
    ]


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold().replace("’", "").replace("'", ""))
