"""Prints what a figure is made of, as an indented tree."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len
from rich.console import Console

from pipeline.contracts import load_contracts
from pipeline.published.figure_choice import Published, name_of
from pipeline.published.figure_marts import figure_marts
from pipeline.published.figure_tree import Input, TracedCount, TracedFigure
from pipeline.published.lookup import measure_name
from pipeline.published.read_marts import Row
from pipeline.published.trace import Trace
from pipeline.wording.labels import load_labels, measure_unit
from pipeline.wording.mart_columns import load_column

INDENT = "    "
# What is said of a figure before its formula, where its mart has the column.
SAID = {
    "as_of_date": "日期 date",
    "year": "年份 year",
    "target_year": "目标年份 target year",
    "comparator": "关系 comparator",
    "category": "类别 category",
    "value_origin": "来历 origin",
    "kind": "存量或流量 kind",
    "basis": "依据 basis",
    "scope": "范围 scope",
    "population_vintage": "人口 population",
    "grade": "等级 grade",
    "status": "状态 status",
    "status_reason": "原因 reason",
}
# What is said of one column alone, where the mart has it.
SAID_OF_COLUMNS = {
    "resident_population": {"population_year": "人口年份 of", "population_basis": "依据 basis"},
    "children_under_3": {"children_year": "人口年份 of", "children_basis": "依据 basis"},
    "places": {"places_basis": "依据 basis", "places_scope": "范围 scope"},
    "residents": {"population_year": "人口年份 of"},
    "actual_value": {"actual_date": "现状日期 of"},
    "quota_places": {"quota_basis": "依据 basis"},
}
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
        head = f"[{number}] {region['region_name']} {region['region_code']}  "
        lines = (line for line in _figure(figure, found) if depth is None or line[0] <= depth)
        text = "\n".join([head + _title(figure.published), *_aligned(lines)])
        console.print(text + "\n", markup=False, soft_wrap=True)


def _title(published: Published) -> str:
    """The column, and the indicator that its row is about; an indicator's value goes by that."""
    names = [] if published.column == "value" else [published.column]
    if published.indicator is not None:
        names.append(published.indicator)
    return "  ".join(f"{name_of(name)} {name}" for name in dict.fromkeys(names))


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


def _figure(figure: TracedFigure, found: Trace) -> Iterator[Line]:
    published = figure.published
    row = published.row
    headline = "★ headline" if row.get("is_headline") else ""
    parts = _parts(row) if published.value is None else ""
    yield (
        0,
        ["  ".join(filter(None, [f"数值 value: {_published_value(published)}", parts, headline]))],
    )
    for column, text in (SAID | SAID_OF_COLUMNS.get(published.column, {})).items():
        if row.get(column) is not None and not (column == "year" and row.get("as_of_date")):
            yield 0, [f"{text}: {_in_words(published.mart, column, row[column])}"]
    if figure.formula is not None:
        yield 0, [f"公式 formula: {figure.formula}"]
    for other in figure.also:
        yield 0, [f"同见 also: {_place_of(other)}"]
    for part in figure.inputs:
        yield from _input(part, found)


def _place_of(published: Published) -> str:
    """For example ``target_gaps.residents places_per_1000 stock 2025``."""
    grain = figure_marts()[published.mart].grain
    told = [str(published.row[name]) for name in grain if published.row[name] is not None]
    return " ".join([f"{published.mart}.{published.column}", *told[1:]])  # the region is known


def _in_words(mart: str, column: str, value: object) -> str:
    codes = load_column(mart, column).codes
    return str(_word(codes, str(value)) if codes else value)


def _input(part: Input, found: Trace) -> Iterator[Line]:
    name = f"{measure_name(part.measure)} {part.measure}"
    role = f"{part.lineage['input_role']}: " if part.lineage else ""
    if part.count is None and part.lineage is not None:
        line = part.lineage
        amount = _hedged(line["input_value"], line["input_qualifier"], measure_unit(part.measure))
        yield 1, [f"{role}{name}", amount, _about(line)]
        yield from ((2, [text]) for text in _cell(line, found))
    elif part.count is not None:
        yield 1, [f"{role}{name}"]
        named = (part.lineage or {}).get("correction_id") or ""
        # those of facilities stand beside their rows
        elsewhere = set(named.split("; ")) - {"", *_corrections_of(part.count, found)}
        yield from ((2, [_correction(found.corrections[name])]) for name in sorted(elsewhere))
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
    for correction in (line["correction_id"] or "").split("; "):
        if correction:
            yield _correction(found.corrections[correction])


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


def _count(count: TracedCount, measure: str, found: Trace, level: int) -> Iterator[Line]:
    region = f"{count.region['region_name']} {count.region['region_code']}"
    if count.figure is None:
        yield level, [region, "无数据 nothing published"]
        return
    counted = Published("indicator_values", "value", count.figure)
    yield level, [region, _published_value(counted), _parts(count.figure)]
    for child in count.children:
        yield from _count(child, measure, found, level + 1)
    for row in count.facilities:
        yield level + 1, [row["facility_name"], _facility_value(row, measure), _place(row)]
        for inspected in filter(None, (row.get("rounds") or "").split("; ")):
            yield level + 2, [f"巡查 round: {inspected}"]
        for name in _corrections_of_row(row, found):
            yield level + 2, [_correction(found.corrections[name])]


def _corrections_of(count: TracedCount, found: Trace) -> Iterator[str]:
    for child in count.children:
        yield from _corrections_of(child, found)
    for row in count.facilities:
        yield from _corrections_of_row(row, found)


def _corrections_of_row(row: Row, found: Trace) -> list[str]:
    place = ("source_id", "source_sheet", "source_row")
    return [
        name
        for name, correction in found.corrections.items()
        if all(row.get(key) == correction[key] for key in place)
    ]


def _parts(row: Row) -> str:
    """How much is known of a sum."""
    for known, parts in (("known", "parts"), ("quota_towns_known", "quota_towns")):
        if row.get(parts) is not None:
            return f"已知 known {row[known]} / {row[parts]}"
    return ""


def _published_value(published: Published) -> str:
    row = published.row
    if published.value is not None:
        qualifier = row.get("qualifier") if published.column == "value" else None
        return _hedged(published.value, qualifier, _unit(published))
    missing = "无数据 missing"
    if row.get("missing_reason") is None:  # status and reason are said below
        return missing
    spec = load_contracts().indicators[row["indicator"]]
    names = {
        key: measure_name(str(spec.get(key, row["indicator"])))
        for key in ("numerator", "denominator")
    }
    return f"{missing}: {_word('missing_reason', row['missing_reason'])}".format(**names)


def _unit(published: Published) -> str | None:
    """Unit code of a published figure."""
    spec = load_contracts().indicators.get(published.indicator or "", {})
    if published.column in ("numerator", "denominator"):
        # a stated ratio is its own numerator
        return measure_unit(str(spec.get(published.column, published.indicator)))
    unit = load_column(published.mart, published.column).unit
    return str(spec["unit"]) if unit == "indicator" else unit


def _facility_value(row: Row, measure: str) -> str:
    if row["value"] is None:
        return "未知 unknown"
    return _quantity(row["value"], measure_unit(measure))


def _hedged(value: float, qualifier: str | None, unit: str | None) -> str:
    hedge = f"{_word('qualifier', qualifier)} " if qualifier else ""
    return hedge + _quantity(value, unit)


def _quantity(value: float, unit: str | None) -> str:
    """With all digits that say something: who traces a figure recomputes it."""
    if unit == "ratio":
        return f"{round(100 * value, 6):,.12g}%"
    return f"{round(float(value), 6):,.12g} {load_labels()['unit'].get(unit or '', unit or '')}"


def _word(table: str, code: str | None) -> str | None:
    """A code with its Chinese words; a code that reports never meet stands for itself."""
    if code is None:
        return None
    words = load_labels().get(table, {}).get(code)
    if words is None and table == "scope" and code in load_contracts().counting_scopes:
        words = load_contracts().counting_scopes[code]["label"]
    return f"{words} {code}" if words else code
