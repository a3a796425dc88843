"""`episcribe retry`."""

import json
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from episcribe.cli.exit_codes import NO_LIBRARY
from episcribe.cli.main import main
from episcribe.ledger.events import append_event, events_path, read_events
from episcribe.library.episode import Enclosure, Episode
from episcribe.library.episode_file import episode_yaml
from episcribe.library.layout import CATALOGUE, DISCOVERY
from episcribe.library.refresh import read_discovery, refresh_due, utc_text, write_discovery
from episcribe.net.breaker import Breaker, resting
from episcribe.net.client import Client, NetSettings
from episcribe.net.errors import FetchError, Resting
from episcribe.net.lifting import lift_rests, rests_named_in
from episcribe.net.places import OwnPlaces
from episcribe.stages.network import state_of
from tests.fake_web import FakeWeb
from tests.loopback import Answer, LoopbackServer


@pytest.fixture
def library(tmp_path: Path) -> Path:
    for show, folder, stage, kind in (
        ("talks", "2024-05-01-a-aaaaaaaa", "transcript", "permanent"),
        ("talks", "2024-05-02-b-bbbbbbbb", "transcript", "none"),
        ("talks", "2024-05-02-b-bbbbbbbb", "notes", "transient"),
        ("walks", "2024-05-03-c-cccccccc", "transcript", "blocked"),
    ):
        path = events_path(tmp_path / show / folder, stage)
        time = "2026-01-01T00:00:00.000Z"
        append_event(path, {"time": time, "event": "failed", "stage": stage, "kind": kind, "error": "gone"})
    (tmp_path / "log").mkdir()
    return tmp_path


def retry(library: Path, *arguments: str) -> int:
    return main(["retry", *arguments, "--library", str(library)])


def taken(library: Path) -> set[str]:
    return {
        f"{path.parent.parent.name[-8]}:{path.stem}"
        for path in library.glob("*/*/log/*.jsonl")
        if [event["event"] for event in read_events(path)][-1] == "retry"
    }


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], {"a:transcript", "b:transcript", "b:notes", "c:transcript"}),
        (["talks"], {"a:transcript", "b:transcript", "b:notes"}),
        (["talks", "bbbbbbbb"], {"b:transcript", "b:notes"}),
        (["talks/2024-05-01-a-aaaaaaaa"], {"a:transcript"}),
        (["talks", "2024-05-0[12]*"], {"a:transcript", "b:transcript", "b:notes"}),
        (["--stage", "notes"], {"b:notes"}),
        (["--failed"], {"a:transcript", "b:notes"}),
        (["--dry-run"], set()),
    ],
)
def test_what_is_meant_is_taken_back(library: Path, arguments: list[str], expected: set[str]) -> None:
    assert retry(library, *arguments) == 0
    assert taken(library) == expected


def test_it_says_what_it_takes_back_and_has_nothing_to_do_the_second_time(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    retry(library, "talks", "aaaaaaaa")
    said = capsys.readouterr()
    assert said.out == "talks/2024-05-01-a-aaaaaaaa: transcript: gone (permanent)\n"
    assert said.err == "episcribe retry: the next run of snakemake tries 1 stage again\n"
    assert retry(library, "talks", "aaaaaaaa") == 0
    assert capsys.readouterr().err == "episcribe retry: nothing to try again\n"


def test_the_same_as_json(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    retry(library, "walks", "--json", "-n")
    [one] = json.loads(capsys.readouterr().out)
    assert (one["episode"], one["stage"], one["kind"]) == (
        "walks/2024-05-03-c-cccccccc",
        "transcript",
        "blocked",
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["tlaks"], "has no show 'tlaks'; did you mean 'talks'?"),
        (["talks", "dddddddd"], "has no episode 'dddddddd'"),
        (["log"], "has no show 'log'"),
    ],
)
def test_what_does_not_exist_is_said(
    library: Path, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert retry(library, *arguments) == 1
    assert message in capsys.readouterr().err


def test_a_library_that_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert retry(tmp_path / "none") == NO_LIBRARY
    assert "there is no library" in capsys.readouterr().err


def test_the_library_is_the_configurations(
    library: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path_factory.mktemp("configuration") / "mine.yaml"
    file.write_text(f"library: {library}\n")
    assert main(["retry", "--configfile", str(file), "-n"]) == 0
    assert capsys.readouterr().err == "episcribe retry: 4 stages would be tried again\n"


def blocked_by(url: str, library: Path) -> Client:
    """A client whose fetch from `url` was refused, which the episode of `walks` failed of."""
    client = Client(NetSettings(allow_private=True, longest_wait=0.0, state=state_of(library)))
    with pytest.raises(FetchError) as refused:
        client.fetch(url)
    path = events_path(library / "walks" / "2024-05-03-c-cccccccc", "transcript")
    event = {"time": "2026-01-02T00:00:00.000Z", "event": "failed", "stage": "transcript", "kind": "blocked"}
    append_event(path, {**event, "error": str(refused.value)})
    return client


def test_a_host_that_rests_is_asked_again_at_once(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with LoopbackServer() as server:
        url = server.add_all("/a.vtt", [Answer(status=429), Answer(b"WEBVTT")])
        with blocked_by(url, library) as client:
            retry(library, "walks", "-n")
            assert "would be asked again at once" in capsys.readouterr().err
            with pytest.raises(Resting):
                client.fetch(url)
            retry(library, "walks")
            said = capsys.readouterr().err.splitlines()[0]
            assert said.startswith(f"episcribe retry: 127.0.0.1:{server.port} is left in peace until 2")
            assert said.endswith(" UTC, as it answered 429; it is asked again at once")
            assert client.fetch(url).body == b"WEBVTT"


def test_a_host_that_the_episodes_do_not_need_goes_on_resting(library: Path) -> None:
    with LoopbackServer() as server:
        url = server.add("/a.vtt", status=429)
        with blocked_by(url, library):
            retry(library, "talks")
            assert [rest.host for rest in resting(state_of(library))] == [f"127.0.0.1:{server.port}"]


def test_the_hosts_of_the_episodes_own_addresses_are_asked_again(library: Path) -> None:
    breaker = Breaker(state_of(library), OwnPlaces(), 600)
    for host in ("youtube.com", "example.org", "files.example.net", "ample.org"):
        breaker.rest(host, "answered 429", None)
    folder = library / "talks" / "2024-05-01-a-aaaaaaaa"
    episode = Episode(
        "aaaaaaaa",
        "talks",
        folder.name,
        "A",
        keys=("youtube:abcdefghijk",),
        link="https://www.example.org/a",
        enclosures=(Enclosure("https://files.example.net/a.mp3"),),
    )
    (folder / "episode.yaml").write_text(episode_yaml(episode))
    retry(library, "talks", "aaaaaaaa")
    assert [rest.host for rest in resting(state_of(library))] == ["ample.org"]


def add_source(library: Path, kind: str) -> float:
    """A show `rivers` whose only source could not be read just now; when."""
    now = float(int(time.time()))
    error = {"kind": kind, "message": "it asks for time", "at": utc_text(now), "until": utc_text(now + 3000)}
    record = {"kind": "youtube", "origin": "rivers", "source": "@rivers", "checked_at": utc_text(now)}
    write_discovery(library / DISCOVERY, {"version": 1, "shows": {"rivers": {**record, "error": error}}})
    (library / CATALOGUE).touch()
    return now


def is_due(library: Path, now: float) -> bool:
    source = SimpleNamespace(kind="youtube", address="@rivers", name="rivers")
    show = SimpleNamespace(sources=[source])
    return bool(refresh_due([show], read_discovery(library / DISCOVERY), library, now, 6 * 3600.0))


@pytest.mark.parametrize("arguments", [[], ["rivers"]])
def test_a_source_that_wants_rest_is_read_by_the_next_run(
    library: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    now = add_source(library, "blocked")
    Breaker(state_of(library), OwnPlaces(), 600).rest("youtube.com", "answered 429", None)
    assert retry(library, *arguments, "--dry-run") == 0
    assert not is_due(library, now + 60)
    capsys.readouterr()
    assert retry(library, *arguments) == 0
    printed = capsys.readouterr()
    assert "rivers: not read: it asks for time (blocked)\n" in printed.out
    assert "youtube.com is left in peace" in printed.err
    assert "1 source again" in printed.err
    assert is_due(library, now + 60)
    assert resting(state_of(library)) == []


@pytest.mark.parametrize("arguments", [["talks"], ["--failed"], ["--stage", "notes"], ["talks", "aaaaaaaa"]])
def test_a_source_that_is_not_meant_goes_on_resting(library: Path, arguments: list[str]) -> None:
    now = add_source(library, "blocked")
    assert retry(library, *arguments) == 0
    assert not is_due(library, now + 60)


def test_network_slots_ask_again_too(library: Path) -> None:
    with FakeWeb() as web:
        url = web.site("files.example.net").add_all("/a.vtt", [Answer(status=429), Answer(b"WEBVTT")])
        url = url.replace("https:", "http:")
        state = state_of(library)
        settings = NetSettings(allow_private=True, longest_wait=0.0, state=state, slots=(web.slot,))
        with Client(settings) as client:
            for refused in (FetchError, Resting):
                with pytest.raises(refused):
                    client.fetch(url)
            lift_rests(state, rests_named_in(state, [url]))
            assert client.fetch(url).body == b"WEBVTT"
