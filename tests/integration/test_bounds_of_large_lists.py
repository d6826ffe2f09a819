"""One number that is not known among thousands leaves a bound, and no hole."""

from __future__ import annotations

import pytest
from example_dossier import Dossier

from pipeline.core.database import connect

pytestmark = pytest.mark.integration

FACILITIES = 1000  # in each town, of 10 places
TOWNS = {"甲镇": "", "乙镇": "不详", "丙镇": "-"}  # what stands for the places of the last one


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple]:
    dossier = Dossier(tmp_path_factory.mktemp("thousands"))
    lines = [
        f"{town}{number}号园,{town},{10 if number + 1 < FACILITIES else unknown}"
        for town, unknown in TOWNS.items()
        for number in range(FACILITIES)
    ]
    dossier.write("list.csv", "\n".join(["机构名称,地区,托位数", *lines, ""]))
    dossier.append(
        "sources.yml",
        "  - {id: list, file: list.csv, contract: facility_roster, document: shili-doc,"
        " locator: 全文, as_of: 2023-12-31, complete_for: ['990100'],"
        " constants: {facility_type: 托育园, filing_status: 已备案}}\n",
    )
    assert dossier.build_marts()
    with connect(dossier.workspace.warehouse, read_only=True) as connection:
        rows = connection.execute(
            "select region_code, value, value_at_least, known, parts, missing_reason"
            " from marts.indicator_values"
            " where indicator = 'places' and scope = 'filed' and year = 2023"
        ).fetchall()
    return {code: tuple(rest) for code, *rest in rows}


@pytest.mark.parametrize("town", ["990100001", "990100002", "990100003"])
def test_a_town_with_one_unknown_capacity_has_the_sum_of_the_others(places, town):
    value, least, known, parts, reason = places[town]
    assert value is None
    assert (least, known, parts) == (9990, FACILITIES - 1, FACILITIES)
    assert reason == "facilities_unknown"


@pytest.mark.parametrize("region", ["990100", "990000"])
def test_a_region_above_has_the_sum_of_what_is_known(places, region):
    value, least, known, parts, reason = places[region]
    assert value is None
    assert least == 3 * 9990
    assert known is not None
    assert parts is not None
    assert reason in ("facilities_unknown", "regions_unknown")
