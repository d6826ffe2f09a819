"""Fills a new warehouse: schema ``raw`` with lineage, schema ``audit`` with what became of it."""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path

import duckdb

from pipeline.contracts import Contracts, normalise_label
from pipeline.errors import Problem, SourceProblemsError
from pipeline.reading import Table, read_table
from pipeline.shaping import shape_source
from pipeline.sources import PARENT_REGION, Dossier, Source, is_file
from pipeline.sql import quoted

logger = logging.getLogger(__name__)

MACROS = Path(__file__).parent / "shaping" / "macros.sql"
REGION_LIST = "region_list"

FIXED_TABLES = """
create schema raw;
create schema audit;
create table raw.documents (
    document_id varchar, dossier varchar, title varchar, document_number varchar, issuer varchar,
    issued varchar, fetched_from varchar, grade varchar, note varchar
);
create table raw.dossiers (
    dossier varchar, title_zh varchar, title_en varchar, is_fictional boolean
);
create table raw.sources (
    source_id varchar, dossier varchar, is_fictional boolean, contract varchar, file varchar,
    sha256 varchar, document_id varchar, locator varchar
);
create table raw.source_columns (
    source_id varchar, column_name varchar, label varchar, column_letter varchar
);
create table raw.stated_totals (
    source_id varchar, source_sheet varchar, source_row bigint, column_name varchar,
    value decimal(24, 6), found varchar, year integer, category varchar
);
create table raw.merged_cells (
    source_id varchar, column_name varchar, source_row bigint, anchor_row bigint
);
create table raw.indicators (
    indicator varchar, label varchar, label_en varchar, unit varchar, kind varchar,
    numerator varchar, denominator varchar, scale integer, flow_counterpart varchar
);
create table audit.load_audit (
    source_id varchar, dossier varchar, file varchar, sha256 varchar, rows_read bigint,
    rows_loaded bigint, rows_rejected bigint, rows_set_aside bigint, status varchar
);
create table audit.rejected_rows (
    source_id varchar, source_sheet varchar, source_row bigint, source_cell varchar,
    column_name varchar, found varchar, reason varchar, candidates varchar, next_step varchar
);
create table audit.set_aside_rows (
    source_id varchar, source_sheet varchar, source_row bigint, row_kind varchar, row_text varchar
);
create table audit.check_results (
    check_name varchar, stage varchar, kind varchar, subject varchar, column_name varchar,
    severity varchar, passed boolean, failures bigint, detail varchar
);
create table shaping.vocabulary (vocabulary varchar, word varchar, code varchar);
create table shaping.region_names (
    region_code varchar, region_name varchar, name_key varchar, is_alias boolean,
    is_fictional boolean
);
create table shaping.region_ancestors (region_code varchar, ancestor_code varchar);
"""


def load_warehouse(path: Path, dossiers: list[Dossier], contracts: Contracts) -> None:
    """Read every source of every dossier into a new warehouse.

    Args:
        path: The warehouse to make; must not exist.
        dossiers: What to load.
        contracts: Shapes of the raw tables.

    Raises:
        SourceProblemsError: Files whose table cannot be read as their contract says. All files
            are tried before it is raised; the warehouse is then incomplete.
    """
    tables, problems = _read_all(dossiers)
    if problems:
        raise SourceProblemsError(problems)
    with duckdb.connect(str(path)) as connection:
        connection.execute(MACROS.read_text(encoding="utf-8"))
        connection.execute(FIXED_TABLES)
        _create_contract_tables(connection, contracts)
        _insert_definitions(connection, contracts)
        _insert_dossiers(connection, dossiers)
        lists = [pair for pair in tables if pair[0].contract.name == REGION_LIST]
        for source, table in lists:
            _load_source(connection, source, table)
        _index_regions(connection)
        for source, table in tables:
            if source.contract.name != REGION_LIST:
                _load_source(connection, source, table)
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
        problems += _unknown_parents(tables, dossiers)
    return tables, problems


def find_table_problems(dossiers: list[Dossier]) -> list[Problem]:
    """Problems of the files themselves, for a message that tells everything at once."""
    return _read_all(dossiers)[1]


def _create_contract_tables(connection: duckdb.DuckDBPyConnection, contracts: Contracts) -> None:
    for contract in contracts.by_name.values():
        region = "region_code varchar, region_name_as_issued varchar, "
        columns = ", ".join(f"{quoted(c.name)} {c.sql_type}" for c in contract.value_columns)
        connection.execute(
            f"create table raw.{quoted(contract.name)} (source_id varchar, source_sheet varchar,"
            f" source_row bigint, {region if contract.has_region else ''}{columns})"
        )


def _insert_definitions(connection: duckdb.DuckDBPyConnection, contracts: Contracts) -> None:
    words = [
        (vocabulary, word, code)
        for vocabulary, terms in contracts.vocabularies.items()
        for word, code in terms.items()
    ]
    words += [
        (f"unit: {unit}", normalise_label(word), unit)
        for unit, named in contracts.units.items()
        for word in (unit, *named)
    ]
    connection.executemany("insert into shaping.vocabulary values (?, ?, ?)", words)
    keys = (
        "label",
        "label_en",
        "unit",
        "kind",
        "numerator",
        "denominator",
        "scale",
        "flow_counterpart",
    )
    rows = [(code, *(spec.get(key) for key in keys)) for code, spec in contracts.indicators.items()]
    connection.executemany("insert into raw.indicators values (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)


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


def _load_source(connection: duckdb.DuckDBPyConnection, source: Source, table: Table) -> None:
    sha256 = hashlib.sha256(source.path.read_bytes()).hexdigest()
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
    for heading in table.headings:
        connection.execute(
            "insert into raw.source_columns values (?, ?, ?, ?)",
            [source.id, heading.column, heading.label, heading.letter],
        )
    counts = shape_source(connection, source, table)
    status = "rejected_rows" if counts.rejected else "loaded" if counts.loaded else "empty"
    connection.execute(
        "insert into audit.load_audit values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
        ],
    )
    if counts.rejected:
        logger.warning("%s: %d of %d rows rejected", source.id, counts.rejected, counts.read)


def _index_regions(connection: duckdb.DuckDBPyConnection) -> None:
    """Names by which regions are found, and each region's ancestors, itself included."""
    connection.execute(
        """
        insert into shaping.region_names
        select distinct on (region_code, shaping.name_key(name))
            list.region_code, name, shaping.name_key(name), is_alias, sources.is_fictional
        from (
            select region_code, region_name as name, false as is_alias, source_id
            from raw.region_list
            union all
            select region_code, trim(unnest(string_split_regex(aliases, '[;；]'))), true, source_id
            from raw.region_list
        ) as list
        join raw.sources using (source_id)
        where name != ''
        order by region_code, shaping.name_key(name), is_alias;

        insert into shaping.region_ancestors
        with recursive climb(region_code, ancestor_code) as (
            select region_code, region_code from raw.region_list
            union
            select climb.region_code, list.parent_code
            from climb join raw.region_list as list on list.region_code = climb.ancestor_code
            where list.parent_code is not null
        )
        select * from climb;
        """
    )


def _unknown_parents(tables: list[tuple[Source, Table]], dossiers: list[Dossier]) -> list[Problem]:
    """Parents that sources name and no region list knows."""
    known = {
        str(code).strip()
        for source, table in tables
        if source.contract.name == REGION_LIST
        for code in table.rows["region_code"]
    }
    return [
        Problem(
            f"{source.dossier}/sources.yml, source {source.id}",
            f"constants: {PARENT_REGION}: {parent}",
            "a code of the region lists",
            "correct the code, or add the region to a region_list",
        )
        for dossier in dossiers
        for source in dossier.sources
        if (parent := source.entry.constants.get(PARENT_REGION)) is not None and parent not in known
    ]
