"""Counts polluted files that we and three other tools read exactly, refuse, or read wrongly."""

from __future__ import annotations

# ruff: noqa: E402 - the project is not installed, so its folder must be found before its imports
import io
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import duckdb
import pandas as pd
import polars as pl
from corpus_reading import open_warehouse
from polluted_tables import LABELS, PollutedFile, outcome_of, polluted_files

Rows = Iterable[tuple[object, ...]]


def with_duckdb(path: Path) -> tuple[list[str], Rows]:
    """Labels and rows as the sniffer finds them, cells as text."""
    with duckdb.connect() as connection:
        read = connection.execute(f"from read_csv('{path.as_posix()}', all_varchar = true)")
        return [column[0] for column in read.description or ()], read.fetchall()


def with_pandas(path: Path) -> tuple[list[str], Rows]:
    """Labels and rows with the delimiter that pandas detects."""
    table = pd.read_csv(path, dtype=str, sep=None, engine="python", keep_default_na=False)
    return list(table.columns), table.itertuples(index=False)


def with_polars(path: Path) -> tuple[list[str], Rows]:
    """Labels and rows; polars detects no delimiter, so it takes the comma."""
    table = pl.read_csv(io.BytesIO(path.read_bytes()), infer_schema=False)
    return table.columns, table.rows()


def outcome_of_rival(
    read: Callable[[Path], tuple[list[str], Rows]], path: Path, file: PollutedFile
) -> str:
    """``exact`` if the three columns stand under their labels, with the rows of the truth."""
    path.write_bytes(file.content)
    try:
        labels, rows = read(path)
    except Exception:  # each tool has its own kinds of errors; any is a refusal
        return "refused"
    plain = [label.strip() for label in labels]
    if any(label not in plain for label in LABELS[:3]):
        return "wrong"
    places = [plain.index(label) for label in LABELS[:3]]
    found = [tuple(str(row[place]).strip() for place in places) for row in rows]
    return "exact" if found == list(file.truth) else "wrong"


def main() -> None:
    """Print the table of counts, and the kinds that each tool reads wrongly."""
    files = list(polluted_files())
    counts = {name: Counter[str]() for name in ("this reader", "DuckDB", "pandas", "polars")}
    kinds: dict[str, Counter[str]] = {name: Counter() for name in counts}
    rivals = {"DuckDB": with_duckdb, "pandas": with_pandas, "polars": with_polars}
    with tempfile.TemporaryDirectory() as name:
        folder, extracts = Path(name), Path(name) / "extracts"
        extracts.mkdir()
        with open_warehouse(extracts) as warehouse:
            for file in files:
                outcomes = {
                    "this reader": outcome_of(file, warehouse, folder / "polluted"),
                    **{
                        tool: outcome_of_rival(read, folder / "rival.csv", file)
                        for tool, read in rivals.items()
                    },
                }
                for tool, outcome in outcomes.items():
                    counts[tool][outcome] += 1
                    if not file.name.endswith("gb18030"):
                        counts[tool][f"{outcome} of Unicode"] += 1
                    if outcome != "exact":
                        kinds[tool][f"{outcome}: {file.kind}"] += 1
    lines = [f"{len(files)} files; in brackets those in Unicode alone"]
    lines += ["| tool | exact | refused | wrong |", "|---|---|---|---|"]
    for tool, count in counts.items():
        cells = (
            f"{count[outcome]} ({count[f'{outcome} of Unicode']})"
            for outcome in ("exact", "refused", "wrong")
        )
        lines.append(f"| {tool} | {' | '.join(cells)} |")
    lines += [f"{tool}: {dict(found)}" for tool, found in kinds.items()]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
