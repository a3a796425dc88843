"""Transcripts and recordings on this disk as episodes: those with the same name are variants of one."""

import os
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from html import unescape
from pathlib import Path

from episcribe.library.episode import Enclosure, Episode, TranscriptLink
from episcribe.library.globbing import MOST_FILES, Listing, list_files
from episcribe.sources.beside import display_path
from episcribe.sources.kept_tags import KeptTags
from episcribe.sources.tags import NO_TAGS

TRANSCRIPT_TYPES = {
    ".vtt": "text/vtt",
    ".srt": "application/x-subrip",
    ".sbv": "text/x-sbv",
    ".ttml": "application/ttml+xml",
    ".dfxp": "application/ttml+xml",
    ".json": "application/json",
    ".json3": "application/json",
    ".srv1": "text/xml",
    ".srv3": "text/xml",
    ".html": "text/html",
    ".htm": "text/html",
    ".txt": "text/plain",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
}
MEDIA_TYPES = {
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".m4b": "audio/mp4",
    ".aac": "audio/aac",
    ".ogg": "audio/ogg",
    ".oga": "audio/ogg",
    ".opus": "audio/ogg",
    ".flac": "audio/flac",
    ".wav": "audio/wav",
    ".wma": "audio/x-ms-wma",
    ".aiff": "audio/aiff",
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".mov": "video/quicktime",
    ".mkv": "video/x-matroska",
    ".webm": "video/webm",
    ".avi": "video/x-msvideo",
    ".ogv": "video/ogg",
}
# What download tools and repositories put beside transcripts.
_BESIDE = re.compile(
    r"(?:\.info\.json|\.live_chat\.json|\.rechat\.json|\.chapters\.json|^(?:readme|license|licence|copying|changelog"
    r"|contributing)(?:\.(?:md|markdown|txt|html))?)$",
    re.IGNORECASE,
)
_LANGUAGES = frozenset(
    "aa ab af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv "
    "dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie "
    "ig ii ik io is it iu iw ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu "
    "lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu "
    "rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr "
    "ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu eng deu ger fra fre spa ita por nld rus zho "
    "chi jpn kor ara hin fil yue cmn".split()
)
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_](?:[A-Za-z]{4}))?(?:[-_](?:[A-Za-z]{2}|\d{3}))?(?:-orig)?")
_DAY = re.compile(
    r"(?P<year>(?:1[89]|20)\d\d)(?P<dash>[-_.]?)(?P<month>[01]\d)(?P=dash)(?P<day>[0-3]\d)"
    r"(?:[T_ -]?[0-2]\d[-:.h]?[0-5]\d(?:[-:.]?[0-5]\d)?Z?)?(?=$|[\s_.\-–—:,)])"
)
_TRAILING_ID = re.compile(r"\s*[\[(](?=[\w-]*[\d_A-Z])[\w-]{8,24}[\])]$|-(?=[a-z]*[2-7])[a-z2-7]{8}$")
_GENERIC = frozenset(
    "transcript transcription captions subtitles subtitle audio video recording index output text".split()
)
_ONLY_A_NUMBER = re.compile(r"[A-Za-z]{0,4}\W?\d{1,4}|[A-Za-z]", re.ASCII)
_HEAD = 4096
_FRONT_MATTER = re.compile(
    r"\A\ufeff?---[ \t]*\r?\n(.*?)(?:\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)|\Z)", re.DOTALL
)
_FIELD = re.compile(
    r"^(title|date|language|lang|link|url|media)[ \t]*:[ \t]*(\S[^\r\n]{0,400})", re.MULTILINE | re.IGNORECASE
)
_HTML_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,400})</title", re.IGNORECASE)
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class LocalFiles:
    """The episodes that a glob finds, in the order of their paths, and lines about files that were left
    out.
    """

    episodes: list[Episode]
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Variant:
    """One file: its path, its name without suffixes, and the language that the name tells."""

    path: str
    suffix: str
    name: str
    language: str | None


def read_local_files(pattern: str, root: str, tags: Path | None = None) -> LocalFiles:
    """The episodes of the transcripts and recordings that match an absolute glob (or all in a folder).

    Files in one folder that share a name (`talk.vtt`, `talk.en.srt`, `talk.mp3`) are one episode. Its key
    is its path below the folder that the glob's wildcards start from, so that all may move together; its
    title and day come from a heading in a file (Markdown front matter, HTML title), else from the tags of the
    recording (title) and the name (`2024-05-01 A title`). The file `tags` keeps what the recordings' tags
    say from one time to the next. The paths in it are relative to `root`, the working directory, where they
    lie inside. Symbolic links that lead out of that folder are not followed.
    """
    listing = list_files(pattern)
    groups: dict[str, list[_Variant]] = {}
    for path in listing.files:
        variant = _variant(path)
        if variant is not None:
            groups.setdefault(f"{os.path.dirname(path)}/{variant.name}", []).append(variant)  # noqa: PTH120
    kept = KeptTags(tags)
    episodes = [_episode(variants, listing.base, root, kept) for variants in groups.values()]
    kept.save()
    return LocalFiles(episodes, _warnings(listing, len(groups), pattern))


def _variant(path: str) -> _Variant | None:
    """The file as a variant of an episode, None when it is neither a transcript nor a recording."""
    name = os.path.basename(path)  # noqa: PTH119
    if _BESIDE.search(name):
        return None
    stem, suffix = os.path.splitext(name)  # noqa: PTH122
    suffix = suffix.lower()
    if not stem or suffix not in TRANSCRIPT_TYPES.keys() | MEDIA_TYPES.keys():
        return None
    language = None
    while True:
        rest, last = os.path.splitext(stem)  # noqa: PTH122
        found = _language(last[1:]) if rest and language is None else None
        if found:
            language = found
        elif not rest or last.lower() not in MEDIA_TYPES:
            return _Variant(path, suffix, stem, language)
        stem = rest


def _language(text: str) -> str | None:
    match = _LANGUAGE.fullmatch(text)
    if not match or match[1].lower() not in _LANGUAGES:
        return None
    first, *parts = text.replace("_", "-").removesuffix("-orig").split("-")
    return "-".join([first.lower(), *(p.title() if len(p) == 4 else p.upper() for p in parts)])


def _episode(variants: Sequence[_Variant], base: str, root: str, kept: KeptTags) -> Episode:
    first = variants[0]
    relative = os.path.relpath(os.path.join(os.path.dirname(first.path), first.name), base)  # noqa: PTH118, PTH120
    found = [
        _heading(variant) for variant in variants if variant.suffix in (".md", ".markdown", ".html", ".htm")
    ]
    heading = {name: value for fields in reversed(found) for name, value in fields.items()}
    day, title = day_and_title(relative)
    languages = {variant.language for variant in variants if variant.language}
    recordings = [
        (v.path, _status(v.path), MEDIA_TYPES[v.suffix]) for v in variants if v.suffix in MEDIA_TYPES
    ]
    told = (kept.of(path, status) for path, status, _ in recordings)
    tags = next((each for each in told if each != NO_TAGS), NO_TAGS)
    return Episode(
        id="",
        show="",
        folder="",
        title=heading.get("title") or tags.title or title,
        keys=(f"file:{unicodedata.normalize('NFC', relative)}",),
        podcast=tags.album,
        published=_day(heading.get("date", "")) or day or tags.published,
        duration=tags.duration,
        link=heading.get("link"),
        language=heading.get("language") or (languages.pop() if len(languages) == 1 else tags.language),
        author=tags.artist,
        description=tags.comment,
        number=float(tags.number) if tags.number is not None else None,
        enclosures=tuple(
            Enclosure(display_path(path, root), mime, status.st_size if status else None)
            for path, status, mime in recordings
        ),
        transcripts=tuple(
            TranscriptLink(display_path(v.path, root), TRANSCRIPT_TYPES[v.suffix], v.language)
            for v in variants
            if v.suffix in TRANSCRIPT_TYPES
        ),
    )


def _status(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)  # noqa: PTH116
    except OSError:
        return None


def day_and_title(relative: str) -> tuple[str | None, str]:
    """The day that a file's name begins with, and the title in the rest of it.

    A name that says nothing (`transcript`, `01`) is read together with that of its folder.
    """
    folder, name = os.path.split(unicodedata.normalize("NFC", relative))
    parent = os.path.basename(folder)  # noqa: PTH119
    if parent and name.lower() in _GENERIC:
        return day_and_title(parent)
    match = _DAY.match(name)
    day = _valid_day(match) if match else None
    rest = name[match.end() :] if match and day else name
    title = _TRAILING_ID.sub("", rest).strip(" \t\r\n_.,:–—-") or rest.strip(" _.-")
    if not re.search(r"\s", title):
        title = re.sub(r"[-_]+", " ", title)
    title = " ".join(title.split())
    if parent and _ONLY_A_NUMBER.fullmatch(title):
        title = f"{day_and_title(parent)[1]} {title}".strip()
    return day, (title[:1].upper() + title[1:]) or day or "Untitled"


def _day(text: str) -> str | None:
    match = _DAY.match(text.strip("'\" "))
    return _valid_day(match) if match else None


def _valid_day(match: re.Match[str]) -> str | None:
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"])).isoformat()
    except ValueError:
        return None


def _heading(variant: _Variant) -> dict[str, str]:
    """Title, date, language and link that the beginning of a Markdown or HTML file gives."""
    try:
        with open(variant.path, "rb") as file:  # noqa: PTH123
            head = file.read(_HEAD).decode("utf-8", "ignore")
    except OSError:
        return {}
    if variant.suffix in (".html", ".htm"):
        match = _HTML_TITLE.search(head)
        title = " ".join(unescape(match[1]).split()) if match else ""
        return {"title": title} if title else {}
    front = _FRONT_MATTER.match(head)
    if front is None:
        return {}
    fields = {name.lower(): _plain(value) for name, value in _FIELD.findall(front[1])}
    language = _language(fields.get("language") or fields.get("lang") or "")
    link = next((fields[name] for name in ("link", "url", "media") if _is_web(fields.get(name, ""))), "")
    kept = {
        "title": fields.get("title", ""),
        "date": fields.get("date", ""),
        "language": language or "",
        "link": link,
    }
    return {name: value for name, value in kept.items() if value}


def _is_web(text: str) -> bool:
    return text.lower().startswith(("https://", "http://"))


def _plain(value: str) -> str:
    """A scalar of front matter without its quotation marks; a block scalar's mark is no title."""
    text = value.strip()
    if text in ("|", ">", "|-", ">-", "~", "null"):
        return ""
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        inner = text[1:-1]
        text = inner.replace("''", "'") if text[0] == "'" else inner.replace('\\"', '"').replace("\\\\", "\\")
    return " ".join(text.split())


def _warnings(listing: Listing, episodes: int, pattern: str) -> list[str]:
    lines = []
    if listing.misnamed:
        lines.append(f"left out, because the name is not UTF-8 (rename it): {_some(listing.misnamed)}")
    if listing.outside:
        where = f"symbolic links out of {listing.base} or to a folder"
        lines.append(f"left out, because these are {where}: {_some(listing.outside)}")
    if len(listing.files) >= MOST_FILES:
        lines.append(f"more than {MOST_FILES} files match; the rest was left out")
    if not episodes:
        lines.append(
            f"no transcript or recording matches {pattern}"
            if not listing.files
            else f"none of the "
            f"{len(listing.files)} files that match is a transcript or recording (known: {_known()})"
        )
    return lines


def _some(paths: Sequence[str]) -> str:
    named = ", ".join(
        repr(os.fsencode(path).decode("utf-8", "backslashreplace")) for path in paths[:_MOST_NAMED]
    )
    more = len(paths) - _MOST_NAMED
    return f"{named} and {more} more" if more > 0 else named


def _known() -> str:
    return " ".join((*TRANSCRIPT_TYPES, *MEDIA_TYPES))
