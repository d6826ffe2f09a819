"""Cells of delimited text, read alike in memory and by DuckDB."""

from __future__ import annotations

import pyarrow.parquet as pq
import pytest

from pipeline.dossier_files.sources_file import ReadOptions
from pipeline.reading.files import open_grids
from pipeline.reading.formats import large


def rows_in_both_ways(tmp_path, monkeypatch, text, **options):
    """The rows of a text, read in memory; what DuckDB makes of it must be the same."""
    path = tmp_path / "table.csv"
    path.write_text(text, "utf-8", newline="")
    found = []
    for limit in (len(text.encode()) + 1, 0):
        monkeypatch.setattr(large, "LARGE_FILE_BYTES", limit)
        grids, problems = open_grids(path, path.name, ReadOptions(**options), lambda label: None)
        assert not problems, [str(problem) for problem in problems]
        (grid,) = grids
        if grid.scan:
            cells = pq.read_table(grid.scan.cells).drop_columns(["cells_of_row"]).to_pylist()
            found.append([list(row.values()) for row in cells])
        else:
            found.append(grid.rows())
    assert found[0] == found[1]
    return found[0]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        pytest.param('="0012"', "0012", id="code"),
        pytest.param('"=""0012"""', "0012", id="code-in-quotes"),
        pytest.param('=" 0012 "', " 0012 ", id="blanks-inside"),
        pytest.param('=""', None, id="no-characters"),
        pytest.param('"=""a""""b"""', 'a"b', id="quote-inside"),
        pytest.param('"=""1,234"""', "1,234", id="delimiter-inside"),
        pytest.param("=0012", "=0012", id="formula-of-a-number"),
        pytest.param("=1+1", "=1+1", id="sum"),
        pytest.param('="a"&"b"', '="a"&"b"', id="joined-texts"),
        pytest.param('"=HYPERLINK(""x"")"', '=HYPERLINK("x")', id="function"),
        pytest.param('="0012', '="0012', id="quote-left-open"),
    ],
)
def test_a_formula_of_a_text_alone_is_that_text(tmp_path, monkeypatch, written, read):
    text = f"code,name\n{written},x\n12,y\n"
    assert rows_in_both_ways(tmp_path, monkeypatch, text) == [
        ["code", "name"],
        [read, "x"],
        ["12", "y"],
    ]
