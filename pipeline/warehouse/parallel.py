"""Reads many sources in several processes at once, so that loading finds their extracts.

Whatever goes wrong here is left to loading, which reads a source again that has no extract, and
says what is wrong with it: one place tells of problems, in the order of the sources.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import signal
import tempfile
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from pathlib import Path

import duckdb

from pipeline.contracts import load_contracts
from pipeline.core.database import connect
from pipeline.core.messages import Message
from pipeline.core.progress import show_progress
from pipeline.core.settings import Limits
from pipeline.core.sql import literal, parquet_files
from pipeline.dossier_files.source import Source
from pipeline.reading import read_table
from pipeline.shaping import create_tables
from pipeline.warehouse.cache import extract_of, is_kept
from pipeline.warehouse.load_source import load_source

# A process takes as long to start as ten small sources take to read.
SOURCES_PER_PROCESS = 10
# What reading a source looks up besides its file.
REGION_TABLES = ("region_names", "region_parents", "region_lists")


def read_ahead(
    connection: duckdb.DuckDBPyConnection, sources: list[Source], rows: Path, scratch: Path
) -> int:
    """Read the sources that were not read before, where they are many enough for it to pay.

    Args:
        connection: The warehouse, with the regions that sources may name.
        sources: What is about to be loaded.
        rows: Holds the extracts of sources; missing ones are added.
        scratch: Takes what the processes need, for as long as they run.

    Returns:
        How many sources have been read.
    """
    missing = [s for s in sources if not is_kept(extract_of(connection, s, rows))]
    threads, memory = connection.execute(
        "select current_setting('threads')::integer,"
        " parse_formatted_bytes(current_setting('memory_limit'))"
    ).fetchall()[0]
    processes = min(threads, len(missing) // SOURCES_PER_PROCESS)
    if processes < 2:
        return 0
    read = 0
    with (
        tempfile.TemporaryDirectory(dir=scratch) as folder,
        contextlib.suppress(BrokenProcessPool, OSError),  # killed for want of memory; no process
    ):
        for table in REGION_TABLES:
            file = literal(_file_of(table, Path(folder)).as_posix())
            connection.execute(f"copy shaping.{table} to {file}")
        with ProcessPoolExecutor(
            processes,
            multiprocessing.get_context("spawn"),  # a fork would take DuckDB's locks with it
            _start,
            (
                Path(folder),
                rows,
                Limits(str(threads // processes), f"{memory // processes // 1000}KB"),
            ),
        ) as pool:
            # the largest first, so that no process is left alone with it at the end
            missing.sort(key=lambda source: source.path.stat().st_size, reverse=True)
            for number, was_read in enumerate(pool.map(_read, missing), start=1):
                show_progress(Message("step.reading_files"), number, len(missing))
                read += was_read
    return read


def _file_of(table: str, folder: Path) -> Path:
    """The file that takes a table of regions to the processes."""
    return folder / f"{table}.parquet"


class _Reader:
    """What a process that reads keeps from source to source."""

    connection: duckdb.DuckDBPyConnection
    rows: Path
    limits: Limits


def _start(folder: Path, rows: Path, limits: Limits) -> None:
    """Prepare a process: a warehouse of its own, with the regions of the build's.

    Args:
        folder: Holds the tables of regions; takes the warehouse, which is not in memory so that
            what does not fit there goes beside it.
        rows: Takes the extracts.
        limits: What DuckDB may take of the machine in this process.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the build is told, and ends its processes
    threading.Thread(target=_end_with_build, daemon=True).start()
    logging.disable()  # loading tells
    _Reader.limits = limits
    _Reader.connection = connect(folder / f"{os.getpid()}.duckdb", limits)
    _Reader.rows = rows
    create_tables(_Reader.connection, load_contracts())
    for table in REGION_TABLES:
        _Reader.connection.execute(
            f"insert into shaping.{table} from {parquet_files([_file_of(table, folder)])}"
        )


def _end_with_build() -> None:
    """End this process when the build ends, however it does."""
    build = multiprocessing.parent_process()
    if build is not None:
        wait([build.sentinel])
    os._exit(1)


def _read(source: Source) -> bool:
    """Read one source into its extract; False where that failed."""
    try:
        table, _ = read_table(source, _Reader.limits)
        if table is not None:
            load_source(_Reader.connection, source, table, _Reader.rows)
    except Exception:  # loading meets it again, and tells
        return False
    return table is not None
