"""Bytes to text cells that know where they stood."""

from pipeline.reading.files import read_table
from pipeline.reading.layout import Heading, Table

__all__ = ["Heading", "Table", "read_table"]
