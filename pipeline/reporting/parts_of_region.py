"""Rows of the marts about what lies within a region: the regions right below it, its facilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.published.read_marts import Marts, Regions, Row
from pipeline.reporting.sentences import RATE

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
        missed: Rows of ``inspection_quarters`` of the latest year that say that one was missed.
    """

    regions: list[Row]
    latest: dict[tuple[str, str], Row]
    targets: dict[str, Row]
    gaps: dict[str, Row]
    quotas: dict[str, Row]
    names: dict[str, str]
    facilities: list[Row]
    findings: list[Row]
    missed: list[Row]

    @classmethod
    def of(cls, marts: Marts, regions: Regions, region: Row) -> Within:
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
        values = marts.rows(
            "indicator_values",
            "list_contains(?, region_code) and is_headline and indicator in ('places', ?)",
            [below, RATE],
        )
        targets = marts.rows(
            "target_gaps",
            "list_contains(?, region_code) and indicator = ? and target_value is not null",
            [below, RATE],
        )
        quotas = marts.rows(
            "quota_progress",
            "list_contains(?, region_code) and category = 'all'"
            " and cumulative_quota_places is not null",
            [below],
        )
        facilities = marts.rows("facilities", "list_contains(?, region_code)", [inside])
        keys = [row["facility_key"] for row in facilities]
        missed = marts.rows(
            "inspection_quarters", "list_contains(?, region_code) and is_missed", [inside]
        )
        last_year = max((row["year"] for row in missed), default=None)
        return cls(
            regions=marts.rows("regions", "list_contains(?, region_code)", [below]),
            latest=_latest(values, "as_of_date", "region_code", "indicator"),
            targets=_latest(targets, "target_year", "region_code"),
            gaps=_latest(
                marts.rows("town_gaps", "target_region_code = ?", [code]),
                "target_year",
                "region_code",
            ),
            quotas=_latest(quotas, "year", "region_code"),
            names={each: regions.by_code[each]["region_name"] for each in inside},
            facilities=facilities,
            findings=marts.rows("facility_findings", "list_contains(?, facility_key)", [keys]),
            missed=[row for row in missed if row["year"] == last_year],
        )


def _latest(rows: list[Row], order: str, *key: str) -> dict[Any, Row]:
    """The last row by ``order`` of each key; a row without date is the only one of its key."""
    in_order = sorted(rows, key=lambda row: str(row[order] or ""))
    if len(key) == 1:
        return {row[key[0]]: row for row in in_order}
    return {tuple(row[name] for name in key): row for row in in_order}
