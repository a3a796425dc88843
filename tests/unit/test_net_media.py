"""Recordings known by their first bytes."""

import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episcribe.library.errors import FailureKind
from episcribe.net.errors import FetchError
from episcribe.net.media import check_duration, is_playlist, sniff_media, without_media_extension

MP3 = (b"\xff\xfb\x90\x00" + bytes(413)) * 6
MP3_SLOW = (b"\xff\xf3\x84\xc0" + bytes(188)) * 6  # MPEG 2, 64 kbit/s, 24 kHz: frames of 192 bytes
ADTS = (b"\xff\xf1\x50\x80\x19\x1f\xfc" + bytes(193)) * 4
ID3 = b"ID3\x04\x00\x00\x00\x00\x02\x00" + bytes(256)
OGG = b"OggS\x00\x02" + bytes(20) + b"\x01\x13"
EBML = b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84"
ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + bytes(30)


def ftyp(*brands: bytes, then: bytes = b"") -> bytes:
    body = brands[0] + bytes(4) + b"".join(brands[1:])
    return struct.pack(">I", len(body) + 8) + b"ftyp" + body + then


def handler(kind: bytes) -> bytes:
    return b"\x00\x00\x00\x21hdlr" + bytes(8) + kind + bytes(13)


KNOWN = {
    "MP3": (MP3, ".mp3"),
    "MP3 at a low rate": (MP3_SLOW, ".mp3"),
    "MP3 behind an ID3 tag": (ID3 + MP3, ".mp3"),
    "MP3 behind two ID3 tags": (ID3 + ID3 + MP3, ".mp3"),
    "MP3 behind a large picture": (b"ID3\x03\x00\x00\x00\x7f\x7f\x7f" + bytes(5000), ".mp3"),
    "MP3 behind zeros": (bytes(3000) + MP3, ".mp3"),
    "MP3 behind junk": (b"RIFF garbage \xff\xe0\xff" * 20 + MP3, ".mp3"),
    "layer II": ((b"\xff\xfd\xa4\x00" + bytes(572)) * 6, ".mp2"),
    "AAC in ADTS": (ADTS, ".aac"),
    "AAC behind an ID3 tag": (ID3 + ADTS, ".aac"),
    "M4A": (ftyp(b"M4A ", b"mp42", b"isom"), ".m4a"),
    "audio book": (ftyp(b"M4B ", b"isom"), ".m4b"),
    "MP4 that is compatible with M4A": (ftyp(b"mp42", b"M4A "), ".m4a"),
    "MP4 whose only track is sound": (ftyp(b"isom", then=handler(b"soun")), ".m4a"),
    "MP4 with a picture": (ftyp(b"isom", then=handler(b"vide") + handler(b"soun")), ".mp4"),
    "MP4 that does not say": (ftyp(b"iso6", b"dash"), ".mp4"),
    "QuickTime": (ftyp(b"qt  "), ".mov"),
    "QuickTime of old": (b"\x00\x00\x10\x00moov" + bytes(50), ".mov"),
    "Opus": (OGG + b"OpusHead", ".opus"),
    "Vorbis": (OGG + b"\x01vorbis", ".ogg"),
    "Theora": (OGG + b"\x80theora" + OGG + b"\x01vorbis", ".ogv"),
    "FLAC": (b"fLaC\x00\x00\x00\x22", ".flac"),
    "FLAC in Ogg": (OGG + b"\x7fFLAC", ".oga"),
    "FLAC behind an ID3 tag": (ID3 + b"fLaC\x00\x00\x00\x22", ".flac"),
    "WAV": (b"RIFF\x24\x00\x00\x00WAVEfmt ", ".wav"),
    "long WAV": (b"RF64\xff\xff\xff\xffWAVEds64", ".wav"),
    "AIFF": (b"FORM\x00\x00\x00\x24AIFFCOMM", ".aiff"),
    "AVI": (b"RIFF\x24\x00\x00\x00AVI LIST", ".avi"),
    "WebM": (EBML + b"webm" + b"V_VP9 A_OPUS", ".webm"),
    "Matroska": (EBML + b"matroska" + b"V_MPEG4 A_AAC", ".mkv"),
    "Matroska with sound only": (EBML + b"matroska" + b"A_OPUS", ".mka"),
    "WMA": (ASF, ".wma"),
    "WMV": (ASF + bytes.fromhex("c0ef19bc4d5bcf11a8fd00805f5c442b"), ".wmv"),
}  # fmt: skip
NOT_KNOWN = {
    "nothing": b"",
    "zeros": bytes(5000),
    "a page": b"<!doctype html><title>ID3 fLaC OggS</title>",
    "JSON": b'{"error": 404}',
    "a page in UTF-16": "﻿<html><body>An error, and more of it</body></html>".encode("utf-16"),
    "a picture": ftyp(b"avif", b"mif1", b"miaf"),
    "a JPEG": b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(300),
    "a PNG": b"\x89PNG\r\n\x1a\n" + bytes(100),
    "WebP": b"RIFF\x24\x00\x00\x00WEBPVP8 ",
    "one frame that nothing follows": b"\xff\xfb\x90\x00" + bytes(1000),
    "a playlist": b"#EXTM3U\n#EXTINF:10,\nhttps://example.org/1.ts\n",
}


@pytest.mark.parametrize("name", KNOWN)
def test_a_recording_is_known_by_its_beginning(name: str) -> None:
    head, extension = KNOWN[name]
    media = sniff_media(head)
    assert media is not None
    assert media.extension == extension
    assert media.mime.startswith(media.kind)


@pytest.mark.parametrize("name", NOT_KNOWN)
def test_what_is_no_recording_is_not_taken_for_one(name: str) -> None:
    assert sniff_media(NOT_KNOWN[name]) is None


@settings(max_examples=60)
@given(st.text(min_size=1))
def test_text_is_no_recording(text: str) -> None:
    if text[:4] not in ("fLaC", "caff", "wvpk", ".snd"):
        assert sniff_media(text.encode("utf-8", "replace")) is None


@settings(max_examples=80)
@given(st.sampled_from([head for head, _ in KNOWN.values()]), st.integers(0, 80), st.binary(max_size=40))
def test_damaged_beginnings_are_survived(head: bytes, at: int, damage: bytes) -> None:
    sniff_media(head[:at] + damage + head[at + len(damage) :])
    sniff_media(head[:at])


def test_playlists_are_told_apart() -> None:
    assert is_playlist(b"\xef\xbb\xbf\n#EXTM3U\n")
    assert is_playlist(b"[Playlist]\nFile1=x")
    assert not is_playlist(MP3)


def test_only_extensions_of_recordings_are_taken_off() -> None:
    assert without_media_extension("audio.MP3") == "audio"
    assert without_media_extension("2024.05.01 a talk") == "2024.05.01 a talk"
    assert without_media_extension(".mp3") == ".mp3"


def wave(seconds: float) -> bytes:
    data = bytes(int(8000 * seconds))
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 8000, 8000, 1, 8)
    return (
        b"RIFF"
        + struct.pack("<I", 36 + len(data))
        + b"WAVE"
        + form
        + b"data"
        + struct.pack("<I", len(data))
        + data
    )


def test_the_duration_is_compared_with_what_the_feed_says(tmp_path: Path) -> None:
    path = tmp_path / "audio.wav"
    path.write_bytes(wave(6.0))
    assert check_duration(path, None) == pytest.approx(6.0)
    assert check_duration(path, 11.0) == pytest.approx(6.0)
    with pytest.raises(FetchError, match="cut off") as caught:
        check_duration(path, 13.0)
    assert caught.value.kind is FailureKind.TRANSIENT


def test_a_duration_that_cannot_be_told_is_none(tmp_path: Path) -> None:
    path = tmp_path / "audio.webm"
    path.write_bytes(EBML + b"webm")
    assert check_duration(path, 100.0) is None
    damaged = tmp_path / "audio.flac"
    damaged.write_bytes(b"fLaC\x80")
    assert check_duration(damaged, 100.0) is None


@pytest.mark.corpus
def test_real_recordings_are_known(corpus: Path) -> None:
    for path, seconds in (("jfk.mp3", 11.09), ("jfk.wav", 11.0), ("silence.mp3", 2.04)):
        media = sniff_media((corpus / "audio" / path).read_bytes())
        assert media is not None
        assert media.extension == Path(path).suffix
        assert check_duration(corpus / "audio" / path, None) == pytest.approx(seconds, abs=0.01)
