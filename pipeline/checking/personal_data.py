"""Looks for numbers of persons in what is about to be published: mobile phones and identity cards.

Personal columns never leave schema ``raw``; but a telephone number may stand in a name or a remark.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import duckdb
from stdnum.cn import ric, uscc

from pipeline.checking.results import (
    SHOWN_FINDINGS,
    CheckResult,
    check_words,
    found_rows,
    found_value,
)
from pipeline.core.database import connect
from pipeline.core.messages import Message, Text
from pipeline.core.settings import NO_LIMITS, Limits
from pipeline.core.sql import literal, quoted

CHECK = "holds_no_number_of_a_person"
MOST_ROWS = 1000  # rows of one mart that are looked at; one is enough to stop a build

# Groups may be parted, 138 0013 8000; digits may be of full width. What goes on with a letter or a
# digit is another number: a checksum, a code, a longer count.
_DIGIT = "[0-9０-９]"
_MOBILE = f"[1１][3-9３-９]{_DIGIT}[ -]?{_DIGIT}{{4}}[ -]?{_DIGIT}{{4}}"
_IDENTITY = f"{_DIGIT}{{17}}[0-9０-９XxＸｘ]"
_AROUND = "[^0-9０-９A-Za-z]"
_SIEVE = f"(^|{_AROUND}|86)({_MOBILE}|{_IDENTITY})({_AROUND}|$)"
_NUMBER = re.compile(rf"(?<![0-9A-Za-z.])(?:(?:\+|00)?86)?({_MOBILE}|{_IDENTITY})(?![0-9A-Za-z])")
_MOBILE_ALONE = re.compile(r"1[3-9]\d{9}", re.ASCII)
# Columns of identifiers, which may be eleven digits: the code of a county and a running number.
_IDENTIFIER = re.compile(r"_(id|ids|code|key)$")


def find_personal_numbers(warehouse: Path, limits: Limits = NO_LIMITS) -> list[CheckResult]:
    """Search all texts of all marts.

    Args:
        warehouse: Holds the marts that are about to be published.
        limits: What DuckDB may take of the machine.

    Returns:
        One critical result per mart and column that holds such a number, with the first rows; one
        result that passed where there is none. Numbers are shown without their middle digits.
    """
    found = []
    with connect(warehouse, limits, read_only=True, only=[]) as connection:
        counties = _county_codes(connection)
        marts = connection.execute(
            "select table_name, list(column_name order by column_index) from duckdb_columns()"
            " where schema_name = 'marts' and data_type like 'VARCHAR%'"
            " group by table_name order by table_name"
        ).fetchall()
        for mart, columns in marts:
            found += _search(connection, mart, columns, counties)
    return found or [_result("marts", None, failures=0, detail=None)]


def personal_numbers(text: str) -> list[str]:
    """Mobile phone and identity card numbers in a text, in plain digits.

    An identity number counts if its region, birthday and check digit are right (GB 11643). A
    unified social credit code (GB 32100) does not, which has 18 characters, too.
    """
    # the length stays, so that numbers next to each other are not joined
    plain = "".join(
        unicodedata.normalize("NFKC", c) if "\uff00" < c < "\uff60" else c for c in text
    )
    numbers = (re.sub("[ -]", "", match) for match in _NUMBER.findall(plain))
    return [
        number
        for number in numbers
        if _MOBILE_ALONE.fullmatch(number) or (ric.is_valid(number) and not uscc.is_valid(number))
    ]


def _search(
    connection: duckdb.DuckDBPyConnection, mart: str, columns: list[str], counties: frozenset[str]
) -> list[CheckResult]:
    texts = ", ".join(f"{quoted(column)}::varchar" for column in columns)
    rows = connection.execute(
        f"select {texts} from marts.{quoted(mart)}"
        f" where regexp_matches(concat_ws(' | ', {texts}), {literal(_SIEVE)})"
        f" order by all limit {MOST_ROWS}"
    ).fetchall()
    hits: dict[str, list[list[Text]]] = {}
    for row in rows:
        for column, text in zip(columns, row, strict=True):
            numbers = personal_numbers(text or "")
            if _IDENTIFIER.search(column):
                numbers = [number for number in numbers if number[:6] not in counties]
            if numbers:
                hits.setdefault(column, []).append(
                    _place(dict(zip(columns, row, strict=True)), numbers)
                )
    return [
        _result(
            f"marts.{mart}",
            column,
            failures=len(places),
            detail=found_rows(places[:SHOWN_FINDINGS], Message("checks.remove_personal_number")),
        )
        for column, places in hits.items()
    ]


def _place(row: dict[str, str | None], numbers: list[str]) -> list[Text]:
    """Where the number stands, in the columns by which a row is looked up, and what it is like."""
    known = (n for n in ("source_file", "source_id", "region_code", "facility_key") if row.get(n))
    place: list[Text] = [found_value(name, row[name]) for name in known]
    return [*place, *(f"{number[:3]}…{number[-2:]}" for number in numbers)]


def _county_codes(connection: duckdb.DuckDBPyConnection) -> frozenset[str]:
    codes = connection.execute("select distinct region_code[:6] from marts.regions").fetchall()
    return frozenset(code for (code,) in codes)


def _result(
    subject: str, column: str | None, *, failures: int, detail: Message | None
) -> CheckResult:
    return CheckResult(
        check_code=CHECK,
        words=check_words(CHECK),
        stage="output",
        kind="expectation",
        subject=subject,
        column_name=column,
        severity="critical",
        passed=failures == 0,
        failures=failures,
        detail=detail,
    )
