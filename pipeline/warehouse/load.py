"""Fills a new warehouse: schema ``raw`` with lineage, schema ``audit`` with what became of it."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

import duckdb
import pyarrow as pa

from pipeline.catalogue.load_dossiers import Dossier, is_file
from pipeline.contracts import Contracts
from pipeline.core.database import connect
from pipeline.core.errors import Problem, SourceProblemsError
from pipeline.core.messages import Message
from pipeline.core.progress import show_progress
from pipeline.core.settings import NO_LIMITS, Limits
from pipeline.core.step_times import timed
from pipeline.dossier_files.source import PARENT_REGION, ROSTER, Source
from pipeline.dossier_files.sources_file import SOURCES_FILE
from pipeline.language import LANGUAGES
from pipeline.reading import read_table
from pipeline.shaping import create_tables, relate_raw_table, relate_raw_tables
from pipeline.values.issuers import day_of_issue, issuer_key
from pipeline.warehouse.apply_corrections import find_outdated, insert_corrections
from pipeline.warehouse.facility_matching import identify_facilities
from pipeline.warehouse.load_source import load_again, load_source
from pipeline.warehouse.parallel import read_ahead
from pipeline.wording.refusals import refusal_messages

logger = logging.getLogger(__name__)

REGION_LIST = "region_list"


def load_warehouse(
    path: Path,
    rows: Path,
    dossiers: list[Dossier],
    contracts: Contracts,
    limits: Limits = NO_LIMITS,
) -> dict[str, str]:
    """Load every source of every dossier into a new warehouse.

    A source that was read before, and of which nothing changed that its extract follows from, is
    not read again.

    Args:
        path: The warehouse to make, in a folder for what is needed meanwhile; must not exist.
        rows: Holds the extracts of sources (pipeline.warehouse.cache), which the warehouse names by
            its absolute path; what is missing is added.
        dossiers: What to load.
        contracts: Shapes of the raw tables.
        limits: What DuckDB may take of the machine, in all processes together.

    Returns:
        Source -> name of its extract.

    Raises:
        SourceProblemsError: Files whose table cannot be read as their contract says, or
            corrections of rows or verdicts on facilities that say something else than expected. All
            files are tried before it is raised; the warehouse is then incomplete.
        FilesChangedError: A file became another one while it was read.
    """
    corrections = [correction for dossier in dossiers for correction in dossier.corrections]
    sources = [source for dossier in dossiers for source in dossier.sources]
    lists = [source for source in sources if source.contract.name == REGION_LIST]
    others = [source for source in sources if source.contract.name != REGION_LIST]
    with connect(path, limits) as connection:
        with timed(Message("step.reading")):
            create_tables(connection, contracts)
            _insert_documents(connection, dossiers)
            insert_corrections(connection, corrections)
            read, problems = _load(connection, lists, rows, path.parent, limits)
            if problems:
                raise SourceProblemsError(problems + _find_problems(others, limits))
            index_regions(connection, contracts, rows)
            unknown = _unknown_regions(connection, sources)
            if unknown:
                raise SourceProblemsError(_find_problems(others, limits) + unknown)
            read_others, problems = _load(connection, others, rows, path.parent, limits)
        problems = problems or find_outdated(connection, corrections, rows)
        if problems:
            raise SourceProblemsError(problems)
        relate_raw_tables(connection, contracts, rows)
        _insert_refusal_words(connection)
        _tell_rejected(connection)
        with timed(Message("step.facilities")):
            verdicts = [verdict for dossier in dossiers for verdict in dossier.verdicts]
            numbers = contracts.by_name[ROSTER].numbers
            problems = identify_facilities(connection, numbers, verdicts)
        if problems:
            raise SourceProblemsError(problems)
        extracts = connection.execute("select source_id, extract_name from raw.sources").fetchall()
    logger.info(
        Message(
            "build.loaded", sources=len(sources), dossiers=len(dossiers), read=read + read_others
        )
    )
    return dict(extracts)


def _load(
    connection: duckdb.DuckDBPyConnection,
    sources: list[Source],
    rows: Path,
    scratch: Path,
    limits: Limits,
) -> tuple[int, list[Problem]]:
    """Load sources; after the first problem, only look for further ones.

    Returns:
        How many had to be read, and the problems of their files.
    """
    read, problems = read_ahead(connection, sources, rows, scratch), list[Problem]()
    for number, source in enumerate(sources):
        show_progress(Message("step.loading", file=source.file), number, len(sources))
        if load_again(connection, source, rows):
            continue
        table, found = read_table(source, limits)
        read += 1
        problems += found
        if table is not None and not problems:
            load_source(connection, source, table, rows)
    return read, problems


def _insert_refusal_words(connection: duckdb.DuckDBPyConnection) -> None:
    """Put every reason of a refusal into words, in Chinese and English."""
    refusals = connection.execute(
        "select distinct reason_code, parameters from audit.rejected_rows order by all"
    ).fetchall()
    if not refusals:
        return
    words = [
        (
            *(code, parameters),
            *(
                message.in_language(language)
                for message in refusal_messages(code, parameters)
                for language in LANGUAGES
            ),
        )
        for code, parameters in refusals
    ]
    # One statement: a column under the wrong label has as many unknown words as rows.
    names = [f"c{index}" for index in range(len(words[0]))]
    connection.register("refusal_texts", pa.table([*zip(*words, strict=True)], names))
    connection.execute("insert into audit.refusal_words select * from refusal_texts")
    connection.unregister("refusal_texts")


def _tell_rejected(connection: duckdb.DuckDBPyConnection) -> None:
    rejected = connection.execute(
        "select source_id, rows_rejected, rows_read from audit.load_audit"
        " where rows_rejected > 0 order by source_id"
    )
    for source, refused, read in rejected.fetchall():
        logger.warning(Message("build.rows_refused", source=source, refused=refused, read=read))


def find_table_problems(dossiers: list[Dossier], limits: Limits = NO_LIMITS) -> list[Problem]:
    """Problems of the files themselves, for a message that tells everything at once."""
    # a file that is not there is already among the problems of sources.yml
    sources = [s for dossier in dossiers for s in dossier.sources if is_file(s.path)]
    if not sources:
        return []
    contracts = sources[0].contracts
    lists = [source for source in sources if source.contract.name == REGION_LIST]
    others = [source for source in sources if source.contract.name != REGION_LIST]
    with tempfile.TemporaryDirectory() as rows, connect(limits=limits) as connection:
        create_tables(connection, contracts)
        _, problems = _load(connection, lists, Path(rows), Path(rows), limits)
        if not problems:
            index_regions(connection, contracts, Path(rows))
            problems = _unknown_regions(connection, sources)
    return _find_problems(others, limits) + problems


def _find_problems(sources: list[Source], limits: Limits) -> list[Problem]:
    return [problem for source in sources for problem in read_table(source, limits)[1]]


def _insert_documents(connection: duckdb.DuckDBPyConnection, dossiers: list[Dossier]) -> None:
    for dossier in dossiers:
        file = dossier.file
        for document in file.documents:
            connection.execute(
                "insert into raw.documents values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
                    issuer_key(document.issuer),
                    day_of_issue(document.issued),
                ],
            )


def index_regions(connection: duckdb.DuckDBPyConnection, contracts: Contracts, rows: Path) -> None:
    """Collect the names by which regions are found, the level of each and the region above it.

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
        where name != ''
        order by all;

        insert into shaping.region_parents
        select region_code, min(parent_code), min(level) from raw.region_list group by region_code
        order by all;

        insert into shaping.region_lists
        select md5(concat_ws(
            chr(10),
            (select string_agg(r::varchar, chr(10) order by r) from shaping.region_names as r),
            (select string_agg(r::varchar, chr(10) order by r) from shaping.region_parents as r)
        ));
        """
    )


def _unknown_regions(connection: duckdb.DuckDBPyConnection, sources: list[Source]) -> list[Problem]:
    """Regions that sources.yml names and no region list knows."""
    codes = connection.execute("select region_code from shaping.region_names").fetchall()
    known = {code for (code,) in codes}
    named = [
        (source, key, code)
        for source in sources
        for key, codes in (
            (f"constants: {PARENT_REGION}", [source.entry.constants.get(PARENT_REGION)]),
            ("complete_for", source.entry.complete_for),
        )
        for code in codes
        if code is not None
    ]
    return [
        Problem(
            Message("place.source", file=f"{source.dossier}/{SOURCES_FILE}", id=source.id),
            Message("entry.unknown_region", key=key, code=code),
        )
        for source, key, code in named
        if code not in known
    ]
