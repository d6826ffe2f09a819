"""Loads the contracts, their shared columns, the vocabularies and the indicators."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from ruamel.yaml import YAML

from pipeline.contracts.header_labels import normalise_label
from pipeline.contracts.plausible_bounds import PlausibleBound, read_plausible_bounds
from pipeline.contracts.units import UNIT_NOUNS, words_of
from pipeline.core.messages import Message

ColumnType = Literal[
    "text", "code", "integer", "number", "year", "date", "term", "flag", "document", "unit"
]

CONTRACTS_FOLDER = Path(__file__).parent
SHARED_FILES = {
    "common_columns.yml",
    "vocabularies.yml",
    "indicators.yml",
    "units.yml",
    "counting_scopes.yml",
    "formulas.yml",
    "plausible_bounds.yml",
}
SQL_TYPES: dict[ColumnType, str] = {
    "text": "varchar",
    "code": "varchar",
    "term": "varchar",
    "document": "varchar",
    "unit": "varchar",
    "flag": "boolean",
    "integer": "bigint",
    "year": "integer",
    "date": "date",
    # Six decimals hold every share and rate that documents print; what has more is rounded.
    "number": "decimal(24, 6)",
}


@dataclass(frozen=True)
class Column:
    """One column that a contract accepts.

    Attributes:
        name: English snake_case name, the column's name in schema ``raw``.
        type: How its text is read; see ``SQL_TYPES``.
        labels: Headers by which files name it, besides ``name``.
        required: Whether every row must fill it.
        vocabulary: For ``term`` columns, the closed list that the text must come from.
        default: Value where neither file nor ``constants`` give the column.
        unit: What a number counts; None where a row tells it, and for text.
        unit_in: Column that tells the unit of this one row by row.
        qualifier_in: Column that holds how the issuer hedged the number, if the cell does.
        minimum: Smallest number that is possible, in the column's unit; a row with a smaller one is
            refused. None where every number is possible.
        maximum: Largest number that is possible, likewise.
        maximum_by_unit: Unit of an indicator -> largest number that is possible in it, for a column
            whose unit follows from the indicator of its row.
        measure: What it measures in ``plausible_bounds.yml``; None where its name says so.
        for_all_years: Whether it tells of a whole period, and may stand beside columns of one year.
        optional: Whether a cell that cannot be understood is unknown, and kept as a remark, instead
            of refusing its row. Never so for what decides whether and where a row counts.
        personal: Whether it names or reaches a person; such a column never leaves schema ``raw``.
        description: What it says and what null means.
    """

    name: str
    type: ColumnType
    labels: tuple[str, ...] = ()
    required: bool = False
    vocabulary: str | None = None
    default: str | None = None
    unit: str | None = None
    unit_in: str | None = None
    qualifier_in: str | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    maximum_by_unit: Mapping[str, Decimal] = field(default_factory=dict)
    measure: str | None = None
    for_all_years: bool = False
    optional: bool = False
    personal: bool = False
    description: str = ""

    @property
    def in_words(self) -> Message:
        """How messages call it: in Chinese with its label, which is what senders know."""
        chinese = next((label for label in self.labels if not label.isascii()), None)
        if chinese is None:
            return Message("name.bare", name=self.name)
        return Message("name.titled", title=chinese, name=self.name)

    @property
    def sql_type(self) -> str:
        """DuckDB type of the column in schema ``raw``."""
        return SQL_TYPES[self.type]

    @property
    def is_number(self) -> bool:
        """Whether its cells are counted or measured."""
        return self.type in ("integer", "number")


@dataclass(frozen=True)
class Contract:
    """One kind of dataset.

    Attributes:
        name: Also the table's name in schema ``raw``.
        title: What people call such a file, in Chinese.
        grain: What one row is.
        has_region: Whether rows name a region by ``region_code``, ``region_name`` or both.
        columns: Accepted columns by name, shared ones included.
        one_of: Groups of columns of which a row must fill at least one.
        any_column: Groups of columns of which a file must have at least one.
        key: Columns that tell the rows of a source apart; ``region`` stands for the resolved
            region. Empty where a document may say a thing twice.
        key_without: Column of an id -> columns that tell apart rows without it, beside the key;
            ``numbers`` stands for all that count or measure.
        as_of: Column of the day that a whole file may be about.
    """

    name: str
    title: str
    grain: str
    has_region: bool
    columns: dict[str, Column]
    one_of: tuple[tuple[str, ...], ...] = ()
    any_column: tuple[tuple[str, ...], ...] = ()
    key: tuple[str, ...] = ()
    key_without: dict[str, tuple[str, ...]] = field(default_factory=dict)
    as_of: str | None = None
    _by_label: dict[str, str] = field(default_factory=dict, repr=False)

    def column_for(self, label: str) -> str | None:
        """Name of the column that a header label stands for, or None when it is unknown."""
        return self._by_label.get(normalise_label(label))

    @property
    def in_words(self) -> Message:
        """How messages call it: in Chinese with its title, which is what senders know."""
        return Message("name.titled", title=self.title, name=self.name)

    @property
    def columns_in_words(self) -> list[Message]:
        """All its columns, as messages list them."""
        return [column.in_words for _, column in sorted(self.columns.items())]

    @property
    def numbers(self) -> tuple[str, ...]:
        """Names of the columns that count or measure something."""
        return tuple(column.name for column in self.columns.values() if column.unit)

    @property
    def value_columns(self) -> list[Column]:
        """All columns but the two that name the region."""
        return [c for c in self.columns.values() if not (self.has_region and c.name in REGION)]


@dataclass(frozen=True)
class Contracts:
    """All contracts, with the closed lists that their columns refer to.

    Attributes:
        by_name: Contract by name.
        vocabularies: Vocabulary name -> word as files write it -> our code.
        indicators: Indicator code -> its definition, as in ``indicators.yml``.
        units: Unit code -> every way to write it -> factor that turns it into the unit.
        counting_scopes: Name of a scope -> its definition, as in ``counting_scopes.yml``, the
            narrowest first.
        plausible_bounds: What a figure can be, a bound per measure and level of region.
    """

    by_name: dict[str, Contract]
    vocabularies: dict[str, dict[str, str]]
    indicators: dict[str, dict[str, Any]]
    units: dict[str, dict[str, Decimal]]
    counting_scopes: dict[str, dict[str, Any]]
    plausible_bounds: tuple[PlausibleBound, ...] = ()

    @cached_property
    def unit_words(self) -> frozenset[str]:
        """Every way to write a unit, folded by ``normalise_label``."""
        return frozenset(word for words in self.units.values() for word in words)

    @cached_property
    def known_words(self) -> frozenset[str]:
        """Labels and words that files of these kinds are likely to hold."""
        columns = [c for contract in self.by_name.values() for c in contract.columns.values()]
        labels = {label for column in columns for label in column.labels}
        return frozenset(labels.union(*self.vocabularies.values()))

    def main_words(self, vocabulary: str) -> list[str]:
        """The word of a closed list by which messages call each of its codes."""
        words: dict[str, str] = {}
        for word, code in self.vocabularies[vocabulary].items():
            if word != normalise_label(code):
                words.setdefault(code, word)
        return list(words.values())


REGION = ("region_code", "region_name")


@functools.cache
def load_contracts(folder: Path = CONTRACTS_FOLDER) -> Contracts:
    """Load every contract of a folder.

    Args:
        folder: Holds ``common_columns.yml``, ``vocabularies.yml``, ``indicators.yml``,
            ``counting_scopes.yml``, ``plausible_bounds.yml`` and one further YAML file per
            contract; units are always those of this package.

    Returns:
        The contracts with the shared columns added.

    Raises:
        ValueError: Two columns of one contract share a label, or a bound is none.
    """
    yaml = YAML(typ="safe")
    shared = yaml.load(folder / "common_columns.yml")
    indicators: dict[str, dict[str, Any]] = yaml.load(folder / "indicators.yml")
    region = {
        name: Column(
            name,
            "text",
            tuple(shared["region"][f"{kind}_labels"]),
            description=shared["region"]["description"],
        )
        for name, kind in zip(REGION, ("code", "name"), strict=True)
    }
    contracts = {}
    for path in sorted(folder.glob("*.yml")):
        if path.name in SHARED_FILES:
            continue
        spec = yaml.load(path)
        columns = dict(region) if spec.get("has_region") else {}
        for name, column in {**spec["columns"], **shared["common"]}.items():
            columns[name] = _read_column(path.name, name, column)
        contracts[spec["contract"]] = Contract(
            name=spec["contract"],
            title=spec["title"],
            grain=spec["grain"],
            has_region=bool(spec.get("has_region")),
            columns=columns,
            one_of=tuple(tuple(group) for group in spec.get("one_of", ())),
            any_column=tuple(tuple(group) for group in spec.get("any_column", ())),
            key=tuple(spec.get("key", ())),
            key_without={
                name: tuple(others) for name, others in spec.get("key_without", {}).items()
            },
            as_of=spec.get("as_of"),
            _by_label=_index_labels(path.name, columns),
        )
    vocabularies = {
        name: {
            normalise_label(word): code for code, words in terms.items() for word in (code, *words)
        }
        for name, terms in yaml.load(folder / "vocabularies.yml").items()
    }
    vocabularies["indicator"] = {
        normalise_label(word): code
        for code, spec in indicators.items()
        for word in (code, spec["label"], *spec.get("labels", ()))
    }
    units = {unit: words_of(unit, nouns) for unit, nouns in UNIT_NOUNS.items()}
    scopes = yaml.load(folder / "counting_scopes.yml")
    levels = tuple(dict.fromkeys(vocabularies["level"].values()))
    bounds = read_plausible_bounds(yaml.load(folder / "plausible_bounds.yml"), levels)
    return Contracts(contracts, vocabularies, indicators, units, scopes, bounds)


def _read_column(file: str, name: str, spec: dict[str, Any]) -> Column:
    given = {**spec, "labels": tuple(spec.get("labels", ()))}
    for bound in ("minimum", "maximum"):
        if bound in spec:
            given[bound] = Decimal(str(spec[bound]))
    given["maximum_by_unit"] = {
        unit: Decimal(str(bound)) for unit, bound in spec.get("maximum_by_unit", {}).items()
    }
    column = Column(name=name, **given)
    bounds = [column.minimum, column.maximum, *column.maximum_by_unit.values()]
    has_bounds = any(bound is not None for bound in bounds)
    if has_bounds and not column.is_number:
        msg = f"{file}: column {name!r} has a bound, and is no number"
        raise ValueError(msg)
    if column.maximum_by_unit and column.unit_in is None:
        msg = f"{file}: column {name!r} has a bound by unit, and no indicator tells its unit"
        raise ValueError(msg)
    return column


def _index_labels(file: str, columns: dict[str, Column]) -> dict[str, str]:
    index: dict[str, str] = {}
    for column in columns.values():
        for label in (column.name, *column.labels):
            other = index.setdefault(normalise_label(label), column.name)
            if other != column.name:
                msg = f"{file}: label {label!r} stands for both {other!r} and {column.name!r}"
                raise ValueError(msg)
    return index
