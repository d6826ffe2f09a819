"""Flags, codes and spelled-out numerals; what has two readings is refused."""

from __future__ import annotations

import re

import cn2an
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.values.words import digits_of, read_code, read_flag, read_numeral, read_parts


@pytest.mark.parametrize(
    ("flag", "texts"),
    [
        (True, ["是", "有", "\u221a", "\u2713", "\u2714", "\u2714\ufe0f", "\u2611", "Y", "yes", "TRUE", "1", "\uff11", "对", "對", "普惠", "已", "ja",
                "はい", "\u25cb", "\u25ef", "예", " 是 "]),
        (False, ["否", "无", "無", "沒有", "没有", "\u00d7", "\u2717", "\u2718", "N", "no", "False", "0", "非普惠", "未", "Nein", "いいえ",
                 "아니요"]),
    ],
)  # fmt: skip
def test_words_and_signs_of_yes_and_no(flag, texts):
    assert {text: read_flag(text).value for text in texts} == dict.fromkeys(texts, flag)


@pytest.mark.parametrize(
    "text", ["x", "X", "\u3007", "\u2612", "\u2610", "2", "1.0", "是否", "部分", "是(2023年)", "*"]
)
def test_what_is_neither_yes_nor_no_is_refused(text):
    assert read_flag(text) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("011104", "011104"),
        ("\uff10\uff11\uff11\uff11\uff10\uff14", "011104"),
        ("'011104", "011104"),
        ("\u2019011104", "011104"),
        ("211104-002A", "211104-002A"),
        ("\ufeff211104002001 ", "211104002001"),
        ("12E4", "12E4"),
        ("1.2.3", "1.2.3"),
        ("A-01", "A-01"),
    ],
)
def test_codes_are_kept_as_text(text, code):
    assert read_code(text).value == code


@pytest.mark.parametrize(
    "text",
    ["211104002.0", "2.11E+08", "2.11104E8", "2E+08", "2,11E+08", "211,104,002", "211 104", "#REF!", "#####", "=A1", "'", "211104\n211105"],
)  # fmt: skip
def test_codes_that_a_spreadsheet_spoilt_are_not_guessed_back(text):
    assert read_code(text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("零", 0), ("〇", 0), ("两", 2), ("九", 9), ("十", 10), ("十二", 12), ("廿三", 23), ("一十", 10),
        ("一百二十", 120), ("一百零五", 105), ("一百〇五", 105), ("一百五", 150), ("一百十", 110), ("两百五", 250),
        ("两千零五", 2005), ("一千零三十", 1030), ("一千三十", 1030), ("一千零三", 1003), ("一千三", 1300),
        ("三万", 30000), ("三万六", 36000), ("十二万五", 125000), ("一万零一百", 10100), ("一万一百", 10100),
        ("一万三百五十", 10350), ("三千万", 30000000), ("一亿零三十", 100000030), ("一亿三百万", 103000000), ("三万亿", 3 * 10**12),
        ("壹佰", 100), ("贰仟叁佰肆拾伍", 2345), ("壹拾", 10), ("貳萬參仟", 23000), ("弐", 2), ("五億", 500000000),
    ],
)  # fmt: skip
def test_numerals_are_read_as_they_are_spoken(text, number):
    assert read_numeral(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "一二三", "二〇二三", "零一", "两两", "一百零", "零一百", "一零千三", "一百一万三", "百", "万", "百万", "千万", "一万万",
        "三五百", "三四十", "七八百", "一千万三", "一亿三千三", "一亿两千", "一亿三", "一千零万", "十零五", "卅", "幺", "一点五", "负五",
        "3", "", "人", "一人",
    ],
)  # fmt: skip
def test_numerals_that_are_loose_or_ambiguous_are_refused(text):
    assert read_numeral(text) is None


@given(st.integers(0, 10**16 - 1), st.sampled_from(["low", "up"]))
@example(100001000, "low")
@example(5 * 10**12 + 1003, "up")
def test_a_number_spelled_out_reads_back_the_same(number, mode):
    assert read_numeral(spell(number, mode)) == number


def spell(number: int, mode: str) -> str:
    """Spell a number; cn2an leaves out the zero of 一亿零一千, which might then be 1.1亿."""
    spelled = cn2an.an2cn(number, mode)
    if 1000 <= number % 10**8 < 10**4:
        spelled = re.sub(r"亿(?=.[千仟])", "亿零", spelled)
    return spelled


@given(st.text(alphabet="零一二三两十百千万亿", min_size=1, max_size=8))
def test_a_numeral_gains_and_loses_no_digit(text):
    number = read_numeral(text)
    if number is not None:
        in_full = re.sub(r"(?<![一二三])十", "一十", text.replace("两", "二"))
        digits = [str("零一二三".index(c)) for c in in_full if c in "一二三"]
        assert digits == [digit for digit in str(number) if digit != "0"]


@pytest.mark.parametrize(
    ("text", "read"),
    [("3万6千", (36000, 3)), ("1亿2000万", (120000000, 4)), ("1万2000", (12000, 0)), ("1亿2千万", (120000000, 7)), ("5千2百", (5200, 2)),
     ("1万0500", (10500, 0)), ("1万2", None), ("3万6万", None), ("1千2百万", None), ("3千5万", None), ("1亿2000", None)],
)  # fmt: skip
def test_parts_of_a_number_follow_on_each_other(text, read):
    assert read_parts(text) == read


@pytest.mark.parametrize(
    ("text", "digits"),
    [("二〇二三", "2023"), ("二\u25cb二三", "2023"), ("二零二三", "2023"), ("壹玖玖玖", "1999"), ("2023", "2023"), ("十", None), ("", None)],
)  # fmt: skip
def test_one_numeral_per_digit(text, digits):
    assert digits_of(text) == digits
