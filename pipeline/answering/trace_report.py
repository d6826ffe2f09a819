"""Prints what a figure is made of, as an indented tree."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len
from rich.console import Console

from pipeline.answering.figure_tree import Count, Figure, Input
from pipeline.answering.lookup import measure_name
from pipeline.answering.tracing import Trace
from pipeline.contracts import load_contracts
from pipeline.reporting.labels import load_labels
from pipeline.reporting.marts import Row

INDENT = "    "
Line = tuple[int, list[str]]  # depth, and columns that line up with those of lines beside it


def print_trace(found: Trace, console: Console, depth: int | None) -> None:
    """Print every value with its tree.

    Args:
        found: What the values are made of.
        console: Where to print.
        depth: Levels below a value to print; None for all.
    """
    region = found.region
    for number, figure in enumerate(found.figures, start=1):
        name = f"{measure_name(found.measure)} {found.measure}"
        head = f"[{number}] {region['region_name']} {region['region_code']}  {name}"
        lines = (line for line in _figure(figure, found) if depth is None or line[0] <= depth)
        text = "\n".join([head, *_aligned(lines)])
        console.print(text + "\n", markup=False, soft_wrap=True)


def _aligned(lines: Iterator[Line]) -> Iterator[str]:
    """Pad columns to those of the neighbours of the same depth; Chinese is two cells wide."""
    run: list[Line] = []
    for line in lines:
        if run and line[0] != run[0][0]:
            yield from _pad(run)
            run = []
        run.append(line)
    yield from _pad(run)


def _pad(run: list[Line]) -> Iterator[str]:
    columns = max((len(texts) for _, texts in run), default=0)
    widths = [
        max((cell_len(texts[i]) for _, texts in run if i < len(texts) - 1), default=0)
        for i in range(columns)
    ]
    for level, texts in run:
        padded = [
            text + " " * (width - cell_len(text))
            for text, width in zip(texts, widths, strict=False)
        ]
        yield (INDENT * level + "  ".join(padded)).rstrip()


def _figure(figure: Figure, found: Trace) -> Iterator[Line]:
    row = figure.row
    said = [
        ("日期 date", row.get("as_of_date") or row.get("year")),
        ("来历 origin", _word("value_origin", row.get("value_origin"))),
        ("存量或流量 kind", _word("kind", row.get("kind"))),
        ("依据 basis", _word("basis", row.get("basis"))),
        ("范围 scope", _word("scope", row.get("scope"))),
        ("等级 grade", _word("grade", row.get("grade"))),
        ("公式 formula", _word("formula", figure.formula)),
    ]
    headline = "★ headline" if row["is_headline"] else ""
    parts = _parts(row) if row["value"] is None else ""
    value = _value(row, found.measure)
    yield 0, ["  ".join(filter(None, [f"数值 value: {value}", parts, headline]))]
    for name, text in said:
        if text is not None:
            yield 0, [f"{name}: {text}"]
    for part in figure.inputs:
        yield from _input(part, found)


def _input(part: Input, found: Trace) -> Iterator[Line]:
    name = f"{measure_name(part.measure)} {part.measure}"
    role = f"{part.lineage['input_role']}: " if part.lineage else ""
    if part.count is None and part.lineage is not None:
        line = part.lineage
        yield 1, [f"{role}{name}", _value(line, part.measure, "input_"), _about(line)]
        yield from ((2, [text]) for text in _cell(line, found))
    elif part.count is not None:
        yield 1, [f"{role}{name}"]
        yield from _count(part.count, part.measure, found, 2)


def _about(line: Row) -> str:
    return f"{line['input_region_code'] or '合计行 total row'}  {line['input_date'] or ''}".rstrip()


def _cell(line: Row, found: Trace) -> Iterator[str]:
    place = _place(line)
    label = f"  「{line['column_label']}」" if line["column_label"] else ""
    yield f"文件 file: {place}{label}"
    number = f" {line['document_number']}" if line["document_number"] else ""
    locator = f", {line['locator']}" if line["locator"] else ""
    yield (
        f"文献 document: {line['document_title']}{number}, {line['issuer']}{locator}"
        f", 等级 grade {line['grade']}"
    )
    if line["correction_id"]:
        yield _correction(found.corrections[line["correction_id"]])


def _place(row: Row) -> str:
    sheet = f" [{row['source_sheet']}]" if row.get("source_sheet") else ""
    cell = f" {row['source_cell']}" if row.get("source_cell") else ""
    number = f" 第{row['source_row']}行 row {row['source_row']}" if row.get("source_row") else ""
    return f"{row['source_file']}{sheet}{cell or number}"


def _correction(row: Row) -> str:
    old, new = (
        ("空白 blank" if row[key] is None else row[key]) for key in ("old_value", "new_value")
    )
    return (
        f"更正 correction {row['correction_id']}: {row['column_name']} {old} → {new},"
        f" {row['reason']} ({row['reviewed_by']} {row['reviewed_date']})"
    )


def _count(count: Count, measure: str, found: Trace, level: int) -> Iterator[Line]:
    region = f"{count.region['region_name']} {count.region['region_code']}"
    if count.figure is None:
        yield level, [region, "无数据 nothing published"]
        return
    parts = _parts(count.figure)
    yield level, [region, _value(count.figure, measure), parts]
    for child in count.children:
        yield from _count(child, measure, found, level + 1)
    for row in count.facilities:
        yield level + 1, [row["facility_name"], _facility_value(row, measure), _place(row)]
        for correction in found.corrections.values():
            if all(
                row.get(key) == correction[key]
                for key in ("source_id", "source_sheet", "source_row")
            ):
                yield level + 2, [_correction(correction)]


def _parts(row: Row) -> str:
    if row.get("parts") is None:
        return ""
    return f"已知 known {row['known']} / {row['parts']}"


def _value(row: Row, measure: str, prefix: str = "") -> str:
    value = row[f"{prefix}value"]
    if value is None:
        spec = load_contracts().indicators[row["indicator"]]
        names = {key: measure_name(spec.get(key, measure)) for key in ("numerator", "denominator")}
        reason = str(_word("missing_reason", row["missing_reason"])).format(**names)
        return f"无数据 missing: {reason}"
    qualifier = row.get(f"{prefix}qualifier")
    hedge = f"{_word('qualifier', qualifier)} " if qualifier else ""
    return hedge + _quantity(value, measure)


def _facility_value(row: Row, measure: str) -> str:
    return "未知 unknown" if row["value"] is None else _quantity(row["value"], measure)


def _quantity(value: float, measure: str) -> str:
    """With all digits that say something: who traces a figure recomputes it."""
    spec = load_contracts().indicators.get(measure)
    unit = str(spec["unit"]) if spec else "residents"
    if unit == "ratio":
        return f"{round(100 * value, 6):,.12g}%"
    return f"{round(float(value), 6):,.12g} {load_labels()['unit'].get(unit, unit)}"


def _word(table: str, code: str | None) -> str | None:
    """A code with its Chinese words; a code that reports never meet stands for itself."""
    if code is None:
        return None
    words = load_labels().get(table, {}).get(code)
    if words is None and table == "scope" and code in load_contracts().counting_scopes:
        words = load_contracts().counting_scopes[code]["label"]
    return f"{words} {code}" if words else code
