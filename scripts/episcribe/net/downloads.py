"""Recordings: large, so a download that broke off goes on where it was, and checked before they count."""

import random
import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from episcribe.library.errors import FailureKind
from episcribe.net.client import Client, NetSettings
from episcribe.net.errors import FetchError, Resting, TooLarge
from episcribe.net.media import ENOUGH, Media, sniff_media, without_media_extension
from episcribe.net.not_media import not_a_recording
from episcribe.net.partial import NoSpace, Partial, check_space, in_words, representation_of
from episcribe.net.redaction import host_of
from episcribe.net.streams import Stream

_PIECE = 64 * 1024
_OVERLAP = 64 * 1024
_PROGRESS = 256 * 1024  # bytes that an attempt must bring for the next one to count as the first
_SLOWEST = 32 * 1024  # bytes a second
_USUAL_SIZE = 256 * 1024 * 1024
_CONTENT_RANGE = re.compile(r"bytes\s+(?:(\d{1,15})-(\d{1,15})|\*)/(\d{1,15}|\*)", re.IGNORECASE)

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Downloaded:
    """A recording on the disk: `url` is where it came from after redirects, `content_type` what the server
    called it, `media` what it is.
    """

    path: Path
    url: str
    content_type: str | None
    bytes: int
    sha256: str
    media: Media


class _Changed(FetchError):  # noqa: N818
    """What comes now does not continue what has come: it has to be fetched from its beginning."""


@dataclass(frozen=True, slots=True)
class _Wish:
    url: str
    target: Path
    max_bytes: int
    expected_bytes: int | None
    accept: Collection[str]
    progress: Progress | None


def download(
    client: Client,
    url: str,
    target: Path,
    *,
    max_bytes: int,
    expected_bytes: int | None = None,
    accept: Collection[str] = ("audio", "video"),
    progress: Progress | None = None,
) -> Downloaded:
    """Fetch the recording at `url` to `target`, whose extension is replaced by that of the content.

    Until it is whole it is `target` + ".part" with a small record beside it; a download that broke off, in
    this process or an earlier one, continues there (RFC 9110, 14 and 13.1.5), and begins anew when the
    server has something else now or sends no parts. `expected_bytes` is what the feed says, which is often
    wrong: it serves the look for space on the disk. `progress(done, total)` is called as bytes come.

    Raises FetchError. Transient: after several attempts without progress, no space on the disk (NoSpace), an
    error page in place of the recording. Blocked: as of the client. Permanent: 404 and the like, a page that
    wants a login, a playlist, a kind that is not in `accept`, more than `max_bytes`.
    """
    wish = _Wish(url, target, max_bytes, expected_bytes, accept, progress)
    with Partial(target, url) as partial:
        try:
            return _with_attempts(client, wish, partial)
        except FetchError as error:
            if error.kind is FailureKind.PERMANENT or partial.size == 0:
                partial.discard()
            raise


def _with_attempts(client: Client, wish: _Wish, partial: Partial) -> Downloaded:
    settings = client.settings
    end = time.monotonic() + settings.deadline + max(wish.expected_bytes or 0, _USUAL_SIZE) / _SLOWEST
    fruitless = 0
    blocked: FetchError | None = None
    while True:
        before = partial.size
        try:
            final_url, content_type = _attempt(client, wish, partial, max(1.0, end - time.monotonic()))
            return _finished(wish, partial, final_url, content_type)
        except Resting as error:
            raise blocked or error from None
        except FetchError as error:
            if error.until is not None and len(settings.slots) > 1:
                blocked = error  # over this slot; another one may do
                continue
            if error.kind is not FailureKind.TRANSIENT or isinstance(error, NoSpace):
                raise
            fruitless = 0 if partial.size >= before + _PROGRESS else fruitless + 1
            pause = _pause(settings, error, fruitless)
            too_long = pause > settings.longest_wait or time.monotonic() + pause >= end
            if fruitless >= max(3, settings.attempts) or too_long:
                raise
        time.sleep(pause)


def _pause(settings: NetSettings, error: FetchError, fruitless: int) -> float:
    """Seconds before the next attempt: what the server asks for, else exponential with jitter."""
    if error.retry_after is not None:
        return error.retry_after
    pause = settings.backoff * 2.0 ** max(0, fruitless - 1) * random.uniform(0.5, 1.5)
    return min(pause, settings.longest_wait)


def _attempt(client: Client, wish: _Wish, partial: Partial, deadline: float) -> tuple[str, str | None]:
    """Fetch what is missing: where it came from and its Content-Type. Raises FetchError."""
    have = partial.representation
    size = partial.size
    # Without a validator, bytes that are here already are asked for once more, to see that they are the same.
    start = size if have is not None and have.validator else max(0, size - _OVERLAP)
    headers = {"Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
        if have is not None and have.validator:
            headers["If-Range"] = have.validator
    with client.open(
        wish.url, headers=headers, max_bytes=wish.max_bytes, decode=False, deadline=deadline
    ) as stream:
        if stream.status == 206 and start:
            _continue(stream, wish, partial, start)
        elif stream.status == 200 and stream.failure is None:
            _begin(stream, wish, partial)
        elif stream.status == 416 and start:
            total = _content_range(stream.headers)[2]
            if total is None or total != size:
                partial.discard_bytes()
                raise _Changed(f"{host_of(wish.url)}: has something else now", FailureKind.TRANSIENT)
            return stream.url, None
        else:
            what = f"{host_of(wish.url)}: answered {stream.status}, which is no recording"
            raise stream.failure or FetchError(what, FailureKind.TRANSIENT)
        return stream.url, stream.headers.get("content-type")


def _begin(stream: Stream, wish: _Wish, partial: Partial) -> None:
    """Take a whole answer from its beginning, once that is known to be the beginning of a recording."""
    host = host_of(wish.url)
    length = stream.headers.get("content-length", "")
    total = int(length) if length.isascii() and length.isdigit() else None
    if stream.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise FetchError(f"{host}: sent the recording compressed, which was not asked for")
    pieces = stream.iter(_PIECE)
    head = b""
    for piece in pieces:
        head += piece
        if len(head) >= ENOUGH:
            break
    _recognised(head, stream.headers, wish)
    partial.begin(representation_of(wish.url, stream.headers, total))
    check_space(wish.target.parent, total or wish.expected_bytes or len(head))
    _take(head, partial, wish, total)
    _take_all(pieces, partial, wish, total)


def _continue(stream: Stream, wish: _Wish, partial: Partial, start: int) -> None:
    """Take a part that begins at `start`, when it is one of what has come already. Raises _Changed."""
    have = partial.representation
    assert have is not None
    first, last, total = _content_range(stream.headers)
    etag = stream.headers.get("etag", have.validator).strip()
    fits = first == start and last is not None and last >= start
    fits = fits and (total is None or have.total is None or total == have.total)
    fits = fits and (not have.validator.startswith('"') or etag == have.validator)
    again = partial.size - start
    if fits and again:
        fits = stream.read(again) == partial.read(start, again)
    if not fits:
        partial.discard_bytes()
        raise _Changed(f"{host_of(wish.url)}: has something else now", FailureKind.TRANSIENT)
    total = total if total is not None else have.total
    if total is not None:
        check_space(wish.target.parent, total - partial.size)
    _take_all(stream.iter(_PIECE), partial, wish, total)


def _take_all(pieces: Iterator[bytes], partial: Partial, wish: _Wish, total: int | None) -> None:
    """Write what comes, and see that it was all. Raises FetchError."""
    for piece in pieces:
        _take(piece, partial, wish, total)
    host, size = host_of(wish.url), partial.size
    if total is not None and size > total:
        partial.discard_bytes()
        raise _Changed(f"{host}: sent more than it announced", FailureKind.TRANSIENT)
    if total is not None and size < total:
        raise FetchError(
            f"{host}: the recording was cut off after {in_words(size)} of {in_words(total)}",
            FailureKind.TRANSIENT,
        )


def _take(piece: bytes, partial: Partial, wish: _Wish, total: int | None) -> None:
    if partial.size + len(piece) > wish.max_bytes:
        raise TooLarge(f"{host_of(wish.url)}: the recording is longer than {in_words(wish.max_bytes)}")
    partial.append(piece)
    if wish.progress is not None:
        wish.progress(partial.size, total)


def _finished(wish: _Wish, partial: Partial, final_url: str, content_type: str | None) -> Downloaded:
    media = _recognised(partial.read(0, ENOUGH), {}, wish)
    size = partial.size
    name = without_media_extension(wish.target.name) + media.extension
    path = wish.target.with_name(name)
    return Downloaded(path, final_url, content_type, size, partial.finish(path), media)


def _recognised(head: bytes, headers: Mapping[str, str], wish: _Wish) -> Media:
    """The kind of recording that begins so. Raises FetchError when it is none, or none that is accepted."""
    media = sniff_media(head)
    if media is None:
        raise not_a_recording(wish.url, headers, head)
    if media.kind not in wish.accept:
        wanted = " or ".join(sorted(wish.accept))
        raise FetchError(f"{host_of(wish.url)}: sent {media.kind} ({media.mime}) where {wanted} is wanted")
    return media


def _content_range(headers: Mapping[str, str]) -> tuple[int | None, int | None, int | None]:
    """First byte, last byte and whole length by Content-Range (RFC 9110, 14.4); None where it says none."""
    match = _CONTENT_RANGE.fullmatch(headers.get("content-range", "").strip())
    if match is None:
        return None, None, None
    first, last, total = (int(part) if part and part != "*" else None for part in match.groups())
    return first, last, total
