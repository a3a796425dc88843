"""The recordings of an item: its files, those of one recording together, in their order, with titles."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from episcribe.library.archive_address import download_url
from episcribe.library.identity import enclosure_keys
from episcribe.sources.archive.dates import archive_date
from episcribe.sources.archive.formats import (
    MEDIA_TYPES,
    ItemFile,
    best_file,
    is_recording,
    is_whole_book,
    transcript_type,
)
from episcribe.sources.archive.languages import language_tag
from episcribe.sources.durations import parse_duration

_LONGEST_CHAIN = 8
_DISC = re.compile(
    r"(?:^|[\s_.,(\[-])(disc|disk|cd|reel|side)[\s_.#-]*(\d{1,3}|[ab])(?![^\W_])", re.IGNORECASE
)
_DISC_AND_TRACK = re.compile(r"(?<![A-Za-z])d(\d{1,2})[\s_.-]?t(\d{1,3})(?!\d)", re.IGNORECASE)
_LEADING_NUMBER = re.compile(r"(?:track|no|nr|part|side|t)?[\s._#-]*(\d{1,3})(?!\d)[\s._:)-]*", re.IGNORECASE)
_SEPARATOR = re.compile(r"[._ -]")
_BESIDE_STEM = frozenset(
    "asr whisper transcript transcripts caption captions subtitle subtitles auto generated".split()
)
_MOST_PARTS_BESIDE = 4
_DAY = re.compile(r"(?<![\d-])((?:18|19|20)?\d\d)([-_.])([01]\d)\2([0-3]\d)(?![\d-])")
_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Recording:
    """One recording: `key` names it for good (`archive:IDENTIFIER/STEM`), `files` are its forms.

    `transcripts` are files with its words, each with the language that the name tells. `disc` and `track` are
    counted from 1; `title` is its own, None when the item's title is all there is; `day` (`1942-06-17`) is
    what the name of its file tells, where the item has several.
    """

    key: str
    files: tuple[ItemFile, ...]
    transcripts: tuple[tuple[ItemFile, str | None], ...] = ()
    disc: int | None = None
    track: int | None = None
    title: str | None = None
    day: str | None = None

    @property
    def best(self) -> ItemFile | None:
        """The form that is taken, None when none can be downloaded."""
        return best_file(list(self.files))

    @property
    def duration(self) -> float | None:
        """Seconds, as the file that is taken tells, else as another does."""
        best = self.best
        files = ([best] if best else []) + list(self.files)
        return next((seconds for file in files if (seconds := parse_duration(file.length))), None)

    @property
    def name(self) -> str:
        """The recording's own part of the key: the path of its file without extension."""
        return self.key.partition("/")[2]


def recordings_of(identifier: str, files: Sequence[ItemFile]) -> list[Recording]:
    """The recordings among the files of an item, by disc, track and name.

    Derived files belong to the recording that they come from, and so do files of the same name in another
    form. An audio book as one file is left out where its parts are there as well.
    """
    media = [file for file in files if is_recording(file)]
    parts = [file for file in media if not is_whole_book(file)] or media
    by_name = {file.name: file for file in files}
    groups: dict[str, list[ItemFile]] = {}
    for file in parts:
        groups.setdefault(_key(identifier, _root(file, by_name).name), []).append(file)
    found = [_recording(key, group) for key, group in groups.items()]
    found.sort(key=lambda one: (one.disc or 0, one.track or 10_000, _natural(one.name)))
    return _with_transcripts(_titled(found), identifier, files, by_name)


def _key(identifier: str, name: str) -> str:
    """The key as library.identity makes it from the file's address."""
    keys = enclosure_keys(download_url(identifier, name))
    prefix = f"archive:{identifier}/"
    return next((key for key in keys if key.startswith(prefix)), prefix + name.rpartition(".")[0])


def _root(file: ItemFile, by_name: Mapping[str, ItemFile]) -> ItemFile:
    """The recording that a file was derived from, over several steps; itself when it was uploaded."""
    for _ in range(_LONGEST_CHAIN):
        parent = by_name.get(file.original or "")
        if parent is None or parent is file or not is_recording(parent):
            break
        file = parent
    return file


def _recording(key: str, files: Sequence[ItemFile]) -> Recording:
    recording = Recording(key, tuple(files))
    disc, track = _place(recording.name)
    tracks = [number for file in files if (number := _track(file.track))]
    return replace(recording, disc=disc, track=tracks[0] if tracks else track)


def _place(name: str) -> tuple[int | None, int | None]:
    """Disc and track that the path of a file tells."""
    folder, _, last = name.rpartition("/")
    if match := _DISC_AND_TRACK.search(last):
        return int(match[1]), int(match[2])
    leading = _LEADING_NUMBER.match(last)
    track = int(leading[1]) if leading else None
    match = _DISC.search(folder) or _DISC.search(last)
    if match is None:
        return None, track
    number = match[2].lower()
    return int(number) if number.isdecimal() else "ab".index(number) + 1, track


def _track(text: str | None) -> int | None:
    match = re.match(r"\d{1,4}", text or "")
    return int(match[0]) or None if match else None


def _natural(name: str) -> list[tuple[int, str]]:
    """A key that sorts `2` before `10`."""
    return [
        (int(part), "") if part.isdecimal() and len(part) < 19 else (-1, part.casefold())
        for part in _DIGITS.split(name)
        if part
    ]


def _titled(recordings: Sequence[Recording]) -> list[Recording]:
    """The recordings of one item with titles that tell them apart; one alone needs none."""
    if len(recordings) < 2:
        return list(recordings)
    named = [next((file.title for file in one.files if file.title), None) for one in recordings]
    # A title that all share is that of the whole.
    is_telling = len({name.casefold() for name in named if name}) > 1
    titles = [
        name if name and is_telling else (_from_name(one.name) or name)
        for one, name in zip(recordings, named, strict=True)
    ]
    discs = {one.disc for one in recordings if one.disc}
    return [
        replace(one, title=title, disc=one.disc if len(discs) > 1 else None, day=_day_in(one.name))
        for one, title in zip(recordings, _apart(recordings, titles), strict=True)
    ]


def _day_in(name: str) -> str | None:
    """The day in a file's name: `1942-06-17`, or `42-06-17` as collectors of old radio write it.

    Two digits are a year only where they can be no day and no month.
    """
    match = _DAY.search(name.rpartition("/")[2])
    if match is None or (len(match[1]) == 2 and int(match[1]) < 32):
        return None
    day = archive_date(f"{match[1] if len(match[1]) == 4 else f'19{match[1]}'}-{match[3]}-{match[4]}")
    return day if day and len(day) == 10 else None


def _from_name(name: str) -> str | None:
    """A file's name as a title, without its number; None when nothing is left of it."""
    last = name.rpartition("/")[2]
    rest = _DISC_AND_TRACK.sub(" ", last)
    rest = _LEADING_NUMBER.sub("", rest, count=1) if _LEADING_NUMBER.match(rest) else rest
    words = " ".join(re.sub(r"[_\s]+" if " " in rest else r"[_\s-]+", " ", rest).split()).strip(" .-_")
    return words[:1].upper() + words[1:] if any(char.isalpha() for char in words) else None


def _apart(recordings: Sequence[Recording], titles: Sequence[str | None]) -> list[str]:
    """Titles of which no two are the same: discs are named where that helps, else numbers."""
    named = [title or f"Part {position}" for position, title in enumerate(titles, 1)]
    same = _repeated(named)
    named = [
        f"{title} (disc {one.disc})" if title.casefold() in same and one.disc else title
        for one, title in zip(recordings, named, strict=True)
    ]
    same = _repeated(named)
    return [
        f"{title} ({position})" if title.casefold() in same else title
        for position, title in enumerate(named, 1)
    ]


def _repeated(titles: Iterable[str]) -> set[str]:
    return {title for title, count in Counter(title.casefold() for title in titles).items() if count > 1}


def _with_transcripts(
    recordings: Sequence[Recording],
    identifier: str,
    files: Sequence[ItemFile],
    by_name: Mapping[str, ItemFile],
) -> list[Recording]:
    """The recordings with their words: files that were derived from them, or that are named like them.

    In an item with one recording, all captions are its own.
    """
    stems = _Stems({one.name: index for index, one in enumerate(recordings)})
    found: dict[int, list[tuple[ItemFile, str | None]]] = {}
    for file in files:
        if transcript_type(file) is None:
            continue
        index, language = stems.owner(file.name)
        if index is None and (parent := by_name.get(file.original or "")) and is_recording(parent):
            index = stems.index.get(_key(identifier, _root(parent, by_name).name).partition("/")[2])
        if index is None and len(recordings) == 1:
            index = 0
        if index is not None:
            found.setdefault(index, []).append((file, language))
    return [replace(one, transcripts=tuple(found.get(index, ()))) for index, one in enumerate(recordings)]


@dataclass(frozen=True, slots=True)
class _Stems:
    """The recordings by their names."""

    index: Mapping[str, int]
    folded: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folded.update({name.casefold(): index for name, index in self.index.items()})

    def owner(self, name: str) -> tuple[int | None, str | None]:
        """The recording that a file is named after, and the language in the rest of its name."""
        stem = name.rpartition(".")[0]
        if any(stem.lower().endswith(suffix) for suffix in MEDIA_TYPES):
            stem = stem.rpartition(".")[0]
        cuts = [len(stem), *reversed([match.start() for match in _SEPARATOR.finditer(stem)])]
        for cut in cuts[: _MOST_PARTS_BESIDE + 1]:
            index = self.folded.get(stem[:cut].casefold())
            if index is not None:
                return self._judged(index, [part for part in _SEPARATOR.split(stem[cut:]) if part])
        return None, None

    def _judged(self, index: int, parts: Sequence[str]) -> tuple[int | None, str | None]:
        """The recording, when what follows its name is nothing but words for transcripts and a language."""
        others = [part for part in parts if part.lower() not in _BESIDE_STEM]
        language = "-".join(others)
        if others and language_tag(language) is None:
            return None, None
        return index, language or None
