"""Tables in pasted text: every cell under its label, or a refusal that names the line."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from pipeline.dossier_files.sources_file import ReadOptions
from pipeline.reading.errors import UnreadableFileError
from pipeline.reading.formats.pasted import looks_pasted, read_pasted
from pipeline.reading.grid import Span

ANNEX = Path(__file__).parents[3] / "shared/seeds/panjin_dawa_2023_plan_with_quota_ledger.txt"
KINDS = {
    "序号": "number",
    "镇街名称": "text",
    "机构名称": "text",
    "指标": "number",
    "2023-2025年度千人口托位数指标": "number",
    "年度": "year",
    "年度千人口托位数": "number",
    "备注": "text",
}
PREAMBLE = "甲县方案\n\n为了发展照护服务,制定本方案。\n附件1\n"
HEADER = (
    "甲县任务台账 |\n|||||\n"
    "序号 |\n镇街名称 |\n指标 |\n年度指标分解 |\n备注 |\n|\n"
    "年度 |\n年度千人口托位数 |\n||||\n"
)
FIRST_TOWN = "1 |\n甲镇 |\n220 |\n2023年 |\n49 |\n|\n2024年 |\n148 |\n|\n|||\n"
SECOND_TOWN = "2 |\n乙镇 |\n369 |\n2023年 |\n80 |\n|\n2024年 |\n241 |\n|\n|||\n"
TOTAL = "|\n合计 |\n589 |\n|\n|\n|\n"
FOOT = "主办单位:甲县人民政府\n"
BODY = FIRST_TOWN + SECOND_TOWN


def read(text, **options):
    (grid,) = read_pasted(text, KINDS.get, ReadOptions(**options))
    return grid


def rows(text, **options):
    """Cells of each row, joined, with a dash for a cell without text."""
    return [" ".join(cell or "-" for cell in row) for row in read(text, **options).rows()]


def refusal(text, **options):
    with pytest.raises(UnreadableFileError) as caught:
        read(text, **options)
    assert "xlsx or html" in caught.value.message.part("expected")
    assert "html" in caught.value.message.part("next_step")
    return str(caught.value)


# a cell a line, with a delimiter behind each


def test_padded_rows_of_an_annex_stand_below_their_labels():
    assert rows(PREAMBLE + HEADER + BODY + TOTAL + FOOT) == [
        "甲县方案 - - - - -",
        "- - - - - -",
        "为了发展照护服务,制定本方案。 - - - - -",
        "附件1 - - - - -",
        "甲县任务台账 - - - - -",
        "序号 镇街名称 指标 年度指标分解 - 备注",
        "- - - 年度 年度千人口托位数 -",
        "1 甲镇 220 2023年 49 -",
        "- - - 2024年 148 -",
        "2 乙镇 369 2023年 80 -",
        "- - - 2024年 241 -",
        "- 合计 589 - - -",
        "主办单位:甲县人民政府 - - - - -",
    ]


def test_lost_spans_of_the_header_and_of_the_towns_are_restored():
    grid = read(HEADER + BODY + TOTAL)
    assert set(grid.spans) == {
        Span(0, 0, 0, 5),
        *(Span(1, column, 2, column) for column in (0, 1, 2, 5)),
        Span(1, 3, 1, 4),
        *(Span(3, column, 4, column) for column in (0, 1, 2)),
        *(Span(5, column, 6, column) for column in (0, 1, 2)),
    }
    assert "3 rows lack cells" in str(grid.notes[0])


def test_each_row_knows_the_line_at_which_it_begins():
    grid = read(PREAMBLE + HEADER + FIRST_TOWN + FOOT)
    assert list(grid.row_numbers) == [1, 2, 3, 4, 5, 7, 13, 16, 22, 26]


def test_full_width_digits_and_delimiters_are_understood_and_kept():
    wide = (HEADER + BODY).replace("|", "\uff5c").replace("2024", "\uff12\uff10\uff12\uff14")
    assert rows(wide)[4] == "- - - \uff12\uff10\uff12\uff14年 148 -"
    assert looks_pasted(wide)


def test_years_without_their_sign_are_no_numbers_of_places():
    assert rows((HEADER + BODY).replace("年 |", " |"))[4] == "- - - 2024 148 -"


def test_a_number_of_places_may_look_like_a_year_where_years_have_their_sign():
    assert rows(HEADER + BODY.replace("148", "2024"))[4] == "- - - 2024年 2024 -"
    without_sign = HEADER + BODY.replace("148", "2025").replace("年 |", " |")
    assert "may begin in column 3 or 4" in refusal(without_sign)


def test_a_cell_broken_over_two_lines_is_one_cell():
    broken = HEADER.replace("年度千人口", "年度千\n人口") + BODY.replace("甲镇", "甲\n镇")
    assert rows(broken) == rows(HEADER + BODY)


def test_blank_lines_between_all_cells_change_nothing():
    spaced = (HEADER + BODY).replace("\n", "\n\n")
    assert rows(spaced)[:-1] == rows(HEADER + BODY)
    assert looks_pasted(spaced)


def test_the_merged_label_of_a_total_spans_the_columns_that_it_hides():
    grid = read(HEADER + BODY + "合计 |\n589 |\n|\n|\n|\n|\n")
    assert grid.rows()[-1] == ["合计", None, "589", None, None, None]
    assert Span(7, 0, 7, 1) in grid.spans


def test_the_name_of_a_section_spans_the_table():
    grid = read(HEADER + FIRST_TOWN + "二、农村 |\n|||||\n" + SECOND_TOWN)
    assert Span(5, 0, 5, 5) in grid.spans
    assert grid.rows()[6] == ["2", "乙镇", "369", "2023年", "80", None]


def test_two_tables_with_a_line_between_them_stay_two():
    table = HEADER + BODY
    assert rows(table + "附件2\n" + table) == [*rows(table), "附件2 - - - - -", *rows(table)]


def test_a_header_that_a_page_repeats_is_a_header_again():
    again = HEADER.removeprefix("甲县任务台账 |\n|||||\n")
    found = rows(HEADER + FIRST_TOWN + again + SECOND_TOWN)
    assert found[5] == "序号 镇街名称 指标 年度指标分解 - 备注"
    assert found[7] == "2 乙镇 369 2023年 80 -"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(
            HEADER + BODY.replace("220 |\n", "") + TOTAL, "no rows of one length", id="cell-lost"
        ),
        pytest.param(
            HEADER + BODY.replace("148 |", "14\n8 |"), "rest of the number", id="number-broken"
        ),
        pytest.param(
            HEADER + BODY.replace("2 |", "二\n2 |"), "first half of a cell", id="line-before-a-row"
        ),
        pytest.param(
            HEADER + BODY.replace("2024年", "至下年"), "nowhere for sure", id="year-in-words"
        ),
        pytest.param(
            HEADER.replace("年度 |\n年度千人口托位数", "甲项 |\n乙项") + BODY,
            "'甲项 | 乙项' fits the columns of the rows above nowhere",
            id="lower-labels-unknown",
        ),
        pytest.param(HEADER + BODY + "\n\n3 |\n丙镇 |\n5 |\n6 |\n", "no header", id="cut-in-two"),
    ],
)
def test_an_annex_that_lost_something_is_refused(text, reason):
    assert reason in refusal(text)


# a row a line


@pytest.mark.parametrize("mark", ["|", " | ", "\uff5c", "\t"])
def test_short_rows_beside_merged_cells_are_moved_right(mark):
    text = (
        "序号|镇街名称|指标|年度指标分解|备注\n年度|年度千人口托位数\n"
        "1|甲镇|220|2023年|49|含新建\n2024年|148|\n2025年|220|新\n2|乙镇|369|2023年|80|\n合计||589\n"
    ).replace("|", mark)
    assert looks_pasted(text)
    assert rows(text) == [
        "序号 镇街名称 指标 年度指标分解 - 备注",
        "- - - 年度 年度千人口托位数 -",
        "1 甲镇 220 2023年 49 含新建",
        "- - - 2024年 148 -",
        "- - - 2025年 220 新",
        "2 乙镇 369 2023年 80 -",
        "合计 - 589 - - -",
    ]
    assert Span(2, 0, 4, 0) in read(text).spans


def test_rows_that_lost_their_trailing_tabs_are_filled_up():
    text = "镇街名称\t年度\t年度千人口托位数\t备注\n甲镇\t2023年\t4\n乙镇\t2024年\n"
    assert looks_pasted(text)
    assert rows(text)[1:] == ["甲镇 2023年 4 -", "乙镇 2024年 - -"]


def test_rows_of_markdown_are_read_and_its_rule_is_a_line():
    text = "说明\n\n| 镇街名称 | 年度 | 备注 |\n|---|:--:|---|\n| 甲镇 | 2023年 | |\n| 乙镇 | 2024年 | 新 |\n"
    assert looks_pasted(text)
    assert rows(text)[2:] == [
        "镇街名称 年度 备注",
        "|---|:--:|---| - -",
        "甲镇 2023年 -",
        "乙镇 2024年 新",
    ]


def test_a_text_broken_at_the_end_of_its_row_is_one_cell():
    text = (
        "镇街名称 | 年度 | 年度千人口托位数 | 备注 |\n"
        "甲镇 | 2023年 | 4 | 含新\n建机构\n"
        "乙镇 | 2023年 | 5 | |\n"
        "丙镇 | 2023\n年 | 6 | |\n"
    )
    assert looks_pasted(text)
    assert rows(text)[1:] == ["甲镇 2023年 4 含新建机构", "乙镇 2023年 5 -", "丙镇 2023年 6 -"]


def test_groups_of_a_header_are_found_by_what_stands_below():
    text = (
        "序号|镇街名称|甲组|乙组|备注\n年度|年度千人口托位数|年度|年度千人口托位数\n"
        "1|甲镇|2023|10|2024|30|\n2|乙镇|2023|20|2024|40|新\n"
    )
    grid = read(text)
    assert grid.rows()[0] == ["序号", "镇街名称", "甲组", None, "乙组", None, "备注"]
    assert {Span(0, 2, 0, 3), Span(0, 4, 0, 5), Span(0, 6, 1, 6)} <= set(grid.spans)


def test_years_below_one_label_take_its_kind():
    text = "镇街名称|年度千人口托位数|备注\n2023年|2024年|2025年\n甲镇|1|2|3|\n乙镇|4|5|6|新\n"
    assert rows(text)[:2] == ["镇街名称 年度千人口托位数 - - 备注", "- 2023年 2024年 2025年 -"]


def test_a_label_joined_from_two_rows_is_asked_for_first():
    asked = []

    def knows(label):
        asked.append(label)
        return {"分解/甲": "year", "分解/乙": "number"}.get(label) or KINDS.get(label)

    text = "镇街名称|分解|备注\n甲|乙|年度\n某镇|2023年|5|2024年|\n另镇|2023年|6|2024年|新\n"
    (grid,) = read_pasted(text, knows, ReadOptions())
    assert Span(0, 1, 0, 3) in grid.spans
    assert "分解/甲" in asked


def test_menus_of_the_page_are_lines_and_not_rows():
    text = (
        "首页 | 新闻\n\n镇街名称 | 年度 | 年度千人口托位数 | 备注\n甲镇 | 2023年 | 4 | 新\n2024年|5|\n\n"
        "联系 | 地图\n"
    )
    assert rows(text) == [
        "首页 | 新闻 - - -",
        "- - - -",
        "镇街名称 年度 年度千人口托位数 备注",
        "甲镇 2023年 4 新",
        "- 2024年 5 -",
        "- - - -",
        "联系 | 地图 - - -",
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(
            "镇街名称\t机构名称\t备注\n甲镇\t甲园\t新\n乙园\t旧\n",
            "line 3: '乙园 | 旧' may begin in column 1 or 2",
            id="two-places",
        ),
        pytest.param(
            "序号|镇街名称|年度|备注\n1|甲\n镇|2023年|新\n2|乙镇|2023年|\n",
            "lines 2 and 3: one broken row, or two rows",
            id="one-row-or-two",
        ),
        pytest.param(
            "镇街名称|年度|备注\n甲镇|2023年|含新\n建机构\n乙镇|2023年|\n",
            "line 3: the rest of the cell above it",
            id="rest-of-a-cell",
        ),
        pytest.param(
            "镇街名称|年度|备注|\n甲镇|2023年||\n乙\n镇|2023年||\n",
            "line 3: half of the cell below it",
            id="first-half-of-a-cell",
        ),
        pytest.param(
            "镇街名称|年度|备注|\n甲镇|2023年|新|\n旧|\n乙镇|2023年||\n",
            "line 3: a title across the table, or a cell of its last column",
            id="title-or-remark",
        ),
        pytest.param(
            "镇街名称|年度\n甲镇|2023年|5\n乙镇|2023年|6\n",
            "line 1: 2 labels, but line 2 has 3 cells",
            id="label-lost",
        ),
        pytest.param(
            "镇街名称|甲组|乙组\n年度千人口托位数|指标\n甲镇|1|2|3\n乙镇|4|5|6\n",
            "lines 1 and 2: the lower labels belong below more than one upper label",
            id="group-unclear",
        ),
        pytest.param(
            "镇街名称|甲组\n年度|指标\n甲镇|5|2023年\n",
            "lines 1 and 2: no way to set the labels",
            id="group-disagrees",
        ),
    ],
)
def test_rows_that_might_stand_in_two_places_are_refused(text, reason):
    assert reason in refusal(text)


# a cell a line, with nothing between


LABELS = "前言一\n序号\n镇街名称\n年度\n"


def test_cells_without_delimiters_are_cut_by_the_number_of_labels():
    text = LABELS + "1\n甲镇\n2023年\n2\n乙镇\n2024年\n注：略\n"
    assert looks_pasted(text)
    assert rows(text) == [
        "前言一 - -",
        "序号 镇街名称 年度",
        "1 甲镇 2023年",
        "2 乙镇 2024年",
        "注：略 - -",
    ]
    assert list(read(text).row_numbers) == [1, 2, 5, 8, 11]


def test_blank_lines_are_cells_where_only_that_makes_whole_rows():
    text = "镇街名称\n备注\n年度\n甲镇\n\n2023年\n乙镇\n\n2024年\n"
    assert rows(text) == ["镇街名称 备注 年度", "甲镇 - 2023年", "乙镇 - 2024年"]


def test_blank_lines_part_rows_where_only_that_makes_whole_rows():
    text = LABELS + "\n1\n甲镇\n2023年\n\n2\n乙镇\n2024年\n\n联系我们\n"
    assert rows(text)[1:] == [
        "序号 镇街名称 年度",
        "- - -",
        "1 甲镇 2023年",
        "- - -",
        "2 乙镇 2024年",
        "- - -",
        "联系我们 - -",
    ]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param("1\n甲镇\n2023年\n2\n2024年\n3\n丙镇\n2024年\n", "breaks off", id="cell-lost"),
        pytest.param("1\n甲镇\n2023年\n2\n乙镇\n", "breaks off", id="end-lost"),
        pytest.param(
            "1\n甲镇\n2023年\n注：略\n2\n乙镇\n2024年\n",
            "a number below the end",
            id="note-between",
        ),
    ],
)
def test_cells_that_make_no_whole_rows_are_refused(body, reason):
    assert reason in refusal(LABELS + body)


def test_texts_alone_do_not_tell_rows_apart():
    assert "no numbers or dates" in refusal("镇街名称\n机构名称\n甲镇\n甲园\n乙镇\n乙园\n")


# other texts


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("镇街名称,年度\n甲镇,2023\n乙镇,2024\n丙镇,2025\n", id="comma"),
        pytest.param("镇街名称\t年度\n甲镇\t2023\n乙镇\t2024\n丙镇\t2025\n", id="tab"),
        pytest.param("镇街名称|年度\n甲镇|2023\n乙镇|2024\n丙镇|2025\n", id="pipe"),
        pytest.param(PREAMBLE * 30 + "镇街名称|年度\n甲镇|2023\n乙镇|2024\n", id="preamble"),
        pytest.param(
            "名称,类型\n甲,全日|半日\n乙,全日\n丙,全日|半日|临时\n丁,a|b|c|d\n", id="pipes-inside"
        ),
        pytest.param('名称\t备注\t年\n甲\t"一\n二\t三"\t1\n乙\t无\t2\n', id="quoted-line-end"),
        pytest.param("年度\n2021\n2022\n2023\n2024\n2025\n2026\n", id="one-column"),
        pytest.param(PREAMBLE, id="prose"),
        pytest.param("", id="nothing"),
    ],
)
def test_regular_files_and_prose_do_not_look_pasted(text):
    assert not looks_pasted(text)


@pytest.mark.parametrize("text", [PREAMBLE, "甲栏 | 乙栏\n丙 |\n", ""])
def test_a_text_without_a_known_table_is_lines(text):
    assert [row[0] for row in read(text).rows()] == [line or None for line in text.splitlines()]


def test_half_characters_are_refused():
    assert "half of one" in refusal("甲|\ud800\n")


def test_any_damage_is_read_the_same_twice_or_refused():
    rng = random.Random(7)  # noqa: S311 - reproducible, not secret
    pieces = ["|", "||", "\t", "\n", "年度", "12", "2023年", "合计", "|---|", "\uff5c", "\x00", ""]
    table = "序号|镇街名称|指标|年度|备注\n1|甲镇|5|2023年|\n2024年|新\n"
    for base in [
        PREAMBLE + HEADER + BODY + TOTAL,
        table * 3,
        LABELS + "1\n甲镇\n2023年\n" * 4,
    ] * 100:
        start = rng.randrange(len(base))
        text = base[:start] + rng.choice(pieces) + base[start + rng.choice([0, 1, 5, 40]) :]
        looks_pasted(text)
        try:
            grid = read(text)
        except UnreadableFileError:
            continue
        again = read(text)
        assert (grid.rows(), grid.spans) == (again.rows(), again.spans)
        assert list(grid.row_numbers) == sorted(set(grid.row_numbers))


@pytest.mark.skipif(not ANNEX.exists(), reason=f"the text of the real plan is not at {ANNEX}")
def test_the_real_annex_keeps_every_town_year_and_line():
    text = ANNEX.read_text(encoding="utf-8")
    assert looks_pasted(text)
    grid = read(text)
    found = grid.rows()
    tops = [span.top for span in grid.spans if span.left == 2 and span.bottom == span.top + 2]
    assert [int(found[top][2]) for top in tops] == [
        220, 369, 499, 64, 115, 66, 62, 53, 73, 82, 83, 70, 70, 43, 23,
    ]  # fmt: skip
    data = [row for row in found if row[3] and row[3].endswith("年")]
    assert len(data) == 45
    assert [row[3] for row in data] == ["2023年", "2024年", "2025年"] * 15
    assert [int(row[4]) for row in data[2::3]] == [int(found[top][2]) for top in tops]
    assert [None, "合计", "1892", None, None, None] in found
    lines = text.splitlines()
    others = [(number, line.strip()) for number, line in enumerate(lines, 1) if "|" not in line]
    kept = {grid.number_of(index): row for index, row in enumerate(found)}
    assert [kept[number] for number, _ in others] == [[line, *[None] * 5] for _, line in others]
