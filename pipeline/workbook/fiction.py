"""Which rows of a mart are invented, so that they never stand unmarked beside real ones."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.published.read_marts import Marts, Regions, Row


@dataclass(frozen=True)
class Fiction:
    """What is invented.

    Attributes:
        by_region: Region code -> whether the region is invented.
        by_source: Source -> whether its regions are; a source of a dossier whose figures name no
            region is missing.
    """

    by_region: dict[str, bool]
    by_source: dict[str, bool]

    @classmethod
    def of(cls, marts: Marts, regions: Regions) -> Fiction:
        """Find out what is invented; a dossier is so as a whole, or not at all."""
        by_region = {code: row["is_fictional"] for code, row in regions.by_code.items()}
        by_source = {
            row["source_id"]: by_region[row["region_code"]]
            for mart in ("source_figures", "facility_years", "facilities")
            for row in marts.rows(
                mart, "true qualify row_number() over (partition by source_id) = 1"
            )
            if row["source_id"] and row["region_code"] in by_region
        }
        dossiers = {row["source_id"]: row["dossier_id"] for row in marts.rows("load_audit")}
        by_dossier = {dossiers.get(source): found for source, found in by_source.items()}
        by_source |= {
            source: by_dossier[dossier]
            for source, dossier in dossiers.items()
            if dossier in by_dossier
        }
        return cls(by_region, by_source)

    def of_row(self, row: Row) -> bool | None:
        """Whether a row is invented; None where it is about no region, for example a check."""
        if row.get("is_fictional") is not None:
            return bool(row["is_fictional"])
        if row.get("region_code") in self.by_region:
            return self.by_region[row["region_code"]]
        return self.by_source.get(row.get("source_id") or "")
