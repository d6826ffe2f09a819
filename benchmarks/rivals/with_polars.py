"""The marts of an invented nation, written by hand in polars, without any check."""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

MEASURES = ["places", "inclusive_places", "public_places", "enrolled_children", "caregivers"]
DIGITS = (11, 8, 6, 4, 2)  # of the codes of towns, counties, prefectures, provinces, the nation
RATIOS = {
    "places_per_1000": (1000, "places", "resident_population"),
    "inclusive_place_ratio": (1, "inclusive_places", "places"),
    "public_place_ratio": (1, "public_places", "places"),
    "places_per_child_under_3": (1, "places", "children_under_3"),
    "place_utilisation_ratio": (1, "enrolled_children", "places"),
    "enrolment_ratio": (1, "enrolled_children", "children_under_3"),
    "town_coverage_ratio": (1, "towns_with_facility", "towns"),
    "children_per_caregiver": (1, "enrolled_children", "caregivers"),
}
CODE = {"区划代码": pl.String}


def read_population(raw: Path) -> pl.DataFrame:
    """Residents and children of every region and year."""
    return (
        pl.scan_csv(raw / "population-*.csv", schema_overrides=CODE)
        .select(
            region_code="区划代码",
            year="年度",
            resident_population="常住人口",
            children_under_3=pl.col("0岁") + pl.col("1岁") + pl.col("2岁"),
        )
        .collect()
    )


def read_counted(raw: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Facilities that count in each year, and the last list of each province and year."""
    roster = pl.scan_csv(raw / "roster-*.csv", schema_overrides=CODE, try_parse_dates=True)
    rows = roster.with_columns(
        province=pl.col("区划代码").str.slice(0, 4), year=pl.col("统计日期").dt.year()
    )
    lists = rows.group_by("province", "year").agg(day=pl.col("统计日期").max()).collect()
    is_filed = pl.col("备案状态") == "已备案"
    is_kept = pl.col("备案状态") != "已注销"
    counted = (
        rows.join(
            lists.lazy(),
            left_on=["province", "year", "统计日期"],
            right_on=["province", "year", "day"],
        )
        .filter(pl.when(pl.col("机构类型") == "幼儿园").then(is_kept).otherwise(is_filed))
        .select(
            "year",
            town="区划代码",
            places="托位数",
            inclusive_places=pl.when(pl.col("是否普惠") == "是").then("托位数").otherwise(0),
            public_places=pl.when(pl.col("举办性质").is_in(["公办", "公建民营"]))
            .then("托位数")
            .otherwise(0),
            enrolled_children="在托婴幼儿数",
            caregivers="保育人员数",
            fee="月收费",
        )
        .collect()
    )
    return counted, lists


def at_level(digits: int) -> pl.Expr:
    """Code of the region of some level that a town lies in."""
    return pl.col("town").str.slice(0, digits).alias("region_code")


def count(raw: Path, rows: pl.DataFrame, lists: pl.DataFrame) -> pl.DataFrame:
    """What every region has in every year."""
    sums = rows.group_by("town", "year").agg(pl.len().alias("facilities"), pl.col(MEASURES).sum())
    towns = (
        pl.read_csv(raw / "regions.csv", schema_overrides=CODE)
        .filter(pl.col("级别") == "乡级")
        .select(town="区划代码", province=pl.col("区划代码").str.slice(0, 4))
        .join(lists, on="province")
        .join(sums, on=["town", "year"], how="left")
        .with_columns(pl.col("facilities", *MEASURES).fill_null(0).cast(pl.Int64))
    )
    levels = [
        towns.group_by(at_level(digits), "year").agg(
            pl.col("day").max(),
            pl.col("facilities", *MEASURES).sum(),
            towns=pl.len().cast(pl.Int64),
            towns_with_facility=(pl.col("facilities") > 0).sum().cast(pl.Int64),
        )
        for digits in DIGITS
    ]
    return pl.concat(levels)


def compute_indicators(
    counts: pl.DataFrame, population: pl.DataFrame, rows: pl.DataFrame
) -> pl.DataFrame:
    """Ratios of every region and year, and the median fee."""
    known = counts.join(population, on=["region_code", "year"])
    frames = [
        known.filter(pl.col(denominator) > 0).select(
            "region_code",
            pl.lit(indicator).alias("indicator"),
            "year",
            as_of_date="day",
            value=(scale * pl.col(numerator)) / pl.col(denominator),
            numerator=pl.col(numerator).cast(pl.Float64),
            denominator=pl.col(denominator).cast(pl.Float64),
        )
        for indicator, (scale, numerator, denominator) in RATIOS.items()
    ]
    frames += [
        rows.group_by(at_level(digits), "year")
        .agg(value=pl.col("fee").median())
        .filter(pl.col("value").is_not_null())
        .join(counts.select("region_code", "year", as_of_date="day"), on=["region_code", "year"])
        .with_columns(indicator=pl.lit("median_monthly_fee_yuan"))
        for digits in DIGITS
    ]
    return pl.concat(frames, how="diagonal")


def compute_quota_progress(raw: Path, counts: pl.DataFrame, targets: pl.DataFrame) -> pl.DataFrame:
    """Quota of every town and year against its places."""
    quota, final, target = pl.col("quota"), pl.col("final"), pl.col("target")
    return (
        pl.read_csv(raw / "quotas.csv", schema_overrides=CODE)
        .select(region_code="区划代码", year="年度", quota="累计托位数")
        .sort("region_code", "year")
        .with_columns(
            final=quota.last().over("region_code"),
            added=quota - quota.shift(1, fill_value=0).over("region_code"),
            county=pl.col("region_code").str.slice(0, 8),
        )
        .join(targets.select("target", county="region_code"), on="county")
        .join(
            counts.select("region_code", pl.col("year").cast(pl.Int64), "places"),
            on=["region_code", "year"],
            how="left",
        )
        .select(
            "region_code",
            "year",
            cumulative_quota_places=quota,
            added_quota_places="added",
            implied_residents=(1000 * final / target).round(mode="half_away_from_zero").cast(int),
            implied_places_per_1000=pl.when(final != 0).then(quota * target / final),
            actual_places="places",
            gap_places=quota - pl.col("places"),
            status=pl.when(pl.col("places") >= quota)
            .then(pl.lit("met"))
            .otherwise(pl.lit("missed")),
        )
    )


def required(target: pl.Expr, residents: pl.Expr) -> pl.Expr:
    """Ceiling of target times residents over a thousand, in whole numbers."""
    return ((target * 10).round().cast(pl.Int64) * residents + 9_999) // 10_000


def compute_target_gaps(
    counts: pl.DataFrame, population: pl.DataFrame, indicators: pl.DataFrame, targets: pl.DataFrame
) -> pl.DataFrame:
    """Gap of every region with a target, whose year is over: residents of its end are known."""
    ends = (
        indicators.filter(pl.col("indicator") == "places_per_1000")
        .sort("as_of_date")
        .group_by("region_code")
        .agg(
            last=pl.col("value").last(),
            last_day=pl.col("as_of_date").last(),
        )
    )
    keys = ["region_code", "year"]
    known = counts.join(population, on=keys)
    towns = known.filter(pl.col("region_code").str.len_chars() == DIGITS[0])
    needed = required(pl.col("target"), pl.col("resident_population"))
    need = pl.concat(
        towns.rename({"region_code": "town"})
        .with_columns(at_level(digits))
        .join(targets, on=keys)
        .group_by("region_code")
        .agg(need=(needed - pl.col("places")).clip(0).sum())
        for digits in DIGITS[1:]
    )
    return (
        targets.join(ends, on="region_code")
        .join(known, on=keys)
        .join(need, on="region_code")
        .with_columns(gap_value=pl.col("target") - pl.col("last"))
        .select(
            "region_code",
            "gap_value",
            target_year="year",
            target_value="target",
            actual_value="last",
            actual_date="last_day",
            residents="resident_population",
            required_places=needed,
            actual_places="places",
            gap_places_net=needed - pl.col("places"),
            gap_places_need_only="need",
            required_pace_per_year=pl.lit(None, pl.Float64),
            status=pl.when(pl.col("gap_value") <= 0)
            .then(pl.lit("met"))
            .otherwise(pl.lit("missed")),
        )
    )


def main() -> None:
    """Compute the marts of the files of one folder into another."""
    raw, out = Path(sys.argv[1]), Path(sys.argv[2])
    year = pl.col("year").cast(pl.Int64)
    population = read_population(raw).with_columns(year)
    rows, lists = (frame.with_columns(year) for frame in read_counted(raw))
    counts = count(raw, rows, lists)
    targets = pl.read_csv(raw / "targets.csv", schema_overrides=CODE).select(
        region_code="区划代码", year="目标年份", target="目标值"
    )
    indicators = compute_indicators(counts, population, rows)
    years = population.join(
        counts.drop("towns", "towns_with_facility"), on=["region_code", "year"], how="left"
    )
    marts = {
        "region_years": years.rename({"day": "places_date"}),
        "indicator_values": indicators,
        "quota_progress": compute_quota_progress(raw, counts, targets),
        "target_gaps": compute_target_gaps(counts, population, indicators, targets),
    }
    for name, frame in marts.items():
        frame.write_parquet(out / f"{name}.parquet")


if __name__ == "__main__":
    main()
