"""Languages as archive.org names them: in English, or by the codes of libraries."""

import re

_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|\d{3}))?")

# BCP 47 | ISO 639-2 (both codes, where there are two) | the name in English and the language's own.
_TABLE = """
af | afr | afrikaans
am | amh | amharic
ar | ara | arabic
az | aze | azerbaijani
be | bel | belarusian
bg | bul | bulgarian
bn | ben | bengali, bangla
bs | bos | bosnian
ca | cat | catalan, català
cs | cze ces | czech, čeština
cy | wel cym | welsh, cymraeg
da | dan | danish, dansk
de | ger deu | german, deutsch
el | gre ell | greek
en | eng | english
eo | epo | esperanto
es | spa | spanish, español, castilian, castellano
et | est | estonian
eu | baq eus | basque
fa | per fas | persian, farsi
fi | fin | finnish, suomi
fr | fre fra | french, français
fy | fry | frisian
ga | gle | irish, gaelic, gaeilge
gl | glg | galician
gu | guj | gujarati
ha | hau | hausa
he | heb | hebrew
hi | hin | hindi
hr | hrv scr | croatian
hu | hun | hungarian, magyar
hy | arm hye | armenian
id | ind | indonesian
is | ice isl | icelandic
it | ita | italian, italiano
ja | jpn | japanese
ka | geo kat | georgian
kk | kaz | kazakh
kn | kan | kannada
ko | kor | korean
la | lat | latin
lb | ltz | luxembourgish
lt | lit | lithuanian
lv | lav | latvian
mk | mac mkd | macedonian
ml | mal | malayalam
mn | mon | mongolian
mr | mar | marathi
ms | may msa | malay
my | bur mya | burmese
ne | nep | nepali
nl | dut nld | dutch, flemish, nederlands
no | nor | norwegian, norsk
nb | nob | norwegian bokmål
nn | nno | norwegian nynorsk
pa | pan | punjabi, panjabi
pl | pol | polish, polski
ps | pus | pashto
pt | por | portuguese, português
ro | rum ron | romanian, română
ru | rus | russian, русский
sa | san | sanskrit
si | sin | sinhala, sinhalese
sk | slo slk | slovak
sl | slv | slovenian, slovene
so | som | somali
sq | alb sqi | albanian
sr | srp scc | serbian
sv | swe | swedish, svenska
sw | swa | swahili
ta | tam | tamil
te | tel | telugu
th | tha | thai
tl | tgl | tagalog
tr | tur | turkish, türkçe
uk | ukr | ukrainian
ur | urd | urdu
uz | uzb | uzbek
vi | vie | vietnamese
xh | xho | xhosa
yi | yid | yiddish
yo | yor | yoruba
yue | | cantonese
zh | chi zho | chinese, mandarin
zu | zul | zulu
fil | | filipino
haw | | hawaiian
"""


def _table() -> dict[str, str]:
    known: dict[str, str] = {}
    for line in _TABLE.strip().splitlines():
        tag, codes, names = (part.strip() for part in line.split("|"))
        known.update(dict.fromkeys([tag, *codes.split(), *(name.strip() for name in names.split(","))], tag))
    return known


_KNOWN = _table()


def language_tag(value: object) -> str | None:
    """The BCP 47 tag of `eng`, `English`, `en-us`, or of the first of a list that has one; None for others.

    Several languages in one text (`English; French`) count as the first.
    """
    texts = value if isinstance(value, list) else [value]
    for text in texts:
        if isinstance(text, str):
            for part in re.split(r"[;,/&]| and ", text[:200]):
                if tag := _tag(part.strip()):
                    return tag
    return None


def _tag(text: str) -> str | None:
    name = " ".join(re.sub(r"\([^)]*\)", " ", text).split()).casefold()
    if tag := _KNOWN.get(name):
        return tag
    match = _TAG.fullmatch(text)
    if match is None or match[1].lower() not in _KNOWN:
        return None
    script, region = match[2], match[3]
    more = ([script.title()] if script else []) + ([region.upper()] if region else [])
    return "-".join([_KNOWN[match[1].lower()], *more])
