"""Questions that a transcript answers: what is asked, what is not, and the proof."""

import dataclasses
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episcribe.library.transcript import Segment, Transcript
from episcribe.study.assessment import AssessmentOptions, answer_stands_in, make_questions
from episcribe.study.questions.answers import Answer
from episcribe.study.questions.cloze import cloze_questions
from episcribe.study.questions.distractors import number_distractors, overlaps
from episcribe.study.questions.english import ENGLISH
from episcribe.study.questions.languages import grammar_of
from episcribe.study.questions.material import read_material
from episcribe.study.questions.model import BLANK, KINDS, Question
from episcribe.study.questions.proof import stands_in
from episcribe.study.questions.short_answer import short_answer_questions
from episcribe.text.cleaning import clean_transcript
from episcribe.transcripts.reading import read_transcript

SAMPLE = Path(__file__).parents[2] / "sample"
EPISODES = [
    "tidewater/transcripts/s01e01-springs-and-neaps.vtt",
    "tidewater/transcripts/s01e01-automatic.en.vtt",
    "tidewater/transcripts/s01e02-the-waggle-dance.srt",
    "tidewater/transcripts/s01e03-lichens.json",
    "tidewater/transcripts/s01e04-old-snow.html",
    "nachtzug/transkripte/01-spurweite.de.vtt",
    "nachtzug/transkripte/02-who-owns-noon.en.srt",
]


@dataclass(frozen=True)
class Chapter:
    start: float
    title: str


def transcript_of(name: str) -> Transcript:
    path = SAMPLE / name
    return clean_transcript(read_transcript(path.read_bytes(), declared_type=None, name=path.name))


def spoken(*texts: str, speaker: str | None = "Ada Byron", seconds: float = 6.0) -> list[Segment]:
    return [Segment(text, i * seconds, (i + 1) * seconds, speaker) for i, text in enumerate(texts)]


def joined(segments: list[Segment] | tuple[Segment, ...]) -> str:
    return " ".join(segment.text for segment in segments if segment.kind == "speech")


def clozes(segments: list[Segment], *terms: str) -> list[Question]:
    return list(cloze_questions(read_material(segments, ENGLISH, dict.fromkeys(terms, 1.0))))


def short_answers(segments: list[Segment], *terms: str) -> list[Question]:
    return list(short_answer_questions(read_material(segments, ENGLISH, dict.fromkeys(terms, 1.0))))


@pytest.mark.parametrize("name", EPISODES)
def test_every_question_of_an_episode_is_answered_by_its_transcript(name: str) -> None:
    transcript = transcript_of(name)
    questions = make_questions(transcript.segments, transcript.language, [])
    assert len(questions) >= 8
    for question in questions:
        assert answer_stands_in(question, joined(transcript.segments)), question


@pytest.mark.parametrize("name", EPISODES)
def test_choices_are_distinct_and_hold_the_answer_once(name: str) -> None:
    transcript = transcript_of(name)
    chosen = [q for q in make_questions(transcript.segments, transcript.language, []) if q.choices]
    assert chosen
    for question in chosen:
        assert len(question.choices) == 4
        assert len({choice.casefold() for choice in question.choices}) == 4
        assert question.choices.count(question.answer) == 1


@pytest.mark.parametrize("name", EPISODES)
def test_a_stem_has_one_blank_and_does_not_show_what_is_missing(name: str) -> None:
    transcript = transcript_of(name)
    questions = make_questions(transcript.segments, transcript.language, [])
    for question in questions:
        if question.kind == "short answer" or question.quote is None:
            continue
        assert question.quote.count(BLANK) == 1
        assert not stands_in(question.answer.lower(), question.quote.lower())


@pytest.mark.parametrize("name", EPISODES)
def test_no_sentence_and_no_answer_is_asked_for_twice(name: str) -> None:
    transcript = transcript_of(name)
    questions = make_questions(transcript.segments, transcript.language, [])
    assert len({question.segment for question in questions}) == len(questions)
    assert len({question.topic for question in questions}) == len(questions)


@pytest.mark.parametrize("name", [name for name in EPISODES if "automatic" not in name])
def test_questions_come_from_the_whole_episode(name: str) -> None:
    transcript = transcript_of(name)
    questions = make_questions(transcript.segments, transcript.language, [])
    thirds = Counter(3 * question.segment // len(transcript.segments) for question in questions)
    assert min(thirds[third] for third in range(3)) >= 1
    assert max(thirds.values()) <= 0.7 * len(questions)


def test_the_same_transcript_gives_the_same_questions() -> None:
    transcript = transcript_of(EPISODES[0])
    first = make_questions(transcript.segments, transcript.language, [])
    assert make_questions(transcript.segments, transcript.language, []) == first


def test_right_answers_stand_at_every_place_about_as_often() -> None:
    transcript = transcript_of(EPISODES[6])
    options = AssessmentOptions(questions=12, kinds=("multiple choice",))
    questions = make_questions(transcript.segments, transcript.language, [], options)
    places = Counter(question.choices.index(question.answer) for question in questions)
    assert len(questions) >= 8
    assert max(places.values()) - min(places[place] for place in range(4)) <= 1


def test_options_set_the_number_the_kinds_and_the_choices() -> None:
    transcript = transcript_of(EPISODES[3])
    options = AssessmentOptions(questions=5, kinds=("multiple choice", "cloze"), choices=3)
    questions = make_questions(transcript.segments, transcript.language, [], options)
    assert len(questions) == 5
    assert {question.kind for question in questions} == {"multiple choice", "cloze"}
    assert {len(question.choices) for question in questions if question.choices} == {3}


def test_questions_stand_grouped_by_kind_in_the_order_of_the_episode() -> None:
    transcript = transcript_of(EPISODES[3])
    questions = make_questions(transcript.segments, transcript.language, [])
    keys = [(KINDS.index(question.kind), question.segment) for question in questions]
    assert keys == sorted(keys)


def test_each_question_names_the_chapter_it_comes_from() -> None:
    transcript = transcript_of(EPISODES[3])
    chapters = [Chapter(0.0, "Opening"), Chapter(300.0, "Later")]
    questions = make_questions(transcript.segments, transcript.language, chapters)
    assert {question.chapter for question in questions} == {"Opening", "Later"}
    for question in questions:
        assert question.start is not None
        assert question.chapter == ("Opening" if question.start < 300.0 else "Later")


def test_a_german_episode_is_asked_about_in_german() -> None:
    transcript = transcript_of("nachtzug/transkripte/01-spurweite.de.vtt")
    questions = make_questions(transcript.segments, transcript.language, [])
    assert all(re.search(r"\b(?:Welche[rs]?|Wie|Erkläre)\b", question.prompt) for question in questions)


def test_small_talk_gives_no_question() -> None:
    segments = spoken(
        "Hello and welcome to the show!",
        "Yeah, how are you doing today?",
        "I'm doing great, thanks.",
        "That's awesome, it was so much fun last time.",
        "Yeah, I know, it really was a lot of fun, I guess.",
        "So what else is going on with you?",
        "Not too much, just stuff, you know.",
    )
    assert make_questions(segments, "en", []) == []


def test_no_sentence_gives_no_question() -> None:
    assert make_questions([], "en", []) == []


def test_what_is_heard_but_not_said_is_not_asked_for() -> None:
    segments = [Segment("Charles Babbage designed the Analytical Engine in London in 1837.", kind="sound")]
    assert make_questions(segments * 5, "en", []) == []


def test_a_year_is_asked_for_in_a_plain_statement() -> None:
    (question,) = clozes(spoken("The Analytical Engine was designed by Charles Babbage in 1837."))[:1]
    assert question.answer == "1837"
    assert question.quote == f"The Analytical Engine was designed by Charles Babbage in {BLANK}."


def test_what_leads_into_a_sentence_is_left_out_of_the_stem() -> None:
    (question,) = clozes(
        spoken("So, you know, the Analytical Engine was designed by Charles Babbage in 1837.")
    )[:1]
    assert question.quote == f"The Analytical Engine was designed by Charles Babbage in {BLANK}."
    assert question.evidence.startswith("So, you know, the")


@pytest.mark.parametrize(
    "sentence",
    [
        "And it was designed by Charles Babbage in 1837 for the government.",
        "This was designed by Charles Babbage in London in 1837.",
        "After that, the Analytical Engine was designed by him, and they built it in 1837 with this.",
        "Was the Analytical Engine designed by Charles Babbage in 1837?",
        "Designed by Charles Babbage, the Analytical Engine -- well, in 1837.",
        "Thanks to our sponsor, who has built engines in London since 1837.",
        "If the Analytical Engine had been built in London in 1837.",
        "the Analytical Engine that was designed by Charles Babbage in 1837",
    ],
)
def test_a_sentence_that_does_not_stand_alone_is_not_asked_about(sentence: str) -> None:
    padding = ["The weather over the valley was mild and the roads were dry."] * 5
    assert clozes(spoken(sentence, *padding)) == []


def test_what_is_defined_is_asked_for() -> None:
    segments = spoken(
        "A watermark is a thin place in the sheet that shows when it is held against the light.",
        "Every mill in the valley had a watermark of its own.",
    )
    best = max(clozes(segments, "watermark"), key=lambda question: question.score)
    assert (best.answer, best.prompt) == ("watermark", "Which word is missing?")


def test_a_stem_must_say_enough_to_tell_what_is_missing() -> None:
    segments = spoken(
        "For the watermark it was there all of the time.", "The watermark was a crown of thin wire."
    )
    assert "watermark" not in {question.answer for question in clozes(segments[:1], "watermark")}


def test_one_of_several_in_a_row_is_not_asked_for() -> None:
    segments = spoken("The mills of the valley sold their paper to Antwerp, Bruges and Ghent every summer.")
    assert not {"Antwerp", "Bruges", "Ghent"} & {question.answer for question in clozes(segments)}


def test_a_word_that_the_rest_of_the_sentence_gives_away_is_not_asked_for() -> None:
    segments = spoken(
        "Watermarks are found by those who know where a watermark sits in the sheet of the mill.",
        "The watermark of the mill was a crown.",
    )
    answers = [question.answer.lower() for question in clozes(segments, "watermark", "watermarks")]
    assert "watermark" not in answers
    assert "watermarks" not in answers


def test_a_blank_that_another_sentence_fills_otherwise_is_not_made() -> None:
    segments = spoken(
        "The bridge over the river was finished in 1837 by the town council.",
        "The bridge over the river was finished in 1839 by the town council.",
    )
    assert clozes(segments) == []


def test_numbers_that_count_the_same_thing_are_not_asked_for() -> None:
    segments = spoken(
        "The old mill made forty sheets an hour and the new machine made ninety sheets in 20 minutes."
    )
    assert {question.answer for question in clozes(segments)} <= {"20"}


def test_a_question_of_the_host_is_answered_by_the_guest() -> None:
    host = Segment("So why does paper need sizing?", 0.0, 2.0, "Ada Byron")
    guest = [
        Segment("That's a great question.", 2.0, 3.0, "Mary Ward"),
        Segment("Paper is made of cellulose, and cellulose drinks every drop of ink.", 3.0, 8.0, "Mary Ward"),
        Segment(
            "Sizing closes the surface of the paper, so the ink stays where the pen has put it.",
            8.0,
            13.0,
            "Mary Ward",
        ),
    ]
    (question,) = [
        q for q in short_answers([host, *guest], "paper", "sizing", "ink") if "Ada Byron asks" in q.prompt
    ]
    assert question.prompt == "Ada Byron asks Mary Ward this. What is the answer?"
    assert question.quote == "Why does paper need sizing?"
    assert question.answer.startswith("Paper is made of cellulose")
    assert question.answer.endswith("the pen has put it.")


def test_a_reason_is_asked_for_and_the_because_clause_is_the_answer() -> None:
    segments = spoken(
        "So the mills moved down the valley, because the machines needed far more water than the vats."
    )
    (question,) = [q for q in short_answers(segments, "mills", "machines") if "reason" in q.prompt]
    assert question.quote == "The mills moved down the valley"
    assert question.answer == "because the machines needed far more water than the vats"


def test_a_condition_is_turned_into_a_question_of_what_follows() -> None:
    segments = spoken(
        "When gelatine is left in a warm vat, the glue loses its strength within three or four days."
    )
    (question,) = short_answers(segments, "gelatine")
    assert question.prompt == "What, according to Ada Byron, happens when gelatine is left in a warm vat?"
    assert question.answer == "the glue loses its strength within three or four days"


def test_the_problem_with_something_is_asked_for() -> None:
    segments = spoken("The main problem with acid paper is that the fibres break after fifty or sixty years.")
    (question,) = [
        q for q in short_answers(segments, "acid paper") if q.prompt.startswith("What is the main problem")
    ]
    assert question.prompt == "What is the main problem with acid paper, according to Ada Byron?"
    assert question.answer == "that the fibres break after fifty or sixty years"


def test_an_enumeration_is_asked_for_when_it_follows() -> None:
    segments = spoken(
        "There are two ways of sizing a sheet.",
        "The first is to dip it in gelatine once it is dry.",
        "The second is to stir rosin and alum into the pulp.",
        "Nobody at the mill was fond of the smell.",
    )
    (question,) = [q for q in short_answers(segments, "sizing") if "Which are they" in q.prompt]
    assert question.prompt == "Ada Byron says that there are two ways of sizing a sheet. Which are they?"
    assert question.answer.endswith("alum into the pulp.")


def test_a_speaker_without_a_name_is_called_the_speaker() -> None:
    segments = spoken(
        "The main problem with acid paper is that the fibres break after fifty or sixty years.",
        speaker="SPEAKER_01",
    )
    (question,) = [
        q for q in short_answers(segments, "acid paper") if q.prompt.startswith("What is the main problem")
    ]
    assert question.prompt.endswith("according to the speaker?")


def test_japanese_and_arabic_are_asked_for_years_and_figures() -> None:
    japanese = spoken(
        "東京タワーは1958年に完成した高さ333メートルの電波塔で、エッフェル塔よりも高い。",
        "ビットコインの最初のブロックは2009年1月3日にサトシ・ナカモトによって採掘された。",
        "富士山の高さは3776メートルで、日本で最も高い山として知られている。",
    )
    arabic = spoken(
        "تأسست شركة سامسونج في عام 1938 في مدينة دايغو وكانت تبيع السمك والخضروات.",
        "يبلغ ارتفاع برج خليفة 828 مترا وافتتح في دبي عام 2010 بعد ست سنوات من البناء.",
    )
    for segments, language in ((japanese, "ja"), (arabic, "ar")):
        questions = make_questions(segments, language, [])
        assert questions
        assert {question.answer for question in questions} <= {
            "1958",
            "2009",
            "333",
            "3776",
            "1938",
            "828",
            "2010",
        }


@pytest.mark.parametrize(
    ("language", "sentences", "answer", "prompt"),
    [
        (
            "de",
            [
                "Die Normalspur ist ein Maß von vier Fuß und achteinhalb Zoll zwischen den Schienen.",
                "Normalspur!",
            ],
            "Normalspur",
            "Welches Wort fehlt?",
        ),
        (
            "fr",
            ["Le puddlage est un procédé qui transforme la fonte en fer presque pur.", "Vive le puddlage."],
            "puddlage",
            "Quel mot manque-t-il ?",
        ),
        (
            "es",
            [
                "La gelatina es una proteína que cierra la superficie del papel seco.",
                "La gelatina huele mal.",
            ],
            "gelatina",
            "¿Qué palabra falta?",
        ),
        (
            "it",
            ["La filigrana è una parte sottile del foglio visibile contro la luce.", "Ecco la filigrana."],
            "filigrana",
            "Quale parola manca?",
        ),
        (
            "pt",
            ["A gelatina é uma proteína que fecha a superfície do papel seco.", "A gelatina cheira mal."],
            "gelatina",
            "Que palavra falta?",
        ),
        (
            "nl",
            [
                "Het watermerk is een dunne plek in het papier die tegen het licht zichtbaar wordt.",
                "Mooi watermerk.",
            ],
            "watermerk",
            "Welk woord ontbreekt?",
        ),
    ],
)
def test_definitions_are_known_in_several_languages(
    language: str, sentences: list[str], answer: str, prompt: str
) -> None:
    material = read_material(spoken(*sentences), grammar_of(language), {answer.lower(): 1.0})
    assert (answer, prompt) in {(question.answer, question.prompt) for question in cloze_questions(material)}


def made(**changes: object) -> Question:
    question = Question(
        kind="cloze",
        prompt="Which word is missing?",
        quote=f"Rosin made {BLANK} sour.",
        answer="paper",
        evidence="Rosin made paper sour.",
        segment=0,
    )
    return dataclasses.replace(question, **changes)  # type: ignore[arg-type]


TEXT = "Gelatine came first.  Rosin made paper\nsour. Then came alum."


def test_an_answer_stands_in_the_transcript_whatever_the_white_space() -> None:
    assert answer_stands_in(made(), TEXT)


@pytest.mark.parametrize(
    "changes",
    [
        {"answer": "pape"},
        {"answer": "alum"},
        {"answer": ""},
        {"evidence": "Rosin made paper sweet."},
        {"quote": f"Rosin makes {BLANK} sour."},
        {"choices": ("ink", "glue", "cloth", "leather")},
        {"choices": ("paper", "paper", "cloth", "leather")},
    ],
)
def test_what_is_not_said_word_for_word_is_not_proved(changes: dict[str, object]) -> None:
    assert not answer_stands_in(made(**changes), TEXT)


@given(st.lists(st.text(alphabet="abcé1 .,'-", min_size=1, max_size=12), min_size=1, max_size=12), st.data())
@settings(max_examples=100, deadline=None)
def test_a_run_of_whole_words_stands_in_its_text_and_a_cut_word_does_not(
    parts: list[str], data: st.DataObject
) -> None:
    words = " ".join(parts).split()
    if not words:
        return
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))
    assert stands_in(" ".join(words[first : last + 1]), " ".join(words))
    assert not stands_in("cut", "uncut cutter")


@given(
    st.lists(
        st.tuples(st.text(max_size=80), st.sampled_from([None, "Ada Byron", "Speaker 2"])),
        max_size=12,
    ),
    st.sampled_from(["en", "de", "fr", "es", "it", "nl", "ja", "xx", None, "pt-BR"]),
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_said_every_question_is_proved(
    said: list[tuple[str, str | None]], language: str | None
) -> None:
    segments = [Segment(text, float(i), float(i + 1), speaker) for i, (text, speaker) in enumerate(said)]
    for question in make_questions(segments, language, []):
        assert answer_stands_in(question, joined(segments))


@pytest.mark.parametrize("number", ["25,000", "$20", "10", "50%", "26%", "1,460", "200", "3"])
def test_wrong_numbers_are_written_like_the_right_one_and_are_others(number: str) -> None:
    wrong = number_distractors(Answer(number, 0, len(number), "number"), [], ENGLISH, 3)
    assert len({*wrong, number}) == 4
    for text in wrong:
        assert re.sub(r"\d", "", text).replace(",", "") == re.sub(r"\d", "", number).replace(",", "")
        assert abs(len(text) - len(number)) <= 2


def test_no_wrong_share_is_more_than_the_whole() -> None:
    for number in ("80%", "90%", "99%"):
        wrong = number_distractors(Answer(number, 0, 3, "number"), [], ENGLISH, 3)
        assert all(int(text.rstrip("%")) <= 100 for text in wrong)


def test_wrong_years_are_near_and_those_that_were_spoken_of_come_first() -> None:
    wrong = number_distractors(Answer("1836", 0, 4, "year"), ["1840", "1836", "1999"], ENGLISH, 3)
    assert wrong[0] == "1840"
    assert all(0 < abs(int(year) - 1836) <= 12 for year in wrong)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Lightning Network", "LN"), ("sheet", "sheets"), ("blue card", "card"), ("GitHub", "github")],
)
def test_two_names_of_one_thing_are_never_set_against_each_other(one: str, other: str) -> None:
    assert overlaps(one, other)
    assert overlaps(other, one)
    assert not overlaps(one, "gelatine")
