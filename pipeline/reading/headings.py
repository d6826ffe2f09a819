"""What is known of the columns of a table once its header was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.contracts import Unit
from pipeline.core.messages import Message

REGION_NAME, FACILITY_NAME = "region_name", "facility_name"
NAMING = (REGION_NAME, "region_code", FACILITY_NAME)  # columns that say what a row is about
NOTE_COLUMN = "note"
NO_FIGURE = ("row_no", NOTE_COLUMN, "locator")  # columns from which no figure follows


@dataclass(frozen=True)
class Heading:
    """A column of the file that is loaded.

    Attributes:
        label: As issued; the parts of a header of several rows are joined by ``/``.
        column: The contract's column that it stands for.
        letter: Letter of the column in the sheet.
        unit: Unit that the label gives; None when it gives none.
        names: Of a column that becomes rows: what names them, one value a column of ``names_to``.
    """

    label: str
    column: str
    letter: str
    unit: Unit | None = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Header:
    """The header of a table.

    Attributes:
        rows: Its rows, counted from 0.
        labels: Label of every column, by its place on the sheet; one without a label that holds
            something bears its letter.
        headings: The columns that are loaded, by their place on the sheet.
        unpivoted: Columns of years or categories that become rows.
        names_to: Columns of the contract that tell those rows apart; empty where there are none.
        detected: What was found out about columns that are not loaded, and about totals.
        conditions: Places of the columns by which the entry says which rows are meant, by label.
        unneeded: Labels that nobody knows and that the entry ignores, from left to right.
    """

    rows: range
    labels: dict[int, str]
    headings: dict[int, Heading]
    unpivoted: dict[int, Heading]
    names_to: tuple[str, ...] = ()
    detected: tuple[Message, ...] = ()
    conditions: Mapping[str, int] = field(default_factory=dict)
    unneeded: tuple[str, ...] = ()

    def filled_columns(self, sections: str | None) -> set[str]:
        """Columns of the contract that the file fills, that of its sections included."""
        own = {heading.column for heading in self.loaded} | set(self.names_to)
        return own | {sections} if sections else own

    @property
    def loaded(self) -> list[Heading]:
        """Headings and unpivoted columns, from left to right."""
        both = self.headings | self.unpivoted
        return [both[index] for index in sorted(both)]
