"""Counts every published figure again from the files, without any code of the pipeline.

``python tests/recount_marts.py data`` compares the set that was published from ``data/raw``.
"""

from __future__ import annotations

import math
import sys
from collections import defaultdict
from pathlib import Path

import duckdb
from recount import RATIOS, Files, children_under_3
from recount_rounds import InspectedFiles
from recount_targets import path_figure, quota_figure, target_figure

CHILDREN = "children_under_3"
REGION_YEAR_COLUMNS = (
    "resident_population", CHILDREN, "births", "facilities", "places", "inclusive_places",
    "public_places", "infant_places", "toddler_places", "older_places", "mixed_places",
    "enrolled_children", "caregivers",
)  # fmt: skip
BOUNDS = ("value_at_least", "lowest_value", "highest_value")
INDICATOR_COLUMNS = ("value", *BOUNDS, "numerator", "denominator")
# figures of the marts that hold targets and quotas against what there is
AGAINST = {
    "target_gaps": target_figure,
    "target_paths": path_figure,
    "town_gaps": target_figure,
    "quota_progress": quota_figure,
    "quota_totals": quota_figure,
}
# where their rows say what they are about, and of which year
ABOUT = {
    # what no target asks for is of the year of its date
    "target_gaps": ("indicator", "coalesce(target_year, year(actual_date))"),
    "target_paths": ("indicator", "year"),
    "town_gaps": ("'places_per_1000'", "target_year"),
    "quota_progress": ("category", "year"),
    "quota_totals": ("category", "year"),
}
# what tells their rows apart
GRAINS = {
    "target_gaps": ("region_code", "indicator", "kind", "target_year"),
    "target_paths": ("region_code", "indicator", "target_year", "year"),
    "town_gaps": ("region_code", "target_region_code", "target_year"),
    "quota_progress": ("region_code", "year", "category"),
    "quota_totals": ("region_code", "year", "category"),
}
# doubles; whatever else is published is exact
INEXACT = {
    "actual_value", "achievement_ratio", "gap_value", "quota_places_per_1000",
    "observed_pace_per_year", "required_pace_per_year", "implied_places_per_1000", "path_value",
}  # fmt: skip


def published_figures(files: Files) -> list[dict]:
    """Every published figure that can be counted again, with what its mart says beside it."""
    statements = [
        f"""
        select 'indicator_values' as mart, '{column}' as figure_column, region_code, indicator,
            value_origin as origin, scope, year, denominator_year as population_year,
            {column} as published, concat_ws('|', region_code, indicator, kind,
            coalesce(cast(as_of_date as varchar), ''), value_origin, coalesce(scope, '')) as figure_key
        from marts.indicator_values where {column} is not null
        """
        for column in INDICATOR_COLUMNS
    ]
    statements += [
        f"""
        select 'region_years', '{column}', region_code, '{column}', 'year', places_scope, year,
            case '{column}' when 'children_under_3' then children_year
                when 'resident_population' then population_year end,
            {column}, concat_ws('|', region_code, year)
        from marts.region_years where {column} is not null
        """
        for column in REGION_YEAR_COLUMNS
    ]
    statements.append(
        """
        select 'region_years', 'places_at_least', region_code, 'places', 'year', places_scope, year,
            null, places_at_least, concat_ws('|', region_code, year)
        from marts.region_years where places_at_least is not null
        """
    )
    statements += [
        f"""
        select 'headline_variants', '{column}', region_code, indicator, population_vintage, scope, year,
            population_year, {column}, concat_ws('|', region_code, indicator, scope, population_vintage)
        from marts.headline_variants where {column} is not null
        """
        for column in ("value", "places", "resident_population")
    ]
    columns = defaultdict(set)
    for mart, _, column in files.lineage:
        columns[mart].add(column)
    for mart in AGAINST:
        about, year = ABOUT[mart]
        origin = "quota" if about == "category" else "target"
        key = ", ".join(f"coalesce(cast({name} as varchar), '')" for name in GRAINS[mart])
        statements += [
            f"""
            select '{mart}', '{column}', region_code, {about}, '{origin}', null, {year},
                {"population_year" if column == "residents" else "null"}, {column},
                concat_ws('|', {key})
            from marts.{mart} where {column} is not null
            """
            for column in columns[mart]
        ]
    found = files.warehouse.execute(" union all ".join(statements) + " order by all")
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def counted_again(files: Files, figure: dict):
    """The figure as its files tell it, by way of what its lineage names."""
    if figure["mart"] in AGAINST:
        return AGAINST[figure["mart"]](files, figure)
    inputs = files.lineage[figure["mart"], figure["figure_key"], figure["figure_column"]]
    assert {row[2] for row in inputs} == {figure["region_code"]}
    roles = defaultdict(list)
    for role, measure, _, *claim in inputs:
        roles[role].append((measure, files.claim(*claim)))
    parts = {role: settled(claims) for role, claims in roles.items()}
    if "denominator" in parts and "numerator" in parts:
        numerator, denominator, scale = RATIOS[figure["indicator"]]
        assert parts["numerator"][0] == numerator
        assert parts["denominator"][0] == denominator
        return scale * parts["numerator"][1] / parts["denominator"][1]
    ((measure, value),) = parts.values()
    expected = RATIOS.get(figure["indicator"], (figure["indicator"],) * 2)
    is_stated = figure["figure_column"] in ("value", "numerator") and figure["origin"] == "stated"
    if is_stated or figure["figure_column"] in BOUNDS:
        expected = (figure["indicator"],) * 2
    if figure["mart"] == "headline_variants":
        expected = (figure["figure_column"],) * 2
    assert measure == expected[figure["figure_column"] == "denominator"]
    return value


def settled(claims):
    if any(measure.startswith("age_") for measure, _ in claims):
        return CHILDREN, children_under_3(claims)
    (claim,) = claims
    return claim


def differs(files: Files, figure: dict) -> bool:
    """Ratios are doubles; whatever else is published is exact."""
    value, published = counted_again(files, figure), float(figure["published"])
    is_ratio = figure["indicator"] in RATIOS and figure["figure_column"] in ("value", *BOUNDS)
    is_ratio &= figure["origin"] != "stated"
    if value is None or not (is_ratio or figure["figure_column"] in INEXACT):
        return value is None or float(value) != published
    return not math.isclose(float(value), published, rel_tol=1e-11, abs_tol=0)


def main(folder: Path) -> int:
    """Compare a published set; 1 where a figure differs."""
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as warehouse:
        files = InspectedFiles(folder / "raw", warehouse)
        figures = published_figures(files)
        wrong = [figure for figure in figures if differs(files, figure)]
        for figure in wrong:
            sys.stdout.write(f"{figure}\n    from the files: {counted_again(files, figure)}\n")
    sys.stdout.write(f"{len(figures)} figures counted again, {len(wrong)} differ\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
