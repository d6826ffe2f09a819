"""One table to read, with all that its dossier and its contract say about it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from pipeline.contracts import Column, Contract, Contracts, Unit, normalise_label
from pipeline.contracts.header_labels import is_total_label
from pipeline.contracts.unit_statements import bare_unit
from pipeline.contracts.units import split_label
from pipeline.core.inputs import checksum
from pipeline.dossier_files.sources_file import SourceEntry

# Marks of forms around a label: 机构名称(必填), *地区, 托位数（选填）.
_FORM_MARKS = re.compile(
    r"^[*\uff0a\u2605\u2606]+\s*|\s*(?:[*\uff0a\u2605\u2606]+|[(\uff08][必选選][填项項][)\uff09])+$"
)
PARENT_REGION = "parent_region_code"
IGNORE = "ignore"
ROSTER = "facility_roster"


@dataclass(frozen=True)
class Meaning:
    """What a header label stands for.

    Attributes:
        column: Column of the contract, or ``ignore``.
        unit: Unit that the label itself gives; None when it gives none.
    """

    column: str
    unit: Unit | None = None


@dataclass(frozen=True)
class Wide:
    """What a header label stands for whose column becomes rows.

    Attributes:
        names: Values of the columns that name the row, such as a year.
        meaning: What its cells are.
        declared: What of ``unpivot: columns`` names it; None where the label itself tells.
    """

    names: tuple[str, ...]
    meaning: Meaning
    declared: str | None = None


# A year above or below a measure, or before it: 2024年/常住人口, 常住人口/2024, 2024年常住人口.
_YEAR = "(?:19|20)[0-9]{2}"
_YEAR_LEVEL = re.compile(f"{_YEAR}(?:年[度末底]?)?")
_YEAR_BEFORE = re.compile(f"({_YEAR}年[度末底]?)(.+)")


@dataclass(frozen=True)
class Source:
    """One table to read.

    Attributes:
        entry: The entry of ``sources.yml``.
        dossier: The dossier's id.
        fictional: Whether the dossier is invented; such data never meets real data.
        path: The file, below ``raw/``.
        contract: What the table holds.
        contracts: All contracts, with the words and units that columns refer to.
        documents: Ids of the documents that the dossier declares.
        corrected_cells: Column, row and letter of each cell with a number that may be impossible
            and that a correction replaces, so that the row is not refused for it. The letter is
            None but for unpivoted columns; of a merged cell only the first row is named.
        named_day: Last day of the time that the file's name tells, where the entry says so.
    """

    entry: SourceEntry
    dossier: str
    fictional: bool
    path: Path
    contract: Contract
    contracts: Contracts
    documents: frozenset[str] = frozenset()
    corrected_cells: frozenset[tuple[str, int, str | None]] = frozenset()
    named_day: str | None = None

    @property
    def id(self) -> str:
        """Unique among all dossiers."""
        return self.entry.id

    @property
    def file(self) -> str:
        """Path as reports show it: dossier and file."""
        return f"{self.dossier}/{self.entry.file}"

    @cached_property
    def sha256(self) -> str:
        """Checksum of the file, as it was when this was first asked."""
        return checksum(self.path)

    def day_of_file(self, in_file: Collection[str]) -> str | None:
        """Day that the whole file is about; None where its rows or a constant tell the day.

        Args:
            in_file: Columns of the contract that the file has.
        """
        name = self.contract.as_of
        if self.entry.as_of is not None or name is None:
            return self.entry.as_of
        dated = next((group for group in self.contract.one_of if name in group), (name,))
        told = {*in_file, *self.entry.constants}
        return None if told & set(dated) else self.named_day

    def meaning_of(self, label: str) -> Meaning | None:
        """What a header label stands for; None when it is unknown.

        ``sources.yml`` wins over the contract. The label of a header of several rows is joined by
        ``/``; its last part alone is enough. A unit in brackets, 常住人口(万人), belongs to the
        label where it is a unit of the column; marks by which forms say what must be filled in do
        not matter.
        """
        label = _FORM_MARKS.sub("", label) or label
        head, _, tail = label.rpartition("/")
        column = self._column_of(head.rpartition("/")[2]) if head else None
        if column and column != IGNORE and self._column_of(tail) is None:
            factor = self.factor_of(tail, self.contract.columns[column])
            if factor is not None:  # 常住人口/万人
                return Meaning(column, Unit(tail, factor, "header"))
        for candidate in (label, tail):
            column = self._column_of(candidate)
            if column:
                return Meaning(column)
            bare, unit = split_label(candidate)
            column = self._column_of(bare) if unit else None
            if column == IGNORE:
                return Meaning(IGNORE)
            if column and unit:
                factor = self.factor_of(unit, self.contract.columns[column])
                if factor is not None:
                    return Meaning(column, Unit(unit, factor, "header"))
        if head and is_total_label(tail):
            above = self.meaning_of(head.rpartition("/")[2])
            if above and above.column != IGNORE and self.contract.columns[above.column].is_number:
                return above  # 托位数/小计
        return None

    def unpivoted(self, label: str) -> Wide | None:
        """What ``unpivot`` says of a column; None where it does not name it."""
        unpivot = self.entry.unpivot
        if unpivot is None:
            return None
        wanted = {normalise_label(declared): declared for declared in unpivot.columns}
        levels = len(unpivot.names_to)
        parts = tuple(label.split("/")[-levels:])
        if len(parts) < levels:
            return None
        # Of several levels each alone may be meant, but a total is not one of its categories.
        alone = () if levels > 1 and is_total_label(parts[-1]) else parts
        for named in (label, "/".join(parts), *alone):
            declared = wanted.get(normalise_label(named))
            if declared is not None:
                meaning = Meaning(unpivot.values_to, self.unit_in(label, unpivot.values_to))
                return Wide((named,) if levels == 1 else parts, meaning, declared)
        return None

    def measure_of_a_year(self, label: str) -> Wide | None:
        """The measure and the year that a label names together; None for any other label."""
        parts = label.split("/")
        years = [part for part in parts if _YEAR_LEVEL.fullmatch(part)]
        rest = [part for part in parts if not _YEAR_LEVEL.fullmatch(part)]
        before = _YEAR_BEFORE.fullmatch(parts[-1])
        if not years and before:
            years, rest = [before[1]], [*parts[:-1], before[2]]
        if len(years) != 1 or not rest:
            return None
        meaning = self.meaning_of("/".join(rest))
        column = self.contract.columns.get(meaning.column) if meaning else None
        if meaning is None or column is None or not column.is_number:
            return None
        return Wide((years[0],), meaning)

    @cached_property
    def year_column(self) -> str | None:
        """Column of the year where neither the entry nor ``unpivot`` gives a time; else None."""
        years = [column.name for column in self.contract.columns.values() if column.type == "year"]
        dates = {c.name for c in self.contract.columns.values() if c.type == "date"}
        entry = self.entry
        given = {*entry.constants, entry.read.sections}
        is_given = entry.unpivot or entry.as_of or {*years, *dates} & given
        return years[0] if len(years) == 1 and not is_given else None

    def column_at(self, letter: str) -> str | None:
        """What ``sources.yml`` says of a column without a label, which it calls by its letter."""
        return self._own_columns.get(normalise_label(letter))

    def unit_in(self, label: str, name: str) -> Unit | None:
        """Unit that a part of a label gives, in brackets or alone: 人口(万人), 万人/2023年."""
        column = self.contract.columns.get(name)
        for part in reversed(label.split("/")):
            unit = split_label(part)[1] or bare_unit(part, self.contracts.unit_words)
            factor = self.factor_of(unit, column) if unit and column else None
            if unit and factor is not None:
                return Unit(unit, factor, "header")
        return None

    def factor_of(self, unit: str, column: Column) -> Decimal | None:
        """Factor that turns a unit as written into the column's own; None where it does not fit."""
        return self.contracts.units.get(column.unit or "", {}).get(normalise_label(unit))

    def words_of(self, column: Column) -> dict[str, str]:
        """Words of a column's closed list, those of ``sources.yml`` included, and their codes."""
        known = self.contracts.vocabularies[column.vocabulary or ""]
        codes = set(known.values())
        return known | {word: code for word, code in self.own_words.items() if code in codes}

    @cached_property
    def own_words(self) -> dict[str, str]:
        """Words that ``sources.yml`` explains, folded as cells are, and what they stand for."""
        return {normalise_label(word): code for word, code in self.entry.terms.items()}

    def _column_of(self, label: str) -> str | None:
        folded = normalise_label(label)
        known = self._own_columns.get(folded) or self.contract.column_for(label)
        return known or (IGNORE if folded in self._conditions else None)

    @cached_property
    def _conditions(self) -> set[str]:
        """Labels of columns that choose rows; such a column need not be one of the contract."""
        return {normalise_label(label) for label in self.entry.where}

    @cached_property
    def _own_columns(self) -> dict[str, str]:
        return {
            # a column that the contract does not have is told as such, and not once more here
            normalise_label(label): column if column in self.contract.columns else IGNORE
            for label, column in self.entry.columns.items()
        }
