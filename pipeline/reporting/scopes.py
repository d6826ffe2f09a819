"""Shows the headline under every counting scope and population vintage."""

from __future__ import annotations

from pipeline.published.read_marts import figure_in
from pipeline.reporting import sentences
from pipeline.reporting.markup import Cell, Column, Html, inline, note, paragraphs, table
from pipeline.reporting.region import RegionPage
from pipeline.values.shown import known
from pipeline.wording.formatting import day, number, people_in
from pipeline.wording.labels import label, measure_label
from pipeline.wording.texts import say


def in_words(region: RegionPage) -> Html | None:
    """How far the definitions move the headline; None where there is but one."""
    values = [row["value"] for row in region.variants if row["value"] is not None]
    if len(region.variants) < 2 or not values:
        return None
    low, high = (number(value, sentences.RATE) for value in (min(values), max(values)))
    if low == high:
        return paragraphs([say("scopes.same", value=low)])
    return paragraphs([say("scopes.range", low=low, high=high)])


def variant_table(region: RegionPage) -> Html | None:
    """One row per counting scope and population vintage."""
    if len(region.variants) < 2:
        return None
    rows: list[list[str | Cell]] = [
        [
            inline(
                label("scope", row["scope"]), note(say("value.used")) if row["is_headline"] else ""
            ),
            label("population_vintage", row["population_vintage"]),
            day(row["as_of_date"]),
            *(
                Cell(region.figure("headline_variants", row, column, text), figure_in(row, column))
                for column, text in (
                    ("value", number(known(row["value"]), sentences.RATE)),
                    ("places", number(row["places"], "places")),
                    (
                        "resident_population",
                        people_in(row["resident_population"], row["population_year"]),
                    ),
                )
            ),
        ]
        for row in sorted(region.variants, key=lambda row: -int(row["is_headline"]))
    ]
    columns = [
        Column(say("scopes.facilities")),
        Column(say("scopes.people")),
        Column(say("column.date"), keeps_line=True),
        Column(measure_label(sentences.RATE), is_number=True, keeps_line=True),
        Column(measure_label("places"), is_number=True),
        Column(measure_label("resident_population"), is_number=True),
    ]
    return table(columns, rows, name=say("scopes.name"), is_sortable=True)
