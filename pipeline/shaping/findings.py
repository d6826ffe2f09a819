"""Why a row is refused, and the SQL that says so for one row."""

from __future__ import annotations

from pipeline.contracts.loader import ColumnType
from pipeline.core.sql import literal

Reason = tuple[str, str]

# Reason and next step of each refusal. Reports translate these phrases (reporting/labels.yml), so
# they hold no names or numbers.
NUMBER_ALONE = "write the number alone, without unit or remark"
UNREADABLE: dict[ColumnType, Reason] = {
    "code": (
        "a code that a spreadsheet turned into a number",
        "format the column as text and send the file again",
    ),
    "integer": ("not a whole number", NUMBER_ALONE),
    "number": ("not a number of at most six decimals", NUMBER_ALONE),
    "year": ("not a year", "write four digits, for example 2025"),
    "date": ("not a date", "write the date as 2025-12-31"),
    "term": ("a word that the contract does not know", "use a word of the contract's list"),
    "flag": ("neither yes nor no", "write 是 or 否"),
    "document": (
        "a document that sources.yml does not declare",
        "declare the document, or correct its id",
    ),
}
OTHER_UNIT = (
    "a unit that the indicator is not counted in",
    "convert the number, and write a unit of the indicator",
)
OTHER_UNIT_IN_CELL = (
    "a unit that the column is not counted in",
    "convert the number, and write it without a unit",
)
TWO_UNITS = (
    "a scaled unit in the cell and another in the header",
    "write the number in the unit of the header, without a unit of its own",
)
RANGE = ("a range, where one number is needed", "write one number, or ask which one is meant")
UNDECODABLE = (
    "bytes that are no text in the file's encoding",
    "name the right encoding in sources.yml, or ask for the file again",
)
UNKNOWN_SECTION = (
    "a row over the whole table that is no region, total or note",
    "say what such rows stand for: read: {sections: <column>}",
)
TWICE_DIFFERENTLY = (
    "two rows for one key with different values",
    "find out which row is right, and remove the other",
)
TWICE_ALIKE = ("the same row again", "remove the repetition")
BLANK = ("blank, and the contract requires a value", "fill in the cell, or remove the row")
ALL_BLANK = ("blank, and the contract requires one of several", "fill in one of the cells")
NO_REGION = (
    "no region",
    "fill in code or name; where the cell above is meant, add read: {fill_down: [...]}",
)
UNKNOWN_CODE = ("a code that no region list holds", "correct the code, or add it to a region list")
UNKNOWN_NAME = ("a name that no region list holds", "correct the name, or add it as an alias")
AMBIGUOUS_NAME = ("the name of several regions", "add the code, or name the parent in sources.yml")
CODE_OUTSIDE = (
    "a region that this source cannot speak about",
    "correct the code, or the parent region in sources.yml",
)
CODE_AND_NAME_DISAGREE = (
    "code and name disagree",
    "find out which of the two is meant; code schemes collide",
)
REFUSALS = (
    *UNREADABLE.values(),
    OTHER_UNIT,
    OTHER_UNIT_IN_CELL,
    TWO_UNITS,
    RANGE,
    UNDECODABLE,
    UNKNOWN_SECTION,
    TWICE_DIFFERENTLY,
    TWICE_ALIKE,
    BLANK,
    ALL_BLANK,
    NO_REGION,
    UNKNOWN_CODE,
    UNKNOWN_NAME,
    AMBIGUOUS_NAME,
    CODE_OUTSIDE,
    CODE_AND_NAME_DISAGREE,
)


def finding(
    condition: str,
    column: str,
    address: str,
    found: str,
    why: Reason,
    candidates: str = "null::varchar",
) -> str:
    """SQL of one possible finding.

    Args:
        condition: SQL that is true for a row with the fault.
        column: The column.
        address: SQL of the cell's address, null where no cell holds the value.
        found: SQL of what stands there.
        why: Reason and next step.
        candidates: SQL of what may have been meant.
    """
    reason, next_step = (literal(text) for text in why)
    return struct(condition, literal(column), address, found, (reason, next_step), candidates)


def struct(
    condition: str,
    column: str,
    address: str,
    found: str,
    why: tuple[str, str],
    candidates: str = "null::varchar",
) -> str:
    """SQL of one possible finding whose column, reason and next step are SQL, too."""
    reason, next_step = why
    return (
        f"case when {condition} then {{'column_name': {column}, 'source_cell': {address}, "
        f"'found': {found}, 'reason': {reason}, 'candidates': {candidates}, "
        f"'next_step': {next_step}}} end"
    )
