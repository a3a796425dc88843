"""Links to moments, and the links of show notes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episcribe.library.episode import Enclosure, Episode
from episcribe.study.links import (
    Link,
    clean_url,
    clock,
    safe_url,
    show_notes_links,
    show_notes_text,
    time_link,
)


def episode(**values: object) -> Episode:
    return Episode(id="abcdefgh", show="show", folder="folder", title="Title", **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00"), (65.9, "1:05"), (3723, "1:02:03"), (-5, "0:00"), (float("nan"), "0:00")],
)
def test_times_are_written_as_people_write_them(seconds: float, text: str) -> None:
    assert clock(seconds) == text


def test_a_moment_of_a_video_is_its_t_parameter() -> None:
    wanted = "https://youtu.be/dQw4w9WgXcQ?t=90"
    assert time_link(episode(keys=("youtube:dQw4w9WgXcQ",)), 90.7) == wanted
    assert time_link(episode(link="https://www.youtube.com/watch?v=dQw4w9WgXcQ&list=x"), 90) == wanted
    assert time_link(episode(link="https://youtu.be/dQw4w9WgXcQ"), 90) == wanted


def test_a_moment_of_a_sound_file_is_a_media_fragment() -> None:
    enclosures = (Enclosure("/home/me/a.mp3"), Enclosure("https://cdn.example/a(1).mp3?x=1#top"))
    assert time_link(episode(enclosures=enclosures), 12) == "https://cdn.example/a%281%29.mp3?x=1#t=12"


def test_a_local_recording_has_no_link() -> None:
    assert time_link(episode(enclosures=(Enclosure("a.mp3"),)), 1) is None
    assert time_link(episode(link="https://a.example/page"), 1) is None


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "https://",
        "http://u:p@a.example/",
        "//a",
    ],
)
def test_only_web_addresses_are_links(url: str) -> None:
    assert safe_url(url) is None


def test_nothing_breaks_out_of_the_parentheses_of_a_link() -> None:
    assert safe_url("https://a.example/x) [y](javascript:z) <b> \"'") == (
        "https://a.example/x%29%20%5By%5D%28javascript:z%29%20%3Cb%3E%20%22%27"
    )


def test_tracking_goes_and_the_rest_of_a_query_stays() -> None:
    assert clean_url("https://a.example/?utm_source=x&id=3&fbclid=y") == "https://a.example/?id=3"
    assert clean_url("https://a.example/?q=a+b&amp;v=%C3%A9") == "https://a.example/?q=a+b&v=%C3%A9"
    assert clean_url("https://a.example/?utm_source=x") == "https://a.example/"


def test_the_links_of_html_show_notes() -> None:
    source = """<p>See <a class="x" href="https://a.example/one?utm_medium=rss">The <b>first</b></a>,
        <a href='https://www.a.example/one/'>the first again</a>, <a href=javascript:x>bad</a>,
        <a href="mailto:a@b.example">mail</a> <a href="https://b.example/two"></a></p>
        <script>"<a href='https://evil.example'>x</a>"</script>"""
    assert show_notes_links(source) == [
        Link("The first", "https://a.example/one"),
        Link("b.example/two", "https://b.example/two"),
    ]


def test_the_links_of_plain_and_markdown_show_notes() -> None:
    source = (
        "- [One](https://a.example/one)\nThe second thing: https://b.example/two.\nhttps://c.example/three"
    )
    assert show_notes_links(source) == [
        Link("One", "https://a.example/one"),
        Link("The second thing", "https://b.example/two"),
        Link("c.example/three", "https://c.example/three"),
    ]


def test_show_notes_are_lines_as_they_are_laid_out() -> None:
    assert (
        show_notes_text("<p>One &amp;\tb</p><ul><li>Two</li><li>Three<br>Four</li></ul>")
        == "One & b\nTwo\nThree\nFour"
    )


def test_hostile_show_notes_take_no_time() -> None:
    for source in (
        "<a href=" * 50_000,
        "<a x>" * 80_000,
        "[" * 400_000,
        "[a](https://" * 30_000,
        "<style>" * 50_000,
    ):
        assert len(show_notes_links(source)) <= 200


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.sampled_from(list("<a href=\"'https://x.y/>)]([ \n&#;%?=utm_")), max_size=120))
def test_every_link_is_safe(source: str) -> None:
    for link in show_notes_links(source):
        assert link.url.startswith(("http://", "https://"))
        assert not set(link.url) & set("()<>[]\"' \n")
