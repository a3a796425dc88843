"""`episcribe search`, `rebuild` and `sync`."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from episcribe.cli.main import main
from episcribe.ledger.events import append_event, events_path
from episcribe.ledger.seals import add_seals, read_seals
from episcribe.ledger.standings import write_standings
from episcribe.ledger.views.queries import NoQueryError, parse_query
from episcribe.ledger.views.searching import best_sentence, search
from episcribe.ledger.views.states import rewrite_states
from episcribe.ledger.views.updating import update_views
from tests.made_library import MadeLibrary, run_stage, transcript

_MIXED = (
    "The tide turns twice a day.",
    "Nobody at the café saw the naïve heron.",
    "Straße und Łódź sind Wörter.",
    "東京タワーは高いです。",
    "서울에서 만나요.",
    "हिन्दी में लिखना आसान है।",
    "สวัสดีครับ",
    "It's the U.S. harbour-master's high water.",
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = MadeLibrary(tmp_path_factory.mktemp("search") / "processed")
    made.finished("aaaaaaaa", _MIXED, keys=["guid:1", "youtube:dQw4w9WgXcQ"])
    made.finished("bbbbbbbb", ["Ebb and flow.", "A tide, a tide, and again a tide."], show="nachtzug")
    return made.path


def told(library: Path, *arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = main(["search", *arguments, "--library", str(library)])
    output = capsys.readouterr()
    return code, output.out, output.err


def test_a_hit_tells_episode_time_speaker_sentence_and_link(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, output, _ = told(library, "NAIVE", "heron", capsys=capsys)
    assert code == 0
    assert output.splitlines() == [
        "tidewater/2024-05-01-episode-aaaaaaaa  Episode aaaaaaaa (2024-05-01)",
        "  0:10 Ada: Nobody at the café saw the «naïve» «heron».",
        "  https://youtu.be/dQw4w9WgXcQ?t=10",
    ]


def test_hits_as_json_have_the_places_of_the_words(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, output, _ = told(library, "cafe", "--json", capsys=capsys)
    [hit] = json.loads(output)
    assert (hit["episode"], hit["start"]) == ("tidewater/2024-05-01-episode-aaaaaaaa", 10.0)
    [[start, end]] = hit["marks"]
    assert hit["sentence"][start:end] == "café"


def test_nothing_found_is_exit_code_one(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(library, "sparrow", capsys=capsys) == (1, "", "nothing found\n")
    code, output, _ = told(library, "sparrow", "--json", capsys=capsys)
    assert (code, json.loads(output)) == (1, [])


def test_a_query_without_a_word_is_a_wrong_call(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(library, "***", capsys=capsys)[0] == 2


def test_no_library_has_an_exit_code_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(tmp_path / "none", "tide", capsys=capsys)[0] == 3


def test_a_show_that_does_not_exist_is_an_error_with_its_neighbour(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, error = told(library, "tide", "--show", "nachtzuk", capsys=capsys)
    assert code == 1
    assert "did you mean 'nachtzug'?" in error


def test_the_passage_that_has_the_word_most_comes_first(library: Path) -> None:
    hits = search(library, "tide", within="transcript").hits
    assert [hit.episode_id for hit in hits] == ["bbbbbbbb", "aaaaaaaa"]
    assert hits[0].score > hits[1].score
    assert [
        hit.episode_id for hit in search(library, "tide", show="tidewater", within="transcript").hits
    ] == ["aaaaaaaa"]
    assert len(search(library, "tide", limit=1).hits) == 1


def test_notes_are_found_too_without_their_markup(library: Path) -> None:
    [one, two] = search(library, "ebb tide", within="notes").hits
    assert {one.sentence, two.sentence} == {"Ebb: the tide goes."}
    assert one.marks == ((0, 3), (9, 13))
    assert search(library, "ebb", show="nachtzug", within="transcript").hits[0].sentence == "Ebb and flow."


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("lodz", 2),
        ("strasse", 2),
        ("WÖRTER", 2),
        ("tur*", 0),
        ('"twice a day"', 0),
        ("“twice a day”", 0),
        ("東京", 3),
        ("タワー", 3),
        ("高", 3),
        ("서울", 4),
        ("हिन्दी", 5),
        ("สวัสดี", 6),
        ("U.S.", 7),
        ("harbour-master", 7),
        ('"high wat"*', 7),
        ("it's", 7),
    ],
)
def test_words_are_found_in_every_script(library: Path, query: str, sentence: int) -> None:
    hits = search(library, query, within="transcript").hits
    assert [hit.sentence for hit in hits] == [_MIXED[sentence]]
    assert hits[0].marks
    assert hits[0].start == sentence * 10


@pytest.mark.parametrize("query", ['"day a twice"', "京東", "turn", "हिन्द", '"ebb flow"'])
def test_what_is_not_said_is_not_found(library: Path, query: str) -> None:
    assert search(library, query, within="transcript").hits == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.text(max_size=40),
        st.lists(
            st.sampled_from(
                [
                    "tide",
                    '"',
                    "*",
                    "(",
                    ")",
                    "NEAR",
                    "AND",
                    "OR",
                    "NOT",
                    "text:",
                    "^",
                    "-",
                    "+",
                    "{",
                    "'",
                    ";",
                    "\0",
                ]
            ),
            max_size=8,
        ).map(" ".join),
    )
)
def test_whatever_is_typed_is_a_query(library: Path, query: str) -> None:
    try:
        parse_query(query)
    except NoQueryError:
        return
    assert search(library, query).is_ranked


def test_too_many_words_are_refused() -> None:
    with pytest.raises(NoQueryError, match="at most 32 words"):
        parse_query("word " * 33)


def test_the_line_with_most_of_the_words_is_the_best() -> None:
    text = "A tide.\nThe heron and the tide.\nA heron."
    assert best_sentence(text, parse_query("tide heron"))[:2] == (1, "The heron and the tide.")


def test_orders_to_a_terminal_are_not_passed_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = MadeLibrary(tmp_path / "p")
    made.finished("aaaaaaaa", ["A \x1b[2Jtide\x07 \u202eturns."], title="\x1b]0;x\x07T")
    _, output, _ = told(made.path, "turns", capsys=capsys)
    assert not any(sign in output for sign in "\x1b\x07\u202e")


def test_a_library_that_was_worked_on_is_read_again_first(tmp_path: Path) -> None:
    made = MadeLibrary(tmp_path / "p")
    made.finished("aaaaaaaa")
    assert search(made.path, "sparrow").hits == []
    made.finished("bbbbbbbb", ["A sparrow."])
    assert [hit.episode_id for hit in search(made.path, "sparrow").hits] == ["bbbbbbbb"]


def test_where_many_episodes_changed_the_search_says_so(tmp_path: Path) -> None:
    made = MadeLibrary(tmp_path / "p")
    made.finished("aaaaaaaa")
    update_views(made.path)
    for number in range(65):
        made.add(f"b{number:07d}")
    said: list[str] = []
    assert len(search(made.path, "heron", say=said.append).hits) == 1
    assert "older than the files of 65 episodes; episcribe sync" in said[0]


def test_a_damaged_data_base_is_built_anew_by_the_search(tmp_path: Path) -> None:
    made = MadeLibrary(tmp_path / "p")
    made.finished("aaaaaaaa")
    update_views(made.path)
    (made.path / "state.db").write_bytes(b"SQLite format 3\0" + os.urandom(8000))
    said: list[str] = []
    assert len(search(made.path, "heron", say=said.append).hits) == 1
    assert "anew" in said[0]


def test_the_command_starts_and_ends_in_a_shell(library: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "episcribe.cli.main", "search", '"turns twice"', "--library", str(library)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert "The tide «turns twice» a day." in done.stdout


def test_rebuild_makes_everything_anew_and_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = MadeLibrary(tmp_path / "p")
    folder = made.finished("aaaaaaaa")
    failed = made.add("bbbbbbbb")
    run_stage(failed, "transcript", 1, failure={"kind": "permanent", "error": "410 Gone"})
    rewrite_states(made.path)
    state = folder / "state.yaml"
    state.write_text(state.read_text() + 'seal: "0123456789abcdef"\n')
    add_seals(made.path, {f"tidewater/{folder.name}": "0123456789abcdef"})
    write_standings(made.path, {})
    assert main(["rebuild", "--library", str(made.path)]) == 0
    names = ["index.json", "processing_log.json", "processing_log.csv", "seals.jsonl"]
    paths = [state, failed / "state.yaml", *(made.path / name for name in names)]
    before = {path: path.read_bytes() for path in paths}
    for path in [*paths[1:], made.path / "state.db"]:
        path.unlink()
    assert main(["rebuild", "--library", str(made.path)]) == 0
    assert {path: path.read_bytes() for path in paths} == before
    state.unlink()
    assert main(["rebuild", "--only", "states", "--library", str(made.path)]) == 0
    assert state.read_bytes() == before[state]
    assert read_seals(made.path) == {f"tidewater/{folder.name}": "0123456789abcdef"}
    assert "state.yaml of 1 episode written" in capsys.readouterr().err


@pytest.mark.parametrize("only", ["db", "index", "log"])
def test_one_view_alone_is_made_anew(tmp_path: Path, only: str, capsys: pytest.CaptureFixture[str]) -> None:
    made = MadeLibrary(tmp_path / "p")
    made.finished("aaaaaaaa")
    update_views(made.path)
    index = (made.path / "index.json").read_bytes()
    assert main(["rebuild", "--only", only, "--library", str(made.path), "--json"]) == 0
    done = json.loads(capsys.readouterr().out)
    assert done["rebuilt"] is (only == "db")
    assert "states_written" not in done
    expected = {"db": [], "index": ["index.json"], "log": ["processing_log.json", "processing_log.csv"]}
    assert done["written"] == expected[only]
    assert (made.path / "index.json").read_bytes() == index


def test_sync_reads_what_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = MadeLibrary(tmp_path / "p")
    made.finished("aaaaaaaa")
    folder = made.finished("bbbbbbbb")
    assert main(["sync", "--library", str(made.path)]) == 0
    (folder / "transcript.json").write_text(transcript(["A sparrow."]))
    append_event(events_path(folder, "notes"), {"event": "retry", "stage": "notes", "time": "2026-03-02"})
    assert main(["sync", "--library", str(made.path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["read"] == 1
    with closing(sqlite3.connect(made.path / "state.db")) as connection:
        [[count]] = connection.execute("SELECT count(*) FROM processing_log WHERE event = 'retry'").fetchall()
    assert count == 1
    shutil.rmtree(folder)
    assert main(["sync", "--library", str(made.path)]) == 0
    assert search(made.path, "sparrow").hits == []
