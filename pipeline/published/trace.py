"""What a published figure is made of, from the published marts alone."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.core.errors import UsageError
from pipeline.core.messages import Message
from pipeline.core.workspace import Workspace
from pipeline.published.figure_choice import choose_figures
from pipeline.published.figure_tree import FigureTree, TracedFigure
from pipeline.published.lookup import find_region
from pipeline.published.read_marts import Marts, Region, Regions, Row


@dataclass(frozen=True)
class Trace:
    """Everything that one question leads to.

    Attributes:
        region: Row of mart ``regions``.
        figures: The figures at the date or of the year, the headline first.
        corrections: Rows of mart ``corrections`` by id.
        verdicts: Rows of mart ``verdicts`` in order of their ids.
    """

    region: Region
    figures: list[TracedFigure]
    corrections: dict[str, Row]
    verdicts: list[Row]


def trace_figures(workspace: Workspace, region: str, figure: str, year: int | None) -> Trace:
    """Find what a figure is made of.

    Args:
        workspace: Whose published marts are read.
        region: Code or name.
        figure: Code, Chinese or English name of an indicator, or of a column that holds figures.
        year: Year of the figure; None for the latest in each mart.

    Raises:
        UsageError: Nothing is published, or region, figure or year are not known.
    """
    if not workspace.manifest.is_file():
        raise UsageError(Message("error.nothing_published", folder=str(workspace.marts)))
    marts = Marts(workspace.marts)
    regions = Regions.of(marts)
    found = find_region(regions, region)
    chosen = choose_figures(marts, found["region_code"], figure, year)
    return Trace(
        found,
        FigureTree(marts, regions, found).figures(chosen),
        {row["correction_id"]: row for row in marts.rows("corrections")},
        sorted(marts.rows("verdicts"), key=lambda row: str(row["verdict_id"])),
    )
