"""What yt-dlp finds at an address, as episodes."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from episcribe.library.episode import STREAM, Enclosure, Episode, TranscriptLink
from episcribe.sources.local_files import MEDIA_TYPES, TRANSCRIPT_TYPES
from episcribe.sources.ytdlp import YOUTUBE

_IN_SEGMENTS = ("m3u8", "http_dash_segments")
_LONGEST = 300
_LONGEST_TEXT = 20_000
_MOST_ENTRIES = 500
_MOST_CAPTIONS = 40


def knows_the_site(address: str) -> bool:
    """True when yt-dlp has an extractor of its own for the site of `address`, and it is not YouTube's."""
    from yt_dlp.extractor import gen_extractor_classes

    for extractor in gen_extractor_classes():
        name = extractor.ie_key()
        if name != "Generic" and extractor.suitable(address):
            return name not in YOUTUBE
    return False


def episodes_of(info: Mapping[str, Any], address: str) -> list[Episode]:
    """The episodes of an info dict, a playlist's or a single one; those without a recording are left out."""
    found = list(_flat(info))
    drafts = [_episode(one, address, is_only=len(found) == 1) for one in found]
    return [draft for draft in drafts if draft.enclosures or draft.keys]


def _flat(info: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    pending = [info]
    for _ in range(_MOST_ENTRIES):
        if not pending:
            return
        one = pending.pop(0)
        entries = one.get("entries")
        if isinstance(entries, list):
            pending[:0] = [entry for entry in entries if isinstance(entry, dict)]
        else:
            yield one


def _episode(info: Mapping[str, Any], address: str, *, is_only: bool) -> Episode:
    page = _web(info.get("webpage_url")) or address
    identifier = _string(info.get("id"))
    video = identifier if _string(info.get("extractor_key")) == "Youtube" else None
    return Episode(
        id="",
        show="",
        folder="",
        title=" ".join(_string(info.get("title")).split())[:_LONGEST],
        keys=(f"youtube:{video}",) if video else (),
        published=_published(info),
        duration=_duration(info.get("duration")),
        guid=page if is_only else f"{page}#{identifier}",
        link=page,
        language=_string(info.get("language")) or None,
        author=_string(info.get("uploader") or info.get("channel"))[:_LONGEST] or None,
        description=_string(info.get("description"))[:_LONGEST_TEXT].strip() or None,
        image=_web(info.get("thumbnail")),
        enclosures=() if video else _enclosures(info, page),
        transcripts=() if video else tuple(_captions(info.get("subtitles"))),
    )


def _enclosures(info: Mapping[str, Any], page: str) -> tuple[Enclosure, ...]:
    """The recording that one plain fetch brings: the best sound alone, else the smallest with a picture.

    Where there are only streams in segments it is the page, from which yt-dlp puts one together: their own
    addresses often hold for some hours only.
    """
    formats = [one for one in info.get("formats") or [info] if isinstance(one, dict)]
    plain = [
        one for one in formats if _web(one.get("url")) and one.get("protocol") in ("http", "https", None)
    ]
    heard = [one for one in plain if one.get("acodec") != "none"]
    if not heard:
        streams = [one for one in formats if str(one.get("protocol")).startswith(_IN_SEGMENTS)]
        is_ended = bool(streams) and not info.get("is_live")
        return (Enclosure(page, STREAM),) if is_ended else ()
    sound = [one for one in heard if one.get("vcodec") == "none"]
    best = (
        max(sound, key=lambda one: (one.get("abr") or 0, one.get("format_id") or ""))
        if sound
        else min(heard, key=lambda one: (one.get("height") or 10_000, one.get("format_id") or ""))
    )
    size = best.get("filesize")
    mime = MEDIA_TYPES.get(f".{best.get('ext')}")
    return (Enclosure(str(best["url"]), mime, size if isinstance(size, int) and size > 0 else None),)


def _captions(subtitles: object) -> Iterator[TranscriptLink]:
    """The captions that the site itself names, those in formats that are read."""
    if not isinstance(subtitles, dict):
        return
    for language, variants in list(subtitles.items())[:_MOST_CAPTIONS]:
        for variant in variants if isinstance(variants, list) else ():
            mime = TRANSCRIPT_TYPES.get(f".{variant.get('ext')}") if isinstance(variant, dict) else None
            if mime and (address := _web(variant.get("url"))):
                yield TranscriptLink(address, mime, str(language), "captions")


def _published(info: Mapping[str, Any]) -> str | None:
    moment = info.get("release_timestamp") or info.get("timestamp")
    day = _string(info.get("release_date") or info.get("upload_date"))
    try:
        if isinstance(moment, (int, float)):
            return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return datetime.strptime(day, "%Y%m%d").date().isoformat() if day else None
    except (ValueError, OverflowError, OSError):
        return None


def _duration(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) and value > 0 else None


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _web(value: object) -> str | None:
    text = _string(value)
    return text if text[:8].lower().startswith(("http://", "https://")) else None
