"""The configuration: what it accepts, and what it says of what it does not."""

from pathlib import Path
from typing import Any

import pytest

from episcribe.library.config import Configuration
from episcribe.library.config_checks import resolve_source
from episcribe.library.config_files import build_configuration, load_configuration
from episcribe.library.errors import ConfigurationError
from episcribe.library.settings import parse_age

SHOW = {"id": "one", "subject": "Tides", "feed": "feed.xml"}


def build(data: dict[str, Any]) -> Configuration:
    return build_configuration(data, name="mine.yaml", base=Path("/base"))


def complaint(data: dict[str, Any]) -> str:
    with pytest.raises(ConfigurationError) as caught:
        build(data)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_an_empty_configuration_has_all_defaults() -> None:
    configuration = build({})
    assert configuration.library == "processed"
    assert configuration.refresh_seconds == 6 * 3600
    assert configuration.shows == ()


def test_a_show_takes_what_it_does_not_say_from_the_defaults() -> None:
    defaults = {"assessment": {"questions": 7, "choices": 3}, "limit": 5}
    [show] = build({"defaults": defaults, "shows": [{**SHOW, "assessment": {"questions": 9}}]}).shows
    assert (show.assessment.questions, show.assessment.choices, show.limit) == (9, 3, 5)


def test_a_key_left_empty_is_as_if_it_were_not_there() -> None:
    [show] = build({"timezone": None, "defaults": {"limit": 5}, "shows": [{**SHOW, "title": None}]}).shows
    assert show.title is None


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"defalts": {}}, "mine.yaml: unknown key 'defalts'; did you mean 'defaults'?"),
        (
            {"shows": [{**SHOW, "subjct": "x"}]},
            "mine.yaml: show 'one': unknown key 'subjct'; did you mean 'subject'?",
        ),
        (
            {"shows": [{**SHOW, "assessment": {"question": 3}}]},
            "mine.yaml: show 'one': unknown key 'assessment.question'; did you mean 'questions'?",
        ),
        (
            {"defaults": {"notes": {"terms": "many"}}},
            "mine.yaml: defaults.notes.terms: input should be a valid integer, "
            "unable to parse string as an integer (got 'many')",
        ),
        ({"shows": [SHOW, SHOW]}, "mine.yaml: two shows have the id 'one'; give one of them another id"),
        ({"shows": [{"id": "one", "feed": "x"}]}, "mine.yaml: show 'one': the key 'subject' is missing"),
        (
            {"shows": [{**SHOW, "opml": "list.opml"}]},
            "mine.yaml: show 'one': opml makes shows of its own; give it no other source",
        ),
        (
            {"shows": [{"id": "one", "subject": "x"}]},
            "mine.yaml: show 'one': needs a source, one or more of feed, opml, files, youtube, archive, "
            "urls; none is given",
        ),
        (
            {"timezone": "Europe/Berln"},
            "mine.yaml: timezone: no such time zone; did you mean Europe/Berlin? (got 'Europe/Berln')",
        ),
        ({"shows": "one"}, "mine.yaml: shows: expected a list of shows, each starting with '- id:'"),
    ],
)
def test_a_mistake_is_one_line_with_the_key_and_what_is_right(data: dict[str, Any], expected: str) -> None:
    assert complaint(data) == expected


def test_a_show_id_that_cannot_name_a_folder_is_refused() -> None:
    for bad in ("A", "a b", "../x", ".hidden", "", "a/b"):
        assert "id:" in complaint({"shows": [{**SHOW, "id": bad}]})


def test_a_pattern_that_is_no_regular_expression_is_refused() -> None:
    assert "not a regular expression" in complaint({"defaults": {"match": "("}})


def test_later_files_win_and_overrides_win_over_all(tmp_path: Path) -> None:
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    first.write_text("library: one\nrefresh: 1h\nshows:\n- {id: s, subject: x, feed: f.xml}\n")
    second.write_text("library: two\n")
    configuration = load_configuration([first, second], {"refresh": "2h"})
    assert (configuration.library, configuration.refresh_seconds) == ("two", 7200)


def test_paths_of_a_show_start_from_the_file_that_names_it(tmp_path: Path) -> None:
    file = tmp_path / "config" / "c.yaml"
    file.parent.mkdir()
    file.write_text(
        "shows:\n- {id: s, subject: x, feed: ../feeds/f.xml}\n- {id: t, subject: x, files: 'a/*.vtt'}\n"
    )
    feed, files = load_configuration([file]).shows
    assert feed.sources[0].address == str(tmp_path / "feeds" / "f.xml")
    assert files.sources[0].address == str(tmp_path / "config" / "a" / "*.vtt")


def test_a_url_is_left_as_it_is() -> None:
    assert (
        resolve_source("https://podcast.example/a/../feed", Path("/base"))
        == "https://podcast.example/a/../feed"
    )


def test_a_file_that_is_not_yaml_is_named_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "c.yaml"
    file.write_text("shows: [\n  {id: ")
    with pytest.raises(ConfigurationError, match=r"c\.yaml: not YAML") as caught:
        load_configuration([file])
    assert "\n" not in str(caught.value)


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_configuration([tmp_path / "none.yaml"])


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90),
        (30, 30),
        ("30m", 1800),
        ("6h", 21600),
        ("1.5d", 129600),
        ("2w", 1209600),
        ("never", float("inf")),
    ],
)
def test_an_age_has_a_number_and_a_unit(text: object, seconds: float) -> None:
    assert parse_age(text) == seconds


@pytest.mark.parametrize("text", ["soon", "", "-1h", "1y", True, None])
def test_anything_else_is_not_an_age(text: object) -> None:
    with pytest.raises(ValueError, match="an age is"):
        parse_age(text)


def test_a_show_cannot_have_the_name_of_a_folder_that_the_library_needs_itself() -> None:
    assert "a folder of its own" in complaint({"shows": [{**SHOW, "id": "log"}]})


def test_a_library_path_with_braces_is_refused() -> None:
    assert "without braces" in complaint({"library": "my {lib}"})


def test_a_host_of_manners_is_a_name_and_an_unknown_key_in_it_gets_the_right_spelling() -> None:
    wrong = complaint({"network": {"hosts": {"feeds.example.org": {"per_hosts": 1}}}})
    assert "network.hosts.feeds.example.org.per_hosts" in wrong
    assert "did you mean 'per_host'?" in wrong
    for host in ("https://example.org", "example.org/feed", "*.example.org", ""):
        assert "the name of a host, such as example.org" in complaint({"network": {"hosts": {host: {}}}})
    hosts = build({"network": {"hosts": {"Example.org": {"pause": 2}, "localhost": {}}}}).network.hosts
    assert hosts["Example.org"].pause == 2


def test_a_pattern_for_the_links_of_transcripts_has_to_be_one() -> None:
    assert "defaults.website.links: not a regular expression" in complaint(
        {"defaults": {"website": {"links": "("}}}
    )


def test_a_show_has_a_way_to_a_transcript() -> None:
    assert "defaults.transcript.modules" in complaint({"defaults": {"transcript": {"modules": []}}})


def test_addresses_of_sources_have_variables_in_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPISCRIBE_TEST_TOKEN", "a b")
    monkeypatch.setenv("EPISCRIBE_TEST_FEED", "https://example.org/feed?a=b")
    feeds = ["https://example.org/feed?token=${EPISCRIBE_TEST_TOKEN}", "${EPISCRIBE_TEST_FEED}"]
    [show] = build({"shows": [{**SHOW, "feed": feeds, "files": "talks/${NOT_ONE}.vtt"}]}).shows
    assert show.feed == ("https://example.org/feed?token=a%20b", "https://example.org/feed?a=b")
    assert show.files == ("/base/talks/${NOT_ONE}.vtt",)


@pytest.mark.parametrize("kind", ["feed", "opml", "youtube", "archive", "urls"])
def test_a_variable_that_is_not_set_is_a_fault_of_the_configuration(kind: str) -> None:
    show = {"id": "one", "subject": "Tides", kind: "https://example.org/${EPISCRIBE_TEST_NONE}"}
    expected = f"mine.yaml: show 'one': {kind}: there is no environment variable EPISCRIBE_TEST_NONE"
    assert complaint({"shows": [show]}) == expected


def slots(*given: str) -> str:
    return complaint({"network": {"slots": list(given)}})


@pytest.mark.parametrize(
    ("slot", "expected"),
    [
        ("proxy:", "proxy: has no address"),
        (
            "proxy:ftp://ann:s3cret@host:21",
            "by http, https, socks5, socks5h, not by 'ftp'; did you mean http",
        ),
        ("proxy:socks4://ann:s3cret@host:21", "not by 'socks4'; did you mean socks5://?"),
        ("proxy:ann:s3cret@host:1080", "no http:// or socks5:// before it"),
        ("proxy:http://ann:s3cret@host:port", "the proxy's port is no number from 1 to 65535"),
        ("proxy:http://ann:s3cret@host:99999", "the proxy's port is no number from 1 to 65535"),
        ("proxy:http://ann:s3cret@", "names no host"),
        ("proxy:http://ann:s3 cret@host:80", "has a blank in it"),
        ("http://ann:s3cret@host:80", "did you mean proxy:…?"),
        ("proxi:http://ann:s3cret@host:80", "did you mean proxy:…?"),
        ("dirct", "did you mean direct?"),
        ("tor:9051", "expected tor:HOST:CONTROL-PORT"),
        ("tor:127.0.0.1:70000", "expected tor:HOST:CONTROL-PORT"),
    ],
)
def test_a_slot_that_is_none_is_told_by_its_number_and_not_shown(slot: str, expected: str) -> None:
    told = slots("direct", slot)
    assert told.startswith("mine.yaml: network.slots: number 2: ")
    assert expected in told
    assert "cret" not in told


def test_a_proxy_can_come_from_the_environment_whole_or_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPISCRIBE_TEST_PROXY", "socks5://ann:s3cret@host:1080")
    monkeypatch.setenv("EPISCRIBE_TEST_PORT", "1080")
    both = ["proxy:${EPISCRIBE_TEST_PROXY}", "proxy:http://host:${EPISCRIBE_TEST_PORT}"]
    assert build({"network": {"slots": both}}).network.slots == tuple(both)
    monkeypatch.setenv("EPISCRIBE_TEST_PORT", "s3cret")
    told = slots(*both)
    assert "network.slots: number 2: the proxy's port is no number" in told
    assert "cret" not in told


def test_a_variable_of_a_slot_that_is_not_set_is_named() -> None:
    expected = "mine.yaml: network.slots: there is no environment variable EPISCRIBE_TEST_NONE"
    assert slots("proxy:http://ann:${EPISCRIBE_TEST_NONE}@host:80") == expected


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("https://x.example/{nummer}", "{nummer} stands for nothing; did you mean {number}?"),
        ("https://x.example/{episode}", "known: {number}, {season}, {slug}, {date}, {guid}, {link}"),
        ("https://x.example/{number:d}", "expected {number}, or {number:03}"),
        ("https://x.example/{}", "{} stands for nothing; known: "),
        ("https://x.example/{number", "{ stands for nothing"),
        ("x.example/{number}", "a page's address starts with https:// or {link}"),
    ],
)
def test_a_pattern_of_pages_names_only_what_episodes_have(page: str, expected: str) -> None:
    told = complaint({"defaults": {"website": {"pages": page}}})
    assert told.startswith("mine.yaml: defaults.website.pages: ")
    assert expected in told


def test_patterns_of_pages_with_every_field_are_taken() -> None:
    pages = ["https://x.example/{season}/{number:03}-{slug}-{date}-{guid}", "{link}/transcript"]
    assert build({"defaults": {"website": {"pages": pages}}}).defaults.website.pages == tuple(pages)


def told_of(kind: str, address: object) -> str:
    told = complaint({"shows": [{"id": "one", "subject": "Tides", kind: address}]})
    assert told.startswith(f"mine.yaml: show 'one': {kind}")
    return told.removeprefix("mine.yaml: show 'one': ")


@pytest.mark.parametrize(
    ("kind", "address", "expected"),
    [
        ("youtube", "https://vimeo.com/76979871", "is not on YouTube; urls: takes videos and pages of other"),
        ("youtube", "rivers", "'rivers' is no video, playlist, channel or handle; did you mean '@rivers'?"),
        ("youtube", "https://www.youtube.com/", "expected for instance @name"),
        (
            "archive",
            "https://example.org/details/x",
            "is no address on archive.org; urls: takes pages of other",
        ),
        ("archive", "collection:()", "is a search that names nothing for collection; expected"),
        ("archive", "https://archive.org/search?query=", "is a search that names nothing; expected"),
        ("archive", " ", "archive: ' ' is empty"),
        ("archive", "", "archive.0: it is empty"),
        ("urls", "/", "'/' is a folder; expected"),
        ("urls", "www.coast.example/walk", "did you mean 'https://www.coast.example/walk'?"),
        ("urls", "ftp://coast.example/walk", "is no web address; expected https://…"),
    ],
)
def test_an_address_that_a_kind_of_source_cannot_read_is_told_at_once(
    kind: str, address: str, expected: str
) -> None:
    assert expected in told_of(kind, address)


def test_what_an_address_took_from_the_environment_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPISCRIBE_TEST_SECRET", "s3cret")
    for kind in ("youtube", "archive", "urls"):
        told = told_of(kind, "${EPISCRIBE_TEST_SECRET}://x")
        assert "${EPISCRIBE_TEST_SECRET}" in told
        assert "s3cret" not in told


def test_a_variable_that_is_empty_is_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPISCRIBE_TEST_EMPTY", "")
    assert "'${EPISCRIBE_TEST_EMPTY}' is empty" in told_of("feed", "${EPISCRIBE_TEST_EMPTY}")


@pytest.mark.parametrize("is_there", [True, False])
def test_a_list_of_addresses_is_taken_whether_it_is_there_now_or_not(tmp_path: Path, is_there: bool) -> None:
    if is_there:
        (tmp_path / "pages.txt").write_text("https://coast.example/walk\n")
    show = {"id": "one", "subject": "Tides", "urls": ["pages.txt", "https://coast.example/walk"]}
    [built] = build_configuration({"shows": [show]}, name="mine.yaml", base=tmp_path).shows
    assert built.urls == (str(tmp_path / "pages.txt"), "https://coast.example/walk")
