"""What words say about their sentence: whether it stands alone, carries weight, or is housekeeping."""

import re

NONE: frozenset[str] = frozenset()


def _sets(table: dict[str, str]) -> dict[str, frozenset[str]]:
    return {language: frozenset(words.split()) for language, words in table.items()}


def _any(*alternatives: str, end: str = r"\b") -> str:
    return r"\b(?:" + "|".join(alternatives) + ")" + end


# Words that hold written noun phrases together; spoken asides have few of them.
PROSE = _sets(
    {
        "en": "the of to and in for with on by a an",
        "de": "der die das den dem des und in im von mit für auf ein eine einer eines",
        "fr": "le la les de des du et en dans pour par sur un une au aux",
        "es": "el la los las de del y en con por para un una al",
        "it": "il la lo gli le di del della dei e in con per un una nel alla",
        "pt": "o a os as de do da dos das e em no na com por para um uma",
        "nl": "de het een van en in op met voor door",
        "ru": "и в на с по для из к от о",
    }
)
PERSONAL = _sets(
    {
        "en": "i i'm i've i'd i'll you you're you'd you'll my your me",
        "de": "ich du mir dir mich dich mein dein",
        "fr": "je j tu me te moi toi mon ton",
        "es": "yo tú me te mi tu usted",
        "it": "io tu mi ti mio tuo",
        "pt": "eu tu você me te meu teu",
        "nl": "ik jij je mij mijn jouw",
        "ru": "я ты мне тебе меня тебя мой твой",
    }
)
# Openings that point back at a sentence the reader does not have.
DANGLING = re.compile(
    r"(?:"
    + _any(
        "it|they|he|she|them|its|those|these|there|one|it's|he's|she's|they're|that's|there's|which|his|her|their",
        "er|es|sie|il|elle|ils|elles|c'est|ça|eso|ello|ellos|lui|loro|ele|ela|eles|hij|он|она|они|это",
        "not|same|both|me too",
    )
    + r"|(?:this|that)(?='s|'ll|'d| (?:is|was|are|were|can|will|would|could|means|makes|has|had|does|just"
    + r"|also|way)\b))",
    re.IGNORECASE,
)
WEIGHTY = re.compile(
    _any(
        r"decid\w+|decisions?|agreed?|conclu\w+|important\w*|main|goals?|aims?|plan\w*|propos\w+|suggest\w+",
        r"problems?|purpose|focus\w*|discuss\w*|means that|because|the reason|the key|defin\w+|is called",
        r"known as|refers to|wichtig\w*|ziel\w*|problem\w*|weil|entscheid\w+|importante?s?|objectif\w*",
        r"problèmes?|parce que|décision\w*|objetivo\w*|problemas?|porque|decisión|obiettivo|problemi|perché",
        r"важн\w+|цел[ьи]\w*|проблем\w+",
    )
    + "|重要|目的|问题|問題|因为|因為|中心",
    re.IGNORECASE,
)
HOUSEKEEPING = re.compile(
    _any(
        r"sponsor\w*|promo code|coupon|discount|free trial|sign up|subscribe\w*|patreon|newsletter|dot com",
        r"brought to you by|check (?:it|them|us) out|thanks (?:for|to)|thank you|welcome (?:back|to)",
        r"my name(?:'s| is)|follow (?:us|me)|rate and review|five stars|listening to|show notes|this episode",
        r"podcast|happy birthday|good (?:morning|afternoon|evening)|willkommen|bienvenue",
        r"bienvenidos|benvenuti",
    )
    + r"|https?://|www\.|\.com\b",
    re.IGNORECASE,
)
UNFINISHED = re.compile(
    r"(?:--|—|–|\.\.\.|…|[,;:-])[\"')”\]]*\.?$"
    r"|\b(?:the|a|an|of|to|and|or|but|so|because|with|for|is|are|was|like|if|that|that's|um|uh)\.$",
    re.IGNORECASE,
)
ENGLISH_VERB = re.compile(
    _any(
        r"(?:is|are|was|were|am|has|have|had|can|could|will|would|should|must|may|might|do|does|did|be|been)(?:n't)?",
        r"\w+'(?:s|re|ve|ll|d|m)|\w{3,}ed|can't|won't|let's|went|came|made|took|gave|said|saw|got|found|built|ran|wrote",
        r"goes|comes|makes|takes|gives|says|needs?|wants?|uses?|works?|means?|helps?|allows?|requires?|contains?",
        r"depends?|shows?|runs?|gets?|lets?|tells?|seems?|looks?|starts?|provides?|becomes?|became|begins?|began",
        r"we|you|they",
    ),
    re.IGNORECASE,
)
