"""Texts are folded without gaining a digit; a missing figure says why, and is never zero."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.values.cell_value import NEVER_MISSING, fold, read_missing, take_footnote
from pipeline.values.dates import read_date, read_year
from pipeline.values.numbers import read_number
from pipeline.values.words import read_code, read_flag

# Every character that some pattern looks for, and the look-alikes that fold to one.
TELLING = (
    "0123456789.,'\u2019 \u00a0\u2009\u3000\n\t-\u2212\u2013\u2014~\u301c\uff5e+%\u2030()[]/*:<>\u2265\u2264#=?xXeETQ"
    "\uff10\uff15\uff0c\uff0e\uff0d\uff08\uff09\uff05\u0661\u06f5\u00b9\u00b2\u2070\u2460\u24f5\u00bd\u2167\u33a1\u2f06\u200b\ufeff"
    "零〇一二三两九十百千万亿萬億壹佰廿点兆约近超过不足至到余多左右以上下许人元个年月日度底季上半民国令和平成元百分之成每·"
    "\u25b3\u25b2¥$€注\u203b만억k\u00e9\u0301\ud800"
)
ANY_TEXT = st.one_of(
    st.text(alphabet=TELLING, max_size=14),
    st.text(alphabet=st.characters(), max_size=20),
    st.text(
        alphabet=st.characters(categories=["Nd", "No", "Nl", "So", "Cs", "Cf", "Zs"]), max_size=8
    ),
)


@given(ANY_TEXT)
def test_no_text_makes_a_reader_raise(text):
    for decimal in (".", ","):
        read_number(text, decimal=decimal)
    for calendar in ("gregorian", "roc"):
        read_year(text, calendar=calendar)
        for order, system in (("ymd", None), ("dmy", 1900), ("mdy", 1904)):
            read_date(text, calendar=calendar, date_order=order, date_system=system)
    read_flag(text)
    read_code(text)
    read_missing(text)


@pytest.mark.parametrize(
    "read", [read_number, read_year, read_date, read_flag, read_code, read_missing]
)
@pytest.mark.parametrize(
    "text",
    ["", " ", "\u3000\u00a0\ufeff", "9" * 201, "1" + " " * 400, "-" * 300, "一" * 300, "1," * 101],
    ids=["empty", "blank", "unseen", "digits", "blanks", "dashes", "numerals", "groups"],
)
def test_blank_texts_and_those_of_endless_length_are_no_value(read, text):
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("\ufeff 1904\u3000\u00a0", "1904"),
        ("1\u200b9\u00ad04", "1904"),
        ("\uff11\uff0c\uff19\uff10\uff14", "1,904"),
        ("\uff10\u2009\uff11", "0 1"),
        ("\u2f06\u2f08", "二人"),  # radicals of PDF files
        ("\u1106\u1161\u11ab", "만"),  # letters apart, as macOS writes them
        ("1904\u00b9", "1904\u00b9"),
        ("1904\u2460", "1904\u2460"),
        ("\u00bd", "\u00bd"),
        ("\u2163", "\u2163"),
        ("500\u33a1", "500\u33a1"),
        ("\u3220", "\u3220"),  # a one in brackets
        ("\u0661\u0662", "\u0661\u0662"),  # digits that NFKC leaves
    ],
)
def test_width_is_folded_but_no_mark_becomes_a_digit(text, folded):
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "rest", "mark"),
    [
        ("1904[1]", "1904", "[1]"),
        ("1904 [12]", "1904", "[12]"),
        ("1904\u30141\u3015", "1904", "\u30141\u3015"),
        ("1904\u2460", "1904", "\u2460"),
        ("1904\u2460\u2461", "1904", "\u2460\u2461"),
        ("1904\u2776", "1904", "\u2776"),
        ("1904\u00b9", "1904", "\u00b9"),
        ("1904\u00b9\u207e", "1904", "\u00b9\u207e"),
        ("1904*", "1904", "*"),
        ("1904**", "1904", "**"),
        ("1904注", "1904", "注"),
        ("1904注2", "1904", "注2"),
        ("1904(注1)", "1904", "(注1)"),
        ("1904\u203b", "1904", "\u203b"),
        ("1904(2)", "1904(2)", None),
        ("1904[2023]", "1904[2023]", None),
        ("500m\u00b2", "500m\u00b2", None),
        ("10\u00b2", "10\u00b2", None),  # a hundred
        ("5\u00d710\u2074", "5\u00d710\u2074", None),
        ("10\u00b2*", "10\u00b2*", None),
        ("10\u00b9\u207e", "10", "\u00b9\u207e"),
        ("1910\u00b2", "1910", "\u00b2"),
        ("1904", "1904", None),
    ],
)
def test_footnote_marks_are_taken_off_the_end(text, rest, mark):
    assert take_footnote(fold(text)) == (rest, mark)


@pytest.mark.parametrize(
    ("reason", "texts"),
    [
        ("dash", ["-", "--", "- -", "\u2014", "\u2014\u2014", "\u2013", "\uff0d", "\u2015", "\u2500", "\u2212", " - "]),
        ("not_applicable", ["/", "\\", "\uff0f", "不适用", "不適用", "免填", "不涉及"]),
        ("not_available", ["\u2026", "...", "\u2026\u2026", "\u3002\u3002\u3002", "..", ".", "NA", "N/A", "N / A", "n.a.", "#N/A",
                           "null", "None", "nan", "NaN", "\uff2e\uff21"]),
        ("suppressed", ["\u00d7", "x", "X", "***", "\uff0a\uff0a\uff0a", "****", "保密", "涉密", "秘"]),
        ("unknown", ["不详", "未知", "不明", "unbekannt", "Unknown", "?", "\uff1f", "??"]),
        ("not_yet", ["暂无", "待定", "待统计", "未统计", "未报", "未填", "缺", "缺失", "未定", "TBD", "k.A.", "k. A.", "未公布"]),
        (None, ["无", "没有", "nil", "零", "0", "一", "*", "**", "1904", "-5", "xx", "#REF!", "#DIV/0!", "\u30fc", ""]),
    ],
)  # fmt: skip
def test_a_missing_figure_says_why(reason, texts):
    assert {text: read_missing(text) for text in texts} == dict.fromkeys(texts, reason)


@pytest.mark.parametrize("read", [read_number, read_year, read_date, read_flag, read_code])
@pytest.mark.parametrize(
    ("text", "reason"), [("\u2014", "dash"), ("不详", "unknown"), ("/", "not_applicable")]
)
def test_every_reader_tells_of_missing_figures(read, text, reason):
    found = read(text)
    assert found.value is None
    assert found.missing == reason


@pytest.mark.parametrize("read", [read_number, read_year, read_date])
def test_a_missing_figure_may_bear_a_footnote(read):
    found = read("\u2014\u2460")
    assert (found.value, found.missing, found.footnote) == (None, "dash", "\u2460")


@pytest.mark.parametrize("read", [read_number, read_year, read_date])
@pytest.mark.parametrize("text", ["无", "没有", "nil", "#REF!", "#DIV/0!", "=A1"])
def test_none_and_errors_of_spreadsheets_are_neither_zero_nor_missing(read, text):
    assert read(text) is None


@given(ANY_TEXT | st.text(alphabet="暂无不详数据保密缺失/／n a.-…托1", max_size=4))
def test_a_text_seen_at_once_to_be_no_missing_figure_is_none(text):
    assert not (re.search(NEVER_MISSING, text) and read_missing(text))


def test_ordinary_names_are_seen_at_once_to_be_no_missing_figure():
    assert all(re.search(NEVER_MISSING, name) for name in ["阳光托育园", "A12", "甲镇"])
