"""What question making has to know about a language: words, patterns, and the frames of questions."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Grammar:
    """The knowledge of one language.

    Word sets are in small letters. `lead_in` matches what can be left out at the start of a sentence ("So,
    "). `openers` cannot begin a sentence that is quoted alone, `pronouns` make one unclear, `personal` tie
    it to the conversation, `vague` say little. `before_nouns` and `before_verbs` are words that a noun or a
    verb often follows, `after_nouns` words that end a compound; `verbs` and `verb_endings` tell words that
    a subject is followed by. `leaning` matches phrases that point outside the sentence ("after that").
    `junk` marks what nobody wants to be asked about: greetings, advertisements. `define` has the groups
    `term` and `rest`; `called` and `because` the group `term` or `rest`. `frames` are the sentences that
    questions are put in.
    """

    code: str
    lead_in: re.Pattern[str]
    openers: frozenset[str]
    pronouns: frozenset[str]
    personal: frozenset[str]
    first_person: frozenset[str]
    vague: frozenset[str]
    before_nouns: frozenset[str]
    before_verbs: frozenset[str]
    after_nouns: frozenset[str]
    verbs: frozenset[str]
    verb_endings: tuple[str, ...]
    junk: re.Pattern[str]
    define: re.Pattern[str] | None
    called: re.Pattern[str] | None
    because: re.Pattern[str] | None
    interrogatives: frozenset[str]
    months: frozenset[str]
    numerals: Mapping[str, int]
    units: re.Pattern[str] | None
    frames: Mapping[str, str]
    conditionals: frozenset[str] = field(default=frozenset())
    relatives: frozenset[str] = field(default=frozenset())
    articles: frozenset[str] = field(default=frozenset())
    requests: re.Pattern[str] | None = None
    pointing: re.Pattern[str] | None = None
    leaning: re.Pattern[str] | None = None
    nouns_are_capitalised: bool = False
    undefinable: frozenset[str] = field(default=frozenset())


def words(text: str) -> frozenset[str]:
    """The words of a string as a set."""
    return frozenset(text.split())
