"""What the overview says of a build and the one before."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from fixture_types import WriteMarts
from published_rows import county_rows, write_tables

from pipeline.published.figure_marts import figure_marts
from pipeline.published.set_comparison import Comparison, Move
from pipeline.reporting import changes, overview
from pipeline.wording.texts import speaking

RATE = {
    "region_code": "01", "indicator": "places_per_1000", "kind": "stock", "as_of_date": "2023-12-31",
    "value_origin": "counted", "scope": "filed",
}  # fmt: skip


def text_of(html: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", str(html)))


@pytest.fixture
def report(write_marts: WriteMarts) -> overview.Overview:
    return overview.load_overview(str(write_marts(**county_rows())), "b")


def moved(old: float | None, new: float | None, *causes: str) -> Move:
    return Move("indicator_values", "value", RATE, old, new, causes)


def test_a_first_build_has_nothing_to_compare_with(report: overview.Overview) -> None:
    assert changes.load_changes(str(report.marts.folder), "") is None
    assert "此前没有发布过" in text_of(changes.in_words(None))
    assert changes.move_table(None, report) is None


def test_a_build_that_moved_no_figure_says_so_and_names_what_changed(
    report: overview.Overview,
) -> None:
    found = Comparison({"shili-roster": "file"}, code_changed=False, moves=[])
    text = text_of(changes.in_words(found))
    assert "没有数字变动" in text
    assert "有变化的来源：shili-roster。" in text
    assert changes.move_table(found, report) is None


def test_a_move_of_any_published_figure_can_be_told(report: overview.Overview) -> None:
    codes = {
        "region_code": "01", "indicator": "places_per_1000", "kind": "stock", "target_year": "2025",
        "year": "2023", "as_of_date": "2023-12-31", "value_origin": "counted", "scope": "filed",
        "population_vintage": "latest", "category": "all", "target_region_code": "01",
    }  # fmt: skip
    for mart in figure_marts().values():
        grain = {name: codes[name] for name in mart.grain}
        moves = [
            Move(mart.name, column, grain, 1.0, 2.0, ("definition",)) for column in mart.columns
        ]
        shown = text_of(changes.move_table(Comparison({}, code_changed=True, moves=moves), report))
        assert shown.count("程序或定义") == len(moves)


def test_moved_new_and_gone_figures_are_counted_apart_and_a_missing_one_is_no_zero(
    report: overview.Overview,
) -> None:
    moves = [moved(3.0, 3.5, "shili-roster"), moved(None, 4.0, "definition"), moved(2.0, None, "x")]
    found = Comparison({}, code_changed=True, moves=moves)
    assert "变动 1 个数字，新出现 1 个，不再有 1 个" in text_of(changes.in_words(found))
    assert "程序或定义。" in text_of(changes.in_words(found))
    shown = text_of(changes.move_table(found, report))
    assert "每千人口托位数 2023-12-31 3.00 个/千人 3.50 个/千人 shili-roster" in shown
    assert "无 4.00 个/千人 程序或定义变化" in shown
    assert "2.00 个/千人 无 x" in shown


def test_what_the_table_leaves_out_is_counted(report: overview.Overview) -> None:
    moves = [moved(1.0, float(number), "x") for number in range(2, changes.MOST_MOVES + 7)]
    found = Comparison({}, code_changed=False, moves=moves)
    with speaking("en"):
        assert "5 more; the command" in text_of(changes.move_table(found, report))


def test_two_published_sets_are_compared_by_their_marts(tmp_path: Path) -> None:
    rows = county_rows()
    manifest = json.dumps({"inputs": {}, "entries": {}})
    for name, places in (("before", None), ("now", 77)):
        if places is not None:
            rows["region_years"][0]["places"] = places
        folder = write_tables(tmp_path / name, rows)
        (folder / "manifest.json").write_text(manifest, encoding="utf-8")
    found = changes.load_changes(str(tmp_path / "now"), str(tmp_path / "before"))
    assert found is not None
    assert [(move.mart, move.column, move.new) for move in found.moves] == [
        ("region_years", "places", 77.0)
    ]
