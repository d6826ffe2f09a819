"""Shows how a file would be read, before anything is loaded."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from pipeline.catalogue.contract_detection import detect_contract
from pipeline.catalogue.filled_templates import marked_contract
from pipeline.catalogue.load_dossiers import Dossier, load_dossiers
from pipeline.contracts import Contracts, load_contracts
from pipeline.core.database import connect
from pipeline.core.errors import Problem, UsageError
from pipeline.core.messages import Message, listed
from pipeline.core.settings import Limits, Settings
from pipeline.core.workspace import Workspace
from pipeline.dossier_files.source import PARENT_REGION, Source
from pipeline.dossier_files.sources_file import SourceEntry
from pipeline.reading import Table, read_table
from pipeline.shaping import create_tables
from pipeline.shaping.shape import RowCounts
from pipeline.warehouse.load import REGION_LIST, index_regions
from pipeline.warehouse.load_source import load_source
from pipeline.wording.refusals import refusal_messages

FIRST_ROWS = 8
SHOWN_REJECTS = 20


@dataclass(frozen=True)
class Preview:
    """What reading a file would come to.

    Attributes:
        source: The source, with the entry that ``sources.yml`` has or might get; None where no
            contract fits.
        entry: That entry.
        is_declared: Whether ``sources.yml`` holds the entry already.
        table: The table; None where there are problems.
        problems: What keeps the file from being read.
        counts: What became of its rows.
        columns: Names of the columns of ``rows``.
        rows: The first loaded rows, typed.
        rejects: The first refused rows: row, cell, column, what was found, reason, candidates and
            next step.
        totals: Stated totals: cell, column, stated, sum of rows, difference.
        set_aside: Number of rows set aside, by kind.
    """

    entry: SourceEntry
    is_declared: bool
    source: Source | None = None
    table: Table | None = None
    problems: list[Problem] = field(default_factory=list)
    counts: RowCounts | None = None
    columns: list[str] = field(default_factory=list)
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    rejects: list[tuple[Any, ...]] = field(default_factory=list)
    totals: list[tuple[Any, ...]] = field(default_factory=list)
    set_aside: list[tuple[str, int]] = field(default_factory=list)


def preview_file(
    path: Path, settings: Settings, *, entry: dict[str, Any], dossier: str | None = None
) -> Preview:
    """Read a file as a build would, into a warehouse that is thrown away.

    Args:
        path: The file, anywhere.
        settings: Whose region lists tell the regions, and what may be taken of the machine.
        entry: Keys of the entry that are given, such as ``contract`` and ``as_of``.
        dossier: Dossier that the file belongs to; None for the folder that it lies in.

    Raises:
        UsageError: There is no such file or no such dossier.
    """
    if not path.is_file():
        raise UsageError(Message("preview.no_file", file=str(path)))
    contracts, workspace, limits = load_contracts(), settings.workspace, settings.limits
    dossiers, _ = load_dossiers(workspace.raw, contracts)
    home = _home_of(path, dossiers, workspace, dossier)
    declared = [
        source
        for source in (home.sources if home else ())
        if source.path.resolve() == path.resolve() and not entry
    ]
    if declared:
        entry_of_file = declared[0].entry
        return _read(declared[0], entry_of_file, dossiers, contracts, limits, is_declared=True)
    drafted = _draft_entry(path, home, dossiers, entry)
    place = (home.file.dossier, home.file.fictional) if home else ("inspected", False)
    contract = contracts.by_name.get(drafted.contract or "")
    if contract is None:
        contract, problems = detect_contract(drafted, path, place, contracts)
        if contract is None:
            return Preview(drafted, is_declared=False, problems=problems)
    documents = frozenset(filter(None, [drafted.document]))
    source = Source(drafted, *place, path, contract, contracts, documents)
    return _read(source, drafted, dossiers, contracts, limits, is_declared=False)


def _home_of(
    path: Path, dossiers: list[Dossier], workspace: Workspace, name: str | None
) -> Dossier | None:
    by_name = {dossier.file.dossier: dossier for dossier in dossiers}
    if name is not None and name not in by_name:
        message = Message(
            "preview.no_dossier", name=name, folder=str(workspace.raw), known=listed(by_name)
        )
        raise UsageError(message)
    if name is None and path.resolve().is_relative_to(workspace.raw):
        name = path.resolve().relative_to(workspace.raw).parts[0]
    return by_name.get(name or "")


def _draft_entry(
    path: Path, home: Dossier | None, dossiers: list[Dossier], given: dict[str, Any]
) -> SourceEntry:
    """The entry that a file might get: what is given, and what its neighbours agree on."""
    taken = {source.id for dossier in dossiers for source in dossier.sources}
    stem = re.sub(r"[^a-z0-9]+", "-", path.stem.casefold()).strip("-")
    prefix = home.file.dossier if home else "inspected"
    wanted = stem if stem and not stem.isdigit() else f"{prefix}-{stem or 'file'}"
    identifier, number = wanted[:70], 1
    while identifier in taken:
        number += 1
        identifier = f"{wanted[:70]}-{number}"
    documents = [document.id for document in home.file.documents] if home else []
    parents = {s.entry.constants.get(PARENT_REGION) for s in (home.sources if home else ())}
    parent = next(iter(parents)) if len(parents) == 1 else None
    drafted = {
        "id": identifier,
        "file": path.name,
        "document": documents[0] if len(documents) == 1 else "document-id",
        "locator": "全文",
        **({"contract": marked} if (marked := marked_contract(path)) else {}),
        **given,
    }
    if parent:
        drafted["constants"] = {PARENT_REGION: parent}
    return SourceEntry.model_validate(drafted)


def _read(
    source: Source,
    entry: SourceEntry,
    dossiers: list[Dossier],
    contracts: Contracts,
    limits: Limits,
    *,
    is_declared: bool,
) -> Preview:
    table, problems = read_table(source, limits)
    if table is None:
        return Preview(entry, is_declared, source, problems=problems)
    with tempfile.TemporaryDirectory() as folder, connect(limits=limits) as connection:
        rows_folder = Path(folder)
        create_tables(connection, contracts)
        lists = [s for d in dossiers for s in d.sources if s.contract.name == REGION_LIST]
        for other in lists:
            regions, _ = read_table(other, limits)
            if regions is not None and other.id != source.id:
                load_source(connection, other, regions, rows_folder)
        index_regions(connection, contracts, rows_folder)
        counts = load_source(connection, source, table, rows_folder)
        columns, rows = _first_rows(connection)
        mine = "where source_id = ?"
        return Preview(
            entry,
            is_declared,
            source,
            table,
            [],
            counts,
            columns,
            rows,
            _refused(connection, source),
            connection.execute(
                "select source_row, column_name, value, sum_of_rows, value - sum_of_rows"
                f" from raw.stated_totals {mine} order by source_row, column_name",
                [source.id],
            ).fetchall(),
            connection.execute(
                f"select row_kind, count(*) from audit.set_aside_rows {mine} group by 1 order by 1",
                [source.id],
            ).fetchall(),
        )


def _refused(connection: duckdb.DuckDBPyConnection, source: Source) -> list[tuple[Any, ...]]:
    """The first refused rows, as ``Preview.rejects``."""
    refused = connection.execute(
        "select source_row, source_cell, column_name, found, candidates, reason_code, parameters"
        " from audit.rejected_rows where source_id = ?"
        f" order by source_row, column_name limit {SHOWN_REJECTS}",
        [source.id],
    ).fetchall()
    rejects: list[tuple[Any, ...]] = []
    for *place, candidates, code, parameters in refused:
        reason, next_step = refusal_messages(code, parameters)
        rejects.append((*place, reason, candidates, next_step))
    return rejects


def _first_rows(
    connection: duckdb.DuckDBPyConnection,
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The first rows that were loaded last, in the columns that hold something."""
    relation = connection.execute(
        "select * exclude (source_id, source_sheet, document_id) from loaded"
        f" order by source_row, source_letter limit {FIRST_ROWS}"
    )
    names = [column[0] for column in relation.description or ()]
    rows = relation.fetchall()
    filled = [i for i in range(len(names)) if any(row[i] is not None for row in rows)]
    return [names[i] for i in filled], [tuple(row[i] for i in filled) for row in rows]
