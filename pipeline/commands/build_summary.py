"""What a build says at its end: read, refused, headline figures, where to look."""

from __future__ import annotations

import duckdb
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.core.database import connect
from pipeline.core.messages import Message
from pipeline.core.sql import parquet_files
from pipeline.core.workspace import Workspace
from pipeline.wording.labels import label

# Worth a line at the end of a build: every region with places per 1,000 residents, or a target.
HEADLINES = """
select
    regions.region_name, actual_value, actual_date, target_value, target_year, status,
    coalesce(bounds.value_at_least, shown.lowest_value), shown.highest_value,
    bounds.known, bounds.parts,
    (
        select count(*) from target_gaps as others
        where others.region_code = gaps.region_code and others.target_value is not null
            and others.indicator != gaps.indicator
    ) as other_targets
from target_gaps as gaps
join regions on gaps.region_code = regions.region_code
left join indicator_values as bounds
    on gaps.region_code = bounds.region_code and gaps.indicator = bounds.indicator
    and bounds.is_headline and bounds.value is null and gaps.actual_value is null
left join indicator_values as shown
    on gaps.region_code = shown.region_code and gaps.indicator = shown.indicator
    and shown.is_headline and gaps.actual_date = shown.as_of_date
where gaps.indicator = 'places_per_1000' and not regions.is_fictional
    and (target_value is not null or actual_value is not null or bounds.value_at_least is not null)
order by regions.region_code, target_year
"""


# colours appear on a terminal only, and never say what the words do not
STATUS_STYLES = {"met": "green", "on_track": "green", "behind": "red", "missed": "red"}


def write_summary(workspace: Workspace) -> None:
    """Print the closing table of a build, from the published marts alone.

    A dash stands for what is not known; the status says why.
    """
    console = Console(highlight=False)
    with connect(only=[workspace.marts]) as connection:
        for mart in ("target_gaps", "indicator_values", "regions", "load_audit", "check_results"):
            path = workspace.marts / f"{mart}.parquet"
            connection.execute(f"create view {mart} as from {parquet_files([path])}")
        console.print(_reading(connection))
        console.print(_headlines(connection))


def _reading(connection: duckdb.DuckDBPyConnection) -> Table:
    real, invented = (
        connection.execute(
            "select count(*), coalesce(sum(rows_read), 0), coalesce(sum(rows_loaded), 0),"
            " coalesce(sum(rows_rejected), 0), coalesce(sum(rows_set_aside), 0)"
            " from load_audit where is_fictional = ?",
            [is_fictional],
        ).fetchall()[0]
        for is_fictional in (False, True)
    )
    checks = connection.execute(
        "select count(*) filter (passed), count(*) filter (not passed) from check_results"
    ).fetchall()[0]
    names = (
        Message("summary.sources"),
        Message("summary.rows_read"),
        Message("summary.loaded"),
        Message("summary.refused"),
        Message("summary.set_aside"),
    )
    headings = (
        Message("summary.read_and_checked"),
        Message("summary.real"),
        Message("summary.fictional"),
    )
    table = Table(*map(str, headings))
    for name, *numbers in zip(names, real, invented, strict=True):
        table.add_row(str(name), *(f"{number:,}" for number in numbers))
    # a check looks at real and invented rows at once
    for name, number in zip(
        (Message("summary.checks_passed"), Message("summary.warnings")), checks, strict=True
    ):
        table.add_row(str(name), str(Message("summary.of_all", number=f"{number:,}")), "")
    return table


def _headlines(connection: duckdb.DuckDBPyConnection) -> Table:
    headings = (
        Message("summary.places_per_1000"),
        Message("summary.actual"),
        Message("summary.date"),
        Message("summary.target"),
        Message("summary.status"),
    )
    table = Table(*map(str, headings))
    rows = connection.execute(HEADLINES).fetchall()
    for name, value, date, target, year, status, low, high, *rest in rows:
        parts_known, parts, others = rest
        actual = "—" if value is None else f"{value:.2f}"
        if high is not None:
            least, most = f"{low:.2f}", f"{high:.2f}"
            actual = str(Message("summary.range", value=actual, low=least, high=most))
        elif low is not None:
            least = f"{low:.2f}"
            actual = str(Message("summary.at_least", value=least, known=parts_known, parts=parts))
        goal = "—" if target is None else f"{target:g} ({year})"
        said = label("status", status)
        if target is None and others:
            said = str(Message("summary.other_targets", count=others))
        words = Text(said, STATUS_STYLES.get(status, ""))
        table.add_row(name, actual, str(date or "—"), goal, words)
    return table
