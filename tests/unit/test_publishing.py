"""The published set is replaced whole or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from pathlib import Path

import duckdb
import pytest

from pipeline.commands.build import build
from pipeline.core.errors import CheckFailedError, FilesChangedError, PublishError
from pipeline.core.inputs import Inputs, is_up_to_date, require_unchanged_inputs, scan_inputs
from pipeline.core.settings import Settings
from pipeline.core.workspace import Workspace
from pipeline.publishing import export
from pipeline.publishing.swap import clear_build_folder, swap_in

INPUTS = Inputs({}, 0.0)


def lay(workspace, marts, warehouse, word):
    marts.mkdir(parents=True)
    (marts / "manifest.json").write_text(
        f'{{"build": "{INPUTS.fingerprint}", "files": [], "extracts": {{}}}}'
    )
    (marts / "word.txt").write_text(word)
    warehouse.write_text(word)


@pytest.fixture
def workspace(dossier):
    """An old published set with the one before it, and a new one that is ready."""
    made = dossier.workspace
    made.previous_marts.mkdir()
    (made.previous_marts / "word.txt").write_text("older")
    lay(made, made.marts, made.warehouse, "old")
    lay(made, made.build / "marts", made.build / "warehouse.duckdb", "new")
    return made


def published(workspace):
    return (workspace.marts / "word.txt").read_text(), workspace.warehouse.read_text()


def kept(workspace):
    """The set before the published one."""
    return (workspace.previous_marts / "word.txt").read_text()


def swap(workspace, inputs=INPUTS):
    swap_in(workspace, workspace.build / "marts", workspace.build / "warehouse.duckdb", inputs)


def test_the_new_set_takes_the_place_of_the_old_one(workspace):
    swap(workspace)
    assert published(workspace) == ("new", "new")
    clear_build_folder(workspace)
    assert published(workspace) == ("new", "new")
    assert kept(workspace) == "old"
    assert not workspace.build.exists()


def test_the_first_set_has_none_before_it(workspace):
    for folder in (workspace.marts, workspace.previous_marts):
        shutil.rmtree(folder)
    swap(workspace)
    clear_build_folder(workspace)
    assert published(workspace) == ("new", "new")
    assert not workspace.previous_marts.exists()


def test_marts_that_were_deleted_do_not_take_the_place_of_the_set_before(workspace):
    shutil.rmtree(workspace.marts)
    workspace.marts.mkdir()
    (workspace.marts / ".gitkeep").touch()
    swap(workspace)
    assert kept(workspace) == "older"


# renames: marts, warehouse aside; warehouse, marts in; the older set aside, the old one kept
@pytest.mark.parametrize("held", range(6))
def test_a_file_that_is_held_open_leaves_the_old_set(workspace, monkeypatch, held):
    """On Windows a rename fails while another program has the file open."""
    rename, calls = Path.rename, []

    def fail_once(path, target):
        calls.append(path)
        if len(calls) == held + 1:
            raise PermissionError(13, "in use", str(path))
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fail_once)
    with pytest.raises(PublishError, match="close every program"):
        swap(workspace)
    assert published(workspace) == ("old", "old")
    assert kept(workspace) == "older"


def die_at(monkeypatch, step):
    """Kill the process in place of its ``step``-th change of a path, counted from 0."""
    done = []

    def dying(change):
        def die(*arguments, **options):
            if len(done) == step:
                raise KeyboardInterrupt
            done.append(arguments)
            return change(*arguments, **options)

        return die

    for owner, name in CHANGES:
        monkeypatch.setattr(owner, name, dying(getattr(owner, name)))


CHANGES = [(Path, "rename"), (Path, "replace"), (Path, "unlink"), (shutil, "rmtree")]


@pytest.mark.parametrize("step", range(8))
def test_a_build_killed_while_it_publishes_gives_back_one_whole_set(workspace, step):
    with pytest.MonkeyPatch.context() as patch, contextlib.suppress(KeyboardInterrupt):
        die_at(patch, step)
        swap(workspace)
    clear_build_folder(workspace)
    assert (*published(workspace), kept(workspace)) in (
        ("old", "old", "older"),
        ("new", "new", "old"),
    )
    assert published(workspace)[0] == ("old" if step < 6 else "new")


@pytest.mark.parametrize("step", range(6))
def test_giving_back_may_be_killed_as_well(workspace, step):
    with pytest.MonkeyPatch.context() as patch, contextlib.suppress(KeyboardInterrupt):
        die_at(patch, 5)
        swap(workspace)
    with pytest.MonkeyPatch.context() as patch, contextlib.suppress(KeyboardInterrupt):
        die_at(patch, step)
        clear_build_folder(workspace)
    clear_build_folder(workspace)
    assert (*published(workspace), kept(workspace)) == ("old", "old", "older")


def test_an_input_from_the_future_does_not_build_for_ever(workspace):
    tomorrow = time.time() + 86_400
    inputs = Inputs(INPUTS.checksums, tomorrow)
    swap(workspace, inputs)
    workspace.warehouse.unlink()
    duckdb.connect(str(workspace.warehouse)).close()
    assert is_up_to_date(workspace, inputs, with_reports=False)
    later = Inputs(INPUTS.checksums, tomorrow + 60)
    assert not is_up_to_date(workspace, later, with_reports=False)


def test_a_file_that_is_no_warehouse_means_that_there_is_work(workspace):
    swap(workspace)
    assert not is_up_to_date(workspace, INPUTS, with_reports=False)


def test_what_an_open_spreadsheet_leaves_behind_is_no_input(dossier):
    before = scan_inputs(dossier.workspace)
    dossier.write("~$ledger.xlsx", "x")
    os.utime(dossier.folder / "~$ledger.xlsx", (2e9, 2e9))
    assert scan_inputs(dossier.workspace) == before


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda d: d.append("population.csv", "\n"), id="changed"),
        pytest.param(lambda d: (d.folder / "population.csv").unlink(), id="removed"),
        pytest.param(lambda d: d.write("another.csv", "x"), id="added"),
    ],
)
def test_inputs_that_are_no_longer_those_of_the_build_are_noticed(dossier, change):
    inputs = scan_inputs(dossier.workspace)
    require_unchanged_inputs(dossier.workspace, inputs)
    change(dossier)
    with pytest.raises(FilesChangedError, match=r"raw/shili/(population|another)\.csv changed"):
        require_unchanged_inputs(dossier.workspace, inputs)


def test_a_touch_during_a_build_changes_nothing(dossier):
    inputs = scan_inputs(dossier.workspace)
    os.utime(dossier.folder / "population.csv", (0, 0))  # also a clock that was set back
    require_unchanged_inputs(dossier.workspace, inputs)


@pytest.mark.parametrize("content", ["", "[]", "{", '{"build": 1}'])
def test_a_broken_manifest_means_that_there_is_work(workspace, content):
    workspace.manifest.write_text(content)
    assert not is_up_to_date(workspace, INPUTS)


def extracts(workspace, source):
    return {folder.name for folder in (workspace.raw_tables / source).iterdir()}


@pytest.mark.usefixtures("copied_models")
def test_the_rows_of_the_build_before_stay_until_the_next_build(dossier):
    dossier.build_marts()
    first = extracts(dossier.workspace, "shili-population")
    with duckdb.connect(str(dossier.workspace.warehouse), read_only=True) as reader:
        dossier.append("population.csv", "990100001,甲镇,2020-12-31,1000,10,40\n")
        dossier.build_marts()
        second = extracts(dossier.workspace, "shili-population") - first
        assert reader.execute("select count(*) from raw.population").fetchall() == [(2,)]
    dossier.append("population.csv", "990100001,甲镇,2019-12-31,1000,10,40\n")
    dossier.build_marts()
    kept = extracts(dossier.workspace, "shili-population")
    assert kept & (first | second) == second
    assert len(kept) == 2
    assert len(extracts(dossier.workspace, "shili-targets")) == 1


def test_a_published_warehouse_whose_rows_are_gone_is_built_again(published):
    shutil.rmtree(published.workspace.raw_tables / "shili-population")
    assert not is_up_to_date(published.workspace, scan_inputs(published.workspace))


@pytest.mark.usefixtures("copied_models")
def test_a_failed_build_leaves_the_rows_of_the_published_one(dossier):
    dossier.build_marts()
    dossier.append("population.csv", "990100001,甲镇,2020-12-31,1000,10,40\n")
    dossier.append("regions.csv", "990100001,甲镇,乡级,990100,虚构,\n")  # one region twice
    for _ in range(2):
        with pytest.raises(CheckFailedError):
            dossier.build_marts()
    with duckdb.connect(str(dossier.workspace.warehouse), read_only=True) as reader:
        assert reader.execute("select count(*) from raw.population").fetchall()[0][0] > 0


@pytest.mark.usefixtures("copied_models")
def test_a_workspace_that_was_moved_is_built_again(dossier):
    dossier.build_marts()
    root = dossier.workspace.root
    moved = Workspace(root.rename(root.with_name("moved")))
    assert build(Settings(moved), with_reports=False)
    assert not build(Settings(moved), with_reports=False)
    with duckdb.connect(str(moved.warehouse), read_only=True) as reader:
        assert reader.execute("select count(*) from raw.population").fetchall()[0][0] > 0


@pytest.mark.usefixtures("copied_models")
def test_a_set_without_pages_is_whole_only_where_none_are_wanted(dossier):
    workspace = dossier.workspace
    assert build(Settings(workspace), with_reports=False)
    assert not workspace.index_page.exists()
    assert not build(Settings(workspace), with_reports=False)
    assert not is_up_to_date(workspace, scan_inputs(workspace))


def test_a_mart_longer_than_a_sheet_of_excel_is_parquet_alone(published, tmp_path, monkeypatch):
    monkeypatch.setattr(export, "MOST_CSV_ROWS", 5)
    exported = export.export_marts(published.workspace.warehouse, tmp_path / "marts")
    rows = {name: told["rows"] for name, told in exported.items()}
    assert rows["regions"] == 5
    assert rows["figure_lineage"] > 5
    assert set(exported["regions"]["sha256"]) == {"regions.csv", "regions.parquet"}
    assert set(exported["figure_lineage"]["sha256"]) == {"figure_lineage.parquet"}
    written = {path.name for path in (tmp_path / "marts").iterdir()}
    assert written == {file for told in exported.values() for file in told["sha256"]}


def test_every_mart_is_published_in_the_order_of_all_its_columns(published):
    for path in sorted(published.workspace.marts.glob("*.parquet")):
        rows = duckdb.sql(f"from '{path}'").fetchall()
        assert rows == duckdb.sql(f"from '{path}' order by all").fetchall(), path.name


def test_rows_of_many_groups_give_the_same_bytes_with_any_number_of_threads(tmp_path):
    """A Parquet file has a group of rows for about 120,000; threads write them side by side."""
    written = set()
    for threads in (1, 2, 5):
        warehouse = tmp_path / f"{threads}.duckdb"
        with duckdb.connect(str(warehouse), config={"threads": threads}) as connection:
            connection.execute(
                "create schema marts;"
                "create table marts.long (region_code varchar not null, places double);"
                "insert into marts.long ("
                "    select hash(range)::varchar, range from range(700_000) order by all"
                ")"
            )
        told = export.export_marts(warehouse, tmp_path / str(threads))
        written.add(tuple(told["long"]["sha256"].values()))
    assert len(written) == 1
