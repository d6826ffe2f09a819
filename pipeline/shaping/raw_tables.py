"""Makes the small tables of a warehouse, and fills those that define words, units and scopes."""

from __future__ import annotations

from dataclasses import astuple
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa

from pipeline.contracts import Contracts, load_formulas

FOLDER = Path(__file__).parent
INDICATOR_KEYS = (
    "label",
    "label_en",
    "unit",
    "kind",
    "numerator",
    "denominator",
    "scale",
    "flow_counterpart",
)


def create_tables(connection: duckdb.DuckDBPyConnection, contracts: Contracts) -> None:
    """Make the small tables that loading fills, and fill those that define what rows mean."""
    for file in ("macros.sql", "raw_tables.sql"):
        connection.execute((FOLDER / file).read_text(encoding="utf-8"))
    units = [
        (indicator, word, factor)
        for indicator, spec in contracts.indicators.items()
        for word, factor in contracts.units.get(spec["unit"], {spec["unit"]: Decimal(1)}).items()
    ]
    names, words, factors = zip(*units, strict=True)
    connection.register(
        "unit_words", pa.table({"indicator": names, "word": words, "factor": factors})
    )
    connection.execute("insert into shaping.indicator_units from unit_words")
    connection.unregister("unit_words")
    indicators = [
        (code, *(spec.get(key) for key in INDICATOR_KEYS))
        for code, spec in contracts.indicators.items()
    ]
    connection.executemany(
        "insert into raw.indicators values (?, ?, ?, ?, ?, ?, ?, ?, ?)", indicators
    )
    connection.executemany(
        "insert into raw.formulas values (?, ?, ?)",
        [(found.code, found.words, found.words_en) for found in load_formulas().values()],
    )
    parts = [
        (code, number, part)
        for code, spec in contracts.indicators.items()
        for number, partition in enumerate(spec.get("parts", []), start=1)
        for part in partition
    ]
    connection.executemany("insert into raw.indicator_parts values (?, ?, ?)", parts)
    connection.executemany(
        "insert into raw.counting_scopes values (?, ?, ?, ?)", _scopes(contracts)
    )
    connection.executemany(
        "insert into raw.plausible_bounds values (?, ?, ?, ?, ?, ?, ?)",
        [astuple(bound) for bound in contracts.plausible_bounds],
    )


def _scopes(contracts: Contracts) -> list[tuple[str, int, str, str]]:
    """Scope, its rank, and every pair of facility type and filing status that it counts."""
    types, statuses = (
        sorted(set(contracts.vocabularies[name].values()))
        for name in ("facility_type", "filing_status")
    )
    return [
        (scope, rank, facility_type, status)
        for rank, (scope, spec) in enumerate(contracts.counting_scopes.items(), start=1)
        for rule in spec["counts"]
        for facility_type in rule.get("facility_types", types)
        for status in rule.get("filing_statuses", statuses)
    ]
