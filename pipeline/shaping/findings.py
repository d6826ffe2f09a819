"""Why a row is refused, and the SQL that says so for one row."""

from __future__ import annotations

from pipeline.contracts.loader import ColumnType
from pipeline.sql import literal

# Reason and next step of each refusal. Reports translate these phrases (reporting/labels.yml), so
# they hold no names or numbers.
NUMBER_ALONE = "write the number alone, without unit or remark"
UNREADABLE: dict[ColumnType, tuple[str, str]] = {
    "code": (
        "a code that a spreadsheet turned into a number",
        "format the column as text and send the file again",
    ),
    "integer": ("not a whole number", NUMBER_ALONE),
    "number": ("not a number of at most six decimals", NUMBER_ALONE),
    "year": ("not a year", "write four digits, for example 2025"),
    "date": ("not a date", "write the date as 2025-12-31"),
    "term": ("a word that the contract does not know", "use a word of the contract's list"),
    "document": (
        "a document that sources.yml does not declare",
        "declare the document, or correct its id",
    ),
}
OTHER_UNIT = (
    "a unit that the indicator is not counted in",
    "convert the number, and write a unit of the indicator",
)
BLANK = ("blank, and the contract requires a value", "fill in the cell, or remove the row")
ALL_BLANK = ("blank, and the contract requires one of several", "fill in one of the cells")
NO_REGION = ("no region", "fill in the region's code or name")
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
    cell: tuple[str, dict[str, str]],
    found: str,
    why: tuple[str, str],
    candidates: str = "null::varchar",
) -> str:
    """SQL of one possible finding.

    Args:
        condition: SQL that is true for a row with the fault.
        cell: The column, and the letters of all columns.
        found: SQL of what stands there.
        why: Reason and next step.
        candidates: SQL of what may have been meant.
    """
    column, letters = cell
    reason, next_step = (literal(text) for text in why)
    letter = letters.get(column)
    address = f"{literal(letter)} || texts.source_row" if letter else "null::varchar"
    return (
        f"case when {condition} then {{'column_name': {literal(column)}, 'source_cell': {address}, "
        f"'found': {found}, 'reason': {reason}, 'candidates': {candidates}, "
        f"'next_step': {next_step}}} end"
    )
