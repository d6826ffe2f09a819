"""Workbooks that Excel and WPS wrote as XML, as web archives or under other names."""

from __future__ import annotations

import base64
import quopri
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


def test_rows_that_are_hidden_at_the_end_of_a_sheet_move_none_of_the_next():
    hidden = f"<Row>{cell('甲')}</Row><Row ss:Hidden='1' ss:Span='5'/>"
    second = f'</Table></Worksheet><Worksheet ss:Name="二"><Table><Row>{cell("乙")}</Row>'
    _, grid = read_xml_spreadsheet(xml(hidden + second), ReadOptions())
    assert grid.rows() == [["乙"]]
    assert grid.number_of(0) == 1


@pytest.mark.parametrize("name", ["Yes/No", "True/False", "On/Off"])
def test_formats_of_yes_and_no_are_no_dates(name):
    row = f"<Row>{cell(1, 'Number', StyleID='s1')}{cell(0, 'Number', StyleID='s1')}</Row>"
    (grid,) = read_xml_spreadsheet(xml(row, styles=style("s1", name)), ReadOptions())
    assert grid.rows() == [["1", "0"]]


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


PAGE = "<html><body><table><tr><td>地区<td>常住人口<tr><td>甲镇<td>1904</table></body></html>"
ROWS = [["地区", "常住人口"], ["甲镇", "1904"]]


def archive(*pages, charset="utf-8", packing="quoted-printable"):
    """A web archive of pages, each with its name."""
    lines = [
        b"MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\nContent-Type: multipart/related;"
        b' boundary="----=_Part"\r\n\r\nA single file web page.\r\n'
    ]
    encode = {"quoted-printable": quopri.encodestring, "base64": base64.encodebytes}
    for name, page in pages:
        body = page.encode(charset, "xmlcharrefreplace")
        lines.append(
            f"\r\n------=_Part\r\nContent-Location: file:///C:/9A/{name}\r\n"
            f"Content-Transfer-Encoding: {packing}\r\n"
            f'Content-Type: text/html; charset="{charset}"\r\n\r\n'.encode()
            + encode.get(packing, bytes)(body)
        )
    return b"".join(lines) + b"\r\n------=_Part--\r\n"


@pytest.mark.parametrize("name", ["table.mht", "table.xls", "table.mhtml"])
@pytest.mark.parametrize("charset", ["utf-8", "gb2312", "us-ascii"])
@pytest.mark.parametrize("packing", ["quoted-printable", "base64", "8bit"])
def test_a_web_archive_is_known_by_its_content(tmp_path, name, charset, packing):
    content = archive(("table.htm", PAGE), charset=charset, packing=packing)
    (grid,) = grids_of(tmp_path, content, name)
    assert (grid.sheet, grid.rows()) == ("table 1", ROWS)


def test_sheets_of_a_web_archive_are_its_pages_without_the_tabs(tmp_path):
    frames = "<html><frameset><frame src=sheet001.htm></frameset></html>"
    tabs = "<html><table><tr><td>Sheet1<td>Sheet2</table></html>"
    pages = [("a.htm", frames), ("a_files/tabstrip.htm", tabs)]
    pages.append(("a_files/sheet003.htm", "<html><table><tr><td></table></html>"))
    pages += [(f"a_files/sheet00{number}.htm", PAGE) for number in (1, 2)]
    grids = grids_of(tmp_path, archive(*pages))
    assert [(grid.sheet, grid.rows()) for grid in grids] == [
        ("sheet001.htm, table 1", ROWS),
        ("sheet002.htm, table 1", ROWS),
    ]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(archive(("a.htm", PAGE))[:-60], id="breaks-off"),
        pytest.param(archive(("a.htm", "<p>甲镇</p>")), id="no-table"),
        pytest.param(archive(*[("a.htm", PAGE)] * 1_001), id="many-parts"),
        pytest.param(
            b"".join(
                b"Content-Type: multipart/related; boundary=b%d\n\n--b%d\n" % (n, n)
                for n in range(5_000)
            ),
            id="nested",
        ),
    ],
)
def test_a_hostile_or_damaged_web_archive_is_refused(tmp_path, content):
    path = tmp_path / "table.mht"
    path.write_bytes(content)
    grids, problems = open_grids(path, path.name, ReadOptions(), lambda label: None)
    assert grids == []
    assert problems


def test_a_letter_that_begins_like_headers_is_no_archive(tmp_path):
    (grid,) = grids_of(tmp_path, b"From: a,b\nMIME-Version: 1,2\n", "table.csv")
    assert grid.rows() == [["From: a", "b"], ["MIME-Version: 1", "2"]]
