"""What no region can have is refused with its row, and a table of another order as a whole."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from example_dossier import Dossier
from loaded import load

pytestmark = pytest.mark.integration


def outcome(
    dossier: Dossier, text: str, contract: str = "population"
) -> tuple[int, list[tuple[str, str]]]:
    """Number of loaded rows; column and code of every refusal."""
    dossier.write("x.csv", text)
    if (dossier.workspace.raw / "shili" / "sources.yml").read_text(encoding="utf-8").count(
        "id: x,"
    ) == 0:
        dossier.append(
            "sources.yml",
            f"  - {{id: x, file: x.csv, contract: {contract}, document: shili-doc, locator: 全表}}\n",
        )
    warehouse: Path = load(dossier)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        (loaded,) = connection.execute(
            f"select count(*) from raw.{contract} where source_id = 'x'"
        ).fetchall()[0]
        refused = connection.execute(
            "select column_name, reason_code from audit.rejected_rows where source_id = 'x'"
            " order by source_row, column_name, reason_code"
        ).fetchall()
    return loaded, refused


HEADER = "地区,年份,常住人口,出生人口\n"


@pytest.mark.parametrize(
    ("rows", "loaded", "refused"),
    [
        pytest.param("甲镇,2024,400000000,\n", 0, ["impossible_for_level"], id="town-of-400-million"),
        pytest.param("甲镇,2024,300,20000\n", 0, ["impossible_share"], id="births-above-residents"),
        pytest.param("甲镇,2024,30000,20000\n", 0, ["impossible_share"], id="births-of-two-thirds"),
        pytest.param("甲镇,2024,30000,250\n乙镇,2024,400000000,\n", 1, ["impossible_for_level"], id="one-row"),
        pytest.param("甲镇,2024,0,5\n", 1, [], id="no-residents"),
        pytest.param("甲镇,2024,900000,\n", 1, [], id="large-and-possible"),
    ],
)  # fmt: skip
def test_an_impossible_row_is_refused(
    dossier: Dossier, rows: str, loaded: int, refused: list[str]
) -> None:
    found, codes = outcome(dossier, HEADER + rows)
    assert (found, [code for _, code in codes]) == (loaded, refused)


def test_a_table_of_which_most_is_impossible_is_not_loaded_at_all(dossier: Dossier) -> None:
    rows = "".join(f"甲镇,{year},{number},\n" for year, number in ((2021, 4e8), (2022, 4e8), (2023, 9000)))  # fmt: skip
    loaded, codes = outcome(dossier, HEADER + rows.replace("400000000.0", "400000000"))
    assert loaded == 0
    assert ("resident_population", "impossible_table") in codes


def test_56_000_places_per_1_000_are_refused(dossier: Dossier) -> None:
    text = "地区,指标,截至日期,数值,性质\n甲镇,每千人口托位数,2024-12-31,{},存量\n"
    assert outcome(dossier, text.format(56000), "reported_figure")[0] == 0
    assert outcome(dossier, text.format(4.2), "reported_figure")[0] == 1
