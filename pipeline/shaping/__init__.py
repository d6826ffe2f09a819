"""Text cells and a contract to typed rows, and to rejected rows with reasons."""

from pipeline.shaping.raw_tables import create_tables
from pipeline.shaping.row_files import (
    ROWS_FILE,
    extract_folder,
    relate_raw_table,
    relate_raw_tables,
    stored_rows,
)
from pipeline.shaping.shape import RowCounts, shape_source

__all__ = [
    "ROWS_FILE",
    "RowCounts",
    "create_tables",
    "extract_folder",
    "relate_raw_table",
    "relate_raw_tables",
    "shape_source",
    "stored_rows",
]
