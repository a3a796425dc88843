"""What words say about their sentence: whether it stands alone, carries weight, or is housekeeping.

All patterns but `SPLICED` are for text in small letters: matching without regard to case takes four times
as long.
"""

import re
from functools import lru_cache

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
# Words that stand for what was said elsewhere.
POINTING = _sets(
    {
        "en": "it it's its they they're them their this that's those these he she him his her there here",
        "de": "er sie es ihn ihm ihr dies dieser diese dieses das dort da davon darin",
        "fr": "il elle ils elles ça cela ceci ce cette ces lui leur",
        "es": "él ella ellos eso esto ese esa este esta",
        "it": "lui lei loro questo questa quello quella ciò",
        "pt": "ele ela eles isso isto esse essa este esta",
        "nl": "hij zij ze dit dat deze die hem haar",
        "ru": "он она они оно это этот эта его её их",
    }
)
# Openings that point back at a sentence the reader does not have, by language.
_DANGLING = {
    "en": _any(
        r"or|whoever|that (?:we|you|i|they|he|she|it)",
        r"(?:our|my|today's|a|the) (?:special |return |first |next )?guests?",
        r"it|they|he|she|them|its|those|these|there|one|it's|he's|she's|they're|that's|there's|which|his"
        r"|her|their|ours|mine|yours|hers|theirs|(?:when|if|because|as|while|once|after|before|until|since"
        r"|although) (?:it|they|he|she|this|that|these|those)|the (?:\w+est|first|second|third|last|other"
        r"|next|former|latter) (?:is|was|are|were|one|ones|time)",
        r"not|same|both|me too|this is|it'll|they'll|they've|he'd|she'd|they'd|it'd",
        r"neither|nor|either way|instead|however|therefore|meanwhile|otherwise|similarly|likewise|besides"
        r"|hence|thus",
        r"for (?:that|this) reason|in (?:that|this) case|that way|this way|such|so|then|too|another|others"
        r"|even (?:so|then)",
        r"the (?:other|others|latter|former|same|result|answer|opposite|one|ones|thing is|first one"
        r"|last one|second one)",
        r"versus|whereas|exactly|precisely|for (?:example|instance)|like|also|conversely|again|still|yet"
        r"|namely|meaning",
        r"what (?:this|that|it|they)|because of (?:this|that)|at that (?:point|time|moment)|from there"
        r"|after that",
    )
    + r"|\b(?:this|that)(?='s|'ll|'d| (?:\w+ly )?(?:is|was|are|were|can|will|would|could|means|makes|has|had"
    r"|does|did|just"
    + r"|also|way|one|might|may|should|must|gives|gave|lets|allows|requires|works|happens|happened|seems"
    r"|goes|got|comes)\b)",
    "de": _any(
        r"er|sie|es|ihm|ihnen|ihn|deshalb|deswegen|darum|daher|dabei|dadurch|dafür|damit|dagegen|darin"
        r"|davon|dort|dann",
        r"trotzdem|außerdem|dies(?:e[rsmn]?)?|jen(?:e[rsmn])|der andere|die anderen?|seitdem|danach|vorher"
        r"|ebenso|zum beispiel",
        r"sein(?:e[rsmn]?)?|ihr(?:e[rsmn]?)?|so|auch|darauf|übrigens|leider|das (?:ist|war|sind|hat|kann"
        r"|wird|dauerte?|haben|heißt)",
        r"oft nicht|auf zwei|knapp|nein|erst seit|erst an|seit dem|bis dahin|den|dem",
    ),
    "fr": _any(
        r"il|elle|ils|elles|c'est|c'était|ça|cela|ceci|cet(?:te)?|ces|celui|celle|ainsi|pourtant|son|sa|ses"
        r"|leurs?|là|puis",
        r"par exemple|en effet|donc|lui|aussi|ensuite|sinon",
    ),
    "es": _any(
        r"ella|ellos|ellas|él|eso|esa|ese|esos|esas|este|esta|estos|estas|esto|así|entonces|por eso|su|sus"
        r"|ahí|además",
        r"por ejemplo|sin embargo|también|luego|ello|es|era|fue|son",
    ),
    "it": _any(
        r"lui|lei|loro|ess[oaie]|quest[oaie]|quell[oaie]|così|quindi|suo|sua|perciò|per esempio|inoltre"
        r"|anche|è|era|ciò|poi",
    ),
    "pt": _any(
        r"ele|ela|eles|elas|iss?o|ess[ea]s?|est[ea]s?|assim|então|seu|sua|por exemplo|além disso|também|é"
        r"|era|depois",
    ),
    "nl": _any(
        r"hij|zij|ze|het (?:is|was)|deze|dit|dat|daarom|zo|toen|daar|dan|ook|zijn|haar|hun|bijvoorbeeld"
    ),
    "ru": _any(r"он|она|они|оно|это|этот|эта|эти|тогда|поэтому|там|его|её|их|потом|например|также|так"),
    "zh": r"(?:这|這|那|他|她|它|所以|但是|但|然后|然後|因此|而且|其)",
    "ja": r"(?:それ|これ|その|この|そして|しかし|でも|だから|彼)",
    "ar": r"(?:وهذا|هذا|هذه|ذلك|وذلك|تلك|ولكن|لكن|لذلك|هو |هي |هم )",
}
# Openings of clauses that need a main clause after a comma.
_OPEN_CLAUSE = {
    "en": _any(
        r"because|'cause|when|if|while|although|though|where|whenever|unless|until|since|as|whether"
        r"|even (?:if|though)",
        r"so that|with|by|without|rather than|in order to|instead of|which|who|whose|like|or|to|from|via",
    ),
    "de": _any(r"weil|wenn|als|obwohl|dass|damit|während|nachdem|bevor|denn|falls|ob|durch"),
    "fr": _any(r"parce que|quand|si|lorsque|puisque|car|alors que|qui"),
    "es": _any(r"porque|cuando|aunque|si|mientras|que"),
    "it": _any(r"perché|quando|mentre|se|che"),
    "pt": _any(r"porque|quando|embora|se|que"),
    "nl": _any(r"omdat|als|terwijl|dat"),
    "ru": _any(r"потому что|когда|если|хотя|что"),
}
# What an introduction says of the subject, and what begins with the one who speaks.
_ABOUT = {
    "en": r"\b(?:today|this (?:week|episode|time|morning|talk|session)|we(?:'re| are| will|'ll)|i(?:'m| am"
    r"|'ll)|going to|gonna|want to)\b[^.]{0,50}\b(?:talk(?:ing)?|discuss(?:ing)?|speak(?:ing)?"
    r"|look(?:ing)? (?:at|into)|explor(?:e|ing)|cover(?:ing)?|present(?:ing)?|walk(?:ing)? through|div(?:e"
    r"|ing) into|explain(?:ing)?|go(?:ing)? over|introduce)\b|\b(?:episode|talk|show|story|meeting) (?:is"
    r"|was) (?:all )?about\b|\b(?:our|today's) (?:topic|subject|agenda|theme)\b",
    "de": r"\b(?:heute|in dieser (?:folge|sendung)|diesmal)\b|geht es um|(?:sprechen"
    r"|reden) (?:wir )?(?:heute )?über|unser thema",
    "fr": r"\b(?:aujourd'hui|dans cet épisode)\b|parl(?:er|ons|e) (?:de|du|des)\b",
    "es": r"\b(?:hoy|en este episodio)\b|habl(?:ar|aremos|amos) (?:de|sobre)\b",
    "it": r"\b(?:oggi|in quest[oa] (?:episodio|puntata))\b|parl(?:are|iamo|eremo) (?:di|del)\b",
    "pt": r"\b(?:hoje|neste episódio)\b|falar (?:de|sobre)\b",
    "nl": r"\b(?:vandaag|in deze aflevering)\b|(?:hebben|praten) (?:we )?(?:het )?over\b",
    "ru": r"\b(?:сегодня|в этом выпуске)\b",
    "zh": "今天|本期|这一期|這一集",
    "ja": "今日|今回|本日",
    "ar": "اليوم|في هذه الحلقة",
}
_SELF = {
    "en": r"(?:i|i'm|i've|i'd|i'll|my|for me|to me|me)\b",
    "de": r"(?:ich|mein\w*|mir|für mich)\b",
    "fr": r"(?:je|j'|mon|ma|moi)\b",
    "es": r"(?:yo|mi|mis|me|para mí)\b",
    "it": r"(?:io|il mio|la mia|mi|per me)\b",
    "pt": r"(?:eu|meu|minha|para mim)\b",
    "nl": r"(?:ik|mijn|voor mij)\b",
    "ru": r"(?:я|мой|моя|мне)\b",
}
_NEVER = re.compile("(?!)")


@lru_cache(maxsize=8)
def about(base: str) -> re.Pattern[str]:
    """What the sentence of an introduction holds that says what the talk is about."""
    return re.compile(_ABOUT[base]) if base in _ABOUT else _NEVER


@lru_cache(maxsize=8)
def of_self(base: str) -> re.Pattern[str]:
    """What a sentence begins with whose subject is the one who speaks."""
    return re.compile(_SELF[base]) if base in _SELF else _NEVER


@lru_cache(maxsize=8)
def dangling(base: str) -> re.Pattern[str]:
    """What a sentence begins with that only the sentence before explains."""
    return re.compile(_DANGLING[base]) if base in _DANGLING else _NEVER


@lru_cache(maxsize=8)
def open_clause(base: str) -> re.Pattern[str]:
    """What opens a clause that is no sentence by itself."""
    return re.compile(_OPEN_CLAUSE[base]) if base in _OPEN_CLAUSE else _NEVER


WEIGHTY = re.compile(
    _any(
        r"decid\w+|decisions?|agreed?|conclu\w+|important\w*|main|goals?|aims?|plan\w*|propos\w+|suggest\w+",
        r"problems?|purpose|focus\w*|discuss\w*|means that|because|the reason|the key|defin\w+|is called",
        r"known as|refers to|wichtig\w*|ziel\w*|problem\w*|weil|entscheid\w+|importante?s?|objectif\w*",
        r"problèmes?|parce que|décision\w*|objetivo\w*|problemas?|porque|decisión|obiettivo|problemi|perché",
        r"важн\w+|цел[ьи]\w*|проблем\w+",
    )
    + "|重要|目的|问题|問題|因为|因為|中心",
)
GREETING = re.compile(
    _any(
        r"hello|hi|hey|howdy|welcome|good (?:morning|afternoon|evening|day|night)|what's up|how are you"
        r"|nice to meet you",
        r"guten (?:abend|tag|morgen)|gute nacht|hallo|willkommen|herzlich willkommen|servus|moin|grüß gott"
        r"|grüezi",
        r"bonjour|bonsoir|bienvenue|salut|hola|buen[oa]s (?:días|tardes|noches)|buenas|bienvenid[oa]s?|ciao"
        r"|salve",
        r"buongiorno|buonasera|benvenut[ioae]|olá|oi|bom dia|boa (?:tarde|noite)|bem-vind[oa]s?|welkom"
        r"|goede(?:morgen|middag|navond)",
        r"привет|здравствуйте|добрый (?:день|вечер)|доброе утро|добро пожаловать",
    )
    + "|大家好|你好|您好|各位|欢迎|歡迎|こんにちは|こんばんは"
    + "|皆さん|みなさん|ようこそ|مرحبا|أهلا|السلام عليكم|안녕하세요|여러분",
)
CLOSING = re.compile(
    _any(
        r"until then, |thank(?:s| you)(?! to (?:the|a|its|their)\b)|goodbye|bye-bye|see you (?:next|soon"
        r"|later|around)|until next time",
        r"next (?:time|episode)|stay tuned|take care(?! of)|happy birthday|(?:great|nice|good"
        r"|pleasure) (?:to have|having|talking)",
        r"(?:ich |wir )?danken? (?:ihnen|dir|euch)|vielen dank|danke|auf wiedersehen|tschüss"
        r"|bis zum nächsten|nächste[nr]? (?:folge|mal|woche)",
        r"merci|au revoir|à bientôt|prochain épisode|gracias|adiós|hasta (?:luego|la próxima)"
        r"|próximo episodio",
        r"grazie|arrivederci|prossim[ao] (?:puntata|episodio)|obrigad[oa]|até (?:logo|a próxima)|dank (?:je"
        r"|u)|tot ziens",
        r"спасибо|до свидания|до встречи|следующем выпуске",
    )
    + "|谢谢|謝謝|再见|再見|ありがとう|さようなら|شكرا|감사합니다",
)
SPONSOR = re.compile(
    _any(
        r"brought to you by|(?:today's|our|this (?:week|month|episode)'s) sponsors?|sponsored by"
        r"|thanks to our|supported by",
        r"promo code|coupon code|discount code|use (?:the )?code \w+|free trial|(?:percent|%) off|werbung"
        r"|präsentiert von",
        r"rabattcode|gutscheincode|code promo|código (?:promocional|de descuento)|codice sconto|cupom",
    ),
)
ADVERT = re.compile(
    SPONSOR.pattern
    + "|"
    + _any(
        r"sponsors?(?:hip)?|sign up (?:at|for|today|now)|subscribe|patreon|newsletter|\w+ dot (?:com|org"
        r"|io)|show ?notes",
        r"check (?:it|them|us) out|check out|follow (?:us|me)|rate and review|(?:five|5)[- ]stars?"
        r"|leave (?:us )?a review|wherever you get",
        r"apple podcasts|spotify|our website|our (?:discord|slack)|you(?:'re| are) listening|listeners?"
        r"|tune in|merch|giveaway",
        r"abonnier\w*|newsletter|shownotes|podcast-app|abonnez|suscríb\w+|iscrive\w+|inscreva\w*|подпис\w+",
    )
    + r"|https?://|www\.|\.(?:com|org|io|net|fm|dev)\b|订阅|訂閱|赞助|贊助|点赞|チャンネル登録|スポンサー|اشترك",
)
# What is said about the conversation and not about its subject.
TALK_OF_TALK = re.compile(
    _any(
        r"(?:as|like|what) (?:i|you|we|he|she|[a-z]+) (?:just |already |have )?(?:said|say|mentioned"
        r"|pointed out|talked)",
        r"(?:you|i|we) (?:just |also |already |have |had |really )?(?:mentioned|brought up|bring up"
        r"|talk(?:ed)? about|touched on)",
        r"(?:i'll|we'll|i will|we will|i'm (?:going to|gonna|just)|i am going to|i'd (?:like|love) to"
        r"|i wan(?:na|t(?:ed)? to)|let me|let's|let us|we should|can we|we can) (?:(?:just|also|now"
        r"|probably|maybe|actually|quickly|first|really|a) ){0,2}(?:talk|start|go over|explain|ask|give|say"
        r"|begin|get (?:in)?to|link|move|jump|cover|discuss|dive|hand|turn|mention|touch|come back"
        r"|point out|know|hear|add|take|do|see|look|call (?:out|attention))",
        r"we(?:'re| are) (?:going to|gonna) (?:talk|discuss|link|cover|look|go|hear|lean|get|be|start)"
        r"|we(?:'re| are) (?:talking|discussing)",
        r"(?:quick|great|good|interesting) (?:question|point)|shout[- ]?outs?|let us know|to start off"
        r"|take it away|i take it",
        r"i should (?:like|say)|go ahead|this episode|last episode|the podcast|this podcast|the show"
        r"|this show|today's episode",
        r"your (?:book|question|talk|podcast|show)|you(?:'re| are) (?:right|saying|asking)|tell (?:me|us)"
        r"|correct me|does that make sense",
        r"(?:next to|with|behind|beside) (?:us|me)|speaking of|(?:this|that|it)(?:'s| is) (?:a )?(?:good"
        r"|great|interesting|fair|funny|hard|important)|that bothered me",
        r"dieser (?:folge|sendung|podcast)|diese folge|gute frage|frage stellen|sie haben (?:gerade|eben"
        r"|schon)|wie gesagt",
        r"cet épisode|bonne question|este episodio|buena pregunta|questo episodio|bella domanda"
        r"|este episódio|boa pergunta",
    ),
)
NOUN_THEN_CLAUSE = re.compile(
    r"(?:an?|the|one|some|any|every|all|those|these)? ?(?:[\w'’-]+ ){1,3}(?:that|who|which|where)\b"
)
BARE_IMPERATIVE = re.compile(
    _any(
        r"get|go|look|see|check|come|think about|wait|hang on|hold on|keep|put|give|take|try|try to|think"
        r"|remember|read",
        r"got|gotta|wanna|gonna|guess|sounds|looks|seems|makes|depends|means|happens|always|never|maybe"
        r"|probably|just|only",
        r"sure|cool|fine|great|nice|right|wow|interesting|awesome|good|definitely|invalid|please|don't|let"
        r"|lots|tons|kind of|sort of",
    ),
)
# Where a sentence breaks off in its middle, looked for where it holds a dash or dots; and at its end.
BROKEN = re.compile(
    r"^\W*(?:\.\.\.|…)|\b(?:the|a|an|of|to|and|so|because|that|this|is|with|for|in|my|your)\s*(?:--|—|–|…|\.\.\.)"
)
_BREAKS = ("--", "—", "–", "…", "...")
UNFINISHED = re.compile(
    r"(?:--|—|–|\.\.\.|…|[,;:-])[\"')”\]]*\.?$"
    r"|\b(?:the|a|an|of|to|and|or|but|so|because|with|for|is|are|was|like|if|that|that's|um|uh)\.$"
)
_TAIL = 16


def is_unfinished(text: str) -> bool:
    """True for a sentence, in small letters, that breaks off."""
    if any(mark in text for mark in _BREAKS) and BROKEN.search(text):
        return True
    return UNFINISHED.search(text[-_TAIL:]) is not None


# A sentence that begins anew in its middle.
SPLICED = re.compile(r",\s(?:It|That|This|They|We|You|He|She|What|And|But|So|There|There's|It's|That's|Is)\b")
_VERB_FORMS = """
    can't won't let's went came made took gave said saw got found built ran wrote goes comes
    makes takes gives says needs? wants? uses? works? means? helps? allows? requires? contains? depends?
    shows? runs? gets? lets? tells? seems? looks? starts? provides? becomes? became begins? began calls?
    chose fell kept knew left lost put rose sent set stood thought told understood won grew drew led met
    spent stands? falls? follows? forms? brings? builds? carries costs? drags? exists? keeps? leaves?
    lies? lives? loses? pays? pulls? pushes puts? reaches rises? sends? sets? stays? takes? turns? holds?
    moves? changes creates? causes? happens? remains? represents? returns? serves? solves? supports?
    stores? prevents? produces? includes? increases? exceeds? choose chooses know knows think thinks say
    see sees make take get give come go find finds feel feels learn eat eats break breaks drive drives
    fly flies sit sits spread cut hit read reads write writes call lay lays bear bears
"""
ENGLISH_VERB = re.compile(
    _any(
        r"(?:we|you|they|it|he|she|i)(?= \w)",
        r"[a-z]{3,}s(?= (?:the|an?|it|them|its|their|our|your|his|her|him|me|us|this|that|these|those)\b)",
        r"[a-z]{3,}s(?= (?:up|down|out|off)\b)",
        r"(?:is|are|was|were|am|has|have|had|do|does|did|be|been)(?:n't)?",
        r"(?:can|could|will|would|should|must|may|might)(?:n't)?",
        r"\w+'(?:s|re|ve|ll|d|m)|\w{3,}ed",
        *_VERB_FORMS.split(),
    )
)
