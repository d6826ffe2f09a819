"""Charts as plain descriptions that plotly.js draws; nothing is computed here but positions."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import unescape
from typing import Any

from markupsafe import Markup

from pipeline.reporting.markup import Html, details, render
from pipeline.wording.texts import mark_chinese, say

# Okabe and Ito's colours keep apart for colour-blind readers; their greys differ in print.
BLUE, VERMILLION, SKY = "#0072B2", "#D55E00", "#56B4E9"
INK, GRID = "#33414e", "#e3e8ec"
FONTS = (
    '"Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "PingFang SC",'
    ' "Microsoft YaHei", "WenQuanYi Micro Hei", sans-serif'
)
PLOTLY_MIME = "application/vnd.plotly.v1+json"
TITLE_HEIGHT = 36  # pixels that plotly keeps for a title
ROW_HEIGHT, FRAME_HEIGHT = 46, 150  # pixels per bar of a lying chart, and for title and axes


@dataclass(frozen=True)
class Bar:
    """One bar.

    Attributes:
        name: What it is about; text.
        value: Its length.
        words: The value as readers should see it.
        is_contradicted: Whether it is hatched because another source disagrees.
    """

    name: str
    value: float
    words: str
    is_contradicted: bool = False


@dataclass(frozen=True)
class Line:
    """A reference line.

    Attributes:
        value: Where it stands.
        words: What it says.
    """

    value: float
    words: str


@dataclass(frozen=True)
class Series:
    """A line over years, told apart by colour, dash and marker.

    Attributes:
        name: For the legend; text.
        points: Year and value, in the order of years.
        words: The values as readers should see them; empty where they are not written out.
        color: Of line and markers.
        dash: Of the line: ``solid``, ``dash`` or ``dot``.
        symbol: Of the markers, such as ``circle``.
        side: Where the words stand, as plotly's ``textposition``.
    """

    name: str
    points: list[tuple[float, float]]
    words: list[str]
    color: str
    dash: str
    symbol: str
    side: str = "top center"


@dataclass(frozen=True)
class Chart:
    """A chart with its caption and the data behind it.

    Attributes:
        id: Unique on the page.
        spec: ``data`` and ``layout`` for plotly.js.
        caption: Documents, date and basis.
        data: The figures as a table.
    """

    id: str
    spec: dict[str, Any]
    caption: Markup
    data: Html

    def _ipython_display_(self) -> None:
        """Show the chart to pages and to Jupyter, then what belongs below it."""
        from IPython.display import display

        bundle = {PLOTLY_MIME: self.spec, "text/html": self.html()}
        display(bundle, raw=True)  # type: ignore[no-untyped-call]
        display(self.notes())  # type: ignore[no-untyped-call]

    def html(self) -> str:
        """The place of the chart and its description; a loader in the page draws it."""
        layout = dict(self.spec["layout"])
        # plotly breaks no lines of a title; a page does, on a narrow screen
        title = layout.pop("title")["text"]
        layout["margin"] = layout["margin"] | {"t": layout["margin"]["t"] - TITLE_HEIGHT}
        layout["height"] -= TITLE_HEIGHT
        spec = self.spec | {"layout": layout}
        # a name from data must not end the script element
        text = json.dumps(spec, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")
        return render(
            "chart",
            id=self.id,
            title=mark_chinese(unescape(title)),  # the page escapes it again
            height=layout["height"],
            spec=Markup(text),  # noqa: S704 - inside a script element only "<" can do harm
        )

    def notes(self) -> Html:
        """Caption and data."""
        return render(
            "chart_notes", caption=self.caption, data=details(say("chart.data"), self.data)
        )


def lying_bars(
    title: str, axis: str, names_axis: str, bars: list[Bar], line: Line | None
) -> dict[str, Any]:
    """Bars that lie below each other, the first on top.

    Args:
        title: Title of the chart.
        axis: Title of the axis of values, with its unit.
        names_axis: Title of the axis of names.
        bars: Top to bottom.
        line: Reference line across all bars.
    """
    shown = bars[::-1]  # plotly counts from the bottom
    layout = empty_layout(title, ROW_HEIGHT * len(bars) + FRAME_HEIGHT)
    longest = max([bar.value for bar in bars] + ([line.value] if line else []))
    layout["xaxis"] |= {
        "title": {"text": axis, "standoff": 10},
        "range": [0, 1.18 * longest],
        "showgrid": True,
    }
    layout["yaxis"] |= {
        "title": {"text": names_axis, "standoff": 16},
        "tickmode": "array",
        "tickvals": list(range(len(shown))),
        "ticktext": [plain(bar.name) for bar in shown],
        "range": [-0.6, len(shown) - 0.1 if line else len(shown) - 0.4],
    }
    trace = _bars(shown, has_line=False) | {
        "x": [bar.value for bar in shown],
        "y": list(range(len(shown))),
        "orientation": "h",
    }
    data = [trace]
    if line:
        data.append(_line([line.value, line.value], [-0.6, len(shown) - 0.45]))
        layout["annotations"] = [
            _annotation(line) | {"x": line.value, "y": len(shown) - 0.45, "xanchor": "right"}
        ]
    return {"data": data, "layout": layout}


def standing_bars(
    title: str, axis: str, names_axis: str, bars: list[Bar], line: Line | None
) -> dict[str, Any]:
    """Bars side by side, from left to right; arguments as for ``lying_bars``."""
    layout = empty_layout(title, 340)
    highest = max([bar.value for bar in bars] + ([line.value] if line else []))
    layout["xaxis"] |= {
        "title": {"text": names_axis, "standoff": 10},
        "tickmode": "array",
        "tickvals": list(range(len(bars))),
        "ticktext": [plain(bar.name) for bar in bars],
        "range": [-0.6, len(bars) - 0.4],
    }
    layout["yaxis"] |= {
        "title": {"text": axis, "standoff": 16},
        "range": [0, 1.22 * highest],
        "showgrid": True,
    }
    trace = _bars(bars, has_line=line is not None) | {
        "x": list(range(len(bars))),
        "y": [bar.value for bar in bars],
    }
    data = [trace | {"width": 0.55}]
    if line:
        data.append(_line([-0.6, len(bars) - 0.4], [line.value, line.value]))
        layout["annotations"] = [
            _annotation(line) | {"x": -0.55, "y": line.value, "xanchor": "left"}
        ]
    return {"data": data, "layout": layout}


def lines_over_years(title: str, axis: str, years_axis: str, lines: list[Series]) -> dict[str, Any]:
    """Lines over the same years, with a legend below the title.

    Args:
        title: Title of the chart.
        axis: Title of the axis of values, with its unit.
        years_axis: Title of the axis of years.
        lines: Those drawn last lie on top.
    """
    years = sorted({int(year) for line in lines for year, _ in line.points})
    highest = max(value for line in lines for _, value in line.points)
    layout = empty_layout(title, 380)
    layout["margin"] |= {"t": 84}
    layout["showlegend"] = True
    layout["legend"] = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}
    layout["xaxis"] |= {
        "title": {"text": years_axis, "standoff": 10},
        "tickmode": "array",
        "tickvals": years,
        "ticktext": [str(year) for year in years],
        "range": [years[0] - 0.4, years[-1] + 0.4],
    }
    layout["yaxis"] |= {
        "title": {"text": axis, "standoff": 16},
        "range": [0, 1.2 * highest],
        "showgrid": True,
    }
    data = [
        {
            "type": "scatter",
            "mode": "lines+markers+text" if line.words else "lines+markers",
            "name": plain(line.name),
            "x": [year for year, _ in line.points],
            "y": [value for _, value in line.points],
            "text": [plain(words) for words in line.words],
            "textposition": line.side,
            "cliponaxis": False,
            "line": {"color": line.color, "width": 2, "dash": line.dash},
            "marker": {"color": line.color, "size": 9, "symbol": line.symbol},
            "textfont": {"color": line.color},
            "hoverinfo": "x+y+name",
        }
        for line in lines
    ]
    return {"data": data, "layout": layout}


def _bars(bars: list[Bar], *, has_line: bool) -> dict[str, Any]:
    return {
        "type": "bar",
        "marker": {
            "color": [SKY if bar.is_contradicted else BLUE for bar in bars],
            "pattern": {"shape": ["/" if bar.is_contradicted else "" for bar in bars]},
        },
        "text": [plain(bar.words) for bar in bars],
        # a reference line may cross what stands outside
        "textposition": "auto" if has_line else "outside",
        "insidetextanchor": "end",
        "textangle": 0,
        "cliponaxis": False,
        "hovertext": [f"{plain(bar.name)} {plain(bar.words)}" for bar in bars],
        "hoverinfo": "text",
    }


def _line(x: list[float], y: list[float]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": {"color": VERMILLION, "width": 2, "dash": "dash"},
        "hoverinfo": "skip",
    }


def _annotation(line: Line) -> dict[str, Any]:
    return {
        "text": plain(line.words),
        "showarrow": False,
        "yanchor": "bottom",
        "font": {"color": VERMILLION, "size": 13},
    }


def empty_layout(title: str, height: int) -> dict[str, Any]:
    """Layout of a chart of a height in pixels, before its axes are named."""
    axis = {
        "showgrid": False,
        "gridcolor": GRID,
        "zeroline": False,
        "automargin": True,
        "fixedrange": True,
        "tickformat": ",",
        "exponentformat": "none",
    }
    return {
        "title": {
            "text": plain(title),
            "x": 0,
            "xanchor": "left",
            "xref": "container",
            "font": {"size": 16},
        },
        "height": height,
        "autosize": True,
        "margin": {"l": 8, "r": 8, "t": 48, "b": 8},
        "font": {"family": FONTS, "size": 13, "color": INK},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "separators": ".,",
        "showlegend": False,
        "xaxis": dict(axis),
        "yaxis": dict(axis),
    }


def plain(text: str) -> str:
    """Keep plotly from reading markup into names; line breaks between parts are ours."""
    text = text.striptags() if isinstance(text, Markup) else text
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace("\n", "<br>")
