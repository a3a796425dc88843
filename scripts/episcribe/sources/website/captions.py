"""Caption files that pages print as text: as WebVTT again."""

import re

_CUE = re.compile(
    r"(?:(\d{1,2}):)?(\d{2}):(\d{2})[.,](\d{3})\s*-->\s*(?:(\d{1,2}):)?(\d{2}):(\d{2})[.,](\d{3})"
)
_COUNTER = re.compile(r"\s+\d{1,5}\s*\Z")
_FEWEST = 5


def captions_in(text: str) -> str | None:
    """The WebVTT file that `text` is, with whatever breaks of lines a page left it; None when it is none."""
    cues = list(_CUE.finditer(text))
    if len(cues) < _FEWEST or cues[0].start() > 200:
        return None
    counted = re.search(r"\d{1,5}\s*\Z", text[: cues[0].start()]) is not None
    lines = ["WEBVTT", ""]
    for cue, following in zip(cues, [*cues[1:], None], strict=True):
        words = text[cue.end() : following.start() if following else len(text)]
        words = " ".join((_COUNTER.sub("", words) if counted and following else words).split())
        lines += [f"{_time(cue, 1)} --> {_time(cue, 5)}", words, ""]
    return "\n".join(lines)


def _time(cue: re.Match[str], first: int) -> str:
    hours, minutes, seconds, thousandths = (cue[first + index] for index in range(4))
    return f"{int(hours or 0):02d}:{minutes}:{seconds}.{thousandths}"
