"""Years and dates are read in the calendar that they name or that is declared, or refused."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.values.dates import order_that_texts_tell, read_date, read_year

FULL_WIDTH = str.maketrans("0123456789", "".join(chr(0xFF10 + digit) for digit in range(10)))
POSITIONAL = str.maketrans("0123456789", "〇一二三四五六七八九")
DATES = st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31))


def test_an_example_of_each_kind():
    assert read_year("2023年").value == 2023
    found = read_date("2023年9月[1]")
    assert (found.value, found.part, found.footnote) == (dt.date(2023, 9, 30), "month", "[1]")


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2023", 2023), ("2023年", 2023), ("2023 年", 2023), ("2023年度", 2023), ("2023年底", 2023), ("2023年末", 2023), ("2023.0", 2023),
        ("\uff12\uff10\uff12\uff13年", 2023), ("二〇二三年", 2023), ("二零二三年", 2023), ("二\u25cb二三年", 2023), ("二〇二三", 2023), ("1900", 1900),
        ("2099", 2099), ("民國112年", 2023), ("民国112年度", 2023), ("中華民國112年", 2023), ("民国元年", 1912), ("民國一百一十二年", 2023),
        ("民國一一二年", 2023), ("令和5年", 2023), ("令和元年", 2019), ("令和五年", 2023), ("令和5", 2023), ("平成30年", 2018), ("平成三十一年", 2019),
        ("昭和64年", 1989), ("\u337b30年", 2018),
    ],
)  # fmt: skip
def test_years_of_every_calendar_that_the_text_names(text, year):
    assert read_year(text).value == year


@pytest.mark.parametrize(
    "text",
    [
        "23", "23年", "'23", "112", "112年", "FY2023", "2023/2024", "2023-2024", "2023学年", "1899", "2100", "3023", "02023", "2023.5", "R5", "H30",
        "元年", "令和5年度", "平成32年", "令和0年", "民国0年", "民国200年", "令和2023年", "一二三", "二三年", "2023年9月", "2023年初", "-2023", "2,023",
        "2023年以来", "2023(预计)", "约2023", "\u0662\u0660\u0662\u0663",
    ],
)  # fmt: skip
def test_what_is_no_single_calendar_year_is_refused(text):
    assert read_year(text) is None


@pytest.mark.parametrize(
    ("text", "year"), [("112", 2023), ("112年", 2023), ("99", 2010), ("99年度", 2010), ("2023", 2023), ("112.0", None), ("5", None), ("200", None)]
)  # fmt: skip
def test_short_years_count_from_1912_only_where_declared(text, year):
    found = read_year(text, calendar="roc")
    assert (found and found.value) == year


@pytest.mark.parametrize(
    "text",
    [
        "2023-09-18", "2023-9-18", "2023/9/18", "2023/09/18", "2023.9.18", "2023.09.18", "20230918", "2023年9月18日", "2023年09月18日", "2023年9月18号",
        "2023 年 9 月 18 日", "2023年9月18", "\uff12\uff10\uff12\uff13年\uff19月\uff11\uff18日", "\uff12\uff10\uff12\uff13\uff0f\uff19\uff0f\uff11\uff18", "二〇二三年九月十八日",
        "二\u25cb二三年九月十八日", "民國112年9月18日", "民国112.9.18", "民國一百一十二年九月十八日", "令和5年9月18日", "令和五年九月十八日", "18.09.2023", "18.9.2023",
        "2023-09-18 12:30:00", "2023-09-18T00:00:00", "2023-09-18 00:00:00.000", "2023/9/18 8:05", "2023年9月18日 23:59", "20230918 00:00",
        "2023年9\u2f4918\u2f47", " 2023-09-18\u3000",
    ],
)  # fmt: skip
def test_days(text):
    found = read_date(text)
    assert (found.value, found.part) == (dt.date(2023, 9, 18), "day")


@pytest.mark.parametrize(
    ("text", "day", "part"),
    [
        ("2023年9月", "2023-09-30", "month"), ("2023年09月", "2023-09-30", "month"), ("2023年9月底", "2023-09-30", "month"),
        ("2023年9月末", "2023-09-30", "month"), ("2023年9月份", "2023-09-30", "month"), ("二〇二三年九月", "2023-09-30", "month"),
        ("2023-09", "2023-09-30", "month"), ("2023.9", "2023-09-30", "month"), ("2023.10", "2023-10-31", "month"), ("2023/9", "2023-09-30", "month"),
        ("202309", "2023-09-30", "month"), ("2024年2月", "2024-02-29", "month"), ("2023年2月", "2023-02-28", "month"), ("2011-12", "2011-12-31", "month"),
        ("令和5年9月", "2023-09-30", "month"), ("2023年一季度", "2023-03-31", "quarter"), ("2023年第三季度", "2023-09-30", "quarter"),
        ("2023年4季度", "2023-12-31", "quarter"), ("2023Q1", "2023-03-31", "quarter"), ("2023-Q2", "2023-06-30", "quarter"),
        ("2023年上半年", "2023-06-30", "half"), ("2023年下半年", "2023-12-31", "half"), ("2023年", "2023-12-31", "year"), ("2023", "2023-12-31", "year"),
        ("2023年底", "2023-12-31", "year"), ("2023年末", "2023-12-31", "year"), ("2023年度", "2023-12-31", "year"), ("民国112年", "2023-12-31", "year"),
    ],
)  # fmt: skip
def test_longer_times_stand_for_their_last_day_and_say_so(text, day, part):
    found = read_date(text)
    assert (found.value, found.part) == (dt.date.fromisoformat(day), part)


@pytest.mark.parametrize(
    "text",
    [
        "2023-02-30", "2023-13-01", "2023-00-10", "2023-13", "2023年13月", "20231301", "202313", "99999999", "23-9-18", "23.9.18", "18.09.23", "9月18日", "9月",
        "112.9.18", "112年9月18日", "1120918", "18/09/2023", "09/18/2023", "18-09-2023", "2023-9/18", "1899-12-31", "2100-01-01", "45187", "45187.5",
        "2023.1",  # what Excel leaves of 2023.10
        "2008/09", "2009/10",  # school years
        "2023/2024", "2023年初", "2023年前三季度", "2023年五季度", "2023年9月18日-20日", "2023-09-18T16:00:00Z", "2023-09-18 16:00+08:00", "2023-09-18 25:00",
        "2023-09 12:00", "2023 12:00", "令和5年度", "令和5年2月30日", "2023年9月18日起", "约2023年", "2023-09-018", "二〇二三年一八月", "2023--09--18",
    ],
)  # fmt: skip
def test_what_is_no_day_or_has_two_readings_is_refused(text):
    assert read_date(text) is None


@pytest.mark.parametrize(
    ("text", "day", "part"),
    [
        ("112.9.18", "2023-09-18", "day"), ("112/09/18", "2023-09-18", "day"), ("112-9-18", "2023-09-18", "day"), ("112年9月18日", "2023-09-18", "day"),
        ("1120918", "2023-09-18", "day"), ("99.9.18", "2010-09-18", "day"), ("112年9月", "2023-09-30", "month"), ("112年", "2023-12-31", "year"),
        ("2023-09-18", "2023-09-18", "day"), ("112.9", None, None), ("112/9", None, None), ("9.9.18", None, None),
    ],
)  # fmt: skip
def test_short_years_of_dates_count_from_1912_only_where_declared(text, day, part):
    found = read_date(text, calendar="roc")
    assert (found and (found.value.isoformat(), found.part)) == (day and (day, part))


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("18/09/2023", "dmy", "2023-09-18"), ("18-9-2023", "dmy", "2023-09-18"), ("09/18/2023", "mdy", "2023-09-18"), ("9-18-2023", "mdy", "2023-09-18"),
        ("09/18/2023", "dmy", None), ("18/09/2023", "mdy", None), ("09.10.2023", "dmy", "2023-10-09"), ("09.10.2023", "ymd", "2023-10-09"),
        ("09.10.2023", "mdy", "2023-09-10"), ("2023-09-18", "dmy", "2023-09-18"), ("18/09/23", "dmy", None), ("18/09-2023", "dmy", None),
    ],
)  # fmt: skip
def test_the_order_of_dates_that_end_with_the_year_is_declared(text, order, day):
    found = read_date(text, date_order=order)
    assert (found and found.value.isoformat()) == day


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        pytest.param(["03/04/2025", "13/04/2025"], "dmy", id="a-day-that-is-no-month"),
        pytest.param(["03/04/2025", "04/13/2025"], "mdy", id="a-month-cannot-be-so-large"),
        pytest.param(["03-04-2025", "31-12-2025 08:00"], "dmy", id="with-a-time-of-day"),
        pytest.param(["03/04/2025", "05/06/2025"], None, id="nothing-decides"),
        pytest.param(["13/04/2025", "04/13/2025"], None, id="two-disagree"),
        pytest.param(["03/04/2025", "31/02/2025"], None, id="a-day-that-no-month-has"),
        pytest.param(["03/04/2025", "2025-12-31", "2025年4月", "…"], None, id="other-forms"),
        pytest.param(["03.04.2025", "04.13.2025"], "mdy", id="points-between-them"),
    ],
)
def test_another_date_of_the_column_tells_the_order(texts, order):
    assert order_that_texts_tell(texts) == order


@pytest.mark.parametrize(
    ("text", "system", "day"),
    [
        ("45187", 1900, "2023-09-18"), ("45187.5", 1900, "2023-09-18"), ("45187.0", 1900, "2023-09-18"), ("43725", 1904, "2023-09-18"),
        ("1", 1900, "1900-01-01"), ("59", 1900, "1900-02-28"), ("60", 1900, None), ("61", 1900, "1900-03-01"), ("1", 1904, "1904-01-02"),
        ("60", 1904, "1904-03-01"), ("0", 1900, None), ("-1", 1900, None), ("80000", 1900, None), ("73050", 1900, "2099-12-31"), ("73051", 1900, None),
        ("2023", 1900, None), ("2023.9", 1900, None), ("45187 12:00", 1900, None), ("202309", 1900, "2023-09-30"), ("2023-09-18", 1900, "2023-09-18"),
    ],
)  # fmt: skip
def test_serial_numbers_of_excel_are_read_only_in_a_declared_system(text, system, day):
    found = read_date(text, date_system=system)
    assert (found and found.value.isoformat()) == day


def test_a_serial_number_that_is_a_year_of_the_declared_calendar_is_refused():
    assert read_date("112", calendar="roc").part == "year"
    assert read_date("112", calendar="roc", date_system=1900) is None


@given(DATES)
def test_a_day_reads_back_in_every_form_that_names_its_parts(day):
    forms = [
        day.isoformat(), f"{day:%Y/%m/%d}", f"{day:%Y%m%d}", f"{day.year}.{day.month}.{day.day}", f"{day:%d.%m.%Y}", f"{day.year}年{day.month}月{day.day}日",
        f"{day} 12:30", day.isoformat().translate(FULL_WIDTH),
        f"{str(day.year).translate(POSITIONAL)}年{_spelled(day.month)}月{_spelled(day.day)}日",
    ]  # fmt: skip
    if day.year > 1911:
        forms.append(f"民國{day.year - 1911}年{day.month}月{day.day}日")
    assert {form: read_date(form).value for form in forms} == dict.fromkeys(forms, day)


def _spelled(number: int) -> str:
    tens, ones = divmod(number, 10)
    digits = " 一二三四五六七八九"
    return ("", "十", "二十", "三十")[tens] + digits[ones].strip()


@given(DATES)
def test_serial_numbers_count_the_days_of_both_systems(day):
    serials = {1900: (day - dt.date(1899, 12, 30)).days, 1904: (day - dt.date(1904, 1, 1)).days}
    for system, serial in serials.items():
        in_range = serial > (60 if system == 1900 else 0)
        if in_range and not 1900 <= serial <= 2099:
            assert read_date(str(serial), date_system=system).value == day


@given(st.integers(0, 9999))
def test_no_year_outside_two_centuries_is_read(number):
    found = read_year(str(number))
    assert (found and found.value) == (number if 1900 <= number <= 2099 else None)
