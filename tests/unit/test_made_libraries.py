"""The libraries that benchmarks are run on: any size, the same for the same numbers."""

from pathlib import Path

import pytest

from benchmarks.common import SNAKEMAKE, measure
from benchmarks.finished import build_models, configure, discover, finish
from benchmarks.peers import peers, prepare, run
from benchmarks.served import Shape, feed, served
from benchmarks.talk import talk
from episcribe.sources.feeds import parse_feed
from episcribe.text.cleaning import clean_transcript
from episcribe.text.quality import assess_quality
from episcribe.transcripts.reading import read_transcript
from episcribe.transcripts.writing import write_transcript


def test_a_talk_is_the_same_for_its_number_and_like_no_other() -> None:
    assert talk(7, 3.0) == talk(7, 3.0)
    assert talk(7, 3.0) != talk(8, 3.0)


def test_a_talk_reads_as_a_good_transcript_of_its_length() -> None:
    captions = write_transcript(talk(1, 10.0), "vtt")
    read = clean_transcript(read_transcript(captions.encode(), name="1.vtt"))
    assert 600 <= (read.segments[-1].end or 0.0) <= 700
    assert assess_quality(read, duration=600.0).score >= 80


def test_shows_share_the_episodes_out() -> None:
    shape = Shape(103, shows=7, more=2)
    numbers = [number for show in range(7) for number in shape.numbers(show)]
    assert sorted(numbers) == list(range(105))


def test_a_feed_lists_its_episodes_the_newest_first_with_a_transcript_each() -> None:
    shape = Shape(20, shows=2)
    read = parse_feed(feed(shape, 1, "http://127.0.0.1/1/").encode())
    assert [item.guid for item in read.items] == [f"made-{number}" for number in reversed(shape.numbers(1))]
    assert {item.duration for item in read.items} == {360.0}
    assert read.items[0].transcripts[0].url == "http://127.0.0.1/1/19.vtt"
    assert all(item.published and item.description for item in read.items)


@pytest.mark.slow
def test_there_is_nothing_to_do_in_a_finished_library_whoever_is_asked(tmp_path: Path) -> None:
    models = build_models(tmp_path / "models", 3.0, count=2)
    folder = tmp_path / "library"
    folder.mkdir()
    discover(folder, Shape(6, shows=2, minutes=3.0))
    variables = prepare(folder, finish(folder, models))
    own, plain, make, pool = peers()
    assert "Nothing to be done" in run(own, folder, variables).output
    assert "Nothing to be done" in run(plain, folder, variables).output
    assert "episcribe.stages" not in run(make, folder, variables).output
    before = {path: path.stat().st_mtime_ns for path in folder.glob("processed/*/*/*")}
    run(pool, folder, variables)
    assert {path: path.stat().st_mtime_ns for path in folder.glob("processed/*/*/*")} == before


@pytest.mark.slow
def test_every_way_of_building_makes_the_same_bytes(tmp_path: Path) -> None:
    shape = Shape(2, minutes=3.0)
    made: dict[str, dict[str, bytes]] = {}
    with served(shape) as port:
        for peer in peers():
            folder = tmp_path / peer.name
            folder.mkdir()
            configure(folder, shape, port)
            measure([*SNAKEMAKE, "--configfile", "config.yaml", "--cores", "2", "discover"], folder)
            run(peer, folder, prepare(folder, finish(folder, [], leave=2)))
            products = (
                path for path in folder.glob("processed/*/*/*") if path.suffix in (".md", ".csv", ".pdf")
            )
            made[peer.name] = {str(path.relative_to(folder)): path.read_bytes() for path in products}
    assert len(made["Episcribe"]) == 2 * 5
    assert all(files == made["Episcribe"] for files in made.values())
