"""Pages and sheets show numbers of marts and counts of rows, and make none themselves."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from mypy import api

from pipeline.core.workspace import PROJECT_ROOT
from pipeline.published.row_types import FILE, describe_rows

PIPELINE = PROJECT_ROOT / "pipeline"
SHOWING = sorted([*(PIPELINE / "reporting").glob("*.py"), *(PIPELINE / "workbook").glob("*.py")])
# Where marks, axes and columns stand, and how large they are; none of it is read as a number.
GEOMETRY = {"charts.py", "map_drawing.py", "column_widths.py"}
# The types of what is shown are given by the reader of marts, and by what counts listed rows.
MAKERS = {"values/shown.py", "published/read_marts.py"}
TYPES = {"Figure", "Count", "Ordinal"}
PRELUDE = """
from pipeline.published.read_marts import Marts
from pipeline.published.rows import QuotaTotalsRow
from pipeline.values.shown import count_of, without_sign
from pipeline.wording.formatting import count, number, quantity
from pipeline.wording.texts import say


def page(marts: Marts, rows: list[QuotaTotalsRow], row: QuotaTotalsRow) -> object:
    return """
SHOWN = [
    'quantity(row["quota_towns"], "towns")',
    'quantity(without_sign(row["quota_towns"]), "towns")',
    "count(count_of(rows))",
    'say("quotas.of_year", year=row["year"], places="")',
    'say("quotas.listed", towns=count_of(rows))',
    'marts.read(QuotaTotalsRow)[0]["quota_places"]',
    'count(marts.total("load_audit", "rows_read"))',
]
REFUSED = [
    ('number(1892, "places")', "arg-type"),
    ('number(row["quota_towns"] + row["quota_towns_known"], "towns")', "arg-type"),
    ('number(sum(each["quota_towns"] for each in rows), "towns")', "arg-type"),
    ('number(round(row["quota_towns"]), "towns")', "arg-type"),
    ('number(row["quota_places"], "places")', "arg-type"),  # may be null
    ('number(row["region_code"], "places")', "arg-type"),
    ('number(row["year"], "places")', "arg-type"),
    ("count(len(rows))", "arg-type"),
    ('say("quotas.listed", towns=len(rows))', "arg-type"),
    ('say("quotas.listed", towns=row["quota_towns"] - 1)', "arg-type"),
    ('row["quota_town"]', "typeddict-item"),  # a column that was renamed
]


def test_a_type_checker_refuses_whatever_is_no_figure_of_a_mart_and_no_count(
    tmp_path: Path,
) -> None:
    modules = tmp_path / "modules"
    modules.mkdir()
    for name, expressions in {
        "shown": SHOWN,
        "refused": [expression for expression, _ in REFUSED],
    }.items():
        body = "".join(
            PRELUDE.replace("def page", f"def page_{number}") + expression + "\n"
            for number, expression in enumerate(expressions)
        )
        (modules / f"{name}.py").write_text(body, encoding="utf-8")
    arguments = ["--strict", "--cache-dir", str(tmp_path / "cache"), "--follow-imports=silent"]
    configuration = ["--config-file", str(PROJECT_ROOT / "pyproject.toml")]
    files = [str(modules / "shown.py"), str(modules / "refused.py")]
    output, _, _ = api.run([*arguments, *configuration, *files])
    lines = [line for line in output.splitlines() if ": error: " in line]
    assert not [line for line in lines if "shown.py" in line], output
    step = len(PRELUDE.splitlines())
    by_expression = [
        [line for line in lines if f"refused.py:{(number + 1) * step}:" in line]
        for number in range(len(REFUSED))
    ]
    for (expression, code), found in zip(REFUSED, by_expression, strict=True):
        assert any(f"[{code}]" in line for line in found), (expression, output)


def test_the_types_of_rows_are_those_of_the_marts() -> None:
    assert FILE.read_text(encoding="utf-8") == describe_rows(), (
        "a column of a mart changed; do next: python -m pipeline.published.row_types"
    )


def names_called(file: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Name):
                yield node.lineno, function.id
            elif isinstance(function, ast.Attribute):
                yield node.lineno, f".{function.attr}"


def test_the_types_of_what_is_shown_are_given_in_two_places_alone() -> None:
    makers = {
        file.relative_to(PIPELINE).as_posix()
        for file in PIPELINE.rglob("*.py")
        for _, name in names_called(file)
        if name in TYPES
    }
    # a row number of the ledger sheet is an Ordinal that the sheet counts itself
    assert makers == MAKERS | {"workbook/ledger_sheet.py"}


def formats_of_numbers(file: Path) -> list[int]:
    """Lines of f-strings that write a number with separators, a sign or decimals."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None
    ]


def test_pages_and_sheets_leave_the_writing_of_numbers_to_one_module() -> None:
    formats = {file.name: formats_of_numbers(file) for file in SHOWING}
    assert {name for name, lines in formats.items() if lines} <= GEOMETRY


def test_pages_read_rows_with_their_types() -> None:
    untyped = {
        (file.name, name)
        for file in SHOWING
        if file.parent.name == "reporting"
        for _, name in names_called(file)
        if name in (".rows", ".query")
    }
    # the lists behind a count are grouped while they are read
    assert untyped == {("roster_lists.py", ".query")}


@pytest.mark.parametrize("text", ["f'{value:,}'", "f'{100 * value:.1f}'"])
def test_a_number_that_a_page_writes_itself_is_noticed(tmp_path: Path, text: str) -> None:
    file = tmp_path / "page.py"
    file.write_text(text, encoding="utf-8")
    assert formats_of_numbers(file) == [1]
