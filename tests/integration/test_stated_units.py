"""A scale that stands anywhere near a table is applied to the columns it means, or stops the file."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from pipeline.contracts import load_contracts
from pipeline.contracts.unit_statements import find_unit_statements
from pipeline.core.errors import Problem
from pipeline.dossier_files.source import Source
from pipeline.dossier_files.sources_file import SourceEntry
from pipeline.reading import Table, read_table

pytestmark = pytest.mark.integration

HEADER = "地区,年份,常住人口,出生人口\n"
ROW = "柳河镇,2024,3,2\n"


def read(path: Path, **entry: object) -> tuple[Table | None, list[Problem]]:
    contracts = load_contracts()
    given = {"id": "a", "file": path.name, "document": "d", "locator": "全文"} | entry
    source = Source(
        SourceEntry.model_validate(given),
        *("dossier", True),
        path,
        contracts.by_name["population"],
        contracts,
        frozenset({"d"}),
    )
    return read_table(source)


def factors(tmp_path: Path, text: str, name: str = "t.csv") -> dict[str, int] | None:
    """Factor of every scaled column; None where the file stops."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    table, problems = read(path)
    assert (table is None) == bool(problems)
    return None if table is None else {n: int(u.factor) for n, u in table.units.items()}


BOTH = {"resident_population": 10_000, "births": 10_000}
RESIDENTS = {"resident_population": 10_000}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("填报单位:云溪县统计局,,,单位:万人\n" + HEADER + ROW, BOTH, id="填报单位"),
        pytest.param("统计单位：万人,,,\n" + HEADER + ROW, BOTH, id="统计单位"),
        pytest.param("报送单位:某局　单位：万人,,,\n" + HEADER + ROW, BOTH, id="one-cell"),
        pytest.param("制表单位：某局　计量单位：万人,,,\n" + HEADER + ROW, BOTH, id="计量单位"),
        pytest.param("填报单位:万安镇政府,,,\n" + HEADER + ROW, {}, id="office-like-a-scale"),
        pytest.param("单位：,万人,,\n" + HEADER + ROW, BOTH, id="two-cells"),
        pytest.param("Unit: thousand persons,,,\n" + HEADER + ROW,
                     {"resident_population": 1000, "births": 1000}, id="english"),
        pytest.param("unit: 10 thousand persons,,,\n" + HEADER + ROW, BOTH, id="ten-thousand"),
        pytest.param("单位:1000人,,,\n" + HEADER + ROW, None, id="figures-as-scale"),
        pytest.param("人口单位:万人,出生单位:人,,\n" + HEADER + ROW, RESIDENTS, id="per-column"),
        pytest.param('"常住人口:万人,出生人口:人",,,\n' + HEADER + ROW, None, id="named-only"),
        pytest.param("常住人口单位:万人,,,\n" + HEADER + ROW, RESIDENTS, id="one-column"),
        pytest.param("户籍人口单位:万人,,,\n" + HEADER + ROW, None, id="column-not-there"),
        pytest.param("人口单位:万人,,,\n" + HEADER + ROW, None, id="may-mean-births-too"),
        pytest.param("地区,年份,常住人口数,户籍人口\n甲镇,2024,3,2\n注：本表人口数以万人计\n", None, id="may-mean-both-populations"),
        pytest.param("示例县常住人口（万人）,,,\n" + HEADER + ROW, None, id="title-names-one"),
        pytest.param("常住人口(万人)、出生人口(人),,,\n" + HEADER + ROW, RESIDENTS, id="title-names-both"),
        pytest.param("示例县万人规模表,,,\n" + HEADER + ROW, None, id="loose-scale"),
        pytest.param("示例县千人口托位数,,,\n" + HEADER + ROW, {}, id="rate-in-title"),
        pytest.param("全县常住人口42.3万人,,,\n" + HEADER + ROW, {}, id="amount-in-title"),
        pytest.param(HEADER + ",,万人,\n" + ROW, RESIDENTS, id="unit-row-with-gaps"),
        pytest.param(HEADER + "单位,年,万人,人\n" + ROW, RESIDENTS, id="unit-row-without-brackets"),
        pytest.param(",,万人,人\n" + HEADER + ROW, RESIDENTS, id="unit-row-above"),
        pytest.param(HEADER + ROW + "注：人口以万计。,,,\n", None, id="note-that-may-mean-births"),
        pytest.param(HEADER + ROW + "注：本表以万人计。,,,\n", BOTH, id="note-以…计"),
        pytest.param(HEADER + ROW + "注1：略,,,\n" * 8 + "单位：万人,,,\n" + "注2：略,,,\n" * 8, BOTH, id="far-below"),
        pytest.param(HEADER + ROW + "注：除出生人口外，单位均为万人,,,\n", None, id="exception"),
        pytest.param(
            "注：常住人口单位:万人，出生人口单位:人,,,\n" + HEADER + ROW, RESIDENTS, id="note-per-column"
        ),
        pytest.param(
            HEADER + ROW + "注：常住人口单位:万人,出生人口单位:人,,\n", RESIDENTS, id="note-in-cells"
        ),
        pytest.param("单位:万人、人,,,\n" + HEADER + ROW, None, id="two-that-fit"),
        pytest.param("单位:万元,,,\n" + HEADER + ROW, None, id="fits-nothing"),
        pytest.param("单位:人,,,\n" + HEADER + ROW, {}, id="plain"),
        pytest.param("单位：万人（出生人口除外）,,,\n" + HEADER + ROW, None, id="exception-in-brackets"),
        pytest.param("单位：万人，但出生人口为人,,,\n" + HEADER + ROW, RESIDENTS, id="but"),
        pytest.param("注：人口单位为万人，出生人口以人计,,,\n" + HEADER + ROW, None, id="two-ways-of-saying"),
        pytest.param("unit: 10 thousand persons except births,,,\n" + HEADER + ROW, None, id="except"),
        pytest.param("Unit: 10 thousand persons at the end of the year,,,\n" + HEADER + ROW, None, id="long-noun"),
        pytest.param("Unit: thousand residents and births,,,\n" + HEADER + ROW, None, id="long-nouns"),
        pytest.param("备注：常住人口（万人）；出生人口（人）,,,\n" + HEADER + ROW, RESIDENTS, id="note-in-brackets"),
        pytest.param(HEADER + ROW + "注：1.资料来源统计局；2.常住人口单位：万人,,,\n", RESIDENTS, id="numbered-note"),
        pytest.param("計量單位：萬人,,,\n" + HEADER + ROW, BOTH, id="traditional"),
        pytest.param("単位：千人,,,\n" + HEADER + ROW, None, id="japanese"),
        pytest.param(HEADER + ROW + "*万人,,,\n", None, id="mark-below"),
        pytest.param("地区,年份,常住人口,备注\n柳河镇,2024,3,单位：万人\n", None, id="remark-of-a-row"),
        pytest.param("地区,年份,常住人口,备注\n柳河镇,2024,3,比上年多0.2万人\n", {}, id="amount-in-a-remark"),
        pytest.param("地区,年份,常住人口,备注\n柳河镇,2024,3,奖补单位：万元\n", {}, id="other-unit-in-a-remark"),
    ],
)  # fmt: skip
def test_a_scale_near_a_table_is_applied_or_stops_the_file(
    tmp_path: Path, text: str, expected: dict[str, int] | None
) -> None:
    assert factors(tmp_path, text) == expected


TABLE = "<table><tr><td>地区<td>年份<td>常住人口</tr><tr><td>柳河镇<td>2024<td>3</tr></table>"


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        pytest.param(f"<p>填报单位:某局 单位:万人</p>{TABLE}", RESIDENTS, id="above"),
        pytest.param(f"{TABLE}<p>注：单位为万人</p>", RESIDENTS, id="below"),
        pytest.param(
            f"{TABLE}<p>单位:万元</p><table><tr><td>甲</table>", {}, id="of-the-next-table"
        ),
    ],
)
def test_a_scale_beside_a_table_of_a_page_counts(
    tmp_path: Path, page: str, expected: dict[str, int]
) -> None:
    assert factors(tmp_path, page, "t.html") == expected


@pytest.mark.parametrize(
    ("sheet", "expected"), [("人口(万人)", RESIDENTS), ("单位万人", RESIDENTS), ("人口", {}), ("人口万人", None)]
)  # fmt: skip
def test_a_scale_in_the_name_of_a_sheet_counts(
    tmp_path: Path, sheet: str, expected: dict[str, int] | None
) -> None:
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in (["地区", "年份", "常住人口"], ["柳河镇", 2024, 3]):
        book.active.append(row)
    path = tmp_path / "t.xlsx"
    book.save(path)
    table, problems = read(path)
    assert (table is None) == bool(problems)
    assert (None if table is None else {n: int(u.factor) for n, u in table.units.items()}) == expected  # fmt: skip


def test_a_scale_in_a_mapped_label_that_is_not_understood_stops(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("地区,年份,人口(以万人计)\n柳河镇,2024,3\n", encoding="utf-8")
    table, _ = read(path, columns={"人口(以万人计)": "resident_population"})
    assert table is None or table.units["resident_population"].factor == 10_000


def test_an_ignored_column_of_scaled_units_stops(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("地区,年份,常住人口,单位\n柳河镇,2024,3,万人\n", encoding="utf-8")
    table, problems = read(path, columns={"单位": "ignore"})
    assert table is None
    assert problems


IGNORED_UNITS = "地区,年份,常住人口,出生人口,计量单位\n柳河镇,2024,3,2,万人\n"


@pytest.mark.parametrize(
    ("text", "units", "is_read"),
    [
        pytest.param(IGNORED_UNITS, {"resident_population": "万人"}, False, id="ignored-column"),
        pytest.param(
            IGNORED_UNITS, {"resident_population": "万人", "births": "人"}, True, id="ignored-column-both"
        ),
        pytest.param("单位:万人(不含军人)\n" + HEADER + ROW, {"births": "人"}, False, id="exception"),
        pytest.param("人口单位:万人\n" + HEADER + ROW, {"births": "人"}, True, id="the-other-is-given"),
        pytest.param(
            HEADER.replace("\n", ",备注\n") + "柳河镇,2024,3,2,单位:万人\n",
            {"births": "人"}, False, id="remark",
        ),
    ],
)  # fmt: skip
def test_a_unit_that_is_given_for_one_column_leaves_the_others_to_be_understood(
    tmp_path: Path, text: str, units: dict[str, str], is_read: bool
) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    table, _ = read(path, columns={"计量单位": "ignore"}, read={"units": units})
    assert (table is not None) is is_read


def test_numbers_before_a_scale_make_an_amount_of_it() -> None:
    assert find_unit_statements("约3万人", load_contracts().unit_words) == []
