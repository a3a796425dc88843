"""Files by a glob: `*`, `?`, `[…]`, `**` for any depth, `{a,b}` for either; a folder means all that is in
it.
"""

import os
import re
from collections.abc import Iterator, Sequence
from fnmatch import translate
from functools import lru_cache
from glob import escape
from hashlib import blake2b
from typing import NamedTuple

MOST_FILES = 200_000
_DEEPEST = 64
_WILD = re.compile(r"[*?[]")
_CHOICE = re.compile(r"\{([^{}/]*,[^{}/]*)\}")
_MOST_CHOICES = 64


class Listing(NamedTuple):
    """What a glob finds, each list sorted.

    `base` is the folder that the glob's wildcards start from, `files` the paths that match. `outside` are
    symbolic links that lead out of the base or to a folder, `misnamed` files whose names are not UTF-8:
    these are not taken.
    """

    base: str
    files: list[str]
    outside: list[str]
    misnamed: list[str]


def list_files(pattern: str) -> Listing:
    """The files that match an absolute glob; hidden ones only where the glob has the dot.

    A part of the path that exists by that very name is no wildcard, so a folder may be called `[old]
    talks`. Linked files are taken when they lie inside the base; linked folders are not entered.
    """
    base, parts = _split(pattern)
    if not parts and os.path.isdir(base):  # noqa: PTH112
        parts = ["**", "*"]
    elif not parts:
        base, name = os.path.split(base)
        parts = [escape(name)]
    walk = _Walk(os.path.realpath(base))
    for choice in _choices("/".join(parts)):
        walk.descend(base, [part for part in choice.split("/") if part], 0)
    files = sorted(walk.found)
    good = [path for path in files if _is_utf8(path)]
    return Listing(base, good, sorted(walk.outside), [path for path in files if not _is_utf8(path)])


def listing_digest(pattern: str) -> str:
    """A digest of the paths that match a glob: another one when a file came, went or was renamed."""
    listing = list_files(pattern)
    digest = blake2b(digest_size=12)
    for path in (*listing.files, "", *listing.outside, "", *listing.misnamed):
        digest.update(os.fsencode(path) + b"\0")
    return digest.hexdigest()


class _Walk:
    def __init__(self, root: str) -> None:
        self._root = root
        self.found: set[str] = set()
        self.outside: set[str] = set()

    def descend(self, folder: str, parts: Sequence[str], depth: int) -> None:
        """Add what matches `parts` below `folder`."""
        if not parts or depth > _DEEPEST or len(self.found) >= MOST_FILES:
            return
        part, rest = parts[0], parts[1:]
        if part == "**":
            while rest and rest[0] == "**":
                rest = rest[1:]
            self._all_depths(folder, rest or ["*"], depth)
            return
        matcher = _matcher(part)
        for entry in _entries(folder):
            if (entry.name.startswith(".") and not part.startswith(".")) or not matcher.match(entry.name):
                continue
            if not rest:
                self._take(entry)
            elif self._is_folder(entry):
                self.descend(entry.path, rest, depth + 1)

    def _all_depths(self, folder: str, rest: Sequence[str], depth: int) -> None:
        pending = [(folder, depth)]
        while pending:
            current, level = pending.pop()
            self.descend(current, rest, level)
            if level < _DEEPEST:
                pending.extend(
                    (entry.path, level + 1)
                    for entry in _entries(current)
                    if not entry.name.startswith(".") and self._is_folder(entry)
                )

    def _is_folder(self, entry: os.DirEntry[str]) -> bool:
        try:
            if entry.is_dir(follow_symlinks=False):
                return True
            if entry.is_symlink() and entry.is_dir():
                self.outside.add(entry.path)
        except OSError:
            pass
        return False

    def _take(self, entry: os.DirEntry[str]) -> None:
        try:
            if not entry.is_file():
                return
        except OSError:
            return
        if entry.is_symlink() and not _is_inside(os.path.realpath(entry.path), self._root):
            self.outside.add(entry.path)
        else:
            self.found.add(entry.path)


def _is_inside(path: str, folder: str) -> bool:
    return os.path.commonpath([path, folder]) == folder


def _entries(folder: str) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from entries
    except OSError:
        return


def _split(pattern: str) -> tuple[str, list[str]]:
    """The folder before the first wildcard, and the parts from there on."""
    base = os.sep
    parts = [part for part in pattern.split("/") if part]
    for index, part in enumerate(parts):
        path = os.path.join(base, part)  # noqa: PTH118 - strings, for speed and for names that are not UTF-8
        if (_WILD.search(part) or _CHOICE.search(part)) and not os.path.lexists(path):
            return base, parts[index:]
        base = path
    return base, []


def _choices(pattern: str) -> list[str]:
    """The patterns that `{a,b}` stands for."""
    pending, done = [pattern], list[str]()
    while pending and len(pending) + len(done) <= _MOST_CHOICES:
        current = pending.pop(0)
        match = _CHOICE.search(current)
        if match is None:
            done.append(current)
        else:
            head, tail = current[: match.start()], current[match.end() :]
            pending.extend(f"{head}{choice}{tail}" for choice in match[1].split(","))
    return done


@lru_cache(maxsize=256)
def _matcher(part: str) -> re.Pattern[str]:
    return re.compile(translate(part))


def _is_utf8(path: str) -> bool:
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
