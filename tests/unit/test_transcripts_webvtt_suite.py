"""The WebVTT parser against the development corpus' suite for browsers' parsers (`suites/vttjs`).

The suite is older than the present specification. Where the two differ the specification decides, and the
cases are listed here with the section that says so.
"""

import html
import json
from pathlib import Path
from typing import Any

import pytest

from episcribe.library.errors import UnreadableTranscript
from episcribe.transcripts.webvtt import parse_webvtt
from episcribe.transcripts.webvtt_text import Node, Run, parse_cue_text

# Cases whose expectation contradicts the specification, with the reason.
CUES_AGAINST_THE_SPECIFICATION = {
    "cue-times/minimum-spots-over-sixty.vtt": "6.3: 120 has three digits, so it is hours,"
    " which minutes and seconds must follow: 120:00.000 is no timestamp",
}
NODES_AGAINST_THE_SPECIFICATION = {
    "cuetext/escape-characters/incorrect.vtt": "6.4: references are HTML's: &lt and &nbsp need no semicolon",
    "file-layout/header-no-new-line.vtt": "6.1: an arrow ends the header, and the line with it begins a cue",
}
# Fields of a cue that say what is spoken and when; the others place it on a screen.
FIELDS = ("id", "startTime", "endTime", "text")


def test_the_cues_are_those_of_every_case_of_the_suite_that_agrees_with_the_specification(
    corpus: Path,
) -> None:
    suite = corpus / "suites" / "vttjs"
    cases = {
        path: expected
        for path in sorted(suite.rglob("*.vtt"))
        if (expected := expected_cues(path)) is not None
    }
    disagreeing = {
        str(path.relative_to(suite)) for path, expected in cases.items() if found_cues(path) != expected
    }
    assert len(cases) >= 132
    assert disagreeing == set(CUES_AGAINST_THE_SPECIFICATION)


def test_the_tags_and_texts_of_cues_are_those_of_the_suite(corpus: Path) -> None:
    suite = corpus / "suites" / "vttjs"
    disagreeing, compared = set(), 0
    for path in sorted(suite.rglob("*.vtt")):
        rendered = path.with_name(path.stem + "-proc.json")
        expected = json.loads(rendered.read_text(encoding="utf-8")) if rendered.exists() else None
        if expected is None:
            continue
        compared += 1
        if found_nodes(path) != [leaves(child["childNodes"][0]) for child in expected]:
            disagreeing.add(str(path.relative_to(suite)))
    assert compared >= 47
    assert disagreeing == set(NODES_AGAINST_THE_SPECIFICATION)


def expected_cues(path: Path) -> list[dict[str, Any]] | None:
    """What the suite expects of a file: its own expectation, or the one that its folder's files share."""
    own = path.with_suffix(".json")
    if own.exists():
        return json.loads(own.read_text(encoding="utf-8"))["cues"] and cues_in(own)
    return shared_expectation(path)


def shared_expectation(path: Path) -> list[dict[str, Any]] | None:
    folder, name = path.parent.name, path.stem
    if folder == "file-layout":
        # Without a signature there is no WebVTT; a header without an empty line is decided by the
        # specification.
        if name in {"blank-file", "blank-file-with-bom", "bom-tab-webvtt", "newline-before-webvtt"}:
            return []
        return None if name == "header-no-new-line" else cues_in(path.parent / "with-data.json")
    if folder == "cue-times":
        return cues_in(path.parent / "with-data.json")
    if path.parent.parent.name == "cue-settings":
        # A setting that is wrong is ignored, whichever it is: the cue stays.
        return [{"id": "", "startTime": 0, "endTime": 2, "text": "Text"}]
    return [] if "regions" in path.parts else None


def cues_in(path: Path) -> list[dict[str, Any]]:
    return [
        {name: cue[name] for name in FIELDS} for cue in json.loads(path.read_text(encoding="utf-8"))["cues"]
    ]


def found_cues(path: Path) -> list[dict[str, Any]]:
    try:
        _, cues = parse_webvtt(path.read_bytes().decode("utf-8", "replace"))
    except UnreadableTranscript:
        return []
    return [{"id": c.identifier, "startTime": c.start, "endTime": c.end, "text": c.text} for c in cues]


def found_nodes(path: Path) -> list[list[tuple[str, list[tuple[str, str, str]]]]]:
    """The leaves of every cue's text: each text with the tags around it (element, classes, annotation)."""
    try:
        _, cues = parse_webvtt(path.read_bytes().decode("utf-8", "replace"))
    except UnreadableTranscript:
        return []
    return [
        merged([(html.unescape(run.text), tags_around(run)) for run in parse_cue_text(cue.text)])
        for cue in cues
    ]


def tags_around(run: Run) -> list[tuple[str, str, str]]:
    elements = {"c": "span", "v": "span", "lang": "span"}
    tags: list[tuple[str, str, str]] = []
    node: Node | None = run.node
    while node is not None and node.kind:
        annotation = node.annotation if node.kind in {"v", "lang"} else ""
        tags.insert(0, (elements.get(node.kind, node.kind), " ".join(node.classes), annotation))
        node = node.parent
    return tags


def leaves(
    node: dict[str, Any], around: tuple[tuple[str, str, str], ...] = ()
) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """The same leaves of the document that the suite expects to be drawn."""
    found: list[tuple[str, list[tuple[str, str, str]]]] = []
    for child in node["childNodes"]:
        if child["localName"] == "":
            found.append((child["data"], list(around)))
        else:
            tag = (child["localName"], child["className"], child["title"] or child["lang"])
            found.extend(leaves(child, (*around, tag)))
    return merged(found)


def merged(
    texts: list[tuple[str, list[tuple[str, str, str]]]],
) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Neighbouring texts inside the same tags as one: how they were divided does not matter."""
    joined: list[tuple[str, list[tuple[str, str, str]]]] = []
    for text, tags in texts:
        if joined and joined[-1][1] == tags:
            joined[-1] = (joined[-1][0] + text, tags)
        else:
            joined.append((text, tags))
    return joined


pytestmark = pytest.mark.corpus
