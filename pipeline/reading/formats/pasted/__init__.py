"""Tables in text that was pasted from web pages.

Three forms occur: a row a line with ``|`` or tabs between cells, a cell a line with ``|`` behind
each, and a cell a line with nothing between. ``rows``, ``cell_runs`` and ``bare_cells`` make rows
of the lines; ``restore`` then finds the columns of their cells.
"""

from pipeline.reading.formats.pasted.labels import ColumnKind, Knows
from pipeline.reading.formats.pasted.reader import read_pasted
from pipeline.reading.formats.pasted.recognition import looks_pasted

__all__ = ["ColumnKind", "Knows", "looks_pasted", "read_pasted"]
