"""Templates: what they offer, and that a filled one is read without an entry in sources.yml."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import openpyxl
import pytest
from example_dossier import Dossier
from office import convert

from pipeline.catalogue.load_dossiers import find_unread_files, load_dossiers
from pipeline.cli import main
from pipeline.commands.templates.fields import header_label
from pipeline.commands.templates.writing import (
    EXAMPLE_ROW,
    HEADER_ROW,
    LISTS,
    SHEET,
    write_templates,
)
from pipeline.contracts import load_contracts
from pipeline.core.workspace import Workspace
from pipeline.warehouse.load import load_warehouse

CONTRACTS = load_contracts()
# what a planner fills in: contract -> column -> value
FILLED = {
    "class_standard": {"class_type": "乳儿班", "age_range": "6—12个月", "max_children": 10},
    "demand_survey": {"region_name": "甲镇", "question": "愿意送托吗", "option": "愿意", "share": 0.5},
    "facility_roster": {
        "region_name": "甲镇", "as_of": dt.date(2024, 12, 31), "facility_name": "某园", "places": 30,
        "facility_type": "托育机构", "ownership": "民办", "is_inclusive": "否", "filing_status": "已备案",
        "opened_on": dt.date(2023, 9, 1), "facility_id": "007",
    },
    "inspection": {"region_name": "甲镇", "date": dt.date(2024, 3, 1), "facility_name": "某园", "kind": "安全巡查"},
    "policy_target": {
        "region_name": "乙镇", "indicator": "每千人口托位数", "year": 2025, "comparator": "≥", "value": 4.5,
        "kind": "存量", "locator": "第三条",
    },
    "population": {"region_name": "乙镇", "date": dt.date(2024, 12, 31), "resident_population": 15000},
    "quota_ledger": {"region_name": "丙镇", "year": 2025, "places": 60, "unit": "托位", "accumulation": "累计"},
    "region_list": {"region_code": "990100004", "region_name": "丁镇", "level": "乡级", "parent_code": "990100", "scheme": "虚构"},
    "reported_figure": {"region_name": "乙镇", "indicator": "托位数", "as_of": dt.date(2024, 12, 31), "value": 50, "kind": "存量"},
    "subsidy_rule": {"region_name": "示例县", "subsidy": "运营补贴", "basis": "每名婴幼儿", "amount": 300, "unit": "元/月"},
}  # fmt: skip


def template(workspace: Workspace, contract: str) -> Path:
    return workspace.templates / f"{contract}_{load_contracts().by_name[contract].title}.xlsx"


def fill(path: Path, contract: str, target: Path, values: dict[str, object] | None = None) -> Path:
    """Type one row into a template, as a person would, and keep it under another name."""
    workbook = openpyxl.load_workbook(path)
    sheet = workbook[SHEET]
    headers = {sheet.cell(HEADER_ROW, n).value: n for n in range(1, sheet.max_column + 1)}
    for column, value in (values or FILLED[contract]).items():
        label = header_label(CONTRACTS.by_name[contract].columns[column])
        sheet.cell(HEADER_ROW + 1, headers[label], value)
    workbook.save(target)
    return target


def load(dossier: Dossier, warehouse: Path) -> dict[str, tuple[int, int]]:
    """Rows loaded and rejected of every file."""
    dossiers, problems = load_dossiers(dossier.workspace.raw, CONTRACTS)
    assert problems == []
    assert find_unread_files(dossier.workspace.raw, dossiers) == []
    rows = warehouse.with_suffix(".rows")
    rows.mkdir()
    load_warehouse(warehouse, rows, dossiers, CONTRACTS)
    with duckdb.connect(str(warehouse)) as connection:
        found = connection.execute(
            "select file, rows_loaded, rows_rejected from audit.load_audit"
        ).fetchall()
    return {file: (loaded, rejected) for file, loaded, rejected in found}


@pytest.fixture
def templates(dossier: Dossier) -> Workspace:
    write_templates(dossier.workspace, None)
    return dossier.workspace


def test_every_contract_has_a_template_and_a_filled_one_loads_without_an_entry(
    dossier: Dossier, templates: Workspace, tmp_path: Path
) -> None:
    assert set(FILLED) == set(CONTRACTS.by_name)
    for contract in FILLED:
        fill(template(templates, contract), contract, dossier.folder / f"{contract}_2024.xlsx")
    found = load(dossier, tmp_path / "w.duckdb")
    # one row each: the example above the header is not data
    assert {name: found[f"shili/{name}_2024.xlsx"] for name in FILLED} == dict.fromkeys(
        FILLED, (1, 0)
    )


def test_the_values_arrive_as_they_were_typed(
    dossier: Dossier, templates: Workspace, tmp_path: Path
) -> None:
    fill(template(templates, "facility_roster"), "facility_roster", dossier.folder / "roster.xlsx")
    load(dossier, tmp_path / "w.duckdb")
    with duckdb.connect(str(tmp_path / "w.duckdb")) as connection:
        found = connection.execute(
            "select source_id, facility_id, region_code, opened_on, is_inclusive, ownership,"
            " sources.document_id from raw.facility_roster join raw.sources using (source_id)"
        ).fetchall()
    day = dt.date(2023, 9, 1)
    assert found == [("shili-roster", "007", "990100001", day, False, "private", "shili-doc")]


@pytest.mark.parametrize("contract", FILLED)
def test_a_template_as_it_is_written_holds_no_data(
    dossier: Dossier, templates: Workspace, tmp_path: Path, contract: str
) -> None:
    path = template(templates, contract)
    sheet = openpyxl.load_workbook(path)[SHEET]
    assert sheet.cell(EXAMPLE_ROW, 1).value == "示例"
    assert sheet.cell(EXAMPLE_ROW, 3).font.italic
    (dossier.folder / "empty.xlsx").write_bytes(path.read_bytes())
    assert load(dossier, tmp_path / "w.duckdb")["shili/empty.xlsx"] == (0, 0)


def test_every_header_is_chinese_has_a_note_and_names_no_person(templates: Workspace) -> None:
    for contract in CONTRACTS.by_name.values():
        sheet = openpyxl.load_workbook(template(templates, contract.name))[SHEET]
        headers = [sheet.cell(HEADER_ROW, n) for n in range(2, sheet.max_column + 1)]
        for cell in headers:
            column = contract.columns[contract.column_for(cell.value) or ""]
            assert not cell.value.isascii()
            assert not column.personal
            assert column.description in cell.comment.text
            assert ("必填" in cell.comment.text) == (
                column.required or (contract.has_region and column.name == "region_name")
            )


def test_lists_offer_words_that_the_vocabularies_know_and_the_towns_of_a_county(
    dossier: Dossier,
) -> None:
    write_templates(dossier.workspace, "990100")
    workbook = openpyxl.load_workbook(template(dossier.workspace, "facility_roster"))
    sheet, lists = workbook[SHEET], workbook[LISTS]
    assert lists.sheet_state == "hidden"
    offered = {}
    for check in sheet.data_validations.dataValidation:
        if check.type == "list":
            label = sheet.cell(HEADER_ROW, next(iter(check.sqref.ranges)).min_col).value
            reference = check.formula1.split("!")[1].replace("$", "")
            offered[label] = [row[0].value for row in lists[reference]]
        assert check.error
    assert offered["地区"] == ["示例县", "甲镇", "乙镇", "丙镇"]
    assert offered["是否普惠"] == ["是", "否"]
    assert offered["举办性质"] == ["公办", "民办", "公办民营", "集体"]
    assert set(offered) >= {"机构类型", "备案状态", "登记渠道"}
    kinds = {check.type for check in sheet.data_validations.dataValidation}
    assert kinds == {"list", "date", "whole", "decimal"}


def test_a_name_of_two_regions_is_offered_with_the_region_above(dossier: Dossier) -> None:
    dossier.append(
        "regions.csv", "990200,另县,县级,990000,虚构,\n990200001,甲镇,乡级,990200,虚构,\n"
    )
    write_templates(dossier.workspace, None)
    lists = openpyxl.load_workbook(template(dossier.workspace, "quota_ledger"))[LISTS]
    offered = {cell.value for cell in lists["A"]}
    assert {"示例县/甲镇", "另县/甲镇", "乙镇"} <= offered
    assert "甲镇" not in offered


def test_too_many_regions_leave_the_cell_free(dossier: Dossier) -> None:
    for number in range(500):
        dossier.append("regions.csv", f"99010{number + 2000},第{number}村,乡级,990100,虚构,\n")
    write_templates(dossier.workspace, None)
    sheet = openpyxl.load_workbook(template(dossier.workspace, "population"))[SHEET]
    checks = sheet.data_validations.dataValidation
    assert [check for check in checks if check.type == "list"] == []


def test_a_template_in_a_dossier_with_two_documents_is_refused_with_the_entry_to_add(
    dossier: Dossier, templates: Workspace
) -> None:
    second = "  - {id: other-doc, title: 另一文件, issuer: 示例县办公室, grade: A}\nsources:"
    dossier.replace("sources.yml", "sources:", second)
    fill(template(templates, "population"), "population", dossier.folder / "人口 2024.xlsx")
    _, problems = load_dossiers(dossier.workspace.raw, CONTRACTS)
    assert [problem.where for problem in problems] == ["shili/人口 2024.xlsx"]
    assert "shili-doc, other-doc" in problems[0].found
    assert "file: 人口 2024.xlsx, contract: population, document: ID" in problems[0].next_step


def test_an_entry_wins_over_the_mark(dossier: Dossier, templates: Workspace) -> None:
    fill(template(templates, "population"), "population", dossier.folder / "p.xlsx")
    dossier.append(
        "sources.yml", "  - {id: own, file: p.xlsx, document: shili-doc, locator: 表9}\n"
    )
    dossiers, problems = load_dossiers(dossier.workspace.raw, CONTRACTS)
    assert problems == []
    ids = [source.id for source in dossiers[0].sources if source.entry.file == "p.xlsx"]
    assert ids == ["own"]


def test_a_template_of_another_version_is_refused(dossier: Dossier, templates: Workspace) -> None:
    workbook = openpyxl.load_workbook(template(templates, "population"))
    name = next(iter(workbook.defined_names))
    mark = workbook.defined_names.pop(name)
    mark.name = name.replace("_v1_", "_v2_")
    workbook.defined_names[mark.name] = mark
    workbook.save(dossier.folder / "later.xlsx")
    _, problems = load_dossiers(dossier.workspace.raw, CONTRACTS)
    assert [problem.found for problem in problems] == ["a template of version 2"]


def test_files_without_the_mark_are_only_reported(dossier: Dossier) -> None:
    openpyxl.Workbook().save(dossier.folder / "plain.xlsx")
    (dossier.folder / "broken.xlsx").write_bytes(b"PK\x03\x04nonsense")
    dossiers, problems = load_dossiers(dossier.workspace.raw, CONTRACTS)
    assert problems == []
    unread = find_unread_files(dossier.workspace.raw, dossiers)
    assert unread == ["shili/broken.xlsx", "shili/plain.xlsx"]


def test_a_template_that_libreoffice_saved_again_is_still_known(
    dossier: Dossier, templates: Workspace, tmp_path: Path
) -> None:
    filled = fill(template(templates, "quota_ledger"), "quota_ledger", tmp_path / "filled.xlsx")
    ods = convert(filled, "ods")
    filled.unlink()
    convert(ods, "xlsx").rename(dossier.folder / "filled.xlsx")
    assert load(dossier, tmp_path / "w.duckdb")["shili/filled.xlsx"] == (1, 0)


def test_the_command_writes_the_same_bytes_twice_and_refuses_an_unknown_region(
    dossier: Dossier, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["templates", "--workspace", str(dossier.workspace.root)]
    assert main(arguments) == 0
    first = {path.name: path.read_bytes() for path in dossier.workspace.templates.iterdir()}
    assert str(template(dossier.workspace, "inspection")) in capsys.readouterr().out
    assert main(arguments) == 0
    assert first == {p.name: p.read_bytes() for p in dossier.workspace.templates.iterdir()}
    assert main([*arguments, "--region", "123456"]) == 2
    assert "no region list" in capsys.readouterr().err
