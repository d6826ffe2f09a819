"""Turns figures into something that a reader clicks to see what they are made of."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from pipeline.published.figure_marts import figure_marts
from pipeline.published.read_marts import AnyRow, Marts, Regions
from pipeline.published.rows import FigureLineageRow
from pipeline.reporting.citations import Citations
from pipeline.reporting.lineage_records import Records
from pipeline.reporting.markup import Html, render
from pipeline.values.shown import Place, unmarked

# Of regions right below a page's own, pages show figures but not the parts of their formulas.
LINEAGE = (
    "region_code = ? or (list_contains(?, region_code)"
    " and mart != 'headline_variants' and figure_column not in ('numerator', 'denominator'))"
)


@dataclass
class LineageBox:
    """The figures of one page that a reader can click, and what the box says about each.

    Attributes:
        marts: The published marts.
        regions: Those that the page is about, with all above and below them.
        citations: Lineage of the page's figures.
    """

    marts: Marts
    regions: Regions
    citations: Citations
    _shown: dict[tuple[str, str, str], int] = field(default_factory=dict)
    _records: list[tuple[str, AnyRow, str, str]] = field(default_factory=list)

    @classmethod
    def of_region(cls, marts: Marts, regions: Regions, code: str) -> LineageBox:
        """Read the lineage of the figures of a region and of those right below it."""
        lineage = marts.read(FigureLineageRow, LINEAGE, [code, regions.below(code)])
        return cls(marts, regions, Citations(lineage))

    def figure(self, mart: str, row: AnyRow, column: str, text: str, *, reason: str = "") -> Markup:
        """Make a figure, or the words for one that is missing, open the box.

        Args:
            mart: Mart that publishes it, such as ``target_gaps``.
            row: Its row of the mart, with all columns.
            column: The column it stands in, such as ``gap_places_net``; where it is null, the box
                says why.
            text: What the page shows: the number as ``number`` or ``quantity`` writes it, or
                words or a symbol where it is missing.
            reason: Why it is missing, where neither the row's ``missing_reason`` nor the words
                themselves say so.

        Returns:
            A link to its first document, which the page's script turns into a button; the text
            as it is where mart ``figure_lineage`` does not know the column.
        """
        found = self.citations.of(mart, row, column)
        if row[column] is not None and not found:
            return Markup("{}").format(text)
        identity = (mart, figure_marts()[mart].key(row), column)
        if identity not in self._shown:
            self._shown[identity] = len(self._records)
            self._records.append((mart, row, column, reason or text))
        return render(
            "figure",
            index=self._shown[identity],
            numbers=self.citations.numbers(found),
            is_missing=row[column] is None,
            marks=_marks(row, column, found),
            text=text,
        )

    def data(self) -> Html | None:
        """What the box says about every figure that was shown; belongs at the end of a page."""
        if not self._records:
            return None
        return render("figures", data=_json(self._told()))

    def _told(self) -> dict[str, Any]:
        records = Records(self.marts, self.regions, self.citations)
        # a script is no place for markup; each record says where its figure stands
        with unmarked():
            figures = [
                records.figure(mart, row, column, _text(reason))
                | {"of": str(Place(mart, column, tuple(row[part] for part in _grain(mart))))}
                for mart, row, column, reason in self._records
            ]
            return {
                "figures": figures,
                "inputs": records.inputs(),
                "documents": records.documents(),
            }


def _marks(row: AnyRow, column: str, lineage: list[FigureLineageRow]) -> list[str]:
    """Codes of the symbols that stand beside a figure."""
    # residents and children of a year have a basis of their own
    basis = row.get({"children_under_3": "children_basis"}.get(column, "basis"))
    is_estimated = row[column] is not None and basis == "modelled"
    is_revised = any(line["correction_id"] for line in lineage)
    flags = {"revised": is_revised, "estimated": is_estimated}
    return [symbol for symbol, is_set in flags.items() if is_set]


def _text(words: str) -> str:
    return words.striptags() if isinstance(words, Markup) else words


def _grain(mart: str) -> tuple[str, ...]:
    return figure_marts()[mart].grain


def _json(content: dict[str, Any]) -> Markup:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    # inside a script element only "<" can do harm
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704
