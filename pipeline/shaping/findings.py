"""Why a row is refused: a code with parameters, and the SQL that finds it in one row.

The words for each code, in Chinese and English, stand in ``pipeline/core/messages.yml``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pipeline.contracts import Column, Contract, Contracts
from pipeline.contracts.loader import ColumnType
from pipeline.contracts.plausible_bounds import PlausibleBound
from pipeline.core.sql import literal

RefusalCode = Literal[
    "above_maximum",
    "ambiguous_region_name",
    "below_minimum",
    "blank",
    "code_and_name_disagree",
    "impossible_for_level",
    "impossible_share",
    "impossible_table",
    "code_became_a_number",
    "doubtful_row",
    "no_cell_of_several_filled",
    "no_region",
    "not_a_date",
    "not_a_number",
    "not_a_whole_number",
    "not_a_year",
    "not_yes_or_no",
    "ragged_row",
    "range_instead_of_number",
    "reads_two_ways",
    "region_outside_source",
    "repeated_row",
    "rows_differ_in_ignored_columns",
    "rows_with_one_key_differ",
    "two_scaled_units",
    "undeclared_document",
    "undecodable_bytes",
    "unexplained_wide_row",
    "unit_not_of_column",
    "unit_not_of_indicator",
    "unknown_indicator",
    "unknown_region_code",
    "unknown_region_name",
    "unknown_word",
]


@dataclass(frozen=True)
class Refusal:
    """Why a row is refused.

    Attributes:
        code: Names the rule, and leads to the words for reason and next step.
        parameters: What these words name beside the cell, such as a bound, as a JSON object: texts,
            and lists of texts.
    """

    code: RefusalCode
    parameters: str = "{}"


def _refusal(code: RefusalCode, **parameters: str | list[str]) -> Refusal:
    return Refusal(code, json.dumps(parameters, ensure_ascii=False, sort_keys=True))


UNREADABLE: dict[ColumnType, Refusal] = {
    "code": Refusal("code_became_a_number"),
    "integer": Refusal("not_a_whole_number"),
    "number": Refusal("not_a_number"),
    "year": Refusal("not_a_year"),
    "date": Refusal("not_a_date"),
    "document": Refusal("undeclared_document"),
}
UNIT_NOT_OF_INDICATOR = Refusal("unit_not_of_indicator")
UNIT_NOT_OF_COLUMN = Refusal("unit_not_of_column")
READS_TWO_WAYS = Refusal("reads_two_ways")
TWO_SCALED_UNITS = Refusal("two_scaled_units")
RANGE_INSTEAD_OF_NUMBER = Refusal("range_instead_of_number")
UNDECODABLE_BYTES = Refusal("undecodable_bytes")
UNEXPLAINED_WIDE_ROW = Refusal("unexplained_wide_row")
ROWS_WITH_ONE_KEY_DIFFER = Refusal("rows_with_one_key_differ")
REPEATED_ROW = Refusal("repeated_row")
BLANK = Refusal("blank")
NO_REGION = Refusal("no_region")
UNKNOWN_REGION_CODE = Refusal("unknown_region_code")
UNKNOWN_REGION_NAME = Refusal("unknown_region_name")
AMBIGUOUS_REGION_NAME = Refusal("ambiguous_region_name")
REGION_OUTSIDE_SOURCE = Refusal("region_outside_source")
IMPOSSIBLE_FOR_LEVEL = Refusal("impossible_for_level")
IMPOSSIBLE_TABLE = Refusal("impossible_table")
CODE_AND_NAME_DISAGREE = Refusal("code_and_name_disagree")


def rows_differ_in_ignored_columns(labels: list[str]) -> Refusal:
    """Why rows of one key are refused that columns which the entry ignores tell apart."""
    return _refusal("rows_differ_in_ignored_columns", labels=labels)


def unreadable(column: Column, contracts: Contracts, text: str) -> Refusal:
    """Why a text is refused that cannot be read as its column wants it."""
    if column.type == "flag":
        return _refusal("not_yes_or_no", word=" ".join(text.split()))
    if column.type != "term":
        return UNREADABLE[column.type]
    if column.vocabulary == "indicator":  # too many to list them in a message
        return Refusal("unknown_indicator")
    vocabulary = column.vocabulary or ""
    return _refusal(
        "unknown_word",
        word=" ".join(text.split()),
        words=contracts.main_words(vocabulary),
        codes=list(dict.fromkeys(contracts.vocabularies[vocabulary].values())),
    )


def no_cell_of_several_filled(contract: Contract, columns: tuple[str, ...]) -> Refusal:
    """Why a row is refused that fills none of the columns of which its contract wants one."""
    named = [f"{contract.name}.{column}" for column in columns]
    return _refusal("no_cell_of_several_filled", columns=named)


def broken_bounds(
    column: Column, contracts: Contracts, smallest: str, largest: str, indicator: str
) -> Iterator[tuple[str, Refusal]]:
    """The bounds of a column: SQL that is true where a value breaks one, and the refusal then.

    Args:
        column: The column.
        contracts: Its contract and all others, with the units of indicators.
        smallest: SQL of its value, of a range the lower end, in the column's unit.
        largest: The same of the upper end.
        indicator: SQL of the indicator of the row; for a column with bounds by unit.
    """
    if column.minimum is not None:
        bound = f"{column.minimum:f}"
        yield f"{smallest} < {bound}", _refusal("below_minimum", minimum=bound)
    if column.maximum is not None:
        bound = f"{column.maximum:f}"
        yield f"{largest} > {bound}", _refusal("above_maximum", maximum=bound)
    for unit, maximum in column.maximum_by_unit.items():
        bound = f"{maximum:f}"
        counted = [code for code, spec in contracts.indicators.items() if spec["unit"] == unit]
        listed = ", ".join(literal(code) for code in counted)
        yield (
            f"{indicator} in ({listed}) and {largest} > {bound}",
            _refusal("above_maximum", maximum=bound),
        )


def impossible_share(contract: Contract, denominator: str, bound: PlausibleBound) -> Refusal:
    """Why a row is refused of which one number is too large a part of another."""
    maximum = f"{bound.impossible_above:f}"
    return _refusal("impossible_share", of=f"{contract.name}.{denominator}", maximum=maximum)


def finding(
    condition: str,
    column: str,
    address: str,
    found: str,
    refusal: Refusal,
    candidates: str = "null::varchar",
) -> str:
    """SQL of one possible finding.

    Args:
        condition: SQL that is true for a row with the fault.
        column: The column.
        address: SQL of the cell's address, null where no cell holds the value.
        found: SQL of what stands there.
        refusal: Why the row is refused then.
        candidates: SQL of what may have been meant.
    """
    code, parameters = literal(refusal.code), literal(refusal.parameters)
    return struct(condition, literal(column), address, found, (code, parameters), candidates)


def struct(
    condition: str,
    column: str,
    address: str,
    found: str,
    refusal: tuple[str, str],
    candidates: str = "null::varchar",
) -> str:
    """SQL of one possible finding whose column, code and parameters are SQL, too."""
    code, parameters = refusal
    return (
        f"case when {condition} then {{'column_name': {column}, 'source_cell': {address}, "
        f"'found': {found}, 'reason_code': {code}, 'parameters': {parameters}, "
        f"'candidates': {candidates}}} end"
    )
