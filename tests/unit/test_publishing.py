"""The published set is replaced whole or not at all."""

from __future__ import annotations

import os
import time
from pathlib import Path

import duckdb
import pytest

from pipeline.building import build
from pipeline.errors import CheckFailedError, PublishError
from pipeline.publishing import Inputs, clear_build_folder, is_up_to_date, scan_inputs, swap_in
from pipeline.workspace import Workspace

INPUTS = Inputs({}, 0.0)


def lay(workspace, marts, warehouse, word):
    marts.mkdir(parents=True)
    (marts / "manifest.json").write_text(f'{{"build": "{INPUTS.fingerprint}", "files": []}}')
    (marts / "word.txt").write_text(word)
    warehouse.write_text(word)


@pytest.fixture
def workspace(dossier):
    """An old published set, and a new one that is ready."""
    made = dossier.workspace
    lay(made, made.marts, made.warehouse, "old")
    lay(made, made.build / "marts", made.build / "warehouse.duckdb", "new")
    return made


def published(workspace):
    return (workspace.marts / "word.txt").read_text(), workspace.warehouse.read_text()


def swap(workspace):
    swap_in(workspace, workspace.build / "marts", workspace.build / "warehouse.duckdb", INPUTS)


def test_the_new_set_takes_the_place_of_the_old_one(workspace):
    swap(workspace)
    assert published(workspace) == ("new", "new")
    clear_build_folder(workspace)
    assert published(workspace) == ("new", "new")
    assert not workspace.build.exists()


@pytest.mark.parametrize("held", range(4))
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


@pytest.mark.parametrize("steps", range(5))
def test_a_build_killed_while_it_publishes_gives_back_one_whole_set(workspace, monkeypatch, steps):
    rename, calls = Path.rename, []

    def die(path, target):
        if len(calls) == steps:
            raise KeyboardInterrupt
        calls.append(path)
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", die)
    try:
        swap(workspace)
    except KeyboardInterrupt:
        monkeypatch.setattr(Path, "rename", rename)
        clear_build_folder(workspace)
    assert len(set(published(workspace))) == 1


def test_an_input_from_the_future_does_not_build_for_ever(workspace):
    tomorrow = time.time() + 86_400
    inputs = Inputs(INPUTS.checksums, tomorrow)
    swap_in(workspace, workspace.build / "marts", workspace.build / "warehouse.duckdb", inputs)
    assert is_up_to_date(workspace, inputs)
    assert not is_up_to_date(workspace, Inputs(INPUTS.checksums, tomorrow + 60))


def test_what_an_open_spreadsheet_leaves_behind_is_no_input(dossier):
    before = scan_inputs(dossier.workspace)
    dossier.write("~$ledger.xlsx", "x")
    os.utime(dossier.folder / "~$ledger.xlsx", (2e9, 2e9))
    assert scan_inputs(dossier.workspace) == before


@pytest.mark.parametrize("content", ["", "[]", "{", '{"build": 1}'])
def test_a_broken_manifest_means_that_there_is_work(workspace, content):
    workspace.manifest.write_text(content)
    assert not is_up_to_date(workspace, INPUTS)


def rows_folders(workspace):
    return {folder.name for folder in workspace.raw_tables.iterdir()}


def test_the_rows_of_the_build_before_stay_until_the_next_build(dossier):
    dossier.build()
    first = rows_folders(dossier.workspace)
    with duckdb.connect(str(dossier.workspace.warehouse), read_only=True) as reader:
        dossier.append("population.csv", "990100001,甲镇,2020-12-31,1000,10,40\n")
        dossier.build()
        second = rows_folders(dossier.workspace) - first
        assert reader.execute("select count(*) from raw.population").fetchall()[0][0] > 0
    dossier.append("population.csv", "990100001,甲镇,2019-12-31,1000,10,40\n")
    dossier.build()
    assert rows_folders(dossier.workspace) & (first | second) == second
    assert len(rows_folders(dossier.workspace)) == 2


def test_a_failed_build_leaves_the_rows_of_the_published_one(dossier):
    dossier.build()
    dossier.append("population.csv", "990100001,甲镇,2020-12-31,-1,10,40\n")
    for _ in range(2):
        with pytest.raises(CheckFailedError):
            dossier.build()
    with duckdb.connect(str(dossier.workspace.warehouse), read_only=True) as reader:
        assert reader.execute("select count(*) from raw.population").fetchall()[0][0] > 0


def test_a_workspace_that_was_moved_is_built_again(dossier):
    dossier.build()
    root = dossier.workspace.root
    moved = Workspace(root.rename(root.with_name("moved")))
    assert build(moved)
    assert not build(moved)
    with duckdb.connect(str(moved.warehouse), read_only=True) as reader:
        assert reader.execute("select count(*) from raw.population").fetchall()[0][0] > 0
