"""Where the lists stand that counts of facilities are made from."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.published.read_marts import Marts, Regions
from pipeline.values.shown import Count, Ordinal

# What a count asks for: region, year and counting scope.
CountKey = tuple[str, Ordinal, str]

LISTS = """
    select wanted.region, wanted.year, wanted.scope, source_file, source_sheet,
        count(*) as facilities, min(source_row) as first_row, max(source_row) as last_row
    from (select unnest(?) as region, unnest(?) as below, unnest(?) as year, unnest(?) as scope)
        as wanted
    inner join mart
        on mart.region_code = wanted.below
        and mart.year = wanted.year
        and list_contains(string_split(mart.counted_in, ', '), wanted.scope)
    group by all
    order by all
"""


@dataclass(frozen=True)
class RosterList:
    """A sheet of a file with facilities that a count is made from.

    Attributes:
        file: The file.
        sheet: The sheet; None where the format has none.
        facilities: How many rows of it the count takes.
        first_row: The first of them.
        last_row: The last of them.
    """

    file: str
    sheet: str | None
    facilities: Count
    first_row: Ordinal
    last_row: Ordinal


def find_lists(
    marts: Marts, regions: Regions, counts: set[CountKey]
) -> dict[CountKey, list[RosterList]]:
    """Find the rows of rosters behind counts, in mart ``facility_years``.

    Args:
        marts: The published marts.
        regions: Those of the counts with all below them, or more.
        counts: What was counted.

    Returns:
        Sheets with rows by count; a count of nothing has none.
    """
    wanted = [
        (region, below, year, scope)
        for region, year, scope in sorted(counts)
        for below in regions.codes_within(region)
    ]
    if not wanted:
        return {}
    columns = [list(column) for column in zip(*wanted, strict=True)]
    found: dict[CountKey, list[RosterList]] = {}
    for row in marts.query("facility_years", LISTS, columns):
        count = (row["region"], row["year"], row["scope"])
        found.setdefault(count, []).append(
            RosterList(
                row["source_file"],
                row["source_sheet"],
                row["facilities"],
                row["first_row"],
                row["last_row"],
            )
        )
    return found
