"""Writes the one SQL statement that types and judges the rows of a source."""

from __future__ import annotations

from pipeline.contracts import Column
from pipeline.contracts.loader import ColumnType
from pipeline.reading import Table
from pipeline.sources import PARENT_REGION, Source
from pipeline.sql import literal, quoted

# How the text of a column type becomes its value; null where it is no such value.
READ_AS: dict[ColumnType, str] = {
    "text": "shaping.clean({cell})",
    "code": "shaping.to_code({cell})",
    "integer": "shaping.to_integer({cell})",
    "number": "shaping.to_number({cell})",
    "year": "shaping.to_year({cell})",
    "date": "shaping.to_date({cell})",
    "term": "{cell}_term.code",
    "document": "{cell}_document.document_id",
}

# Why a row is refused, and what its sender should do. Reports translate these phrases
# (reporting/labels.yml), so they hold no names or numbers.
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
    BLANK,
    ALL_BLANK,
    NO_REGION,
    UNKNOWN_CODE,
    UNKNOWN_NAME,
    AMBIGUOUS_NAME,
    CODE_OUTSIDE,
    CODE_AND_NAME_DISAGREE,
)


def judge_rows(source: Source, table: Table) -> str:
    """Write the statement that types every data row of a source and lists what is wrong with it.

    Args:
        source: Contract, constants and dossier of the rows.
        table: Which columns the file has; its rows stand in the relation ``cells``.

    Returns:
        SQL whose result has one row per data row: ``source_row``, the contract's columns typed
        (for a contract with regions, the resolved ``region_code``), and ``problems``, a list of
        structs ``column_name, source_cell, found, reason, candidates, next_step``; empty for a
        good row. ``reason`` and ``next_step`` are fixed phrases, which reports translate.
    """
    contract = source.contract
    letters = {heading.column: heading.letter for heading in table.headings}
    texts = [
        f"{_text_of(c, source, letters)} as {quoted(c.name)}" for c in contract.columns.values()
    ]
    plain = contract.value_columns
    typed = [f"{READ_AS[c.type].format(cell=_ref(c))} as {quoted(c.name)}" for c in plain]
    problems = [found for c in plain for found in _column_problems(c, letters)]
    problems += [_one_of_problem(group, letters) for group in contract.one_of]
    joins = [_lookup_join(c, source) for c in plain if c.type in ("term", "document")]
    region_ctes = ""
    if contract.has_region:
        region_ctes = "," + _region_ctes(source)
        joins.append("left join region_found on region_found.source_row = texts.source_row")
        typed.insert(0, "region_found.resolved_code as region_code")
        typed.insert(1, "texts.region_name as region_name_as_issued")
        problems += _region_problems(letters)
    return f"""
with texts as (
    select source_row, {", ".join(texts)}
    from cells where row_kind = 'data'
){region_ctes}
select
    texts.source_row,
    {", ".join(typed)},
    list_filter([{", ".join(problems)}], lambda problem: problem is not null) as problems
from texts
{" ".join(joins)}
"""


def _ref(column: Column) -> str:
    return f"texts.{column.name}" if column.type not in ("term", "document") else column.name


def _text_of(column: Column, source: Source, letters: dict[str, str]) -> str:
    """The column's text: from the file, else the constant, else the contract's default."""
    constant = source.entry.constants.get(column.name)
    fallback = constant if constant is not None else column.default
    if column.name in letters:
        cell = f"shaping.clean({quoted(column.name)})"
        return f"coalesce({cell}, {literal(fallback)})" if fallback else cell
    return literal(fallback) if fallback else "null::varchar"


def _lookup_join(column: Column, source: Source) -> str:
    """Join that turns a term into its code, or checks that a document is declared."""
    name = column.name
    if column.type == "document":
        return (
            f"left join raw.documents as {name}_document"
            f" on {name}_document.document_id = texts.{name}"
            f" and {name}_document.dossier = {literal(source.dossier)}"
        )
    return (
        f"left join shaping.vocabulary as {name}_term"
        f" on {name}_term.vocabulary = {literal(column.vocabulary or '')}"
        f" and {name}_term.word = shaping.name_key(texts.{name})"
    )


def _problem(
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


def _column_problems(column: Column, letters: dict[str, str]) -> list[str]:
    text, cell = f"texts.{quoted(column.name)}", (column.name, letters)
    found = []
    if column.required:
        found.append(_problem(f"{text} is null", cell, "null::varchar", BLANK))
    if column.type in UNREADABLE:
        value = READ_AS[column.type].format(cell=_ref(column))
        found.append(
            _problem(f"{text} is not null and {value} is null", cell, text, UNREADABLE[column.type])
        )
    return found


def _one_of_problem(group: tuple[str, ...], letters: dict[str, str]) -> str:
    blank = " and ".join(f"texts.{quoted(name)} is null" for name in group)
    present = next((name for name in group if name in letters), group[0])
    return _problem(
        blank, (present, letters), "null::varchar", ALL_BLANK, literal(", ".join(group))
    )


def _region_ctes(source: Source) -> str:
    """Resolve code or name within the regions that the source may speak about."""
    fictional = str(source.fictional).lower()
    parent = source.entry.constants.get(PARENT_REGION)
    within = (
        f" and region_code in (select region_code from shaping.region_ancestors"
        f" where ancestor_code = {literal(parent)})"
        if parent
        else ""
    )
    return f"""
allowed as (
    select region_code, region_name, name_key
    from shaping.region_names
    where is_fictional = {fictional}{within}
),
region_looked_up as (
    select
        texts.source_row,
        shaping.to_code(texts.region_code) as code,
        shaping.name_key(texts.region_name) as name,
        (select any_value(known.region_name order by known.is_alias)
         from shaping.region_names as known
         where known.region_code = shaping.to_code(texts.region_code)) as name_of_code,
        exists (select 1 from allowed
                where allowed.region_code = shaping.to_code(texts.region_code)) as code_allowed,
        exists (select 1 from allowed
                where allowed.region_code = shaping.to_code(texts.region_code)
                    and allowed.name_key = shaping.name_key(texts.region_name)
        ) as code_and_name_agree,
        (select list(distinct allowed.region_code order by allowed.region_code) from allowed
         where allowed.name_key = shaping.name_key(texts.region_name)) as named
    from texts
),
region_found as (
    select
        *,
        case
            when code is not null and code_allowed then code
            when code is null and len(named) = 1 then named[1]
        end as resolved_code
    from region_looked_up
)"""


def _region_problems(letters: dict[str, str]) -> list[str]:
    nearest = (
        "(select array_to_string(max_by(region_name || ' ' || region_code, "
        "jaro_winkler_similarity(name_key, region_found.name), 3), ', ') from allowed)"
    )
    code, name = "texts.region_code", "texts.region_name"
    code_cell, name_cell = ("region_code", letters), ("region_name", letters)
    return [
        _problem(f"{code} is null and {name} is null", name_cell, "null::varchar", NO_REGION),
        _problem(
            f"{code} is not null and region_found.code is null",
            code_cell,
            code,
            UNREADABLE["code"],
        ),
        _problem(
            "region_found.code is not null and region_found.name_of_code is null",
            code_cell,
            code,
            UNKNOWN_CODE,
        ),
        _problem(
            f"{code} is not null and region_found.name_of_code is not null"
            " and not region_found.code_allowed",
            code_cell,
            f"{code} || ' ' || region_found.name_of_code",
            CODE_OUTSIDE,
        ),
        _problem(
            f"region_found.code_allowed and {name} is not null"
            " and not region_found.code_and_name_agree",
            name_cell,
            f"{code} || ' ' || {name}",
            CODE_AND_NAME_DISAGREE,
            f"{code} || ' ' || region_found.name_of_code",
        ),
        _problem(
            f"{code} is null and {name} is not null and region_found.named is null",
            name_cell,
            name,
            UNKNOWN_NAME,
            nearest,
        ),
        _problem(
            f"{code} is null and len(region_found.named) > 1",
            name_cell,
            name,
            AMBIGUOUS_NAME,
            "array_to_string(region_found.named[1:5], ', ')",
        ),
    ]
