"""Text cells and a contract to typed rows, and to rejected rows with reasons."""

from pipeline.shaping.rows import (
    ROWS_FILE,
    reading_folder,
    relate_raw_table,
    relate_raw_tables,
    stored_rows,
)
from pipeline.shaping.shape import RowCounts, shape_source
from pipeline.shaping.tables import create_tables

__all__ = [
    "ROWS_FILE",
    "RowCounts",
    "create_tables",
    "reading_folder",
    "relate_raw_table",
    "relate_raw_tables",
    "shape_source",
    "stored_rows",
]
