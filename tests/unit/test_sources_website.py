"""Transcripts on web pages: found with their speakers and times, and nothing else taken for one."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episcribe.library.episode import Enclosure, Episode
from episcribe.library.errors import EpiscribeError, FailureKind
from episcribe.library.settings import WebsiteSettings
from episcribe.library.transcript import Transcript
from episcribe.sources.website import Document, Fetched, documents_in, find_documents, has_page
from episcribe.text.cleaning import clean_transcript
from episcribe.text.quality import assess_quality, passes
from episcribe.transcripts.reading import read_transcript
from tests.unit import web_pages, web_refusals
from tests.unit.web_pages import Talk, Turn

PAGE = "https://site.example/episodes/waggle-dance"
EPISODE = Episode("a1b2c3d4", "tidewater", "", "The waggle dance", link=PAGE, number=42.0)
NOTHING = WebsiteSettings()

BEES = web_pages.talk(web_pages.BEES)
LICHENS = web_pages.talk(web_pages.LICHENS)


@dataclass
class Site:
    """A web site in memory; `asked` is what was fetched."""

    pages: Mapping[str, str | bytes | Fetched]

    def __post_init__(self) -> None:
        self.asked: list[str] = []

    def fetch(self, url: str) -> Fetched:
        """The page, or the failure of a 404."""
        self.asked.append(url)
        answer = self.pages.get(url)
        if answer is None:
            raise EpiscribeError(f"{url}: 404 Not Found")
        if isinstance(answer, Fetched):
            return answer
        kind = "text/vtt" if url.endswith(".vtt") else "text/html; charset=utf-8"
        return Fetched(answer.encode() if isinstance(answer, str) else answer, url, kind)


def offered(site: Site, episode: Episode = EPISODE, **website: Any) -> list[Document]:
    """All documents, without the failure at the end."""
    documents: list[Document] = []
    try:
        documents.extend(find_documents(episode, WebsiteSettings(**website), fetch=site.fetch))
    except EpiscribeError as failure:
        assert failure.kind is FailureKind.NONE
    return documents


def first_good(page: str, duration: float | None, language: str = "en") -> Transcript | None:
    """What a run would make of an episode whose page is `page`."""
    episode = replace(EPISODE, duration=duration)
    for document in offered(Site({PAGE: page}), episode):
        try:
            read = read_transcript(
                document.data, declared_type=document.type, name=document.name, language=language
            )
        except EpiscribeError:
            continue
        cleaned = clean_transcript(read)
        if passes(assess_quality(cleaned, duration=duration)):
            return cleaned
    return None


def spoken(transcript: Transcript) -> str:
    return " ".join(segment.text for segment in transcript.segments if segment.kind == "speech")


def recall_and_precision(said: Talk, transcript: Transcript) -> tuple[float, float]:
    truth = Counter(web_pages.words_of(said))
    got = Counter(web_pages.words_of(Talk((Turn("", 0.0, spoken(transcript)),), 0.0, said.language)))
    common = (truth & got).total()
    return common / truth.total(), common / got.total()


def speaker_changes(transcript: Transcript) -> int:
    speakers = [segment.speaker for segment in transcript.segments if segment.kind == "speech"]
    return sum(after != before for before, after in zip([None, *speakers], speakers, strict=False))


# The page, what is said on it, and whether the page gives names, and times.
STYLES: list[tuple[Callable[[Talk], str], Talk, bool, bool]] = [
    (web_pages.bold_names, BEES, True, False),
    (web_pages.definition_list, BEES, True, False),
    (web_pages.cited, BEES, True, True),
    (web_pages.stamped, BEES, True, True),
    (web_pages.broken_lines, LICHENS, True, False),
    (web_pages.spans, BEES, True, True),
    (web_pages.name_lines, BEES, True, False),
    (web_pages.squarespace, BEES, True, False),
    (web_pages.substack, BEES, True, True),
    (web_pages.ghost, LICHENS, True, True),
    (web_pages.table, BEES, True, True),
    (web_pages.unmarked, LICHENS, True, False),
    (web_pages.soup, BEES, True, False),
    (web_pages.podpage, BEES, True, True),
    (web_pages.preformatted, BEES, True, False),
    (web_pages.names_as_headings, BEES, True, False),
    (web_pages.word_timed, BEES, True, False),
    (web_pages.lines_with_starts, BEES, True, True),
    (web_pages.german, web_pages.talk(web_pages.RAILS), True, False),
    (web_pages.japanese, web_pages.japanese_talk(), True, False),
    (web_pages.structured, BEES, True, False),
    (web_pages.read_aloud, web_pages.monologue(), False, False),
]


@pytest.mark.parametrize(
    ("make", "said", "named", "timed"), STYLES, ids=[style[0].__name__ for style in STYLES]
)
def test_the_transcript_of_a_page_is_found_with_its_speakers_and_times(
    make: Callable[[Talk], str], said: Talk, named: bool, timed: bool
) -> None:
    transcript = first_good(make(said), said.duration, said.language)
    assert transcript is not None
    recall, precision = recall_and_precision(said, transcript)
    assert recall > 0.99
    assert precision > 0.99
    if named:
        assert abs(speaker_changes(transcript) - len(said.turns)) <= 1
    if timed:
        assert all(segment.start is not None for segment in transcript.segments)


@pytest.mark.parametrize(
    ("make", "said"), [(s[0], s[1]) for s in STYLES if s[2]], ids=[s[0].__name__ for s in STYLES if s[2]]
)
def test_turns_tell_a_transcript_where_the_length_of_the_recording_is_not_known(
    make: Callable[[Talk], str], said: Talk
) -> None:
    transcript = first_good(make(said), None, said.language)
    assert transcript is not None
    assert recall_and_precision(said, transcript)[0] > 0.99


@pytest.mark.parametrize("duration", [BEES.duration, 2700.0, None])
@pytest.mark.parametrize("make", web_refusals.ALL, ids=lambda make: make.__name__)
def test_what_is_no_transcript_is_not_taken_for_one(
    make: Callable[[Talk], str], duration: float | None
) -> None:
    assert first_good(make(BEES), duration) is None


def test_a_script_without_speakers_is_not_taken_where_nothing_measures_it() -> None:
    assert first_good(web_pages.read_aloud(web_pages.monologue()), None) is None


def test_what_is_refused_is_told_with_the_reason() -> None:
    site = Site({PAGE: web_refusals.paywall(BEES)})
    with pytest.raises(EpiscribeError, match=r"295 words for 45 min, too few to be what was said") as refusal:
        list(find_documents(replace(EPISODE, duration=2700.0), NOTHING, fetch=site.fetch))
    assert refusal.value.kind is FailureKind.NONE


VTT = "WEBVTT\n\n00:00.000 --> 00:04.000\n<v Ada>Good morning.\n"


def linking(*links: str, extra: str = "") -> str:
    return web_pages.page(
        f"<article><h1>The waggle dance</h1>{web_pages.NOTES}{''.join(links)}</article>{extra}"
    )


@pytest.mark.parametrize(
    "markup",
    [
        "<a href='/files/42-dance.vtt'>Captions</a>",
        "<a href='/files/42-dance.vtt'>Transcript</a><a href='/files/42-dance.pdf'>as PDF</a>",
        "<video><track kind='captions' srclang='en' src='/files/42-dance.vtt'></video>",
        "<div class='player' data-transcript='/files/42-dance.vtt'></div>",
        '<script>window.player = {"transcripts": "\\/files\\/42-dance.vtt"};</script>',
        '<script>const words = "https:\\/\\/site.example\\/files\\/42-dance.vtt";</script>',
    ],
)
def test_caption_files_that_a_page_names_are_offered_first(markup: str) -> None:
    site = Site({PAGE: linking(markup), "https://site.example/files/42-dance.vtt": VTT})
    first = offered(site)[0]
    assert first.data == VTT.encode()
    assert first.url == "https://site.example/files/42-dance.vtt"


def test_a_link_element_declares_the_transcript() -> None:
    head = "<link rel='alternate' type='text/vtt' href='words.vtt'>"
    site = Site(
        {
            PAGE: web_pages.page("<main>Nothing</main>", head=head),
            "https://site.example/episodes/words.vtt": VTT,
        }
    )
    assert [document.data for document in offered(site)] == [VTT.encode()]


@pytest.mark.parametrize(
    ("said", "href"),
    [
        ("Transcript", "/episodes/waggle-dance/transcript"),
        ("Zum Transkript", "/episodes/waggle-dance/transkript"),
        ("Lire la transcription", "/episodes/waggle-dance/texte"),
        ("Transcripción completa", "/episodes/waggle-dance/texto"),
        ("Transcrição", "/episodes/waggle-dance/texto"),
        ("Trascrizione", "/episodes/waggle-dance/testo"),
        ("書き起こしを読む", "/episodes/waggle-dance/text"),
        ("Read more", "/transcripts/waggle-dance"),
    ],
)
def test_pages_that_are_called_transcript_are_followed(said: str, href: str) -> None:
    site = Site(
        {
            PAGE: linking(f"<p><a href='{href}'>{said}</a></p>"),
            f"https://site.example{href}": web_pages.unmarked(BEES),
        }
    )
    documents = offered(site, replace(EPISODE, duration=BEES.duration))
    assert documents[0].url == f"https://site.example{href}#transcript"


def test_links_to_the_transcripts_of_other_episodes_are_not_followed() -> None:
    others = "".join(
        f"<li><a href='/episodes/{n}'>Episode {n}</a> <a href='/t/{n}.vtt'>Transcript</a></li>"
        for n in range(38, 42)
    )
    site = Site({PAGE: linking(f"<ul>{others}</ul>")})
    assert offered(site) == []
    assert site.asked == [PAGE]


def test_of_several_transcripts_the_one_with_the_episodes_number_is_taken() -> None:
    others = "".join(f"<li><a href='/t/{n}.vtt'>Transcript</a></li>" for n in range(38, 46))
    site = Site({PAGE: linking(f"<ul>{others}</ul>"), "https://site.example/t/42.vtt": VTT})
    assert [document.url for document in offered(site)] == ["https://site.example/t/42.vtt"]


def test_navigation_that_says_transcripts_is_not_followed() -> None:
    site = Site({PAGE: linking(extra="<nav><a href='/transcript'>Transcript</a></nav>")})
    offered(site)
    assert site.asked == [PAGE]


def test_links_of_the_users_pattern_are_followed() -> None:
    site = Site(
        {
            PAGE: linking("<a href='/dl?id=7&kind=words'>Get it</a>"),
            "https://site.example/dl?id=7&kind=words": VTT,
        }
    )
    assert [document.data for document in offered(site, links=r"kind=words")] == [VTT.encode()]


def test_the_users_selector_is_the_transcript() -> None:
    body = "".join(f"<p>{turn.text}</p>" for turn in BEES.turns)
    page = web_pages.page(
        f"<main><div class='x9'>{body}</div><div>{web_refusals.blog_post(BEES)}</div></main>"
    )
    found = offered(Site({PAGE: page}), content=".x9")
    assert len(found) == 1
    assert b"Beekeeping begins" not in found[0].data
    assert b"dark" in found[0].data


def test_a_selector_that_is_none_is_an_error_of_the_configuration() -> None:
    site = Site({PAGE: web_pages.page("<p>Text</p>")})
    with pytest.raises(EpiscribeError, match=r"website.content: '\[\[' is no CSS selector"):
        list(find_documents(EPISODE, WebsiteSettings(content="[["), fetch=site.fetch))


@pytest.mark.parametrize(
    ("template", "address"),
    [
        ("https://t.example/{number}.html", "https://t.example/42.html"),
        ("https://t.example/{number:03}", "https://t.example/042"),
        ("https://t.example/s{season}/e{number}", "https://t.example/s2/e42"),
        ("https://t.example/{date}-{slug}", "https://t.example/2024-05-01-the-waggle-dance"),
        ("https://t.example/?g={guid}", "https://t.example/?g=a%2Fb%3F%26c"),
        ("{link}/transcript", f"{PAGE}/transcript"),
    ],
)
def test_configured_pages_are_asked_first(template: str, address: str) -> None:
    episode = replace(EPISODE, season=2, published="2024-05-01T06:00:00Z", guid="a/b?&c")
    site = Site({address: web_pages.bold_names(BEES)})
    documents = offered(site, episode, pages=template)
    assert site.asked[0] == address
    assert documents[0].why.startswith("the part under 'Transcript'")


def test_a_template_whose_field_the_episode_lacks_is_skipped() -> None:
    site = Site({})
    offered(site, pages=("https://t.example/{season}", "https://t.example/{number}"))
    assert site.asked == ["https://t.example/42", PAGE]


def index_of(*rows: str) -> str:
    return web_pages.page(f"<main><h1>Transcripts</h1><ul>{''.join(rows)}</ul></main>")


@pytest.mark.parametrize(
    "row",
    [
        "<li><a href='/t/x'>The Waggle Dance</a></li>",
        "<li><a href='/t/x'>42: The waggle dance (with Priya)</a></li>",
        "<li><b>The waggle dance</b> May 2024 <a href='/t/x'>Read</a></li>",
        "<li><a href='/t/x'>Episode 42</a></li>",
        "<li><a href='/t/x'>#042 Bees</a></li>",
        "<li><a href='/e/9'>The waggle dance</a> <a href='/t/x'>Transcript</a></li>",
    ],
)
def test_a_list_leads_to_the_one_transcript_that_names_the_episode(row: str) -> None:
    rows = [f"<li><a href='/t/{n}'>Episode {n}: On subject number {n}</a></li>" for n in range(38, 42)]
    site = Site(
        {
            "https://site.example/list": index_of(*rows, row),
            "https://site.example/t/x": web_pages.unmarked(BEES),
        }
    )
    documents = offered(site, replace(EPISODE, link=None), index="https://site.example/list")
    assert [document.url for document in documents] == ["https://site.example/t/x#transcript"]


def test_a_list_that_names_the_episode_twice_is_not_followed() -> None:
    site = Site(
        {
            "https://site.example/list": index_of(
                "<li><a href='/t/1'>The waggle dance</a></li><li><a href='/t/2'>The waggle dance</a></li>"
            )
        }
    )
    with pytest.raises(EpiscribeError, match="2 links name the episode by its title"):
        list(
            find_documents(
                replace(EPISODE, link=None),
                WebsiteSettings(index="https://site.example/list"),
                fetch=site.fetch,
            )
        )
    assert site.asked == ["https://site.example/list"]


@pytest.mark.parametrize(
    "notes",
    [
        "<p>Bees. <a href='https://t.example/w'>Full transcript</a></p><p><a href='https://x.example'>Book</a></p>",
        "Bees.\nTranscript: https://t.example/w\nBook: https://x.example/book",
    ],
)
def test_a_transcript_that_the_show_notes_link_to_is_read(notes: str) -> None:
    episode = replace(EPISODE, link=None, description=notes)
    assert has_page(episode)
    site = Site({"https://t.example/w": web_pages.unmarked(LICHENS)})
    assert [document.url for document in offered(site, episode)] == ["https://t.example/w#transcript"]


@pytest.mark.parametrize(
    ("episode", "address"),
    [
        (
            replace(EPISODE, link="https://share.transistor.fm/s/ff9f0f7b"),
            "https://share.transistor.fm/s/ff9f0f7b/transcript",
        ),
        (
            replace(
                EPISODE,
                link=None,
                enclosures=(Enclosure("https://www.buzzsprout.com/1234567/episodes/8115607-bees.mp3"),),
            ),
            "https://feeds.buzzsprout.com/1234567/8115607/transcript",
        ),
    ],
)
def test_hosts_are_asked_where_they_have_transcripts(episode: Episode, address: str) -> None:
    site = Site({episode.link or "": linking(), address: web_pages.unmarked(BEES)})
    assert [document.url for document in offered(site, episode)] == [f"{address}#transcript"]


@pytest.mark.parametrize(
    ("link", "address"),
    [
        (
            "https://docs.google.com/document/d/1aBcDeFgHiJkLmNoPqRsTuVwXyZ012345/edit?usp=sharing",
            "https://docs.google.com/document/d/1aBcDeFgHiJkLmNoPqRsTuVwXyZ012345/export?format=txt",
        ),
        (
            "https://github.com/o/transcripts/blob/main/42.md",
            "https://raw.githubusercontent.com/o/transcripts/main/42.md",
        ),
    ],
)
def test_files_are_read_behind_their_viewers(link: str, address: str) -> None:
    text = Fetched(b"Ada: Good morning.\nBob: Good morning to you.\n", address, "text/plain")
    site = Site({PAGE: linking(f"<a href='{link}'>Transcript</a>"), address: text})
    assert [document.url for document in offered(site)] == [address]


@pytest.mark.parametrize(
    ("link", "worth"),
    [
        (PAGE, True),
        ("https://launched.example?/32-marco", True),
        ("https://site.example/?p=17", True),
        ("https://site.example/", False),
        ("https://site.example?utm_source=feed", False),
        ("https://site.example/feed", False),
        ("https://site.example/ep.mp3", False),
        ("https://www.youtube.com/watch?v=abc", False),
        ("https://youtu.be/abc", False),
        ("https://podcasts.apple.com/us/podcast/x/id1", False),
        ("https://open.spotify.com/episode/x", False),
        ("https://soundcloud.com/a/b", False),
        ("ftp://site.example/x", False),
        ("https://[broken", False),
        (None, False),
    ],
)
def test_only_pages_that_can_hold_words_are_worth_asking(link: str | None, worth: bool) -> None:
    assert has_page(replace(EPISODE, link=link)) is worth


def test_the_recording_is_no_page_and_configured_pages_are() -> None:
    recording = replace(
        EPISODE, link="https://m.example/e/1", enclosures=(Enclosure("https://m.example/e/1"),)
    )
    assert not has_page(recording)
    assert has_page(recording, WebsiteSettings(pages="https://t.example/{number}"))


def test_no_more_than_six_pages_are_asked_and_none_twice() -> None:
    templates = (*(f"https://t.example/{n}" for n in range(12)), "https://t.example/1")
    site = Site({})
    offered(site, pages=templates)
    assert len(site.asked) == len(set(site.asked)) == 6


def test_nothing_is_fetched_before_it_is_asked_for() -> None:
    site = Site({PAGE: linking("<a href='/t.vtt'>Transcript</a>"), "https://site.example/t.vtt": VTT})
    documents = find_documents(EPISODE, NOTHING, fetch=site.fetch)
    assert site.asked == []
    next(documents)
    assert site.asked == [PAGE, "https://site.example/t.vtt"]


@pytest.mark.parametrize("kind", [FailureKind.TRANSIENT, FailureKind.BLOCKED])
def test_a_failure_that_may_pass_is_told_at_the_end(kind: FailureKind) -> None:
    def fetch(url: str) -> Fetched:
        raise EpiscribeError("503", kind)

    with pytest.raises(EpiscribeError) as failure:
        list(find_documents(EPISODE, NOTHING, fetch=fetch))
    assert failure.value.kind is kind


def test_a_page_that_leads_home_is_none() -> None:
    home = Fetched(web_pages.bold_names(BEES).encode(), "https://site.example/", "text/html")
    assert offered(Site({PAGE: home})) == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"%PDF-1.7 ...", "a PDF"),
        (b"PK\x03\x04....", "a Word document"),
        (b"ID3\x04....", "a recording"),
        (b"   ", "empty"),
        (b"<p>" + b"x" * 5_000_001, "larger than 5 MB"),
    ],
)
def test_what_is_no_page_is_refused_with_its_name(body: bytes, reason: str) -> None:
    site = Site({PAGE: body})
    with pytest.raises(EpiscribeError, match=reason):
        list(find_documents(EPISODE, NOTHING, fetch=site.fetch))


@pytest.mark.parametrize(
    ("encoding", "kind", "meta"),
    [
        ("cp1252", "text/html; charset=ISO-8859-1", ""),
        ("cp1252", "text/html", "<meta charset='windows-1252'>"),
        ("utf-16", "text/html", ""),
        ("cp932", "text/html", "<meta http-equiv='Content-Type' content='text/html; charset=Shift_JIS'>"),
    ],
)
def test_pages_are_decoded_as_their_header_or_they_themselves_say(
    encoding: str, kind: str, meta: str
) -> None:
    if encoding == "cp932":
        page, word = web_pages.japanese(web_pages.japanese_talk()), "書き起こし"
    else:
        page, word = web_pages.german(web_pages.talk(web_pages.RAILS)), "für"
    page = (
        page.replace("<meta charset='utf-8'>", meta)
        .replace("©", "")
        .replace("–", "-")
        .replace("„", "")
        .replace("“", "")
    )
    body = page.encode(encoding, "ignore")
    found = offered(Site({PAGE: Fetched(body, PAGE, kind)}))
    assert word in found[0].data.decode() or word in found[0].why


def test_a_page_that_a_feed_names_is_searched_without_a_fetch() -> None:
    answer = Fetched(web_pages.name_lines(BEES).encode(), PAGE, "text/html")
    found = list(documents_in(answer, replace(EPISODE, duration=BEES.duration), NOTHING))
    assert [document.why for document in found] == [f"the part that 'Transcript' opens of {PAGE}"]


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 60_000,
        "<p " + "a=1 " * 60_000 + ">",
        "<table><tr><td>" * 20_000,
        "<b>" * 60_000 + "Ada",
        "<h2>Transcript</h2>" * 8_000,
        "<div class='transcript'>" * 400 + "<p>Ada: yes</p>" * 20_000,
        "<a href='/transcript'>Transcript</a>" * 20_000,
        "<strong>Ada</strong> " * 40_000,
        "<!--" * 100_000,
        "Ada " * 100_000,
        "<p>" + "1:00 " * 100_000,
    ],
    ids=lambda page: page[:12],
)
def test_pages_that_are_built_to_hang_a_reader_do_not(page: str) -> None:
    offered(Site({PAGE: f"<html><body>{page}"}))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<div class=transcript>",
                "</div>",
                "<h2>Transcript</h2>",
                "<br>",
                "<b>Ada:</b>",
                "<dt>",
                "<dd>",
                "<table>",
                "<td>",
                "<details><summary>",
                "<time>0:05</time>",
                "[00:10]",
                "Ada: yes ",
                "<a href=x.vtt>",
                "<script>",
                "</script>",
                "<!--",
                "-->",
                "&lt;b&gt;",
                "\0",
                "書き起こし",
                "<svg>",
                "<template>",
                "<select>",
            ]
        ),
        max_size=60,
    ),
    st.booleans(),
)
def test_any_soup_of_tags_is_read_or_refused_and_always_alike(pieces: list[str], long: bool) -> None:
    page = "<html><body>" + "".join(pieces) * (30 if long else 1)
    assert offered(Site({PAGE: page})) == offered(Site({PAGE: page}))
