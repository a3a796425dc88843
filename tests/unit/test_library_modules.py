"""Which ways to a transcript are open to an episode."""

import pytest

from episcribe.library.episode import Enclosure, Episode, TranscriptLink
from episcribe.library.merging import entry_of
from episcribe.library.modules import MODULES, Facts, facts_of_entry, facts_of_episode, select_modules


def chosen(facts: Facts, *, hears: bool = True, has_pages: bool = False) -> list[str]:
    choices = select_modules(facts, MODULES, hears=hears, has_pages=has_pages)
    return [choice.module for choice in choices if choice.chosen]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Facts(), []),
        (Facts(on_disk=["a.vtt"]), ["files"]),
        (Facts(named_by_feed=["https://x.org/a.vtt"], recordings=["https://x.org/a.mp3"]), ["rss", "speech"]),
        (Facts(video="abcdefghijk"), ["youtube", "speech"]),
        (Facts(link="https://show.example/12"), ["website"]),
        (Facts(link="https://www.youtube.com/watch?v=abcdefghijk"), []),
        (Facts(link="https://show.example/"), []),
        (Facts(link="https://show.example?/12-a-talk"), ["website"]),
        (Facts(link="file:///etc/passwd"), []),
        (Facts(video="abcdefghijk", availability="members_only"), []),
        (
            Facts(video="abcdefghijk", availability="age_gated", recordings=["https://x.org/a.mp3"]),
            ["speech"],
        ),
    ],
)
def test_an_episode_is_asked_where_it_may_have_a_transcript(facts: Facts, expected: list[str]) -> None:
    assert chosen(facts) == expected


def test_the_order_is_that_of_the_configuration() -> None:
    facts = Facts(video="abcdefghijk", recordings=["https://x.org/a.mp3"])
    choices = select_modules(facts, ("speech", "youtube"), hears=True)
    assert [choice.module for choice in choices] == ["speech", "youtube"]


def test_speech_that_is_not_installed_is_not_chosen_and_says_how_to_get_it() -> None:
    [choice] = select_modules(Facts(recordings=["https://x.org/a.mp3"]), ["speech"], hears=False)
    assert not choice.chosen
    assert "uv sync --extra speech" in choice.why


def test_pages_in_the_configuration_make_the_website_worth_asking() -> None:
    assert chosen(Facts(), has_pages=True) == ["website"]


def test_every_choice_says_why() -> None:
    assert all(choice.why for choice in select_modules(Facts(), MODULES, hears=False))


def test_the_catalogue_and_the_episode_tell_the_same() -> None:
    episode = Episode(
        id="aaaaaaaa",
        show="talks",
        folder="2024-05-01-one-aaaaaaaa",
        title="One",
        keys=("file:one", "youtube:abcdefghijk"),
        link="https://show.example/1",
        enclosures=(Enclosure("https://show.example/1.mp3"),),
        transcripts=(TranscriptLink("talks/one.vtt"), TranscriptLink("https://show.example/1.vtt")),
    )
    facts = facts_of_episode(episode)
    assert facts == facts_of_entry(entry_of(episode, "talks"))
    assert (facts.on_disk, facts.named_by_feed) == (["talks/one.vtt"], ["https://show.example/1.vtt"])


def test_a_transcript_beside_a_feed_on_this_disk_is_the_feeds() -> None:
    episode = Episode(
        "aaaaaaaa", "talks", "f", "One", keys=("guid:1",), transcripts=(TranscriptLink("a.vtt"),)
    )
    assert facts_of_episode(episode).named_by_feed == ["a.vtt"]
