"""What a declared MIME type or a file's name promises of a transcript, before anything of it is read."""

from urllib.parse import urlsplit

from episcribe.transcripts.sniffing import Format

_TYPES = {
    "text/vtt": Format.WEBVTT,
    "text/webvtt": Format.WEBVTT,
    "application/x-subrip": Format.SRT,
    "application/srt": Format.SRT,
    "application/x-srt": Format.SRT,
    "text/srt": Format.SRT,
    "application/json": Format.JSON,
    "text/json": Format.JSON,
    "application/ttml+xml": Format.TTML,
    "application/ttml": Format.TTML,
    "text/html": Format.HTML,
    "application/xhtml+xml": Format.HTML,
    "text/markdown": Format.MARKDOWN,
    "text/plain": Format.TEXT,
}
_EXTENSIONS = {
    **{form.value: form for form in Format},
    "webvtt": Format.WEBVTT,
    "xml": Format.TTML,
    "dfxp": Format.TTML,
    "srv1": Format.SRV,
    "srv2": Format.SRV,
    "srv3": Format.SRV,
    "htm": Format.HTML,
    "xhtml": Format.HTML,
    "markdown": Format.MARKDOWN,
    "text": Format.TEXT,
}


def declared_format(declared_type: str | None, name: str) -> Format | None:
    """The format that a MIME type (parameters are ignored) or else the name or URL promises; None for
    neither.

    `text/plain` is what servers say of anything, so there the name comes first.
    """
    mime = (declared_type or "").partition(";")[0].strip().lower()
    path = urlsplit(name).path if "://" in name else name
    extension = path.rpartition(".")[2].lower() if "." in path else ""
    by_type, by_name = _TYPES.get(mime), _EXTENSIONS.get(extension)
    return (by_name or by_type) if by_type in (None, Format.TEXT) else by_type
