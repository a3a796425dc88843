"""The fonts that a PDF is set in: where they lie, which of them a text needs, and what none of them covers.

Typst brings a few fonts inside its binding and says nothing when a character has no glyph in any font, so the
question is answered here from the fonts' own `cmap` tables (OpenType 1.9, "cmap": formats 4 and 12). What the
binding's fonts cover stands in `typst/embedded-fonts.txt`, since they cannot be read from a file.
"""

import re
import struct
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

TEMPLATES = Path(__file__).parent / "typst"
EMBEDDED = TEMPLATES / "embedded-fonts.txt"

# Classes of two ranges at most: re builds a table of all 65,536 characters, in milliseconds, for more.
_CJK = re.compile(
    "[\u2e80-\ua4cf\uac00-\ud7ff]|[\u1100-\u11ff\uf900-\ufaff]|[\ufe30-\ufe4f\uff00-\uffef]"
    "|[\U0001b000-\U0001b16f\U00020000-\U0003ffff]"
)
_KANA = re.compile("[\u3041-\u30ff]")
_HANGUL = re.compile("[\u3131-\u318e\uac00-\ud7a3]")
# Characters that are not drawn: they direct the ones beside them (Unicode's Default_Ignorable_Code_Point).
_UNDRAWN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_CJK_FAMILIES = {
    "ja": "JP",
    "ko": "KR",
    "zh-hant": "TC",
    "zh-tw": "TC",
    "zh-mo": "TC",
    "zh-hk": "HK",
    "zh": "SC",
}
_SCRIPTS = tuple(
    f"Noto Sans {script}"
    for script in (
        "Arabic Armenian Bengali Devanagari Ethiopic Georgian Gujarati Gurmukhi Hebrew Kannada Khmer Lao "
        "Malayalam Myanmar Oriya Sinhala Tamil Telugu Thai"
    ).split()
)
_SHARED = ("Noto Sans Symbols", "Noto Emoji", "New Computer Modern Math", "DejaVu Sans Mono")


def font_folders(text: str) -> list[Path]:
    """The folders of the fonts that `text` takes; the big Chinese, Japanese and Korean one only if needed."""
    packages = ["manimgx_fonts"]
    if _CJK.search(text):
        packages.append("manimgx_fonts_cjk")
    return [folder for package in packages if (folder := package_folder(package))]


def package_folder(package: str) -> Path | None:
    """The folder of an installed package, found without running any of its code; None when it is absent."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))


def cjk_family(text: str, language: str) -> str | None:
    """The family whose ideographs look as the readers of `language` write them; None when `text` has none.

    A document in another language is judged by its letters: kana mean Japanese, hangul Korean.
    """
    if not _CJK.search(text):
        return None
    tag = language.lower().replace("_", "-")
    for prefix, family in _CJK_FAMILIES.items():
        if tag == prefix or tag.startswith(prefix + "-"):
            return f"Noto Sans CJK {family}"
    guess = "JP" if _KANA.search(text) else "KR" if _HANGUL.search(text) else "SC"
    return f"Noto Sans CJK {guess}"


def body_fonts(cjk: str | None, *, serif: bool) -> list[str]:
    """Families for running text, first choice first. `serif` suits scripts that Libertinus Serif holds."""
    return [
        *(["Libertinus Serif", "Noto Sans"] if serif else ["Noto Sans", "Libertinus Serif"]),
        *_others(cjk),
    ]


def heading_fonts(cjk: str | None) -> list[str]:
    """Families for headings and small print, first choice first."""
    return ["Noto Sans", "Libertinus Serif", *_others(cjk)]


def _others(cjk: str | None) -> list[str]:
    return [*([cjk] if cjk else []), *_SCRIPTS, *_SHARED]


def uncovered(text: str, folders: Iterable[Path]) -> str:
    """The characters of `text`, in code order, that no embedded font and none in `folders` can draw."""
    wanted = {ord(character) for character in set(_UNDRAWN.sub("", text)) if not character.isspace()}
    starts, ends = _embedded_ranges()
    left = {code for code in wanted if not _within(code, starts, ends)}
    for folder in folders:
        for path in sorted(folder.iterdir()):
            if left and path.suffix.lower() in {".ttf", ".otf", ".ttc", ".otc"}:
                left -= covered_by(path, left)
    return "".join(chr(code) for code in sorted(left) if unicodedata.category(chr(code)) != "Cc")


def covered_by(path: Path, codes: Iterable[int]) -> set[int]:
    """Those of `codes` that the font at `path` has glyphs for (of a collection its first font)."""
    with path.open("rb") as file:
        head = file.read(64)
        start = struct.unpack_from(">L", head, 12)[0] if head[:4] == b"ttcf" else 0
        file.seek(start)
        offset, length = cmap_position(file.read(12 + 16 * 64))
        file.seek(offset)
        ranges = list(cmap_ranges(file.read(length)))
    starts, ends = [first for first, _ in ranges], [last for _, last in ranges]
    return {code for code in codes if _within(code, starts, ends)}


def cmap_ranges(table: bytes) -> Iterator[tuple[int, int]]:
    """The ranges (first, last) of code points that the widest Unicode subtable of a `cmap` table maps."""
    count = struct.unpack_from(">H", table, 2)[0]
    subtables: dict[int, int] = {}
    for index in range(count):
        platform, encoding, offset = struct.unpack_from(">HHL", table, 4 + 8 * index)
        if platform == 0 or (platform == 3 and encoding in {1, 10}):
            subtables[struct.unpack_from(">H", table, offset)[0]] = offset
    if 12 in subtables:
        offset = subtables[12]
        groups = struct.unpack_from(">L", table, offset + 12)[0]
        for first, last, _ in struct.iter_unpack(">LLL", table[offset + 16 : offset + 16 + 12 * groups]):
            yield first, last
    elif 4 in subtables:
        yield from _format_4_ranges(table, subtables[4])


def _format_4_ranges(table: bytes, offset: int) -> Iterator[tuple[int, int]]:
    double = struct.unpack_from(">H", table, offset + 6)[0]
    ends = struct.unpack_from(f">{double // 2}H", table, offset + 14)
    starts = struct.unpack_from(f">{double // 2}H", table, offset + 16 + double)
    yield from ((first, last) for first, last in zip(starts, ends, strict=True) if first != 0xFFFF)


def cmap_position(directory: bytes) -> tuple[int, int]:
    tables = struct.unpack_from(">H", directory, 4)[0]
    for index in range(min(tables, 64)):
        tag, _, offset, length = struct.unpack_from(">4sLLL", directory, 12 + 16 * index)
        if tag == b"cmap":
            return int(offset), int(length)
    return 0, 0


@lru_cache(maxsize=1)
def _embedded_ranges() -> tuple[list[int], list[int]]:
    pairs = [line.split("-") for line in EMBEDDED.read_text("ascii").split()]
    return [int(first, 16) for first, *_ in pairs], [int(pair[-1], 16) for pair in pairs]


def _within(code: int, starts: list[int], ends: list[int]) -> bool:
    index = bisect_right(starts, code) - 1
    return index >= 0 and code <= ends[index]
