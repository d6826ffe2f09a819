"""What a population table declares to be all of a region is summed, and nothing else is."""

from __future__ import annotations

import pytest

from pipeline.core.database import connect

pytestmark = pytest.mark.integration

# A city that is no county's list: of its two counties one sends a table.
REGIONS = """区划代码,名称,级别,上级代码,代码来源,别名
990000,示例市,地级,,虚构,
990100,示例县,县级,990000,虚构,旧示例县
990200,示例新区,县级,990000,虚构,
990100001,甲镇,乡级,990100,虚构,
990100002,乙镇,乡级,990100,虚构,乙街道;老乙
990100003,丙镇,乡级,990100,虚构,
"""
COMPLETE = "    locator: 表1\n    complete_for: ['990000']\n"


def residents_of_the_city(dossier, rows: str, complete: str) -> int | None:
    dossier.write("regions.csv", REGIONS)
    dossier.write("population.csv", f"区划代码,地区,时点,常住人口\n{rows}")
    dossier.replace("sources.yml", "    locator: 表1\n", complete)
    assert dossier.build_marts()
    with connect(dossier.workspace.warehouse, read_only=True) as connection:
        found = connection.execute(
            "select resident_population from marts.region_years"
            " where year = 2023 and region_code = '990000'"
        ).fetchall()
    return found[0][0] if found else None


COUNTY = "990100,示例县,2023-12-31,40000\n"
CASES = {
    "the one county that there is": (COUNTY, COMPLETE, 40000),
    "not declared": (COUNTY, "    locator: 表1\n", None),
    "both counties": (COUNTY + "990200,示例新区,2023-12-31,5000\n", COMPLETE, 45000),
    "a county whose count is said to be missing": (
        COUNTY + "990200,示例新区,2023-12-31,暂无\n", COMPLETE, None,
    ),
    "a row that is refused": (COUNTY + "990300,无名区,2023-12-31,5000\n", COMPLETE, None),
    "its own count refutes it": (COUNTY + "990000,示例市,2022-12-31,90000\n", COMPLETE, None),
    "its own count is used": (COUNTY + "990000,示例市,2023-12-31,40100\n", COMPLETE, 40100),
    "declared of another region": (COUNTY, COMPLETE.replace("990000", "990200"), None),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_declared_to_be_all_is_summed(dossier, case):
    rows, complete, expected = CASES[case]
    assert residents_of_the_city(dossier, rows, complete) == expected
