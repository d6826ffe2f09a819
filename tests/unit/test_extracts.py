"""A source is read again only if something changed that its extract follows from."""

from __future__ import annotations

import ast
import random
import shutil
from pathlib import Path

import duckdb
import pytest
from example_dossier import LEDGER_TOWNS, Dossier
from loaded import everything_in, load

from pipeline.contracts import load_contracts
from pipeline.core.errors import FilesChangedError, SourceProblemsError
from pipeline.core.inputs import find_code
from pipeline.core.workspace import PROJECT_ROOT
from pipeline.shaping import ROWS_FILE
from pipeline.warehouse import cache as cache
from pipeline.warehouse import load as loading
from pipeline.warehouse.cache import CHECKSUMS, EXTRACT_CODE, SIDE_TABLES

CONTRACTS = load_contracts()
ALL = {f"shili-{name}" for name in ("regions", "population", "targets", "reported", "ledger")}
REGION_LIST = {"shili-regions"}


@pytest.fixture
def read(monkeypatch) -> set[str]:
    """Sources that were read; the test may clear it."""
    names, really_read = set(), loading.read_table

    def noted(source, limits):
        names.add(source.id)
        return really_read(source, limits)

    monkeypatch.setattr(loading, "read_table", noted)
    return names


def test_nothing_is_read_again_when_nothing_changed(dossier, read):
    first = everything_in(load(dossier))
    assert read == ALL
    read.clear()
    assert everything_in(load(dossier)) == first
    assert read == set()


@pytest.mark.parametrize(
    ("edit", "again"),
    [
        pytest.param(
            lambda d: d.append("population.csv", "990100001,甲镇,2020-12-31,900,9,36\n"),
            {"shili-population"},
            id="a-row-more",
        ),
        pytest.param(
            lambda d: d.replace("sources.yml", "locator: 表1", "locator: 表2"),
            {"shili-population"},
            id="an-entry",
        ),
        pytest.param(
            lambda d: d.append("regions.csv", "990100008,辛镇,乡级,990100,虚构\n"),
            ALL,
            id="a-region-more",
        ),
        pytest.param(
            lambda d: d.append("regions.csv", "\n"),
            REGION_LIST,
            id="a-region-list-that-says-the-same",
        ),
        pytest.param(
            lambda d: d.replace("sources.yml", "fictional: true", "fictional: false"),
            ALL,
            id="no-longer-fictional",
        ),
        pytest.param(
            lambda d: d.replace("sources.yml", "示例县（虚构）", "另一个县（虚构）"),
            set(),
            id="a-title",
        ),
    ],
)
def test_only_what_a_change_bears_on_is_read_again(dossier, read, edit, again):
    load(dossier)
    read.clear()
    edit(dossier)
    load(dossier)
    assert read == again


def test_a_change_of_the_code_that_reads_makes_all_be_read_again(dossier, read, monkeypatch):
    load(dossier)
    read.clear()
    monkeypatch.setattr(cache, "_code_checksum", lambda: "another")
    load(dossier)
    assert read == ALL


def spoil(folder: Path, how: str) -> None:
    rows = folder / ROWS_FILE
    match how:
        case "rows-cut-short":
            rows.write_bytes(rows.read_bytes()[:-1])
        case "rows-gone":
            rows.unlink()
        case "audit-changed":
            audit = folder / "audit.load_audit.parquet"
            audit.write_bytes(audit.read_bytes().replace(b"PAR1", b"PAR2"))
        case "no-checksums":
            (folder / CHECKSUMS).unlink()
        case "no-json":
            (folder / CHECKSUMS).write_text("{")
        case "a-list":
            (folder / CHECKSUMS).write_text("[]")
        case "nothing-listed":
            (folder / CHECKSUMS).write_text("{}")
        case "folder-gone":
            shutil.rmtree(folder)


@pytest.mark.parametrize(
    "how",
    ["rows-cut-short", "rows-gone", "audit-changed", "no-checksums", "no-json", "a-list", "nothing-listed",
     "folder-gone"],
)  # fmt: skip
def test_a_damaged_extract_is_noticed_and_made_again(dossier, read, how):
    first = everything_in(load(dossier))
    read.clear()
    (folder,) = (dossier.workspace.raw_tables / "shili-population").iterdir()
    spoil(folder, how)
    assert everything_in(load(dossier)) == first
    assert read == {"shili-population"}
    read.clear()
    load(dossier)
    assert read == set()


def test_a_file_that_changes_while_it_is_read_stops_the_build_and_is_not_kept(dossier, monkeypatch):
    really_read = loading.read_table

    def read_and_change(source, limits):
        found = really_read(source, limits)
        if source.id == "shili-population":
            dossier.append("population.csv", "990100001,甲镇,2020-12-31,900,9,36\n")
        return found

    monkeypatch.setattr(loading, "read_table", read_and_change)
    with pytest.raises(FilesChangedError, match=r"shili/population\.csv changed while the build"):
        load(dossier)
    monkeypatch.undo()
    assert everything_in(load(dossier)) == everything_in(load(dossier, "from_nothing"))


def test_a_file_that_vanishes_while_it_is_read_stops_the_build(dossier, monkeypatch):
    really_read = loading.read_table

    def read_and_remove(source, limits):
        found = really_read(source, limits)
        source.path.unlink()
        return found

    monkeypatch.setattr(loading, "read_table", read_and_remove)
    with pytest.raises(FilesChangedError, match=r"shili/regions\.csv changed"):
        load(dossier)


def test_what_was_read_beside_a_bad_file_need_not_be_read_again(dossier, read):
    dossier.replace("targets.csv", "目标值", "什么值")
    with pytest.raises(SourceProblemsError):
        load(dossier)
    dossier.replace("targets.csv", "什么值", "目标值")
    read.clear()
    load(dossier)
    assert not read & {"shili-regions", "shili-population"}
    assert "shili-targets" in read


def test_every_table_that_tells_of_sources_is_kept_or_filled_anew(dossier):
    filled_anew = {
        *("raw.sources", "raw.complete_areas", "raw.corrections"),
        *("raw.verdicts", "raw.facility_twins"),
    }
    with duckdb.connect(str(load(dossier)), read_only=True) as connection:
        tell = connection.execute(
            "select schema_name || '.' || table_name from duckdb_columns()"
            " where column_name = 'source_id'"
            " and (schema_name, table_name) in (select (schema_name, table_name) from duckdb_tables())"
        ).fetchall()
    assert {name for (name,) in tell} == set(SIDE_TABLES) | filled_anew


def imports_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    modules |= {
        f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    return {module for module in modules if module and module.startswith("pipeline")}


def file_of(module: str) -> Path | None:
    path = PROJECT_ROOT / module.replace(".", "/")
    found = (path.with_suffix(".py"), path / "__init__.py")
    return next((file for file in found if file.is_file()), None)


def test_the_code_that_names_an_extract_is_all_that_reading_imports():
    wanted, seen = (
        ["pipeline.reading.files", "pipeline.shaping.shape", "pipeline.reading.formats"],
        set(),
    )
    while wanted:
        file = file_of(wanted.pop())
        if file and file not in seen:
            seen.add(file)
            wanted += imports_of(file)
    # where things are and what the machine may give, which never changes what is read
    plumbing = {
        PROJECT_ROOT / "pipeline" / name
        for name in ("core/inputs.py", "core/settings.py", "core/workspace.py", "__init__.py")
    }
    assert seen - plumbing - set(find_code(EXTRACT_CODE).values()) == set()


POPULATION = "区划代码,名称,统计日期,常住人口,0岁,1-4岁\n"
ROSTER = (
    "  - {{id: {0}, file: {0}.csv, contract: population, document: shili-doc, locator: 全文}}\n"
)


def add_file(dossier, chance):
    name = f"more-{chance.randrange(4)}"
    if not (dossier.folder / f"{name}.csv").exists():
        dossier.append("sources.yml", ROSTER.format(name))
    change_file(dossier, chance, f"{name}.csv")


def change_file(dossier, chance, name="population.csv"):
    year = 1950 + chance.randrange(40)
    town = chance.choice(["990100001,甲镇", "990100002,乙镇", "990100009,无镇", ",甲镇"])
    value = chance.choice(["1000", "约900", "1.2万", "x", ""])
    path = dossier.folder / name
    old = path.read_text(encoding="utf-8") if path.exists() else POPULATION
    path.write_text(f"{old}{town},{year}-12-31,{value},9,36\n", encoding="utf-8")


def remove_file(dossier, chance):
    there = sorted(dossier.folder.glob("more-*.csv"))
    if there:
        gone = chance.choice(there)
        gone.unlink()
        dossier.replace("sources.yml", ROSTER.format(gone.stem), "")


def edit_entry(dossier, chance):
    number = chance.randrange(1000)
    text = (dossier.folder / "sources.yml").read_text(encoding="utf-8")
    first, rest = text.split("locator: 表1", 1) if "locator: 表1\n" in text else (text, None)
    if rest is None:
        dossier.write("sources.yml", text.replace("grade: A", "grade: B"))
    else:
        dossier.write("sources.yml", f"{first}locator: 表1-{number}{rest}")


def change_regions(dossier, chance):
    number = chance.randrange(3, 9)
    text = (dossier.folder / "regions.csv").read_text(encoding="utf-8")
    line = f"990100{number:03},新{number}镇,乡级,990100,虚构\n"
    dossier.write("regions.csv", text.replace(line, "") if line in text else text + line)


def change_ledger(dossier, chance):
    extra = chance.randrange(5)
    (name, _, years), *others = LEDGER_TOWNS
    last = years[-1] + extra
    dossier.write_ledger(((name, last, (*years[:-1], last)), *others), 180 + extra)


def damage(dossier, chance):
    kept = sorted(dossier.workspace.raw_tables.glob("*/*/*"))
    if kept:
        chance.choice(kept).write_bytes(b"")


EDITS = [
    add_file,
    add_file,
    change_file,
    remove_file,
    edit_entry,
    change_regions,
    change_ledger,
    damage,
]


@pytest.mark.parametrize("seed", range(2))
def test_after_any_edits_the_warehouse_is_that_of_a_load_from_nothing(tmp_path, seed):
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    dossier = Dossier(tmp_path / "workspace")
    for step in range(8):
        for edit in chance.sample(EDITS, k=chance.randrange(3)):
            edit(dossier, chance)
        again = everything_in(load(dossier))
        assert again == everything_in(load(dossier, f"from_nothing_{step}")), f"step {step}"
