"""The score of a transcript: what is whole passes, what is damaged does not, and the reasons say why."""

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episcribe.library.transcript import Segment, Transcript
from episcribe.text.cleaning import clean_transcript
from episcribe.text.quality import Quality, assess_quality, passes
from episcribe.transcripts.reading import read_transcript

_FRAME = (
    "And the {} that we had was a {} {} for the {}, so it is not about {} at all.|"
    "I think that {} and {} were there before you {} it, but nobody said {}.|"
    "When they {} the {}, what did you do with your {} and how was {}?|"
    "It was one of those {} where the {} is more {} than the {}."
).split("|")


def _invented(chance: random.Random, syllables: int) -> str:
    return "".join(chance.choice("bdfgklmnprstv") + chance.choice("aeiou") for _ in range(syllables))


def _talk(sentences: int = 300, seed: int = 5) -> list[str]:
    """Sentences with the small words of English between words that are invented."""
    chance = random.Random(seed)
    return [
        "".join(
            part + (_invented(chance, chance.randint(1, 4)) if part and part[-1] in " '" else "")
            for part in chance.choice(_FRAME).split("{}")
        )
        for _ in range(sentences)
    ]


def _transcript(sentences: list[str], *, seconds: float = 6.0, language: str | None = None) -> Transcript:
    cues = tuple(Segment(text, i * seconds, (i + 1) * seconds) for i, text in enumerate(sentences))
    return clean_transcript(Transcript(cues, language=language))


def _names(quality: Quality) -> list[str]:
    return [reason.name for reason in quality.reasons]


def _score(text: str, duration: float | None = None) -> Quality:
    return assess_quality(clean_transcript(Transcript((Segment(text),))), duration=duration)


def test_a_whole_transcript_loses_nothing() -> None:
    talk = _talk()
    quality = assess_quality(_transcript(talk), duration=6.0 * len(talk))
    assert quality.score >= 95
    assert passes(quality)
    assert quality.measures["coverage"] == 1.0


def test_a_transcript_of_the_first_tenth_fails_and_says_how_much_it_covers() -> None:
    quality = assess_quality(_transcript(_talk(30)), duration=1800.0 * 2)
    assert not passes(quality)
    assert quality.reasons[0].name == "coverage"
    assert quality.reasons[0].sentence.startswith("covers ")
    assert quality.reasons[0].sentence.endswith("% of the 60 min")


def test_without_times_words_tell_the_coverage() -> None:
    text = " ".join(_talk(60))
    assert passes(_score(text, duration=480.0))
    assert "coverage" in _names(_score(text, duration=3600.0))
    assert not passes(_score(text, duration=3600.0))


def test_words_of_a_longer_recording_are_another_recordings() -> None:
    assert "overrun" in _names(assess_quality(_transcript(_talk()), duration=600.0))


@pytest.mark.parametrize(
    "looped", ["Thank you for watching.", "And I think that is what we need to do here now."]
)
def test_a_transcript_that_got_stuck_fails(looped: str) -> None:
    stuck = _talk(100) + [looped] * 200
    quality = assess_quality(_transcript(stuck), duration=1800.0)
    assert not passes(quality)
    assert "looping" in _names(quality)


def test_captions_told_three_times_fail() -> None:
    talk = _talk(150)
    threefold = Transcript(
        tuple(Segment(t, i * 6.0, i * 6.0 + 6) for i, t in enumerate(talk) for _ in range(3))
    )
    assert not passes(assess_quality(threefold, duration=900.0))


def test_words_of_no_language_fail() -> None:
    chance = random.Random(1)
    words = [
        "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(2, 9))) for _ in range(2000)
    ]
    quality = assess_quality(
        _transcript([" ".join(words[i : i + 10]) for i in range(0, 2000, 10)]), duration=1200.0
    )
    assert not passes(quality)
    assert "words" in _names(quality)


def test_a_language_that_is_not_known_here_is_no_reason_to_fail() -> None:
    chance = random.Random(4)
    words = [_invented(chance, 1 + rank // 20) for rank in range(120)]
    zipf = [1 / (rank + 1) for rank in range(120)]
    spoken = chance.choices(words, zipf, k=600)
    quality = _score(". ".join(" ".join(spoken[i : i + 12]).capitalize() for i in range(0, 600, 12)), 240.0)
    assert passes(quality)


def test_broken_characters_fail() -> None:
    assert not passes(_score(" ".join(_talk(60)).replace("a", "Ã¤Ã\x83")))


@pytest.mark.parametrize(
    "page",
    [
        "404 Not Found. The page you are looking for could not be found. Return to the home page.",
        "You need to enable JavaScript to run this app. Your browser is not supported. Please "
        "enable JavaScript.",
        "In this episode we talk to the author about the long road that she has walked from her "
        "village to the city. "
        "This post is for paid subscribers. Subscribe to continue reading. Already a subscriber? Sign in.",
        "Log in to your account. Email. Password. Remember me. Forgot your password? Don't have an "
        "account? Sign up.",
        "We use cookies. This website uses cookies to make things better. Accept all cookies. "
        "Manage preferences.",
        "Wir verwenden Cookies. Cookies akzeptieren. Cookie-Einstellungen. Datenschutzerklärung. Impressum.",
        "Cet article est réservé aux abonnés. Déjà abonné ? Se connecter. Mentions légales.",
        "Contenido exclusivo para suscriptores. ¿Ya eres suscriptor? Iniciar sesión. Política de privacidad.",
        "Please verify you are a human. Checking your browser. DDoS protection by Cloudflare.",
        "Home About Podcasts Shop Contact Login Search Menu Latest Popular Technology Business "
        "Science Health Sports "
        "Newsletter Facebook Twitter Instagram YouTube Archive Tags Categories Privacy Policy Terms of Use "
        * 4,
    ],
)
def test_text_of_web_pages_is_no_transcript(page: str) -> None:
    assert not passes(_score(page))
    assert not passes(_score(page, duration=2400.0))


def test_talk_that_mentions_a_newsletter_and_a_subscription_passes() -> None:
    talk = _talk(200)
    talk[3] = "Please subscribe to our newsletter, and read the privacy policy that we talked about."
    talk[-2] = "You can follow us on all the networks, and log in to your account to read more."
    assert passes(assess_quality(_transcript(talk), duration=1200.0))


def test_a_short_clip_passes_for_a_short_recording_and_not_for_a_long_one() -> None:
    text = "Hello and welcome to the show about rivers, which starts in one week from now on this channel."
    clip = clean_transcript(Transcript((Segment(text, 0.0, 7.0),)))
    assert passes(assess_quality(clip, duration=7.0))
    assert not passes(assess_quality(clip, duration=1800.0))


def test_a_translation_is_hinted_at_and_not_refused() -> None:
    quality = assess_quality(_transcript(_talk(), language="de"), duration=1800.0)
    assert _names(quality) == ["language"]
    assert passes(quality)


def test_silence_scores_nothing() -> None:
    assert assess_quality(Transcript((Segment("Music", 0.0, 9.0, kind="sound"),)), duration=9.0).score == 0


def test_the_gate_is_where_it_is_set() -> None:
    quality = Quality(60, (), {})
    assert passes(quality)
    assert passes(quality, 60)
    assert not passes(quality, 61)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=30), max_size=8), st.sampled_from([None, 0.0, 5.0, 3600.0]))
def test_any_transcript_has_a_score_and_reasons_that_explain_it(
    texts: list[str], duration: float | None
) -> None:
    transcript = clean_transcript(Transcript(tuple(Segment(text) for text in texts)))
    quality = assess_quality(transcript, duration=duration)
    assert 0 <= quality.score <= 100
    assert quality.score == max(0, 100 - sum(reason.points for reason in quality.reasons))


def _first_tenth(transcript: Transcript) -> Transcript:
    return replace(transcript, segments=transcript.segments[: len(transcript.segments) // 10])


def _stuck(transcript: Transcript) -> Transcript:
    speech = [segment for segment in transcript.segments if segment.kind == "speech"]
    third = len(speech) // 3
    rest = [replace(segment, text=speech[third].text, words=()) for segment in speech[third:]]
    return replace(transcript, segments=(*speech[:third], *rest))


def _noise(transcript: Transcript) -> Transcript:
    chance = random.Random(2)
    segments = (
        replace(
            s, text=" ".join("".join(chance.choices("bcdefghikmpqrsvwxz", k=len(w))) for w in s.text.split())
        )
        for s in transcript.segments
    )
    return replace(transcript, segments=tuple(segments))


@pytest.mark.corpus
@pytest.mark.parametrize("damage", [_first_tenth, _stuck, _noise])
def test_published_transcripts_pass_and_damaged_ones_do_not(
    corpus: Path, damage: Callable[[Transcript], Transcript]
) -> None:
    files = sorted((corpus / "transcripts_long").glob("**/*.transcript.md"))[::9]
    files += sorted((corpus / "transcripts_long/bitcoin").glob("*.md"))[::8]
    assert len(files) > 10
    for file in files:
        transcript = clean_transcript(read_transcript(file.read_bytes(), name=file.name))
        duration = max(segment.end or 0.0 for segment in transcript.segments) or None
        duration = duration or sum(len(s.text.split()) for s in transcript.segments) / 2.5
        assert assess_quality(transcript, duration=duration).score >= 80, file.name
        assert not passes(assess_quality(damage(transcript), duration=duration)), file.name
