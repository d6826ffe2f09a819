"""Numbers are read exactly, with what the cell says about them, or refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_values import ANY_TEXT
from test_words import spell

from pipeline.values.numbers import read_number

FULL_WIDTH = str.maketrans(
    "0123456789,.%-", "".join(chr(ord(c) + 0xFEE0) for c in "0123456789,.%-")
)
COUNTS = st.integers(0, 10**15 - 1)
EXACT = st.decimals(-(10**9), 10**9, places=6)


def read(text, decimal="."):
    """Value as text, or None where the text is refused."""
    found = read_number(text, decimal=decimal)
    return found and str(found.value)


def test_everything_that_one_cell_says():
    found = read_number("\u7ea6\uff14\uff12.3万人\u2460")
    assert (found.value, found.unit, found.qualifier, found.footnote) == (
        423000,
        "人",
        "about",
        "\u2460",
    )
    assert (found.factor, found.precision) == (10000, 1000)
    assert (found.missing, found.low, found.high) == (None, None, None)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1904", "1904"), ("1,904", "1904"), ("1\uff0c904", "1904"), ("\uff11\uff0c\uff19\uff10\uff14", "1904"), ("1'904", "1904"), ("1\u2019904", "1904"),
        ("1 904", "1904"), ("1\u00a0904", "1904"), ("1\u2009904", "1904"), ("1\u202f904", "1904"), ("1\u3000904", "1904"), ("1,234,567", "1234567"),
        ("1,904.00", "1904"), ("220.0", "220"), ("1,904.5", "1904.5"), ("4.50", "4.5"), ("\uff14\uff0e\uff15", "4.5"), ("0", "0"), ("-0", "0"),
        ("0.0", "0"), ("007", "7"), ("+5", "5"), ("-5", "-5"), ("\u22125", "-5"), ("\uff0d\uff15", "-5"), ("(5)", "-5"), ("\uff085\uff09", "-5"),
        ("(1,904.5)", "-1904.5"), ("(0)", "0"), ("\u25b35", "-5"), ("\u25b25", "-5"), ("\u25b2 1,904", "-1904"), ("负5", "-5"), ("负五", "-5"),
        ("999999999999999", "999999999999999"), ("0.000001", "0.000001"), ("0.1000000", "0.1"), ("1\u200b904", "1904"), (" 1904\ufeff", "1904"),
    ],
)  # fmt: skip
def test_plain_numbers(text, value):
    assert read(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.904,5", "1904.5"), ("1.904", "1904"), ("1,904", "1.904"), ("1904,5", "1904.5"), ("1 904,5", "1904.5"), ("1'904,5", "1904.5"),
        ("1.234.567", "1234567"), ("33,18%", "0.3318"), ("1,5 Mio.", "1500000"), ("1.90", None), ("12.5", None), ("1,904.5", None), ("1.904.5", None),
        ("1,904,567", None), ("4,2-4,5", None),
    ],
)  # fmt: skip
def test_a_decimal_comma_swaps_both_marks(text, value):
    if text == "4,2-4,5":
        found = read_number(text, decimal=",")
        assert (found.value, found.low, found.high) == (None, Decimal("4.2"), Decimal("4.5"))
    else:
        assert read(text, decimal=",") == value


@pytest.mark.parametrize(
    "text",
    [
        "1,2345", "12,34", "1,89", "1,904,5", "1,904 567", "0,123", "1,,904", "1 90", "1 2", "1.2.3", "1.904,5", "5..0", "5.", ".5", "1e5", "1E5",
        "2.11E+08", "0x10", "--5", "- 5", "+-5", "5-", "5~", "-(5)", "((5))", "(-5)", "(约5)", "约(5)", "(5", "5)", "\u00b15", "\u221e", "=A1", "#REF!",
        "\u0661\u0662", "\u06f5", "\u00bd", "5\u00bd", "\u2167", "\u2460", "\u00b9", "10\u00b2", "5\u00d710\u2074", "1904(2)", "1904\uff082\uff09",
        "1904[2023]", "1\n904", "12\u3001500", "5,", "#5", "5*3", "3+2", "3/4", "1:2", "5\u3002", "1904.", "1000000000000000",
        "9999999999999999", "999999999999999万", "*1904", "'5", "\u20135",
    ],
)  # fmt: skip
def test_what_is_no_number_or_has_two_readings_is_refused(text):
    assert read_number(text) is None


@pytest.mark.parametrize(
    ("text", "value", "factor", "precision"),
    [
        ("42.3万", "423000", "10000", "1000"), ("42.30万", "423000", "10000", "100"), ("5 万", "50000", "10000", "10000"), ("3百", "300", "100", "100"),
        ("5千", "5000", "1000", "1000"), ("2佰", "200", "100", "100"), ("2仟", "2000", "1000", "1000"), ("1.2亿", "120000000", "100000000", "10000000"),
        ("3百万", "3000000", "1000000", "1000000"), ("3千万", "30000000", "10000000", "10000000"), ("2万亿", "2000000000000", "1000000000000", "1000000000000"),
        ("5百亿", "50000000000", "10000000000", "10000000000"), ("42.3萬", "423000", "10000", "1000"), ("1億", "100000000", "100000000", "100000000"),
        ("5만", "50000", "10000", "10000"), ("3억", "300000000", "100000000", "100000000"), ("5 Tsd.", "5000", "1000", "1000"), ("1.5 Mio.", "1500000", "1000000", "100000"),
        ("2 Mrd.", "2000000000", "1000000000", "1000000000"), ("5 Millionen", "5000000", "1000000", "1000000"), ("5 thousand", "5000", "1000", "1000"),
        ("1.5 million", "1500000", "1000000", "100000"), ("1,904", "1904", "1", "1"), ("1904.50", "1904.5", "1", "0.01"), ("1,904万", "19040000", "10000", "10000"),
        ("33.18%", "0.3318", "0.01", "0.0001"), ("\uff13\uff13\uff0e\uff11\uff18\uff05", "0.3318", "0.01", "0.0001"), ("5\u2030", "0.005", "0.001", "0.001"),
        ("33.18 %", "0.3318", "0.01", "0.0001"), ("120%", "1.2", "0.01", "0.01"), ("-3.5%", "-0.035", "0.01", "0.001"), ("(3.5%)", "-0.035", "0.01", "0.001"),
        ("3成", "0.3", "0.1", "0.1"), ("三成", "0.3", "0.1", "0.1"), ("八成五", None, None, None),
        ("百分之三十三点一八", "0.3318", "0.01", "0.0001"), ("百分之33.18", "0.3318", "0.01", "0.0001"), ("百分之百", "1", "0.01", "1"),
        ("千分之五", "0.005", "0.001", "0.001"), ("万分之五", "0.0005", "0.0001", "0.0001"), ("负百分之五", "-0.05", "0.01", "0.01"),
        ("百分之5%", None, None, None), ("5万%", None, None, None), ("5个百分点", None, None, None),
        ("三分之一", None, None, None), ("5兆", None, None, None), ("5万万", None, None, None), ("5w", None, None, None), ("5k", None, None, None),
        ("5 billion", None, None, None), ("5천만", None, None, None), ("5十万", None, None, None), ("万", None, None, None), ("近万", None, None, None),
    ],
)  # fmt: skip
def test_scaling_words_and_shares_multiply_exactly(text, value, factor, precision):
    found = read_number(text)
    assert (found and (str(found.value), str(found.factor), str(found.precision))) == (
        value and (value, factor, precision)
    )


@pytest.mark.parametrize(
    ("text", "value", "precision"),
    [
        ("零", "0", "1"), ("〇", "0", "1"), ("十", "10", "10"), ("一百二十", "120", "10"), ("一百二十三", "123", "1"), ("两千零五", "2005", "1"),
        ("三万六", "36000", "1000"), ("壹佰", "100", "100"), ("贰仟叁佰元整", "2300", "100"), ("三千万", "30000000", "10000000"), ("十二点五", "12.5", "0.1"),
        ("十二點五", "12.5", "0.1"), ("十二点五万", "125000", "1000"), ("零点零五", "0.05", "0.01"), ("三万元", "30000", "10000"), ("两家", "2", "1"),
        ("3万6千", "36000", "1000"), ("1亿2000万", "120000000", "10000"), ("1万2000人", "12000", "1"), ("1亿2千万元", "120000000", "10000000"),
        ("1万2", None, None), ("3万6千万", None, None), ("1千2百万", None, None), ("一二三", None, None), ("二〇二三", None, None), ("零一", None, None),
        ("百万", None, None), ("三五百", None, None), ("（一）", None, None), ("(三)", None, None), ("第一", None, None), ("一般", None, None),
        ("三级", None, None), ("九月", None, None), ("一等", None, None), ("十几", None, None), ("数百", None, None), ("十二点", None, None),
        ("3十", None, None), ("三6", None, None),
    ],
)  # fmt: skip
def test_numerals_and_numbers_in_parts_have_a_factor_of_one_unless_scaled(text, value, precision):
    found = read_number(text)
    assert (found and (str(found.value), str(found.precision))) == (value and (value, precision))
    if found and "点五万" not in text:
        assert found.factor == 1


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("12人", "12", "人"), ("12 人", "12", "人"), ("5万元", "50000", "元"), ("5千人", "5000", "人"), ("5千克", "5000", "克"), ("120张", "120", "张"),
        ("4.5个/千人", "4.5", "个/千人"), ("4.5托位/千人口", "4.5", "托位/千人口"), ("4.5个每千人", "4.5", "个每千人"), ("500元/人·月", "500", "元/人·月"),
        ("2次/机构·季度", "2", "次/机构·季度"), ("500\u33a1", "500", "\u33a1"), ("500m\u00b2", "500", "m\u00b2"), ("500m2", "500", "m2"), ("500平方米", "500", "平方米"),
        ("100円", "100", "円"), ("300人次", "300", "人次"), ("3岁", "3", "岁"), ("5 Plätze", "5", "Plätze"), ("3억원", "300000000", "원"),
        ("33.18%", "0.3318", "%"), ("5\u2030", "0.005", "\u2030"), ("1904", "1904", "None"), ("\uffe51,904", "1904", "¥"), ("¥5万", "50000", "¥"),
        ("¥ 5", "5", "¥"), ("￥5.5元", "5.5", "元"), ("$5", "5", "$"), ("5€", "5", "€"), ("1.5 Mio. €", "1500000", "€"), ("¥500/月", "500", "¥/月"),
        ("-¥5", "-5", "¥"), ("¥-5", "-5", "¥"), ("一百二十名", "120", "名"), ("壹佰元整", "100", "元"), ("2023年", "2023", "年"),
        ("5/人", None, None), ("¥5人", None, None), ("$5%", None, None), ("-¥-5", None, None), ("12月底前完成", None, None), ("3岁以下婴幼儿", None, None),
        ("5人，其中女3人", None, None), ("120个托位，已建成", None, None), ("5 places per town", None, None), ("5个普惠性托育服务机构的托位", None, None),
        ("5人3", None, None), ("5人一", None, None), ("5个(含2个)", None, None), ("5e", None, None), ("5成人", None, None),
    ],
)  # fmt: skip
def test_units_are_handed_on_as_written_but_sentences_are_none(text, value, unit):
    found = read_number(text)
    assert (found and (str(found.value), str(found.unit))) == (value and (value, unit))


@pytest.mark.parametrize(
    ("qualifier", "texts"),
    [
        ("about", ["约5", "約5", "大约 5", "5左右", "5人左右", "5许", "~5", "\uff5e5", "\u22485", "ca. 5", "ca 5", "etwa 5", "about 5", "About 5", "约5左右", "5上下"]),
        ("over", ["超5", "超过5", "逾5", ">5", "\uff1e5", "5余", "5余人", "5多人", "5人多", "超5余", "over 5", "more than 5", "über 5"]),
        ("under", ["近5", "将近5", "不足5", "不到5", "<5", "\uff1c5", "接近5", "fast 5", "less than 5"]),
        ("at_least", ["至少5", "不少于5", "不低于5", "\u22655", "\u22675", ">=5", "5以上", "5人以上", "5+", "5+人", "至少5人以上", "mindestens 5"]),
        ("at_most", ["至多5", "最多5", "不超过5", "\u22645", "<=5", "5以下", "5人以下", "5以内", "höchstens 5"]),
        (None, ["5", "5人", "+5"]),
    ],
)  # fmt: skip
def test_hedges_before_and_after_the_number(qualifier, texts):
    found = {text: read_number(text) for text in texts}
    assert {text: (v.value, v.qualifier) for text, v in found.items()} == dict.fromkeys(
        texts, (5, qualifier)
    )


@pytest.mark.parametrize(
    ("text", "value", "qualifier", "unit"),
    [
        ("1万余人", "10000", "over", "人"), ("1万多", "10000", "over", "None"), ("10多万", "100000", "over", "None"), ("三十余万元", "300000", "over", "元"),
        ("一百余家", "100", "over", "家"), ("2060余个", "2060", "over", "个"), ("3000余万元", "30000000", "over", "元"), ("近 3 000", "3000", "under", "None"),
        ("\u226560%", "0.6", "at_least", "%"), ("50%以上", "0.5", "at_least", "%"), ("近三成", "0.3", "under", "成"), ("10万人左右", "100000", "about", "人"),
        ("约-5", "-5", "about", "None"), ("不低于4.5个/千人", "4.5", "at_least", "个/千人"), ("至少¥5", "5", "at_least", "¥"),
    ],
)  # fmt: skip
def test_hedges_stand_with_scales_and_units(text, value, qualifier, unit):
    found = read_number(text)
    assert (str(found.value), found.qualifier, str(found.unit)) == (value, qualifier, unit)


@pytest.mark.parametrize(
    "text",
    ["近5000余", "约5000余", "超过5万以上", "至少5人以下", "约5以上", "约近5", "不超过5+", "近10多万", "约", "左右", "近万人", "5以上以下", "60-100以上", "至少60-100"],
)  # fmt: skip
def test_hedges_that_contradict_each_other_are_refused(text):
    assert read_number(text) is None


@pytest.mark.parametrize(
    ("text", "low", "high", "unit", "precision"),
    [
        ("60-100", "60", "100", "None", "1"), ("60\u2014100", "60", "100", "None", "1"), ("60\u2014\u2014100", "60", "100", "None", "1"),
        ("60\u2013100", "60", "100", "None", "1"), ("60~100", "60", "100", "None", "1"), ("60\u301c100", "60", "100", "None", "1"), ("60 - 100", "60", "100", "None", "1"),
        ("60至100人", "60", "100", "人", "1"), ("60到100", "60", "100", "None", "1"), ("60人至100人", "60", "100", "人", "1"), ("1,904-2,060", "1904", "2060", "None", "1"),
        ("\uff13\uff10\uff05\uff5e\uff14\uff10\uff05", "0.3", "0.4", "%", "0.01"), ("30-40%", "0.3", "0.4", "%", "0.01"), ("4.5-5", "4.5", "5", "None", "1"),
        ("2-3万", "20000", "30000", "None", "10000"), ("2万-3万人", "20000", "30000", "人", "10000"), ("8千-1.2万", "8000", "12000", "None", "1000"),
        ("0-3岁", "0", "3", "岁", "1"), ("三至五个", "3", "5", "个", "1"), ("三万至五万元", "30000", "50000", "元", "10000"), ("¥60-100", "60", "100", "¥", "1"),
        ("1,950-2,050", "1950", "2050", "None", "1"), ("1000000-2000000人", None, None, None, None),
    ],
)  # fmt: skip
def test_ranges_have_two_ends_and_no_value(text, low, high, unit, precision):
    found = read_number(text)
    if low is None:
        assert found is None
    else:
        assert (found.value, str(found.low), str(found.high)) == (None, low, high)
        assert (str(found.unit), str(found.precision)) == (unit, precision)


def test_a_range_may_be_about():
    found = read_number("约2-3万人*")
    assert (found.low, found.high, found.qualifier, found.unit) == (20000, 30000, "about", "人")
    assert (found.factor, found.footnote) == (10000, "*")


@pytest.mark.parametrize(
    "text",
    [
        "100-60", "60-60", "5-", "-5-3", "-5--3", "5-10-15", "2023-09", "2023-2025", "2023~2025", "2023年-2025年", "2023-09-18", "0427-3530118", "400-8208820",
        "01-02", "60人-100", "60人-100户", "30%-40", "500-1万", "5余-10", "二至三万", "三至50", "三十至四十五", "60至", "至60", "60/100", "60:100", "(60-100)",
    ],
)  # fmt: skip
def test_years_telephones_and_unequal_ends_are_no_ranges(text):
    assert read_number(text) is None


@given(ANY_TEXT)
def test_a_number_is_a_value_or_a_range_or_missing_and_fits_the_warehouse(text):
    found = read_number(text)
    if found is not None:
        says = [found.value is not None, found.low is not None, found.missing is not None]
        assert says.count(True) == 1
        assert (found.low is None) == (found.high is None)
        for number in (found.value, found.low, found.high):
            assert number is None or (abs(number) < 10**15 and number == round(number, 6))
        assert (found.precision is None) == (found.missing is not None)
        assert found.precision is None or found.precision > 0


@given(
    COUNTS,
    st.sampled_from([",", "\uff0c", "'", "\u2019", " ", "\u00a0", "\u2009", "\u202f", "\u3000"]),
)
def test_a_count_reads_back_with_any_mark_between_its_thousands(count, mark):
    assert read(f"{count:,}".replace(",", mark)) == str(count)


@given(COUNTS)
def test_a_count_reads_back_in_full_width_and_with_a_decimal_comma(count):
    assert read(f"{count:,}".translate(FULL_WIDTH)) == str(count)
    assert read(f"{count:,}".replace(",", "."), decimal=",") == str(count)


@given(COUNTS, st.sampled_from(["low", "up"]))
def test_a_count_reads_back_spelled_out(count, mode):
    assert read(spell(count, mode)) == str(count)


@given(EXACT)
def test_a_decimal_reads_back_as_itself(number):
    assert read_number(f"{number:f}").value == number
    assert read_number(f"{number:f}".replace(".", ","), decimal=",").value == number
    assert read_number(f"{number:f}".translate(FULL_WIDTH)).value == number


@given(
    st.decimals(0, 9999, places=2),
    st.sampled_from([("百", 2), ("千", 3), ("万", 4), ("百万", 6), ("千万", 7), ("亿", 8), ("%", -2), ("\u2030", -3)]),
    st.sampled_from(["", "约", "近", "\u2265"]),
)  # fmt: skip
def test_a_scale_multiplies_the_written_number_exactly(number, scale, hedge):
    word, power = scale
    found = read_number(f"{hedge}{number}{word}")
    assert found.value == number.scaleb(power)
    assert found.factor == Decimal(10) ** power
    assert found.precision == Decimal("0.01").scaleb(power)


@given(COUNTS, COUNTS)
def test_a_range_reads_back_with_both_ends_in_order(first, second):
    found = read_number(f"{first:,}~{second:,}人")
    if first < second and not (1900 <= first <= 2099 and 1900 <= second <= 2099):
        assert (found.low, found.high) == (first, second)
    elif first >= second:
        assert found is None
