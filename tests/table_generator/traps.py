"""How people write tables: every trap changes a draft, and with it what a careful clerk would load.

A trap returns whether the draft took it: it leaves tables alone to which it does not apply.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from random import Random

from table_generator.tables import Cell, Column, Draft, Line, write_number

Trap = Callable[[Random, Draft, str], bool]
TRAPS: dict[str, Trap] = {}
SCALES = {"万": 10_000, "千": 1_000, "百": 100}
WORKBOOKS = ("xlsx", "xls")
TEXTS = ("csv", "tsv", "txt")


# Traps that few tables can hold are tried more often, so that all are met about as often.
RARE: dict[str, int] = {}


def trap(times: int = 1) -> Callable[[Trap], Trap]:
    """Register a trap by its name, to be tried so many times as often as others."""

    def register(function: Trap) -> Trap:
        TRAPS[function.__name__] = function
        RARE[function.__name__] = times
        return function

    return register


def _counted(draft: Draft) -> list[Column]:
    """Columns of numbers that have a unit for the whole column."""
    return [
        column for column in draft.numbers if column.field is not None and column.field != "value"
    ]


def _draw_scale(random: Random, column: Column, chance: float = 0.7) -> str:
    """A scaling word for a column: persons are counted in 万, places and fees are not."""
    if column.unit != "人" or column.field == "enrolled_children" or random.random() > chance:
        return ""
    return random.choice(("万", "万", "万", "千", "百"))


# --- in which unit numbers are, and where that is said ---------------------------------------------


@trap()
def unit_in_label(random: Random, draft: Draft, suffix: str) -> bool:
    """常住人口(万人), 月收费（元/月）."""
    if draft.has_units or not _counted(draft):
        return False
    draft.has_units = True
    for column in _counted(draft):
        word = _draw_scale(random, column)
        if word == "" and random.random() < 0.4:
            continue
        column.scale = SCALES.get(word, 1)
        unit = word + random.choice(
            (column.unit, "元/月") if column.unit == "元" else (column.unit,)
        )
        brackets = ("({0})", "（{0}）", "（单位：{0}）", "(单位:{0})", "\n（{0}）", "/{0}", "[{0}]")
        column.unit_in_label = random.choice(brackets).format(unit)
    return True


def _scale_all(random: Random, draft: Draft) -> str | None:
    """Give every column of a population one scaled unit; the unit, or None if it does not fit."""
    if draft.has_units or draft.contract != "population":
        return None
    draft.has_units = True
    word = random.choice(("万", "万", "千", "百"))
    for column in _counted(draft):
        column.scale = SCALES[word]
    return word + "人"


def _place_line(random: Random, draft: Draft, text: str, *others: str) -> list[str]:
    """A line of which the text stands at the left, at the right, or beside others."""
    width = len(draft.columns)
    cells = [""] * max(width, len(others) + 1)
    cells[: len(others)] = others
    cells[random.choice((len(others), len(cells) - 1))] = text
    return [text] if not others and random.random() < 0.4 else cells


@trap(2)
def unit_line_above(random: Random, draft: Draft, suffix: str) -> bool:
    """单位:万人, alone in its line or in words that offices use for it."""
    unit = _scale_all(random, draft)
    if unit is None:
        return False
    words = (
        "单位:{0}",
        "单位：{0}",
        "（单位：{0}）",
        "计量单位：{0}",
        "单 位：{0}",
        "人口单位：{0}",
        "数据单位:{0}",
    )
    draft.before.append(_place_line(random, draft, random.choice(words).format(unit)))
    return True


@trap(3)
def unit_line_beside_reporting_office(random: Random, draft: Draft, suffix: str) -> bool:
    """填报单位:某县统计局,,单位:万人: the first is no unit."""
    unit = _scale_all(random, draft)
    if unit is None:
        return False
    office = (
        random.choice(("填报单位", "制表单位", "编制单位", "报送单位"))
        + f":{draft.county.name}统计局"
    )
    if random.random() < 0.3:
        draft.before.append([f"{office}　　　{random.choice(('单位', '计量单位'))}：{unit}"])
    else:
        draft.before.append(_place_line(random, draft, f"单位:{unit}", office))
    return True


@trap(3)
def unit_line_below(random: Random, draft: Draft, suffix: str) -> bool:
    """注:人口单位为万人."""
    unit = _scale_all(random, draft)
    if unit is None:
        return False
    words = (
        "注：人口单位为{0}", "注:单位:{0}", "备注：本表数据单位为{0}。", "说明：1.单位：{0}；2.数据为年末数。",
        "单位：{0}", "注：本表人口数以{0}计",
    )  # fmt: skip
    draft.after.append([random.choice(words).format(unit)])
    return True


@trap(3)
def unit_in_title(random: Random, draft: Draft, suffix: str) -> bool:
    """云溪县人口统计表(单位:万人)."""
    unit = _scale_all(random, draft)
    if unit is None:
        return False
    words = (
        "{0}人口统计表（单位：{1}）",
        "{0}人口情况（{1}）",
        "表1 {0}各镇街人口 单位:{1}",
        "{0}人口统计表({1})",
    )
    draft.before.insert(0, [random.choice(words).format(draft.county.name, unit)])
    return True


@trap(6)
def unit_in_sheet_name(random: Random, draft: Draft, suffix: str) -> bool:
    """A sheet called 人口(万人)."""
    if suffix not in WORKBOOKS:
        return False
    unit = _scale_all(random, draft)
    if unit is None:
        return False
    draft.sheet = random.choice(
        ("人口({0})", "人口（{0}）", "单位{0}", "{0}", "人口_{0}", "常住人口 单位 {0}")
    ).format(unit)
    return True


@trap()
def unit_row(random: Random, draft: Draft, suffix: str) -> bool:
    """A row of units below the header, some of its cells empty."""
    if draft.has_units or not _counted(draft) or draft.groups:
        return False
    draft.has_units = True
    style = random.choice(("({0})", "（{0}）", "{0}", "单位:{0}"))
    draft.unit_row = {}
    for column in _counted(draft):
        word = _draw_scale(random, column)
        if word == "" and random.random() < 0.5:
            continue
        column.scale = SCALES.get(word, 1)
        draft.unit_row[column.label] = style.format(word + column.unit)
    if not draft.unit_row:
        column = _counted(draft)[0]
        draft.unit_row[column.label] = style.format(column.unit)
    return True


@trap(6)
def units_in_one_line(random: Random, draft: Draft, suffix: str) -> bool:
    """常住人口单位:万人,出生人口单位:人."""
    columns = _counted(draft)
    if draft.has_units or draft.contract != "population" or len(columns) < 2:
        return False
    draft.has_units = True
    parts = []
    for number, column in enumerate(columns):
        word = "万" if number == 0 else random.choice(("", "", "千"))
        column.scale = SCALES.get(word, 1)
        parts.append((column.label, word + "人"))
    style, comma = random.choice(
        (("{0}单位:{1}", "，"), ("{0}：{1}", "、"), ("{0}（{1}）", "，"), ("{0}单位为{1}", "；"))
    )
    line = comma.join(style.format(label, unit) for label, unit in parts)
    line = random.choice(("", "单位：", "注：")) + line
    (draft.before if random.random() < 0.7 else draft.after).append([line])
    return True


@trap(4)
def unit_in_cells(random: Random, draft: Draft, suffix: str) -> bool:
    """4.2万 or 4.2万人 in every cell of a column."""
    columns = [c for c in _counted(draft) if c.unit == "人" and draft.contract == "population"]
    if draft.has_units or not columns:
        return False
    draft.has_units = True
    column = random.choice(columns)
    column.scale, column.suffix = 10_000, random.choice(("万", "万人", " 万人"))
    return True


@trap(9)
def scaling_number_format(random: Random, draft: Draft, suffix: str) -> bool:
    """A workbook that stores persons and shows 万, under a label that says what it shows; or the reverse."""
    columns = [c for c in _counted(draft) if c.unit == "人" and draft.contract == "population"]
    if suffix not in WORKBOOKS or draft.has_units or not columns:
        return False
    draft.has_units = True
    column = random.choice(columns)
    choice = random.choice(
        ("wan", "thousands", "literal", "literal_label", "plain_literal", "rounded")
    )
    match choice:
        case "wan":
            column.scale, column.style, column.unit_in_label = 10_000, "stored", "(万人)"
            column.number_format = random.choice(("0!.0,", "0\\.0,", '0"."0,', "#0!.0,", "0!.0,_ "))
        case "thousands":
            column.scale, column.style, column.unit_in_label = 1_000, "stored", "(千人)"
            column.number_format = random.choice(("#,##0,", "0.0,", "0,"))
        case "literal" | "literal_label":
            column.scale = 10_000
            column.number_format = random.choice(
                ('0"万人"', '0.00"万"', '#,##0.0"万人"', "0.0000万")
            )
            column.unit_in_label = "(万人)" if choice == "literal_label" else ""
        case "plain_literal":
            column.number_format = random.choice(('0"人"', '#,##0"人"', "0人"))
        case _:
            column.scale, column.unit_in_label = 10_000, "(万人)"
            column.number_format = "0.00"
    if choice != "plain_literal":
        _accept_what_is_shown(draft, column)
    return True


def _accept_what_is_shown(draft: Draft, column: Column) -> None:
    """A clerk may take the number that is shown or the one that is stored: the one is the other rounded."""
    for line in draft.data:
        value = line.values[column.label]
        if isinstance(value, Decimal):
            places = [Decimal(1), Decimal("0.1"), Decimal("0.01"), Decimal("0.001")]
            shown = [(value / column.scale).quantize(place) * column.scale for place in places]
            line.truth[str(column.field)] = (value, *shown)


@trap()
def reporting_office(random: Random, draft: Draft, suffix: str) -> bool:
    """填报单位: an office, and no unit at all."""
    words = (
        "填报单位:{0}卫生健康局",
        "单位名称：{0}卫健局",
        "单位:{0}卫生健康局",
        "填报单位（盖章）：{0}",
        "编制单位：{0}统计局",
    )
    text = random.choice(words).format(draft.county.name)
    draft.before.append(
        _place_line(random, draft, "2025年1月10日", text) if random.random() < 0.5 else [text]
    )
    return True


@trap(3)
def fee_in_scaled_yuan(random: Random, draft: Draft, suffix: str) -> bool:
    """月收费(万元), in the label or in every cell."""
    fees = [c for c in draft.columns if c.field == "monthly_fee_yuan"]
    if draft.has_units or not fees:
        return False
    draft.has_units = True
    word = random.choice(("万", "千"))
    fees[0].scale = SCALES[word]
    if random.random() < 0.7:
        fees[0].unit_in_label = f"({word}元)"
    else:
        fees[0].suffix = f"{word}元"
    return True


# --- how numbers and days are written --------------------------------------------------------------


@trap()
def commas(random: Random, draft: Draft, suffix: str) -> bool:
    """1,234, as text or by the format of the cell."""
    columns = [c for c in _counted(draft) if c.style == "plain" and not c.suffix and c.scale == 1]
    for column in columns:
        if suffix in WORKBOOKS and column.number_format == "General" and random.random() < 0.5:
            column.number_format = random.choice(
                ("#,##0", "#,##0_);(#,##0)", "#,##0.00", "_ * #,##0_ ")
            )
        else:
            column.style = "commas"
    return bool(columns)


@trap(4)
def european_numbers(random: Random, draft: Draft, suffix: str) -> bool:
    """1.234 for a thousand and more, 3,4567 for a fraction, in every number of the table."""
    columns = [c for c in _counted(draft) if c.style == "plain" and not c.suffix]
    if suffix not in ("tsv", "txt") or draft.contract != "population":
        return False
    for column in columns:
        column.style = "european"
    return bool(columns)


@trap(2)
def three_decimals(random: Random, draft: Draft, suffix: str) -> bool:
    """1.234 under 万人 is 12,340 persons: no dot of thousands."""
    if draft.has_units or draft.contract != "population":
        return False
    draft.has_units = True
    column = draft.column("resident_population")
    column.scale, column.unit_in_label = 10_000, "(万人)"
    for line in draft.data:
        value = Decimal(random.randint(400, 9999) * 10)
        line.values[column.label], line.truth["resident_population"] = value, (value,)
        _keep_births_plausible(draft, line, value)
    return True


def _keep_births_plausible(draft: Draft, line: Line, residents: Decimal) -> None:
    for column in draft.columns:
        if column.field == "births":
            births = Decimal(int(residents) * 8 // 1000)
            line.values[column.label], line.truth["births"] = births, (births,)


@trap()
def brackets(random: Random, draft: Draft, suffix: str) -> bool:
    """(120): a negative number, a footnote or an estimate; nobody can tell."""
    columns = [c for c in _counted(draft) if c.scale == 1 and c.style == "plain" and not c.suffix]
    if not columns:
        return False
    column, line = random.choice(columns), random.choice(draft.data)
    number = write_number(line.values[column.label], column).text  # type: ignore[arg-type]
    if suffix in WORKBOOKS and random.random() < 0.5:
        line.cells[column.label] = Cell(f"({number})", -int(number), "0_);(0)")
    else:
        line.cells[column.label] = Cell(
            random.choice((f"({number})", f"（{number}）", f"-{number}"))
        )
    line.truth[str(column.field)] = (None,)
    return True


def _dates(draft: Draft) -> list[Column]:
    return [c for c in draft.columns if c.field in ("date", "as_of", "opened_on")]


@trap(3)
def day_before_month(random: Random, draft: Draft, suffix: str) -> bool:
    """25/04/2025 among 03/04/2025: the column tells; without such a day nobody can."""
    columns = [c for c in _dates(draft) if c.field == "opened_on" and not _has_cells(draft, c)]
    if not columns:
        return False
    column, month_first = columns[0], random.random() < 0.3
    days = [line.values[column.label] for line in draft.data]
    tells = any(isinstance(day, date) and day.day > 12 for day in days)
    for line, day in zip(draft.data, days, strict=True):
        if not isinstance(day, date):
            continue
        line.cells[column.label] = Cell(day.strftime("%m/%d/%Y" if month_first else "%d/%m/%Y"))
        if not tells and day.day != day.month:
            line.truth["opened_on"] = (None,)
    return True


def _has_cells(draft: Draft, column: Column) -> bool:
    return any(column.label in line.cells for line in draft.lines)


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


@trap(2)
def months_for_days(random: Random, draft: Draft, suffix: str) -> bool:
    """2025年12月 means the end of the month, as text and as a workbook shows a day."""
    columns = [c for c in _dates(draft) if not _has_cells(draft, c)]
    if not columns:
        return False
    column = random.choice(columns)
    formats = ['yyyy"年"m"月"', 'yyyy"年"mm"月"', "yyyy年m月", "[$-804]yyyy年m月"]
    # LibreOffice, which writes the old workbooks, takes these two for days
    formats += ["builtin-57", "builtin-27"] if suffix != "xls" else []
    shown_by = random.choice(formats)
    for line in draft.data:
        day = line.values[column.label]
        assert isinstance(day, date)
        line.truth[str(column.field)] = (_month_end(day),)
        text = f"{day.year}年{day.month}月"
        line.cells[column.label] = (
            Cell(text, day.replace(day=1), shown_by) if suffix in WORKBOOKS else Cell(text)
        )
    return True


@trap()
def days_as_people_write_them(random: Random, draft: Draft, suffix: str) -> bool:
    """2024年12月31日, 2024/12/31, 20241231; formats of a workbook with and without a text of their own."""
    columns = [c for c in _dates(draft) if not _has_cells(draft, c)]
    if not columns:
        return False
    written = random.choice(("%Y年%m月%d日", "%Y/%m/%d", "%Y%m%d", "%Y.%m.%d", "%Y/%m/%d 00:00:00"))
    shown_by = random.choice(
        ("yyyy-mm-dd", 'yyyy"年"m"月"d"日"', "m/d/yy", "builtin-31", "builtin-14", "builtin-30", "builtin-58", "builtin-28", "builtin-53", "mm-dd-yy")
    )  # fmt: skip
    for column in columns:
        for line in draft.data:
            day = line.values[column.label]
            assert isinstance(day, date)
            text = day.strftime(written)
            line.cells[column.label] = (
                Cell(text, day, shown_by) if suffix in WORKBOOKS else Cell(text)
            )
    return True


@trap()
def years_as_people_write_them(random: Random, draft: Draft, suffix: str) -> bool:
    """2024年, 2024年末; a year or a day of which a workbook shows 2024年."""
    columns = [c for c in draft.columns if c.field == "year" and not _has_cells(draft, c)]
    if not columns:
        return False
    column = columns[0]
    written = random.choice(("{0}年", "{0}年末", "{0}年底", "{0}"))
    way = random.choice(("text", "literal", "day")) if suffix in WORKBOOKS else "text"
    for line in draft.lines:
        year = line.values.get(column.label)
        if not isinstance(year, Decimal):
            continue
        text = written.format(int(year))
        match way:
            case "literal":
                line.cells[column.label] = Cell(text, int(year), '0"年"')
            case "day":
                line.cells[column.label] = Cell(text, date(int(year), 1, 1), 'yyyy"年"')
            case _:
                line.cells[column.label] = Cell(text)
    return True


@trap(4)
def percent_format(random: Random, draft: Draft, suffix: str) -> bool:
    """A workbook stores 0.452 and shows 45.2%."""
    if suffix not in WORKBOOKS or draft.contract not in ("reported_figure", "policy_target"):
        return False
    column = draft.column("value")
    shown = [line for line in draft.data if str(line.values[column.label]).endswith("%")]
    for line in shown:
        line.cells[column.label] = Cell(
            str(line.values[column.label]), float(line.truth["value"][0]), "0.0%"
        )  # type: ignore[arg-type]
    return bool(shown)


@trap(2)
def numbers_as_text(random: Random, draft: Draft, suffix: str) -> bool:
    """A workbook whose numbers are text."""
    if suffix not in WORKBOOKS:
        return False
    columns = [
        c
        for c in draft.numbers
        if c.style == "plain" and c.number_format == "General" and not c.suffix
    ]
    for column in columns:
        for line in draft.lines:
            value = line.values.get(column.label)
            if isinstance(value, Decimal) and column.label not in line.cells:
                line.cells[column.label] = Cell(f"{(value / column.scale).normalize():f}")
    return bool(columns)


# --- rows that are no data, and data that looks like it ---------------------------------------------

TOTAL_WORDS = (
    "合计", "总计", "共计", "合 计", "合　计", "总数", "合计数", "汇总", "全县合计", "总 计", "累计", "合计:", "合计（人）", "本表合计", "以上合计", "Total",
)  # fmt: skip


def _summed(draft: Draft) -> list[Column]:
    return [c for c in _counted(draft) if c.unit in ("人", "个")]


def _add(draft: Draft, lines: list[Line]) -> dict[str, object]:
    numbers: dict[str, object] = {}
    for column in _summed(draft):
        values = [line.values.get(column.label) for line in lines]
        numbers[column.label] = sum((v for v in values if isinstance(v, Decimal)), Decimal(0))
    return numbers


def _by_year(draft: Draft) -> list[tuple[dict[str, object], list[Line]]]:
    """Lines of each year or day, with the cell that says so; rosters are of one day."""
    time = next((c for c in draft.columns if c.field in ("year", "date", "as_of")), None)
    if time is None:
        return [({}, draft.data)]
    groups: dict[object, list[Line]] = defaultdict(list)
    for line in draft.data:
        groups[line.values[time.label]].append(line)
    return [({time.label: when}, lines) for when, lines in groups.items()]


def _can_be_added(draft: Draft) -> bool:
    return draft.contract in ("population", "quota_ledger", "facility_roster")


def _name_label(random: Random, draft: Draft) -> str:
    """Where a total is named: in the column of regions, of running numbers, or of facilities."""
    fields = ["region_name", "region_name", "row_no", "facility_name"]
    return random.choice([c.label for f in fields for c in draft.columns if c.field == f])


def _cells_of_years(draft: Draft, line: Line, like: Line) -> None:
    """Write year and day of a total as those of its rows are written."""
    for column in draft.columns:
        if (
            column.field in ("year", "date", "as_of")
            and column.label in line.values
            and column.label in like.cells
        ):
            line.cells[column.label] = like.cells[column.label]


@trap()
def total_rows(random: Random, draft: Draft, suffix: str) -> bool:
    """合计 and its kin, above or below the data, one for each year."""
    if not _can_be_added(draft):
        return False
    word, label = random.choice(TOTAL_WORDS), _name_label(random, draft)
    count = random.random() < 0.3
    totals = []
    for when, lines in _by_year(draft):
        name = (
            f"{word}{len(lines)}{'家' if draft.contract == 'facility_roster' else '个'}"
            if count
            else word
        )
        total = Line("other", _add(draft, lines) | when | {label: name})
        _cells_of_years(draft, total, lines[0])
        totals.append(total)
    draft.lines = [*totals, *draft.lines] if random.random() < 0.2 else [*draft.lines, *totals]
    return True


@trap()
def nameless_total(random: Random, draft: Draft, suffix: str) -> bool:
    """A last row without a name whose numbers are the sums."""
    if not _can_be_added(draft) or len(_by_year(draft)) > 1:
        return False
    draft.lines.append(Line("other", _add(draft, draft.data)))
    return True


@trap()
def averages(random: Random, draft: Draft, suffix: str) -> bool:
    """平均 below the data."""
    if not _can_be_added(draft):
        return False
    sums, count = _add(draft, draft.data), len(draft.data)
    means = {
        label: Decimal(round(total / count))
        for label, total in sums.items()
        if isinstance(total, Decimal)
    }
    draft.lines.append(
        Line(
            "other",
            means
            | {
                _name_label(random, draft): random.choice(
                    ("平均", "平均值", "平均数", "均值", "平均每镇")
                )
            },
        )
    )
    return True


@trap(2)
def subtotals(random: Random, draft: Draft, suffix: str) -> bool:
    """小计:2家 after the rows of each town, under the merged name of the town or in its place."""
    if draft.contract != "facility_roster":
        return False
    region = draft.column("region_name").label
    word = random.choice(
        ("小计", "小计:{0}家", "小计（{0}家）", "合计{0}家", "合计:{0}家", "{0}家", "小 计")
    )
    under_town = random.random() < 0.5
    name = draft.column("facility_name").label if under_town else region
    groups: dict[object, list[Line]] = defaultdict(list)
    for line in draft.lines:
        groups[line.values.get(region)].append(line)
    lines = list[Line]()
    for town, members in groups.items():
        data = [line for line in members if line.kind == "data"]
        said = {region: town} if under_town else {}
        lines += members
        if data:
            lines.append(Line("other", said | _add(draft, data) | {name: word.format(len(data))}))
    draft.lines = lines
    if under_town and suffix not in TEXTS and region not in draft.merged:
        draft.merged.append(region)
    return True


@trap()
def total_word_in_an_ignored_column(random: Random, draft: Draft, suffix: str) -> bool:
    """性别 = 合计 in every row, in a column that the entry ignores."""
    label, word = random.choice(
        (
            ("性别", "合计"),
            ("Sex", "Total"),
            ("城乡", "总计"),
            ("年龄", "全部合计"),
            ("口径", "小计"),
        )
    )
    if any(column.label == label for column in draft.columns):
        return False
    draft.columns.insert(random.randint(0, len(draft.columns)), Column(None, label))
    draft.entry.setdefault("columns", {})[label] = "ignore"
    for line in draft.data:
        line.values[label] = word
    return True


@trap(2)
def rows_by_sex(random: Random, draft: Draft, suffix: str) -> bool:
    """A row 合计, 男 and 女 for every town, told apart by a column that the entry ignores."""
    if draft.contract != "population" or any(line.kind != "data" for line in draft.lines):
        return False
    draft.columns.insert(random.randint(1, len(draft.columns)), Column(None, "性别"))
    draft.entry.setdefault("columns", {})["性别"] = "ignore"
    lines = []
    for line in draft.lines:
        line.values["性别"] = "合计"
        lines.append(line)
        for sex, share in (("男", Decimal("0.5")), ("女", Decimal("0.5"))):
            part = dict(line.values) | {"性别": sex}
            for column in _summed(draft):
                value = line.values[column.label]
                if isinstance(value, Decimal):
                    half = Decimal(int(value * share))
                    part[column.label] = (
                        half if sex == "男" else value - Decimal(int(value * share))
                    )
            as_written = {c.label for c in _summed(draft)}
            cells = {label: cell for label, cell in line.cells.items() if label not in as_written}
            lines.append(Line("other", part, cells))
    draft.lines = lines
    return True


@trap()
def row_that_happens_to_be_the_sum(random: Random, draft: Draft, suffix: str) -> bool:
    """40, 60, 100: the third is a town or a facility like the others."""
    if draft.contract not in ("quota_ledger", "facility_roster", "population"):
        return False
    # of a ledger the last year: what is to be there by then may be any number, but never less than before
    groups = _by_year(draft)
    _, lines = groups[-1] if draft.contract == "quota_ledger" else random.choice(groups)
    if len(lines) < 3:
        return False
    last = lines[-1]
    for label, total in _add(draft, lines[:-1]).items():
        if label in last.cells:
            return False
        column = next(c for c in draft.columns if c.label == label)
        last.values[label] = total
        last.truth[str(column.field)] = (total,)
    return True


@trap(2)
def county_among_its_towns(random: Random, draft: Draft, suffix: str) -> bool:
    """The county's own row: a region of the list, and the sum of the others."""
    if draft.contract != "population" or any(c.field == "region_code" for c in draft.columns):
        return False
    region = draft.column("region_name").label
    rows = []
    for when, lines in _by_year(draft):
        values = _add(draft, lines) | when | {region: draft.county.name}
        row = Line("data", values, truth={"region_code": (draft.county.code,)})
        row.truth |= {
            str(c.field): (values.get(c.label),)
            for c in draft.columns
            if c.field not in (None, "region_name")
        }
        for column in draft.columns:  # a month or year is truly what it is for the towns
            if column.label in lines[0].cells and column.label in when:
                row.cells[column.label] = lines[0].cells[column.label]
                row.truth[str(column.field)] = lines[0].truth[str(column.field)]
        rows.append(row)
    draft.lines = [*rows, *draft.lines] if random.random() < 0.5 else [*draft.lines, *rows]
    return True


@trap(2)
def facility_named_like_a_total(random: Random, draft: Draft, suffix: str) -> bool:
    """合计托育园 is a facility."""
    if draft.contract != "facility_roster":
        return False
    line, label = random.choice(draft.data), draft.column("facility_name").label
    name = random.choice(
        (
            "合计托育园",
            "总部托育中心",
            "小计幼儿园",
            "共计童年托育园",
            "平均树托育园",
            "其中幼儿园",
            "注音幼儿园",
            "汇总托育中心",
            "全园托育中心",
            "Total托育园",
        )
    )
    line.values[label], line.truth["facility_name"] = name, (name,)
    return True


@trap()
def of_which(random: Random, draft: Draft, suffix: str) -> bool:
    """其中: before a town is that town; before anything else it is a part of the row above."""
    if draft.contract not in ("population", "quota_ledger") or any(
        c.field == "region_code" for c in draft.columns
    ):
        return False
    label, place = draft.column("region_name").label, random.randrange(len(draft.lines))
    line = draft.lines[place]
    prefix = random.choice(("其中:", "其中：", "其中", "#", "＃其中："))
    if line.kind == "data" and random.random() < 0.5 and prefix.startswith("其中"):
        line.cells[label] = Cell(prefix + str(line.values[label]))
    else:
        part = {
            c.label: Decimal(int(v) // 3)
            for c in _summed(draft)
            if isinstance(v := line.values.get(c.label), Decimal)
        }
        words = {
            c.label: line.values.get(c.label) for c in draft.columns if c.field in ("year", "date")
        }
        draft.lines.insert(
            place + 1,
            Line(
                "other",
                words
                | part
                | {label: prefix + random.choice(("农村", "城镇人口", "女性", "普惠"))},
            ),
        )
        _cells_of_years(draft, draft.lines[place + 1], line)
    return True


NOTES = (
    "注：本表数据为年末数。", "注:1.本表不含流动人口", "※青色の行は休園中", "[増０件、減０件]", "资料来源：{0}统计局", "数据来源:{0}公安局",
    "审核人：张三　填表人：李四", "制表日期：2025年1月10日", "说明：本表由各镇街填报", "*表示未审核", "备注：数据截至2024年12月31日", "— 1 —", "第1页 共1页",
)  # fmt: skip


@trap()
def notes_below(random: Random, draft: Draft, suffix: str) -> bool:
    """Notes, sources and signatures."""
    for note in random.sample(NOTES, random.randint(1, 3)):
        draft.after.append([note.format(draft.county.name)])
    return True


@trap()
def footer_with_figures(random: Random, draft: Draft, suffix: str) -> bool:
    """Lines below a list whose cells hold figures: statistics, no facilities and no towns."""
    if not _can_be_added(draft):
        return False
    width = len(draft.columns)
    choices = [
        [f"A,{random.randint(10, 90)}", "", ""], ["社会福祉法人1", "株式会社1", ""], ["※青色の…", "", str(random.randint(10, 99))],
        ["A", str(random.randint(10, 90)), "…"], ["本月新增", "2", ""], ["审核人:张三", "", "填表人:李四"], ["托育机构数", str(len(draft.data)), ""],
        ["填报人", "王五", "13"], ["[増０件、減０件]", "", ""],
    ]  # fmt: skip
    for cells in random.sample(choices, random.randint(1, 2)):
        draft.after.append((cells + [""] * width)[: max(width, 2)])
    return True


@trap()
def title(random: Random, draft: Draft, suffix: str) -> bool:
    """Lines above the table."""
    words = (
        "{0}2024年统计表",
        "附件2",
        "{0}基本情况表",
        "{0}情况汇总",
        "（2024年12月31日）",
        "{0}托育服务机构合计表",
    )
    for word in random.sample(words, random.randint(1, 2)):
        draft.before.insert(0, [word.format(draft.county.name)])
    return True


@trap()
def blank_rows(random: Random, draft: Draft, suffix: str) -> bool:
    """Blank rows among the data, above and below the table."""
    for _ in range(random.randint(1, 2)):
        draft.lines.insert(random.randint(0, len(draft.lines)), Line("other", {}))
    if draft.before:
        draft.before.append([""] * len(draft.columns))
    return True


@trap()
def blank_column(random: Random, draft: Draft, suffix: str) -> bool:
    """A column without a label and without cells."""
    if draft.groups or any(c.label == "" for c in draft.columns):
        return False
    draft.columns.insert(
        random.choice((0, len(draft.columns), random.randint(0, len(draft.columns)))),
        Column(None, ""),
    )
    return True


@trap()
def header_again(random: Random, draft: Draft, suffix: str) -> bool:
    """The header again, as at a page break."""
    if (
        draft.groups
        or draft.unit_row is not None
        or any(line.kind == "other" for line in draft.lines)
        or len(draft.lines) < 4
    ):
        return False
    again = Line("other", {}, repeats_header=True)
    draft.lines.insert(random.randint(2, len(draft.lines) - 1), again)
    return True


@trap()
def ignored_columns(random: Random, draft: Draft, suffix: str) -> bool:
    """Columns that nobody asked for."""
    for label, cells in random.sample(
        (("网址", ("http://a.invalid", "")), ("填表人", ("张三", "")), ("增长率", ("3.2%", "-1.1%")), ("面积", ("12.5", "130")), ("校验", ("1", "0")), ("类型代码", ("A", "小计"))),
        random.randint(1, 2),
    ):  # fmt: skip
        if any(column.label == label for column in draft.columns):
            continue
        draft.columns.insert(random.randint(0, len(draft.columns)), Column(None, label))
        draft.entry.setdefault("columns", {})[label] = "ignore"
        for line in draft.data:
            line.values[label] = random.choice(cells)
    return True


# --- rows of another length ------------------------------------------------------------------------


def _spoilable(draft: Draft) -> list[Line]:
    taken = [line for line, _ in draft.spoil]
    return [line for line in draft.data if all(line is not other for other in taken)]


@trap()
def trailing_delimiters(random: Random, draft: Draft, suffix: str) -> bool:
    """Blank cells at the end of some rows, more than the header has."""
    if suffix not in TEXTS:
        return False
    for line in random.sample(
        lines := _spoilable(draft), random.randint(min(1, len(lines)), len(lines))
    ):
        extra = random.randint(1, 3)
        draft.spoil.append((line, lambda cells, extra=extra: cells + [Cell()] * extra))
    return True


@trap(4)
def short_rows(random: Random, draft: Draft, suffix: str) -> bool:
    """Rows that end with their last value, since what follows is blank."""
    last = draft.columns[-1]
    if suffix not in TEXTS or last.field not in ("note", None) or draft.groups:
        return False
    for line in _spoilable(draft):
        if line.values.get(last.label) in (None, ""):
            draft.spoil.append((line, lambda cells: cells[:-1] if cells[-1] == Cell() else cells))
    return True


@trap(8)
def thousands_that_part_a_cell(random: Random, draft: Draft, suffix: str) -> bool:
    """1,234 without quotes in a csv: one cell too many, and all that follows is shifted."""
    columns = [c for c in _summed(draft) if c.scale == 1 and c.style == "plain" and not c.suffix]
    if suffix != "csv" or not columns or not (lines := _spoilable(draft)):
        return False
    line, column = random.choice(lines), columns[0]
    value, place = line.values[column.label], draft.columns.index(column)
    if not isinstance(value, Decimal) or value < 1000 or column.label in line.cells:
        return False
    parts = [Cell(part) for part in f"{int(value):,}".split(",")]
    line.readable = False
    draft.spoil.append((line, lambda cells: [*cells[:place], *parts, *cells[place + 1 :]]))
    return True


@trap(2)
def lost_delimiter(random: Random, draft: Draft, suffix: str) -> bool:
    """1200034000 where 12000 and 34000 stood: one cell too few, and the last of them blank."""
    numbers = [c for c in draft.numbers if c.scale == 1 and c.style == "plain" and not c.suffix]
    if suffix not in TEXTS or not (lines := _spoilable(draft)):
        return False
    places = [
        draft.columns.index(c) for c in numbers if draft.columns.index(c) + 1 < len(draft.columns)
    ]
    if not places or not (lines := [line for line in lines if not line.cells]):
        return False
    line, place = random.choice(lines), random.choice(places)
    following = line.values.get(draft.columns[place + 1].label)
    if following in (None, "") or draft.columns[place + 1].scale != 1:
        return False
    line.readable = False
    draft.spoil.append(
        (
            line,
            lambda cells: [
                *cells[:place],
                Cell(cells[place].text + cells[place + 1].text),
                *cells[place + 2 :],
            ],
        )
    )
    return True


# --- layout ------------------------------------------------------------------------------------------


@trap()
def merged_regions(random: Random, draft: Draft, suffix: str) -> bool:
    """The name of a region merged over its rows."""
    label = draft.column("region_name").label
    if suffix in TEXTS or label in draft.merged:
        return False
    draft.merged.append(label)
    return True


@trap(4)
def header_of_two_rows(random: Random, draft: Draft, suffix: str) -> bool:
    """人口情况 over 常住人口 and 户籍人口; the other labels over both rows."""
    numbers = [c for c in draft.columns if c.is_number]
    places = [draft.columns.index(c) for c in numbers]
    if suffix in TEXTS or draft.groups or draft.unit_row is not None or len(places) < 2:
        return False
    if places[-1] - places[0] != len(places) - 1 or any(
        line.kind == "other" and line.cells for line in draft.lines
    ):
        return False
    group = random.choice(("数据情况", "年度情况", "有关数据"))
    draft.groups = {c.label: group for c in numbers}
    return True


@trap(2)
def other_sheet(random: Random, draft: Draft, suffix: str) -> bool:
    """A sheet of prose besides."""
    draft.other_sheet = suffix in WORKBOOKS
    return draft.other_sheet
