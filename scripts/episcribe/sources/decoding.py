"""The bytes of a feed as UTF-8, whatever they claim to be."""

import codecs
import re
import zlib

from episcribe.library.errors import EpiscribeError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE_STARTS = (
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_DECLARED = re.compile(
    rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']\s*([A-Za-z0-9._:\-]{1,40})""", re.IGNORECASE
)
_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9._:\-]{1,40})""", re.IGNORECASE)
_LANGUAGE = re.compile(
    rb"""(?:<(?:dc:)?language>\s*|xml:lang\s*=\s*["'])([A-Za-z]{2,3}(?:[-_][A-Za-z]{2,4})?)"""
)

# Publishers name the small set and write the large one (WHATWG Encoding, "names and labels").
_LARGER_SETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "johab": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
}
_NOT_FOR_TEXTS = frozenset(("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "utf-7"))
_SEVEN_BIT = ("iso2022", "hz")
# What a feed in this language was most likely written in when it is not UTF-8 and does not say.
_BY_LANGUAGE = {
    "ru": ("cp1251",),
    "uk": ("cp1251",),
    "bg": ("cp1251",),
    "sr": ("cp1251",),
    "be": ("cp1251",),
    "pl": ("cp1250",),
    "cs": ("cp1250",),
    "sk": ("cp1250",),
    "hu": ("cp1250",),
    "hr": ("cp1250",),
    "sl": ("cp1250",),
    "ro": ("cp1250",),
    "el": ("cp1253",),
    "tr": ("cp1254",),
    "he": ("cp1255",),
    "ar": ("cp1256",),
    "fa": ("cp1256",),
    "th": ("cp874",),
    "vi": ("cp1258",),
    "ko": ("cp949",),
    "ja": ("euc_jp", "cp932"),
    "zh-tw": ("big5hkscs", "gb18030"),
    "zh-hk": ("big5hkscs", "gb18030"),
    "zh": ("gb18030", "big5hkscs"),
}
_BLOCK = 1 << 20
_HEAD = 1 << 16


def to_utf8(data: bytes, content_type: str | None = None) -> tuple[bytes, list[str]]:
    """`data` as UTF-8 without a byte order mark, and a line for each thing that was not as it said.

    Valid UTF-8 is UTF-8 whatever is declared; else the XML declaration and then the charset of `content_type`
    are tried, then what the feed's language makes likely. When nothing fits, the result holds stray bytes
    that `decode_text` reads as Windows-1252.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            body = data[len(mark) :]
            return (body, []) if encoding == "utf-8" else (_transcode(body, encoding), [])
    for start, encoding in _WIDE_STARTS:
        if data.lstrip(b" \t\r\n").startswith(start) and data.count(b"\0", 0, 200) > 20:
            return _transcode(data, encoding), []
    declared = _declared_codecs(data[:_HEAD], content_type)
    seven_bit = next((name for name in declared if name.startswith(_SEVEN_BIT)), None)
    if seven_bit and data.isascii():
        return _transcode(data, seven_bit), []
    if _is_utf8(data):
        return data, []
    return _from_legacy(data, declared)


def decode_text(data: bytes) -> str:
    """Text of a piece of UTF-8 in which stray bytes are read as Windows-1252."""
    return data.decode("utf-8", "episcribe-stray")


def gunzip(data: bytes, limit: int) -> bytes:
    """The content when `data` is a gzip file (one that was served as it lies), else `data` itself.

    Raises EpiscribeError when it unpacks to more than `limit` bytes. Of a damaged file the beginning is
    given.
    """
    if not data.startswith(b"\x1f\x8b"):
        return data
    parts: list[bytes] = []
    size = 0
    while data.startswith(b"\x1f\x8b"):
        unpacker = zlib.decompressobj(31)
        try:
            parts.append(unpacker.decompress(data, limit - size + 1))
        except zlib.error:
            break
        size += len(parts[-1])
        if size > limit:
            raise EpiscribeError(f"the compressed feed unpacks to more than {limit // 1024**2} MB")
        data = unpacker.unused_data
    return b"".join(parts)


def _stray_bytes(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    piece = error.object[error.start : error.end]
    return "".join(_WINDOWS_1252[byte] for byte in piece), error.end


_WINDOWS_1252 = [bytes([value]).decode("cp1252", "replace") for value in range(256)]
codecs.register_error("episcribe-stray", _stray_bytes)


def _declared_codecs(head: bytes, content_type: str | None) -> list[str]:
    names = [match.group(1).decode("ascii") for match in (_DECLARED.search(head),) if match]
    names += [match.group(1) for match in (_CHARSET.search(content_type or ""),) if match]
    return [codec for codec in map(_codec, names) if codec]


def _codec(name: str) -> str | None:
    try:
        "a".encode(name)  # refuses what `codecs.lookup` finds as well: base64, zip and other transformations
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return None if found in _NOT_FOR_TEXTS else _LARGER_SETS.get(found, found)


def _is_utf8(data: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), _BLOCK):
            decoder.decode(data[start : start + _BLOCK])
    except UnicodeDecodeError:
        return False
    return True


def _transcode(data: bytes, encoding: str) -> bytes:
    return data.decode(encoding, "replace").replace("\ufeff", "").encode("utf-8", "replace")


def _from_legacy(data: bytes, declared: list[str]) -> tuple[bytes, list[str]]:
    if _mostly_utf8(data):
        return data, ["some characters are not valid UTF-8 and were read as Windows-1252"]
    said = [name for name in declared if name not in ("utf-8", "utf-16", "utf-32")]
    for encoding in said:
        try:
            return data.decode(encoding).encode("utf-8", "replace"), []
        except (UnicodeDecodeError, ValueError):
            continue
    note = "the feed is not in the encoding that it declares" if declared else "the feed declares no encoding"
    for encoding in _likely_codecs(data[:_HEAD]):
        try:
            return data.decode(encoding).encode("utf-8", "replace"), [f"{note}; read as {encoding}"]
        except UnicodeDecodeError:
            continue
    for encoding in said:
        if encoding not in ("cp1252", "ascii"):
            return _transcode(data, encoding), ["some characters are not valid in the declared encoding"]
    return data, [f"{note}; read as Windows-1252"]


def _mostly_utf8(data: bytes) -> bool:
    """True when most bytes above 0x7f stand in UTF-8 sequences (a UTF-8 file that was cut or patched)."""
    sample = data[: 4 * _BLOCK]
    strays = len(_NOT_UTF8.findall(_UTF8_SEQUENCE.sub(b"", sample)))
    return len(_UTF8_SEQUENCE.findall(sample)) > 2 * strays


_UTF8_SEQUENCE = re.compile(
    rb"[\xc3-\xdf][\x80-\xbf]|\xc2[\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_NOT_UTF8 = re.compile(rb"[\x80-\xff]")


def _likely_codecs(head: bytes) -> tuple[str, ...]:
    match = _LANGUAGE.search(head)
    if match is None:
        return ()
    tag = match.group(1).decode("ascii").lower().replace("_", "-")
    return _BY_LANGUAGE.get(tag) or _BY_LANGUAGE.get(tag.partition("-")[0], ())
