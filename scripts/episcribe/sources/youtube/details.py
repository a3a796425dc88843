"""What is kept of one video: a small JSON file of its own, so that no video is asked for twice."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from episcribe.library.files import write_atomically
from episcribe.library.youtube_address import video_url
from episcribe.sources.youtube.classes import OF_OBSTACLES, TREATMENTS, VideoClass, classify
from episcribe.sources.ytdlp_problems import Obstacle, YtdlpProblem, shown

if TYPE_CHECKING:
    from episcribe.net.client import Client

_VERSION = 1
_ID = re.compile(r"[A-Za-z0-9_-]{11}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_MOST_TRACKS = 200
_MOST_WORDS = 100_000
_PROOF = "asks for a proof that a person is there"
# One request: the page has all that is kept, but for captions that YouTube hides from browsers.
_PAGE_ALONE = {"player_client": ["web"], "player_skip": ["js", "configs"], "skip": ["translated_subs"]}
_NO_RUNTIME: dict[str, Any] = {"js_runtimes": {}}  # it is looked for in vain where only the page is read
_ALL_CLIENTS = {"player_skip": ["js", "configs"], "skip": ["translated_subs"]}


@dataclass(frozen=True, slots=True)
class Track:
    """A caption track in the language it was made in; `url` gives json3 and holds for some hours."""

    language: str
    kind: str
    url: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Details:
    """What is kept of a video; `fetched_at` and `again_at` in seconds since the epoch (None: never again).

    `published` is UTC in ISO 8601, `chapters` are starts in seconds with titles, `hides_captions` tells that
    YouTube listed captions which it does not give without a token.
    """

    id: str
    video_class: VideoClass
    fetched_at: float
    again_at: float | None = None
    title: str | None = None
    description: str | None = None
    published: str | None = None
    duration: float | None = None
    chapters: tuple[tuple[float, str], ...] = ()
    language: str | None = None
    channel: str | None = None
    tags: tuple[str, ...] = ()
    age_limit: int = 0
    was_live: bool = False
    tracks: tuple[Track, ...] = ()
    hides_captions: bool = False

    def is_due(self, now: float) -> bool:
        """True when the video is to be asked for again."""
        return self.again_at is not None and now >= self.again_at


def fetch_details(
    video: str,
    client: "Client",
    *,
    now: float,
    cache: Path,
    kept: Details | None = None,
    thorough: bool = False,
) -> Details:
    """Ask YouTube for a video, and keep the answer in `cache`; of one that cannot be seen any more, with what
    was `kept` before.

    One request is made; with `thorough`, or when the first answer is a bot check, yt-dlp asks as all the
    clients it can be. Raises YtdlpProblem: blocked when YouTube refuses us over every network slot, transient
    when it cannot be reached; a video that cannot be seen is no failure, but of its class.
    """
    from episcribe.sources.ytdlp import over_slots

    found = over_slots(client, lambda: _found(video, client, now, thorough=thorough))
    if found.title is None and kept is not None:
        found = replace(
            kept,
            video_class=found.video_class,
            fetched_at=found.fetched_at,
            again_at=found.again_at,
            tracks=(),
        )
    plain = {"version": _VERSION, **asdict(found)}
    write_atomically(cache / f"{video}.json", json.dumps(plain, ensure_ascii=False) + "\n")
    return found


def _found(video: str, client: "Client", now: float, *, thorough: bool) -> Details:
    """The details of a video that is not blocked. Raises YtdlpProblem."""
    found, was_refused = _ask(video, client, now, _ALL_CLIENTS if thorough else _PAGE_ALONE)
    if found.video_class is VideoClass.BLOCKED and not thorough and not was_refused:
        found, was_refused = _ask(video, client, now, _ALL_CLIENTS)
    if found.video_class is VideoClass.BLOCKED:
        until = client.leave_in_peace(video_url(video), _PROOF)
        raise YtdlpProblem(f"{video_url(video)}: YouTube {_PROOF}", Obstacle.BLOCKED, until=until)
    return found


def load_details(cache: Path, video: str) -> Details | None:
    """What is kept of a video; None when nothing is, or nothing that can be read."""
    if not _ID.fullmatch(video):
        return None
    try:
        data = json.loads((cache / f"{video}.json").read_bytes())
        if data.pop("version") != _VERSION or data["id"] != video:
            return None
        known = {f.name for f in fields(Details)}
        values = {name: value for name, value in data.items() if name in known}
        values["video_class"] = VideoClass(values["video_class"])
        values["tracks"] = tuple(Track(**track) for track in values.get("tracks", ()))
        values["chapters"] = tuple((float(start), str(title)) for start, title in values.get("chapters", ()))
        values["tags"] = tuple(values.get("tags", ()))
        return Details(**values)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _ask(
    video: str, client: "Client", now: float, arguments: Mapping[str, Sequence[str]]
) -> tuple[Details, bool]:
    """The details by one extraction, and whether a server refused to answer at all."""
    from episcribe.sources.ytdlp import Session

    options = _NO_RUNTIME if arguments is _PAGE_ALONE else {}
    with Session(
        client, extractors=("Youtube",), arguments={"youtube": arguments}, options=options
    ) as session:
        try:
            info = session.info(video_url(video))
        except YtdlpProblem as problem:
            if problem.obstacle not in OF_OBSTACLES or session.evidence.is_blocked:
                raise
            info = {}
            found = OF_OBSTACLES[problem.obstacle]
        else:
            known = classify(info, session.evidence.messages)
            if known is None:
                raise _no_answer(video, session.evidence.messages)
            found = known
        hides = any("captions" in m or "subtitles" in m for m in session.evidence.messages if "PO " in m)
        return _details(video, found, info, now, hides=hides), session.evidence.is_blocked


def _no_answer(video: str, messages: Sequence[str]) -> YtdlpProblem:
    reason = shown(messages[-1]) if messages else "the answer tells nothing of the video"
    return YtdlpProblem(f"{video_url(video)}: {reason}", Obstacle.OTHER)


def _details(
    video: str, found: VideoClass, info: Mapping[str, Any], now: float, *, hides: bool = False
) -> Details:
    again = TREATMENTS[found].again
    again_at = None if again is None else now + again
    starts = info.get("release_timestamp")
    if found is VideoClass.UPCOMING and isinstance(starts, (int, float)) and starts > now:
        again_at = min(float(starts) + 3600.0, now + 30 * 86400.0)
    words = info.get("description")
    return Details(
        id=video,
        video_class=found,
        fetched_at=round(now, 3),
        again_at=again_at,
        title=_text(info.get("title")),
        description=(_clean(words)[:_MOST_WORDS].strip() or None) if isinstance(words, str) else None,
        published=_published(info),
        duration=float(info["duration"]) if info.get("duration") else None,
        chapters=tuple(_chapters(info)),
        language=_spoken(info),
        channel=_text(info.get("channel") or info.get("uploader")),
        tags=tuple(_tags(info)),
        age_limit=int(info.get("age_limit") or 0),
        was_live=info.get("live_status") == "was_live",
        tracks=tuple(_tracks(info))[:_MOST_TRACKS],
        hides_captions=hides,
    )


def _published(info: Mapping[str, Any]) -> str | None:
    """When it was first shown (a premiere or stream) or uploaded; a day without a time is its midnight."""
    moment = info.get("release_timestamp") or info.get("timestamp")
    try:
        if moment:
            return datetime.fromtimestamp(float(moment), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        day = datetime.strptime(str(info.get("upload_date")), "%Y%m%d")
    except (ValueError, OverflowError, OSError):
        return None
    return day.strftime("%Y-%m-%dT00:00:00Z")


def _chapters(info: Mapping[str, Any]) -> Iterator[tuple[float, str]]:
    for chapter in info.get("chapters") or ():
        title = _text(chapter.get("title"))
        if title and isinstance(chapter.get("start_time"), (int, float)):
            yield float(chapter["start_time"]), title


def _spoken(info: Mapping[str, Any]) -> str | None:
    """The language spoken: that of the original sound, else of the original automatic captions."""
    ranked = [
        (found.get("language_preference") or -1, str(found["language"]))
        for found in info.get("formats") or ()
        if found.get("language") and found.get("acodec") != "none"
    ]
    best = max(ranked, default=(0, None))
    if best[0] > 0 and best[1]:
        return best[1]
    originals = [name for name in info.get("automatic_captions") or () if name.endswith("-orig")]
    return originals[0].removesuffix("-orig") if len(originals) == 1 else None


def _tracks(info: Mapping[str, Any]) -> Iterator[Track]:
    """The tracks that are not translated by machine, automatic ones last."""
    seen: set[str] = set()
    for kind, key in (("manual", "subtitles"), ("automatic", "automatic_captions")):
        for name, forms in (info.get(key) or {}).items():
            form = next((form for form in forms if form.get("ext") == "json3" and form.get("url")), None)
            if form is None or form["url"] in seen:
                continue
            query = parse_qs(urlsplit(form["url"]).query)
            if "tlang" in query:
                continue
            seen.add(form["url"])
            language = query.get("lang", [name.removesuffix("-orig")])[-1]
            yield Track(language, kind, form["url"], _text(form.get("name")))


def _tags(info: Mapping[str, Any]) -> list[str]:
    found = [text[:100] for tag in info.get("tags") or () if (text := _text(tag))]
    return list(dict.fromkeys(found))[:100]


def _text(value: object) -> str | None:
    text = " ".join(_clean(value).split()) if isinstance(value, str) else ""
    return text[:1000] or None


def _clean(text: str) -> str:
    """The text without what no file can hold: control characters, and halves of characters."""
    return _CONTROL.sub("", text.replace("\r\n", "\n")).encode("utf-8", "replace").decode()
