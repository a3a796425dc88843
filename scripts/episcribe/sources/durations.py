"""Durations as feeds write them, in seconds."""

import re
import unicodedata

_LONGEST = 100 * 3600.0

_CLOCK = re.compile(
    r"(\d{0,9}(?::\d{0,5}){1,3})(?:[.,](\d{1,9}))?(?:\s*(?:h|hrs?|hours?|m|mins?|minutes?|s))?\.?"
)
_PLAIN = re.compile(r"(\d{1,15})(?:[.,](\d{1,12}))?")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")
_ISO = re.compile(
    r"P(?:(\d{1,4}(?:[.,]\d+)?)D)?"
    r"(?:T(?:(\d{1,6}(?:[.,]\d+)?)H)?(?:(\d{1,8}(?:[.,]\d+)?)M)?(?:(\d{1,10}(?:[.,]\d+)?)S)?)?"
)
_NUMBER_AND_UNIT = re.compile(r"(\d{1,10}(?:[.,]\d{1,6})?)\s*([^\W\d_]+|['’′\"”″])\.?")
_DOTTED = re.compile(r"(\d{1,3})\.(\d{1,2})\.(\d{1,2})")

_UNITS = {
    3600.0: (
        "h hr hrs hour hours std stunde stunden heure heures hora horas ora ore uur uren tim timme timmar "
        "time timer tunti tuntia godz godzina godziny godzin ч час часа часов saat 時間 时 小时 시간"
    ),
    60.0: (
        "m min mins minute minutes minuten minuto minutos minuti minut minuty minuter minuutti minuuttia "
        "мин минут минуты минута dakika dk 分 分钟 分鐘 분 ' ’ ′"
    ),
    1.0: (
        "s sec secs second seconds sek sekunde sekunden seconde secondes segundo segundos secondi seconden "
        'sekund sekunder sekundy сек секунд секунды saniye sn 秒 秒钟 초 " ” ″'
    ),
    0.001: "ms msec millis milliseconds",
}
_SECONDS = {unit: seconds for seconds, units in _UNITS.items() for unit in units.split()}


def parse_duration(text: str | None) -> float | None:
    """Seconds, or None when `text` is no duration, or one that no recording has (0, or more than 100 hours).

    Understands `3723`, `3723.5`, `1:02:03`, `62:03` (minutes and seconds, as the itunes namespace says),
    ISO 8601 (`PT1H2M3S`) and numbers with units in several languages. A plain number over 100 hours is
    milliseconds.
    """
    if not text:
        return None
    cleaned = unicodedata.normalize("NFKC", text).strip().lstrip("+~≈").strip()
    if not cleaned or len(cleaned) > 100:
        return None
    for read in (_plain, _clock, _iso, _dotted, _with_units):
        seconds = read(cleaned)
        if seconds is not None:
            return _plausible(seconds)
    return None


def _plausible(seconds: float) -> float | None:
    value = round(seconds, 3)
    return value if 0 < value <= _LONGEST else None


def _plain(text: str) -> float | None:
    if _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    match = _PLAIN.fullmatch(text)
    if match is None:
        return None
    value = _number(match.group(1), match.group(2))
    return value / 1000 if value > _LONGEST else value


def _clock(text: str) -> float | None:
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    parts = [int(part or 0) for part in match.group(1).split(":")]
    seconds = 0.0
    for part in parts[-3:]:
        seconds = seconds * 60 + part
    if len(parts) == 4:
        seconds += 86400 * parts[0]
    return seconds + _number("0", match.group(2))


def _iso(text: str) -> float | None:
    match = _ISO.fullmatch(text.upper())
    if match is None or not any(match.groups()):
        return None
    values = [float((group or "0").replace(",", ".")) for group in match.groups()]
    return values[0] * 86400 + values[1] * 3600 + values[2] * 60 + values[3]


def _dotted(text: str) -> float | None:
    match = _DOTTED.fullmatch(text)
    if match is None:
        return None
    hours, minutes, seconds = (int(group) for group in match.groups())
    return hours * 3600.0 + minutes * 60 + seconds


def _with_units(text: str) -> float | None:
    """`1h 2m 3s`, `62 min`, `1h02` (minutes follow an hour), `1 hour, 2 minutes and 3 seconds`."""
    total, last, position = 0.0, None, 0
    for match in _NUMBER_AND_UNIT.finditer(text):
        size = _SECONDS.get(match.group(2).casefold())
        if size is None:
            return None
        total += float(match.group(1).replace(",", ".")) * size
        last, position = size, match.end()
    if last is None:
        return None
    rest = text[position:].strip(" .,;")
    if rest.isdigit() and len(rest) <= 2 and last in (3600.0, 60.0):
        return total + int(rest) * last / 60
    return total if not rest else None


def _number(whole: str, fraction: str | None) -> float:
    return float(f"{whole}.{fraction or 0}")
