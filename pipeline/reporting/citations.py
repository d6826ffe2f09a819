"""Numbers the documents behind a page, so that every figure can point to its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from pipeline.published.figure_marts import figure_marts
from pipeline.published.read_marts import AnyRow
from pipeline.published.rows import FigureLineageRow, SourceFiguresRow
from pipeline.reporting.markup import inline
from pipeline.wording.formatting import quoted
from pipeline.wording.labels import label
from pipeline.wording.texts import join, say

# What points to a document: an input of a figure, or a claim.
Cited = FigureLineageRow | SourceFiguresRow


@dataclass(frozen=True)
class Document:
    """A document of the page's list of sources.

    Attributes:
        title: Its title.
        number: Its number, or words that say that it has none.
        issuer: Who issued it.
        grade: A, B or C.
        grade_words: What the grade means.
        files: File and first characters of its checksum.
    """

    title: str
    number: str
    issuer: str
    grade: str
    grade_words: str
    files: list[str]


def documents_of(row: Cited) -> list[dict[str, str]]:
    """Documents behind a lineage row: one for a cell, several for a count from several lists."""
    columns = {
        "document_id": row["document_id"],
        "document_title": row["document_title"],
        "document_number": row["document_number"],
        "issuer": row["issuer"],
    }
    parts = [(value or "").split("; ") for value in columns.values()]
    if len({len(part) for part in parts}) != 1:  # a semicolon in the title of the only document
        parts = [[value or ""] for value in columns.values()]
    return [dict(zip(columns, values, strict=True)) for values in zip(*parts, strict=True)]


def files_of(row: Cited) -> list[tuple[str, str]]:
    """File and source behind a lineage row, several for a count from several lists."""
    files, sources = row["source_file"].split("; "), row["source_id"].split("; ")
    return list(zip(files, sources, strict=True))


def corrections_of(row: Cited) -> list[str]:
    """Corrections behind a lineage row, several for a count with several corrected cells."""
    return row["correction_id"].split("; ") if row["correction_id"] else []


@dataclass
class Citations:
    """The lineage of the figures of one page.

    Documents are numbered in the order in which the page comes to them, so that whatever lists
    them belongs at its end.

    Attributes:
        lineage: Rows of mart ``figure_lineage``.
        used: Rows that the page has pointed to so far, by claim; also of mart ``source_figures``,
            where the page shows a figure that none is made from.
    """

    lineage: list[FigureLineageRow]
    used: dict[str, Cited] = field(default_factory=dict)
    _numbers: dict[str, int] = field(default_factory=dict)
    _by_figure: dict[tuple[str, str, str], list[FigureLineageRow]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Find the cells of each figure once."""
        for row in self.lineage:
            figure = (row["mart"], row["figure_key"], row["figure_column"])
            self._by_figure.setdefault(figure, []).append(row)

    def numbers(self, rows: Sequence[Cited]) -> list[int]:
        """Numbers of the documents behind lineage rows, which count as used from now on."""
        found = set()
        for row in rows:
            self.used.setdefault(row["claim_id"], row)
            for document in documents_of(row):
                found.add(self._numbers.setdefault(document["document_id"], len(self._numbers) + 1))
        return sorted(found)

    def number_of(self, document_id: str) -> int:
        """Number of a document that the page has pointed to."""
        return self._numbers[document_id]

    def of(self, mart: str, row: AnyRow, *columns: str) -> list[FigureLineageRow]:
        """Lineage of some figures of a mart's row."""
        key = figure_marts()[mart].key(row)
        return [
            found for column in columns for found in self._by_figure.get((mart, key, column), [])
        ]

    def mark(self, rows: Sequence[Cited]) -> Markup:
        """Numbers of the documents behind lineage rows, as links to the list of sources."""
        numbers = self.numbers(rows)
        link = Markup('<a href="#source-{0}">[{0}]</a>')
        links = Markup("").join(link.format(number) for number in numbers)
        return Markup('\u2060<sup class="cite">{}</sup>').format(links) if numbers else Markup("")

    def cite(self, mart: str, row: AnyRow, *columns: str) -> Markup:
        """Point from figures of a mart's row to their documents."""
        return self.mark(self.of(mart, row, *columns))

    def titles(self, rows: Sequence[Cited]) -> str:
        """Titles of the documents behind lineage rows with their numbers, in one line of text."""
        self.numbers(rows)
        found = {
            self._numbers[document["document_id"]]: document["document_title"]
            for row in rows
            for document in documents_of(row)
        }
        return join(
            "titles", [inline(quoted(found[number]), f"[{number}]") for number in sorted(found)]
        )

    def documents(
        self, checksums: dict[str, str], document_of: Mapping[str, str | None]
    ) -> list[Document]:
        """Every document that the page has pointed to, in the order of their numbers.

        Args:
            checksums: Short sha256 by source.
            document_of: Document that the file of a source holds, by source.
        """
        described: dict[str, dict[str, Any]] = {}
        for row in self.used.values():
            documents = documents_of(row)
            for document in documents:
                key = document["document_id"]
                entry = described.setdefault(key, {"row": document | {"grade": row["grade"]}})
                entry.setdefault("files", set()).update(
                    f"{file}(sha256 {checksums[source]})"
                    for file, source in files_of(row)
                    # a count from several lists has a document of each
                    if len(documents) == 1 or document_of[source] == key
                )
        return [
            Document(
                title=described[document]["row"]["document_title"],
                number=described[document]["row"]["document_number"] or say("provenance.no_number"),
                issuer=described[document]["row"]["issuer"],
                grade=described[document]["row"]["grade"],
                grade_words=label("grade", described[document]["row"]["grade"]),
                files=sorted(described[document]["files"]),
            )
            for document in self._numbers
        ]
