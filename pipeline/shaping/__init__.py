"""Text cells and a contract to typed rows, and to rejected rows with reasons."""

from pipeline.shaping.shape import RowCounts, shape_source

__all__ = ["RowCounts", "shape_source"]
