"""Rows of the marts about what lies within a region: the regions right below it, its facilities."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from pipeline.published.read_marts import Marts, Region, Regions
from pipeline.published.rows import (
    FacilitiesRow,
    FacilityFindingsRow,
    IndicatorValuesRow,
    InspectionQuartersRow,
    QuotaProgressRow,
    RegionsRow,
    TargetGapsRow,
    TownGapsRow,
    VerdictsRow,
)
from pipeline.reporting.sentences import RATE

T = TypeVar("T")
K = TypeVar("K")
# Above these levels there are too many facilities to show each.
LEVELS_WITH_FACILITIES = ("prefecture", "county", "town")


@dataclass(frozen=True)
class Within:
    """Rows about the regions right below a region, and about the facilities in it.

    Attributes:
        regions: Rows of ``regions`` right below.
        latest: Latest headline rows of ``indicator_values`` of places and their rate, by region
            and indicator; rows with the reason where there is no value.
        targets: Row of ``target_gaps`` of the latest target of the rate, by region.
        gaps: Row of ``town_gaps`` under the region's own latest target, by town.
        quotas: Row of ``quota_progress`` of all places in the latest year with a quota, by region.
        names: Names of the region and of all regions inside, by code; the same restriction as for
            facilities.
        facilities: Rows of ``facilities``; none above prefectures.
        findings: Rows of ``facility_findings`` about them.
        verdicts: Rows of ``verdicts`` about at least one of them.
        missed: Rows of ``inspection_quarters`` of the latest year that say that one was missed.
    """

    regions: list[RegionsRow]
    latest: dict[tuple[str, str], IndicatorValuesRow]
    targets: dict[str, TargetGapsRow]
    gaps: dict[str, TownGapsRow]
    quotas: dict[str, QuotaProgressRow]
    names: dict[str, str]
    facilities: list[FacilitiesRow]
    findings: list[FacilityFindingsRow]
    verdicts: list[VerdictsRow]
    missed: list[InspectionQuartersRow]

    @classmethod
    def of(cls, marts: Marts, regions: Regions, region: Region) -> Within:
        """Read them.

        Args:
            marts: The published marts.
            regions: Those below it, or more.
            region: Row of ``regions`` of the region itself.
        """
        code = region["region_code"]
        below = regions.below(code)
        inside = (
            regions.codes_within(code) if region["region_level"] in LEVELS_WITH_FACILITIES else []
        )
        values = marts.read(
            IndicatorValuesRow,
            "list_contains(?, region_code) and is_headline and indicator in ('places', ?)",
            [below, RATE],
        )
        targets = marts.read(
            TargetGapsRow,
            "list_contains(?, region_code) and indicator = ? and target_value is not null",
            [below, RATE],
        )
        quotas = marts.read(
            QuotaProgressRow,
            "list_contains(?, region_code) and category = 'all'"
            " and cumulative_quota_places is not null",
            [below],
        )
        facilities = marts.read(FacilitiesRow, "list_contains(?, region_code)", [inside])
        keys = [row["facility_key"] for row in facilities]
        missed = marts.read(
            InspectionQuartersRow, "list_contains(?, region_code) and is_missed", [inside]
        )
        last_year = max((row["year"] for row in missed), default=None)
        return cls(
            regions=marts.read(RegionsRow, "list_contains(?, region_code)", [below]),
            latest=_latest(
                values,
                lambda row: row["as_of_date"],
                lambda row: (row["region_code"], row["indicator"]),
            ),
            targets=_latest(
                targets, lambda row: row["target_year"], lambda row: row["region_code"]
            ),
            gaps=_latest(
                marts.read(TownGapsRow, "target_region_code = ?", [code]),
                lambda row: row["target_year"],
                lambda row: row["region_code"],
            ),
            quotas=_latest(quotas, lambda row: row["year"], lambda row: row["region_code"]),
            names={each: regions.by_code[each]["region_name"] for each in inside},
            facilities=facilities,
            findings=marts.read(FacilityFindingsRow, "list_contains(?, facility_key)", [keys]),
            verdicts=marts.read(
                VerdictsRow,
                "list_contains(?, facility_key) or list_contains(?, other_facility_key)",
                [keys, keys],
            ),
            missed=[row for row in missed if row["year"] == last_year],
        )


def _latest(rows: list[T], order: Callable[[T], object], key: Callable[[T], K]) -> dict[K, T]:
    """The last row of each key; a row without date is the only one of its key."""
    return {key(row): row for row in sorted(rows, key=lambda row: str(order(row) or ""))}
