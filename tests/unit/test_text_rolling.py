"""Rolling captions in every style told as the words that were spoken, and no others touched."""

import random
from collections.abc import Callable

import pytest

from episcribe.library.transcript import Transcript
from episcribe.text.cleaning import clean_transcript
from episcribe.transcripts import srt, webvtt

Spoken = list[tuple[str, float, float]]
Line = list[tuple[str, float, float]]

TALK = """
so today we are going to talk about rivers and how they find their way to the sea no no no that is not it
they do not find it they make it and that is the whole point you know you know when people say the water
takes the easy way I always think yes yes but who made it easy it was the water the water of the year
before and the year before that so what is a river then it is a habit of the rain right right exactly a
habit of the rain and what about the delta well the delta is where the habit forgets itself la la la la
la la the river sings la la la la la la and then it is gone very very slowly it is gone and the sea does
not even notice that that river ever was
"""


def _spoken(repeat: int = 3, seed: int = 1) -> Spoken:
    """A word stream with times: two to four words a second, with a pause now and then."""
    chance = random.Random(seed)
    words = (TALK.split() * repeat)[:900]
    at = 3.0
    spoken = []
    for word in words:
        duration = round(0.12 + 0.05 * len(word) + chance.random() * 0.1, 3)
        spoken.append((word, round(at, 3), round(at + duration, 3)))
        at += duration + (chance.random() * 3 if chance.random() < 0.04 else 0.02)
    return spoken


def _lines(spoken: Spoken, width: int = 36) -> list[Line]:
    lines: list[Line] = [[]]
    for word in spoken:
        if lines[-1] and sum(len(w) + 1 for w, _, _ in lines[-1]) + len(word[0]) > width:
            lines.append([])
        lines[-1].append(word)
    return lines


def _clock(seconds: float, mark: str = ".") -> str:
    millis = round(seconds * 1000)
    return (
        f"{millis // 3600000:02}:{millis // 60000 % 60:02}:{millis // 1000 % 60:02}{mark}{millis % 1000:03}"
    )


def _text(line: Line) -> str:
    return " ".join(word for word, _, _ in line)


def _vtt(cues: list[tuple[float, float, str]]) -> str:
    body = "\n\n".join(f"{_clock(a)} --> {_clock(b)} align:start position:0%\n{text}" for a, b, text in cues)
    return f"WEBVTT\nKind: captions\nLanguage: en\n\n{body}\n"


def _srt(cues: list[tuple[float, float, str]]) -> str:
    return "\n\n".join(
        f"{number}\n{_clock(a, ',')} --> {_clock(b, ',')}\n{text}"
        for number, (a, b, text) in enumerate(cues, 1)
    )


def _tagged(line: Line) -> str:
    (first, _, _), *others = line
    return first + "".join(f"<{_clock(at)}><c> {word}</c>" for word, at, _ in others)


def _youtube_cues(spoken: Spoken, show: Callable[[Line], str]) -> list[tuple[float, float, str]]:
    """Two lines a cue, the new one growing; then the new line alone for 10 ms, as YouTube writes them."""
    lines = _lines(spoken)
    cues: list[tuple[float, float, str]] = []
    previous = ""
    for index, line in enumerate(lines):
        start = line[0][1]
        end = (lines[index + 1][0][1] if index + 1 < len(lines) else line[-1][2] + 2) - 0.01
        cues.append((start, end, f"{previous}\n{show(line)}" if previous else f" \n{show(line)}"))
        cues.append((end, end + 0.01, f"{_text(line)}\n "))
        previous = _text(line)
    return cues


def youtube_vtt(spoken: Spoken) -> str:
    return _vtt(_youtube_cues(spoken, _tagged))


def youtube_vtt_without_times(spoken: Spoken) -> str:
    return _vtt(_youtube_cues(spoken, _text))


def youtube_srt(spoken: Spoken) -> str:
    return _srt(_youtube_cues(spoken, _text))


def youtube_srt_on_one_line(spoken: Spoken) -> str:
    return _srt([(a, b, " ".join(text.split())) for a, b, text in _youtube_cues(spoken, _text)])


def overlapping_srt(spoken: Spoken) -> str:
    """Each line once, shown until the line after the next begins."""
    lines = _lines(spoken)
    starts = [line[0][1] for line in lines] + [spoken[-1][2] + 1] * 2
    return _srt([(line[0][1], starts[i + 2], _text(line)) for i, line in enumerate(lines)])


def _roll_up(spoken: Spoken, rows: int, joint: str = "\n") -> str:
    lines = _lines(spoken, 32)
    cues = []
    for index, line in enumerate(lines):
        end = lines[index + 1][0][1] if index + 1 < len(lines) else line[-1][2]
        window = lines[max(0, index - rows + 1) : index + 1]
        cues.append((line[0][1], end, joint.join(_text(shown).upper() for shown in window)))
    return _srt(cues)


def roll_up_2(spoken: Spoken) -> str:
    return _roll_up(spoken, 2)


def roll_up_3(spoken: Spoken) -> str:
    return _roll_up(spoken, 3)


def roll_up_2_on_one_line(spoken: Spoken) -> str:
    return _roll_up(spoken, 2, " ")


def _growing(spoken: Spoken, *, with_line_above: bool, step: int = 1) -> str:
    cues = []
    previous = ""
    flat = [(word, line, index) for line in _lines(spoken) for index, word in enumerate(line)]
    for number, (word, line, index) in enumerate(flat):
        last = index == len(line) - 1
        if (index + 1) % step and not last:
            continue
        end = flat[number + 1][0][1] if number + 1 < len(flat) else word[2]
        shown = _text(line[: index + 1])
        cues.append((line[index - (index % step)][1], end, f"{previous}\n{shown}" if previous else shown))
        if last and with_line_above:
            previous = _text(line)
    return _vtt(cues)


def paint_on(spoken: Spoken) -> str:
    return _growing(spoken, with_line_above=False)


def paint_on_with_the_line_above(spoken: Spoken) -> str:
    return _growing(spoken, with_line_above=True)


def paint_on_by_three(spoken: Spoken) -> str:
    return _growing(spoken, with_line_above=True, step=3)


def sliding_window(spoken: Spoken) -> str:
    """The last ten words, one new at a time."""
    cues = []
    for index, (_, at, _) in enumerate(spoken):
        end = spoken[index + 1][1] if index + 1 < len(spoken) else at + 1
        cues.append((at, end, _text(spoken[max(0, index - 9) : index + 1])))
    return _srt(cues)


STYLES = [
    youtube_vtt,
    youtube_vtt_without_times,
    youtube_srt,
    youtube_srt_on_one_line,
    overlapping_srt,
    roll_up_2,
    roll_up_3,
    roll_up_2_on_one_line,
    paint_on,
    paint_on_with_the_line_above,
    paint_on_by_three,
    sliding_window,
]


def _read(text: str) -> Transcript:
    return webvtt.read(text) if text.startswith("WEBVTT") else srt.read(text)


def _words(transcript: Transcript) -> list[str]:
    return [word for s in transcript.segments if s.kind == "speech" for word in s.text.casefold().split()]


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.__name__)
@pytest.mark.parametrize("seed", [1, 2])
def test_rolling_captions_collapse_to_the_words_that_were_spoken(
    style: Callable[[Spoken], str], seed: int
) -> None:
    spoken = _spoken(seed=seed)
    cleaned = clean_transcript(_read(style(spoken)))
    ratio = len(_words(cleaned)) / len(spoken)
    assert 0.98 <= ratio <= 1.02
    said = [word.casefold() for word, _, _ in spoken]
    assert _words(cleaned)[:60] == said[:60]


def test_names_in_rolling_captions_are_told_once() -> None:
    said = (
        "ANNA: good evening and welcome to the news|"
        "it rained all day in the north|BOB: and it will rain again|"
    )
    said += (
        "tomorrow in the south and in the west|ANNA: so take a coat with you when|you go out to see the river"
    )
    lines = said.upper().split("|")
    cues = [(i * 3.0, i * 3.0 + 3.0, "\n".join(lines[max(0, i - 1) : i + 1])) for i in range(len(lines))]
    cleaned = clean_transcript(_read(_srt(cues)))
    words = [word for segment in cleaned.segments for word in segment.text.split()]
    names = ("ANNA:", "BOB:")
    assert [w for w in words if w not in names] == [w for w in " ".join(lines).split() if w not in names]
