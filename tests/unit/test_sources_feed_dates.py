"""Dates and durations as publishers write them."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episcribe.sources.dates import parse_date
from episcribe.sources.durations import parse_duration


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Wed, 01 May 2024 06:00:00 GMT", "2024-05-01T06:00:00Z"),
        ("Wed, 01 May 2024 06:00:00 +0200", "2024-05-01T04:00:00Z"),
        ("Wed, 1 May 2024 06:00 -0730", "2024-05-01T13:30:00Z"),
        ("Foo, 01 May 2024 06:00:00 GMT", "2024-05-01T06:00:00Z"),
        ("Tue, 01 May 2024 06:00:00 GMT", "2024-05-01T06:00:00Z"),
        ("Weds,01 May 2024 06:00:00 GMT", "2024-05-01T06:00:00Z"),
        ("01 May 24 06:00:00 EST", "2024-05-01T11:00:00Z"),
        ("01 May 98 06:00:00 PDT", "1998-05-01T13:00:00Z"),
        ("Wed, 01 May 2024 06:00:00", "2024-05-01T06:00:00Z"),
        ("Wed, 01 May 2024 06:00:00 XYZ", "2024-05-01T06:00:00Z"),
        ("Wed, 01 May 2024 06:00:00 GMT+0200", "2024-05-01T04:00:00Z"),
        ("Wed, 01 May 2024 06:00:00 +02:00", "2024-05-01T04:00:00Z"),
        ("Wed, 01 May 2024 06:00:00 +2", "2024-05-01T04:00:00Z"),
        ("Wed, 01 May 2024 06:00:00 CEST", "2024-05-01T04:00:00Z"),
        ("Wed, 01 May 2024 24:00:00 GMT", "2024-05-02T00:00:00Z"),
        ("Wed, 01 May 2024 23:59:60 GMT", "2024-05-01T23:59:59Z"),
        ("Wed, 01 May 2024 6:05 PM EST", "2024-05-01T23:05:00Z"),
        ("Wed, 01 May 2024 12:05 AM", "2024-05-01T00:05:00Z"),
        ("  Wed,\n 01   May 2024 06:00:00 GMT ", "2024-05-01T06:00:00Z"),
        ("Wed, 01-May-2024 06:00:00 GMT", "2024-05-01T06:00:00Z"),
        ("Wednesday, May 1, 2024 at 6:00pm", "2024-05-01T18:00:00Z"),
        ("May 1st, 2024", "2024-05-01T00:00:00Z"),
        ("Wed May  1 06:00:00 2024", "2024-05-01T06:00:00Z"),
        ("Wed May  1 06:00:00 PDT 2024", "2024-05-01T13:00:00Z"),
        ("Wed May 01 2024 06:00:00 GMT+0200 (CEST)", "2024-05-01T04:00:00Z"),
        ("2024-05-01T06:00:00Z", "2024-05-01T06:00:00Z"),
        ("2024-05-01T06:00:00.123456+02:00", "2024-05-01T04:00:00Z"),
        ("2024-05-01T06:00:00+0200", "2024-05-01T04:00:00Z"),
        ("2024-05-01T06:00", "2024-05-01T06:00:00Z"),
        ("2024-05-01 06:00:00", "2024-05-01T06:00:00Z"),
        ("2024-05-01 06:00:00 -0500", "2024-05-01T11:00:00Z"),
        ("2024-05-01T24:00:00Z", "2024-05-02T00:00:00Z"),
        ("2024-05-01", "2024-05-01T00:00:00Z"),
        ("20240501T060000Z", "2024-05-01T06:00:00Z"),
        ("2024/05/01 06:00", "2024-05-01T06:00:00Z"),
        ("1714543200", "2024-05-01T06:00:00Z"),
        ("1714543200000", "2024-05-01T06:00:00Z"),
        ("01.05.2024", "2024-05-01T00:00:00Z"),
        ("31.12.2024 18:30 Uhr", "2024-12-31T18:30:00Z"),
        ("05/31/2024", "2024-05-31T00:00:00Z"),
        ("31/05/2024 10:00", "2024-05-31T10:00:00Z"),
        ("Mi, 01 Mai 2024 06:00:00 +0200", "2024-05-01T04:00:00Z"),
        ("mer., 01 août 2024 06:00:00 +0000", "2024-08-01T06:00:00Z"),
        ("1 de mayo de 2024", "2024-05-01T00:00:00Z"),
        ("Ср, 01 мая 2024 06:00:00 +0300", "2024-05-01T03:00:00Z"),
        ("Do, 01 Dez 2022 06:00:00 +0100", "2022-12-01T05:00:00Z"),
        ("śr., 01 października 2024", "2024-10-01T00:00:00Z"),
        ("2024年5月1日 06:00", "2024-05-01T06:00:00Z"),
        ("2024년 5월 1일", "2024-05-01T00:00:00Z"),
        ("29 Feb 2024", "2024-02-29T00:00:00Z"),
    ],
)
def test_a_date_is_read_in_the_form_it_comes_in(text: str, moment: str) -> None:
    assert parse_date(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "  ",
        "yesterday",
        "30 Feb 2024",
        "0000-00-00 00:00:00",
        "01 Foo 2024",
        "25:00",
        "9" * 200,
        "-",
        "0",
    ],
)
def test_what_is_no_date_is_none(text: str | None) -> None:
    assert parse_date(text) is None


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=60), st.text("0123456789:/-+TZ., aMPyWedGMT年", max_size=40)))
def test_a_date_is_well_formed_or_none(text: str) -> None:
    moment = parse_date(text)
    assert moment is None or (len(moment) == 20 and parse_date(moment) == moment)


@settings(max_examples=100, deadline=None)
@given(st.datetimes(datetime(1902, 1, 1), datetime(2190, 1, 1)), st.integers(-12, 14))
def test_a_date_in_rfc_822_or_iso_8601_comes_back(moment: datetime, zone: int) -> None:
    aware = moment.replace(microsecond=0, tzinfo=timezone(timedelta(hours=zone)))
    expected = aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert parse_date(format_datetime(aware)) == expected
    assert parse_date(aware.isoformat()) == expected


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1:02:03", 3723),
        ("01:02:03", 3723),
        ("00:62:03", 3723),
        ("62:03", 3723),
        ("3723", 3723),
        (" 3723 ", 3723),
        ("3723.5", 3723.5),
        ("1:02:03.250", 3723.25),
        ("3,723", 3723),
        ("PT1H2M3S", 3723),
        ("P0DT1H2M3S", 3723),
        ("PT62M", 3720),
        ("pt3723s", 3723),
        ("1h 2m 3s", 3723),
        ("1h02m03s", 3723),
        ("1 hr 2 min", 3720),
        ("1 hour, 2 minutes", 3720),
        ("62 min", 3720),
        ("62 Min.", 3720),
        ("62 minutes 3 seconds", 3723),
        ("1h02", 3720),
        ("62'03\"", 3723),
        ("1 Std. 2 Min.", 3720),
        ("62 мин", 3720),
        ("62分", 3720),
        ("1 час 2 минуты", 3720),
        ("1.5 hours", 5400),
        ("01.02.03", 3723),
        (":45", 45),
        ("0:00:45", 45),
        ("００:４５", 45),
        ("1:00:00:00", 86400),
        ("3723000", 3723),
        ("3723000 ms", 3723),
        ("45:30 min", 2730),
    ],
)
def test_a_duration_is_read_in_the_form_it_comes_in(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text", [None, "", "0", "00:00:00", "-5", "unknown", "NaN", "inf", "about an hour", "9" * 15, "P"]
)
def test_what_is_no_duration_is_none(text: str | None) -> None:
    assert parse_duration(text) is None


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=30), st.text("0123456789:.,hmsPT '\"", max_size=20)))
def test_a_duration_is_positive_and_bounded_or_none(text: str) -> None:
    seconds = parse_duration(text)
    assert seconds is None or 0 < seconds <= 360_000
