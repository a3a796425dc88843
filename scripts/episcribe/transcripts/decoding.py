"""From bytes to text: byte order marks, UTF-16 without one, declared and undeclared charsets, and what is
no text.
"""

import codecs
import re

from episcribe.library.errors import UnreadableTranscript

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(
    rb"""<\?xml[^>]{0,200}encoding\s*=\s*["']([\w.:-]{2,40})|<meta[^>]{0,300}charset\s*=\s*["']?\s*([\w.:-]{2,40})""",
    re.IGNORECASE,
)
_BINARY = (
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a ZIP or Office file (.docx, .odt, .epub)"),
    (b"\xd0\xcf\x11\xe0", "an old Office file (.doc)"),
    (b"{\\rtf", "an RTF file"),
    (b"\x1f\x8b", "a gzip file"),
    (b"ID3", "an MP3 recording"),
    (b"\xff\xfb", "an MP3 recording"),
    (b"OggS", "an Ogg recording"),
    (b"RIFF", "a WAV or AVI recording"),
    (b"fLaC", "a FLAC recording"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"SQLite format 3", "an SQLite database"),
)
MAX_BYTES = 64 * 1024 * 1024


def decode(data: bytes) -> str:
    """`data` as text, without a byte order mark.

    Tried are a byte order mark, UTF-16 by its zero bytes, UTF-8, the charset that XML or HTML declares,
    then Windows-1252, which reads anything. Raises UnreadableTranscript when `data` is empty, too large,
    or not text.
    """
    if not data.strip(b" \t\r\n\f\0"):
        raise UnreadableTranscript(
            "the file is empty" if not data else "the file holds nothing but white space"
        )
    if len(data) > MAX_BYTES:
        raise UnreadableTranscript(
            f"larger than any transcript: {len(data) >> 20} MB, at most {MAX_BYTES >> 20} are read"
        )
    for signature, kind in _BINARY:
        if data.startswith(signature):
            raise UnreadableTranscript(f"{kind}, not a transcript in text")
    if data[4:8] == b"ftyp":
        raise UnreadableTranscript("an MP4 recording, not a transcript in text")
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _clean(data[len(mark) :].decode(encoding, "replace"))
    return _clean(_without_mark(data))


def _without_mark(data: bytes) -> str:
    wide = _wide(data)
    if wide is not None:
        return data.decode(wide, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        mistake = error
    declared = _DECLARED.search(data[:2048])
    if declared:
        try:
            return data.decode((declared[1] or declared[2]).decode("ascii"))
        except (LookupError, UnicodeError, ValueError):
            pass
    if _mostly_utf8(data, mistake):
        return data.decode("utf-8", "replace")
    return data.decode("cp1252", "replace")


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark, by where the zero bytes of its ASCII characters stand."""
    sample = data[:4096]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if half > 4 and odd > 0.6 * half and even < 0.1 * half:
        return "utf-16-le"
    if half > 4 and even > 0.6 * half and odd < 0.1 * half:
        return "utf-16-be"
    return None


def _mostly_utf8(data: bytes, mistake: UnicodeDecodeError) -> bool:
    """True when a few bytes are broken in a text that is UTF-8: cut off at its end, or damaged."""
    sample = data[max(0, mistake.start - 50_000) : mistake.start + 50_000]
    text = sample.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    right = sum(1 for character in text if character > "\x7f") - wrong
    return mistake.start >= len(data) - 4 or right > 4 * wrong


def _clean(text: str) -> str:
    """`text` without leading marks and with NUL replaced; refused when control characters show it is no
    text.
    """
    text = text.lstrip("\ufeff")
    if not text.strip():
        raise UnreadableTranscript("the file holds nothing but white space")
    sample = text[:20_000]
    odd = sum(1 for character in sample if character < " " and character not in "\t\n\r\f\x0b\x1a\x1b")
    if odd > 0.05 * len(sample) + 2:
        raise UnreadableTranscript("binary data, not text")
    return text.replace("\0", "\ufffd")
