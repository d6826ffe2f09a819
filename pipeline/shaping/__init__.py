"""Text cells and a contract to typed rows, and to rejected rows with reasons."""

from pipeline.shaping.shape import shape_source

__all__ = ["shape_source"]
