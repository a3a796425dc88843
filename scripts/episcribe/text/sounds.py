"""The words that captions use for what is heard but not said, in several languages."""

import re

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_CORE = """
    music musik músic musiq musiek muzyk muzik müzik музик музык mousik μουσικ applau aplau applåd
    aplauz alkış аплодис оплеск laugh chuckl giggl snicker lacht.. lachen.. lacher gelächter rires
    ricana risas.. risit riendo risos.. risad gargalh ridacch risate.. gelach skratt latter..
    naurua.. śmiech smích smiech смех смеё сміх γέλι gülüş cheers.. cheering acclam vítor ovacion
    ovaç ovation ovazio sighs sighing suspira soupir sospir seufz zucht вздых gasps exhales inhales
    coughs coughing hustet.. tosse.. sneezes sniffles sobs sobbing groans whispering whispers
    flüstert chuchot susurr sussurr crosstalk overtalk inaudib unintellig indistinct unverständlich
    onverstaanbaar inintelligib incomprens ininteligi niezrozum неразборч нерозбір ohörbar uhørlig
    uforståel beep.. bleep.. bleeped clears.throat räusper carraspe jingle.. outro.. break.. ríe..
    ríen.. rit.. rient.. lachend.. ride.. ridono.. drum.roll
    """
_MORE = """
    cheer jubel vivats sigh suspir gasp pant.. pants.. exhal inhal breath atmet jadea respira cough
    husten toux.. tosi.. kaszel кашл sneez sniff sob.. crying weep weint.. pleur llora llanto piang
    płac плач groan moan grunt growl snor.. snores snoring yawn gähn bostez sbadigl whisper szept
    шёпот scream shout yells yelling schrei grita krzyk крик overlapping silence silencio silenzio
    stille pause.. pausa.. buzzing buzzes buzzer chime ding.. dings doorbell bell.. bells.. ringing
    rings.. ringtone telefon teléfono téléphone telefono telefone klingel timbre.. squill dzwon звон
    noise.. noises.. geräusch bruit.. ruido ruído rumore.. szum.. шум.. intro.music theme.song
    fanfare singing sings.. singt.. gesang canta.. chante.. cantando поёт поет śpiew humming hums..
    whistl pfeif siffl silb fischi gwizd свист clapping claps.. klatsch palmas.. throat knocking
    knocks.. klopf footstep schritte pasos.. explosion gunshot gunfire thunder donner.. barks..
    barking ladr abbaia meow purring chirp crickets static.. hissing clicks.. clicking clack
    typing.. beatbox siren.. sirens.. horn.. honk record.scratch audience.laughter slams creaks audio.cut
    audio.out no.audio video.plays clip.plays commercial.break ad.break drumroll
    """
_UNSPACED = _words(
    """
    音楽 拍手 笑 笑い 笑声 笑い声 歓声 ため息 咳 泣
    音乐 音樂 掌声 掌聲 笑声 笑聲 大笑 欢呼 歡呼 叹气 嘆氣
    听不清 聽不清 聞き取れず 聴取不能 不明 음악 박수 웃음 한숨
    환호 موسيقى تصفيق ضحك موسیقی تشویق خنده מוזיקה מחיאות צחוק संगीत तालियां तालियाँ हंसी हँसी เพลง
    ดนตรี เสียงหัวเราะ เสียงปรบมือ
    """
)
_UNCLEAR = _words(
    """
    inaudib unintellig indistinct crosstalk unverständlich onverstaanbaar inintelligib incomprens
    ininteligível ininteligible niezrozum неразборч нерозбір ohörbar uhørlig uforståel unclear inaud
    听不清 聽不清 聞き取れず 聴取不能 不明
    """
)


class _Lexicon:
    """Entries as sets: `word..` whole words, `two.words` phrases, all others beginnings of words."""

    def __init__(self, entries: str) -> None:
        listed = entries.split()
        self.whole = frozenset(entry[:-2] for entry in listed if entry.endswith(".."))
        self.phrases = tuple(e.replace(".", " ") for e in listed if "." in e and not e.endswith(".."))
        self.starts = tuple(e for e in listed if "." not in e)

    def names_a_sound(self, text: str, words: list[str]) -> bool:
        if any(word in self.whole or word.startswith(self.starts) for word in words):
            return True
        return any(phrase in text for phrase in self.phrases)


_STRICT = _Lexicon(_CORE)
_WIDE = _Lexicon(f"{_CORE} {_MORE}")
_PERSONS = frozenset(
    _words(
        """
    i we you he she they it me us him her them that this which who is are was were be been have has
    had would could should will ich wir du er sie es je nous tu vous il elle on yo nosotros tú él
    ella io noi lui lei eu nós você
    """
    )
)


def is_sound(inside: str, *, strict: bool = False) -> bool:
    """True when `inside`, taken from brackets, names a sound: "Music", "upbeat music playing", "ríe".

    `strict` is for round brackets and asterisks, where people also write asides: at most four words, of
    which none is a pronoun or an auxiliary.
    """
    text = inside.casefold()
    if not text.isascii() and any(word in text for word in _UNSPACED):
        return len(text) <= (8 if strict else 30)
    words = _WORD.findall(text)
    if not words or len(words) > (4 if strict else 10):
        return False
    if strict and not _PERSONS.isdisjoint(words):
        return False
    return (_STRICT if strict else _WIDE).names_a_sound(text, words)


def is_unclear(inside: str) -> bool:
    """True when `inside` says that speech could not be understood: "inaudible", "crosstalk 00:12:58"."""
    text = inside.casefold()
    return any(stem in text for stem in _UNCLEAR)
