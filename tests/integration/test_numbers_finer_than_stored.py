"""Numbers finer than six decimals are rounded to six: what a spreadsheet computes is no error."""

from __future__ import annotations

from decimal import Decimal

import duckdb
import openpyxl
import pytest
from example_dossier import Dossier
from loaded import load

pytestmark = pytest.mark.integration

ENTRY = "  - {{id: x, file: {file}, contract: {contract}, document: shili-doc, locator: 全表}}\n"
RATE = "地区,指标,截至日期,数值,性质\n示例县,千人口托位数,2024-12-31,{text},存量\n"
SHARE = "地区,问题,选项,占比{unit}\n示例县,是否需要托育,需要,{text}\n"
COUNT = "地区,年份,常住人口\n示例县,2024,{text}\n"


def values_of(dossier: Dossier, contract: str, column: str, file: str = "x.csv") -> list[object]:
    """Values of a column as loaded from the file, then the reasons of refusals."""
    dossier.append("sources.yml", ENTRY.format(file=file, contract=contract))
    with duckdb.connect(str(load(dossier)), read_only=True) as connection:
        loaded = connection.execute(
            f"select {column} from raw.{contract} where source_id = 'x' order by source_row"
        ).fetchall()
        refused = connection.execute(
            "select reason_code from audit.rejected_rows where source_id = 'x'"
        ).fetchall()
    return [value for (value,) in [*loaded, *refused]]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("3.448275862", "3.448276", id="a-computed-rate"),
        pytest.param("3.4482758620689653", "3.448276", id="a-rate-of-all-digits-of-a-double"),
        pytest.param("4.4999999999999996", "4.5", id="as-excel-keeps-4.5"),
        pytest.param("0.30000000000000004", "0.3", id="as-excel-keeps-0.3"),
        pytest.param("4.0000000000000001", "4", id="as-excel-keeps-4"),
        pytest.param("3.4482758620689653托位/千人", "3.448276", id="with-its-unit"),
        pytest.param("约3.4482758620689653", "3.448276", id="with-a-hedge"),
        pytest.param("0.0000001", "not_a_number", id="what-would-round-to-nothing"),
        pytest.param("3.448.275862", "not_a_number", id="two-points"),
    ],
)
def test_a_rate_is_rounded(dossier: Dossier, text: str, value: str) -> None:
    dossier.write("x.csv", RATE.format(text=text))
    found = values_of(dossier, "reported_figure", "value")
    assert found == [Decimal(value) if value[0].isdigit() else value]


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        pytest.param("33.12345678%", "", "0.331235", id="percent-in-the-cell"),
        pytest.param("33.33333333333333", "(%)", "0.333333", id="percent-in-the-label"),
        pytest.param("0.3333333333", "", "0.333333", id="a-plain-share"),
    ],
)
def test_a_share_is_rounded_after_its_unit(
    dossier: Dossier, text: str, unit: str, value: str
) -> None:
    dossier.write("x.csv", SHARE.format(text=text, unit=unit))
    assert values_of(dossier, "demand_survey", "share") == [Decimal(value)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("40000.000000000004", 40000, id="as-a-spreadsheet-keeps-it"),
        pytest.param("39999.99999999999", 39999 + 1, id="just-below"),
        pytest.param("40000.3448275862", "not_a_whole_number", id="no-whole-number"),
        pytest.param("0.00000000000004", "not_a_whole_number", id="nothing-but-noise"),
    ],
)
def test_a_count_stays_whole(dossier: Dossier, text: str, value: object) -> None:
    dossier.write("x.csv", COUNT.format(text=text))
    assert values_of(dossier, "population", "resident_population") == [value]


def test_degrees_of_more_decimals_than_stored_are_rounded(dossier: Dossier) -> None:
    rows = (
        "乙镇,甲园,2024-12-31,40,121.47370123456789\n乙镇,乙园,2024-12-31,30,-0.12775849999999999\n"
    )
    dossier.write("x.csv", "地区,机构名称,截至日期,托位数,经度\n" + rows)
    found = values_of(dossier, "facility_roster", "longitude")
    assert found == [Decimal("121.473701"), Decimal("-0.127758")]


def test_numbers_of_a_workbook_are_rounded(dossier: Dossier) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(["地区", "指标", "截至日期", "数值", "性质"])
    for number in (10 / 2.9, 0.1 + 0.2, 4.4999999999999996):
        sheet.append(["示例县", "千人口托位数", "2024-12-31", number, "存量"])
    workbook.save(dossier.folder / "x.xlsx")
    found = values_of(dossier, "reported_figure", "value", "x.xlsx")
    assert found == [Decimal("3.448276"), Decimal("0.3"), Decimal("4.5")]
