"""Dates as feeds write them, in UTC."""

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone

_MONTH_NAMES = (
    "january jan jänner janner januar janvier janv enero ene gennaio gen janeiro januari ianuarie "
    "stycznia sty styczen leden ledna tammikuu января янв январь ιανουαριου ιαν januar ocak oca",
    "february feb februar fevrier fevr fev febrero febbraio fevereiro februari februarie lutego lut "
    "luty unor unora helmikuu февраля фев февр февраль φεβρουαριου φεβ subat sub",
    "march mar marz maerz mars marzo março marco maart martie marca marzec brezen brezna maaliskuu "
    "марта мар март μαρτιου μαρ mart mrt",
    "april apr avril avr abril abr aprile aprilie kwietnia kwi kwiecien duben dubna huhtikuu апреля апр "
    "апрель απριλιου απρ nisan nis",
    "may mai mayo maggio mag maio mei maj maja kveten kvetna toukokuu мая май μαιου μαι mayis",
    "june jun juni juin junio giugno giu junho iunie czerwca cze czerwiec cerven cervna kesakuu июня "
    "июн июнь ιουνιου ιουν haziran haz",
    "july jul juli juillet juil julio luglio lug julho iulie lipca lip lipiec cervenec cervence "
    "heinakuu июля июл июль ιουλιου ιουλ temmuz tem",
    "august aug aout agosto ago augusto augustus augusti sierpnia sie sierpien srpen srpna elokuu "
    "августа авг август αυγουστου αυγ agustos agu",
    "september sep sept septembre septiembre settembre set setembro septembrie wrzesnia wrz wrzesien "
    "zari syyskuu сентября сен сент сентябрь σεπτεμβριου σεπ eylul eyl",
    "october oct oktober okt octobre octubre ottobre ott outubro out octombrie pazdziernika paz "
    "pazdziernik rijen rijna lokakuu октября окт октябрь οκτωβριου οκτ ekim eki",
    "november nov novembre noviembre novembro noiembrie listopada lis listopad marraskuu ноября ноя "
    "нояб ноябрь νοεμβριου νοε kasim kas",
    "december dec dez dezember decembre diciembre dic dicembre dezembro decembrie grudnia gru grudzien "
    "prosinec prosince joulukuu декабря дек декабрь δεκεμβριου δεκ aralik ara",
)
_MONTHS = {name: index for index, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}

# Hours east of UTC (RFC 5322, section 4.3, and the abbreviations that publishers use besides).
# fmt: off
_ZONES = {
    "ut": 0.0, "utc": 0.0, "gmt": 0.0, "z": 0.0, "wet": 0.0, "bst": 1.0, "west": 1.0, "cet": 1.0, "mez":
    1.0, "cest": 2.0, "mesz": 2.0, "eet": 2.0, "sast": 2.0, "eest": 3.0, "msk": 3.0, "ist": 5.5, "sgt":
    8.0, "hkt": 8.0, "awst": 8.0, "pht": 8.0, "jst": 9.0, "kst": 9.0, "aest": 10.0, "acst": 9.5, "aedt":
    11.0, "acdt": 10.5, "nzst": 12.0, "nzdt": 13.0, "brt": -3.0, "art": -3.0, "adt": -3.0, "ndt": -2.5,
    "nst": -3.5, "ast": -4.0, "edt": -4.0, "et": -5.0, "est": -5.0, "cdt": -5.0, "ct": -6.0, "cst":
    -6.0, "mdt": -6.0, "mt": -7.0, "mst": -7.0, "pdt": -7.0, "pt": -8.0, "pst": -8.0, "akdt": -8.0,
    "akst": -9.0, "hst": -10.0,
}
# fmt: on

_ISO = re.compile(
    r"(\d{4})-?(\d{2})-?(\d{2})(?:[T\s_]+(\d{1,2})[:.h]?(\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?)?\s*(.*)",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(r"(\d{4})[-/.\s](\d{1,2})[-/.](\d{1,2})\b(.*)")
_EAST_ASIAN = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]?(.*)")
_DAY_NAME_MONTH = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|er|º|\.)?(?:\s*de)?[\s\-/.]*([^\W\d_]+)\.?(?:\s*de)?[\s\-/.,]*(\d{2,4})\b(.*)"
)
_NAME_DAY_YEAR = re.compile(r"([^\W\d_]+)\.?[\s\-]+(\d{1,2})(?:st|nd|rd|th)?[\s,\-]+(\d{4})\b(.*)")
_ASCTIME = re.compile(
    r"([^\W\d_]+)\s+(\d{1,2})\s+(\d{1,2}:\d{2}(?::\d{2})?)\s*([A-Za-z]{0,5})\s+(\d{4})\b(.*)"
)
_NUMERIC = re.compile(r"(\d{1,2})([./\-])(\d{1,2})\2(\d{4}|\d{2})\b(.*)")
_EPOCH = re.compile(r"(\d{9,10}|\d{13})(?:\.\d+)?")
_TIME = re.compile(r"(\d{1,2})[:.h](\d{2})(?:[:.](\d{1,2})(?:[.,]\d+)?)?\s*([ap]\.?m\b\.?)?", re.IGNORECASE)
_OFFSET = re.compile(r"(?:(?:GMT|UTC?|Z)\s*)?([+\-−])(\d{1,2}):?(\d{2})?(?![\d:])", re.IGNORECASE)
_WEEKDAY = re.compile(r"([^\W\d_]{2,12})\.?(?:,\s*|\s+(?=\d))")
_ZONE_NAME = re.compile(r"\b([A-Za-z]{1,4})\b")


def parse_date(text: str | None) -> str | None:
    """`text` as `2024-05-01T06:00:00Z`, or None when no date can be read in it.

    RFC 822 and 5322 with wrong or foreign day names, two-digit years and named zones; ISO 8601; numeric and
    written dates with month names of several languages; seconds since 1970. Without a zone it is UTC;
    without a time it is midnight; 24:00 is the midnight that follows.
    """
    if not text:
        return None
    cleaned = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip(" ,;")
    if not cleaned or len(cleaned) > 120:
        return None
    for read in (_iso, _epoch, _year_first, _east_asian, _written, _numeric):
        try:
            moment = read(cleaned)
        except (ValueError, OverflowError):
            continue
        if moment is not None and 1900 <= moment.year <= 2200:
            return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return _by_feedparser(cleaned)


def _iso(text: str) -> datetime | None:
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, rest = match.groups()
    clock = (int(hour or 0), int(minute or 0), int(second or 0))
    return _moment(int(year), int(month), int(day), clock, _zone(rest) if hour else 0.0)


def _epoch(text: str) -> datetime | None:
    match = _EPOCH.fullmatch(text)
    if match is None:
        return None
    number = int(match.group(1))
    return datetime.fromtimestamp(number / 1000 if number > 10**11 else number, UTC)


def _year_first(text: str) -> datetime | None:
    match = _YEAR_FIRST.fullmatch(text)
    if match is None:
        return None
    return _with_time(int(match.group(1)), int(match.group(2)), int(match.group(3)), match.group(4))


def _east_asian(text: str) -> datetime | None:
    match = _EAST_ASIAN.search(text)
    if match is None:
        return None
    return _with_time(int(match.group(1)), int(match.group(2)), int(match.group(3)), match.group(4))


def _written(text: str) -> datetime | None:
    """Dates with the month's name: day first, month first, and the form of C's asctime."""
    bare = _without_weekday(text)
    for pattern, order in ((_DAY_NAME_MONTH, (3, 2, 1)), (_NAME_DAY_YEAR, (3, 1, 2))):
        match = pattern.search(bare)
        month = _month(match.group(order[1])) if match else None
        if match and month:
            return _with_time(_year(match.group(order[0])), month, int(match.group(order[2])), match.group(4))
    match = _ASCTIME.search(bare)
    month = _month(match.group(1)) if match else None
    if match and month:
        rest = f"{match.group(3)} {match.group(4)} {match.group(6)}"
        return _with_time(int(match.group(5)), month, int(match.group(2)), rest)
    return None


def _numeric(text: str) -> datetime | None:
    """`31.12.2024` and `12/31/2024`; where both readings are possible, dots mean day first."""
    match = _NUMERIC.search(_without_weekday(text))
    if match is None:
        return None
    first, second, year = int(match.group(1)), int(match.group(3)), _year(match.group(4))
    day_first = first > 12 or (match.group(2) == "." and second <= 12)
    day, month = (first, second) if day_first else (second, first)
    return _with_time(year, month, day, match.group(5))


def _with_time(year: int, month: int, day: int, rest: str) -> datetime:
    match = _TIME.search(rest)
    if match is None:
        return _moment(year, month, day, (0, 0, 0), 0.0)
    hour, minute, second = int(match.group(1)), int(match.group(2)), int(match.group(3) or 0)
    half = (match.group(4) or "").lower()
    if half.startswith("p") and hour < 12:
        hour += 12
    elif half.startswith("a") and hour == 12:
        hour = 0
    return _moment(year, month, day, (hour, minute, second), _zone(rest[match.end() :]))


def _moment(year: int, month: int, day: int, clock: tuple[int, int, int], zone: float) -> datetime:
    hour, minute, second = clock
    if hour > 24 or minute > 60 or second > 61:
        raise ValueError("no time of day")
    midnight = datetime(year, month, day, tzinfo=timezone(timedelta(hours=zone)))
    moment = midnight + timedelta(hours=hour, minutes=min(minute, 59), seconds=min(second, 59))
    return moment.astimezone(UTC)


def _zone(text: str) -> float:
    """Hours east of UTC; 0 where no zone is named, or one that nobody knows."""
    match = _OFFSET.search(text)
    if match is not None:
        hours, minutes = int(match.group(2)), int(match.group(3) or 0)
        if hours <= 14 and minutes < 60:
            return (hours + minutes / 60) * (1 if match.group(1) == "+" else -1)
    for name in _ZONE_NAME.findall(text):
        if name.lower() in _ZONES:
            return _ZONES[name.lower()]
    return 0.0


def _without_weekday(text: str) -> str:
    match = _WEEKDAY.match(text)
    return text[match.end() :] if match and not _month(match.group(1)) else text


def _year(text: str) -> int:
    year = int(text)
    if len(text) > 2:
        return year + 1900 if len(text) == 3 else year  # RFC 5322: three digits count from 1900
    return year + (2000 if year < 70 else 1900)


def _month(name: str) -> int | None:
    folded = "".join(
        character
        for character in unicodedata.normalize("NFKD", name.casefold())
        if not unicodedata.combining(character)
    )
    return _MONTHS.get(folded) or _MONTHS.get(name.casefold())


def _by_feedparser(text: str) -> str | None:
    """What feedparser can read of the rarer forms (OnBlog, Nate, Hungarian, Perforce)."""
    from feedparser.datetimes import _parse_date

    try:
        parsed = _parse_date(text)
    except (ValueError, OverflowError, TypeError, IndexError, AttributeError):
        return None
    # feedparser takes from today what a date does not say: it counts only where the year stands in the text.
    if parsed is None or not 1900 <= parsed[0] <= 2200 or str(parsed[0]) not in text:
        return None
    return "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z".format(*parsed[:6])
