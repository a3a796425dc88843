"""Names of folders: what Windows, Obsidian, a shell and Snakemake all take, from any title."""

import re
import unicodedata
from datetime import UTC, datetime, tzinfo

FOLDER_BYTES = 120
SHOW_BYTES = 60
UNDATED = "undated"

# Latin letters that Unicode does not decompose, as they are written where only ASCII is to be had.
_FOLDED = dict(
    pair.split(":")
    for pair in (
        "ß:ss ẞ:ss æ:ae ǽ:ae ǣ:ae œ:oe ø:o ǿ:o đ:d ð:d ɖ:d þ:th ł:l ħ:h ı:i ŋ:n ɲ:n ĸ:k ƙ:k ŧ:t ƒ:f "
        "ə:e ǝ:e ɛ:e ɔ:o ɓ:b ɗ:d ƴ:y ʒ:z ʃ:s ɣ:g ɩ:i ʋ:v ɨ:i ʉ:u ȝ:y ƿ:w"
    ).split()
)
_DROPPED = frozenset("'’‘‛`´ʼʻ\u00ad\u200b\u200c\u200d\u2060\ufeff")
_ASCII_DROPPED = str.maketrans("", "", "".join(filter(str.isascii, _DROPPED)))
_ASCII_WORD = re.compile(r"[a-z0-9]+")
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_RESERVED = frozenset(
    ["con", "prn", "aux", "nul", "clock", "conin", "conout"]
    + [f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789"]
)
# Folders of a library that are no shows.
OWN_FOLDERS = frozenset({"log", "reports", "exports", "vault"})
_WORD_LOST_AT_MOST = 24


def folder_name(published: str | None, title: str, identifier: str, zone: tzinfo = UTC) -> str:
    """The name of an episode's folder, `<YYYY-MM-DD>-<slug>-<id>`, at most 120 bytes of UTF-8, NFC.

    `published` is ISO 8601 and becomes the calendar day in `zone`, `undated` when it is None or no date.
    """
    day = local_day(published, zone) or UNDATED
    room = FOLDER_BYTES - len(day) - len(identifier.encode()) - 2
    return f"{day}-{slugify(title, room) or 'untitled'}-{identifier}"


def show_name(title: str) -> str:
    """A name for a show's folder that is made of its title, at most 60 bytes; "show" when nothing is left."""
    slug = slugify(title, SHOW_BYTES) or "show"
    return f"{slug}-show" if slug in _RESERVED | OWN_FOLDERS else slug


def local_day(published: str | None, zone: tzinfo = UTC) -> str | None:
    """The day of an ISO 8601 moment (taken as UTC where it names no offset) in `zone`, as `YYYY-MM-DD`."""
    if not published:
        return None
    try:
        moment = datetime.fromisoformat(published)
        if len(published) > 10:
            moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(zone)
    except (ValueError, OverflowError):
        return None
    # Year 1 and its like are what programs write for a date that they do not have.
    return moment.date().isoformat() if moment.year >= 1000 else None


def slugify(text: str, limit: int) -> str:
    """Lower-case words of `text` joined by hyphens, in at most `limit` bytes; "" when it has no letter or
    digit.

    Latin letters lose their accents, other scripts stay as they are, and everything else parts words.
    """
    if text.isascii():
        return _cut("-".join(_ASCII_WORD.findall(text[: 8 * limit].lower().translate(_ASCII_DROPPED))), limit)
    parts: list[str] = []
    kept_base = False
    for char in _compatible(text[: 8 * limit]).lower():
        piece, kept_base = _piece(char, kept_base)
        parts.append(piece)
    words = "".join(parts).split()
    return _cut(unicodedata.normalize("NFC", "-".join(words)), limit)


def _compatible(text: str) -> str:
    """`text` in NFKC (full-width letters, ligatures, ½), but for the vowel AM, which Thai and Lao write as
    one.
    """
    folded = unicodedata.normalize("NFKC", text)
    return folded.replace("\u0e4d\u0e32", "\u0e33").replace("\u0ecd\u0eb2", "\u0eb3")


def _piece(char: str, after_kept: bool) -> tuple[str, bool]:
    """What stands for `char` in a slug, a space where words part; and whether marks that follow stay.

    `after_kept` says that the letter before is one of a script whose marks are part of the spelling.
    """
    if char.isascii():
        return (char, False) if char.isalnum() else ("" if char in _DROPPED else " ", False)
    if char in _DROPPED:
        return "", after_kept
    category = unicodedata.category(char)
    if category[0] == "M":
        return (char, True) if after_kept and category != "Me" else ("", after_kept)
    if category not in ("Ll", "Lo", "Lm", "Lu", "Lt", "Nd", "Nl"):
        return " ", False
    folded = _FOLDED.get(char) or _without_marks(char)
    return (folded, False) if folded else (char, True)


def _without_marks(char: str) -> str:
    """The ASCII letter that `char` is with marks on it, "" when it is none."""
    base = unicodedata.normalize("NFD", char)[0]
    return base if base.isascii() and base.isalnum() else ""


def _cut(slug: str, limit: int) -> str:
    """`slug` in at most `limit` bytes: whole words unless that loses a long one, and whole characters."""
    data = slug.encode()
    if len(data) <= limit:
        return slug
    head = data[:limit].decode(errors="ignore")
    following = slug[len(head)]
    if unicodedata.category(following)[0] == "M":
        # A mark belongs to the letter before it: cut before that letter.
        while head and unicodedata.category(head[-1])[0] == "M":
            head = head[:-1]
        head = head[:-1]
    last = head.rfind("-")
    if following != "-" and last > 0 and len(head[last:].encode()) <= _WORD_LOST_AT_MOST:
        head = head[:last]
    return head.strip("-")
