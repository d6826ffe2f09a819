"""Where the marks of a map stand, and how large they are."""

from __future__ import annotations

import math
from statistics import fmean
from typing import Any

from pipeline.published.rows import FacilitiesRow
from pipeline.reporting.charts import BLUE, INK, SKY, VERMILLION, empty_layout, plain
from pipeline.values.shown import known, unmarked
from pipeline.wording.formatting import number, with_unit
from pipeline.wording.labels import label, measure_label
from pipeline.wording.texts import say

# type of facility -> colour and shape; shapes keep them apart in grey print
LOOKS = {
    "registered": (BLUE, "circle"),
    "kindergarten": (VERMILLION, "square"),
    "community": (SKY, "diamond"),
    "employer": (INK, "triangle-up"),
    "family": (INK, "cross"),
}
# As many decimals as a step needs: two of a small area would write one label several times.
TICKS = ".7~f"
WIDEST, HEIGHT = 26, 520  # pixels: the mark of the largest facility, and the chart


def draw_map(title: str, placed: list[FacilitiesRow]) -> dict[str, Any]:
    """Marks of facilities with coordinates, as ``data`` and ``layout`` for plotly.js."""
    largest = max([row["places"] or 0 for row in placed]) or 1
    middle = fmean(known(row["latitude"]) for row in placed)
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
        "tickformat": TICKS,
        "nticks": 6,
    }
    layout["yaxis"] |= {
        "title": {"text": say("map.latitude"), "standoff": 10},
        "showgrid": True,
        "tickformat": TICKS,
        "nticks": 6,
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
                    "hovertext": [plain(_hover_text(row)) for row in rows],
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


def places_words(row: FacilitiesRow) -> str:
    """Places of a facility, or the symbol for a number that is missing."""
    return label("symbol", "missing") if row["places"] is None else number(row["places"], "places")


def _hover_text(row: FacilitiesRow) -> str:
    name = with_unit(measure_label("places"), "places")
    with unmarked():
        return f"{row['facility_name']}\n{name}: {places_words(row)}"
