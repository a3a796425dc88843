"""Files are compared with the checksums that their source gives."""

from hashlib import md5, sha1
from pathlib import Path

import pytest

from episcribe.library.checksums import check_file, checksums_of
from episcribe.library.errors import EpiscribeError, FailureKind

URL = "https://archive.org/download/a/b.mp3"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "audio.mp3"
    path.write_bytes(b"ID3 sound")
    return path


def test_the_right_file_passes(file: Path) -> None:
    check_file(file, {"md5": md5(b"ID3 sound").hexdigest().upper()})
    check_file(file, {"crc32": "00000000"})
    check_file(file, {})


def test_another_file_is_fetched_anew(file: Path) -> None:
    with pytest.raises(EpiscribeError, match="its md5 begins") as caught:
        check_file(file, {"md5": md5(b"something else").hexdigest()})

    assert caught.value.kind is FailureKind.TRANSIENT


def test_the_strongest_checksum_decides(file: Path) -> None:
    check_file(file, {"md5": "0" * 32, "sha1": sha1(b"ID3 sound").hexdigest()})


def test_checksums_stand_in_the_episode_by_address() -> None:
    extra = {"checksums": {URL: {"md5": "AB", "sha1": None, "other": "x"}}}

    assert checksums_of(extra, URL) == {"md5": "ab"}
    assert checksums_of(extra, "https://elsewhere.example/") == {}
    assert checksums_of({"checksums": "odd"}, URL) == {}
