"""Bytes to text cells that know where they stood."""

from pipeline.reading.cells import RAGGED, relate_cells
from pipeline.reading.files import read_table
from pipeline.reading.headings import NAMING, NO_FIGURE, Heading
from pipeline.reading.layout import Table

__all__ = ["NAMING", "NO_FIGURE", "RAGGED", "Heading", "Table", "read_table", "relate_cells"]
