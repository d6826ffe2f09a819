"""Writes the one SQL statement that types and judges the rows of a source."""

from __future__ import annotations

from pipeline.contracts import Column, normalise_label
from pipeline.contracts.loader import ColumnType
from pipeline.reading import Table
from pipeline.shaping.findings import ALL_BLANK, BLANK, OTHER_UNIT, UNREADABLE, finding
from pipeline.shaping.regions import region_ctes, region_findings
from pipeline.sources import Source
from pipeline.sql import literal, quoted

# How the text of a column type becomes its value; null where it is no such value.
READ_AS: dict[ColumnType, str] = {
    "text": "shaping.clean({cell})",
    "code": "shaping.to_code({cell})",
    "integer": "shaping.to_integer({cell})",
    "number": "shaping.to_number({cell})",
    "year": "shaping.to_year({cell})",
    "date": "shaping.to_date({cell})",
    "term": "{cell}_term.code",
    "document": "{cell}_document.document_id",
    "unit": "shaping.clean({cell})",
}


def judge_rows(source: Source, table: Table) -> str:
    """Write the statement that types every data row of a source and lists what is wrong with it.

    Args:
        source: Contract, constants and dossier of the rows.
        table: Which columns the file has; its rows stand in the relation ``cells``.

    Returns:
        SQL whose result has one row per data row: ``source_row``, the contract's columns typed
        (for a contract with regions, the resolved ``region_code``), and ``problems``, a list of
        structs ``column_name, source_cell, found, reason, candidates, next_step``; empty for a
        good row. ``reason`` and ``next_step`` are fixed phrases, which reports translate.
    """
    contract = source.contract
    letters = {heading.column: heading.letter for heading in table.headings}
    texts = [
        f"{_text_of(c, source, letters)} as {quoted(c.name)}" for c in contract.columns.values()
    ]
    plain = contract.value_columns
    typed = [f"{READ_AS[c.type].format(cell=_ref(c))} as {quoted(c.name)}" for c in plain]
    problems = [found for c in plain for found in _column_findings(c, source, letters)]
    problems += [_one_of_finding(group, letters) for group in contract.one_of]
    joins = [_lookup_join(c, source) for c in plain if c.type in ("term", "document")]
    regions = ""
    if contract.has_region:
        regions = "," + region_ctes(source)
        joins.append("left join region_found on region_found.source_row = texts.source_row")
        typed.insert(0, "region_found.resolved_code as region_code")
        typed.insert(1, "texts.region_name as region_name_as_issued")
        problems += region_findings(letters)
    return f"""
with texts as (
    select source_row, {", ".join(texts)}
    from cells where row_kind = 'data'
){regions}
select
    texts.source_row,
    {", ".join(typed)},
    list_filter([{", ".join(problems)}], lambda problem: problem is not null) as problems
from texts
{" ".join(joins)}
"""


def _ref(column: Column) -> str:
    return f"texts.{column.name}" if column.type not in ("term", "document") else column.name


def _text_of(column: Column, source: Source, letters: dict[str, str]) -> str:
    """The column's text: from the file, else the constant, else the contract's default."""
    constant = source.entry.constants.get(column.name)
    fallback = constant if constant is not None else column.default
    if fallback and column.type == "term":
        fallback = normalise_label(fallback)  # as sources.yml was checked
    if column.name in letters:
        cell = f"shaping.clean({quoted(column.name)})"
        return f"coalesce({cell}, {literal(fallback)})" if fallback else cell
    return literal(fallback) if fallback else "null::varchar"


def _lookup_join(column: Column, source: Source) -> str:
    """Join that turns a term into its code, or checks that a document is declared."""
    name = column.name
    if column.type == "document":
        return (
            f"left join raw.documents as {name}_document"
            f" on {name}_document.document_id = texts.{name}"
            f" and {name}_document.dossier = {literal(source.dossier)}"
        )
    return (
        f"left join shaping.vocabulary as {name}_term"
        f" on {name}_term.vocabulary = {literal(column.vocabulary or '')}"
        f" and {name}_term.word = shaping.name_key(texts.{name})"
    )


def _column_findings(column: Column, source: Source, letters: dict[str, str]) -> list[str]:
    text, cell = f"texts.{quoted(column.name)}", (column.name, letters)
    found = []
    no_other_document = column.type == "document" and source.entry.document is None
    if column.required or no_other_document:
        found.append(finding(f"{text} is null", cell, "null::varchar", BLANK))
    if column.type in UNREADABLE:
        value = READ_AS[column.type].format(cell=_ref(column))
        found.append(
            finding(f"{text} is not null and {value} is null", cell, text, UNREADABLE[column.type])
        )
    if column.type == "unit":
        fits = (
            "exists (select 1 from shaping.vocabulary as units join raw.indicators as counted"
            " on units.vocabulary = 'unit: ' || counted.unit"
            " where counted.indicator = indicator_term.code"
            f" and units.word = shaping.name_key({text}))"
        )
        found.append(finding(f"{text} is not null and not {fits}", cell, text, OTHER_UNIT))
    return found


def _one_of_finding(group: tuple[str, ...], letters: dict[str, str]) -> str:
    blank = " and ".join(f"texts.{quoted(name)} is null" for name in group)
    present = next((name for name in group if name in letters), group[0])
    return finding(blank, (present, letters), "null::varchar", ALL_BLANK, literal(", ".join(group)))
