"""Corrections of known errors: what a corrections.yml may say, and what it does to the rows."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import duckdb
import pytest
from example_dossier import Dossier

from pipeline.catalogue.load_dossiers import entry_checksums, find_unread_files, load_dossiers
from pipeline.cli import main
from pipeline.contracts import load_contracts
from pipeline.core.errors import SourceProblemsError
from pipeline.core.inputs import scan_inputs
from pipeline.dossier_files.corrections_file import CORRECTIONS_FILE
from pipeline.warehouse.load import load_warehouse

GOOD = {
    "id": "shili-residents",
    "source": "shili-population",
    "row": "3",
    "column": "resident_population",
    "expect": "25000",
    "value": "26000",
    "reason": "笔误, 机构来函确认",
    "document": "shili-doc",
    "reviewed_by": "示例县卫健委 张某",
    "reviewed_on": "2024-09-01",
}


def entry(**changed: str | None) -> str:
    """One correction as YAML; None leaves a key out."""
    given = {key: value for key, value in (GOOD | changed).items() if value is not None}
    return "".join(
        f"{'  - ' if number == 0 else '    '}{key}: {value}\n"
        for number, (key, value) in enumerate(given.items())
    )


def correct(dossier, *entries):
    dossier.write(CORRECTIONS_FILE, "corrections:\n" + "".join(entries))


def problems_of(dossier):
    return load_dossiers(dossier.workspace.raw, load_contracts())[1]


def load(dossier):
    """Load the dossier, without models; the warehouse."""
    contracts = load_contracts()
    dossiers, problems = load_dossiers(dossier.workspace.raw, contracts)
    assert problems == []
    root = dossier.workspace.root
    load_warehouse(root / "test.duckdb", root / "rows", dossiers, contracts)
    return root / "test.duckdb"


def ask(warehouse, query):
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        pytest.param({"reviewer": "x"}, "line 12\n  found:    unknown key", id="unknown-key"),
        pytest.param({"reason": None}, "no corrections.0.reason", id="missing-key"),
        pytest.param({"expect": None}, "no corrections.0.expect", id="missing-expect"),
        pytest.param({"id": "Shili 1"}, "corrections.0.id", id="bad-id"),
        pytest.param({"row": "0"}, "corrections.0.row", id="row-0"),
        pytest.param({"row": "'3'"}, "corrections.0.row", id="row-as-text"),
        pytest.param({"reviewed_on": "soon"}, "corrections.0.reviewed_on", id="bad-day"),
        pytest.param({"source": "other"}, "source: other", id="unknown-source"),
        pytest.param({"document": "other"}, "document: other", id="unknown-document"),
        pytest.param({"column": "residents"}, "column: residents", id="unknown-column"),
        pytest.param({"column": "region_code"}, "column: region_code", id="region"),
        pytest.param({"value": "'26000'"}, "value: '26000'", id="text-for-a-number"),
        pytest.param({"value": "260.5"}, "value: 260.5", id="fraction-for-a-whole-number"),
        pytest.param({"value": "true"}, "value: True", id="flag-for-a-number"),
        pytest.param({"expect": "[25000]"}, "expect: [25000]", id="list"),
        pytest.param(
            {"source": "shili-targets", "column": "comparator", "expect": "['>=']"},
            "expect: ['>=']",
            id="list-of-words",
        ),
        pytest.param({"value": "25000"}, "expect and value: 25000", id="changes-nothing"),
        pytest.param({"column": "date", "expect": "'2023-12-31'"}, "without quotes", id="date"),
        pytest.param(
            {"source": "shili-targets", "column": "comparator", "expect": "'>='", "value": "atleast"},
            "one of <=, =, >, >=, between",
            id="word-of-no-list",
        ),
        pytest.param(
            {"source": "shili-targets", "column": "value", "expect": "4.5", "value": "null"},
            "contract policy_target requires value",
            id="required",
        ),
        pytest.param(
            {"source": "shili-targets", "column": "value", "value": "4.1234567"},
            "at most six decimals",
            id="too-fine",
        ),
    ],
)  # fmt: skip
def test_a_bad_entry_is_told_with_the_next_step(dossier, changed, found):
    correct(dossier, entry(**changed))
    (problem, *_) = problems_of(dossier)
    assert found in str(problem)
    assert problem.where.startswith("shili/corrections.yml")
    assert problem.kind == "configuration"


def test_all_problems_are_told_at_once(dossier, capsys):
    correct(dossier, entry(source="other"), entry(id="b", column="x"), entry(id="c", value="'1'"))
    dossier.replace("sources.yml", "grade: A", "grade: D")
    assert main(["build", "--workspace", str(dossier.workspace.root)]) == 2
    assert "documents.0.grade" in capsys.readouterr().err
    dossier.replace("sources.yml", "grade: D", "grade: A")
    assert main(["build", "--workspace", str(dossier.workspace.root)]) == 2
    shown = capsys.readouterr().err
    assert "3 problem(s)" in shown
    for name in ("shili-residents", "correction b", "correction c"):
        assert name in shown


def test_personal_columns_cannot_be_corrected_because_values_are_published(dossier):
    add_roster(dossier)
    correct(dossier, entry(source="shili-roster", row="2", column="phone"))
    assert "column: phone" in str(problems_of(dossier)[0])


def test_one_cell_is_corrected_once(dossier):
    correct(dossier, entry(), entry(id="again", value="27000"))
    (problem,) = problems_of(dossier)
    assert problem.found == (
        "2 corrections of source shili-population, row 3, column resident_population"
    )
    correct(dossier, entry(), entry(id="other-row", row="2", expect="40000"))
    assert problems_of(dossier) == []


def test_an_id_stands_once_in_all_dossiers(dossier):
    correct(dossier, entry(), entry(row="2", expect="40000"))
    (problem,) = problems_of(dossier)
    assert (problem.where, problem.found) == (
        "shili/corrections.yml",
        "correction id shili-residents again",
    )


def test_the_file_is_an_input_and_no_unread_file(dossier):
    correct(dossier, entry())
    dossier.write("correction.yml", "")
    dossiers, _ = load_dossiers(dossier.workspace.raw, load_contracts())
    assert find_unread_files(dossier.workspace.raw, dossiers) == ["shili/correction.yml"]
    assert "raw/shili/corrections.yml" in scan_inputs(dossier.workspace).checksums


def test_a_correction_belongs_to_what_is_said_about_its_source(dossier):
    def checksums():
        return entry_checksums(load_dossiers(dossier.workspace.raw, load_contracts())[0])

    before = checksums()
    correct(dossier, entry())
    after = checksums()
    assert {source for source in before if before[source] != after[source]} == {"shili-population"}


def test_the_raw_table_has_the_new_value_and_the_file_of_rows_the_old_one(dossier):
    correct(
        dossier, entry(), entry(id="unknown", row="2", column="age_0", expect="300", value="null")
    )
    warehouse = load(dossier)
    columns = "source_row, resident_population, age_0, age_1_4"
    assert ask(warehouse, f"select {columns} from raw.population order by 1") == [
        (2, 40000, None, 1400),
        (3, 26000, 200, 900),
    ]
    (stored,) = (dossier.workspace.root / "rows" / "shili-population").glob("*/rows.parquet")
    assert ask(warehouse, f"select {columns} from '{stored}' order by 1") == [
        (2, 40000, 300, 1400),
        (3, 25000, 200, 900),
    ]
    assert ask(warehouse, "from raw.corrections order by 1") == [
        (
            *("shili-residents", "shili", "shili-population", None, 3, None),
            *("resident_population", "25000", "26000", "笔误, 机构来函确认", "shili-doc"),
            *("示例县卫健委 张某", dt.date(2024, 9, 1)),
        ),
        (
            *("unknown", "shili", "shili-population", None, 2, None),
            *("age_0", "300", None, "笔误, 机构来函确认", "shili-doc"),
            *("示例县卫健委 张某", dt.date(2024, 9, 1)),
        ),
    ]


def test_values_of_every_type_are_corrected(dossier):
    target = {"source": "shili-targets", "row": "2"}
    correct(
        dossier,
        entry(id="number", column="value", expect="4.5", value="4.25", **target),
        entry(id="year", column="year", expect="2025", value="2026", **target),
        entry(id="word", column="comparator", expect="'>='", value="'='", **target),
        entry(id="text", column="note", expect="null", value="见更正", document=None, **target),
        entry(id="day", column="date", expect="2023-12-31", value="2022-12-31"),
        entry(
            id="parent",
            source="shili-regions",
            row="6",
            column="aliases",
            expect="null",
            value="老丙",
        ),
    )
    warehouse = load(dossier)
    assert ask(warehouse, "select value, year, comparator, note from raw.policy_target") == [
        (Decimal("4.25"), 2026, "=", "见更正")
    ]
    assert ask(warehouse, "select date from raw.population where source_row = 3") == [
        (dt.date(2022, 12, 31),)
    ]
    assert ask(warehouse, "select region_code from shaping.region_names where region_name = '老丙'")


def test_an_impossible_number_that_a_correction_replaces_does_not_refuse_its_row(dossier):
    dossier.replace("population.csv", "25000", "-25000")
    correct(dossier, entry(expect="-25000", value="25000"))
    warehouse = load(dossier)
    assert ask(warehouse, "select resident_population from raw.population order by 1") == [
        (25000,),
        (40000,),
    ]
    assert ask(warehouse, "from audit.rejected_rows") == []


def test_an_impossible_number_in_a_merged_cell_is_corrected_in_all_its_rows(dossier):
    dossier.write_ledger((("甲镇", -120, (40, 80, 120)), ("乙镇", 60, (20, 40, 60))), 180)
    stated = {"source": "shili-ledger", "row": "4", "sheet": "Sheet", "column": "stated_total"}
    correct(dossier, entry(expect="-120", value="120", **stated))
    warehouse = load(dossier)
    assert ask(warehouse, "select stated_total from raw.quota_ledger order by source_row") == [
        *[(120,)] * 3,
        *[(60,)] * 3,
    ]
    assert ask(warehouse, "from audit.rejected_rows") == []


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"value": "-26000"}, "below 0, the smallest value that is possible"),
        (
            {"source": "shili-targets", "row": "2", "column": "value", "expect": "0.5",
             "value": "45"},
            "above 1, the largest value that is possible",
        ),
    ],
)  # fmt: skip
def test_a_correction_may_not_put_an_impossible_number_into_a_row(dossier, changed, found):
    dossier.replace("targets.csv", "千人口托位数,2025,不低于,4.5", "托位使用率,2025,不低于,0.5")
    correct(dossier, entry(**changed))
    with pytest.raises(SourceProblemsError) as caught:
        load(dossier)
    (problem,) = caught.value.problems
    assert found in str(problem)


@pytest.mark.parametrize(
    ("changed", "found", "expected"),
    [
        pytest.param({"expect": "24000"}, "shili/population.csv: 25000", "24000", id="mended"),
        pytest.param({"expect": "null"}, "shili/population.csv: 25000", "null", id="filled"),
        pytest.param({"row": "99"}, "row 99", "a row of shili/population.csv", id="no-such-row"),
        pytest.param({"row": "4"}, "row 4 (not a whole number)", "was loaded", id="refused"),
        pytest.param({"row": "1"}, "row 1 (set aside as header)", "was loaded", id="header"),
        pytest.param({"sheet": "上半年"}, "row 3, sheet: 上半年", "no sheet", id="no-sheets"),
        pytest.param({"letter": "D"}, "row 3, letter: D", "no letter", id="no-letters"),
    ],
)
def test_a_row_that_is_not_as_expected_stops_the_build(dossier, changed, found, expected):
    dossier.append("population.csv", "990100002,乙镇,2023-12-31,很多,1,2\n")
    correct(dossier, entry(**changed))
    with pytest.raises(SourceProblemsError) as stopped:
        load(dossier)
    (problem,) = stopped.value.problems
    assert found in problem.found
    assert expected in problem.expected
    assert "correction" in problem.next_step or "stands" in problem.next_step
    assert stopped.value.exit_status == 2


def test_the_sheet_tells_rows_of_a_workbook_apart(dossier):
    ledger = {
        "source": "shili-ledger",
        "row": "5",
        "column": "places",
        "expect": "80",
        "value": "90",
    }
    correct(dossier, entry(**ledger))
    with pytest.raises(SourceProblemsError, match="sheet: one of Sheet; no letter"):
        load(dossier)
    (dossier.workspace.root / "test.duckdb").unlink()
    correct(dossier, entry(**ledger, sheet="Sheet"))
    warehouse = load(dossier)
    assert ask(warehouse, "select places from raw.quota_ledger where source_row = 5") == [(90,)]


def test_a_merged_cell_is_corrected_in_all_its_rows_by_the_first(dossier):
    total = {"source": "shili-ledger", "sheet": "Sheet", "column": "stated_total"}
    values = {"expect": "120", "value": "125"}
    correct(dossier, entry(**total, **values, row="5"))
    with pytest.raises(SourceProblemsError, match="row 4, in which the cell begins"):
        load(dossier)
    (dossier.workspace.root / "test.duckdb").unlink()
    correct(dossier, entry(**total, **values, row="4"))
    rows = ask(load(dossier), "select stated_total from raw.quota_ledger order by source_row")
    assert rows == [(125,)] * 3 + [(60,)] * 3


def test_the_letter_tells_cells_of_columns_apart_that_became_rows(dossier):
    dossier.write("population.csv", "地区,2022年,2023年\n示例县,40000,41000\n")
    dossier.replace(
        "sources.yml",
        "locator: 表1\n",
        "locator: 表1\n"
        "    unpivot: {columns: [2022年, 2023年], names_to: year, values_to: resident_population}\n",
    )
    cell = {"row": "2", "expect": "41000", "value": "42000"}
    correct(dossier, entry(**cell))
    with pytest.raises(SourceProblemsError, match="letter: one of B, C"):
        load(dossier)
    (dossier.workspace.root / "test.duckdb").unlink()
    correct(dossier, entry(**cell, letter="C"))
    rows = ask(load(dossier), "select year, resident_population from raw.population order by 1")
    assert rows == [(2022, 40000), (2023, 42000)]


def add_roster(dossier: Dossier) -> None:
    dossier.append(
        "sources.yml",
        "  - {id: shili-roster, file: roster.csv, contract: facility_roster, document: shili-doc}\n",
    )
    dossier.write("roster.csv", "地区,机构名称,时点,托位数\n甲镇,小太阳,2024-12-31,60\n")
