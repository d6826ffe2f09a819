"""Exit statuses and messages of the command line."""

from __future__ import annotations

import io
import os
import subprocess
import sys

import pytest
from filelock import FileLock
from rich.console import Console

from pipeline import environment
from pipeline.cli import main
from pipeline.core.progress import show_progress, shown_on


def test_help_names_the_exit_statuses(capsys):
    with pytest.raises(SystemExit) as left:
        main(["--help"])
    assert left.value.code == 0
    assert "1 data or expectations, 2 usage or configuration" in capsys.readouterr().out


def test_an_unknown_command_is_a_usage_error(capsys):
    with pytest.raises(SystemExit) as left:
        main(["bild"])
    assert left.value.code == 2
    assert "invalid choice" in capsys.readouterr().err


def test_a_workspace_that_is_no_folder_is_a_usage_error(tmp_path, capsys):
    assert main(["build", "--workspace", str(tmp_path / "nowhere")]) == 2
    assert "is not a folder" in capsys.readouterr().err


def test_an_empty_workspace_is_a_configuration_error(tmp_path, capsys):
    assert main(["build", "--workspace", str(tmp_path)]) == 2
    assert "one folder a body of evidence" in capsys.readouterr().err
    assert not (tmp_path / "marts").exists()


def test_a_bad_file_is_a_data_error_that_names_the_cell(dossier, capsys):
    dossier.replace("reported.csv", "截至日期", "截止日子")
    assert main(["build", "--workspace", str(dossier.workspace.root)]) == 1
    shown = capsys.readouterr().err
    for part in ("shili/reported.csv, cell C1", "found:", "expected:", "do next:"):
        assert part in shown


def test_a_second_build_at_once_is_told_to_wait(dossier, capsys):
    with FileLock(dossier.workspace.lock):
        assert main(["build", "--workspace", str(dossier.workspace.root)]) == 2
    assert "another build is under way" in capsys.readouterr().err


def test_a_disk_that_refuses_is_told_without_a_traceback(dossier, monkeypatch, capsys):
    def refuse(*_):
        raise OSError(28, "No space left on device", "warehouse.duckdb")

    monkeypatch.setattr("pipeline.commands.build.load_warehouse", refuse)
    assert main(["build", "--workspace", str(dossier.workspace.root)]) == 1
    shown = capsys.readouterr().err
    assert "warehouse.duckdb: No space left on device" in shown
    assert "do next:" in shown
    at = ["--workspace", str(dossier.workspace.root), "--language", "zh"]
    assert main(["build", *at]) == 1
    assert "warehouse.duckdb：磁盘空间不足；此前发布的内容仍然完好" in capsys.readouterr().err


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_output_that_nobody_reads_to_its_end_is_no_fault(tmp_path, unbuffered):
    (tmp_path / "raw").mkdir()
    end_read, end_written = os.pipe()
    os.close(end_read)
    command = [sys.executable, "-m", "pipeline", "start", "shili", "--title", "示例县"]
    command += ["--issuer", "示例县卫生健康局", "--workspace", str(tmp_path)]
    done = subprocess.run(
        command,
        stdout=end_written,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": unbuffered},
    )
    os.close(end_written)
    assert (done.returncode, done.stderr) == (0, "")


def test_an_environment_is_current_only_for_its_own_lock_file(tmp_path, monkeypatch):
    lock, python, stamp = tmp_path / "lock", tmp_path / "python", tmp_path / "stamp"
    for name, path in (("LOCK", lock), ("PYTHON", python), ("STAMP", stamp)):
        monkeypatch.setattr(environment, name, path)
    lock.write_text("a==1")
    python.touch()
    assert not environment.is_current()
    stamp.write_text(environment._checksum(lock))
    assert environment.is_current()
    lock.write_text("a==2")
    assert not environment.is_current()


def test_a_python_that_is_too_old_is_told_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(environment, "STAMP", tmp_path / "none")
    monkeypatch.setattr(environment.sys, "version_info", (3, 9, 2))
    with pytest.raises(environment.EnvironmentNotMadeError, match=r"Python 3\.9\.2 is too old"):
        environment.make_environment()


@pytest.mark.usefixtures("copied_models")
def test_a_quiet_build_says_only_what_needs_attention(dossier, capsys, caplog):
    root = str(dossier.workspace.root)
    (dossier.workspace.raw / "shili" / "stray.csv").write_text("a\n1\n")
    assert main(["build", "--quiet", "--without-reports", "--workspace", root]) == 0
    assert "stray.csv: not read" in caplog.text
    ours = [record for record in caplog.records if record.name.startswith("pipeline")]
    assert {record.levelname for record in ours} == {"WARNING"}
    assert main(["build", "--quiet", "--without-reports", "--workspace", root]) == 0
    assert capsys.readouterr().out == ""


def test_progress_and_colours_appear_on_a_terminal_only(monkeypatch):
    for is_terminal in (False, True):
        written = io.StringIO()
        console = Console(file=written, force_terminal=is_terminal, width=60)
        monkeypatch.delenv("TERM", raising=False)
        with shown_on(console):
            show_progress("reading a.csv", 1, 2)
            console.print("a message")
        assert ("reading a.csv 1/2" in written.getvalue()) is is_terminal
        assert "a message" in written.getvalue()
    show_progress("nobody looks")
