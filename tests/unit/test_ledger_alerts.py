"""Alerts and streams of events: what is told, to real servers on loopback, and where no secret ends up."""

import json
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episcribe.ledger.alerts.deciding import Told, Wanted, decide, told_of_record
from episcribe.ledger.alerts.model import Alert, Item, alert_of_record
from episcribe.ledger.alerts.outbox import MOST, OUTBOX, Letter, read_outbox, write_outbox
from episcribe.ledger.alerts.sending import TOLD, send_alerts
from episcribe.ledger.alerts.streaming import CURSOR, stream_events
from episcribe.ledger.alerts.targets import Target, message, targets_of
from episcribe.ledger.events import append_event, events_path, moment_text
from episcribe.ledger.reports.model import Attempt, EpisodeFacts, Facts, UnreadSource
from episcribe.library.settings import MonitoringSettings
from tests.loopback import Answer, LoopbackServer

NOW = 1.8e9
SECRET = "T0PSECRET-0123456789abcdef"
ALERT = Alert("failure", "1 episode failed: notes", "why\nwhat", "lib", "r1", moment_text(NOW), 1, ())


@pytest.fixture(autouse=True)
def no_target_of_the_developers_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EPISCRIBE_WEBHOOK_URL", raising=False)


def episode(number: int, *outcomes: str, error: str = "timed out", start: float = 0.0) -> EpisodeFacts:
    """An episode whose transcript had these outcomes, the last of which it has now."""
    name = f"talks/e{number}"
    attempts = tuple(
        Attempt(name, "transcript", what, NOW - 1000 + start + n, 1.0, "r1", "transient", error)
        for n, what in enumerate(outcomes)
    )
    how = {"finished": "done", "failed": "failed"}[outcomes[-1]] if outcomes else "pending"
    return EpisodeFacts(
        "talks", f"e{number}", {"title": f"Talk {number}", "stages": {"transcript": {"state": how}}}, attempts
    )


def told_of(*episodes: EpisodeFacts, told: Told | None = None, **wanted: Any) -> tuple[list[Alert], Told]:
    wants = Wanted(**{"threshold": 0, **wanted})
    return decide(Facts("lib", list(episodes)), "r1", NOW, wants, told or Told())


def test_episodes_that_failed_of_one_cause_are_told_together_and_once() -> None:
    failed = [episode(n, "failed", error=f"host{n}.example: timed out after {n} s") for n in range(1, 4)]
    alerts, told = told_of(*failed)
    assert [(a.kind, a.count, a.title) for a in alerts] == [("failure", 3, "3 episodes failed: transcript")]
    assert told_of(*failed, told=told)[0] == []


def test_another_cause_is_told_again() -> None:
    told = told_of(episode(1, "failed"))[1]
    alerts, _ = told_of(episode(1, "failed", "failed", error="the disk is full"), told=told)
    assert [a.kind for a in alerts] == ["failure"]
    assert "the disk is full" in alerts[0].text


def test_what_recovers_is_told_once() -> None:
    told = told_of(episode(1, "failed"))[1]
    alerts, told = told_of(episode(1, "failed", "finished"), told=told)
    assert [(a.kind, a.items[0].episode) for a in alerts] == [("recovered", "talks/e1")]
    assert told_of(episode(1, "failed", "finished"), told=told)[0] == []


def test_what_fails_again_after_it_recovered_is_told_again() -> None:
    told = told_of(episode(1, "failed"))[1]
    told = told_of(episode(1, "failed", "finished"), told=told)[1]
    assert [a.kind for a in told_of(episode(1, "failed", "finished", "failed"), told=told)[0]] == ["failure"]


def test_where_nothing_was_to_be_had_is_no_failure() -> None:
    nothing = Attempt("talks/e1", "transcript", "failed", NOW, 1.0, "r1", "none", "nothing there")
    state = {"stages": {"transcript": {"state": "none"}}}
    assert told_of(EpisodeFacts("talks", "e1", state, (nothing,) * 9), threshold=2) == ([], Told())


def test_a_source_that_cannot_be_read_is_told_once_and_so_is_its_recovery() -> None:
    away = UnreadSource("talks", "transient", "feeds.example.org: timed out")
    facts = Facts("lib", [], {"talks": "Talks by the sea"}, [away])
    alerts, told = decide(facts, "r1", NOW, Wanted(), Told())
    assert [(a.title, a.items[0].title) for a in alerts] == [
        ("1 source could not be read", "Talks by the sea")
    ]
    assert decide(facts, "r2", NOW, Wanted(), told)[0] == []
    alerts, told = decide(replace(facts, unread=()), "r3", NOW, Wanted(), told)
    assert [a.title for a in alerts] == ["1 source recovered"]
    assert told.failed == {}


def test_many_causes_make_a_few_alerts() -> None:
    words = "alpha beta gamma delta epsilon zeta eta theta".split()
    alerts, _ = told_of(*(episode(n, "failed", error=word) for n, word in enumerate(words)))
    assert len(alerts) == 6
    assert alerts[-1].title == "3 episodes failed of 3 more causes"


def test_the_threshold_is_told_once_for_a_streak_and_when_it_is_over() -> None:
    first = [episode(n, "failed", start=n) for n in range(5)]
    alerts, told = told_of(*first, failure=False, threshold=5)
    assert [(a.kind, a.title) for a in alerts] == [("threshold", "5 stages failed in a row")]
    more = [*first, episode(5, "failed", start=5)]
    assert told_of(*more, told=told, failure=False, threshold=5)[0] == []
    over = [*more, episode(6, "finished", start=6)]
    alerts, told = told_of(*over, told=told, failure=False, threshold=5)
    assert [a.kind for a in alerts] == ["recovered"]
    assert told_of(*over, told=told, failure=False, threshold=5)[0] == []


def test_four_failures_are_no_streak_of_five() -> None:
    four = [episode(n, "failed", start=n) for n in range(4)]
    between = [*four, episode(4, "finished", start=4), episode(5, "failed", start=5)]
    assert told_of(*between, failure=False, threshold=5)[0] == []


def test_a_streak_that_ended_in_the_same_run_is_told() -> None:
    rows = [*(episode(n, "failed", start=n) for n in range(5)), episode(5, "finished", start=5)]
    alerts, told = told_of(*rows, failure=False, threshold=5)
    assert [a.kind for a in alerts] == ["threshold"]
    assert "After that 1 succeeded." in alerts[0].text
    assert told_of(*rows, told=told, failure=False, threshold=5)[0] == []


def test_the_end_of_a_run_is_told_where_that_is_wanted() -> None:
    both = episode(1, "failed"), episode(2, "finished")
    alerts, told = told_of(*both, failure=False, finished=True)
    assert told_of(*both, told=told, failure=False, finished=True)[0] == []
    assert [(a.kind, a.title) for a in alerts] == [("finished", "Run finished: 1 stages done, 1 failed")]
    assert told_of(episode(1), failure=False, finished=True)[0] == []


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(max_size=5),
        lambda x: st.lists(x) | st.dictionaries(st.sampled_from(["failed", "streak", "kind"]), x),
        max_leaves=8,
    )
)
@settings(max_examples=50)
def test_what_was_told_is_read_whatever_the_file_holds(record: Any) -> None:
    assert isinstance(told_of_record(record), Told)
    assert alert_of_record(record) is None


def shaped(shape: str, alert: Alert) -> tuple[str, dict[str, Any]]:
    url, body = message(Target(shape, "x", "https://user:pw@ntfy.example/base/topic?auth=1"), alert)
    return url, json.loads(body)


MEAN = Alert(
    "failure", "2 episodes failed: notes", "a <!channel> & **b**\nsecond", "lib", "r", moment_text(NOW), 7,
    (Item("talks/e1", "@everyone <script> [x](javascript:1)", "notes", "transient", "why"),),
)  # fmt: skip


def test_the_plain_shape_is_all_of_the_alert() -> None:
    _, body = shaped("json", MEAN)
    assert body == MEAN.record()
    assert alert_of_record(body) == MEAN


def test_slack_gets_escaped_text() -> None:
    _, body = shaped("slack", MEAN)
    assert "&lt;!channel&gt; &amp; " in body["text"]
    assert "<" not in body["text"]


def test_discord_calls_nobody() -> None:
    _, body = shaped("discord", MEAN)
    assert body["allowed_mentions"] == {"parse": []}
    assert r"\<script" not in body["content"] and r"\[x\]" in body["content"]
    assert len(shaped("discord", Alert("failure", "t", "x" * 9000, "l", "r", ""))[1]["content"]) <= 2000


def test_ntfy_gets_the_topic_at_its_root() -> None:
    url, body = shaped("ntfy", MEAN)
    assert url == "https://user:pw@ntfy.example/base/?auth=1"
    assert (body["topic"], body["priority"]) == ("topic", 3)
    assert len(shaped("ntfy", Alert("failure", "t", "語" * 9000, "l", "r", ""))[1]["message"].encode()) < 4096


def test_shapes_are_known_by_hosts_and_by_prefixes() -> None:
    environment = {
        "HOOK": "https://hooks.slack.com/services/x",
        "EPISCRIBE_WEBHOOK_URL": "https://a.example/1",
    }
    addresses = [
        "${HOOK}",
        "https://discord.com/api/webhooks/1/x",
        "ntfy+http://127.0.0.1:8/t",
        "https://ntfy.sh/t",
    ]
    targets, problems = targets_of(addresses, environment)
    assert problems == []
    assert [target.label for target in targets] == [
        "slack:hooks.slack.com",
        "discord:discord.com",
        "ntfy:127.0.0.1:8",
        "ntfy:ntfy.sh",
        "json:a.example",
    ]


def test_two_targets_at_one_host_are_told_apart_and_one_twice_is_one() -> None:
    targets, _ = targets_of(["https://a.example/1", "https://a.example/2", "https://a.example/1"], {})
    assert [target.label for target in targets] == ["json:a.example", "json:a.example#2"]


def test_what_is_no_target_is_named_without_its_content() -> None:
    targets, problems = targets_of(["${NOT_THERE}", "${BAD}"], {"BAD": f"ftp://{SECRET}"})
    assert targets == []
    assert "NOT_THERE is not set" in problems[0]
    assert SECRET not in "".join(problems)
    assert SECRET not in repr(Target("json", "json:a.example", f"https://a.example/{SECRET}"))


def send(library: Path, url: str, *episodes: EpisodeFacts, now: float = NOW, **more: Any) -> list[str]:
    monitoring = MonitoringSettings(webhook_url=(url,), **more)
    return send_alerts(library, monitoring, Facts("lib", list(episodes)), "r1", now)


def files_of(folder: Path) -> Mapping[str, str]:
    return {str(p): p.read_text(errors="replace") for p in folder.rglob("*") if p.is_file()}


def test_an_alert_arrives_once_at_a_private_address(tmp_path: Path) -> None:
    with LoopbackServer() as server:
        url = server.add("/hook", b"ok")
        for _ in range(2):
            assert send(tmp_path, url, episode(1, "failed")) == []
        (request,) = server.requests
    body = json.loads(request.body)
    assert (request.method, body["kind"], body["items"][0]["episode"]) == ("POST", "failure", "talks/e1")
    assert request.headers["content-type"].startswith("application/json")
    assert read_outbox(tmp_path) == []


@pytest.mark.parametrize(
    "answer",
    [Answer(status=500), Answer(status=404), Answer(reset=True), Answer(redirect="http://127.0.0.1:9/")],
)
def test_what_was_not_taken_is_sent_by_the_next_run(tmp_path: Path, answer: Answer) -> None:
    with LoopbackServer() as server:
        url = server.add_all(f"/hook/{SECRET}", [answer, Answer(b"ok")])
        (line,) = send(tmp_path, f"{url}?token={SECRET}", episode(1, "failed"))
        assert line.startswith("Not told: json:127.0.0.1")
        assert line.endswith("the next run tries again")
        (letter,) = read_outbox(tmp_path)
        assert letter.tries == 1
        assert SECRET not in line
        assert not [name for name, text in files_of(tmp_path).items() if SECRET in text]
        assert send(tmp_path, f"{url}?token={SECRET}", episode(1, "failed")) == []
        assert server.requests[0].body == server.requests[1].body
    assert read_outbox(tmp_path) == []


def test_a_target_that_asks_for_time_gets_it(tmp_path: Path) -> None:
    with LoopbackServer() as server:
        busy = Answer(status=429, headers={"Retry-After": "3600"})
        url = server.add_all("/hook", [busy, Answer(b"ok")])
        send(tmp_path, url, episode(1, "failed"))
        assert send(tmp_path, url, episode(1, "failed"), now=NOW + 1800) == []
        assert len(server.requests) == 1
        assert send(tmp_path, url, episode(1, "failed"), now=NOW + 3601) == []
        assert len(server.requests) == 2
    assert read_outbox(tmp_path) == []


def test_after_a_refusal_the_others_wait_for_the_next_run(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://user:{SECRET}@127.0.0.1:{taken.getsockname()[1]}/{SECRET}"
        lines = send(tmp_path, url, *(episode(n, "failed", error=word) for n, word in enumerate("xyz")))
    assert len(lines) == 1
    assert len(read_outbox(tmp_path)) == 3
    assert SECRET not in "".join([*lines, *files_of(tmp_path).values()])


def test_a_target_that_does_not_answer_is_left_after_five_seconds(tmp_path: Path) -> None:
    with LoopbackServer() as server:
        url = server.add("/hook", wait=30)
        begun = time.monotonic()
        lines = send(tmp_path, url, episode(1, "failed"), episode(2, "failed", error="other"))
        assert time.monotonic() - begun < 7
        assert len(server.requests) == 1
    assert len(lines) == 1
    assert len(read_outbox(tmp_path)) == 2


def test_one_target_that_is_down_keeps_none_from_another(tmp_path: Path) -> None:
    with LoopbackServer() as server:
        bad, good = server.add("/bad", status=500), server.add("/good", b"ok")
        monitoring = MonitoringSettings(webhook_url=(bad, good))
        lines = send_alerts(tmp_path, monitoring, Facts("lib", [episode(1, "failed")]), "r1", NOW)
        assert server.asked("/good") == 1
    assert len(lines) == 1
    assert len(read_outbox(tmp_path)) == 1


def test_without_a_target_nothing_is_written(tmp_path: Path) -> None:
    facts = Facts("lib", [episode(1, "failed")])
    assert send_alerts(tmp_path, MonitoringSettings(), facts, "r1", NOW) == []
    assert list(tmp_path.iterdir()) == []


def test_a_library_that_cannot_be_written_to_is_a_line(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("a file where a folder should be")
    lines = send(tmp_path, "http://127.0.0.1:9/x", episode(1, "failed"))
    assert len(lines) == 1 and "log" in lines[0]


def test_the_outbox_keeps_the_latest_of_a_week(tmp_path: Path) -> None:
    old = Alert("failure", "old", "", "lib", "r", moment_text(NOW - 8 * 86400))
    write_outbox(tmp_path, [Letter("a", old), *(Letter("a", ALERT, n) for n in range(MOST + 50))], NOW)
    with (tmp_path / OUTBOX).open("a") as file:
        file.write('{"to": "a", "alert": {"ki')
    letters = read_outbox(tmp_path)
    assert len(letters) == MOST
    assert letters[-1] == Letter("a", ALERT, MOST + 49)


def test_what_was_told_survives_a_damaged_file(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    (tmp_path / TOLD).write_text('{"failed": ')
    with LoopbackServer() as server:
        send(tmp_path, server.add("/hook"), episode(1, "failed"))
        assert len(server.requests) == 1


def happen(library: Path, name: str, *events: str) -> None:
    for what in events:
        path = events_path(library / name, "notes")
        append_event(path, {"time": "2026-01-01T00:00:00.000Z", "event": what, "stage": "notes", "run": "r1"})


def test_events_are_streamed_to_a_file_as_cloud_events_each_once(tmp_path: Path) -> None:
    target = tmp_path / "out" / "events.jsonl"
    happen(tmp_path, "talks/e é", "started", "finished")
    for _ in range(2):
        assert stream_events(tmp_path, str(target), ["talks/e é"]) == []
    happen(tmp_path, "talks/e é", "started")
    stream_events(tmp_path, str(target), ["talks/e é"])
    events = [json.loads(line) for line in target.read_text().splitlines()]
    assert [event["type"] for event in events] == [
        "episcribe.stage.started",
        "episcribe.stage.finished",
        "episcribe.stage.started",
    ]
    assert len({(event["source"], event["id"]) for event in events}) == 3
    first = events[0]
    assert first["source"].isascii()
    assert (first["specversion"], first["subject"], first["time"], first["data"]) == (
        "1.0",
        "talks/e é",
        "2026-01-01T00:00:00.000Z",
        {"stage": "notes", "run": "r1"},
    )


def test_a_line_that_is_still_being_written_waits(tmp_path: Path) -> None:
    target = tmp_path / "events.jsonl"
    happen(tmp_path, "talks/e1", "started")
    with events_path(tmp_path / "talks/e1", "notes").open("a") as file:
        file.write('{"event": "fini')
        file.flush()
        stream_events(tmp_path, str(target), ["talks/e1"])
        file.write('shed"}\n')
    stream_events(tmp_path, str(target), ["talks/e1"])
    types = [json.loads(line)["type"] for line in target.read_text().splitlines()]
    assert types == ["episcribe.stage.started", "episcribe.stage.finished"]


@contextmanager
def listening(family: socket.AddressFamily, address: Any) -> Iterator[tuple[Any, list[bytes]]]:
    received: list[bytes] = []
    with socket.socket(family, socket.SOCK_STREAM) as server:
        server.bind(address)
        server.listen()

        def take() -> None:
            connection, _ = server.accept()
            with connection:
                while data := connection.recv(65536):
                    received.append(data)

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        yield server.getsockname(), received
        thread.join(5)


@pytest.mark.parametrize("kind", ["tcp", "unix"])
def test_events_are_streamed_to_a_socket(tmp_path: Path, kind: str) -> None:
    happen(tmp_path, "talks/e1", *["started", "finished"] * 50)
    if kind == "tcp":
        listener = listening(socket.AF_INET, ("127.0.0.1", 0))
    else:
        listener = listening(socket.AF_UNIX, str(tmp_path / "s"))
    with listener as (address, received):
        target = f"tcp:127.0.0.1:{address[1]}" if kind == "tcp" else f"unix:{address}"
        assert stream_events(tmp_path, target, ["talks/e1"]) == []
    assert len(b"".join(received).splitlines()) == 100


def test_events_that_nobody_listened_to_are_sent_later(tmp_path: Path) -> None:
    happen(tmp_path, "talks/e1", "started")
    path = str(tmp_path / "s")
    (line,) = stream_events(tmp_path, f"unix:{path}", ["talks/e1"])
    assert line.endswith("the next run tries again")
    with listening(socket.AF_UNIX, path) as (_, received):
        stream_events(tmp_path, f"unix:{path}", ["talks/e1"])
    assert len(b"".join(received).splitlines()) == 1
    assert (tmp_path / CURSOR).exists()
