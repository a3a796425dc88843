"""What a title says once the show's name and the episode's number are taken out of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from episcribe.library.identity import normal_title

_LONGEST = 300
_DATE = re.compile(r"^\W{0,3}(?:19|20)\d\d[-_./]\d\d[-_./]\d\d(?!\d)")
_HASH = re.compile(r"(?:#|№|\bn[º°])\s?(?=\d)")
# "12 - Tides", "Show: 12. Tides": a number that stands between the beginning or a mark and another mark.
_BARE = re.compile(r"(?:^|[|:–—-])\s?(\d{1,4})(?=\s?[.:|)–—-](?!\d))")
_SEASON = re.compile(r"s(?:eason|taffel)?(\d{1,3})")
_SEASON_AND_NUMBER = re.compile(r"s(\d{1,3})ep?(\d{1,4})")
_NUMBER = re.compile(r"(?:e|ep|eps|episode|episodio|episodi|folge|odcinek|aflevering|avsnitt|no|nr)(\d{1,4})")
_ROUNDS = 4

# Words that make another episode of one with otherwise the same title.
_TELLS_APART = frozenset(
    """
    part pt teil parte partie del osa trailer teaser preview promo clip clips excerpt highlight highlights
    bonus short shorts sneak peek outtake outtakes extra extras extended uncut unedited recap summary
    reaction review rerun repeat encore rebroadcast replay best bestof revisited again returns return redux
    continued update followup sequel prequel aftershow pregame postgame intro introduction outro live
    livestream qa q trailers announcement minisode one two three four five six seven eight nine ten first
    second third final i ii iii iv v vi vii viii ix x xi xii monday tuesday wednesday thursday friday
    saturday sunday morning evening january february march april may june july august september october
    november december
    """.split()
)


# What a channel adds to a title, and what says nothing of the episode.
_ORNAMENTS = frozenset(
    tuple(words.split())
    for words in (
        "full episode, the full episode, full podcast, full show, full video, podcast episode, "
        "video podcast, official video, official podcast, video version, audio version, audio only, "
        "video, audio, podcast, hd, 4k"
    ).split(", ")
)


@dataclass(frozen=True, slots=True)
class Heading:
    """The words of a title without the show's name and the number, and the number and season it names."""

    words: tuple[str, ...]
    number: int | None = None
    season: int | None = None

    def is_within(self, other: "Heading") -> bool:
        """True when `other` says the same in more words, and none of these tells it apart."""
        mine, theirs = set(self.words), set(other.words)
        more = theirs - mine
        return (
            len(mine) > 1
            and mine < theirs
            and not any(word in _TELLS_APART or _has_digit(word) for word in more)
        )


@lru_cache(maxsize=32768)
def heading(title: str, names: tuple[tuple[str, ...], ...] = ()) -> Heading:
    """The heading of `title`; `names` are what the show is called, as words, the longest first."""
    text = _DATE.sub("", title[:_LONGEST])
    text = _BARE.sub(r" ep\1 ", _HASH.sub(" ep", text))
    words = tuple(normal_title(text).split())
    number = season = None
    for _ in range(_ROUNDS):
        bare = () if number is not None and words in names else _without_name(words, names)
        if bare and bare is not words and _is_marked_number(bare[0], text):
            bare = (f"ep{bare[0]}", *bare[1:])
        bare, found, of_season = _without_number(bare)
        number = found if number is None else number
        season = of_season if season is None else season
        if bare == words:
            break
        words = bare
    return Heading(words, number, season)


def names_of_show(titles: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The `names` for `heading`: the words of each title, and of ornaments, the longest first."""
    words = {tuple(normal_title(title[:_LONGEST]).split()) for title in titles}
    more = {name[1:] for name in words if len(name) > 2 and name[0] == "the"}
    more |= {name[:-1] for name in words if len(name) > 2 and name[-1] in ("podcast", "show")}
    return tuple(sorted((words | more | _ORNAMENTS) - {()}, key=lambda name: (-len(name), name)))


def _without_name(words: tuple[str, ...], names: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    if words in names:
        return words
    for name in names:
        if len(words) > len(name):
            if words[: len(name)] == name:
                return words[len(name) :]
            if words[-len(name) :] == name:
                return words[: -len(name)]
    return words


def _is_marked_number(word: str, text: str) -> bool:
    """True for the 12 of "Show 12: Title"."""
    return word.isdecimal() and len(word) < 5 and bool(re.search(rf"(?<!\d){word}\s?[:.|)–—-](?!\d)", text))


def _without_number(words: tuple[str, ...]) -> tuple[tuple[str, ...], int | None, int | None]:
    """The words without season and number at either end: `s2 e5`, `season 2 episode 5`, `s02e05`, `ep 12`."""
    season: int | None = None
    for at_end in (False, True):
        for length in (2, 1):
            ends = words[-length:] if at_end else words[:length]
            rest = words[:-length] if at_end else words[length:]
            if len(ends) < length or (length == 2 and not ends[1].isdigit()):
                continue
            text = "".join(ends)
            if both := _SEASON_AND_NUMBER.fullmatch(text):
                return rest, int(both[2]), int(both[1])
            if number := _NUMBER.fullmatch(text):
                return rest, int(number[1]), season
            if found := _SEASON.fullmatch(text):
                return rest, None, int(found[1])
    return words, None, None


def _has_digit(word: str) -> bool:
    return any(char.isdigit() for char in word)
