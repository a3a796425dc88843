"""What kind of recording some bytes are, by the bytes themselves: servers and feeds name types wrongly."""

import re
from pathlib import Path
from typing import Literal, NamedTuple

from episcribe.library.errors import FailureKind
from episcribe.net.errors import FetchError

ENOUGH = 64 * 1024
"""How many bytes of a file's beginning `sniff_media` makes use of."""

_JUNK = 32 * 1024  # how far the first MPEG frame is looked for
_LEAST_SHARE = 0.5


class Media(NamedTuple):
    """A kind of recording: its file name extension (with the dot) and its media type."""

    kind: Literal["audio", "video"]
    extension: str
    mime: str


_MP3 = Media("audio", ".mp3", "audio/mpeg")
_MP2 = Media("audio", ".mp2", "audio/mpeg")
_AAC = Media("audio", ".aac", "audio/aac")
_M4A = Media("audio", ".m4a", "audio/mp4")
_M4B = Media("audio", ".m4b", "audio/mp4")
_MP4 = Media("video", ".mp4", "video/mp4")
_MOV = Media("video", ".mov", "video/quicktime")
_3GP = Media("video", ".3gp", "video/3gpp")
_WAV = Media("audio", ".wav", "audio/wav")
_FLAC = Media("audio", ".flac", "audio/flac")
_WMA = Media("audio", ".wma", "audio/x-ms-wma")
_WMV = Media("video", ".wmv", "video/x-ms-wmv")
_SIMPLE = {
    b"fLaC": _FLAC,
    b"caff": Media("audio", ".caf", "audio/x-caf"),
    b"#!AMR": Media("audio", ".amr", "audio/amr"),
    b"wvpk": Media("audio", ".wv", "audio/x-wavpack"),
    b".snd": Media("audio", ".au", "audio/basic"),
    b"FLV\x01": Media("video", ".flv", "video/x-flv"),
    b"\x00\x00\x01\xba": Media("video", ".mpg", "video/mpeg"),
}
_CONTAINERS = {  # IFF and RIFF files name their kind at byte 8
    (b"RIFF", b"WAVE"): _WAV,
    (b"RF64", b"WAVE"): _WAV,
    (b"BW64", b"WAVE"): _WAV,
    (b"RIFF", b"AVI "): Media("video", ".avi", "video/x-msvideo"),
    (b"FORM", b"AIFF"): Media("audio", ".aiff", "audio/aiff"),
    (b"FORM", b"AIFC"): Media("audio", ".aiff", "audio/aiff"),
}
_OGG = (  # how the first packet of a stream begins, most telling first
    (b"\x80theora", Media("video", ".ogv", "video/ogg")),
    (b"OpusHead", Media("audio", ".opus", "audio/ogg")),
    (b"\x01vorbis", Media("audio", ".ogg", "audio/ogg")),
    (b"\x7fFLAC", Media("audio", ".oga", "audio/ogg")),
    (b"Speex   ", Media("audio", ".spx", "audio/ogg")),
)
_ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_ASF_VIDEO = bytes.fromhex("c0ef19bc4d5bcf11a8fd00805f5c442b")
_AUDIO_BRANDS = {b"M4A ": _M4A, b"M4B ": _M4B, b"M4P ": _M4A, b"F4A ": _M4A, b"F4B ": _M4B}
_VIDEO_BRANDS = re.compile(rb"isom|iso\d|mp4\d|avc1|M4V.|dash|mmp4|MSNV|f4v |F4V |cmf.|ndx.|hvc1|av01")
_QUICKTIME_ATOMS = frozenset((b"moov", b"mdat", b"wide", b"pnot"))
_EXTENSIONS = frozenset(
    f".{name}"
    for name in "mp3 mp2 aac m4a m4b mp4 m4v mov 3gp wav flac wma wmv caf amr wv au flv mpg mpeg avi "
    "aiff aif ogv opus ogg oga spx webm mkv mka ts".split()
)


def sniff_media(head: bytes) -> Media | None:
    """The kind of recording that begins with `head`; None for what is none, such as a page of HTML.

    `ENOUGH` bytes tell all that can be told. A container that may hold a picture or not counts as video
    unless its beginning says that there is sound only.
    """
    head = head[:ENOUGH]
    for magic, media in _SIMPLE.items():
        if head.startswith(magic):
            return media
    if head.startswith(b"OggS"):
        return next((media for packet, media in _OGG if packet in head), None)
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return _matroska(head)
    if head.startswith(_ASF):
        return _WMV if _ASF_VIDEO in head else _WMA
    if (head[:4], head[8:12]) in _CONTAINERS:
        return _CONTAINERS[head[:4], head[8:12]]
    if head[4:8] == b"ftyp" or head[4:8] in _QUICKTIME_ATOMS:
        return _iso_media(head)
    if len(head) > 376 and head[0] == head[188] == head[376] == 0x47:
        return Media("video", ".ts", "video/mp2t")
    return _mpeg_audio(head)


def is_playlist(head: bytes) -> bool:
    """True for a playlist of a stream (HLS, M3U or PLS), which is text that names the recording's pieces."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:16]
    return start.startswith(b"#EXTM3U") or start.lower().startswith(b"[playlist]")


def without_media_extension(name: str) -> str:
    """`name` without the extension of a kind of recording, where it has one."""
    stem, dot, extension = name.rpartition(".")
    return stem if stem and dot + extension.lower() in _EXTENSIONS else name


def check_duration(path: Path, expected: float | None) -> float | None:
    """Seconds that the recording at `path` lasts; None when its format does not tell.

    Raises FetchError (transient, "cut off") when that is less than half of `expected`. The tolerance is wide
    because advertisements are put into recordings, and taken out, each time they are fetched.
    """
    from tinytag import TinyTag, TinyTagException

    try:
        seconds = TinyTag.get(path, tags=False).duration
    except (TinyTagException, OSError, ValueError, ArithmeticError, LookupError):
        return None
    if not seconds or seconds <= 0:
        return None
    if expected and seconds < _LEAST_SHARE * expected:
        raise FetchError(
            f"{path.name}: the recording is cut off, {seconds:.0f} s of {expected:.0f} s",
            FailureKind.TRANSIENT,
        )
    return float(seconds)


def _matroska(head: bytes) -> Media:
    """By the DocType and the codec ids of the tracks (RFC 9559), both of which are plain text."""
    silent = b"V_" not in head and b"A_" in head
    if b"webm" in head[:64]:
        return Media("audio" if silent else "video", ".webm", "audio/webm" if silent else "video/webm")
    if silent:
        return Media("audio", ".mka", "audio/x-matroska")
    return Media("video", ".mkv", "video/x-matroska")


def _iso_media(head: bytes) -> Media | None:
    """By the brands of the ftyp box (ISO/IEC 14496-12, 4.3) and the kinds of tracks, where they are near."""
    if head[4:8] != b"ftyp":
        return _MOV
    size = min(int.from_bytes(head[:4], "big"), 512)
    major = head[8:12]
    brands = [major, *(head[at : at + 4] for at in range(16, size - 3, 4))]
    audio = next((_AUDIO_BRANDS[brand] for brand in brands if brand in _AUDIO_BRANDS), None)
    if b"hdlr" in head:  # its handler type stands eight bytes behind the name of the box
        handlers = {head[match.end() + 8 : match.end() + 12] for match in re.finditer(b"hdlr", head)}
        if b"vide" not in handlers and b"soun" in handlers:
            return audio or _M4A
    if audio is not None:
        return audio
    if major == b"qt  ":
        return _MOV
    if major[:3] in (b"3gp", b"3g2"):
        return _3GP
    return _MP4 if any(_VIDEO_BRANDS.fullmatch(brand) for brand in brands) else None


def _mpeg_audio(head: bytes) -> Media | None:
    """MPEG audio (ISO/IEC 11172-3) or ADTS: after ID3 tags, and after junk when several frames follow it."""
    start, tagged = _behind_id3(head)
    if start >= len(head):
        return _MP3 if tagged else None
    if head.startswith(b"fLaC", start):
        return _FLAC
    for at in re.finditer(rb"\xff[\xe0-\xff]", head[: start + _JUNK][start:]):
        position = start + at.start()
        media = _frames(head, position, 2 if position == start else 4)
        if media is not None:
            return media
    return _MP3 if tagged and start + _JUNK > len(head) else None


def _behind_id3(head: bytes) -> tuple[int, bool]:
    """Where the sound begins behind ID3v2 tags (id3.org, 2.4.0, 3.1), and whether there were any."""
    start = 0
    while head[start : start + 3] == b"ID3" and len(head) >= start + 10:
        size = head[start + 6 : start + 10]
        footer = 10 if head[start + 5] & 0x10 else 0
        start += 10 + footer + (size[0] << 21 | size[1] << 14 | size[2] << 7 | size[3])
    return start, start > 0


_BITRATES = {  # kbit/s by (MPEG version 1, layer)
    (True, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES = (44100, 48000, 32000)


def _frames(head: bytes, at: int, wanted: int) -> Media | None:
    """The kind of audio when `wanted` frames of one kind follow one another from `at`."""
    first: Media | None = None
    for _ in range(wanted):
        found = _frame(head[at : at + 6])
        if found is None or (first is not None and found[0] != first):
            return None
        first, length = found
        at += length
    return first


def _frame(header: bytes) -> tuple[Media, int] | None:
    """The kind and the length in bytes of the frame with this header."""
    if len(header) < 6 or header[0] != 0xFF or header[1] < 0xE0:
        return None
    if header[1] & 0xF6 == 0xF0:
        length = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
        return (_AAC, length) if length > 6 and header[2] >> 2 & 15 < 13 else None
    version, layer = header[1] >> 3 & 3, 4 - (header[1] >> 1 & 3)
    bitrate, rate = header[2] >> 4, header[2] >> 2 & 3
    if version == 1 or layer == 4 or bitrate in (0, 15) or rate == 3:
        return None
    kbits = _BITRATES[version == 3, layer][bitrate - 1]
    hertz = _RATES[rate] >> {3: 0, 2: 1, 0: 2}[version]
    padding = header[2] >> 1 & 1
    if layer == 1:
        return _MP3, (12_000 * kbits // hertz + padding) * 4
    samples = 72_000 if layer == 3 and version != 3 else 144_000
    return (_MP3 if layer == 3 else _MP2), samples * kbits // hertz + padding
