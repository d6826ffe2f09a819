"""Finds the contract that the labels of a file fit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.contracts import Contract, Contracts
from pipeline.core.errors import Problem
from pipeline.core.messages import Message
from pipeline.dossier_files.source import Source
from pipeline.dossier_files.sources_file import SourceEntry
from pipeline.reading.files import kind_of_column, open_grids
from pipeline.reading.formats.pasted import ColumnKind
from pipeline.reading.grid import Grid
from pipeline.reading.layout import lay_out
from pipeline.reading.table_search import find_tables


def detect_contract(
    entry: SourceEntry,
    path: Path,
    dossier: tuple[str, bool],
    contracts: Contracts,
    named_day: str | None = None,
) -> tuple[Contract | None, list[Problem]]:
    """Find the one contract under which a file can be read whole.

    Args:
        entry: The entry of ``sources.yml``, without a contract.
        path: The file.
        dossier: Id of the dossier, and whether it is invented.
        contracts: The contracts to try.
        named_day: Day that the file's name tells.

    Returns:
        The contract; or None together with the reason: no contract fits, or several do equally.
    """
    trials = [
        Source(entry, *dossier, path, contract, contracts, named_day=named_day)
        for contract in contracts.by_name.values()
    ]
    where = trials[0].file

    def knows(label: str) -> ColumnKind | None:
        kinds = (kind_of_column(trial, label) for trial in trials)
        return next((kind for kind in kinds if kind), None)

    grids, problems = open_grids(path, where, entry.read, knows)
    if problems:
        return None, problems
    scores = {trial.contract.name: _score(trial, grids) for trial in trials}
    fitting = [trial for trial in trials if scores[trial.contract.name] is not None]
    best = max((scores[t.contract.name] or 0 for t in fitting), default=0)
    chosen = [trial.contract for trial in fitting if scores[trial.contract.name] == best]
    if len(chosen) == 1:
        return chosen[0], []
    if chosen:
        names = [contract.in_words for contract in chosen]
        found = Message("contract.several", contracts=names)
        return None, [_one_expected(where, found, chosen[0])]
    nearest = max(trials, key=lambda trial: (_known(trial, grids), -_faults(trial, grids)))
    if not _known(nearest, grids):
        known = [contract.in_words for contract in contracts.by_name.values()]
        return None, [Problem(where, Message("contract.none", known=known))]
    _, problems = lay_out(grids, nearest)
    found = Message("contract.none_whole")
    return None, [_one_expected(where, found, nearest.contract), *problems]


def _score(source: Source, grids: Sequence[Grid]) -> int | None:
    """How many columns a contract understands; None where something keeps it from being used."""
    table, _ = lay_out(grids, source)
    return len(table.header.loaded) if table else None


def _faults(source: Source, grids: Sequence[Grid]) -> int:
    return len(lay_out(grids, source)[1])


def _known(source: Source, grids: Sequence[Grid]) -> int:
    return max((place.known for grid in grids for place in find_tables(grid, source)), default=0)


def _one_expected(where: str, found: Message, nearest: Contract) -> Problem:
    message = Message("contract.not_one", found=found, nearest=nearest.in_words, name=nearest.name)
    return Problem(where, message)
