"""`episcribe backup` and `episcribe restore`."""

import gzip
import io
import json
import os
import tarfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episcribe.cli.main import main
from episcribe.ledger.archives.manifest import ArchiveError, Manifest, Member, manifest_bytes
from episcribe.ledger.archives.reading import check_archive
from episcribe.ledger.archives.restoring import restore as restore_archive
from episcribe.ledger.archives.writing import write_archive
from episcribe.ledger.events import append_event, episode_events, events_path
from episcribe.library.catalogue import read_catalogue
from tests.unit.small_library import add_episode, bytes_of

FIRST, SECOND = "2024-05-01-a-aaaaaaaa", "2024-05-02-b-bbbbbbbb"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    library = tmp_path / "processed"
    add_episode(library, "talks", FIRST)
    add_episode(library, "talks", SECOND, stages=("transcript", "notes"))
    return library


def backup(library: Path, target: Path, *arguments: str) -> int:
    return main(["backup", str(target), *arguments, "--library", str(library)])


def restore(archive: Path, library: Path, *arguments: str) -> int:
    return main(["restore", str(archive), "--to", str(library), *arguments])


def quiet(done: int, total: int) -> None:
    pass


def is_derived(name: str) -> bool:
    in_episode = name.count("/") == 2
    return (in_episode and not name.endswith("episode.yaml")) or name in ("seals.jsonl", "standing.jsonl")


@pytest.mark.parametrize("suffix", [".tar.gz", ".tar.xz", ".tgz"])
def test_what_was_backed_up_is_restored_with_its_times(library: Path, tmp_path: Path, suffix: str) -> None:
    archive, other = tmp_path / f"backup{suffix}", tmp_path / "other"
    assert backup(library, archive) == 0
    assert restore(archive, other) == 0
    expected = {name: data for name, data in bytes_of(library).items() if not is_derived(name)}
    assert bytes_of(other) == expected
    assert f"talks/{FIRST}/source/index.json" in expected
    for name in expected:
        assert (other / name).stat().st_mtime_ns == (library / name).stat().st_mtime_ns


def test_all_of_a_library_but_what_belongs_to_processes_and_the_database(
    library: Path, tmp_path: Path
) -> None:
    of_processes = {
        "log/net/hosts",
        "log/workers/0",
        "log/cluster.jsonl",
        f"talks/{FIRST}/.notes.md.0123456789ab.part",
        "state.db",
    }
    for name in of_processes:
        (library / name).parent.mkdir(parents=True, exist_ok=True)
        (library / name).write_text("x")
    (library / "reports").mkdir()
    (library / "reports" / "summary.json").write_text("{}")
    backup(library, tmp_path / "all.tar.gz", "--all")
    restore(tmp_path / "all.tar.gz", tmp_path / "other")
    missing = bytes_of(library).keys() - bytes_of(tmp_path / "other").keys()
    assert missing == of_processes


def test_two_backups_of_one_library_are_the_same_bytes(library: Path, tmp_path: Path) -> None:
    backup(library, tmp_path / "1.tar.gz")
    backup(library, tmp_path / "2.tar.gz")
    assert (tmp_path / "1.tar.gz").read_bytes() == (tmp_path / "2.tar.gz").read_bytes()


def test_a_log_ends_with_its_last_whole_line(library: Path, tmp_path: Path) -> None:
    path = events_path(library / "talks" / SECOND, "notes")
    whole = path.read_bytes()
    with path.open("ab") as file:
        file.write(b'{"event":"fini')
    backup(library, tmp_path / "b.tar.gz")
    restore(tmp_path / "b.tar.gz", tmp_path / "other")
    assert events_path(tmp_path / "other" / "talks" / SECOND, "notes").read_bytes() == whole


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("b.tar.zst", "cannot be written in that format; name it .tar.gz"),
        ("processed/b.tar.gz", "lies in the library itself"),
        ("none/b.tar.gz", "there is no such folder"),
    ],
)
def test_a_place_that_cannot_be_is_refused(
    library: Path, tmp_path: Path, name: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert backup(library, tmp_path / name) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / name).exists()


@pytest.fixture(scope="module")
def whole_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    add_episode(folder / "processed", "talks", FIRST)
    backup(folder / "processed", folder / "b.tar.gz")
    return folder / "b.tar.gz"


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0, 10**6), difference=st.integers(1, 255))
def test_an_archive_is_refused_whichever_byte_of_it_is_wrong(
    whole_archive: Path, place: int, difference: int
) -> None:
    data = whole_archive.read_bytes()
    at = 10 + place % (len(data) - 10)
    damaged = whole_archive.with_name("damaged.tar.gz")
    damaged.write_bytes(data[:at])
    with pytest.raises(ArchiveError):
        check_archive(damaged)
    damaged.write_bytes(data[:at] + bytes([data[at] ^ difference]) + data[at + 1 :])
    # A few bits of a compressed file have no meaning at all.
    if gzip_content(damaged) != gzip_content(whole_archive):
        with pytest.raises(ArchiveError):
            check_archive(damaged)


def gzip_content(path: Path) -> bytes | None:
    try:
        return gzip.decompress(path.read_bytes())
    except (OSError, EOFError, zlib.error):
        return None


def test_nothing_is_written_of_a_damaged_archive(
    whole_archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damaged = tmp_path / "b.tar.gz"
    damaged.write_bytes(whole_archive.read_bytes()[:-20])
    assert restore(damaged, tmp_path / "other") == 1
    assert "nothing was restored: use another backup" in capsys.readouterr().err
    assert not (tmp_path / "other").exists()


names = st.text("abcäß日- '", min_size=1, max_size=12).map(lambda text: f"x{text.strip()}")
files = st.dictionaries(
    st.tuples(names, names, names).map("/".join), st.binary(max_size=4000), min_size=1, max_size=8
)


@settings(max_examples=25, deadline=None)
@given(files)
def test_any_files_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, content: dict[str, bytes]
) -> None:
    folder = tmp_path_factory.mktemp("round")
    for name, data in content.items():
        path = folder / "library" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    archive = folder / "b.tar.gz"
    written = write_archive(archive, folder / "library", content, is_all=True, progress=quiet)
    assert check_archive(archive) == written
    restore_archive(archive, written, folder / "other", force=False, progress=quiet)
    assert bytes_of(folder / "other") == content


Crafted = Callable[..., Path]


@pytest.fixture
def crafted(tmp_path: Path) -> Crafted:
    """Makes an archive with a manifest that fits, whatever it holds."""

    def craft(*members: tuple[tarfile.TarInfo, bytes]) -> Path:
        from hashlib import sha256

        manifest = Manifest(
            {info.name: Member(sha256(data).hexdigest(), len(data), 0) for info, data in members}
        )
        name, content = manifest_bytes(manifest)
        path = tmp_path / "crafted.tar.gz"
        with tarfile.open(path, "w:gz") as archive:
            for info, data in (*members, (tarfile.TarInfo(name), content)):
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
        return path

    return craft


@pytest.mark.parametrize(
    "name",
    ["/etc/cron.d/x", "../x", "talks/../../x", "a//b", "talks/.hidden", "C:\\x", "C:/x", "a/\x01b", "."],
)
def test_a_path_that_leads_out_is_refused(
    crafted: Crafted, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = crafted((tarfile.TarInfo(name), b"x"))
    assert restore(archive, tmp_path / "other") == 1
    assert "which is no file of a library" in capsys.readouterr().err
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE]
)
def test_what_is_no_plain_file_is_refused(
    crafted: Crafted, tmp_path: Path, kind: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    info = tarfile.TarInfo("talks/x/episode.yaml")
    info.type, info.linkname = kind, "/etc/passwd"
    assert restore(crafted((info, b"")), tmp_path / "other") == 1
    assert "is no plain file" in capsys.readouterr().err


def test_a_bomb_is_refused(crafted: Crafted, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive = crafted((tarfile.TarInfo("catalog.jsonl"), bytes(210_000_000)))
    assert restore(archive, tmp_path / "other") == 1
    assert "unpacks to far more" in capsys.readouterr().err


def test_a_header_that_promises_gigabytes_is_not_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.XHDTYPE, 8_000_000_000
    archive = tmp_path / "b.tar.gz"
    with gzip.open(archive, "wb") as file:
        file.write(info.tobuf(tarfile.USTAR_FORMAT))
        file.write(bytes(4_000_000))
    assert restore(archive, tmp_path / "other") == 1
    assert "headers that no backup has" in capsys.readouterr().err


def test_an_archive_without_its_manifest_or_of_another_make_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = tmp_path / "b.tar.gz"
    with tarfile.open(archive, "w:gz") as made:
        made.addfile(tarfile.TarInfo("catalog.jsonl"))
    assert restore(archive, tmp_path / "other") == 1
    assert "it has no manifest" in capsys.readouterr().err
    archive.write_bytes(b"PK\x03\x04 and so on")
    assert restore(archive, tmp_path / "other") == 1
    assert "is neither .tar.gz nor .tar.xz" in capsys.readouterr().err


def test_newer_episodes_are_left_and_named_and_the_rest_is_restored(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = tmp_path / "b.tar.gz"
    backup(library, archive)
    newer = library / "talks" / SECOND
    append_event(events_path(newer, "assessment"), {"time": "2026-02-01T00:00:00Z", "event": "started"})
    (library / "talks" / FIRST / "episode.yaml").unlink()
    before = episode_events(newer)
    capsys.readouterr()
    assert restore(archive, library) == 1
    told = capsys.readouterr()
    assert (
        f"talks/{SECOND}: left as it is: has 5 events until 2026-02-01T00:00:00Z, the archive 4" in told.out
    )
    assert "--force overwrites them" in told.err
    assert episode_events(newer) == before
    assert (library / "talks" / FIRST / "episode.yaml").exists()


def test_a_file_that_was_changed_since_makes_its_episode_newer(library: Path, tmp_path: Path) -> None:
    archive, path = tmp_path / "b.tar.gz", library / "talks" / FIRST / "episode.yaml"
    backup(library, archive)
    old = path.read_text()
    path.write_text(old + "subtitle: Later\n")
    assert restore(archive, library) == 1
    assert path.read_text().endswith("Later\n")
    os.utime(path)
    assert restore(archive, library, "--force") == 0
    assert path.read_text() == old


def test_a_restored_catalogue_keeps_what_only_the_library_knows(library: Path, tmp_path: Path) -> None:
    archive = tmp_path / "b.tar.gz"
    backup(library, archive)
    add_episode(library, "walks", "2024-05-03-c-cccccccc", stages=())
    assert restore(archive, library, "--force") == 0
    assert [entry.show for entry in read_catalogue(library / "catalog.jsonl")] == ["talks", "talks", "walks"]


def test_a_log_that_was_compressed_since_is_not_there_twice(library: Path, tmp_path: Path) -> None:
    archive, episode = tmp_path / "b.tar.gz", library / "talks" / FIRST
    backup(library, archive)
    events = episode_events(episode)
    main(["compress", "--older-than", "0h", "--library", str(library)])
    assert list(episode.glob("log/*.gz"))
    assert restore(archive, library) == 0
    assert not list(episode.glob("*/*.gz"))
    assert episode_events(episode) == events
    main(["compress", "--older-than", "0h", "--library", str(library)])
    backup(library, archive)
    assert restore(archive, tmp_path / "other") == 0
    assert episode_events(tmp_path / "other" / "talks" / FIRST) == events


def test_a_dry_run_and_json_tell_and_write_nothing(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = tmp_path / "b.tar.gz"
    assert backup(library, archive, "--json") == 0
    written = json.loads(capsys.readouterr().out)
    assert (written["episodes"], written["all"]) == (2, False)
    assert restore(archive, tmp_path / "other", "-n", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["files"], told["newer"]) == (written["files"], {})
    assert not (tmp_path / "other").exists()


def test_an_archive_that_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert restore(tmp_path / "none.tar.gz", tmp_path / "other") == 1
    assert "none.tar.gz: No such file" in capsys.readouterr().err
