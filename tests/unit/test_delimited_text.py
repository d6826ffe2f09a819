"""Cells of delimited text, read alike in memory and by DuckDB."""

from __future__ import annotations

import pyarrow.parquet as pq
import pytest

from pipeline.dossier_files.sources_file import ReadOptions
from pipeline.reading.files import open_grids
from pipeline.reading.formats import large
from pipeline.reading.formats.delimited import guess_delimiter


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


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        pytest.param(
            'a;b\n"x, 1\ny, 2\nw, 3";1\n"p, 1\nq, 2\ns, 3";2\n',
            [["a", "b"], ["x, 1\ny, 2\nw, 3", "1"], ["p, 1\nq, 2\ns, 3", "2"]],
            id="commas-on-lines-of-a-cell",
        ),
        pytest.param(
            'a;b\n"x, y";"1, 2, 3"\n"u, v";"4, 5, 6"\n',
            [["a", "b"], ["x, y", "1, 2, 3"], ["u, v", "4, 5, 6"]],
            id="commas-between-semicolons",
        ),
        pytest.param(
            '"a|b";"c|d"\n"1|2";"3|4"\n', [["a|b", "c|d"], ["1|2", "3|4"]], id="bars-in-the-header"
        ),
        pytest.param(
            'a\tb\n"one, ""two"", three"\t1\n"four, ""five"", six"\t2\n',
            [["a", "b"], ['one, "two", three', "1"], ['four, "five", six', "2"]],
            id="doubled-quotes",
        ),
        pytest.param(
            '地区,备注\n"甲、乙、丙",1\n"丁、戊、己",2\n',
            [["地区", "备注"], ["甲、乙、丙", "1"], ["丁、戊、己", "2"]],
            id="ideographic-commas",
        ),
        pytest.param(
            'a,b\n5" pipe,1\n6" pipe,2\n',
            [["a", "b"], ['5" pipe', "1"], ['6" pipe', "2"]],
            id="inches-are-no-quotes",
        ),
        pytest.param(
            'a;b\r\n"x,\r\ny,\r\nz,";1\r\n',
            [["a", "b"], ["x,\r\ny,\r\nz,", "1"]],
            id="line-ends-of-windows",
        ),
    ],
)
def test_delimiters_and_line_ends_inside_quotes_part_nothing(tmp_path, monkeypatch, text, rows):
    assert rows_in_both_ways(tmp_path, monkeypatch, text) == rows


def test_quotes_that_close_nowhere_are_looked_through_in_little_time():
    assert guess_delimiter(',"""a' * 50_000) == ","
