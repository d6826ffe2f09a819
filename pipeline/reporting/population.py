"""Answers how many people live in a region, how many of them under three, and how many are born."""

from __future__ import annotations

from markupsafe import Markup

from pipeline.published.rows import RegionYearsRow
from pipeline.reporting.charts import Bar, Chart, standing_bars
from pipeline.reporting.markup import Column, Html, badge, inline, note, paragraphs, table
from pipeline.reporting.region import RegionPage
from pipeline.values.shown import Ordinal, known
from pipeline.wording.formatting import (
    number,
    people_in,
    quantity,
    span,
    with_unit,
    year_of,
)
from pipeline.wording.labels import label, measure_label
from pipeline.wording.texts import chinese, in_sentence, join, say

FEWEST_BARS = 2  # one bar says no more than the number


def in_words(region: RegionPage) -> Html:
    """Latest residents and under-threes, and which counts are disputed."""
    cite = region.citations
    counted = region.latest_count
    name = chinese(region.name)
    if counted is None:
        return paragraphs([say("population.unknown", region=name)]) or Html()
    residents = people_in(known(counted["resident_population"]), counted["population_year"])
    columns = ["resident_population"]
    if counted["children_under_3"] is None:
        children = say("population.no_children")
    else:
        columns.append("children_under_3")
        under_3 = quantity(counted["children_under_3"], "children")
        basis = _children_basis(counted)
        children = say("population.children", children=under_3, basis=basis)
    text = say("population.latest", region=name, residents=residents, children=children)
    sentences: list[str | Markup] = [inline(text, cite.cite("region_years", counted, *columns))]
    return paragraphs(sentences) or Html()


def chart(region: RegionPage) -> Chart | None:
    """Residents by year of count; None where there are too few counts to compare."""
    counted = [row for row in region.years if row["population_year"] == row["year"]]
    if len(counted) < FEWEST_BARS:
        return None
    bars = [
        Bar(
            f"{row['year']}",
            known(row["resident_population"]),
            number(known(row["resident_population"]), "residents"),
            is_contradicted=row["residents_are_contradicted"],
        )
        for row in counted
    ]
    title = say("population.chart", region=region.name)
    cited = [
        found
        for row in counted
        for found in region.citations.of("region_years", row, "resident_population")
    ]
    texts = [
        say("caption.source", titles=region.citations.titles(cited)),
        span(year_of(counted[0]["year"]), year_of(counted[-1]["year"])),
        say("population.scope"),
    ]
    if any(bar.is_contradicted for bar in bars):
        texts.append(say("population.hatched"))
    residents = with_unit(measure_label("resident_population"), "residents")
    return Chart(
        id="chart-residents",
        spec=standing_bars(title, residents, say("population.year"), bars, None),
        caption=inline(join("sentences", texts)),
        data=table(
            [Column(say("population.year")), Column(residents, is_number=True)],
            [[year_of(row["year"]), bar.words] for row, bar in zip(counted, bars, strict=True)],
            name=title,
        ),
    )


def year_table(region: RegionPage) -> Html | None:
    """One row per year with a figure; None where no year has any."""
    if not region.years:
        return None
    columns = [
        Column(say("column.year")),
        *(
            Column(with_unit(measure_label(measure), unit), is_number=True)
            for measure, unit in (
                ("resident_population", "residents"),
                ("children_under_3", "children"),
                ("births", "persons"),
            )
        ),
    ]
    rows = [_cells(region, row) for row in region.years]
    return table(columns, rows, name=say("population.name"))


def _cells(region: RegionPage, row: RegionYearsRow) -> list[str]:
    residents: str = say("population.no_residents")
    if row["resident_population"] is not None:
        residents = inline(
            region.figure(
                "region_years",
                row,
                "resident_population",
                number(row["resident_population"], "residents"),
            ),
            note(_year_note(row["year"], row["population_year"], row["population_basis"])),
            badge("contradicted", say("value.contradicted"))
            if row["residents_are_contradicted"]
            else "",
        )
    children: str = say("population.no_ages")
    if row["children_under_3"] is not None:
        children = inline(
            region.figure(
                "region_years",
                row,
                "children_under_3",
                number(row["children_under_3"], "children"),
            ),
            note(_year_note(row["year"], row["children_year"], row["children_basis"])),
        )
    births: str = say("population.no_births")
    if row["births"] is not None:
        births = region.figure("region_years", row, "births", number(row["births"], "children"))
    return [year_of(row["year"]), residents, children, births]


def _children_basis(row: RegionYearsRow) -> str:
    basis = in_sentence(label("basis", row["children_basis"]))
    return say("population.basis", year=year_of(row["children_year"]), basis=basis)


def _year_note(year: Ordinal, counted: Ordinal | None, basis: str | None) -> str:
    words = label("basis", basis)
    if counted == year:
        return words
    return say("population.carried", year=year_of(counted), basis=in_sentence(words))
