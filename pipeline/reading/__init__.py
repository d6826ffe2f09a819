"""Bytes to text cells that know where they stood."""

from pipeline.reading.cells import RAGGED, relate_cells
from pipeline.reading.files import read_table
from pipeline.reading.headings import Heading
from pipeline.reading.layout import Table

__all__ = ["RAGGED", "Heading", "Table", "read_table", "relate_cells"]
