"""Runs notebooks in a kernel, one after the other, each from a clean slate."""

from __future__ import annotations

import ast
import copy
import json
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.core.messages import Message
from pipeline.core.workspace import PROJECT_ROOT
from pipeline.language import LANGUAGES
from pipeline.wording.errors import ReportError

if TYPE_CHECKING:
    from nbclient import NotebookClient
    from nbformat import NotebookNode
    from traitlets.config import Config

NOTEBOOKS = PROJECT_ROOT / "notebooks"
PARAMETERS = "parameters"
ASKED = (
    "import json; from pipeline.published.read_marts import collect_mart_queries;"
    " queries = collect_mart_queries().items();"
    " print(json.dumps([[*question, checksum] for question, checksum in queries]))"
)
# A kernel begins in the folder of the notebooks, from where the repository is not yet seen.
MARKED = (
    "import sys; sys.path.insert(0, '..');"
    " from pipeline.values.shown import mark_numbers; mark_numbers(); del mark_numbers"
)
# A page takes a fraction of a second; a cell that takes minutes hangs.
LONGEST_CELL_SECONDS = 300


class Runner:
    """Runs notebooks in a kernel that has been started."""

    def __init__(self, client: NotebookClient) -> None:
        """Take a client whose kernel runs."""
        self._client = client
        self._notebooks: dict[str, NotebookNode] = {}

    async def run(self, name: str, parameters: dict[str, str]) -> NotebookNode:
        """Run a notebook with parameters of its own.

        Args:
            name: File name without suffix, in ``notebooks/``.
            parameters: Replace the defaults of the cell tagged ``parameters``.

        Returns:
            The notebook with its outputs; questions that do not arise are left out.

        Raises:
            ReportError: A cell failed.
        """
        from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

        if name not in self._notebooks:
            self._notebooks[name] = read_notebook(NOTEBOOKS / f"{name}.ipynb")
        notebook = fill_in(self._notebooks[name], parameters)
        self._client.nb = notebook
        self._client.reset_execution_trackers()
        try:
            # nothing of the page before may show on this one
            self._client.kc.execute("%reset -f", silent=True, store_history=False)
            self._client.kc.execute(MARKED, silent=True, store_history=False)
            for index, cell in enumerate(notebook.cells):
                await self._client.async_execute_cell(cell, index)
        except CellExecutionError as error:
            shown = f"{error.ename}: {error.evalue}"
            raise ReportError(_failure(name, parameters, cell.source, shown)) from error
        except (CellTimeoutError, DeadKernelError) as error:
            raise ReportError(_failure(name, parameters, cell.source, str(error))) from error
        return leave_out_unanswered(notebook)

    async def asked(self) -> list[list[str]]:
        """What the notebook asked of the marts: mart, query, values, checksum of the answer."""
        from nbformat.v4 import new_code_cell, new_notebook

        cell = new_code_cell(ASKED)
        self._client.nb = new_notebook(cells=[cell])
        await self._client.async_execute_cell(cell, 0)
        queries: list[list[str]] = json.loads("".join(output["text"] for output in cell.outputs))
        return queries


@asynccontextmanager
async def open_runner() -> AsyncIterator[Runner]:
    """Start a kernel, and stop it at the end."""
    from nbclient import NotebookClient
    from nbformat.v4 import new_notebook

    with tempfile.TemporaryDirectory(prefix="kernel-") as folder:
        client = NotebookClient(
            new_notebook(),
            kernel_name="python3",
            timeout=LONGEST_CELL_SECONDS,
            resources={"metadata": {"path": str(NOTEBOOKS)}},
            # Input history is of no use to pages, and writing it to the user's profile takes time.
            # The kernel's warning that others on this machine might listen would alarm, not help.
            extra_arguments=["--HistoryManager.enabled=False", "--log-level=ERROR"],
            config=without_ports(Path(folder)),
        )
        async with client.async_setup_kernel():
            yield Runner(client)


def without_ports(folder: Path) -> Config:
    """Settings of a kernel that is spoken to through files, where the system has such.

    A port is chosen before the kernel binds it; on a busy machine another may come first.
    """
    from traitlets.config import Config

    if os.name == "nt":
        return Config()
    return Config(
        KernelManager={"transport": "ipc", "connection_file": str(folder / "kernel.json")}
    )


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook of the repository."""
    import nbformat

    return nbformat.read(path, as_version=4)


def fill_in(notebook: NotebookNode, parameters: dict[str, str]) -> NotebookNode:
    """A copy of a notebook with its parameters replaced.

    Raises:
        ReportError: The notebook has no cell tagged ``parameters``, or not just these.
    """
    filled = copy.deepcopy(notebook)
    tagged = [cell for cell in filled.cells if PARAMETERS in cell.metadata.get("tags", [])]
    taken = {
        name.id
        for cell in tagged
        for name in ast.walk(ast.parse(cell.source))
        if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
    }
    if len(tagged) != 1 or taken != set(parameters):
        message = Message(
            "report.other_parameters", found=sorted(taken), expected=sorted(parameters)
        )
        raise ReportError(message)
    tagged[0].source = "\n".join(f"{name} = {value!r}" for name, value in parameters.items())
    return filled


def leave_out_unanswered(notebook: NotebookNode) -> NotebookNode:
    """Drop questions whose cells show nothing, such as quotas where there is no ledger."""
    kept: list[Any] = []
    section: list[Any] = []

    def close() -> None:
        is_question = bool(section) and section[0].cell_type == "markdown"
        if not is_question or any(cell.get("outputs") for cell in section):
            kept.extend(section)
        section.clear()

    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("## "):
            close()
        section.append(cell)
    close()
    notebook.cells = kept
    return notebook


def keep_one_language(notebook: NotebookNode, language: str) -> NotebookNode:
    """Keep one half of every line of text, which is written ``Chinese | English``.

    Raises:
        ReportError: A line has no two halves.
    """
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            lines = [line for line in cell.source.splitlines() if line.strip()]
            cell.source = "\n".join(_half(line, language) for line in lines)
    return notebook


def _half(line: str, language: str) -> str:
    marks, text = ("## ", line[3:]) if line.startswith("## ") else ("", line)
    halves = text.split(" | ")
    if len(halves) != len(LANGUAGES):
        raise ReportError(Message("report.one_language", line=line, marks=marks))
    return marks + halves[LANGUAGES.index(language)].strip()


def _failure(name: str, parameters: dict[str, str], source: str, error: str) -> Message:
    file, cell = f"notebooks/{name}.ipynb", source.strip()
    region = parameters.get("region_code")
    if region is None:
        return Message("report.cell_failed", file=file, cell=cell, error=error)
    return Message("report.cell_of_region_failed", file=file, region=region, cell=cell, error=error)
