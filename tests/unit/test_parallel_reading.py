"""Many sources are read by several processes, with the same outcome as by one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest
from example_dossier import Dossier
from loaded import everything_in, load

from pipeline.core.errors import FilesChangedError, SourceProblemsError
from pipeline.core.settings import Limits
from pipeline.warehouse import load as loading
from pipeline.warehouse import parallel

ONE_THREAD, TWO_THREADS = Limits(threads="1"), Limits(threads="2")
YEARS = range(1999, 2019)
POPULATION = """区划代码,地区,时点,常住人口,0岁,1-4岁
990100,示例县,{year}-12-31,40000,300,1400
990100001,甲镇,{year}-12-31,25000,200,900
990100009,无此镇,{year}-12-31,1000,9,36
"""
ENTRY = """\
  - {{id: shili-{year}, file: {year}.csv, contract: population, document: shili-doc, locator: 全表}}
"""


@pytest.fixture
def many(tmp_path) -> Dossier:
    """A dossier of so many sources that several processes read them; one row of each is refused."""
    dossier = Dossier(tmp_path)
    for year in YEARS:
        dossier.write(f"{year}.csv", POPULATION.format(year=year))
        dossier.append("sources.yml", ENTRY.format(year=year))
    return dossier


@pytest.fixture
def read_here(monkeypatch) -> list[str]:
    """Sources that this process read itself."""
    names, really_read = [], loading.read_table

    def noted(source, limits):
        names.append(source.id)
        return really_read(source)

    monkeypatch.setattr(loading, "read_table", noted)
    return names


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_several_processes_read_what_one_would(many, read_here):
    root = many.workspace.root
    alone = everything_in(load(many, "alone", ONE_THREAD))
    assert len(read_here) == len(YEARS) + 5
    read_here.clear()
    together = everything_in(load(many, "together", TWO_THREADS))
    assert read_here == ["shili-regions"]  # the others name regions of it
    # by what extracts are called, not where they stand
    assert together == alone
    assert files_of(root / "together") == files_of(root / "alone")
    assert len(alone["audit.rejected_rows"]) == len(YEARS)


def test_what_is_refused_is_told_whoever_read_it(many, caplog):
    load(many, limits=TWO_THREADS)
    told = [record.message for record in caplog.records if "rejected" in record.message]
    assert told == [f"shili-{year}: 1 of 4 rows rejected" for year in YEARS]


def test_problems_of_files_are_told_as_by_one_process(many):
    for year in (2001, 2002):
        many.write(f"{year}.csv", "甲,乙\n1,2\n")
    said = []
    for limits in (ONE_THREAD, TWO_THREADS):
        with pytest.raises(SourceProblemsError) as caught:
            load(many, str(limits.threads), limits)
        said.append(str(caught.value))
    assert said[0] == said[1]
    assert "2001.csv" in said[0]
    assert "2002.csv" in said[0]


def test_a_file_that_changes_meanwhile_stops_the_build(many, monkeypatch):
    begin = parallel.ProcessPoolExecutor

    def change_then_begin(*arguments):
        many.append("2001.csv", "990100002,乙镇,2001-12-31,900,9,36\n")
        return begin(*arguments)

    monkeypatch.setattr(parallel, "ProcessPoolExecutor", change_then_begin)
    with pytest.raises(FilesChangedError, match=r"2001\.csv"):
        load(many, limits=TWO_THREADS)


@pytest.mark.parametrize("trouble", [BrokenProcessPool("killed"), OSError("no more processes")])
def test_one_process_reads_what_the_others_did_not(many, read_here, monkeypatch, trouble):
    alone = everything_in(load(many, "alone", ONE_THREAD))
    read_here.clear()

    def fail(*_):
        raise trouble

    monkeypatch.setattr(parallel, "ProcessPoolExecutor", fail)
    assert everything_in(load(many, "together", TWO_THREADS)) == alone
    assert len(read_here) == len(YEARS) + 5


@pytest.mark.skipif(sys.platform == "win32", reason="asks for the processes of a group")
def test_no_process_outlives_a_build_that_is_killed(many):
    build = subprocess.Popen(
        [sys.executable, "-m", "pipeline", "build", "--workspace", str(many.workspace.root)],
        env={**os.environ, "CHILDCARE_THREADS": "2"},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while not list(many.workspace.raw_tables.glob("shili-20*/*")):
        assert build.poll() is None, "it ended before its processes read anything"
        time.sleep(0.01)
    os.kill(build.pid, signal.SIGKILL)
    build.wait()
    for _ in range(200):
        try:
            os.killpg(build.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    os.killpg(build.pid, signal.SIGKILL)
    pytest.fail("processes that read went on")
