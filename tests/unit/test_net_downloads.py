"""Downloads of recordings against a server on 127.0.0.1 that breaks off, changes its mind and lies."""

import hashlib
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from episcribe.library.errors import FailureKind
from episcribe.net.client import Client, NetSettings
from episcribe.net.downloads import Downloaded, download
from episcribe.net.errors import FetchError, TooLarge
from episcribe.net.partial import NoSpace, strong_validator
from tests.disks import small_disk_at
from tests.loopback import Answer, LoopbackServer, Request

QUICK = NetSettings(allow_private=True, backoff=0.0, timeout=2.0, deadline=10.0)
FRAME = b"\xff\xfb\x90\x00" + bytes(range(200)) + bytes(213)  # MPEG 1, layer III, 128 kbit/s, 44.1 kHz
LIMIT = 50_000_000


def mp3(size: int, mark: int = 0) -> bytes:
    """About `size` bytes of MPEG frames, each with its number, so that a shifted piece is noticed."""
    return b"".join(
        FRAME[:300] + (mark + number).to_bytes(4, "big") + FRAME[304:] for number in range(size // 417)
    )


SHOW = mp3(1_000_000)


class RangeServer:
    """Answers for one recording as servers do that know ranges; `cuts` says where answers break off."""

    def __init__(self, server: LoopbackServer, body: bytes, **fields: object) -> None:
        self.body = body
        self.etag: str | None = '"one"'
        self.cuts: list[int] = []
        self.served = 0
        self.ranges = True
        self.fields = fields
        self.url = server.add_programme("/show.mp3", self.answer)

    def answer(self, request: Request) -> Answer:
        start = 0
        asked = request.headers.get("range")
        matches = request.headers.get("if-range") in (None, self.etag)
        if asked and self.ranges and matches:
            start = int(asked.removeprefix("bytes=").rstrip("-"))
            if start >= len(self.body):
                return Answer(status=416, headers={"Content-Range": f"bytes */{len(self.body)}"})
        cut = self.cuts.pop(0) if self.cuts else None
        part = self.body[start:]
        self.served += len(part) if cut is None else min(cut, len(part))
        headers = {"Content-Range": f"bytes {start}-{len(self.body) - 1}/{len(self.body)}"} if start else {}
        return Answer(
            part,
            status=206 if start else 200,
            content_type="audio/mpeg",
            headers=headers,
            etag=self.etag,
            cut_after=cut,
        )


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer() as running:
        yield running


@pytest.fixture
def client() -> Iterator[Client]:
    with Client(QUICK) as opened:
        yield opened


def failure(fetch: Callable[[], object]) -> FetchError:
    with pytest.raises(FetchError) as caught:
        fetch()
    return caught.value


def assert_whole(done: Downloaded, body: bytes, folder: Path) -> None:
    assert done.path.read_bytes() == body
    assert done.bytes == len(body)
    assert done.sha256 == hashlib.sha256(body).hexdigest()
    assert [path.name for path in folder.iterdir()] == [done.path.name]


def test_a_recording_is_named_by_its_content(server: LoopbackServer, client: Client, tmp_path: Path) -> None:
    url = server.add("/a", SHOW, content_type="application/octet-stream")
    told: list[tuple[int, int | None]] = []
    done = download(
        client, url, tmp_path / "audio.wav", max_bytes=LIMIT, progress=lambda *now: told.append(now)
    )
    assert_whole(done, SHOW, tmp_path)
    assert (done.path.name, done.media.kind, done.url) == ("audio.mp3", "audio", url)
    assert told[-1] == (len(SHOW), len(SHOW))
    assert server.requests[0].headers["accept-encoding"] == "identity"


def test_a_body_that_breaks_off_again_and_again_is_continued(
    server: LoopbackServer, client: Client, tmp_path: Path
) -> None:
    site = RangeServer(server, SHOW)
    site.cuts = [300_000, 10_000, 300_000, 20_000]
    assert_whole(download(client, site.url, tmp_path / "audio", max_bytes=LIMIT), SHOW, tmp_path)
    assert site.served == len(SHOW)
    assert [request.headers.get("range") for request in server.requests] == [
        None,
        "bytes=300000-",
        "bytes=310000-",
        "bytes=610000-",
        "bytes=630000-",
    ]
    assert {request.headers.get("if-range") for request in server.requests[1:]} == {'"one"'}


def test_a_recording_that_changed_meanwhile_is_fetched_from_its_beginning(
    server: LoopbackServer, client: Client, tmp_path: Path
) -> None:
    site = RangeServer(server, SHOW)
    site.cuts = [300_000]
    fresh = mp3(900_000, mark=5)

    def change(done: int, total: int | None) -> None:
        if done >= 200_000:
            site.body, site.etag = fresh, '"two"'

    done = download(client, site.url, tmp_path / "audio", max_bytes=LIMIT, progress=change)
    assert_whole(done, fresh, tmp_path)


@pytest.mark.parametrize(
    "lie",
    [
        {"Content-Range": "bytes 299999-999999/1000000"},
        {"Content-Range": "bytes 300000-999999/77"},
        {"Content-Range": "nonsense"},
        {"Content-Type": "multipart/byteranges; boundary=x"},
        {"ETag": '"three"'},
    ],
)
def test_a_part_that_does_not_fit_is_not_used(
    server: LoopbackServer, client: Client, tmp_path: Path, lie: dict[str, str]
) -> None:
    def answer(request: Request) -> Answer:
        if "range" in request.headers:
            return Answer(b"x" * 1000, status=206, headers=lie)
        return Answer(SHOW, etag='"one"', cut_after=300_000 if len(server.requests) == 1 else None)

    url = server.add_programme("/a", answer)
    assert_whole(download(client, url, tmp_path / "audio", max_bytes=LIMIT), SHOW, tmp_path)
    assert len(server.requests) == 3


def test_a_server_without_ranges_sends_it_all_again(
    server: LoopbackServer, client: Client, tmp_path: Path
) -> None:
    site = RangeServer(server, SHOW)
    site.ranges = False
    site.cuts = [300_000]
    assert_whole(download(client, site.url, tmp_path / "audio", max_bytes=LIMIT), SHOW, tmp_path)
    assert site.served == 300_000 + len(SHOW)


def test_without_a_validator_the_seam_is_compared(
    server: LoopbackServer, client: Client, tmp_path: Path
) -> None:
    site = RangeServer(server, SHOW)
    site.etag = None
    site.cuts = [300_000]
    assert_whole(download(client, site.url, tmp_path / "same", max_bytes=LIMIT), SHOW, tmp_path)
    assert site.served == len(SHOW) + 65_536

    (tmp_path / "same.mp3").unlink()
    site.cuts = [300_000]
    other = mp3(1_000_000, mark=7)

    def change(done: int, total: int | None) -> None:
        site.body = other

    done = download(client, site.url, tmp_path / "other", max_bytes=LIMIT, progress=change)
    assert_whole(done, other, tmp_path)


def test_a_weak_validator_is_none(server: LoopbackServer, client: Client, tmp_path: Path) -> None:
    site = RangeServer(server, SHOW)
    site.etag = 'W/"one"'
    site.cuts = [300_000]
    assert_whole(download(client, site.url, tmp_path / "audio", max_bytes=LIMIT), SHOW, tmp_path)
    assert "if-range" not in server.requests[1].headers


def test_what_was_whole_already_is_only_named(server: LoopbackServer, client: Client, tmp_path: Path) -> None:
    site = RangeServer(server, SHOW)
    with pytest.raises(KeyboardInterrupt):
        download(client, site.url, tmp_path / "audio", max_bytes=LIMIT, progress=interrupt_at(len(SHOW)))
    assert (tmp_path / "audio.part").stat().st_size == len(SHOW)
    assert_whole(download(client, site.url, tmp_path / "audio", max_bytes=LIMIT), SHOW, tmp_path)
    assert site.served == len(SHOW)


def interrupt_at(size: int) -> Callable[[int, int | None], None]:
    def stop(done: int, _: int | None) -> None:
        if done >= size:
            raise KeyboardInterrupt

    return stop


def test_a_shorter_recording_than_before_is_fetched_whole(
    server: LoopbackServer, client: Client, tmp_path: Path
) -> None:
    site = RangeServer(server, SHOW)
    site.etag = None
    with pytest.raises(KeyboardInterrupt):
        download(client, site.url, tmp_path / "audio", max_bytes=LIMIT, progress=interrupt_at(500_000))
    site.body = mp3(100_000, mark=3)
    assert_whole(download(client, site.url, tmp_path / "audio", max_bytes=LIMIT), site.body, tmp_path)


def test_another_address_does_not_continue_it(server: LoopbackServer, client: Client, tmp_path: Path) -> None:
    site = RangeServer(server, SHOW)
    with pytest.raises(KeyboardInterrupt):
        download(client, site.url, tmp_path / "audio", max_bytes=LIMIT, progress=interrupt_at(500_000))
    other = server.add("/other", mp3(700_000, mark=9))
    done = download(client, other, tmp_path / "audio", max_bytes=LIMIT)
    assert_whole(done, mp3(700_000, mark=9), tmp_path)
    assert "range" not in server.requests[-1].headers


def test_a_killed_download_leaves_what_the_next_one_continues(server: LoopbackServer, tmp_path: Path) -> None:
    body = mp3(3_000_000)
    site = RangeServer(server, body)
    program = textwrap.dedent("""
        import sys, time
        from pathlib import Path
        from episcribe.net.client import Client, NetSettings
        from episcribe.net.downloads import download

        def slowly(done, total):
            if done > 1_500_000:
                print(done, flush=True)
                time.sleep(60)

        with Client(NetSettings(allow_private=True)) as client:
            download(client, sys.argv[1], Path(sys.argv[2]), max_bytes=50_000_000, progress=slowly)
    """)
    child = subprocess.Popen(
        [sys.executable, "-c", program, site.url, str(tmp_path / "audio")], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    came = int(child.stdout.readline())
    with Client(QUICK) as client:
        error = failure(lambda: download(client, site.url, tmp_path / "audio", max_bytes=LIMIT))
        assert "another process" in str(error)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        site.served = 0
        assert_whole(download(client, site.url, tmp_path / "audio", max_bytes=LIMIT), body, tmp_path)
    assert site.served == len(body) - came


def test_a_torn_record_begins_anew(server: LoopbackServer, client: Client, tmp_path: Path) -> None:
    site = RangeServer(server, SHOW)
    (tmp_path / "audio.part").write_bytes(b"x" * 5000)
    (tmp_path / "audio.part.json").write_text('{"source": "abc", "val')
    assert_whole(download(client, site.url, tmp_path / "audio", max_bytes=LIMIT), SHOW, tmp_path)


def test_nothing_on_the_disk_tells_the_address(
    server: LoopbackServer, client: Client, tmp_path: Path
) -> None:
    site = RangeServer(server, SHOW)
    secret = f"{site.url}?token=s3cr3t"
    with pytest.raises(KeyboardInterrupt):
        download(client, secret, tmp_path / "audio", max_bytes=LIMIT, progress=interrupt_at(500_000))
    assert b"s3cr3t" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert len(list(tmp_path.iterdir())) == 2


def test_a_redirect_to_another_host_is_followed(
    server: LoopbackServer, client: Client, tmp_path: Path
) -> None:
    with LoopbackServer() as other:
        site = RangeServer(other, SHOW)
        site.cuts = [200_000]
        url = server.add("/a.mp3", redirect=site.url)
        done = download(client, url, tmp_path / "audio", max_bytes=LIMIT)
        assert_whole(done, SHOW, tmp_path)
        assert done.url == site.url
        assert site.served == len(SHOW)


PAGES = [
    (b"<!doctype html><title>Please log in</title>", FailureKind.PERMANENT, "login"),
    (b"<html><form><input type='password' name=p></form>", FailureKind.PERMANENT, "login"),
    (b'{"error": "subscription required"}', FailureKind.PERMANENT, "JSON"),
    (b"<html><h1>Something went wrong</h1></html>", FailureKind.TRANSIENT, "Something went wrong"),
    (b'{"error": "internal"}', FailureKind.TRANSIENT, "JSON"),
    (b"error code: 1020", FailureKind.TRANSIENT, "text (error code: 1020)"),
    (b"", FailureKind.TRANSIENT, "nothing"),
    (b"#EXTM3U\n#EXT-X-VERSION:3\n", FailureKind.PERMANENT, "playlist"),
    (b"%PDF-1.7\n%\x00\x01" + bytes(50), FailureKind.PERMANENT, "unknown kind"),
    (b"<title>Just a moment...</title>", FailureKind.BLOCKED, "proof"),
]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_never_a_recording(
    server: LoopbackServer, client: Client, tmp_path: Path, page: tuple[bytes, FailureKind, str]
) -> None:
    body, kind, said = page
    content_type = "text/html" if body.startswith(b"<") else "audio/mpeg"
    url = server.add("/show.mp3", body, content_type=content_type)
    error = failure(lambda: download(client, url, tmp_path / "audio", max_bytes=LIMIT))
    assert error.kind is kind
    assert said in str(error)
    assert list(tmp_path.iterdir()) == []
    assert len(server.requests) == (3 if kind is FailureKind.TRANSIENT else 1)


def test_an_error_page_in_between_loses_nothing(
    server: LoopbackServer, client: Client, tmp_path: Path
) -> None:
    site = RangeServer(server, SHOW)
    site.cuts = [500_000]

    def answer(request: Request) -> Answer:
        if len(server.requests) == 2:
            return Answer(b"<html>try later</html>", content_type="text/html")
        return site.answer(request)

    url = server.add_programme("/show.mp3", answer)
    assert_whole(download(client, url, tmp_path / "audio", max_bytes=LIMIT), SHOW, tmp_path)
    assert site.served == len(SHOW)


def test_a_server_error_is_waited_out_and_404_is_not(
    server: LoopbackServer, client: Client, tmp_path: Path
) -> None:
    url = server.add_all("/a", [Answer(status=503), Answer(SHOW)])
    assert_whole(download(client, url, tmp_path / "audio", max_bytes=LIMIT), SHOW, tmp_path)
    error = failure(lambda: download(client, f"{server.url}/gone", tmp_path / "b", max_bytes=LIMIT))
    assert (error.kind, error.status) == (FailureKind.PERMANENT, 404)
    assert not (tmp_path / "b.part").exists()


def test_a_body_shorter_than_its_length_never_counts(
    server: LoopbackServer, client: Client, tmp_path: Path
) -> None:
    url = server.add("/a", SHOW, declared_length=len(SHOW) + 5)
    error = failure(lambda: download(client, url, tmp_path / "audio", max_bytes=LIMIT))
    assert error.kind is FailureKind.TRANSIENT
    assert "cut off" in str(error)
    assert not (tmp_path / "audio.mp3").exists()


def test_a_recording_without_a_length_is_taken_as_it_ends(
    server: LoopbackServer, client: Client, tmp_path: Path
) -> None:
    url = server.add("/a", SHOW, chunked=True)
    assert_whole(download(client, url, tmp_path / "audio", max_bytes=LIMIT), SHOW, tmp_path)


@pytest.mark.parametrize("fields", [{}, {"chunked": True}, {"endless": True}])
def test_a_recording_over_the_limit_is_refused(
    server: LoopbackServer, client: Client, tmp_path: Path, fields: dict[str, bool]
) -> None:
    url = server.add("/a", SHOW, **fields)
    with pytest.raises(TooLarge):
        download(client, url, tmp_path / "audio", max_bytes=500_000)
    assert list(tmp_path.iterdir()) == []


def test_a_video_is_refused_where_sound_is_wanted(
    server: LoopbackServer, client: Client, tmp_path: Path
) -> None:
    url = server.add("/a", b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41" + bytes(100))
    error = failure(lambda: download(client, url, tmp_path / "audio", max_bytes=LIMIT, accept=("audio",)))
    assert error.kind is FailureKind.PERMANENT
    assert "video/mp4" in str(error)


def test_a_slow_body_is_continued_after_a_time_out(server: LoopbackServer, tmp_path: Path) -> None:
    site = RangeServer(server, SHOW)
    stalled = iter([True])

    def answer(request: Request) -> Answer:
        if next(stalled, False):
            return Answer(SHOW[:3000], etag='"one"', declared_length=len(SHOW), drip=0.05)
        return site.answer(request)

    url = server.add_programme("/a", answer)
    with Client(NetSettings(allow_private=True, backoff=0.0, timeout=0.02)) as client:
        assert_whole(download(client, url, tmp_path / "audio", max_bytes=LIMIT), SHOW, tmp_path)


def test_space_is_looked_for_before_anything_is_written(
    server: LoopbackServer, client: Client, tmp_path: Path
) -> None:
    url = server.add("/a", SHOW, declared_length=10**17)
    error = failure(lambda: download(client, url, tmp_path / "audio", max_bytes=10**18))
    assert isinstance(error, NoSpace)
    assert error.kind is FailureKind.TRANSIENT
    assert "GB needed" in str(error)
    assert "free" in str(error)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MB, where this process may mount one."""
    with small_disk_at(tmp_path / "disk", "1M") as place:
        yield place


def test_a_full_disk_is_said_and_what_came_is_kept(
    server: LoopbackServer, client: Client, small_disk: Path
) -> None:
    url = server.add("/a", mp3(2_000_000), chunked=True, etag='"one"')
    error = failure(lambda: download(client, url, small_disk / "audio", max_bytes=LIMIT))
    assert isinstance(error, NoSpace)
    assert error.kind is FailureKind.TRANSIENT
    assert "the disk is full" in str(error)
    assert len(server.requests) == 1
    part = (small_disk / "audio.part").read_bytes()
    assert part == mp3(2_000_000)[: len(part)]
    assert len(part) > 500_000


@pytest.mark.parametrize(
    ("headers", "validator"),
    [
        ({"etag": '"a-1"'}, '"a-1"'),
        ({"etag": 'W/"a-1"'}, ""),
        ({"etag": "a-1"}, ""),
        ({"etag": '"a"\r\nX: y'}, ""),
        (
            {"last-modified": "Wed, 01 May 2024 05:00:00 GMT", "date": "Wed, 01 May 2024 06:00:00 GMT"},
            "Wed, 01 May",
        ),
        ({"last-modified": "Wed, 01 May 2024 06:00:00 GMT", "date": "Wed, 01 May 2024 06:00:00 GMT"}, ""),
        ({"last-modified": "yesterday", "date": "today"}, ""),
        ({"last-modified": "Wed, 01 May 2024 05:00:00 GMT"}, ""),
        ({}, ""),
    ],
)
def test_only_what_names_one_representation_is_a_validator(headers: dict[str, str], validator: str) -> None:
    found = strong_validator(headers)
    assert found.startswith(validator) if validator else found == ""


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cuts=st.lists(st.integers(0, 100_000), max_size=2),
    site_has=st.tuples(st.sampled_from(['"one"', 'W/"one"', None]), st.booleans()),
    changed_at=st.none() | st.integers(0, 100_000),
)
def test_whatever_breaks_the_recording_is_whole(
    server: LoopbackServer,
    client: Client,
    cuts: list[int],
    site_has: tuple[str | None, bool],
    changed_at: int | None,
) -> None:
    site = RangeServer(server, mp3(200_000))
    site.cuts = list(cuts)
    site.etag, site.ranges = site_has
    changed = mp3(150_000, mark=77)

    def change(done: int, _: int | None) -> None:
        if changed_at is not None and done >= changed_at and site.cuts:
            site.body, site.etag = changed, site.etag and site.etag.replace("one", "two")

    with TemporaryDirectory() as folder:
        done = download(client, site.url, Path(folder) / "audio", max_bytes=LIMIT, progress=change)
        assert_whole(done, site.body, Path(folder))


def test_a_recording_that_comes_compressed_unasked_is_refused(
    server: LoopbackServer, client: Client, tmp_path: Path
) -> None:
    url = server.add("/a", SHOW, gzip=True, headers={"Content-Encoding": "gzip"})
    error = failure(lambda: download(client, url, tmp_path / "audio", max_bytes=LIMIT))
    assert "compressed" in str(error)
    assert list(tmp_path.iterdir()) == []
