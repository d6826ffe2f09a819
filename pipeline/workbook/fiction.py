"""Which rows of a mart are invented, so that they never stand unmarked beside real ones."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.published.read_marts import Marts, Regions, Row


@dataclass(frozen=True)
class Fiction:
    """What is invented.

    Attributes:
        by_region: Region code -> whether the region is invented.
        by_source: Source -> whether its regions are.
    """

    by_region: dict[str, bool]
    by_source: dict[str, bool]

    @classmethod
    def of(cls, marts: Marts, regions: Regions) -> Fiction:
        """Read what is invented; a source is so as a whole, or not at all."""
        by_region = {code: row["is_fictional"] for code, row in regions.by_code.items()}
        by_source = {row["source_id"]: row["is_fictional"] for row in marts.rows("load_audit")}
        return cls(by_region, by_source)

    def of_row(self, row: Row) -> bool | None:
        """Whether a row is invented; None where it is about no region, for example a check."""
        if row.get("is_fictional") is not None:
            return bool(row["is_fictional"])
        if row.get("region_code") in self.by_region:
            return self.by_region[row["region_code"]]
        return self.by_source.get(row.get("source_id") or "")
