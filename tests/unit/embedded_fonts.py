"""What the fonts inside the typst binding cover, read from the binding itself.

Run as a program, it writes the list that ships with the project: do so after typst was raised.
"""

import struct
from importlib.util import find_spec
from pathlib import Path

from episcribe.study.fonts import EMBEDDED, cmap_position, cmap_ranges

_SIGNATURES = (b"OTTO", b"\x00\x01\x00\x00")
_TABLES = {b"cmap", b"head", b"hmtx", b"name"}


def ranges_in_the_binding() -> list[tuple[int, int]]:
    """The ranges of code points, in order, for which a font in the binding's library has a glyph."""
    spec = find_spec("typst._typst")
    assert spec is not None
    assert spec.origin is not None
    data = Path(spec.origin).read_bytes()
    codes: set[int] = set()
    for signature in _SIGNATURES:
        at = data.find(signature)
        while at >= 0:
            codes |= _codes(data, at)
            at = data.find(signature, at + 1)
    return _joined(sorted(codes))


def _codes(data: bytes, at: int) -> set[int]:
    count = struct.unpack_from(">H", data, at + 4)[0] if at + 6 <= len(data) else 0
    directory = data[at : at + 12 + 16 * count]
    if not 5 <= count <= 40 or not {directory[12 + 16 * i : 16 + 16 * i] for i in range(count)} >= _TABLES:
        return set()
    offset, length = cmap_position(directory)
    table = data[at + offset : at + offset + length]
    return {code for first, last in cmap_ranges(table) for code in range(first, last + 1)}


def _joined(codes: list[int]) -> list[tuple[int, int]]:
    ranges: list[tuple[int, int]] = []
    for code in codes:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1] = (ranges[-1][0], code)
        else:
            ranges.append((code, code))
    return ranges


def as_text(ranges: list[tuple[int, int]]) -> str:
    """One range a line, as `0041-005A` or `00A9`."""
    lines = (f"{first:04X}" if first == last else f"{first:04X}-{last:04X}" for first, last in ranges)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    EMBEDDED.write_text(as_text(ranges_in_the_binding()), "ascii")
