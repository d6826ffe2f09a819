"""Readers of file formats: bytes or text to grids, each knowing one format and no contract."""
