"""An item of archive.org as episodes: one for each of its recordings."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from episcribe.library.archive_address import details_url, download_url, image_url
from episcribe.library.episode import Enclosure, Episode, TranscriptLink
from episcribe.sources.archive.dates import archive_date
from episcribe.sources.archive.formats import MEDIA_TYPES, ItemFile, transcript_order, transcript_type
from episcribe.sources.archive.items import Item, whole
from episcribe.sources.archive.languages import language_tag
from episcribe.sources.archive.recordings import Recording, recordings_of
from episcribe.sources.durations import parse_duration

_MOST_KEYWORDS = 50
_LONGEST_DESCRIPTION = 200_000
_ONLY_A_PLACE = re.compile(r"Part \d+")
_LICENCE = re.compile(
    r"https?://creativecommons\.org/(licenses|publicdomain)/([a-z+-]+)(?:/(\d\.\d))?", re.IGNORECASE
)


def item_date(item: Item) -> str | None:
    """When an item was published: its own date, else its year, else when archive.org published it."""
    fields = ("date", "year", "publicdate", "addeddate")
    return archive_date(*(item.metadata.get(name) for name in fields))


def item_title(item: Item) -> str:
    """The title of an item, its identifier where it has none."""
    return item.text("title") or item.identifier


def episodes_of(item: Item, *, is_whole_show: bool = False) -> list[Episode]:
    """The episodes of an item, in their order, without id, show and folder.

    One recording alone takes the title of the item. Of several, each has its own, with the item's before it
    unless the item is the show itself (`is_whole_show`), its number on its disc, and the day that its file's
    name tells. What cannot be downloaded has no
    enclosure, and `availability` in `extra` says why; `checksums` there are MD5 and SHA-1 of each file by
    its URL.
    """
    recordings = recordings_of(item.identifier, item.files)
    if len(recordings) == 1:
        return [_episode(item, recordings[0], item_title(item), None)]
    episodes = []
    numbers: Counter[int | None] = Counter()
    for one in recordings:
        numbers[one.disc] += 1
        title = _joined(item_title(item), one.title or "", is_whole_show)
        episodes.append(_episode(item, one, title, numbers[one.disc]))
    return episodes


def _episode(item: Item, recording: Recording, title: str, number: int | None) -> Episode:
    """The episode of a recording, which is the only one of its item when it has no `number`."""
    is_alone = number is None
    best = None if item.is_restricted else recording.best
    links = [] if item.is_restricted else _transcripts(item, recording)
    # The page of an item is a name for its recording only where it has but one.
    own_page = details_url(item.identifier, None if is_alone else recording.files[0].name)
    alone = (f"archive:{item.identifier}",) if is_alone else ()
    return Episode(
        id="",
        show="",
        folder="",
        title=title,
        keys=(recording.key, *alone),
        sources=(details_url(item.identifier),),
        published=recording.day or item_date(item),
        duration=recording.duration or (parse_duration(item.text("runtime")) if is_alone else None),
        link=own_page,
        language=language_tag(item.metadata.get("language")),
        author=", ".join(item.texts("creator")) or None,
        description=_description(item),
        image=image_url(item.identifier),
        season=recording.disc,
        season_name=f"Disc {recording.disc}" if recording.disc else None,
        number=None if number is None else float(number),
        keywords=_keywords(item),
        enclosures=(_enclosure(item, best),) if best else (),
        transcripts=tuple(links),
        extra=_extra(item, recording, links),
    )


def _joined(item_name: str, own: str, is_whole_show: bool) -> str:
    if own.casefold().startswith(item_name.casefold()):
        return own
    if _ONLY_A_PLACE.fullmatch(own):
        return f"{item_name}, {own.lower()}"
    if is_whole_show:
        return own
    return f"{item_name}: {own}"


def _enclosure(item: Item, file: ItemFile) -> Enclosure:
    return Enclosure(download_url(item.identifier, file.name), MEDIA_TYPES.get(file.suffix), file.size)


def _transcripts(item: Item, recording: Recording) -> list[TranscriptLink]:
    links = [
        TranscriptLink(
            download_url(item.identifier, file.name), transcript_type(file), language_tag(language)
        )
        for file, language in recording.transcripts
    ]
    return sorted(links, key=transcript_order)


def _description(item: Item) -> str | None:
    value = item.metadata.get("description")
    lines = [line for line in (value if isinstance(value, list) else [value]) if isinstance(line, str)]
    return whole("\n".join(lines)).strip()[:_LONGEST_DESCRIPTION] or None


def _keywords(item: Item) -> tuple[str, ...]:
    words = [word.strip() for text in item.texts("subject") for word in re.split(r";|,(?=\s)", text)]
    return tuple(dict.fromkeys(word for word in words if 0 < len(word) <= 100))[:_MOST_KEYWORDS]


def _extra(item: Item, recording: Recording, links: Sequence[TranscriptLink]) -> dict[str, Any]:
    extra: dict[str, Any] = {}
    best = recording.best
    if item.is_restricted or best is None:
        why = "archive.org lets it be heard on the site, or lends it, but not be downloaded"
        extra["availability"] = {"class": "restricted", "reason": why}
    else:
        taken = [best, *(file for file, _ in recording.transcripts)]
        sums = {
            download_url(item.identifier, file.name): {
                name: digest for name, digest in (("md5", file.md5), ("sha1", file.sha1)) if digest
            }
            for file in taken
        }
        if known := {url: digests for url, digests in sums.items() if digests}:
            extra["checksums"] = known
    if licence := _licence(item):
        extra["license"] = licence
    return extra


def _licence(item: Item) -> dict[str, str] | None:
    """Name and address of the licence, as a feed's `podcast:license` has them."""
    url = item.text("licenseurl") or ""
    if not url.lower().startswith(("https://", "http://")) or len(url) > 500:
        return None
    match = _LICENCE.match(url)
    if match is None:
        return {"name": url, "url": url}
    kind = match[2].lower()
    dedications = {"zero": "cc0", "mark": "public domain mark", "publicdomain": "public domain"}
    name = dedications.get(kind) or f"cc-{kind}"
    version = f"-{match[3]}" if match[3] and kind not in ("mark", "publicdomain") else ""
    return {"name": f"{name}{version}", "url": url}
