"""Files of rows of cells: text, workbooks, pages and documents."""

from __future__ import annotations

import csv
import html
import io
import re
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
from openpyxl.utils import get_column_letter

from table_generator.tables import Case, Cell, Row

DELIMITERS = {"csv": ",", "tsv": "\t", "txt": ";"}
# A built-in format has no text in the file, only its number; openpyxl writes no such number.
BUILT_IN = re.compile(r"builtin-(\d+)")


def write_file(case: Case, folder: Path) -> None:
    """Write the file of a case; an xls as the xlsx that is converted later."""
    path = folder / case.file
    match case.suffix:
        case "csv" | "tsv" | "txt":
            path.write_bytes(_as_text(case).encode(case.encoding))
        case "html":
            path.write_bytes(_as_page(case).encode(case.encoding))
        case "docx":
            _write_document(case, path)
        case "xlsx" | "xls":
            _write_workbook(case, path.with_suffix(".xlsx"))
        case _:
            raise ValueError(case.suffix)


def _as_text(case: Case) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=DELIMITERS[case.suffix], lineterminator="\n")
    for row in case.rows:
        if row.cells:
            writer.writerow([cell.text for cell in row.cells])
        else:
            stream.write("\n")
    return stream.getvalue()


def around_table(case: Case) -> tuple[list[Row], list[Row], list[Row]]:
    """Lines above the table, the table, lines below it: a page writes the first and last as prose."""
    is_prose = [len(row.cells) == 1 and row.line is None for row in case.rows]
    start = is_prose.index(False)
    end = len(is_prose) - is_prose[::-1].index(False)
    return case.rows[:start], case.rows[start:end], case.rows[end:]


def _spans(cell: Cell) -> str:
    rows = f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
    return rows + (f' colspan="{cell.columns}"' if cell.columns > 1 else "")


def _as_page(case: Case) -> str:
    above, table, below = around_table(case)
    lines = [f'<html><head><meta charset="{case.encoding}"></head><body>']
    lines += [f"<p>{html.escape(row.cells[0].text)}</p>" for row in above]
    lines.append("<table>")
    for row in table:
        cells = [
            f"<td{_spans(cell)}>{html.escape(cell.text)}</td>"
            for cell in row.cells
            if not cell.covered
        ]
        lines.append(f"<tr>{''.join(cells)}</tr>")
    lines.append("</table>")
    lines += [f"<p>{html.escape(row.cells[0].text)}</p>" for row in below]
    return "\n".join([*lines, "</body></html>"])


def _write_workbook(case: Case, path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = case.sheet
    for number, row in enumerate(case.rows, 1):
        for place, cell in enumerate(row.cells, 1):
            if cell.covered or cell == Cell():
                continue
            written = sheet.cell(number, place, cell.text if cell.stored is None else cell.stored)
            if cell.stored is None:
                written.data_type = "s"
            written.number_format = cell.number_format
            if cell.rows > 1 or cell.columns > 1:
                last = f"{get_column_letter(place + cell.columns - 1)}{number + cell.rows - 1}"
                sheet.merge_cells(f"{written.coordinate}:{last}")
    if case.other_sheet:
        book.create_sheet("填表说明")["A1"] = "一、本表由各镇街填报。"
    book.save(path)
    if any(BUILT_IN.search(cell.number_format) for row in case.rows for cell in row.cells):
        _use_built_in_formats(path)


def _use_built_in_formats(path: Path) -> None:
    """Put the numbers of built-in formats where openpyxl wrote formats of its own."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    styles = parts["xl/styles.xml"].decode()
    for tag in re.findall(r"<numFmt [^>]*/>", styles):
        built_in, own = BUILT_IN.search(tag), re.search(r'numFmtId="(\d+)"', tag)
        if built_in is None or own is None:
            continue
        styles = styles.replace(tag, "")
        styles = re.sub(rf'(<xf [^>]*numFmtId="){own[1]}"', rf'\g<1>{built_in[1]}"', styles)
    styles = re.sub(r'<numFmts count="\d+"\s*/>|<numFmts count="\d+">\s*</numFmts>', "", styles)
    parts["xl/styles.xml"] = re.sub(r'<numFmts count="\d+">', "<numFmts>", styles).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PACKAGE = "application/vnd.openxmlformats-package.relationships+xml"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns='
    '"http://schemas.openxmlformats.org/package/2006/content-types">'
    f'<Default Extension="rels" ContentType="{PACKAGE}"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{MAIN}"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns='
    '"http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


def _paragraph(text: str) -> str:
    return f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def _write_document(case: Case, path: Path) -> None:
    above, table, below = around_table(case)
    rows, open_merges = list[str](), dict[int, int]()
    for row in table:
        cells, place = list[str](), 0
        while place < len(row.cells):
            cell = row.cells[place]
            properties = f'<w:gridSpan w:val="{cell.columns}"/>' if cell.columns > 1 else ""
            if cell.rows > 1:
                properties += '<w:vMerge w:val="restart"/>'
                open_merges[place] = cell.rows
            elif cell.covered and open_merges.get(place, 0) > 0:
                properties += "<w:vMerge/>"
            cells.append(f"<w:tc><w:tcPr>{properties}</w:tcPr>{_paragraph(cell.text)}</w:tc>")
            place += cell.columns
        open_merges = {place: rest - 1 for place, rest in open_merges.items()}
        rows.append(f"<w:tr>{''.join(cells)}</w:tr>")
    body = "".join(
        [
            *(_paragraph(row.cells[0].text) for row in above),
            f"<w:tbl>{''.join(rows)}</w:tbl>",
            *(_paragraph(row.cells[0].text) for row in below),
        ]
    )
    document = (
        f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{W}">'
        f"<w:body>{body}</w:body></w:document>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELATIONS)
        archive.writestr("word/document.xml", document)
