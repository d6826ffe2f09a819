"""What a region's page answers about paths, towns, service and evidence, from literal rows."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from fixture_types import WriteMarts
from published_rows import Row, county_rows, missing

from pipeline.reporting import evidence, facility_map, services, targets, towns, trajectory
from pipeline.reporting.region import RegionPage, load_region

YEAR_END = dt.date(2024, 12, 31)


def open_region(folder: Path, code: str = "01") -> RegionPage:
    return load_region(str(folder), code)


def text_of(html: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", str(html)))


def value(region_code: str, indicator: str, number: float, **more: object) -> Row:
    return {
        "region_code": region_code, "indicator": indicator, "as_of_date": YEAR_END, "year": 2024,
        "value_origin": "counted", "value": number, "basis": "roster", "scope": "all", **more,
    }  # fmt: skip


def facility(key: str, name: str, **more: object) -> Row:
    return {
        "facility_key": key, "facility_name": name, "region_code": "0101", "is_open": True,
        "as_of_date": YEAR_END, "register": "health", "facility_type": "registered",
        "filing_status": "filed", "places": 50, **more,
    }  # fmt: skip


def path_row(year: int, **more: object) -> Row:
    return {
        "region_code": "01", "indicator": "places_per_1000", "target_year": 2025, "year": year,
        "target_value": 4.5, **more,
    }  # fmt: skip


def test_a_path_draws_figures_and_quotas_and_its_table_says_what_is_not_known(
    write_marts: WriteMarts,
) -> None:
    paths = [
        path_row(2023, actual_value=3.0, path_value=3.0),
        path_row(2024, path_value=3.75, quota_places_per_1000=1.5),
        path_row(2025, path_value=4.5),
    ]
    region = open_region(write_marts(**(county_rows() | {"target_paths": paths})))
    drawn = trajectory.chart(region)
    assert drawn is not None
    by_name = {line["name"]: (line["x"], line["y"]) for line in drawn.spec["data"]}
    assert by_name["实际"] == ([2023], [3.0])
    assert by_name["直线进度"] == ([2023, 2024, 2025], [3.0, 3.75, 4.5])
    assert by_name["镇街台账"] == ([2024], [1.5])
    # apart in grey print
    assert len({line["line"]["dash"] for line in drawn.spec["data"]}) == 3
    assert text_of(drawn.data).count("…") == 4
    assert "未达到" in text_of(trajectory.in_words(region))
    assert "未达到" in text_of(targets.status(region))


def test_a_region_without_a_target_to_reach_has_no_path(write_marts: WriteMarts) -> None:
    region = open_region(write_marts(**(county_rows() | {"target_gaps": []})))
    assert trajectory.in_words(region) is None
    assert trajectory.chart(region) is None
    assert targets.status(region) is None


def test_towns_show_places_gaps_and_quotas_and_why_a_figure_is_missing(
    write_marts: WriteMarts,
) -> None:
    gap = {"target_region_code": "01", "target_year": 2025, "target_value": 4.5}
    more: dict[str, list[Row]] = {
        "indicator_values": [
            *county_rows()["indicator_values"],
            value("0101", "places", 90),
            missing("0102", "places") | {"missing_reason": "no_roster"},
        ],
        "town_gaps": [
            gap | {"region_code": "0101", "required_places": 85, "actual_places": 90,
                   "gap_places_net": -5, "gap_places_need_only": 0, "status": "met"},
            gap | {"region_code": "0102", "status": "no_actual"},
        ],
    }  # fmt: skip
    region = open_region(write_marts(**(county_rows() | more)))
    assert "下辖 2 个地区，其中 1 个知道托位数" in text_of(towns.in_words(region))
    assert "能够判断的 1 个地区中，1 个达到目标或标准，0 个未达到" in text_of(
        towns.in_words(region)
    )
    table = str(towns.town_table(region))
    known, unknown = (row for row in table.split("<tr")[1:] if "镇</" in row)
    assert "-5" in text_of(known)
    assert "已达到" in text_of(known)
    assert "没有覆盖本地区的机构名册" in text_of(unknown)
    # unknown is neither 0 nor met
    assert not re.search(r"\b0\b", text_of(unknown).split(">", 1)[-1])
    assert "现状未知" in text_of(unknown)


def test_a_region_that_meets_its_target_is_not_counted_as_short_though_towns_in_it_are(
    write_marts: WriteMarts,
) -> None:
    aim = county_rows()["target_gaps"][0]
    rows = county_rows() | {
        "target_gaps": [
            aim,
            aim | {"region_code": "0101", "status": "met", "gap_places_net": -5,
                   "gap_places_need_only": 8},
            aim | {"region_code": "0102", "status": "missed", "gap_places_net": 30,
                   "gap_places_need_only": 30},
        ]
    }  # fmt: skip
    words = text_of(towns.in_words(open_region(write_marts(**rows))))
    assert "能够判断的 2 个地区中，1 个达到目标或标准，1 个未达到" in words
    assert "达到的地区中，1 个仍有下辖地区托位不足" in words


def test_a_town_reads_the_same_on_its_own_page_and_in_its_countys_table(
    write_marts: WriteMarts,
) -> None:
    gap = {"region_code": "0101", "target_region_code": "01", "target_year": 2025,
           "target_value": 4.5, "required_places": 85, "actual_places": 60, "gap_places_net": 25,
           "gap_places_need_only": 25, "status": "behind"}  # fmt: skip
    no_target = dict.fromkeys(county_rows()["target_gaps"][0]) | {
        "region_code": "0101", "indicator": "places_per_1000", "kind": "stock",
        "status": "no_target", "status_reason": "no_target_set",
    }  # fmt: skip
    marts = write_marts(
        **(
            county_rows()
            | {
                "town_gaps": [gap],
                "target_gaps": [*county_rows()["target_gaps"], no_target],
            }
        )
    )
    words = "按真县2025年标准；本级未设目标"
    assert words in text_of(towns.town_table(open_region(marts)))
    own = open_region(marts, "0101")
    assert words in text_of(targets.target_table(own))
    assert "未达到" in text_of(targets.status(own))
    assert words in text_of(targets.status(own))


def test_a_met_target_that_another_scope_denies_says_so(write_marts: WriteMarts) -> None:
    aim = county_rows()["target_gaps"][0]
    denied = aim | {"status": "met", "status_reason": "target_reached", "actual_value": 4.98,
                    "denied_by_scope": "filed", "denied_by_value": 3.67}  # fmt: skip
    region = open_region(write_marts(**(county_rows() | {"target_gaps": [denied]})))
    assert re.search("已达到.*3.67.*未达到", text_of(targets.target_table(region)), re.DOTALL)
    assert "3.67" in text_of(targets.in_words(region))


def test_a_missed_target_that_was_reached_since_says_so(write_marts: WriteMarts) -> None:
    aim = county_rows()["target_gaps"][0]
    missed = aim | {"status": "missed", "status_reason": "below_when_due", "actual_value": 4.3,
                    "required_pace_per_year": None, "since_reached_on": dt.date(2026, 6, 30),
                    "since_reached_value": 4.7}  # fmt: skip
    region = open_region(write_marts(**(county_rows() | {"target_gaps": [missed]})))
    shown = text_of(targets.target_table(region))
    assert "到期未达到" in shown
    assert "之后已达到：4.70" in shown


def test_nothing_is_asked_about_towns_of_which_nothing_is_known(write_marts: WriteMarts) -> None:
    rows = county_rows() | {"quota_progress": [], "quota_totals": []}
    region = open_region(write_marts(**rows))
    assert towns.in_words(region) is None
    assert towns.town_table(region) is None


def test_service_says_how_many_are_known_and_classes_have_bars_to_scale(
    write_marts: WriteMarts,
) -> None:
    values = [
        *county_rows()["indicator_values"],
        value("01", "median_monthly_fee_yuan", 1200, known=3, parts=4),
        value("01", "infant_places", 10),
        value("01", "older_places", 40),
    ]
    region = open_region(write_marts(**(county_rows() | {"indicator_values": values})))
    assert "4 个中已知 3 个" in text_of(services.service_table(region))
    classes = str(services.class_table(region))
    assert "乳儿班" in classes
    assert "托小班" not in classes
    assert re.findall(r"--share:([\d.]+)", classes) == ["0.2500", "1.0000"]


def test_facilities_that_missed_a_round_are_named_with_their_quarters(
    write_marts: WriteMarts,
) -> None:
    row: Row = {"facility_key": "a", "region_code": "0101", "facility_name": "甲园",
                "safety_rounds": 0, "is_missed": True}  # fmt: skip
    quarters = [
        row | {"year": 2023, "quarter": 1},
        row | {"year": 2024, "quarter": 2},
        row | {"year": 2024, "quarter": 3},
        row | {"year": 2024, "quarter": 4, "safety_rounds": 1, "is_missed": False},
    ]
    region = open_region(write_marts(**(county_rows() | {"inspection_quarters": quarters})))
    text = text_of(services.missed_rounds(region))
    assert "2024年有 1 家机构共 2 个季度" in text
    assert "第2季度、第3季度" in text
    assert "第1季度" not in text


def test_a_map_leaves_out_facilities_whose_coordinates_are_unknown_or_astray(
    write_marts: WriteMarts,
) -> None:
    rows: dict[str, list[Row]] = {
        "facilities": [
            facility("a", "甲园", longitude=110.1, latitude=30.1),
            facility("b", "<b>乙园</b>", longitude=110.2, latitude=30.2, facility_type="family"),
            facility("c", "丙园"),
            facility("d", "丁园", longitude=120.0, latitude=20.0),
            facility("e", "戊园", longitude=110.3, latitude=30.3, is_open=False),
        ],
        "facility_findings": [
            {"facility_key": "d", "register": "health", "finding": "far_from_its_town",
             "found": "120.0 20.0", "first_date": YEAR_END, "last_date": YEAR_END, "rows_found": 1},
        ],
    }  # fmt: skip
    region = open_region(write_marts(**(county_rows() | rows)))
    drawn = facility_map.chart(region)
    assert drawn is not None
    assert sorted(x for trace in drawn.spec["data"] for x in trace["x"]) == [110.1, 110.2]
    assert len({trace["marker"]["symbol"] for trace in drawn.spec["data"]}) == 2
    assert "在营机构 4 家，画出有坐标的 2 家" in drawn.caption
    assert "1 家的坐标远离" in drawn.caption
    assert "<b>" not in str(drawn.html())
    assert "丙园" not in str(drawn.data)
    assert "坐标远离所在乡镇街道" in text_of(evidence.findings(region))


def test_verdicts_about_facilities_of_a_region_are_named_on_its_page_and_no_others(
    write_marts: WriteMarts,
) -> None:
    settled = {
        "facility_key": "a", "facility_name": "甲园", "other_facility_key": "b",
        "other_facility_name": "乙园", "verdict": "different", "reason": "实地核实，两家机构",
        "reviewed_by": "某局", "reviewed_date": YEAR_END, "source_file": "d/health.csv",
        "other_source_file": "d/education.csv",
    }  # fmt: skip
    elsewhere = {"facility_key": "x", "other_facility_key": "y", "reason": "别处的事"}
    by_key = {"source_file": None, "other_source_file": None}
    rows = {
        "facilities": [facility("a", "甲园"), facility("c", "丙园")],
        "verdicts": [
            settled | {"verdict_id": "one"},
            settled | {"verdict_id": "two", **elsewhere},
            settled | {"verdict_id": "three", "verdict": "same", "facility_key": "z",
                       "other_facility_key": "c", "other_facility_name": "丙园", **by_key},
        ],
    }  # fmt: skip
    region = open_region(write_marts(**(county_rows() | rows)))
    text = text_of(evidence.verdicts(region))
    assert "2 对机构" in text
    assert (
        "甲园、乙园 不同机构 实地核实，两家机构 示例文件 某局，2024-12-31 d/health.csv、d/education.csv"
        in text
    )
    assert "甲园、丙园 同一机构" in text
    assert "别处的事" not in text


def test_a_region_without_verdicts_says_nothing_of_them(write_marts: WriteMarts) -> None:
    assert evidence.verdicts(open_region(write_marts(**county_rows()))) is None


def test_only_refused_rows_of_the_dossiers_behind_a_page_are_on_it(
    write_marts: WriteMarts,
) -> None:
    refused: Row = {"source_row": 7, "column_name": "places", "found": "许多",
                    "reason_code": "not_a_number", "reason": "不是最多六位小数的数",
                    "reason_en": "not a number of at most six decimals",
                    "next_step": "只写数字", "next_step_en": "write the number alone"}  # fmt: skip
    audit = [
        {"source_id": "s", "dossier_id": "d"},
        {"source_id": "sibling", "dossier_id": "d", "rows_rejected": 1},
        {"source_id": "stranger", "dossier_id": "x", "rows_rejected": 1},
    ]
    rows = {
        "load_audit": audit,
        "rejected_rows": [
            refused | {"source_id": "sibling", "file": "d/sibling.csv"},
            refused | {"source_id": "stranger", "file": "x/stranger.csv"},
        ],
    }
    text = text_of(evidence.refused(open_region(write_marts(**(county_rows() | rows)))))
    assert "d/sibling.csv" in text
    assert "stranger" not in text
