"""Every bound of a contract refuses a number beyond it, and takes the number at it."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from decimal import Decimal
from itertools import count

import duckdb
import pytest
from example_dossier import Dossier
from loaded import load

from pipeline.contracts import Column, Contract, load_contracts
from pipeline.contracts.loader import Contracts, _read_column

ENTRY = "  - {{id: {1}, file: bounds_{0}.csv, contract: {0}, document: shili-doc, locator: 全表}}\n"
PLACES, SHARE = "托位数", "托位使用率"  # indicators counted in places, and as a ratio
STEP = Decimal("0.000001")
# What a cell holds whose column is not tried.
PLAIN = {"text": "某", "integer": "200", "number": "1", "flag": "是"}
numbers = count()


def bounds_of(column: Column) -> Iterator[tuple[str, str, Decimal]]:
    """Indicator of the row, code of the refusal, and bound."""
    if column.minimum is not None:
        yield PLACES, "below_minimum", column.minimum
    if column.maximum is not None:
        yield PLACES, "above_maximum", column.maximum
    for unit, maximum in column.maximum_by_unit.items():
        assert unit == "ratio"
        yield SHARE, "above_maximum", maximum


def row_of(contract: Contract, tried: str, text: str, indicator: str) -> dict[str, str]:
    """A row that its contract takes, but for the number that is tried."""
    number = next(numbers)
    row = {"region_name": "甲镇"} if contract.has_region else {}
    first_of = {group[0] for group in (*contract.one_of, *contract.any_column)}
    for name, column in contract.columns.items():
        if not (column.required or name in first_of or name == "facility_name"):
            continue
        match column.type:
            case "date":  # no two rows have one key
                row[name] = str(dt.date(2000, 1, 1) + dt.timedelta(days=number))
            case "year":
                row[name] = str(1900 + number)
            case "term":
                words = load_contracts().vocabularies[column.vocabulary or ""]
                row[name] = next(iter(words))
            case _:
                row[name] = PLAIN[column.type]
    if "indicator" in contract.columns:
        row["indicator"] = indicator
    return row | {tried: text}


def test_every_bound_refuses_what_is_beyond_it_and_takes_what_is_at_it(dossier: Dossier) -> None:
    expected: dict[str, set[tuple[int, str, str, str]]] = {}
    for contract in load_contracts().by_name.values():
        rows, refused = [], set()
        for column in contract.columns.values():
            for indicator, code, bound in bounds_of(column):
                step = 1 if column.type == "integer" else STEP
                beyond = bound - step if code == "below_minimum" else bound + step
                rows.append(row_of(contract, column.name, f"{bound:f}", indicator))
                rows.append(row_of(contract, column.name, f"{beyond:f}", indicator))
                refused.add((len(rows) + 1, column.name, code, f"{beyond:f}"))
        if not rows:
            continue
        source = contract.name.replace("_", "-")
        expected[source] = refused
        text = io.StringIO()
        names = list(dict.fromkeys(name for row in rows for name in row))
        writer = csv.DictWriter(text, names, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        dossier.write(f"bounds_{contract.name}.csv", text.getvalue())
        dossier.append("sources.yml", ENTRY.format(contract.name, source))
    assert sum(map(len, expected.values())) > 30
    with duckdb.connect(str(load(dossier)), read_only=True) as connection:
        found = connection.execute(
            "select source_id, source_row, column_name, reason_code, found from audit.rejected_rows"
        ).fetchall()
    by_source = {
        name: {row[1:] for row in found if row[0] == name} for name in {row[0] for row in found}
    }
    assert by_source == expected


def reasons(dossier: Dossier, line: str) -> list[tuple[str, str, str]]:
    dossier.append("population.csv", line)
    with duckdb.connect(str(load(dossier)), read_only=True) as connection:
        return connection.execute(
            "select column_name, found, reason_en from audit.rejected_rows"
            " join audit.refusal_words using (reason_code, parameters) order by all"
        ).fetchall()


def test_bounds_hold_after_a_number_was_scaled_and_for_both_ends_of_a_range(
    dossier: Dossier,
) -> None:
    dossier.replace("population.csv", "1-4岁", "精确到")
    dossier.replace("population.csv", "900", "100")
    below = "below {}, the smallest value that is possible"
    assert reasons(dossier, ",乙镇,2023-12-31,-0.2万,1,1\n,丙镇,2023-12-31,1,1,0-10\n") == [
        ("published_precision", "0-10", below.format(1)),
        ("resident_population", "-0.2万", below.format(0)),
    ]


def test_all_cells_of_a_row_beyond_their_bounds_are_told(dossier: Dossier) -> None:
    assert [row[:2] for row in reasons(dossier, ",乙镇,2023-12-31,-1,-2,-3\n")] == [
        ("age_0", "-2"),
        ("age_1_4", "-3"),
        ("resident_population", "-1"),
    ]


@pytest.mark.parametrize(
    ("spec", "problem"),
    [
        ({"type": "text", "minimum": 0}, "is no number"),
        ({"type": "number", "maximum_by_unit": {"ratio": 1}}, "no indicator tells its unit"),
    ],
)
def test_a_bound_that_cannot_hold_is_an_error_of_the_contract(
    spec: dict[str, object], problem: str
) -> None:
    with pytest.raises(ValueError, match=problem):
        _read_column("contract.yml", "column", spec)


def test_every_unit_with_a_bound_is_one_of_an_indicator() -> None:
    contracts: Contracts = load_contracts()
    units = {spec["unit"] for spec in contracts.indicators.values()}
    for contract in contracts.by_name.values():
        for column in contract.columns.values():
            assert set(column.maximum_by_unit) <= units, (contract.name, column.name)


def test_what_is_unusual_is_said_of_figures_of_regions_which_are_held_against_it() -> None:
    contracts = load_contracts()
    of_regions = {bound.measure for bound in contracts.plausible_bounds if bound.numerator is None}
    of_regions &= contracts.indicators.keys() | contracts.by_name["population"].columns.keys()
    unusual = {
        bound.measure
        for bound in contracts.plausible_bounds
        if bound.unusual_below is not None or bound.unusual_above is not None
    }
    assert unusual <= of_regions
