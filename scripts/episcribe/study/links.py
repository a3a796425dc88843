"""Links: to a moment of a recording, and those that the show notes hold."""

import html
import re
from dataclasses import dataclass
from math import isfinite
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from episcribe.library.episode import Episode

_MOST_TEXT = 400_000
_MOST_LINKS = 200
_LONGEST_URL = 2000
_LONGEST_TITLE = 200

_TRACKING = re.compile(
    r"(?:utm_\w+|fbclid|gclid|dclid|msclkid|mc_cid|mc_eid|igshid|_hsenc|_hsmi|mkt_tok|yclid|ref_src|trk|spm"
    r"|cmpid|ocid|s_cid|vero_id|oly_\w+|wickedid|twclid|ttclid|epik|_ga|_gl|si)",
    re.IGNORECASE,
)
_VIDEO = re.compile(r"[A-Za-z0-9_-]{11}")
_ANCHOR = re.compile(r"<a\b([^<>]{1,4000})>", re.IGNORECASE)
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_MARKDOWN = re.compile(
    r"\[([^\[\]\n]{1,300})\]\(<?(https?://[^\s()<>]{3,2000}(?:\([^\s()<>]{0,200}\)[^\s()<>]{0,500})?)>?\)"
)
_BARE = re.compile(r"https?://[^\s<>\"'\[\]{}|\\^`]{3,2000}")
_BREAKING = re.compile(
    r"</?(?:p|div|li|ul|ol|br|h[1-6]|tr|td|table|section|article|blockquote|pre|dt|dd)\b[^<>]{0,2000}>",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"<(script|style|template|noscript)\b", re.IGNORECASE)
_TAG = re.compile(r"<[!/a-zA-Z?][^<>]{0,4000}>")
_SPACES = re.compile(r"[^\S\n]+")
_BLANK = re.compile(r"\n\s*\n+")
_OPENING = re.compile(r"^[\s\-–—:|•*·►▶👉]+|[\s\-–—:|•*·]+$")
_CALLED = re.compile(r"(?:here|link|this|click here|website|site|https?)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the show notes: its words and where it leads."""

    title: str
    url: str


def clock(seconds: float) -> str:
    """Seconds as a person writes them: `4:05`, `1:02:03`."""
    whole = max(0, int(seconds)) if isfinite(seconds) else 0
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def time_link(episode: Episode, seconds: float) -> str | None:
    """A URL that opens the recording at `seconds`; None where the episode has no recording on the web.

    A video on YouTube by its `t` parameter, others by a media fragment (W3C Media Fragments URI 1.0 §4.2.1).
    """
    if not isfinite(seconds):
        return None
    moment = max(0, int(seconds))
    video = _video(episode)
    if video:
        return f"https://youtu.be/{video}?t={moment}"
    for enclosure in episode.enclosures:
        url = safe_url(enclosure.url)
        if url:
            return f"{url.partition('#')[0]}#t={moment}"
    return None


def _video(episode: Episode) -> str | None:
    """The id of the episode's video on YouTube."""
    for key in episode.keys:
        if key.startswith("youtube:") and _VIDEO.fullmatch(key[8:]):
            return key[8:]
    for url in (episode.link, *(enclosure.url for enclosure in episode.enclosures)):
        video = _video_of(url or "")
        if video:
            return video
    return None


def _video_of(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    except ValueError:
        return None
    candidate = ""
    if host == "youtu.be":
        candidate = parts.path[1:]
    elif host in ("youtube.com", "youtube-nocookie.com"):
        shown = dict(parse_qsl(parts.query)).get("v", "")
        candidate = shown or parts.path.rpartition("/")[2]
    return candidate if _VIDEO.fullmatch(candidate) else None


def safe_url(url: str) -> str | None:
    """`url` if it is http or https, with what would break out of Markdown percent-encoded; else None."""
    url = url.strip()
    if len(url) > _LONGEST_URL or not url.lower().startswith(("http://", "https://")):
        return None
    try:
        parts = urlsplit(url)
        if not parts.hostname or "@" in parts.netloc:
            return None
    except ValueError:
        return None
    return (
        quote(url, safe="%/:?#[]@!$&'*+,;=~-._").replace("[", "%5B").replace("]", "%5D").replace("'", "%27")
    )


def clean_url(url: str) -> str | None:
    """`safe_url` without the parameters that only track who clicked."""
    safe = safe_url(html.unescape(url))
    if safe is None or "?" not in safe:
        return safe
    parts = urlsplit(safe)
    pairs = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=None)
    kept = [(name, value) for name, value in pairs if not _TRACKING.fullmatch(name)]
    if len(kept) == len(pairs):
        return safe
    return urlunsplit(parts._replace(query=urlencode(kept)))


def _shown(source: str) -> str:
    """`source` without scripts, styles and templates, whatever they hold."""
    parts, at = [], 0
    lowered = source.lower() if len(source.lower()) == len(source) else source
    while match := _HIDDEN.search(source, at):
        parts.append(source[at : match.start()])
        end = lowered.find(f"</{match[1].lower()}", match.end())
        close = source.find(">", end) if end >= 0 else -1
        if close < 0:
            return "\n".join(parts)
        at = close + 1
    return "\n".join([*parts, source[at:]])


def show_notes_text(source: str) -> str:
    """The words of show notes, HTML or plain text, line by line as they are laid out."""
    source = _shown(source[:_MOST_TEXT]).replace("\r", "\n")
    if _TAG.search(source):
        source = _TAG.sub("", _BREAKING.sub("\n", source))
    text = html.unescape(source)
    return _BLANK.sub("\n", _SPACES.sub(" ", text)).strip()


def show_notes_links(source: str) -> list[Link]:
    """The links of show notes, HTML, Markdown or plain text, in order, each once; http and https alone."""
    source = _shown(source[:_MOST_TEXT])
    found = [*_anchors(source)]
    plain = source if not found else ""
    found += [Link(match[1], match[2]) for match in _MARKDOWN.finditer(plain)]
    taken = {link.url for link in found}
    for line in show_notes_text(source).split("\n") if len(found) < _MOST_LINKS else ():
        found += [link for link in _bare(line) if link.url not in taken]
    return _once(found)


def _anchors(source: str) -> list[Link]:
    links = []
    for match in _ANCHOR.finditer(source):
        href = _HREF.search(match[1])
        if not href:
            continue
        end = source.find("</a", match.end(), match.end() + 3000)
        inner = source[match.end() : end] if end >= 0 else ""
        links.append(
            Link(html.unescape(_TAG.sub(" ", inner)), html.unescape(href[1] or href[2] or href[3] or ""))
        )
        if len(links) >= 2 * _MOST_LINKS:
            break
    return links


def _bare(line: str) -> list[Link]:
    """URLs that stand in a line as text; the words before a single one are its title."""
    matches = list(_BARE.finditer(line[:20_000]))
    links = []
    for match in matches:
        url = match.group().rstrip(".,;:!?*")
        url = url if url.count("(") >= url.count(")") else url.rstrip(")")
        before = line[: match.start()].rstrip("( ") if len(matches) == 1 else ""
        links.append(Link(before if " " in before and len(before) <= 120 else "", url))
    return links


def _once(found: list[Link]) -> list[Link]:
    """Links with clean URLs and titles; for each place the first with a title of its own."""
    kept: dict[str, Link] = {}
    for link in found:
        url = clean_url(link.url)
        if url is None:
            continue
        title = _OPENING.sub("", _SPACES.sub(" ", link.title.replace("\n", " "))).strip()[:_LONGEST_TITLE]
        named = bool(title) and not _CALLED.match(title + " ") if title.startswith("http") else bool(title)
        place = re.sub(r"^https?://(?:www\.)?", "", url.partition("#")[0]).rstrip("/").lower()
        if place not in kept:
            if len(kept) < _MOST_LINKS:
                kept[place] = Link(title if named else _address(url), url)
        elif named and kept[place].title == _address(kept[place].url):
            kept[place] = Link(title, kept[place].url)
    return list(kept.values())


def _address(url: str) -> str:
    """A URL as one says it: host and path."""
    parts = urlsplit(url)
    return (parts.hostname or "").removeprefix("www.") + parts.path.rstrip("/")[:80]
