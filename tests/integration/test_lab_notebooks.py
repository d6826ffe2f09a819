"""The notebooks for analysts run from top to bottom, offline, on what is published."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

from pipeline.core.workspace import PROJECT_ROOT, Workspace
from pipeline.reporting.notebooks import PARAMETERS, fill_in, read_notebook, without_ports

LAB = PROJECT_ROOT / "notebooks" / "lab"
ALL = sorted(LAB.glob("*.ipynb"))
LONGEST_CELL_SECONDS = 60  # the slowest, the import of plotly, takes about five on a busy machine
# The kernel itself talks in C, which this does not touch.
OFFLINE = """
import socket


def _refuse(*arguments, **named):
    raise OSError("notebooks must not use the network")


socket.getaddrinfo = socket.create_connection = _refuse
socket.socket.connect = socket.socket.connect_ex = _refuse
"""
each_notebook = pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)


@each_notebook
def test_lab_notebooks_are_committed_without_outputs_and_with_ids_that_stay(path: Path) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    assert set(notebook["metadata"]) <= {"kernelspec", "language_info"}
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(set(ids)) == len(ids)
    # words that somebody chose; Jupyter's own are eight random hexadecimal digits
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", each) for each in ids)
    for cell in notebook["cells"]:
        assert set(cell["metadata"]) <= {"tags"}
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None
        else:
            assert not cell["source"][0].isascii() or cell["id"] == "title"


@each_notebook
def test_lab_notebooks_name_no_host_and_say_that_the_default_city_is_fictional(path: Path) -> None:
    cells = read_notebook(path).cells
    assert not any("://" in cell.source for cell in cells)
    assert any("虚构" in cell.source for cell in cells if cell.cell_type == "markdown")


@pytest.mark.integration
@each_notebook
def test_lab_notebooks_run_on_the_shipped_data_without_network(
    path: Path, shipped: Workspace, tmp_path: Path
) -> None:
    notebook = read_notebook(path)
    (tagged,) = (cell for cell in notebook.cells if PARAMETERS in cell.metadata.get("tags", []))
    given = {
        statement.targets[0].id: ast.literal_eval(statement.value)
        for statement in ast.parse(tagged.source).body
    }
    notebook = fill_in(notebook, given | {"workspace": str(shipped.root)})
    notebook.cells.insert(0, new_code_cell(OFFLINE))
    NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=LONGEST_CELL_SECONDS,
        resources={"metadata": {"path": str(LAB)}},
        extra_arguments=["--HistoryManager.enabled=False", "--log-level=ERROR"],
        config=without_ports(tmp_path),
    ).execute()
    shown = [cell for cell in notebook.cells if cell.get("outputs")]
    assert len(shown) >= 5
    assert _loads_nothing(notebook)


def _loads_nothing(notebook: nbformat.NotebookNode) -> bool:
    """Whether no output would fetch anything when it is shown."""
    html = "".join(
        output.get("data", {}).get("text/html", "")
        for cell in notebook.cells
        for output in cell.get("outputs", [])
    )
    return re.search(r"""(src|href)\s*=\s*["']?https?:|@import|<script""", html) is None
