"""Prints what a figure is made of, as an indented tree."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len
from rich.console import Console

from pipeline.contracts import load_contracts
from pipeline.core.messages import Message, Text
from pipeline.published.figure_choice import Published, name_of
from pipeline.published.figure_marts import figure_marts
from pipeline.published.figure_tree import Input, TracedCount, TracedFigure
from pipeline.published.lookup import measure_name
from pipeline.published.read_marts import Row
from pipeline.published.trace import Trace
from pipeline.wording.labels import column_label, load_labels, measure_unit
from pipeline.wording.mart_columns import load_column
from pipeline.wording.texts import language

INDENT = "    "
# What is shown of a figure before its formula, where its mart has the column.
SHOWN_COLUMNS = {
    "as_of_date": Message("trace.date"),
    "year": Message("trace.year"),
    "target_year": Message("trace.target_year"),
    "comparator": Message("trace.comparator"),
    "category": Message("trace.category"),
    "value_origin": Message("trace.origin"),
    "kind": Message("trace.kind"),
    "basis": Message("trace.basis"),
    "scope": Message("trace.scope"),
    "population_vintage": Message("trace.population"),
    "grade": Message("trace.grade"),
    "status": Message("trace.status"),
    "status_reason": Message("trace.reason"),
}
POPULATION_OF = Message("trace.population_of")
BASIS, SCOPE = Message("trace.basis"), Message("trace.scope")
# What is shown besides of one column alone, where the mart has it.
SHOWN_OF_COLUMNS = {
    "resident_population": {"population_year": POPULATION_OF, "population_basis": BASIS},
    "children_under_3": {"children_year": POPULATION_OF, "children_basis": BASIS},
    "places": {"places_basis": BASIS, "places_scope": SCOPE},
    "residents": {"population_year": POPULATION_OF},
    "actual_value": {"actual_date": Message("trace.actual_of")},
    "quota_places": {"quota_basis": BASIS},
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
    headline = str(Message("trace.headline")) if row.get("is_headline") else ""
    parts = _parts(row) if published.value is None else ""
    value = _line(Message("trace.value"), _published_value(published))
    yield 0, ["  ".join(filter(None, [value, parts, headline]))]
    columns = SHOWN_COLUMNS | SHOWN_OF_COLUMNS.get(published.column, {})
    for column, name in columns.items():
        if row.get(column) is not None and not (column == "year" and row.get("as_of_date")):
            yield 0, [_line(name, _in_words(published.mart, column, row[column]))]
    if figure.formula is not None:
        yield 0, [_line(Message("trace.formula"), figure.formula)]
    for other in figure.also:
        yield 0, [_line(Message("trace.also"), _place_of(other))]
    for part in figure.inputs:
        yield from _input(part, found)


def _line(name: Text, text: str | None) -> str:
    return str(Message("trace.line", name=name, text=text))


def _place_of(published: Published) -> str:
    """For example ``target_gaps.residents places_per_1000 stock 2025``."""
    grain = figure_marts()[published.mart].grain
    key = [str(published.row[name]) for name in grain if published.row[name] is not None]
    # The first part of the key is the region, which stands at the head of the tree.
    return " ".join([f"{published.mart}.{published.column}", *key[1:]])


def _in_words(mart: str, column: str, value: object) -> str:
    codes = load_column(mart, column).codes
    return str(_word(codes, str(value)) if codes else value)


def _input(part: Input, found: Trace) -> Iterator[Line]:
    name = f"{measure_name(part.measure)} {part.measure}"
    role = part.lineage["input_role"] if part.lineage else None
    # A role without words of its own is the measure itself.
    is_named = role in load_labels()["input_role"]
    head = _line(_word("input_role", role) or "", name) if is_named else name
    if part.count is None and part.lineage is not None:
        line = part.lineage
        amount = _hedged(line["input_value"], line["input_qualifier"], measure_unit(part.measure))
        yield 1, [head, amount, _about(line)]
        yield from ((2, [text]) for text in _cell(line, found))
    elif part.count is not None:
        yield 1, [head]
        named = (part.lineage or {}).get("correction_id") or ""
        # those of facilities stand beside their rows
        elsewhere = set(named.split("; ")) - {"", *_corrections_of(part.count, found)}
        yield from ((2, [_correction(found.corrections[name])]) for name in sorted(elsewhere))
        yield from _count(part.count, part.measure, found, 2)


def _about(line: Row) -> str:
    region = line["input_region_code"] or str(Message("trace.total_row"))
    return f"{region}  {line['input_date'] or ''}".rstrip()


def _cell(line: Row, found: Trace) -> Iterator[str]:
    label = f"  「{line['column_label']}」" if line["column_label"] else ""
    yield _line(Message("trace.file"), f"{_place(line)}{label}")
    title = " ".join(filter(None, [line["document_title"], line["document_number"]]))
    grade = Message("trace.of_grade", grade=line["grade"])
    parts = [title, line["issuer"], *([line["locator"]] if line["locator"] else []), grade]
    yield str(Message("trace.document", parts=parts))
    for correction in (line["correction_id"] or "").split("; "):
        if correction:
            yield _correction(found.corrections[correction])


def _place(row: Row) -> str:
    sheet = f" [{row['source_sheet']}]" if row.get("source_sheet") else ""
    number = row.get("source_row")
    cell = f" {row['source_cell']}" if row.get("source_cell") else ""
    if not cell and number:
        cell = str(Message("trace.in_row", row=number))
    return f"{row['source_file']}{sheet}{cell}"


def _correction(row: Row) -> str:
    old, new = (
        Message("trace.blank") if row[key] is None else row[key]
        for key in ("old_value", "new_value")
    )
    return str(
        Message(
            "trace.correction",
            id=row["correction_id"],
            column=column_label(row["column_name"]),
            code=row["column_name"],
            old=old,
            new=new,
            reason=row["reason"],
            reviewer=row["reviewed_by"],
            date=row["reviewed_date"],
        )
    )


def _count(count: TracedCount, measure: str, found: Trace, level: int) -> Iterator[Line]:
    region = f"{count.region['region_name']} {count.region['region_code']}"
    if count.figure is None:
        yield level, [region, str(Message("trace.nothing_published"))]
        return
    counted = Published("indicator_values", "value", count.figure)
    yield level, [region, _published_value(counted), _parts(count.figure)]
    for child in count.children:
        yield from _count(child, measure, found, level + 1)
    for row in count.facilities:
        yield level + 1, [row["facility_name"], _facility_value(row, measure), _place(row)]
        for inspected in filter(None, (row.get("rounds") or "").split("; ")):
            yield level + 2, [_line(Message("trace.round"), inspected)]
        for name in _corrections_of_row(row, found):
            yield level + 2, [_correction(found.corrections[name])]
        yield from ((level + 2, [text]) for text in _verdicts_on(row, found))


def _verdicts_on(row: Row, found: Trace) -> Iterator[str]:
    """Verdicts by which a facility is one with others, or is none of them."""
    for verdict in found.verdicts:
        keys = (verdict["facility_key"], verdict["other_facility_key"])
        if row.get("facility_key") in keys:
            is_first = row["facility_key"] == keys[0]
            yield str(
                Message(
                    "trace.verdict",
                    id=verdict["verdict_id"],
                    verdict=_word("verdict", verdict["verdict"]),
                    other=verdict["other_facility_name" if is_first else "facility_name"],
                    reason=verdict["reason"],
                    reviewer=verdict["reviewed_by"],
                    date=verdict["reviewed_date"],
                )
            )


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
            return str(Message("trace.known", known=row[known], parts=row[parts]))
    return ""


def _published_value(published: Published) -> str:
    row = published.row
    if published.value is not None:
        qualifier = row.get("qualifier") if published.column == "value" else None
        return _hedged(published.value, qualifier, _unit(published))
    if row.get("missing_reason") is None:  # status and reason have lines of their own
        return str(Message("trace.missing"))
    spec = load_contracts().indicators[row["indicator"]]
    names = {
        key: measure_name(str(spec.get(key, row["indicator"])))
        for key in ("numerator", "denominator")
    }
    reason = str(_word("missing_reason", row["missing_reason"])).format(**names)
    return str(Message("trace.missing_because", reason=reason))


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
        return str(Message("trace.unknown"))
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
    """A code behind its words; a code that reports never meet stands for itself."""
    if code is None:
        return None
    words = load_labels().get(table, {}).get(code)
    if words is None and table == "scope" and code in load_contracts().counting_scopes:
        key = "label" if language() == "zh" else "label_en"
        words = load_contracts().counting_scopes[code][key]
    return f"{words} {code}" if words else code
