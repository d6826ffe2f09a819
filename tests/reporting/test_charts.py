"""Charts say what they show, and what is drawn is valid and harmless."""

from __future__ import annotations

import json
import warnings
from typing import TYPE_CHECKING, Any

import pytest
from markupsafe import Markup
from published_rows import HOSTILE

from pipeline.reporting.charts import PLOTLY_MIME, Bar, Chart, Line, lying_bars, standing_bars
from pipeline.reporting.map_drawing import draw_map
from pipeline.reporting.markup import Html
from pipeline.reporting.scripts import load_plotly

if TYPE_CHECKING:
    from playwright.sync_api import Browser

BARS = [Bar("甲", 3.0, "3.00"), Bar("乙", 1.5, "约1.50", is_contradicted=True)]
MAKERS = [lying_bars, standing_bars]


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("line", [None, Line(4.5, "全国目标 4.50")])
def test_a_chart_has_a_title_and_axis_titles_and_is_what_plotly_accepts(
    make: Any, line: Line | None
) -> None:
    spec = make("标题", "数值（个）", "地区", BARS, line)
    layout = spec["layout"]
    assert layout["title"]["text"] == "标题"
    assert {layout[axis]["title"]["text"] for axis in ("xaxis", "yaxis")} == {"数值（个）", "地区"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from plotly.graph_objects import Figure  # slow, and only this test needs it

        Figure(spec)  # raises for a name or value that plotly does not know


@pytest.mark.parametrize("make", MAKERS)
def test_axes_start_at_zero_and_reach_beyond_bars_and_line(make: Any) -> None:
    layout = make("t", "v", "n", BARS, Line(4.5, "w"))["layout"]
    ranges = [layout[axis]["range"] for axis in ("xaxis", "yaxis")]
    assert any(low == 0 and high > 4.5 for low, high in ranges)


def test_lying_bars_keep_their_order_from_top_to_bottom() -> None:
    spec = lying_bars("t", "v", "n", BARS, None)
    assert spec["layout"]["yaxis"]["ticktext"] == ["乙", "甲"]
    assert spec["data"][0]["x"] == [1.5, 3.0]


def test_a_disputed_bar_is_hatched_and_not_only_coloured() -> None:
    marker = standing_bars("t", "v", "n", BARS, None)["data"][0]["marker"]
    assert marker["pattern"]["shape"] == ["", "/"]


@pytest.mark.parametrize("make", MAKERS)
def test_a_hostile_name_neither_ends_the_script_nor_becomes_markup(make: Any) -> None:
    spec = make(HOSTILE, "v", "n", [Bar(f"</script>{HOSTILE}\n<a href=x>", 1, "1")], None)
    html = Chart("c", spec, Markup("来源"), Html("")).html()
    block = html.split('class="chart-data" data-chart="c">')[1]
    assert block.count("</script>") == 1
    drawn = json.loads(block.split("</script>")[0])
    assert drawn["data"] == spec["data"]
    assert "<script>" not in html.split("<script")[0], "nor does it in the title above the chart"
    names = json.dumps(drawn, ensure_ascii=False)
    assert "<a href" not in names
    assert "&lt;script&gt;" in names
    assert "<br>" in names  # our own line break stays one


def test_jupyter_gets_the_chart_and_below_it_caption_and_data(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown: list[Any] = []
    monkeypatch.setattr("IPython.display.display", lambda what, **_: shown.append(what))
    spec = standing_bars("t", "v", "n", BARS, None)
    Chart("c", spec, Markup("来源：甲"), Html("<table></table>"))._ipython_display_()
    bundle, notes = shown
    assert set(bundle) == {PLOTLY_MIME, "text/html"}
    assert "来源：甲" in notes
    assert "<details>" in notes
    assert "<table>" in notes


@pytest.mark.browser
def test_ticks_of_a_map_do_not_repeat_however_small_its_area(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_content('<div id="map"></div>')
    page.add_script_tag(content=load_plotly())
    for spread in (3.0, 0.3, 0.02, 0.004, 0.0003):
        placed: Any = [
            {"latitude": 28.4 + spread * part, "longitude": 115.2 + spread * part, "places": 60,
             "facility_type": "registered", "facility_name": "示例园"}
            for part in (0.0, 0.45, 1.0)
        ]  # fmt: skip
        page.evaluate("spec => Plotly.newPlot('map', spec)", draw_map("图", placed))
        for axis in ("x", "y"):
            ticks = page.locator(f"#map .{axis}tick text").all_text_contents()
            assert len(ticks) >= 2, (spread, axis)
            assert len(ticks) == len(set(ticks)), (spread, axis, ticks)
    page.close()
