"""Numbers that read two ways are read by the other numbers of their column, or refused."""

from __future__ import annotations

import duckdb
import pytest
from example_dossier import Dossier
from loaded import load

pytestmark = pytest.mark.integration

ENTRY = "  - {id: x, file: x.csv, contract: population, document: shili-doc, locator: 全表}\n"


@pytest.mark.parametrize(
    ("texts", "loaded", "refused"),
    [
        pytest.param(["30.000", "1.234.567"], [30000, 1234567], 0, id="points-between-thousands"),
        pytest.param(["30.000"], [], 1, id="a-point-and-no-evidence"),
        pytest.param(["30.000", "28.500"], [], 2, id="points-and-no-evidence"),
        pytest.param(["30,000", "28,500"], [30000, 28500], 0, id="commas-between-thousands"),
        pytest.param(["30.000", "30,5"], [], 2, id="a-comma-before-decimals-of-a-count"),
        pytest.param(["30,000", "1,23"], [30000], 1, id="a-slip-beside-commas-between-thousands"),
        pytest.param(
            ["3万人", "2", "2.5万"], [30000, 25000], 1, id="a-bare-number-among-scaled-ones"
        ),
        pytest.param(["3万人", "25000"], [30000, 25000], 0, id="a-full-number-among-scaled-ones"),
        pytest.param(["30,000", "1.234.567"], [1234567], 1, id="both-marks"),
        pytest.param(["30.0", "28500"], [30, 28500], 0, id="a-whole-number-with-a-zero"),
        pytest.param(["(30000)"], [], 1, id="brackets-of-an-accountant"),
        pytest.param(["(120)"], [], 1, id="a-small-number-in-brackets"),
        pytest.param(["(120)", "130"], [130], 1, id="brackets-beside-a-plain-number"),
        pytest.param(["1 234 567", "30.000"], [1234567], 1, id="blanks-do-not-tell"),
    ],
)
def test_the_column_tells_or_the_row_is_refused(
    dossier: Dossier, texts: list[str], loaded: list[int], refused: int
) -> None:
    rows = "".join(f"示例市;{2000 + number};{text}\n" for number, text in enumerate(texts))
    dossier.write("x.csv", "地区;年份;常住人口\n" + rows)
    dossier.append("sources.yml", ENTRY)
    with duckdb.connect(str(load(dossier)), read_only=True) as connection:
        found = connection.execute(
            "select resident_population from raw.population where source_id = 'x' order by year"
        ).fetchall()
        count = connection.execute(
            "select count(distinct source_row) from audit.rejected_rows where source_id = 'x'"
        ).fetchall()
    assert [number for (number,) in found] == loaded
    assert count == [(refused,)]


def test_decimal_commas_under_ten_thousands_are_read_by_their_column(dossier: Dossier) -> None:
    rows = "示例市;2020;5,337\n示例市;2021;4,601\n示例市;2022;3,25\n"
    dossier.write("x.csv", "地区;年份;年末常住人口(万人)\n" + rows)
    dossier.append("sources.yml", ENTRY)
    with duckdb.connect(str(load(dossier)), read_only=True) as connection:
        found = connection.execute(
            "select resident_population from raw.population where source_id = 'x' order by year"
        ).fetchall()
    assert found == [(53370,), (46010,), (32500,)]
