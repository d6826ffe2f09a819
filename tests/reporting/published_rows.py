"""Published marts of a few literal rows, with every column that the real ones have."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
from ruamel.yaml import YAML

from pipeline.core.workspace import PROJECT_ROOT

Row = dict[str, Any]

MARTS = PROJECT_ROOT / "dbt_project" / "models" / "marts"
# columns that may not be null and that few tests care about
USUAL: Row = {
    "region_level": "county", "code_scheme": "虚构", "is_fictional": False, "source_figures": 1,
    "residents_are_contradicted": False, "places_are_contradicted": False, "kind": "stock",
    "is_contradicted": False, "is_headline": True, "category": "all", "sha256": "ab" * 32,
    "rows_read": 5, "rows_loaded": 4, "rows_rejected": 0, "rows_set_aside": 1, "status": "loaded",
    "dossier_id": "d", "source_id": "s", "file": "d/s.csv", "document_id": "doc",
    "document_title": "示例文件", "issuer": "示例县办公室", "grade": "A", "source_file": "d/s.csv",
    "source_row": 2, "scope": "as_reported", "input_scope": "as_reported", "source_cell": "C2", "column_label": "数值", "locator": "全文",
    "is_used": True, "formula_code": "as_stated",
    "formula": "照录原文", "formula_en": "as published", "input_role": "numerator", "input_measure": "places",
}  # fmt: skip
HOSTILE = "<script>alert('1')</script>\"县\" & 🏫"


def mart_models() -> list[dict[str, Any]]:
    """Every mart as dbt's YAML describes it."""
    return [
        model
        for path in sorted(MARTS.glob("*.yml"))
        for model in YAML(typ="safe").load(path)["models"]
    ]


def mart_columns() -> dict[str, dict[str, str]]:
    """Mart -> column -> type, as dbt's contracts have it."""
    models = mart_models()
    return {m["name"]: {c["name"]: c["data_type"] for c in m["columns"]} for m in models}


def missing(region_code: str, indicator: str = "places_per_1000") -> Row:
    return {
        "region_code": region_code, "indicator": indicator, "value_origin": "missing",
        "missing_reason": "no_actual", "grade": None, "source_ids": None,
    }  # fmt: skip


def no_target(region_code: str) -> Row:
    return {
        "region_code": region_code, "indicator": "places_per_1000",
        "status": "no_target", "status_reason": "no_target_set",
    }  # fmt: skip


def lineage(mart: str, key: str, column: str, value: float, **more: Any) -> Row:
    return {
        "mart": mart, "figure_key": key, "region_code": key.split("|")[0], "figure_column": column,
        "figure_value": value, "input_region_code": key.split("|")[0], "input_value": value,
        "input_date": dt.date(2023, 12, 31), "claim_id": f"{mart}{key}{column}", **more,
    }  # fmt: skip


def write_tables(folder: Path, rows: dict[str, list[Row]]) -> Path:
    folder.mkdir(parents=True)
    with duckdb.connect() as connection:
        for mart, columns in mart_columns().items():
            typed = ", ".join(f'"{name}" {type_}' for name, type_ in columns.items())
            connection.execute(f"create table {mart} ({typed})")
            for row in rows.get(mart, []):
                unknown = set(row) - set(columns)
                assert not unknown, f"{mart} has no {unknown}"
                values = [row.get(name, USUAL.get(name)) for name in columns]
                marks = ", ".join("?" * len(columns))
                connection.execute(f"insert into {mart} values ({marks})", values)
            path = (folder / f"{mart}.parquet").as_posix()
            connection.execute(f"copy {mart} to '{path}' (format parquet)")
    return folder


def county_rows() -> dict[str, list[Row]]:
    """A real county with a rate, a ledger and an unlisted town, and a fictional hostile one."""
    rate = {
        "region_code": "01", "indicator": "places_per_1000", "as_of_date": dt.date(2023, 12, 31),
        "year": 2023, "value_origin": "computed", "value": 3.0, "numerator": 120,
        "denominator": 40000, "denominator_year": 2023, "basis": "reported",
        "scope": "as_reported", "source_ids": "s",
    }  # fmt: skip
    target = {
        "region_code": "01", "indicator": "places_per_1000", "target_year": 2025,
        "comparator": ">=", "target_value": 4.5, "actual_value": 3.0,
        "actual_date": dt.date(2023, 12, 31), "achievement_ratio": 2 / 3, "gap_value": 1.5,
        "residents": 40000, "population_year": 2023, "required_places": 180, "actual_places": 120,
        "gap_places_net": 60, "gap_places_need_only": 60, "required_pace_per_year": 0.75,
        "status": "behind", "status_reason": "one_figure_only",
    }  # fmt: skip
    quota = {
        "parent_code": "01", "target_per_1000": 4.5, "implied_residents": 20000,
        "stated_total_places": 90, "stated_total_difference_places": 0, "status": "no_actual",
    }  # fmt: skip
    years = ((2023, 20, 20, 1.0), (2024, 60, 40, 3.0), (2025, 90, 30, 4.5))
    quotas = [
        quota
        | {
            "region_code": "0101", "region_name": "甲镇", "year": year, "added_quota_places": added,
            "cumulative_quota_places": cumulative, "implied_places_per_1000": rate_,
        }
        for year, cumulative, added, rate_ in years
    ]  # fmt: skip
    quotas += [
        {"region_code": "0102", "region_name": "乙镇", "parent_code": "01", "year": year,
         "status": "no_target"}
        for year, *_ in years
    ]  # fmt: skip
    totals = [
        {
            "region_code": "01", "year": year, "towns_sum_places": sum_, "quota_towns_known": 1,
            "quota_towns": 2, "added_quota_places": added, "target_per_1000": 4.5,
            "implied_residents": 20000, "implied_places_per_1000": rate_, "residents": 40000,
            "population_year": 2023, "residents_difference": 20000,
        }
        for year, sum_, added, rate_ in years
    ]  # fmt: skip
    key = "01|places_per_1000|stock|2023-12-31|computed|as_reported"
    return {
        "regions": [
            {"region_code": "01", "region_name": "真县"},
            {"region_code": "0101", "region_name": "甲镇", "region_level": "town",
             "parent_code": "01", "parent_name": "真县"},
            {"region_code": "0102", "region_name": "乙镇", "region_level": "town",
             "parent_code": "01", "parent_name": "真县", "source_figures": 0},
            {"region_code": "99", "region_name": HOSTILE, "is_fictional": True},
        ],
        "indicator_values": [rate, missing("0101"), missing("99")],
        "target_gaps": [target, no_target("0101"), no_target("99")],
        "region_years": [
            {"region_code": "01", "region_name": "真县", "year": year, "population_year": year,
             "resident_population": residents, "population_basis": "reported"}
            for year, residents in ((2022, 41000), (2023, 40000))
        ],
        "quota_progress": quotas,
        "quota_totals": totals,
        "figure_lineage": [
            lineage("indicator_values", key, "value", 3.0),
            lineage("target_gaps", "01|places_per_1000|stock|2025", "target_value", 4.5),
            *(lineage("quota_progress", f"0101|{year}|all", "cumulative_quota_places", places)
              for year, places, *_ in years),
            lineage("region_years", "01|2023", "resident_population", 40000),
        ],
        "load_audit": [{}],
        "check_results": [
            {"check_code": "c", "check_name": "检查", "check_name_en": "Check", "stage": "model", "kind": "data_test", "subject": "t",
             "severity": "critical", "passed": True, "failures": 0},
        ],
    }  # fmt: skip
