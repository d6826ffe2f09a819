"""Names of regions that a template offers, each of which means one region."""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb

from pipeline.catalogue.load_dossiers import load_dossiers
from pipeline.contracts import Contracts
from pipeline.core.database import connect
from pipeline.core.errors import UsageError
from pipeline.core.messages import Message
from pipeline.core.workspace import Workspace
from pipeline.dossier_files.source import Source
from pipeline.dossier_files.sources_file import SourceEntry
from pipeline.reading import read_table
from pipeline.shaping import create_tables
from pipeline.shaping.regions import build_region_index
from pipeline.warehouse.load import REGION_LIST, index_regions
from pipeline.warehouse.load_source import load_source

MOST_CHOICES = 500  # nobody finds a name in a longer list


def offered_regions(workspace: Workspace, contracts: Contracts, parent: str | None) -> list[str]:
    """Names to choose a region from, as they stand in the region lists of a workspace.

    Args:
        workspace: Holds the region lists.
        contracts: Shapes of the raw tables.
        parent: Code of the region whose parts are offered, and itself; None for all regions.

    Returns:
        Names in the order of the codes, real regions first; where two regions share a name, with
        the name of the region above. Empty where there are too many to choose from.

    Raises:
        UsageError: No region list knows the parent.
    """
    with tempfile.TemporaryDirectory() as folder, connect() as connection:
        _load_lists(connection, workspace, contracts, Path(folder))
        rows = connection.execute(
            "select region_code, any_value(region_name), is_fictional, any_value(parent_code)"
            " from shaping.region_names left join shaping.region_parents using (region_code)"
            " where not is_alias group by region_code, is_fictional"
            " order by is_fictional, region_code"
        ).fetchall()
        known = {code: (name, above) for code, name, _, above in rows}
        if parent is not None and parent not in known:
            message = Message("template.no_region", region=parent, folder=str(workspace.raw))
            raise UsageError(message)
        wanted = [r for r in rows if parent is None or parent in _line_of(r[0], known)]
        if len(wanted) >= MOST_CHOICES:
            return []
        names = []
        for is_fictional in (False, True):
            place = Source(
                SourceEntry(id="template", file="template.xlsx"),
                *("template", is_fictional, workspace.raw),
                *(contracts.by_name[REGION_LIST], contracts),
            )
            index = build_region_index(connection, place)
            for code, name, fictional, above in wanted:
                tried = [name, f"{known[above][0]}/{name}" if above in known else name]
                fitting = (text for text in tried if index.resolve(None, text, None).code == code)
                if fictional == is_fictional and (text := next(fitting, None)):
                    names.append(text)
        return names


def _line_of(code: str | None, known: dict[str, tuple[str, str | None]]) -> list[str]:
    """A region and all above it."""
    line: list[str] = []
    while code is not None and code in known and code not in line:
        line.append(code)
        code = known[code][1]
    return line


def _load_lists(
    connection: duckdb.DuckDBPyConnection, workspace: Workspace, contracts: Contracts, rows: Path
) -> None:
    dossiers, _ = load_dossiers(workspace.raw, contracts)
    create_tables(connection, contracts)
    for source in (source for dossier in dossiers for source in dossier.sources):
        if source.contract.name == REGION_LIST:
            table, _ = read_table(source)
            if table is not None:
                load_source(connection, source, table, rows)
    index_regions(connection, contracts, rows)
