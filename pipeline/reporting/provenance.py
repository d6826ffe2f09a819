"""Answers where the figures of a page come from, down to document, file and cell."""

from __future__ import annotations

from markupsafe import Markup

from pipeline.published.read_marts import Row
from pipeline.reporting import sentences
from pipeline.reporting.citations import documents_of, files_of
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
    return render("documents", documents=region.citations.documents(region.checksums))


def formulas(region: RegionPage) -> Html | None:
    """How headline figures and required places follow from others; None where none do."""
    texts: list[str | Markup] = []
    for value in region.latest_values.values():
        made_of = sentences.parts_of(value) if value["value"] is not None else None
        if made_of:
            unit = indicator(value["indicator"])["unit"]
            result = quantity(value["value"], unit, value["qualifier"])
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
                    value=quantity(target[column], unit or indicator(target["indicator"])["unit"]),
                )
                texts.append(inline(text, region.citations.mark(found)))
    shown = paragraphs(texts)
    return None if shown is None else render("formulas", content=shown)


def cells(region: RegionPage) -> Html | None:
    """Every cell of a file that the page's figures are made from, those of towns folded away."""
    by_claim = {claim: _as_input(row) for claim, row in region.citations.used.items()}
    own: list[Row] = []
    towns: list[Row] = []
    for row in by_claim.values():
        about_here = row["input_region_code"] in (region.row["region_code"], None)
        (own if about_here else towns).append(row)
    return stack(
        [
            _cell_table(region, own, say("provenance.own_cells")) if own else None,
            details(
                say("provenance.other_cells_count", count=len(towns)),
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


def _as_input(claim: Row) -> Row:
    """A claim of ``source_figures`` in the words of the lineage; a row of that as it is."""
    names = {
        "measure": "input_measure",
        "region_code": "input_region_code",
        "as_of_date": "input_date",
        "value": "input_value",
        "qualifier": "input_qualifier",
    }
    return {names.get(name, name): value for name, value in claim.items()}


def _cell_table(region: RegionPage, rows: list[Row], name: str) -> Html:
    in_order = sorted(
        rows,
        key=lambda row: (row["source_file"], row["source_sheet"] or "", row["source_row"] or 0),
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
    return table(columns, [_cells(region, row) for row in in_order], name=name)


def _cells(region: RegionPage, row: Row) -> list[str]:
    if row["source_row"] is None:
        scope = in_sentence(label("scope", row["input_scope"]))
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
        measure_label(row["input_measure"]),
        say("provenance.no_year") if row["input_date"] is None else day(row["input_date"]),
        number(row["input_value"], measure_unit(row["input_measure"]), row["input_qualifier"]),
        inline(titles, region.citations.mark([row])),
        chinese(row["locator"]) if row["locator"] else say("provenance.no_locator"),
        inline(chinese(row["source_file"]), Markup("<br>"), place),
        row["grade"],
    ]
