"""Shows the headline under every counting scope and population vintage."""

from __future__ import annotations

from pipeline.reporting import sentences
from pipeline.reporting.formatting import day, number, people_in
from pipeline.reporting.labels import label, measure_label
from pipeline.reporting.markup import Column, Html, inline, note, paragraphs, table
from pipeline.reporting.region import Region

COLUMNS = [
    Column("机构范围"),
    Column("人口口径"),
    Column("日期", keeps_line=True),
    Column("每千人口托位数", is_number=True, keeps_line=True),
    Column("托位数", is_number=True),
    Column("常住人口", is_number=True),
]


def in_words(region: Region) -> Html | None:
    """How far the definitions move the headline; None where there is but one."""
    values = [row["value"] for row in region.variants if row["value"] is not None]
    if len(region.variants) < 2 or not values:
        return None
    low, high = (number(value, sentences.RATE) for value in (min(values), max(values)))
    name = measure_label(sentences.RATE)
    span = f"在 {low} 至 {high} 之间" if low != high else f"都是 {low}"
    return paragraphs([f"按不同的机构范围和人口口径，{name}{span}；采用的口径在表中注明。"])


def variant_table(region: Region) -> Html | None:
    """One row per counting scope and population vintage."""
    if len(region.variants) < 2:
        return None
    rows = [
        [
            inline(label("scope", row["scope"]), note("采用") if row["is_headline"] else ""),
            label("population_vintage", row["population_vintage"]),
            day(row["as_of_date"]),
            inline(
                number(row["value"], sentences.RATE),
                region.citations.cite("headline_variants", row, "value"),
            ),
            number(row["places"], "places"),
            people_in(row["resident_population"], row["population_year"]),
        ]
        for row in sorted(region.variants, key=lambda row: -int(row["is_headline"]))
    ]
    return table(COLUMNS, rows, name=f"{region.name}不同口径的{measure_label(sentences.RATE)}")
