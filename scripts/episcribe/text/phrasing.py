"""Spoken sentences made fit to read: fillers, false starts and openings go, no other word changes."""

import re
from functools import lru_cache

from episcribe.text.words import base_language, is_spaceless

# Sounds go wherever they stand; phrases only where commas set them off.
_SOUNDS = {
    "en": "u+h+m*|u+m+|e+r+m*|e+h+|m+h*m+|hm+|mm-hmm",
    "de": "ä+h+m?|ö+h+m?|hm+",
    "fr": "e+u+h+|heu+",
    "es": "e+h+|e+m+",
    "it": "e+h+m?",
    "pt": "é+h+|h?ã+h*",
    "nl": "e+h+m?|u+h+m?",
    "ru": "э+м*",
}
_PHRASES = {
    "en": "you know|i mean|sort of|kind of|like",
    "de": "sozusagen|quasi|weißt du|sag ich mal",
    "fr": "hein|tu vois|vous voyez|tu sais|vous savez",
    "es": "o sea|digamos|sabes|este",
    "it": "cioè|diciamo|insomma|sai",
    "pt": "né|tipo|tipo assim|sabe",
    "nl": "zeg maar|weet je",
    "ru": "как бы|типа|знаете",
}
# Openings that go before any word, and those that go only before a comma or a full stop.
_LOOSE = {
    "en": "so(?! that| much| many| far| long| called|-called)|and|but|then|okay|ok|yeah|yep|yes|uh-huh",
    "de": "und|aber|ja|also|naja|na ja",
    "fr": "et|mais|bah|ben|voilà|donc|ouais",
    "es": "y|pero|pues",
    "it": "e|ma|beh|allora",
    "pt": "e|mas",
    "nl": "en|maar|nou",
    "ru": "и|а|но|ну",
}
_SET_OFF = {
    "en": "well|right|alright|all right|now|oh|no|or|then|also|anyway|anyways|actually|basically|great|cool"
    "|sure|exactly|like|plus|absolutely|definitely|totally|hey|look|listen|you know|i mean|i think|thanks"
    "|thank you|nope|of course|obviously|certainly|interesting|correct|honestly|maybe",
    "de": "nein|genau|gut|okay|ok|nun|tja|dann|stimmt|richtig",
    "fr": "alors|oui|non|bon|ok|okay|d'accord|puis|enfin|exactement",
    "es": "entonces|sí|no|bueno|vale|ok|claro|exacto",
    "it": "quindi|sì|no|ok|ecco|dunque|però|bene|esatto",
    "pt": "então|sim|não|bom|bem|ok|claro|olha|exato",
    "nl": "dus|ja|nee|oké|ok|goed|dan|precies",
    "ru": "да|нет|так|вот|хорошо|ладно",
}
_REPEATED = re.compile(
    r"\b(i|i'm|i've|the|a|an|to|of|in|on|and|we|we're|they|it|it's|you|he|she|is|are|was|for|with|my|our"
    r"|this|but|so"
    r"|if|or|as|at|by|from|there|there's|what|which|when|ich|der|die|das|und|wir|je|le|la|les|de|et|el|los|y"
    r"|il|che)"
    r"(?:(?:,? |-+ ?)\1\b)+",
    re.IGNORECASE,
)
_PAIR_REPEATED = re.compile(r"\b(\w{1,12} \w{1,12})(?:,? \1\b)+", re.IGNORECASE)
_ASIDE = re.compile(r"\[[^\[\]]{0,60}\]\.?|\((?:laugh|chuckl|applause|music)\w{0,8}\)\.?", re.IGNORECASE)
_SPACE_BEFORE = re.compile(r"\s+(?=[,.;:!?…])")
_COMMAS = re.compile(r"(?:\s*,){2,}")
_EDGES = " ,;:-–—"
_ENDINGS = (".", "!", "?", "…", "。", "！", "？", "؟", "।", '."', '!"', '?"', ".”", "!”", "?”", "」", "”")

_Patterns = tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]


def readable(text: str, language: str | None = None) -> str:
    """`text` as it would be written down: without what only holds the floor, beginning with a capital."""
    return _readable(text, base_language(language))


@lru_cache(maxsize=16384)
def _readable(text: str, base: str) -> str:
    # Definitions, titles and candidates are read from the same sentences.
    line = " ".join((_ASIDE.sub(" ", text) if "[" in text or "(" in text else text).split())
    if is_spaceless(line):
        return line
    sounds, phrases, openers = _patterns(base)
    if "," in line:
        line = phrases.sub(",", line)
    line = " ".join(sounds.sub(" ", line).split()).strip(_EDGES)
    line = _PAIR_REPEATED.sub(r"\1", _REPEATED.sub(r"\1", line))
    line = _COMMAS.sub(",", _SPACE_BEFORE.sub("", line)).strip(_EDGES)
    trimmed = openers.sub("", line).lstrip(_EDGES)
    if len(trimmed.split()) >= 4:
        line = trimmed
    line = line[:1].upper() + line[1:]
    return line if not line or line.endswith(_ENDINGS) else line.rstrip(_EDGES) + "."


def disfluency(text: str, language: str | None = None) -> float:
    """How much of `text` only holds the floor: fillers, repetitions and breaks a word, from 0."""
    return _disfluency(text, base_language(language))


@lru_cache(maxsize=16384)
def _disfluency(text: str, base: str) -> float:
    sounds, phrases, _ = _patterns(base)
    words = max(1, len(text.split()))
    found = (
        len(sounds.findall(text))
        + len(phrases.findall(text))
        + len(_REPEATED.findall(text))
        + len(_PAIR_REPEATED.findall(text))
    )
    return (found + text.count("--") + text.count("…") + text.count("...") + text.count("—") / 2) / words


@lru_cache(maxsize=16)
def _patterns(language: str) -> _Patterns:
    """What goes anywhere, what goes between commas, and what goes at the beginning."""
    sounds = _SOUNDS.get(language, _SOUNDS["en"])
    phrases = _PHRASES.get(language, "(?!)")
    loose, set_off = _LOOSE.get(language, "(?!)"), _SET_OFF.get(language, "ok|okay")
    return (
        re.compile(rf",?(?:^|(?<=[\s,.]))\s?\b(?:{sounds})(?=[\s,.!?]|$),?", re.IGNORECASE),
        re.compile(rf"(?:^|,)\s?(?:{phrases}),", re.IGNORECASE),
        re.compile(
            rf"^(?:(?:{sounds}|{loose})(?:\s*[,.!]+\s*|\s+(?=\S))|(?:{set_off})\s*[,.!]+\s*)+", re.IGNORECASE
        ),
    )
