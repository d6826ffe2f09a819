"""Finds the contract that the labels of a file fit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.contracts import Contract, Contracts
from pipeline.core.errors import Problem
from pipeline.dossier_files.source import Source
from pipeline.dossier_files.sources_file import SOURCES_FILE, SourceEntry
from pipeline.reading.files import kind_of_column, open_grids
from pipeline.reading.formats.pasted import ColumnKind
from pipeline.reading.grid import Grid
from pipeline.reading.layout import lay_out
from pipeline.reading.table_search import find_tables


def detect_contract(
    entry: SourceEntry, path: Path, dossier: tuple[str, bool], contracts: Contracts
) -> tuple[Contract | None, list[Problem]]:
    """Find the one contract under which a file can be read whole.

    Args:
        entry: The entry of ``sources.yml``, without a contract.
        path: The file.
        dossier: Id of the dossier, and whether it is invented.
        contracts: The contracts to try.

    Returns:
        The contract; or None together with the reason: no contract fits, or several do equally.
    """
    trials = [
        Source(entry, *dossier, path, contract, contracts)
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
        names = " and ".join(contract.name for contract in chosen)
        return None, [_problem(where, f"labels that fit the contracts {names} equally", chosen[0])]
    nearest = max(trials, key=lambda trial: (_known(trial, grids), -_faults(trial, grids)))
    if not _known(nearest, grids):
        found = "no row with labels of any contract"
        return None, [_problem(where, found, None, ", ".join(contracts.by_name))]
    _, problems = lay_out(grids, nearest)
    said = _problem(where, "labels that fit no contract whole", nearest.contract)
    return None, [said, *problems]


def _score(source: Source, grids: Sequence[Grid]) -> int | None:
    """How many columns a contract understands; None where something keeps it from being used."""
    table, _ = lay_out(grids, source)
    return len(table.header.loaded) if table else None


def _faults(source: Source, grids: Sequence[Grid]) -> int:
    return len(lay_out(grids, source)[1])


def _known(source: Source, grids: Sequence[Grid]) -> int:
    return max((place.known for grid in grids for place in find_tables(grid, source)), default=0)


def _problem(where: str, found: str, nearest: Contract | None, known: str = "") -> Problem:
    name = nearest.name if nearest else "<name>"
    return Problem(
        where,
        found,
        f"one contract; the nearest is {name}" if nearest else f"a file of one of: {known}",
        f"name it in {SOURCES_FILE}: contract: {name}, or say --contract {name} to inspect and add",
    )
