"""Holds the marts of two ways of computing them against each other, to the last digit."""

from __future__ import annotations

from pathlib import Path

import duckdb

# Rows of our marts that the hand-written scripts compute as well: of `indicator_values` the ratios
# and the median fee within the headline's scope, of `target_gaps` what has a target.
COMPARED = {
    "region_years": "true",
    "indicator_values": (
        "scope = 'filed_and_kindergarten' and value is not null"
        " and (value_origin = 'computed' or indicator = 'median_monthly_fee_yuan')"
    ),
    "quota_progress": "true",
    "target_gaps": "target_value is not null",
}


def find_differences(ours: Path, rival: Path) -> list[str]:
    """Compare all columns that a rival has, in all rows of ``COMPARED``.

    Args:
        ours: Folder of the published marts.
        rival: Folder of the rival's marts, Parquet files of the same names.

    Returns:
        One line for each mart that differs, with rows that only one side has; none where all
        values of all rows are equal.
    """
    found = []
    with duckdb.connect() as connection:
        for mart, rows in COMPARED.items():
            described = connection.execute(f"describe from '{rival / mart}.parquet'").fetchall()
            columns = ", ".join(name for name, *_ in described)
            mine = f"(select {columns} from '{ours / mart}.parquet' where {rows})"
            other = f"(select {columns} from '{rival / mart}.parquet')"
            for name, these, those in (("ours", mine, other), ("the rival", other, mine)):
                difference = f"(from {these} except all from {those})"
                count = connection.execute(f"select count(*) from {difference}").fetchall()[0][0]
                if count:
                    rows_found = connection.execute(f"from {difference} order by all limit 2")
                    found.append(
                        f"{mart}: {count} rows only in {name}, such as {rows_found.fetchall()}"
                    )
            if not connection.execute(f"select count(*) from {mine}").fetchall()[0][0]:
                found.append(f"{mart}: no row to compare")
    return found
