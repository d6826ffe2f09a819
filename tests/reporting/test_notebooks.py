"""The notebooks of the repository, and how they are run."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from pipeline.reporting import notebooks
from pipeline.reporting.notebooks import (
    fill_in,
    keep_one_language,
    leave_out_unanswered,
    open_runner,
    read_notebook,
)
from pipeline.wording.errors import ReportError
from pipeline.wording.texts import LANGUAGES

ALL = sorted(notebooks.NOTEBOOKS.glob("*.ipynb"))


def cell(source: str, *tags: str) -> nbformat.NotebookNode:
    return new_code_cell(source, metadata={"tags": list(tags)} if tags else {})


def answered(source: str = "x") -> nbformat.NotebookNode:
    output = new_output("execute_result", {"text/html": "<p>1</p>"}, execution_count=1)
    return new_code_cell(source, outputs=[output])


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_notebooks_are_committed_without_outputs_or_other_traces(path: Path) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    assert set(notebook["metadata"]) <= {"kernelspec", "language_info"}
    for each in notebook["cells"]:
        assert set(each["metadata"]) <= {"tags"}
        if each["cell_type"] == "code":
            assert each["outputs"] == []
            assert each["execution_count"] is None


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_notebooks_import_then_take_parameters_then_ask_in_both_languages(path: Path) -> None:
    cells = read_notebook(path).cells
    assert "import" in cells[0].source
    assert cells[1].metadata["tags"] == ["parameters"]
    questions = [each for each in cells if each.cell_type == "markdown"]
    assert questions
    assert all(each.source.startswith("## ") for each in questions)
    for spoken in LANGUAGES:
        keep_one_language(read_notebook(path), spoken)


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_notebooks_hold_no_logic(path: Path) -> None:
    words = ("for ", "if ", "def ", "select ", "lambda", "pandas", "duckdb")
    for each in read_notebook(path).cells:
        if each.cell_type == "code":
            assert not any(word in each.source for word in words), each.source


def test_parameters_replace_the_defaults_and_keep_quotes_and_backslashes() -> None:
    notebook = new_notebook(cells=[cell('marts = "a"\nbuild = "b"', "parameters")])
    filled = fill_in(notebook, {"marts": "C:\\x\\'y'", "build": "1"})
    assert filled.cells[0].source == "marts = \"C:\\\\x\\\\'y'\"\nbuild = '1'"
    assert notebook.cells[0].source.startswith('marts = "a"')


@pytest.mark.parametrize(
    "source",
    [pytest.param("marts = 1", id="one-missing"), pytest.param("marts = build = x = 1", id="more")],
)
def test_a_notebook_that_takes_other_parameters_is_refused(source: str) -> None:
    notebook = new_notebook(cells=[cell(source, "parameters")])
    with pytest.raises(ReportError, match="takes the parameters"):
        fill_in(notebook, {"marts": "m", "build": "b"})


def test_questions_that_nothing_answers_are_left_out_and_others_stay() -> None:
    notebook = new_notebook(
        cells=[
            cell("import x"),
            new_markdown_cell("## 有答案"),
            cell("nothing"),
            answered(),
            new_markdown_cell("## 没有答案"),
            cell("nothing"),
        ]
    )
    kept = [each.source for each in leave_out_unanswered(notebook).cells]
    assert kept == ["import x", "## 有答案", "nothing", "x"]


def test_of_headings_and_hints_one_half_is_kept() -> None:
    text = "## 现状 | Where we stand\n有多少托位？ | How many places are there?"
    for language, kept in (
        ("zh", "## 现状\n有多少托位？"),
        ("en", "## Where we stand\nHow many places are there?"),
    ):
        notebook = new_notebook(cells=[new_markdown_cell(text)])
        assert keep_one_language(notebook, language).cells[0].source == kept


@pytest.mark.parametrize("text", ["## 现状", "## 现状 | Where\n有多少托位？"])
def test_text_that_lacks_a_language_is_refused(text: str) -> None:
    with pytest.raises(ReportError, match="expected both languages"):
        keep_one_language(new_notebook(cells=[new_markdown_cell(text)]), "en")


@pytest.fixture
def own_notebooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(notebooks, "NOTEBOOKS", tmp_path)
    cells = [
        cell("region_code = 'x'", "parameters"),
        cell("'seen' if 'left_over' in globals() else 'clean'"),
        cell("left_over = 1"),
        cell("1 / 0 if region_code == '330900' else None"),
    ]
    nbformat.write(new_notebook(cells=cells), tmp_path / "region.ipynb")
    return tmp_path


@pytest.mark.usefixtures("own_notebooks")
def test_a_failing_cell_stops_with_region_cell_and_error_and_pages_share_nothing() -> None:
    async def run_three() -> None:
        async with open_runner() as runner:
            for code in ("1", "2"):
                answered = await runner.run("region", {"region_code": code})
                assert answered.cells[1].outputs[0]["data"]["text/plain"] == "'clean'"
            with pytest.raises(
                ReportError, match=r"(?s)region 330900.*1 / 0.*ZeroDivisionError: division by zero"
            ):
                await runner.run("region", {"region_code": "330900"})

    asyncio.run(run_three())
