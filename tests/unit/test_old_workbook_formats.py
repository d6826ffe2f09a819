"""Workbooks that Excel and WPS wrote as XML, as web archives or under other names."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline.dossier_files.sources_file import ReadOptions
from pipeline.reading.errors import UnreadableFileError
from pipeline.reading.files import open_grids
from pipeline.reading.formats.xml_spreadsheet import read_xml_spreadsheet
from pipeline.reading.grid import Span

HEAD = (
    '<?xml version="1.0" encoding="{encoding}"?>\n<?mso-application progid="Excel.Sheet"?>\n'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
    ' xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:x="urn:schemas-microsoft-com:office:excel"'
    ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"'
    ' xmlns:html="http://www.w3.org/TR/REC-html40">{styles}'
)


def xml(rows, *, styles="", encoding="UTF-8", name="表1", more=""):
    return (
        HEAD.format(encoding=encoding, styles=f"<Styles>{styles}</Styles>")
        + f'<Worksheet ss:Name="{name}"><Table>{rows}</Table>{more}</Worksheet></Workbook>'
    )


def cell(value, kind="String", **given):
    attributes = " ".join(f'ss:{name}="{text}"' for name, text in given.items())
    return f'<Cell {attributes}><Data ss:Type="{kind}">{value}</Data></Cell>'


def grids_of(tmp_path, content, name="table.xml"):
    path = tmp_path / name
    path.write_bytes(content)
    grids, problems = open_grids(path, name, ReadOptions(), lambda label: None)
    assert not problems, [str(problem) for problem in problems]
    return grids


def style(identity, code):
    return f'<Style ss:ID="{identity}"><NumberFormat ss:Format="{code}"/></Style>'


@pytest.mark.parametrize("name", ["table.xml", "table.xls", "table.csv"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_an_xml_spreadsheet_is_known_by_its_content(tmp_path, name, encoding):
    rows = f"<Row>{cell('地区')}{cell('常住人口')}</Row><Row>{cell('甲镇')}{cell(1904, 'Number')}</Row>"
    grids = grids_of(tmp_path, xml(rows, encoding=encoding).encode(encoding), name)
    assert [(grid.sheet, grid.rows()) for grid in grids] == [
        ("表1", [["地区", "常住人口"], ["甲镇", "1904"]])
    ]


@pytest.mark.parametrize(
    ("rows", "read"),
    [
        pytest.param(
            f"<Row>{cell('a')}{cell('b', Index=3)}{cell('c')}</Row>",
            [["a", None, "b", "c"]],
            id="index-of-a-cell",
        ),
        pytest.param(
            f"<Row>{cell('a')}</Row><Row ss:Index='4'>{cell('b')}</Row><Row>{cell('c')}</Row>",
            [["a"], [None], [None], ["b"], ["c"]],
            id="index-of-a-row",
        ),
        pytest.param(
            f"<Row ss:Span='1'/><Row>{cell('a')}</Row>",
            [[None], [None], ["a"]],
            id="span-of-blank-rows",
        ),
        pytest.param(
            f"<Row>{cell('a', MergeAcross=1)}{cell('b')}</Row>",
            [["a", None, "b"]],
            id="merged-across",
        ),
        pytest.param(
            f"<Row><Cell><Comment><Data>no</Data></Comment></Cell>{cell('a')}</Row>",
            [[None, "a"]],
            id="comment-is-no-value",
        ),
        pytest.param(
            "<Row><Cell ss:Formula='=RC[1]*2'/>"
            "<Cell ss:Formula='=1+1'><Data ss:Type='Number'>2</Data></Cell></Row>",
            [["=RC[1]*2", "2"]],
            id="formulas",
        ),
        pytest.param(
            "<Row><Cell><ss:Data ss:Type='String'>1904<html:Sup>1</html:Sup></ss:Data></Cell></Row>",
            [["1904[1]"]],
            id="raised-footnote",
        ),
        pytest.param(
            f"<Row>{cell('#N/A', 'Error')}{cell(1, 'Boolean')}{cell('1.50', 'Number')}"
            f"{cell('2023-06-30T00:00:00.000', 'DateTime')}</Row>",
            [["#N/A", "true", "1.5", "2023-06-30"]],
            id="types",
        ),
    ],
)
def test_cells_of_an_xml_spreadsheet_keep_their_places(rows, read):
    assert read_xml_spreadsheet(xml(rows), ReadOptions())[0].rows() == read


def test_numbers_of_an_xml_spreadsheet_are_read_as_shown():
    styles = style("w", "0!.0,") + style("p", "Percent") + style("y", "yyyy&quot;年&quot;")
    styles += '<Style ss:ID="child" ss:Parent="p"/>'
    rows = (
        "<Column/><Column ss:StyleID='p'/><Row>"
        + cell(40000, "Number", StyleID="w")
        + cell("0.625", "Number")
        + cell("0.5", "Number", StyleID="child")
        + cell("2023-01-01T00:00:00.000", "DateTime", StyleID="y")
        + "</Row>"
    )
    (grid,) = read_xml_spreadsheet(xml(rows, styles=styles), ReadOptions())
    assert grid.rows() == [["4", "62.5%", "50%", "2023年"]]
    assert grid.shown_scales == {(0, 0): Decimal(10000)}


def test_merged_and_hidden_parts_of_an_xml_spreadsheet_are_told():
    rows = (
        f"<Row>{cell('a', MergeDown=1)}{cell('b')}</Row>"
        f"<Row ss:Hidden='1'>{cell('c', Index=2)}</Row>"
    )
    more = (
        '<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel">'
        "<Visible>SheetHidden</Visible></WorksheetOptions>"
    )
    (grid,) = read_xml_spreadsheet(xml(rows, more=more), ReadOptions())
    assert (grid.spans, grid.hidden_rows, grid.is_hidden) == ([Span(0, 0, 1, 0)], {1}, True)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(
            '<!DOCTYPE w [<!ENTITY e "x">]>' + xml(f"<Row>{cell('&e;')}</Row>")[38:], id="entity"
        ),
        pytest.param(
            xml(f"<Row ss:Index='1048576'>{cell('a', Index=16384)}</Row>"),
            id="far",
        ),
        pytest.param(xml(f"<Row>{cell('a', Index=99999)}</Row>"), id="no-column"),
        pytest.param(xml("<Row ss:Span='99999999'/>"), id="rows-without-end"),
        pytest.param(
            xml(f"<Row>{cell('a')}{cell('b', Index=1)}</Row>"),
            id="one-place-twice",
        ),
        pytest.param(xml(f"<Row>{cell('a')}</Row>")[:-30], id="breaks-off"),
    ],
)
def test_a_hostile_or_damaged_xml_spreadsheet_is_refused(content):
    with pytest.raises(UnreadableFileError) as caught:
        read_xml_spreadsheet(content, ReadOptions())
    assert caught.value.message.part("next_step")
