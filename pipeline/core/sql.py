"""Quoting for the SQL that the pipeline writes, and the one way in which DuckDB opens files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

_PATTERN_SIGNS = re.compile(r"[*?\[]")


def literal(text: str) -> str:
    """SQL literal of a text."""
    return "'" + text.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """SQL identifier of a name."""
    return '"' + name.replace('"', '""') + '"'


def path_literal(path: Path) -> str:
    """SQL literal of the path of just one file, whatever signs are in it.

    DuckDB takes ``*``, ``?`` and ``[`` for a pattern, which other files may match as well.
    """
    return literal(_PATTERN_SIGNS.sub(r"[\g<0>]", path.as_posix()))


def parquet_files(paths: Iterable[Path], *options: str) -> str:
    """SQL that reads Parquet files, and nothing but what they hold.

    A folder called ``year=2025`` is a name: DuckDB would else read a column from it, in place of
    that of the file.

    Args:
        paths: One file at least.
        options: Of ``read_parquet``, such as ``union_by_name = true``.
    """
    listed = ", ".join(path_literal(path) for path in paths)
    return f"read_parquet({', '.join([f'[{listed}]', *options, 'hive_partitioning = false'])})"


def delimited_file(path: Path, *options: str) -> str:
    """SQL that reads a file of delimited text, and nothing but what it holds.

    Args:
        path: The file; text whatever its name says.
        options: Of ``read_csv``; nothing is detected.
    """
    given = [
        path_literal(path),
        *options,
        "auto_detect = false",
        "compression = 'none'",
        "hive_partitioning = false",
    ]
    return f"read_csv({', '.join(given)})"
