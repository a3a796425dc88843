"""Links to transcripts on a page: files in the formats of captions, and pages that are called transcript."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

from episcribe.library.episode import Episode
from episcribe.sources.links import clean_link
from episcribe.sources.website.addresses import is_home, plain_address, same_page
from episcribe.sources.website.pages import Page
from episcribe.sources.website.wording import NAMES_TRANSCRIPT

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_FILE = re.compile(r"\.(vtt|srt|sbv|ttml|dfxp|json|json3|txt|md|html?)\Z", re.IGNORECASE)
_CAPTION_FILE = re.compile(r"\.(?:vtt|srt|sbv|ttml|dfxp)\Z", re.IGNORECASE)
_NOT_READ = re.compile(r"\.(pdf|docx?|odt|rtf|epub|zip|mp3|m4a|mp4|wav|ogg|jpe?g|png)\Z", re.IGNORECASE)
_CAPTION_TYPES = frozenset(
    "text/vtt text/srt application/srt application/x-subrip application/ttml+xml".split()
)
_FORMAT_QUERY = re.compile(r"(?:^|&)format=(?:subrip|srt|webvtt|vtt)(?:&|$)", re.IGNORECASE)
_IN_SCRIPT = re.compile(
    r"""["'](https?:(?:\\?/){2}[^"'\s<>]{4,600}?(?:\.(?:vtt|srt)(?:\?[^"'\s<>]{0,300})?|/transcript\?format=[^"'\s<>]{1,200}))["']"""
    r"""|["']?transcripts?(?:_?[uU]rl|_?[sS]rc|_?[fF]ile)?["']?\s*[:=]\s*["']((?:https?:)?\\?/[^"'\s<>]{2,600})["']""",
)
_NOT_TRANSCRIPT = re.compile(
    r"\b(?:request|policy|disclaimer|terms|guidelines?|services?|software|how to|correct|"
    r"report|feedback|chapters?|thumbnails?)\b",
    re.IGNORECASE,
)
_INDEX = re.compile(
    r"/(?:category|tag|tags|topics?|transcripts|transkripte|archive|search)/?\Z", re.IGNORECASE
)
_OUTSIDE = frozenset("nav header footer aside".split())
_BESIDE = re.compile(
    r"(?:^|[\s_-])(?:sidebar|related|recent|recommend\w*|menu|navbar|footer|more-episodes|prev|previous|next)(?:$|[\s_-])",
    re.I,
)
_NUMBER = re.compile(r"(?<!\d)0*(\d{1,5})(?!\d)")
_ADDRESS = re.compile(r"https?://[^\s<>\"'()\[\]]{4,500}", re.IGNORECASE)
_VARIANT = re.compile(
    r"(?:[._-](?:[a-z]{2}(?:-[a-z]{2,4})?|transcripts?|captions?|subtitles?))+\Z", re.IGNORECASE
)
_MOST = 400


@dataclass(frozen=True, slots=True)
class Link:
    """A link to what may be a transcript; `is_file` when it promises a format that is read as it is."""

    url: str
    type: str | None
    is_file: bool
    why: str


def transcript_links(
    page: Page, pattern: re.Pattern[str] | None, episode: Episode
) -> tuple[list[Link], list[str]]:
    """The links to the transcript of the page's episode, best first, and why others are left aside.

    `pattern` is the user's. Where links lead to several transcripts, those that name the episode (by its
    number, or by being below the page's address) are kept, and none when that does not tell them apart.
    """
    refused: list[str] = []
    found: list[Link] = []
    for link in _all_links(page, pattern):
        path = urlsplit(link.url).path
        if match := _NOT_READ.search(path):
            refused.append(f"{link.url} is a {match[1].upper()} file, which is not read")
        elif same_page(link.url, page.url) or is_home(link.url):
            continue
        else:
            found.append(link)
    distinct = list({link.url: link for link in reversed(found)}.values())[::-1]
    kept = _of_this_episode(distinct, page, episode)
    if len(kept) < len(distinct):
        refused.append(
            f"{len(distinct) - len(kept)} links to transcripts of other episodes, or of which is not clear"
        )
    return sorted(kept, key=_order), refused


def links_in_notes(episode: Episode) -> list[Link]:
    """The links to the episode's transcript that its show notes hold, as HTML or as addresses in the text."""
    notes = (episode.description or "")[:200_000]
    if not NAMES_TRANSCRIPT.search(notes):
        return []
    found: list[Link] = []
    for line in re.split(r"(?i)<br\s*/?>|</p>|</li>|\n", notes):
        if not NAMES_TRANSCRIPT.search(line):
            continue
        addresses = [unescape(address).rstrip(".,;") for address in _ADDRESS.findall(line)]
        anchors = re.findall(
            r"(?is)<a\b[^>]{0,500}?href\s*=\s*[\"']([^\"'<>]{8,600})[\"'][^>]{0,500}>(.{0,300}?)</a>", line
        )
        named = [
            unescape(href)
            for href, text in anchors
            if NAMES_TRANSCRIPT.search(text) or NAMES_TRANSCRIPT.search(href)
        ]
        chosen = named or (addresses if len(set(addresses)) == 1 else [])
        found.extend(
            _link(url, None, "which the show notes name as the transcript")
            for url in chosen
            if not is_home(url)
        )
    distinct = list(dict.fromkeys(link for link in found if not _NOT_READ.search(urlsplit(link.url).path)))
    return distinct if len({_stem(link.url) for link in distinct}) == 1 else []


def _all_links(page: Page, pattern: re.Pattern[str] | None) -> Iterator[Link]:
    base_node = page.tree.css_first("base[href]")
    base = urljoin(page.url, base_node.attributes.get("href") or "") if base_node is not None else page.url
    if pattern is not None:
        for node in page.tree.css("a[href], link[href], source[src], track[src]"):
            url = clean_link(node.attributes.get("href") or node.attributes.get("src"), base)
            if url and pattern.search(url[:2000]):
                yield _link(url, node.attributes.get("type"), "whose address is like the configured links")
    yield from _declared(page, base)
    for node in page.body.css("a[href]")[: _MOST * 10]:
        link = _anchor(node, base)
        if link is not None:
            yield link
    yield from _in_scripts(page, base)


def _declared(page: Page, base: str) -> Iterator[Link]:
    """`<link>`, `<track>` and `data-transcript-…` (HTML; rel as in the podcast namespace)."""
    for node in page.tree.css("link[href]")[:_MOST]:
        kind = (node.attributes.get("type") or "").lower()
        rel = (node.attributes.get("rel") or "").lower().split()
        url = clean_link(node.attributes.get("href"), base)
        if url and (kind in _CAPTION_TYPES or "transcript" in rel):
            yield _link(
                url, kind or None, "which the page declares as its transcript", is_file=kind in _CAPTION_TYPES
            )
    for node in page.body.css("track[src]")[:20]:
        url = clean_link(node.attributes.get("src"), base)
        if url and (node.attributes.get("kind") or "subtitles").lower() in {
            "subtitles",
            "captions",
            "transcript",
        }:
            yield _link(url, None, "the captions of the page's player", is_file=True)
    for name in ("data-transcript", "data-transcript-url", "data-transcript-src"):
        for node in page.body.css(f"[{name}]")[:20]:
            value = node.attributes.get(name) or ""
            url = clean_link(value, base) if value.startswith(("http", "/")) else None
            if url:
                yield _link(url, None, "which the page's player names as the transcript")


def _anchor(node: "LexborNode", base: str) -> Link | None:
    attributes = node.attributes
    href = attributes.get("href") or ""
    if href.startswith("#") or len(href) > 2000:
        return None
    said = " ".join(filter(None, (node.text(), attributes.get("title"), attributes.get("aria-label"))))[:300]
    path = unquote(urlsplit(href).path if "[" not in href else href)
    names_it = NAMES_TRANSCRIPT.search(said) or NAMES_TRANSCRIPT.search(path)
    is_captions = _CAPTION_FILE.search(path) is not None
    if not (names_it or is_captions) or (len(said) > 120 and not is_captions) or _NOT_TRANSCRIPT.search(said):
        return None
    url = clean_link(href, base)
    if url is None or not url.lower().startswith(("http://", "https://")):
        return None
    if not is_captions and (_INDEX.search(path) or _is_outside(node)):
        return None
    return _link(url, attributes.get("type"), "which the page links to as its transcript")


def _in_scripts(page: Page, base: str) -> Iterator[Link]:
    """The one transcript that the settings of a player name (Podlove's `transcripts`, Omny's addresses)."""
    found: dict[str, str] = {}
    for script in page.tree.css("script:not([src])")[:100]:
        for match in _IN_SCRIPT.finditer((script.text() or "")[:1_000_000]):
            url = clean_link((match[1] or match[2]).replace("\\/", "/").replace("\\u0026", "&"), base)
            if url:
                found.setdefault(urlsplit(url)._replace(query="").geturl(), url)
    if len({_stem(url) for url in found}) == 1:
        yield from (
            _link(url, None, "which the page's player names as the transcript") for url in found.values()
        )


def _link(url: str, kind: str | None, why: str, *, is_file: bool | None = None) -> Link:
    parts = urlsplit(plain_address(url))
    if is_file is None:
        match = _FILE.search(parts.path)
        is_file = bool(match and match[1].lower() not in {"htm", "html"}) or bool(
            _FORMAT_QUERY.search(parts.query)
        )
    return Link(plain_address(url), kind, is_file, why)


def _is_outside(node: "LexborNode") -> bool:
    above = node.parent
    while above is not None:
        marks = f"{above.attributes.get('class') or ''} {above.attributes.get('id') or ''}"
        if above.tag in _OUTSIDE and not (
            above.tag == "header" and above.parent is not None and above.parent.tag == "article"
        ):
            return True
        if above.tag not in {"body", "html"} and _BESIDE.search(marks):
            return True
        above = above.parent
    return False


def _of_this_episode(links: list[Link], page: Page, episode: Episode) -> list[Link]:
    number = (
        int(episode.number) if episode.number is not None and episode.number == int(episode.number) else None
    )
    page_numbers = _numbers(urlsplit(page.url).path)
    own = number if number is not None and number in page_numbers else None
    if own is not None:
        # The page's address names the episode by its number: a link that names another number is another's.
        links = [link for link in links if own in (there := _last_numbers(link.url)) or not there]
    if len({_stem(link.url) for link in links}) <= 1:
        return links
    path = urlsplit(page.url).path.rstrip("/")
    slug = path.rpartition("/")[2]
    below = [link for link in links if path and urlsplit(link.url).path.startswith(f"{path}/")]
    named = below or [link for link in links if slug and len(slug) > 3 and slug in unquote(link.url)]
    if not named and number is not None:
        named = [link for link in links if number in _numbers(urlsplit(link.url).path)]
    files = named or [
        link for link in links if "player" in link.why or "declares" in link.why or "configured" in link.why
    ]
    return files if len({_stem(link.url) for link in files}) == 1 or named else []


def _numbers(path: str) -> set[int]:
    return {int(number) for number in _NUMBER.findall(path)}


def _last_numbers(url: str) -> set[int]:
    """Numbers of up to four digits in the last named part of a path: an episode's number stands there."""
    names = [name for name in urlsplit(url).path.split("/") if name and not NAMES_TRANSCRIPT.fullmatch(name)]
    return (
        {int(number) for number in re.findall(r"(?<![\da-zA-Z])0*(\d{1,4})(?![\da-zA-Z])", names[-1])}
        if names
        else set()
    )


def _stem(url: str) -> str:
    parts = urlsplit(url)
    path = parts.path.rstrip("/").lower()
    path = re.sub(r"/(?:transcripts?|captions?)\Z", "", _FILE.sub("", path))
    return f"{parts.netloc}{_VARIANT.sub('', path)}"


def _order(link: Link) -> tuple[int, int]:
    path = urlsplit(link.url).path.lower()
    kinds = (".vtt", ".srt", ".json", ".sbv", ".ttml", ".dfxp", ".txt", ".md")
    rank = next((index for index, kind in enumerate(kinds) if path.endswith(kind)), len(kinds))
    return (0 if link.is_file else 1), rank


def languages_first(links: Iterable[Link], language: str | None) -> list[Link]:
    """`links` with those first whose names carry the spoken language, or none; the order else stays."""
    spoken = (language or "").partition("-")[0].lower()

    def is_other(link: Link) -> bool:
        match = re.search(r"[._/-]([a-z]{2})(?:-[A-Za-z]{2,4})?(?:\.\w{2,4})?\Z", urlsplit(link.url).path)
        return bool(spoken and match and link.is_file and match[1] != spoken)

    return sorted(links, key=is_other)
