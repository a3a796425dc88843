"""Files that are kept compressed: `NAME.gz` stands for NAME, and is read as if it were."""

import os
import zlib
from pathlib import Path

SUFFIX = ".gz"
# More than any log or transcript ever has; what unpacks to more was not made by Episcribe.
MOST_BYTES = 1 << 30
_PIECE = 1 << 20


def compressed_path(path: Path) -> Path:
    """Where the compressed form of the file `path` stands."""
    return path.with_name(path.name + SUFFIX)


def unpack(data: bytes, most: int = MOST_BYTES) -> bytes:
    """What gzip packed. Raises ValueError for damaged data, and for more than `most` bytes."""
    pieces: list[bytes] = []
    room = most + 1
    while data:
        member = zlib.decompressobj(wbits=31)
        try:
            while not member.eof and room > 0:
                piece = member.decompress(data, min(_PIECE, room))
                data = member.unconsumed_tail
                if not piece and not data:
                    break
                room -= len(piece)
                pieces.append(piece)
        except zlib.error as error:
            raise ValueError(f"damaged: {error}") from error
        if room <= 0:
            raise ValueError(f"unpacks to more than {most} bytes")
        if not member.eof:
            raise ValueError("cut off")
        data = member.unused_data
    return b"".join(pieces)


def read_kept(path: Path) -> bytes:
    """The bytes of `path`, or of its compressed form where only that is there.

    Raises OSError when neither can be read, or the compressed form is damaged.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        packed = compressed_path(path)
        if not packed.exists():
            raise
    try:
        return unpack(packed.read_bytes())
    except ValueError as error:
        raise OSError(0, str(error), str(packed)) from error


def read_appended(path: Path) -> bytes:
    """The bytes of a file of lines that is appended to: those that were compressed, then the later ones.

    Lines that are in both are given once: where compressing was cut short before the plain file was removed.
    Raises OSError as `read_kept` does.
    """
    try:
        plain: bytes | None = path.read_bytes()
    except FileNotFoundError:
        plain = None
    packed = compressed_path(path)
    if not os.path.exists(packed):  # noqa: PTH110 - asked of every log of ten thousand episodes
        if plain is None:
            raise FileNotFoundError(2, "No such file or directory", str(path))
        return plain
    try:
        older = unpack(packed.read_bytes())
    except ValueError as error:
        raise OSError(0, str(error), str(packed)) from error
    if not plain:
        return older
    if older and not older.endswith(b"\n"):
        older += b"\n"
    return older + plain[_overlap(older, plain) :]


def pack(data: bytes) -> bytes:
    """`data` as gzip packs it; the same bytes for the same data."""
    import gzip

    return gzip.compress(data, 9, mtime=0)


def _overlap(older: bytes, later: bytes) -> int:
    """How many bytes at the beginning of `later` are the end of `older`, in whole lines."""
    first = later.partition(b"\n")[0] + b"\n"
    at = older.find(first)
    while at >= 0:
        if at == 0 or older[at - 1 : at] == b"\n":
            if later.startswith(older[at:]):
                return len(older) - at
            # It was compressed between the two looks at it.
            if older.startswith(later, at):
                return len(later)
        at = older.find(first, at + 1)
    return 0
