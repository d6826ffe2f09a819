"""Tells what figures are made of, in words, for the box that opens on them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pipeline.published.read_marts import AnyRow, Marts, Regions, figure_in
from pipeline.published.rows import CorrectionsRow, FigureLineageRow
from pipeline.reporting.citations import Citations, corrections_of, documents_of, files_of
from pipeline.reporting.formulas import figure_name, figure_unit, formula_numbers, formula_words
from pipeline.reporting.roster_lists import CountKey, RosterList, find_lists
from pipeline.values.shown import known, together
from pipeline.wording.formatting import day, quantity, unrounded
from pipeline.wording.labels import label, measure_label, measure_unit, missing_reason
from pipeline.wording.texts import join, say

Facts = list[tuple[str, str]]  # what, and what about it

# Columns of marts that say what a figure is about -> text of `box`, and table of labels, if any.
ABOUT = {
    "as_of_date": ("date", ""),
    "year": ("year", ""),
    "target_year": ("target_year", ""),
    "category": ("category", "category"),
    "kind": ("kind", "kind"),
    "value_origin": ("origin", "value_origin"),
    "basis": ("basis", "basis"),
    "scope": ("scope", "scope"),
    "population_vintage": ("population", "population_vintage"),
}


class Records:
    """What the box says about the figures of one page; inputs and documents stand once each."""

    def __init__(self, marts: Marts, regions: Regions, citations: Citations) -> None:
        """Take the page's lineage."""
        self._marts, self._regions, self._citations = marts, regions, citations
        self._inputs: dict[str, FigureLineageRow] = {}
        self._positions: dict[str, int] = {}

    def figure(self, mart: str, row: AnyRow, column: str, reason: str) -> dict[str, Any]:
        """One figure: what it is, its formula, and the positions of its inputs.

        Args:
            mart: Mart that publishes it.
            row: Its row of the mart.
            column: The column it stands in.
            reason: Why it is missing, where the row itself does not say.
        """
        record: dict[str, Any] = {
            "name": figure_name(mart, row, column),
            "facts": self._about(mart, row, column),
        }
        if row[column] is None:
            if row.get("missing_reason") and "indicator" in row:
                reason = missing_reason(str(row["indicator"]), row["missing_reason"])
            return record | {"value": say("box.missing"), "reason": reason}
        lineage = self._citations.of(mart, row, column)
        unit, qualifier = figure_unit(mart, row, column), _qualifier(mart, row, column)
        return record | {
            "value": quantity(known(figure_in(row, column)), unit, qualifier),
            "formula": formula_words(lineage[0]),
            "numbers": formula_numbers(mart, row, column, lineage),
            "inputs": [self._position(line) for line in lineage],
        }

    def _about(self, mart: str, row: AnyRow, column: str) -> Facts:
        facts = [(say("box.region"), self._region_name(str(row["region_code"])))]
        for name, (text, table) in ABOUT.items():
            # the year of a date goes without saying
            if row.get(name) is None or (name == "year" and row.get("as_of_date") is not None):
                continue
            if name == "kind" and mart == "headline_variants":
                continue
            value = row[name]
            words = label(table, value) if table else str(value)
            facts.append((say(f"box.{text}"), day(value) if isinstance(value, dt.date) else words))
        parts = figure_in(row, "parts") if "parts" in row else None
        if parts is not None:
            counts = say("box.known_of", known=known(figure_in(row, "known")), parts=parts)
            facts.append((say("box.known"), counts))
        figure = figure_in(row, column)
        exact = figure is not None and unrounded(figure, figure_unit(mart, row, column))
        if exact:
            facts.append((say("box.unrounded"), exact))
        if row.get("is_contradicted") and column == "value":
            facts.append((say("box.disputed"), say("box.disputed_words")))
        return facts

    def _region_name(self, code: str) -> str:
        return str(self._regions.by_code[code]["region_name"])

    def _position(self, line: FigureLineageRow) -> int:
        self._inputs.setdefault(line["claim_id"], line)
        return self._positions.setdefault(line["claim_id"], len(self._positions))

    def inputs(self) -> list[dict[str, Any]]:
        """What the figures record of so far are made from: cells, and counts from rosters."""
        wanted = {each for line in self._inputs.values() for each in corrections_of(line)}
        found = self._marts.read(
            CorrectionsRow, "list_contains(?, correction_id)", [sorted(wanted)]
        )
        corrections = {row["correction_id"]: row for row in found}
        counts = {_count(line) for line in self._inputs.values() if line["source_row"] is None}
        lists = find_lists(self._marts, self._regions, counts)
        inputs = []
        for line in self._inputs.values():
            facts = _list_facts(line, lists) if line["source_row"] is None else _cell_facts(line)
            for correction in corrections_of(line):
                facts.append((say("box.correction"), _corrected(corrections[correction])))
            inputs.append(
                {
                    "name": self._input_name(line),
                    "value": quantity(
                        line["input_value"],
                        measure_unit(line["input_measure"]),
                        line["input_qualifier"],
                    ),
                    "facts": facts,
                    "documents": self._citations.numbers([line]),
                    "locator": line["locator"] or say("box.no_locator"),
                }
            )
        return inputs

    def _input_name(self, line: FigureLineageRow) -> str:
        parts = [measure_label(line["input_measure"])]
        if line["input_region_code"]:
            parts.append(self._region_name(line["input_region_code"]))
        if line["input_date"]:
            parts.append(day(line["input_date"]))
        return " · ".join(parts)

    def documents(self) -> dict[int, Facts]:
        """Documents behind those inputs by number."""
        facts: dict[int, Facts] = {}
        for line in self._inputs.values():
            for document in documents_of(line):
                grade = line["grade"]
                words = say("box.grade_words", grade=grade, meaning=label("grade", grade))
                facts[self._citations.number_of(document["document_id"])] = [
                    (say("box.document"), document["document_title"]),
                    (say("box.number"), document["document_number"] or say("box.no_number")),
                    (say("box.issuer"), document["issuer"]),
                    (say("box.grade"), words),
                ]
        return facts


def _qualifier(mart: str, row: AnyRow, column: str) -> str | None:
    name = {
        ("indicator_values", "value"): "qualifier",
        ("target_gaps", "actual_value"): "actual_qualifier",
    }
    qualifier = row.get(name.get((mart, column), ""))
    return None if qualifier is None else str(qualifier)


def _count(line: FigureLineageRow) -> CountKey:
    return (known(line["input_region_code"]), known(line["input_year"]), known(line["input_scope"]))


def _cell_facts(line: FigureLineageRow) -> Facts:
    facts = [(say("box.file"), line["source_file"])]
    if line["source_sheet"]:
        facts.append((say("box.sheet"), line["source_sheet"]))
    if line["source_cell"]:
        facts.append((say("box.cell"), line["source_cell"]))
    facts.append((say("box.row"), str(line["source_row"])))
    if line["column_label"]:
        facts.append((say("box.header"), line["column_label"]))
    return facts


def _list_facts(line: FigureLineageRow, lists: dict[CountKey, list[RosterList]]) -> Facts:
    facts = [(say("box.scope"), label("scope", line["input_scope"]))]
    found = lists.get(_count(line), [])
    facts += [(say("box.rosters"), _list_words(part)) for part in found]
    if not found:
        files = join("items", (file for file, _ in files_of(line)))
        return [*facts, (say("box.rosters"), say("box.roster_none")), (say("box.file"), files)]
    total = say(
        "box.roster_total",
        count=together(part.facilities for part in found),
        year=known(line["input_year"]),
        scope=known(line["input_scope"]),
    )
    return [*facts, (say("box.rosters"), total)]


def _list_words(part: RosterList) -> str:
    file = f"{part.file} [{part.sheet}]" if part.sheet else part.file
    first, last = part.first_row, part.last_row
    if first == last:
        return say("box.roster_row", file=file, row=first)
    return say("box.roster_rows", file=file, count=part.facilities, first=first, last=last)


def _corrected(row: CorrectionsRow) -> str:
    old, new = (
        say("box.blank") if value is None else value
        for value in (row["old_value"], row["new_value"])
    )
    return say(
        "box.corrected",
        old=old,
        new=new,
        reason=row["reason"],
        who=row["reviewed_by"],
        when=day(row["reviewed_date"]),
    )
