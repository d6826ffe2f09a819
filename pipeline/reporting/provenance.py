"""Answers where the figures of a page come from, down to document, file and cell."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from markupsafe import Markup

from pipeline.published.read_marts import figure_in
from pipeline.reporting import sentences
from pipeline.reporting.citations import Cited, documents_of, files_of
from pipeline.reporting.formulas import formula_words
from pipeline.reporting.markup import (
    Column,
    Html,
    details,
    inline,
    paragraphs,
    render,
    stack,
    table,
)
from pipeline.reporting.region import RegionPage
from pipeline.values.shown import Figure, count_of, known
from pipeline.wording.formatting import day, in_brackets, number, quantity, year_of
from pipeline.wording.labels import indicator, label, measure_label, measure_unit
from pipeline.wording.texts import chinese, in_sentence, join, say

# what follows from targets, and its unit; None for the unit of the target's own indicator
FOLLOWING = {
    "required_places": "places",
    "quota_places_per_1000": sentences.RATE,
    "quota_gap_places": "places",
    "gap_places_net": "places",
    "required_pace_per_year": None,
}


def documents(region: RegionPage) -> Html:
    """The numbered list of documents that all figures of the page point to."""
    return render(
        "documents", documents=region.citations.documents(region.checksums, region.document_of)
    )


def formulas(region: RegionPage) -> Html | None:
    """How headline figures and required places follow from others; None where none do."""
    texts: list[str | Markup] = []
    for value in region.latest_values.values():
        made_of = sentences.parts_of(value) if value["value"] is not None else None
        if made_of:
            unit = indicator(value["indicator"])["unit"]
            result = quantity(known(value["value"]), unit, value["qualifier"])
            name = in_brackets(measure_label(value["indicator"]), day(value["as_of_date"]))
            text = say("provenance.formula", name=name, formula=made_of, value=result)
            texts.append(inline(text, region.citations.cite("indicator_values", value, "value")))
    for target in region.targets:
        for column, unit in FOLLOWING.items():
            found = region.citations.of("target_gaps", target, column)
            if found:
                text = say(
                    "provenance.formula",
                    name=in_brackets(say(f"provenance.{column}"), year_of(target["target_year"])),
                    formula=formula_words(found[0]),
                    value=quantity(
                        known(figure_in(target, column)),
                        unit or indicator(target["indicator"])["unit"],
                    ),
                )
                texts.append(inline(text, region.citations.mark(found)))
    shown = paragraphs(texts)
    return None if shown is None else render("formulas", content=shown)


def cells(region: RegionPage) -> Html | None:
    """Every cell of a file that the page's figures are made from, those of towns folded away."""
    stated = [_StatedFigure.of(row) for row in region.citations.used.values()]
    here = (region.row["region_code"], None)
    own = [each for each in stated if each.region_code in here]
    towns = [each for each in stated if each.region_code not in here]
    return stack(
        [
            _cell_table(region, own, say("provenance.own_cells")) if own else None,
            details(
                say("provenance.other_cells_count", count=count_of(towns)),
                _cell_table(region, towns, say("provenance.other_cells")),
            )
            if towns
            else None,
        ]
    )


def footer(region: RegionPage) -> Html:
    """The files that the page is made from, with their checksums."""
    used = sorted(
        {
            (file, region.checksums[source])
            for row in region.citations.used.values()
            for file, source in files_of(row)
        }
    )
    files = [
        say("provenance.file", file=chinese(file), checksum=checksum) for file, checksum in used
    ]
    return render(
        "footer",
        lines=[
            say("provenance.files", files=join("items", files) or say("value.nothing")),
        ],
    )


@dataclass(frozen=True)
class _StatedFigure:
    """What a cell or a count says: an input of a figure, or a claim that lost to another."""

    measure: str
    region_code: str | None
    day: dt.date | None
    value: Figure
    qualifier: str | None
    scope: str | None
    row: Cited

    @classmethod
    def of(cls, row: Cited) -> _StatedFigure:
        if "input_measure" in row:
            return cls(
                row["input_measure"],
                row["input_region_code"],
                row["input_date"],
                row["input_value"],
                row["input_qualifier"],
                row["input_scope"],
                row,
            )
        return cls(
            row["measure"],
            row["region_code"],
            row["as_of_date"],
            row["value"],
            row["qualifier"],
            None,
            row,
        )


def _cell_table(region: RegionPage, rows: list[_StatedFigure], name: str) -> Html:
    in_order = sorted(
        rows,
        key=lambda each: (
            each.row["source_file"],
            each.row["source_sheet"] or "",
            each.row["source_row"] or 0,
        ),
    )
    columns = [
        Column(say("provenance.figure")),
        Column(say("column.date"), keeps_line=True),
        Column(say("provenance.value"), is_number=True),
        Column(say("provenance.file_name")),
        Column(say("provenance.locator")),
        Column(say("provenance.cell")),
        Column(say("column.grade")),
    ]
    return table(columns, [_cells(region, each) for each in in_order], name=name)


def _cells(region: RegionPage, stated: _StatedFigure) -> list[str]:
    row = stated.row
    if row["source_row"] is None:
        scope = in_sentence(label("scope", stated.scope))
        place = say("provenance.counted", scope=scope)
    else:
        cell = row["source_cell"] or say("trust.row", row=row["source_row"])
        if row["source_sheet"]:
            cell = inline(chinese(row["source_sheet"]), "!", cell)
        if row["column_label"]:
            column = chinese(row["column_label"])
            place = say("provenance.in_column", cell=cell, column=column)
        else:
            place = say("provenance.whole_row", cell=cell)
    titles = join("items", [chinese(each["document_title"]) for each in documents_of(row)])
    return [
        measure_label(stated.measure),
        say("provenance.no_year") if stated.day is None else day(stated.day),
        number(stated.value, measure_unit(stated.measure), stated.qualifier),
        inline(titles, region.citations.mark([row])),
        chinese(row["locator"]) if row["locator"] else say("provenance.no_locator"),
        inline(chinese(row["source_file"]), Markup("<br>"), place),
        row["grade"],
    ]
