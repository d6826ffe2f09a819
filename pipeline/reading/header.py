"""Names the columns of a table: which column of the contract each header label stands for."""

from __future__ import annotations

import re

import pyarrow as pa

from pipeline.contracts import Column, Unit, normalise_label
from pipeline.contracts.header_labels import is_total_label
from pipeline.core.errors import Problem
from pipeline.core.messages import Message, Text
from pipeline.dossier_files.source import IGNORE, Source, Wide
from pipeline.reading import header_problems, running_numbers, total_columns
from pipeline.reading.grid import Grid, column_letter
from pipeline.reading.headings import Header, Heading
from pipeline.reading.table_search import HEADER_SEARCH_ROWS, Place, join_labels

MOST_NAMED = 10  # rows that a note names


def read_header(
    grid: Grid, place: Place, source: Source, where: Text
) -> tuple[Header | None, list[Problem]]:
    """Say what the columns of a table are.

    Args:
        grid: The sheet.
        place: Where the table stands on it.
        source: Knows which labels stand for which columns.
        where: How messages call the sheet.

    Returns:
        The header, and everything that is wrong with it: unknown, doubled, missing and unlabelled
        columns. None in place of a header that lacks columns, since the rest cannot be judged then.
    """
    found = _HeaderReading(grid, place, source, where)
    found.name_labelled_columns()
    found.judge_unknown_labels()
    found.name_unlabelled_columns()
    found.check_totals()
    return found.result()


class _HeaderReading:
    """What is found out of a header, column by column, with all that is wrong with it."""

    def __init__(self, grid: Grid, place: Place, source: Source, where: Text) -> None:
        self.grid, self.place, self.source, self.where = grid, place, source, where
        rows = grid.rows(place.header.start, place.header.stop)
        self.labels = _number_repetitions(join_labels(grid, place.header, place.columns, rows))
        self.headings: dict[int, Heading] = {}
        self.unpivoted: dict[int, Heading] = {}
        self.names_to: tuple[str, ...] = ()
        self.declared: set[str] = set()
        self.unknown: list[int] = []
        self.unneeded: dict[int, str] = {}
        self.detected: list[Message] = []
        self.problems: list[Problem] = []

    def name_labelled_columns(self) -> None:
        """Say what the labels stand for."""
        source = self.source
        wide = self._columns_of_rows()
        self.declared = {each.declared for each in wide.values() if each.declared}
        for index, label in self.labels.items():
            if index in wide:
                self._unpivot(index, label, wide[index])
                continue
            meaning = source.meaning_of(label) or source.meaning_of(_without_number(label))
            if meaning is None:
                self.unknown.append(index)
            else:
                unit = meaning.unit or source.unit_in(label, meaning.column)
                self._name(index, label, meaning.column, unit)

    def _columns_of_rows(self) -> dict[int, Wide]:
        """Columns that become rows: those of ``unpivot``, or measures that have years of their own.

        The latter only where nothing else tells the year; a measure beside them that has none is
        told by ``result``.
        """
        source = self.source
        if source.entry.unpivot:
            self.names_to = tuple(source.entry.unpivot.names_to)
            found = {
                # of several levels a repetition is no new label: it is a second column
                index: source.unpivoted(_without_number(label) if self.names_to[1:] else label)
                for index, label in self.labels.items()
            }
            return {index: wide for index, wide in found.items() if wide}
        if source.year_column is None:
            return {}
        found = {
            index: source.measure_of_a_year(_without_number(label))
            for index, label in self.labels.items()
        }
        columns = source.contract.columns
        for index, label in self.labels.items():
            meaning = None if found[index] else source.meaning_of(label)
            other = columns.get(meaning.column) if meaning else None
            if other and other.type in ("year", "date"):
                return {}
        self.names_to = (source.year_column,)
        return {index: wide for index, wide in found.items() if wide}

    def _unpivot(self, index: int, label: str, wide: Wide) -> None:
        column = wide.meaning.column
        for other in self.unpivoted.values():
            if (other.column, other.names) == (column, wide.names):
                words = self.source.contract.columns[column].in_words
                cell = self._cell(index)
                problem = header_problems.second_column(cell, label, other.label, words)
                self.problems.append(problem)
                return
        unit = wide.meaning.unit or self.source.unit_in(label, column)
        shown = wide.names[0] if self.source.entry.unpivot and len(wide.names) == 1 else label
        self.unpivoted[index] = Heading(shown, column, column_letter(index), unit, wide.names)

    def judge_unknown_labels(self) -> None:
        """Leave out totals of other columns; any other label is known, or of the rest."""
        loaded = self.headings | self.unpivoted
        for index in self.unknown:
            label = self.labels[index]
            parts = total_columns.find_parts(
                self.grid, self.place, index, self.labels, loaded, self.source
            )
            if parts:
                names = [self.labels[part] for part in parts]
                letter = column_letter(index)
                self.detected.append(
                    Message("note.total_column", letter=letter, label=label, parts=names)
                )
            elif self.source.entry.ignore:
                self.unneeded[index] = label
            else:
                problem = header_problems.unknown_label(self._cell(index), label, self.source)
                self.problems.append(problem)

    def check_totals(self) -> None:
        """Hold totals that are loaded, 托位数/小计, against their parts."""
        for index, heading in self.headings.items():
            last = heading.label.rpartition("/")[2]
            if "/" not in heading.label or not is_total_label(last):
                continue
            parts = total_columns.find_group(index, self.labels, self.headings, self.source)
            rows = total_columns.find_rows_that_differ(self.grid, self.place, index, parts)
            if len(parts) > 1 and rows:
                self.detected.append(
                    Message(
                        "note.other_total",
                        label=heading.label,
                        parts=[self.labels[part].rpartition("/")[2] for part in parts],
                        rows=[self.grid.number_of(row) for row in rows[:MOST_NAMED]],
                    )
                )

    def name_unlabelled_columns(self) -> None:
        """Say what columns without a label hold; they bear their letters."""
        bare = self._unlabelled_columns()
        named = {normalise_label(label) for label in self.labels.values()}
        for index in bare:
            letter = column_letter(index)
            is_label = normalise_label(letter) in named
            column = None if is_label else self.source.column_at(letter)
            if column is not None:
                self._name(index, letter, column, None)
            elif running_numbers.are_in(
                self.grid, self.place, index, bare, self.headings, self.source
            ):
                self.detected.append(Message("note.running", letter=letter))
            else:
                first = next(text for text in self._body(index).to_pylist() if text)
                self.problems.append(header_problems.no_label(self._cell(index), first, letter))
        self.labels |= {index: column_letter(index) for index in bare}

    def result(self) -> tuple[Header | None, list[Problem]]:
        """The header, or None where columns are missing, and all problems."""
        source, unpivot = self.source, self.source.entry.unpivot
        problems = list(self.problems)
        if unpivot:
            problems += [
                header_problems.no_such_column(self.where, label, list(self.labels.values()))
                for label in unpivot.columns
                if label not in self.declared
            ]
        conditions, found = self._find_conditions()
        problems += found
        header = Header(
            self.place.header,
            dict(sorted(self.labels.items())),
            self.headings,
            self.unpivoted,
            self.names_to if self.unpivoted else (),
            tuple(self.detected),
            conditions,
            tuple(self.unneeded.values()),
        )
        missing = header_problems.missing_columns(header, self.grid, self.place, self.where, source)
        for index, label in self.unneeded.items():
            cell = self._cell(index)
            if missing:
                problems.append(header_problems.unknown_label(cell, label, source))
            else:
                problems += header_problems.needed_perhaps(cell, label, header, source)
        problems += missing
        problems += header_problems.unmatched_keys(header, self.where, source)
        problems += self._measures_beside_years()
        return (None if missing else header), problems

    def _find_conditions(self) -> tuple[dict[str, int], list[Problem]]:
        """Columns by which the entry says which rows are meant.

        Its label means a column as a whole, by its last part, or as that of the contract.
        """
        folded = {index: normalise_label(label) for index, label in self.labels.items()}
        conditions: dict[str, int] = {}
        problems = []
        for label in self.source.entry.where:
            wanted = normalise_label(label)
            whole = [index for index, known in folded.items() if known == wanted]
            last = [i for i, known in folded.items() if known.rpartition("/")[2] == wanted]
            own = [index for index, heading in self.headings.items() if heading.column == label]
            found = whole or last or own
            if len(found) == 1:
                conditions[label] = found[0]
            else:
                several = [self.labels[index] for index in found]
                labels = self.labels.values()
                problem = header_problems.no_condition(self.where, label, several, labels)
                problems.append(problem)
        return conditions, problems

    def _measures_beside_years(self) -> list[Problem]:
        """Measures without a year would stand beside every year, and belong to none of them."""
        columns = self.source.contract.columns
        if not any(columns[n].type in ("year", "date") for n in self.names_to if n in columns):
            return []
        return [
            header_problems.measure_without_year(self._cell(index), heading.label)
            for index, heading in self.headings.items()
            if self.unpivoted and _is_of_a_year(columns[heading.column])
        ]

    def _name(self, index: int, label: str, column: str, unit: Unit | None) -> None:
        taken = {heading.column: heading.label for heading in self.headings.values()}
        if column in taken:
            words = self.source.contract.columns[column].in_words
            cell = self._cell(index)
            problem = header_problems.second_column(cell, label, taken[column], words)
            self.problems.append(problem)
        elif column != IGNORE:
            self.headings[index] = Heading(label, column, column_letter(index), unit)

    def _cell(self, index: int) -> Message:
        address = f"{column_letter(index)}{self.grid.number_of(self.place.header.stop - 1)}"
        return Message("place.cell", where=self.where, cell=address)

    def _unlabelled_columns(self) -> list[int]:
        """Columns that hold something below a header cell that is blank."""
        last = max(self.labels, default=-1)
        found = []
        for index in self.place.columns:
            body = self._body(index)
            filled = len(body) - body.null_count
            # A few rows longer than the header are at fault themselves, and not the header.
            rows_are_longer = (
                self.grid.widths is not None and index > last and filled * 2 <= len(body)
            )
            is_named = self.source.column_at(column_letter(index)) is not None
            if index not in self.labels and filled and (is_named or not rows_are_longer):
                found.append(index)
        return found

    def _body(self, index: int) -> pa.ChunkedArray:
        """The first cells of a column; rows below are judged one by one, in any file."""
        start = self.place.header.stop
        height = min(self.place.stop - start, HEADER_SEARCH_ROWS)
        return self.grid.cells.column(index).slice(start, height)


def _number_repetitions(labels: dict[int, str]) -> dict[int, str]:
    """Tell columns of one label apart: the second 人数 is called 人数 (2), and so on."""
    seen: dict[str, int] = {}
    numbered = {}
    for index, label in labels.items():
        seen[label] = seen.get(label, 0) + 1
        numbered[index] = label if seen[label] == 1 else f"{label} ({seen[label]})"
    return numbered


def _is_of_a_year(column: Column) -> bool:
    """Whether a number tells of one time alone."""
    is_measure = column.is_number and (column.unit or column.unit_in) is not None
    return is_measure and not column.for_all_years


def _without_number(label: str) -> str:
    return re.sub(r" \(\d+\)$", "", label)
