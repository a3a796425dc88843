"""Which of an item's files is a recording, and which of a recording's files is taken.

One recording lies on archive.org in many forms: what was uploaded, and what the site derived from it. For
listening and for speech recognition, which works on 16 kHz in mono, an MP3 of full quality holds all that is
needed, plays everywhere, can be sought in, and is a tenth of the size of lossless audio. So:

1. the site's own variable-rate MP3 (`VBR MP3`), then `128Kbps MP3`, then any other MP3;
2. Ogg Vorbis, Opus and MPEG-4 audio, which are as good, but play in fewer places;
3. MP3 at 64 kb/s and below, where old and noisy speech begins to suffer;
4. FLAC, WAVE and AIFF: all there is, at five to ten times the size;
5. what few programs read;
6. where there is no audio file at all, the smallest MPEG-4 video, else the smallest video.

Among files of one row the one that was uploaded is preferred, being a generation closer to the sound, then
the smaller one.
"""

import re
from dataclasses import dataclass

from episcribe.library.episode import TranscriptLink


@dataclass(frozen=True, slots=True)
class ItemFile:
    """One file of an item, as far as it matters here; `length` in seconds, `size` in bytes.

    `original` is the file that this one was derived from; `private` files cannot be downloaded.
    """

    name: str
    format: str = ""
    original: str | None = None
    size: int | None = None
    length: str | None = None
    md5: str | None = None
    sha1: str | None = None
    title: str | None = None
    track: str | None = None
    is_private: bool = False

    @property
    def suffix(self) -> str:
        """The extension in lower case, with its dot."""
        head, dot, tail = self.name.rpartition("/")[2].rpartition(".")
        return f".{tail.lower()}" if head and dot else ""


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the order: files with one of the extensions whose format or name matches."""

    suffixes: str
    pattern: str = ""
    unless: str = ""

    def fits(self, file: ItemFile) -> bool:
        """True for a file that belongs in this row."""
        described = f"{file.format} {file.name}".lower()
        return (
            file.suffix in self.suffixes.split()
            and re.search(self.pattern, described) is not None
            and not (self.unless and re.search(self.unless, described))
        )


_ORDER = (
    _Row(".mp3", r"^vbr mp3|_vbr\.mp3$"),
    _Row(".mp3", r"^128kbps|_128kb\.mp3$"),
    _Row(".mp3", unless=r"^(?:8|16|24|32|48|56|64)kbps|_(?:32|64)kb\.mp3$"),
    _Row(".ogg .oga"),
    _Row(".opus"),
    _Row(".m4a .aac .mp4a"),
    _Row(".mp3"),
    _Row(".flac"),
    _Row(".wav .aif .aiff"),
    _Row(".wma .mka .mp2 .ra .ape .shn .amr .au"),
    _Row(".m4b"),
)
_VIDEO_ORDER = (_Row(".mp4 .m4v"), _Row(".webm .ogv .mkv .mov .mpeg .mpg .avi .wmv .flv .3gp"))
_WHOLE_BOOK = ".m4b"

MEDIA_TYPES = {
    **dict.fromkeys((".mp3", ".mp2"), "audio/mpeg"),
    **dict.fromkeys((".ogg", ".oga", ".opus"), "audio/ogg"),
    **dict.fromkeys((".m4a", ".m4b", ".mp4a"), "audio/mp4"),
    ".aac": "audio/aac",
    ".flac": "audio/flac",
    ".wav": "audio/wav",
    **dict.fromkeys((".aif", ".aiff"), "audio/aiff"),
    ".wma": "audio/x-ms-wma",
    **dict.fromkeys((".mp4", ".m4v"), "video/mp4"),
    ".webm": "video/webm",
    ".ogv": "video/ogg",
    ".mkv": "video/x-matroska",
    ".mov": "video/quicktime",
    **dict.fromkeys((".mpeg", ".mpg"), "video/mpeg"),
    ".avi": "video/x-msvideo",
}
_AUDIO = frozenset(" ".join(row.suffixes for row in _ORDER).split())
_VIDEO = frozenset(" ".join(row.suffixes for row in _VIDEO_ORDER).split())

# What archive.org and uploaders call the words of a recording. `_djvu.txt` is text read off scanned pages.
_CAPTIONS = {
    ".vtt": "text/vtt",
    ".srt": "application/x-subrip",
    ".sbv": "text/x-sbv",
    ".ttml": "application/ttml+xml",
    ".dfxp": "application/ttml+xml",
}
_TEXTS = {".json": "application/json", ".txt": "text/plain", ".html": "text/html", ".md": "text/markdown"}
_SPOKEN = re.compile(r"transcript|whisper|\basr\b|[._-]asr[._-]|speech|captions?|subtitles?", re.IGNORECASE)
_NOT_SPOKEN = re.compile(
    r"_djvu\.|_(?:meta|files|reviews|archive|rules|hocr|page_numbers|events)\.|djvutxt|essentia|peaks|"
    r"spectrogram|readme|licen[cs]e|chapters?\.json$|\.info\.json$|live_chat",
    re.IGNORECASE,
)


def is_recording(file: ItemFile) -> bool:
    """True for sound and moving pictures; not for the previews that the site cuts out of them."""
    is_media = file.suffix in _AUDIO or file.suffix in _VIDEO
    return is_media and file.size != 0 and not re.search(r"_sample\.\w+$|\bsample$", file.name, re.I)


def is_whole_book(file: ItemFile) -> bool:
    """True for the audio book that holds all the recordings of an item once more, as one file."""
    return file.suffix == _WHOLE_BOOK or "apple audiobook" in file.format.lower()


def best_file(files: list[ItemFile]) -> ItemFile | None:
    """The file of one recording that is taken, by the order above; None when none can be downloaded."""
    public = [file for file in files if not file.is_private]
    for row in _ORDER:
        fitting = [file for file in public if row.fits(file)]
        if fitting:
            return min(fitting, key=lambda file: (file.original is not None, file.size or 1 << 62, file.name))
    for row in _VIDEO_ORDER:
        fitting = [file for file in public if row.fits(file)]
        if fitting:
            return min(fitting, key=lambda file: (file.size or 1 << 62, file.name))
    return None


def transcript_type(file: ItemFile) -> str | None:
    """The MIME type of a file that holds the words of a recording, None for all other files.

    Captions are taken by their extension; JSON and text only where name or format says that it is speech.
    """
    if _NOT_SPOKEN.search(file.name) or _NOT_SPOKEN.search(file.format) or file.is_private or file.size == 0:
        return None
    if file.suffix in _CAPTIONS:
        return _CAPTIONS[file.suffix]
    says_so = _SPOKEN.search(file.format) or _SPOKEN.search(file.name.rpartition("/")[2])
    return _TEXTS.get(file.suffix) if says_so else None


def transcript_order(link: TranscriptLink) -> tuple[int, str]:
    """Captions first, which have times."""
    return (0 if link.type in _CAPTIONS.values() else 1, link.url)
