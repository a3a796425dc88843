"""The tags of recordings on this disk, read again only when a file has another size or time."""

import json
import os
from pathlib import Path

from episcribe.sources.tags import NO_TAGS, Tags, read_tags

_VERSION = 1
# Of the formats that are taken for recordings, those in which tags can be read.
_TAGGED = frozenset(".mp3 .m4a .m4b .mp4 .m4v .ogg .oga .ogv .opus .flac .wav .wma .aiff".split())


class KeptTags:
    """What is kept in the file `path` (None keeps nothing): tags by recording, with its size and time."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._before = _read(path)
        self._now: dict[str, tuple[int, int, Tags]] = {}

    def of(self, recording: str, status: os.stat_result | None) -> Tags:
        """The tags of the file `recording`, whose `status` is as the disk has it now."""
        if status is None or os.path.splitext(recording)[1].lower() not in _TAGGED:  # noqa: PTH122
            return NO_TAGS
        mark = (status.st_size, status.st_mtime_ns)
        kept = self._before.get(recording)
        tags = kept[2] if kept is not None and kept[:2] == mark else read_tags(recording)
        self._now[recording] = (*mark, tags)
        return tags

    def save(self) -> None:
        """Keep the tags of the recordings that were asked for; nothing else."""
        if self._path is None or self._now == self._before:
            return
        from episcribe.library.files import write_if_changed

        content = {"version": _VERSION, "recordings": self._now}
        write_if_changed(self._path, json.dumps(content, ensure_ascii=False, separators=(",", ":")))


def _read(path: Path | None) -> dict[str, tuple[int, int, Tags]]:
    if path is None:
        return {}
    try:
        kept = json.loads(path.read_bytes())
        if kept["version"] != _VERSION:
            return {}
        return {
            name: (int(size), int(moment), Tags(*tags))
            for name, (size, moment, tags) in kept["recordings"].items()
        }
    except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return {}
