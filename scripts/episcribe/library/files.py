"""Writing files so that one that exists is whole, and one that did not change is not touched."""

import os
import re
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

_TEMPORARY = re.compile(r"\..+\.[0-9a-f]{12}\.part")
_NAMED = 40


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write `content` to `path` by a temporary file in the same folder and a rename; make the folder.

    Raises OSError, which names `path`.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    # As tempfile names its files, which would take longer to import than most files take to write.
    name = path.with_name(f".{path.name[:_NAMED]}.{os.urandom(6).hex()}.part")
    try:
        with open(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb") as file:  # noqa: PTH123
            file.write(data)
        os.replace(name, path)  # noqa: PTH105 - Path.replace would import nothing less, and says it less plainly
    except OSError as error:
        _remove(name)
        # A full disk says nothing of the file, and otherwise its temporary name would be told.
        raise OSError(error.errno, _what_is_wrong(error), str(path)) from error
    except BaseException:
        _remove(name)
        raise


def is_temporary(name: str) -> bool:
    """True for the name that a file has while it is being written."""
    return _TEMPORARY.fullmatch(name) is not None


def remove_left_over(folder: Path, names: Collection[str] | None = None) -> None:
    """Delete what a process that was killed left in `folder` of the files `names` (None: of all).

    Nobody may be writing them now. What cannot be deleted stays.
    """
    begins = "." if names is None else tuple(f".{name[:_NAMED]}." for name in names)
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(begins) and is_temporary(entry.name):
                _remove(Path(entry.path))


def _remove(name: Path) -> None:
    with suppress(OSError):
        name.unlink()


def _what_is_wrong(error: OSError) -> str:
    if isinstance(error, IsADirectoryError):
        return "a folder stands where this file is to be; move it away, or use episcribe verify --fix"
    return error.strerror or str(error)


def write_if_changed(path: Path, content: str | bytes) -> bool:
    """Write `content` atomically unless `path` holds these bytes already; True when it was written."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    try:
        if path.stat().st_size == len(data) and path.read_bytes() == data:
            return False
    except OSError:
        pass
    write_atomically(path, data)
    return True
