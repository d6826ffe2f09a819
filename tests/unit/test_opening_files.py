"""Files are opened by their names alone, and whatever is loaded is an input."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path

import pytest
from example_dossier import Dossier

from pipeline.catalogue.load_dossiers import find_unread_files, load_dossiers
from pipeline.contracts import load_contracts
from pipeline.core.database import connect
from pipeline.core.errors import UsageError
from pipeline.core.inputs import scan_inputs
from pipeline.core.sql import delimited_file, literal, parquet_files
from pipeline.core.workspace import PROJECT_ROOT

ODD_FOLDERS = (
    "date=2024-12-31",
    "year=2025",
    "region_code=1",
    "qu?est",
    "quo'te",
    "st*r",
    "a[b]c",
    "a]b",
    "[ab]",
    "br{a,b}",
    "back\\slash",
    "x!y",
    "**",
    'double"quote',
    "名册 (1)",
    "%2F",
    "x.csv.gz",
)
# Other ways in which DuckDB reads a file.
READERS = re.compile(
    r"read_(parquet|csv|csv_auto|json|json_auto|ndjson|text|blob|xlsx)\b|parquet_scan\b"
    r"|\bfrom\s+'[^']*\.(parquet|csv|json)|^\s*copy\s+\S+\s+from\b",
    re.IGNORECASE,
)
METHODS = re.compile("read_(parquet|csv|json)|from_(parquet|csv_auto|json)")


@pytest.mark.parametrize("name", ODD_FOLDERS)
def test_a_file_is_read_whatever_its_folder_is_called(tmp_path, name):
    folder, other = tmp_path / name, tmp_path / "quXest"
    for each in (folder, other):
        each.mkdir()
        (each / "rows.csv").write_text(f"{each.name}|b\n", encoding="utf-8")
        with connect() as connection:
            file = literal((each / "rows.parquet").as_posix())
            connection.execute(f"copy (select '2023' as year, 7 as date) to {file}")
    columns = "columns = {c0: 'varchar', c1: 'varchar'}"
    with connect() as connection:
        stored = connection.execute(f"from {parquet_files([folder / 'rows.parquet'])}")
        assert [column[0] for column in stored.description] == ["year", "date"]
        assert stored.fetchall() == [("2023", 7)]
        text = delimited_file(
            folder / "rows.csv", "header = false, delim = '|', quote = ''", columns
        )
        assert connection.execute(f"from {text}").fetchall() == [(name, "b")]


def test_only_one_module_opens_files_with_duckdb():
    """A path that is put into SQL elsewhere may be read as a pattern, or as columns of a folder."""
    found = []
    for path in (PROJECT_ROOT / "pipeline").rglob("*.py"):
        if path == PROJECT_ROOT / "pipeline" / "core" / "sql.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                is_call = re.search(rf"({READERS.pattern})\s*\(?", node.value, READERS.flags)
                if is_call and node.value != "read_parquet":
                    found.append((path.name, node.value[:60]))
            if isinstance(node, ast.Attribute) and METHODS.fullmatch(node.attr):
                found.append((path.name, node.attr))
    assert found == []


def test_models_open_no_files():
    for path in (PROJECT_ROOT / "dbt_project").rglob("*.sql"):
        if not {"target", "logs"} & set(path.parts):
            assert not READERS.search(path.read_text(encoding="utf-8")), path


@pytest.mark.integration
@pytest.mark.usefixtures("copied_models")
@pytest.mark.parametrize(
    "name", ["region_code=1/date=2024-12-31", "quo'te [ab] {a,b} st*r a]b year=2025"]
)
def test_a_workspace_may_stand_in_a_folder_of_any_name(tmp_path, name):
    dossier = Dossier(tmp_path / name)
    assert dossier.build_marts()
    with connect(dossier.workspace.warehouse, read_only=True) as connection:
        rows = connection.execute(
            "select region_code, date::varchar from raw.population order by region_code"
        ).fetchall()
    assert rows == [("990100", "2023-12-31"), ("990100001", "2023-12-31")]
    assert not dossier.build_marts(), "nothing changed"


def test_a_workspace_in_which_no_database_can_stand_is_refused(tmp_path):
    with pytest.raises(UsageError, match="question mark"):
        Dossier(tmp_path / "qu?est").build_marts()


def loaded_files(raw: Path) -> set[str]:
    dossiers, problems = load_dossiers(raw, load_contracts())
    assert problems == []
    files = {f"raw/{source.dossier}/{source.entry.file}" for d in dossiers for source in d.sources}
    return files | {f"raw/{dossier.file.dossier}/sources.yml" for dossier in dossiers}


def rename_population(dossier, name: str) -> None:
    (dossier.folder / name).parent.mkdir(parents=True, exist_ok=True)
    (dossier.folder / "population.csv").rename(dossier.folder / name)
    dossier.replace("sources.yml", "population.csv", name)


@pytest.mark.parametrize(
    "name",
    [
        ".population.csv",
        ".hidden/population.csv",
        ".git/population.csv",
        "deep/er/population.csv",
        "..population.csv",
        "population.csv~",
        "lock.population.csv",
    ],
)
def test_whatever_a_source_names_is_an_input(dossier, name):
    rename_population(dossier, name)
    before = scan_inputs(dossier.workspace).checksums
    assert loaded_files(dossier.workspace.raw) <= set(before)
    (dossier.folder / name).write_bytes(b"x")
    assert scan_inputs(dossier.workspace).checksums != before


def test_files_behind_a_linked_dossier_are_inputs(dossier, tmp_path):
    elsewhere = tmp_path / "elsewhere" / "shili"
    shutil.move(dossier.folder, elsewhere)
    dossier.folder.symlink_to(elsewhere, target_is_directory=True)
    before = scan_inputs(dossier.workspace).checksums
    assert loaded_files(dossier.workspace.raw) <= set(before)
    (elsewhere / "population.csv").write_bytes(b"x")
    (elsewhere / "forgotten.csv").write_bytes(b"x")
    assert scan_inputs(dossier.workspace).checksums != before
    assert find_unread_files(
        dossier.workspace.raw, load_dossiers(dossier.workspace.raw, load_contracts())[0]
    ) == ["shili/forgotten.csv"]


def test_a_linked_file_and_a_linked_folder_inside_a_dossier_are_inputs(dossier):
    (dossier.folder / "real").mkdir()
    shutil.move(dossier.folder / "population.csv", dossier.folder / "real" / "population.csv")
    (dossier.folder / "linked").symlink_to("real", target_is_directory=True)
    dossier.replace("sources.yml", "population.csv", "linked/population.csv")
    assert len(load_dossiers(dossier.workspace.raw, load_contracts())[1]) == 0
    before = scan_inputs(dossier.workspace).checksums
    (dossier.folder / "real" / "population.csv").write_bytes(b"x")
    assert scan_inputs(dossier.workspace).checksums != before


def test_a_dossier_that_links_to_itself_is_walked_once(dossier):
    (dossier.folder / "loop").symlink_to("..", target_is_directory=True)
    assert loaded_files(dossier.workspace.raw) <= set(scan_inputs(dossier.workspace).checksums)


@pytest.mark.parametrize("name", ["~$population.csv", ".~lock.population.csv#", "._population.csv"])
def test_what_programs_leave_behind_is_refused_as_a_source(dossier, name):
    rename_population(dossier, name)
    problems = load_dossiers(dossier.workspace.raw, load_contracts())[1]
    assert [problem for problem in problems if name in str(problem)]
