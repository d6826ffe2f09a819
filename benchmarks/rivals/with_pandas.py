"""The marts of an invented nation, written by hand in pandas, without any check."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

MEASURES = ["places", "inclusive_places", "public_places", "enrolled_children", "caregivers"]
COUNTS = ["facilities", *MEASURES, "towns", "towns_with_facility"]
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
ROSTER = {
    "统计日期": "string",
    "区划代码": "string",
    "机构类型": "category",
    "备案状态": "category",
    "举办性质": "category",
    "是否普惠": "category",
    "托位数": "int64",
    "在托婴幼儿数": "int64",
    "保育人员数": "int64",
    "月收费": "float64",
}


def read(raw: Path, pattern: str, types: dict[str, str] | None = None) -> pd.DataFrame:
    """Read all files of one kind into one frame."""
    frames = [
        pd.read_csv(path, dtype={"区划代码": "string"} | (types or {}), usecols=types)
        for path in sorted(raw.glob(pattern))
    ]
    return pd.concat(frames, ignore_index=True)


def read_population(raw: Path) -> pd.DataFrame:
    """Residents and children of every region and year."""
    found = read(raw, "population-*.csv")
    found["children_under_3"] = found[["0岁", "1岁", "2岁"]].sum(axis=1)
    names = {"区划代码": "region_code", "年度": "year", "常住人口": "resident_population"}
    return found.rename(columns=names)[[*names.values(), "children_under_3"]]


def read_counted(raw: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Facilities that count in each year, and the last list of each province and year."""
    rows = read(raw, "roster-*.csv", ROSTER)
    rows["day"] = pd.to_datetime(rows["统计日期"])
    rows["year"] = rows["day"].dt.year
    rows["province"] = rows["区划代码"].str[:4]
    lists = rows.groupby(["province", "year"], as_index=False)["day"].max()
    rows = rows.merge(lists, on=["province", "year", "day"])
    is_kindergarten = rows["机构类型"] == "幼儿园"
    counts = np.where(is_kindergarten, rows["备案状态"] != "已注销", rows["备案状态"] == "已备案")
    rows = rows[counts].rename(
        columns={
            "区划代码": "town",
            "托位数": "places",
            "在托婴幼儿数": "enrolled_children",
            "保育人员数": "caregivers",
            "月收费": "fee",
        }
    )
    rows["inclusive_places"] = rows["places"].where(rows["是否普惠"] == "是", 0)
    is_public = rows["举办性质"].isin(["公办", "公建民营"])
    rows["public_places"] = rows["places"].where(is_public, 0)
    return rows, lists


def count(raw: Path, rows: pd.DataFrame, lists: pd.DataFrame) -> pd.DataFrame:
    """What every region has in every year."""
    regions = read(raw, "regions.csv")
    towns = regions.loc[regions["级别"] == "乡级", ["区划代码"]].set_axis(["town"], axis=1)
    towns["province"] = towns["town"].str[:4]
    towns = towns.merge(lists, on="province")
    sums = rows.groupby(["town", "year"])[MEASURES].sum()
    sums.insert(0, "facilities", rows.groupby(["town", "year"]).size())
    towns = towns.merge(sums.reset_index(), how="left", on=["town", "year"])
    towns[["facilities", *MEASURES]] = towns[["facilities", *MEASURES]].fillna(0).astype("int64")
    towns["towns"] = 1
    towns["towns_with_facility"] = (towns["facilities"] > 0).astype("int64")
    levels = [
        towns.assign(region_code=towns["town"].str[:digits])
        .groupby(["region_code", "year"], as_index=False)
        .agg({"day": "max", **dict.fromkeys(COUNTS, "sum")})
        for digits in DIGITS
    ]
    return pd.concat(levels, ignore_index=True)


def compute_indicators(
    counts: pd.DataFrame, population: pd.DataFrame, rows: pd.DataFrame
) -> pd.DataFrame:
    """Ratios of every region and year, and the median fee."""
    known = counts.merge(population, on=["region_code", "year"])
    frames = []
    for indicator, (scale, numerator, denominator) in RATIOS.items():
        part = known[known[denominator] > 0]
        frames.append(
            pd.DataFrame(
                {
                    "region_code": part["region_code"],
                    "indicator": indicator,
                    "as_of_date": part["day"],
                    "year": part["year"],
                    "value": (scale * part[numerator]) / part[denominator],
                    "numerator": part[numerator].astype("float64"),
                    "denominator": part[denominator].astype("float64"),
                }
            )
        )
    for digits in DIGITS:
        fees = rows.groupby([rows["town"].str[:digits].rename("region_code"), "year"])["fee"]
        fees = fees.median().dropna().rename("value").reset_index()
        fees = fees.merge(counts[["region_code", "year", "day"]], on=["region_code", "year"])
        fees = fees.rename(columns={"day": "as_of_date"})
        frames.append(fees.assign(indicator="median_monthly_fee_yuan"))
    return pd.concat(frames, ignore_index=True)


def compute_quota_progress(raw: Path, counts: pd.DataFrame, targets: pd.DataFrame) -> pd.DataFrame:
    """Quota of every town and year against its places."""
    quotas = read(raw, "quotas.csv").set_axis(["region_code", "year", "quota"], axis=1)
    quotas = quotas.sort_values(["region_code", "year"], ignore_index=True)
    by_town = quotas.groupby("region_code")["quota"]
    quotas["final"] = by_town.transform("last")
    quotas["added"] = quotas["quota"] - by_town.shift(fill_value=0)
    quotas["county"] = quotas["region_code"].str[:8]
    quotas = quotas.merge(
        targets[["region_code", "target"]].rename(columns={"region_code": "county"}), on="county"
    )
    places = counts[["region_code", "year", "places"]]
    quotas = quotas.merge(places, how="left", on=["region_code", "year"])
    final = quotas["final"].where(quotas["final"] != 0)
    return pd.DataFrame(
        {
            "region_code": quotas["region_code"],
            "year": quotas["year"],
            "cumulative_quota_places": quotas["quota"],
            "added_quota_places": quotas["added"],
            "implied_residents": (1000 * quotas["final"] / quotas["target"])
            .round()
            .astype("int64"),
            "implied_places_per_1000": quotas["quota"] * quotas["target"] / final,
            "actual_places": quotas["places"],
            "gap_places": quotas["quota"] - quotas["places"],
            "status": np.where(quotas["places"] >= quotas["quota"], "met", "missed"),
        }
    )


def required(targets: pd.Series, residents: pd.Series) -> pd.Series:
    """Ceiling of target times residents over a thousand, in whole numbers."""
    return -(-(targets * 10).round().astype("int64") * residents // 10_000)


def compute_target_gaps(
    counts: pd.DataFrame, population: pd.DataFrame, indicators: pd.DataFrame, targets: pd.DataFrame
) -> pd.DataFrame:
    """Gap of every region with a target, whose year is over: residents of its end are known."""
    paths = indicators[indicators["indicator"] == "places_per_1000"]
    paths = paths.sort_values("as_of_date").groupby("region_code")
    ends = pd.DataFrame(
        {
            "last": paths["value"].last(),
            "last_day": paths["as_of_date"].last(),
        }
    ).reset_index()
    known = counts.merge(population, on=["region_code", "year"])
    towns = known[known["region_code"].str.len() == DIGITS[0]]
    needs = []
    for digits in DIGITS[1:]:
        level = towns.assign(
            town=towns["region_code"], region_code=towns["region_code"].str[:digits]
        )
        level = level.merge(targets, on=["region_code", "year"])
        lacks = (required(level["target"], level["resident_population"]) - level["places"]).clip(0)
        needs.append(lacks.groupby(level["region_code"]).sum())
    need = pd.concat(needs).rename("need").reset_index()
    gaps = targets.merge(ends, on="region_code").merge(known, on=["region_code", "year"])
    gaps = gaps.merge(need, on="region_code")
    gap = gaps["target"] - gaps["last"]
    places_needed = required(gaps["target"], gaps["resident_population"])
    return pd.DataFrame(
        {
            "region_code": gaps["region_code"],
            "target_year": gaps["year"],
            "target_value": gaps["target"],
            "actual_value": gaps["last"],
            "actual_date": gaps["last_day"],
            "gap_value": gap,
            "residents": gaps["resident_population"],
            "required_places": places_needed,
            "actual_places": gaps["places"],
            "gap_places_net": places_needed - gaps["places"],
            "gap_places_need_only": gaps["need"],
            "required_pace_per_year": np.nan,
            "status": np.where(gap <= 0, "met", "missed"),
        }
    )


def main() -> None:
    """Compute the marts of the files of one folder into another."""
    raw, out = Path(sys.argv[1]), Path(sys.argv[2])
    population = read_population(raw)
    rows, lists = read_counted(raw)
    counts = count(raw, rows, lists)
    targets = read(raw, "targets.csv")[["区划代码", "目标年份", "目标值"]]
    targets = targets.set_axis(["region_code", "year", "target"], axis=1)
    indicators = compute_indicators(counts, population, rows)
    marts = {
        "region_years": population.merge(
            counts.drop(columns=["towns", "towns_with_facility"]), how="left"
        ).rename(columns={"day": "places_date"}),
        "indicator_values": indicators,
        "quota_progress": compute_quota_progress(raw, counts, targets),
        "target_gaps": compute_target_gaps(counts, population, indicators, targets),
    }
    for name, frame in marts.items():
        frame.to_parquet(out / f"{name}.parquet", index=False)


if __name__ == "__main__":
    main()
