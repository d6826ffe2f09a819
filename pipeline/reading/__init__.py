"""Bytes to text cells that know where they stood."""

from pipeline.reading.cells import relate_cells
from pipeline.reading.detection import detect_contract
from pipeline.reading.files import read_table
from pipeline.reading.header import Heading
from pipeline.reading.layout import Table

__all__ = ["Heading", "Table", "detect_contract", "read_table", "relate_cells"]
