"""Shows where facilities are, drawn without a background map so that it works offline."""

from __future__ import annotations

import math
from typing import Any

from pipeline.published.read_marts import Row
from pipeline.reporting.charts import BLUE, INK, SKY, VERMILLION, Chart, empty_layout, plain
from pipeline.reporting.markup import Cell, Column, Html, inline, table
from pipeline.reporting.region import RegionPage
from pipeline.wording.formatting import day, number, span, with_unit
from pipeline.wording.labels import label, measure_label
from pipeline.wording.texts import chinese, join, say

# type of facility -> colour and shape; shapes keep them apart in grey print
LOOKS = {
    "registered": (BLUE, "circle"),
    "kindergarten": (VERMILLION, "square"),
    "community": (SKY, "diamond"),
    "employer": (INK, "triangle-up"),
    "family": (INK, "cross"),
}
WIDEST, HEIGHT = 26, 520  # pixels: the mark of the largest facility, and the chart


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
    told = [
        say("map.source"),
        span(day(dates[0]), day(dates[-1])),
        say("map.placed", placed=len(placed), count=len(facilities)),
        say("map.how"),
    ]
    if far := sum(row["facility_key"] in astray for row in facilities):
        told.append(say("map.astray", count=far))
    return Chart(
        id="chart-map",
        spec=_spec(title, placed),
        caption=inline(join("sentences", told)),
        data=_table(region, placed, title),
    )


def _spec(title: str, placed: list[Row]) -> dict[str, Any]:
    largest = max([row["places"] or 0 for row in placed]) or 1
    middle = sum(row["latitude"] for row in placed) / len(placed)
    layout = empty_layout(title, HEIGHT)
    layout["margin"] |= {"t": 84}
    layout["showlegend"] = True
    layout["legend"] = {
        "orientation": "h",
        "x": 0,
        "y": 1.02,
        "yanchor": "bottom",
        "itemsizing": "constant",
    }
    layout["xaxis"] |= {
        "title": {"text": say("map.longitude"), "standoff": 10},
        "showgrid": True,
        "tickformat": ".2f",
        "nticks": 6,
    }
    layout["yaxis"] |= {
        "title": {"text": say("map.latitude"), "standoff": 10},
        "showgrid": True,
        "tickformat": ".2f",
        # a degree of longitude is shorter than one of latitude
        "scaleanchor": "x",
        "scaleratio": 1 / math.cos(math.radians(middle)),
    }
    data = []
    for kind, (color, symbol) in LOOKS.items():
        rows = [row for row in placed if row["facility_type"] == kind]
        if rows:
            data.append(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "name": plain(label("facility_type", kind)),
                    "x": [row["longitude"] for row in rows],
                    "y": [row["latitude"] for row in rows],
                    "hovertext": [plain(_told(row)) for row in rows],
                    "hoverinfo": "text",
                    "marker": {
                        "color": color,
                        "symbol": symbol,
                        "opacity": 0.75,
                        "size": [row["places"] or 0 for row in rows],
                        "sizemode": "area",
                        "sizeref": 2 * largest / WIDEST**2,
                        "sizemin": 4,
                        "line": {"color": "white", "width": 1},
                    },
                }
            )
    return {"data": data, "layout": layout}


def _places(row: Row) -> str:
    return label("symbol", "missing") if row["places"] is None else number(row["places"], "places")


def _told(row: Row) -> str:
    return f"{row['facility_name']}\n{with_unit(measure_label('places'), 'places')}: {_places(row)}"


def _table(region: RegionPage, placed: list[Row], title: str) -> Html:
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
            Cell(_places(row), row["places"]),
            Cell(f"{row['longitude']:.4f}", row["longitude"]),
            Cell(f"{row['latitude']:.4f}", row["latitude"]),
        ]
        for row in placed
    ]
    return table(columns, rows, name=title, is_sortable=True)
