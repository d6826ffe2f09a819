"""Fills a new warehouse: schema ``raw`` with lineage, schema ``audit`` with what became of it."""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path

import duckdb

from pipeline.contracts import Contracts
from pipeline.correcting import find_outdated, insert_corrections
from pipeline.dossiers import Dossier, is_file
from pipeline.errors import Problem, SourceProblemsError
from pipeline.identifying import identify_facilities
from pipeline.reading import Table, read_table
from pipeline.shaping import (
    RowCounts,
    create_tables,
    relate_raw_table,
    relate_raw_tables,
    shape_source,
)
from pipeline.sources import PARENT_REGION, Source
from pipeline.step_times import timed

logger = logging.getLogger(__name__)

REGION_LIST = "region_list"


def load_warehouse(path: Path, rows: Path, dossiers: list[Dossier], contracts: Contracts) -> None:
    """Read every source of every dossier into a new warehouse.

    Args:
        path: The warehouse to make; must not exist.
        rows: Folder to make for the rows of the raw tables, which the warehouse names by its
            absolute path.
        dossiers: What to load.
        contracts: Shapes of the raw tables.

    Raises:
        SourceProblemsError: Files whose table cannot be read as their contract says, or
            corrections of rows that say something else than expected. All files are tried before
            it is raised; the warehouse is then incomplete.
    """
    corrections = [correction for dossier in dossiers for correction in dossier.corrections]
    with timed("reading"):
        tables, problems = _read_all(dossiers)
    if problems:
        raise SourceProblemsError(problems)
    with duckdb.connect(str(path)) as connection:
        with timed("shaping"):
            create_tables(connection, contracts)
            _insert_dossiers(connection, dossiers)
            insert_corrections(connection, corrections)
            lists = [pair for pair in tables if pair[0].contract.name == REGION_LIST]
            for source, table in lists:
                load_source(connection, source, table, rows)
            index_regions(connection, contracts, rows)
            for source, table in tables:
                if source.contract.name != REGION_LIST:
                    load_source(connection, source, table, rows)
        outdated = find_outdated(connection, corrections, rows)
        if outdated:
            raise SourceProblemsError(outdated)
        relate_raw_tables(connection, contracts, rows)
        with timed("telling facilities apart"):
            identify_facilities(connection)
    logger.info("loaded %d sources of %d dossiers", len(tables), len(dossiers))


def _read_all(dossiers: list[Dossier]) -> tuple[list[tuple[Source, Table]], list[Problem]]:
    tables: list[tuple[Source, Table]] = []
    problems: list[Problem] = []
    for source in (source for dossier in dossiers for source in dossier.sources):
        if not is_file(source.path):
            continue  # already among the problems of sources.yml
        table, found = read_table(source)
        problems += found
        if table is not None:
            tables.append((source, table))
    lists = [s for d in dossiers for s in d.sources if s.contract.name == REGION_LIST]
    if all(any(source is read for read, _ in tables) for source in lists):
        problems += _unknown_regions(tables, dossiers)
    return tables, problems


def find_table_problems(dossiers: list[Dossier]) -> list[Problem]:
    """Problems of the files themselves, for a message that tells everything at once."""
    return _read_all(dossiers)[1]


def _insert_dossiers(connection: duckdb.DuckDBPyConnection, dossiers: list[Dossier]) -> None:
    for dossier in dossiers:
        file = dossier.file
        connection.execute(
            "insert into raw.dossiers values (?, ?, ?, ?)",
            [file.dossier, file.title.zh, file.title.en, file.fictional],
        )
        for document in file.documents:
            connection.execute(
                "insert into raw.documents values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    document.id,
                    file.dossier,
                    document.title,
                    document.document_number,
                    document.issuer,
                    document.issued,
                    document.fetched_from,
                    document.grade,
                    document.note,
                ],
            )


def load_source(
    connection: duckdb.DuckDBPyConnection, source: Source, table: Table, rows: Path
) -> RowCounts:
    """Load the rows of one source, with what became of them.

    Args:
        connection: The warehouse, with the tables of ``create_tables``.
        source: The source.
        table: Its rows as text.
        rows: Folder of the rows of all sources.
    """
    with source.path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    connection.execute(
        "insert into raw.sources values (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            source.id,
            source.dossier,
            source.fictional,
            source.contract.name,
            source.file,
            sha256,
            source.entry.document,
            source.entry.locator,
        ],
    )
    for code in source.entry.complete_for:
        connection.execute("insert into raw.complete_areas values (?, ?)", [source.id, code])
    for index, heading in (table.header.headings | table.header.unpivoted).items():
        is_unpivoted = index in table.header.unpivoted
        connection.execute(
            "insert into raw.source_columns values (?, ?, ?, ?, ?)",
            [source.id, heading.column, heading.label, heading.letter, is_unpivoted],
        )
    counts = shape_source(connection, source, table, rows)
    status = "rejected_rows" if counts.rejected else "loaded" if counts.loaded else "empty"
    connection.execute(
        "insert into audit.load_audit values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            source.id,
            source.dossier,
            source.file,
            sha256,
            counts.read,
            counts.loaded,
            counts.rejected,
            counts.set_aside,
            status,
            "; ".join(table.detected),
        ],
    )
    if counts.rejected:
        logger.warning("%s: %d of %d rows rejected", source.id, counts.rejected, counts.read)
    return counts


def index_regions(connection: duckdb.DuckDBPyConnection, contracts: Contracts, rows: Path) -> None:
    """Collect the names by which regions are found, and the region above each.

    Args:
        connection: Holds what became of the region lists.
        contracts: Shapes of the raw tables.
        rows: Folder of the rows of all sources.
    """
    relate_raw_table(connection, contracts.by_name[REGION_LIST], rows)
    connection.execute(
        """
        insert into shaping.region_names
        select distinct list.region_code, name, is_alias, sources.is_fictional
        from (
            select region_code, region_name as name, false as is_alias, source_id
            from raw.region_list
            union all
            select
                region_code, trim(unnest(string_split_regex(aliases, '[;\uff1b]'))), true, source_id
            from raw.region_list
        ) as list
        join raw.sources using (source_id)
        where name != '';

        insert into shaping.region_parents
        select region_code, any_value(parent_code) from raw.region_list group by region_code;
        """
    )


def _unknown_regions(tables: list[tuple[Source, Table]], dossiers: list[Dossier]) -> list[Problem]:
    """Regions that sources.yml names and no region list knows."""
    known = {code for source, table in tables for code in _listed_codes(source, table)}
    named = [
        (source, key, code)
        for dossier in dossiers
        for source in dossier.sources
        for key, codes in (
            (f"constants: {PARENT_REGION}", [source.entry.constants.get(PARENT_REGION)]),
            ("complete_for", source.entry.complete_for),
        )
        for code in codes
        if code is not None
    ]
    return [
        Problem(
            f"{source.dossier}/sources.yml, source {source.id}",
            f"{key}: {code}",
            "a code of the region lists",
            "correct the code, or add the region to a region_list",
        )
        for source, key, code in named
        if code not in known
    ]


def _listed_codes(source: Source, table: Table) -> set[str]:
    if source.contract.name != REGION_LIST:
        return set()
    columns = [i for i, h in table.header.headings.items() if h.column == "region_code"]
    return {
        text.strip() for i in columns for text in table.grid.cells.column(i).to_pylist() if text
    }
