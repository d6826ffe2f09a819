"""Shows where facilities are, drawn without a background map so that it works offline."""

from __future__ import annotations

from pipeline.published.rows import FacilitiesRow
from pipeline.reporting.charts import Chart
from pipeline.reporting.map_drawing import draw_map, places_words
from pipeline.reporting.markup import Cell, Column, Html, inline, table
from pipeline.reporting.region import RegionPage
from pipeline.values.shown import count_of, known
from pipeline.wording.formatting import day, degrees, span, with_unit
from pipeline.wording.labels import label, measure_label
from pipeline.wording.texts import chinese, join, say


def chart(region: RegionPage) -> Chart | None:
    """Open facilities with coordinates; None where there is none."""
    facilities = [row for row in region.within.facilities if row["is_open"]]
    astray = {
        row["facility_key"]
        for row in region.within.findings
        if row["finding"] == "far_from_its_town"
    }
    placed = [
        row
        for row in facilities
        if None not in (row["longitude"], row["latitude"]) and row["facility_key"] not in astray
    ]
    if not placed:
        return None
    title = say("map.title", region=region.name)
    dates = sorted(day_of["as_of_date"] for day_of in placed)
    texts = [
        say("map.source"),
        span(day(dates[0]), day(dates[-1])),
        say("map.placed", placed=count_of(placed), count=count_of(facilities)),
        say("map.how"),
    ]
    if far := [row for row in facilities if row["facility_key"] in astray]:
        texts.append(say("map.astray", count=count_of(far)))
    return Chart(
        id="chart-map",
        spec=draw_map(title, placed),
        caption=inline(join("sentences", texts)),
        data=_table(region, placed, title),
    )


def _table(region: RegionPage, placed: list[FacilitiesRow], title: str) -> Html:
    columns = [
        Column(say("served.facility")),
        Column(say("column.region"), filter=say("column.region")),
        Column(say("map.type"), filter=say("map.type")),
        Column(say("map.status"), filter=say("map.status")),
        Column(with_unit(measure_label("places"), "places"), is_number=True),
        Column(say("map.longitude"), is_number=True),
        Column(say("map.latitude"), is_number=True),
    ]
    rows: list[list[str | Cell]] = [
        [
            chinese(row["facility_name"]),
            chinese(region.within.names[row["region_code"]]),
            label("facility_type", row["facility_type"]),
            label("filing_status", row["filing_status"])
            if row["filing_status"]
            else say("map.no_status"),
            Cell(places_words(row), row["places"]),
            Cell(degrees(known(row["longitude"])), row["longitude"]),
            Cell(degrees(known(row["latitude"])), row["latitude"]),
        ]
        for row in placed
    ]
    return table(columns, rows, name=title, is_sortable=True)
