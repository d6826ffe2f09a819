"""Faults for the checks of the project, derived from what each check says it expects.

A fault is a row that breaks one check, planted beside the rows of a real build. It never changes a
row, so a check that counts its findings must count more of them, even if the data had some before.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import files
from pathlib import Path
from typing import Any

import duckdb
import jinja2
import pytest
from ruamel.yaml import YAML

from pipeline.checking.expectations import SUITES
from pipeline.core.sql import literal, quoted
from pipeline.modelling.dbt import DBT_PROJECT

# Stands for a value of the column's own type that no real row has, or hardly any.
NEW = "{new}"
NEW_VALUES = {"VARCHAR": "planted", "BOOLEAN": "false", "DATE": "2099-12-31"}  # else a number
NEW_NUMBER = "7"


@dataclass(frozen=True)
class Fault:
    """A copy of some row of the checked table with other values in it.

    Attributes:
        what: What is wrong, for the id of a test; may be empty.
        row: SQL of the new value by column.
        copies: How many such rows; two of them break a rule of uniqueness.
        statement: SQL instead of a row, for faults of a whole table; ``{table}`` is its name.
    """

    what: str = ""
    row: Mapping[str, str] = field(default_factory=dict)
    copies: int = 1
    statement: str = ""


# Great Expectations: faults for queries, by table and by code of the expectation.
UNEXPECTED_ROWS = {
    ("marts.rejected_rows", "refusal_says_what_was_found"): Fault(
        row={"found": "null", "reason_code": "'not_a_date'"}
    ),
    ("marts.check_results", "no_critical_check_failed"): Fault(
        row={"severity": "'critical'", "passed": "false"}
    ),
    (
        "marts.indicator_values",
        "missing_value_has_reason",
    ): Fault(row={"value": "null", "missing_reason": "null"}),
    ("marts.verdicts", "verdict_holds"): Fault(
        row={"verdict": "'same'", "facility_key": "'F1'", "other_facility_key": "'F2'"}
    ),
    ("marts.indicator_values", "ratio_within_1"): Fault(
        row={"indicator": "'planted_ratio'", "value": "1.01"}
    ),
    (
        "marts.indicator_values",
        "rate_within_20",
    ): Fault(row={"indicator": "'places_per_1000'", "value": "20.1"}),
    ("marts.quota_progress", "quota_or_status_no_target"): Fault(
        row={"status": "'no_target'", "cumulative_quota_places": "40"}
    ),
    (
        "marts.source_figures",
        "contradicted_figure_has_rival",
    ): Fault(
        row={"claim_id": NEW, "region_code": NEW, "is_contradicted": "true", "is_used": "true"}
    ),
    ("marts.figure_conflicts", "verdict_shows_arithmetic"): Fault(
        row={"supported": "'a'", "evidence": "null"}
    ),
    ("marts.figure_conflicts", "two_different_figures"): Fault(row={"claim_b": "claim_a"}),
    ("marts.stated_totals", "total_adds_up_with_both_numbers"): Fault(
        row={"status": "'adds_up'", "sum_of_rows": "null"}
    ),
    ("marts.cell_remarks", "remark_says_something"): Fault(
        row=dict.fromkeys(
            (
                "missing_reason",
                "qualifier",
                "range_low",
                "range_high",
                "written_unit",
                "published_precision",
                "named_period",
                "footnote",
            ),
            "null",
        )
    ),
    ("marts.cell_remarks", "optional_cells_are_understood"): Fault(
        row={"missing_reason": "'not_understood'"}
    ),
    ("marts.cell_remarks", "range_has_two_ends"): Fault(row={"range_low": "2", "range_high": "1"}),
    ("raw.policy_target", "target_range_has_two_ends"): Fault(
        row={"comparator": "'between'", "value_upper": "null"}
    ),
    ("raw.population", "date_and_year_agree"): Fault(
        row={"date": "date '2023-12-31'", "year": "2024"}
    ),
    ("marts.figure_lineage", "figure_leads_to_cell"): Fault(
        row={"source_cell": "null", "input_scope": "'as_reported'"}
    ),
    ("marts.facilities", "first_listed_before_last"): Fault(
        row={
            "first_listed_date": "date '2024-01-31'",
            "last_listed_date": "date '2023-01-31'",
        }
    ),
    (
        "marts.facility_years",
        "closed_facility_counts_nowhere",
    ): Fault(row={"counted_in": "'all'", "is_open": "false"}),
    ("marts.facility_years", "state_comes_from_list_of_year"): Fault(
        row={"as_of_date": "date '2021-12-31'", "year": "2022"}
    ),
    ("marts.facility_history", "change_changes_something"): Fault(
        row={"old_value": "'1'", "new_value": "'1'"}
    ),
    ("marts.facility_findings", "finding_begins_before_it_ends"): Fault(
        row={"first_date": "date '2024-01-31'", "last_date": "date '2023-01-31'"}
    ),
    ("marts.headline_variants", "earlier_population_is_not_later"): Fault(
        row={"population_vintage": "'earlier'", "year": "2020", "population_year": "2021"}
    ),
    (
        "marts.region_years",
        "later_population_only_if_latest_is_chosen",
    ): Fault(row={"year": "2020", "population_year": "2021"}),
    ("marts.quota_readings", "ledger_is_understood"): Fault(row={"accumulation": "null"}),
    ("marts.target_gaps", "target_or_status_no_target"): Fault(
        row={"status": "'no_target'", "target_value": "4.5"}
    ),
    (
        "marts.target_gaps",
        "unknown_actual_leaves_gap_unknown",
    ): Fault(row={"actual_value": "null", "gap_places_need_only": "0", "need_towns": "null"}),
}

# dbt's singular tests by name of the file; the row is planted in the first model that it names.
SINGULAR_TESTS = {
    "assert_a_source_counts_a_population_once": Fault(
        row={"claim_type": "'population'", "source_id": NEW}, copies=2
    ),
    "warn_stated_totals_differ_from_their_rows": Fault(row={"status": "'differs'"}),
    "warn_totals_that_cannot_be_read": Fault(row={"stated_value": "null", "found": "'约180'"}),
    "assert_computed_values_have_numerator_and_denominator": Fault(
        row={"region_code": NEW, "value_origin": "'computed'", "value": "1"}
    ),
    "assert_complete_lists_name_facilities_in_their_regions": Fault(
        statement="insert into {table} by name select 'planted' as source_id, '350200' as region_code;"
        " insert into staging.stg_facility_rosters by name"
        " select 'planted' as source_id, '420100' as region_code"
    ),
    "assert_every_ledger_row_is_published": Fault(statement="delete from {table}"),
    "assert_every_row_read_is_accounted_for": Fault(
        row={"rows_read": "9", "rows_loaded": "6", "rows_rejected": "1", "rows_set_aside": "1"}
    ),
    "assert_fiction_and_fact_have_separate_hierarchies": Fault(
        row={
            "region_code": NEW,
            "parent_code": "region_code",
            "is_fictional": "not is_fictional",
        }
    ),
    "assert_ledger_towns_add_to_the_stated_total": Fault(
        row={"tolerance_places": "2", "difference_places": "-3"}
    ),
    "assert_town_quotas_reach_their_stated_total": Fault(
        row={"stated_total_difference_places": "-2"}
    ),
    "warn_lists_shrink": Fault(
        statement="insert into {table} by name select 'education' as register, 'full' as list_kind,"
        " (select min(region_code) from staging.stg_regions) as region_code,"
        " unnest([date '2020-01-01', date '2020-01-01', date '2020-01-01', date '2020-02-01'])"
        " as as_of_date"
    ),
    "warn_figures_are_impossible": Fault(
        statement="insert into intermediate.int_implausible_claims by name"
        " select min(claim_id) as claim_id from {table}"
    ),
    "warn_figures_are_unusual": Fault(
        row={"measure": "'resident_population'", "value": "3", "is_figure_of_year": "true"}
    ),
    "warn_population_is_stale": Fault(
        row={"places": "1", "year": "2025", "population_year": "2020"}
    ),
    "warn_children_are_stale": Fault(
        row={"places": "1", "year": "2022", "population_year": "2022", "children_year": "2020"}
    ),
    "warn_children_differ_from_their_ages": Fault(
        row={
            "region_code": NEW,
            "measure": "unnest(['age_0', 'age_1', 'age_2', 'age_0_2'])",
            "value": "unnest([1, 1, 1, 4])",
            "is_figure_of_year": "true",
        }
    ),
    "assert_quota_ledgers_say_how_they_count": Fault(row={"accumulation": "null"}),
    "warn_quota_ledgers_count_otherwise_than_declared": Fault(row={"is_contradicted": "true"}),
    "assert_counting_scopes_nest": Fault(
        row={
            "region_code": NEW,
            "measure": "'places'",
            "scope": "unnest(['filed', 'filed_and_kindergarten'])",
            "value": "unnest([2, 1])",
        }
    ),
    "assert_counts_equal_their_facilities": Fault(
        row={
            "region_code": NEW,
            "value_origin": "'counted'",
            "indicator": "'places'",
            "value": "1",
        }
    ),
    **{
        name: Fault(row={"finding": f"'{finding}'"})
        for name, finding in {
            "warn_classes_differ_from_places": "classes_differ_from_places",
            "warn_enrolled_above_places": "enrolled_above_places",
            "warn_facilities_opened_after_they_closed": "opened_after_closed",
            "warn_facilities_listed_before_they_opened": "not_yet_open",
            "warn_facilities_listed_after_they_closed": "listed_after_closing",
            "warn_credit_codes_fail_their_check_digit": "credit_code_invalid",
            "warn_facility_ids_are_rounded": "local_id_rounded",
            "warn_facilities_listed_twice": "listed_twice",
            "warn_facilities_far_from_their_town": "far_from_its_town",
            "warn_places_fell_to_zero": "places_fell_to_zero",
            "warn_places_jumped": "places_jumped",
            "warn_facilities_may_be_the_same": "may_be_another",
        }.items()
    },
    "warn_enrolment_is_not_use_times_supply": Fault(
        row={
            "region_code": NEW,
            "as_of_date": NEW,
            "is_headline": "true",
            "indicator": "unnest(['enrolment_ratio', 'place_utilisation_ratio',"
            " 'places_per_child_under_3'])",
            "value": "unnest([0.27, 0.5, 0.5])",
        }
    ),
    "warn_kind_differs_from_the_indicators_definition": Fault(
        row={
            "claim_type": "'reported'",
            "measure": "(select min(indicator) from staging.stg_indicators)",
            "kind": NEW,
        }
    ),
    "warn_figures_are_dated_ahead": Fault(
        row={"claim_type": "'reported'", "as_of_date": "date '2999-12-31'", "issued": "null"}
    ),
    "warn_figures_after_the_end_of_their_region": Fault(
        statement="insert into staging.stg_regions by name"
        " select 'ended' as region_code, date '2000-01-01' as valid_to_date;"
        " insert into {table} by name select 'reported' as claim_type, 'ended' as region_code,"
        " date '2000-01-02' as as_of_date"
    ),
    "warn_cumulative_quotas_fall": Fault(
        statement="insert into {table} by name select 'x' as region_code, 'all' as category,"
        " unnest([2024, 2025]) as year, unnest([310, 200]) as cumulative_quota_places"
    ),
    "warn_ledgers_of_one_year_disagree": Fault(
        statement="insert into staging.stg_documents by name select * from (values"
        " ('one', 'A', '2024'), ('other', 'A', '2024-03-01')) as d (document_id, grade, issued);"
        " insert into staging.stg_sources by name select unnest(['one', 'other']) as source_id,"
        " unnest(['one', 'other']) as document_id;"
        " insert into {table} by name select 'x' as region_code, 2025 as target_year,"
        " 'all' as category, 'cumulative' as accumulation,"
        " unnest(['one', 'other']) as source_id, unnest([40, 60]) as ledger_places"
    ),
    "warn_ledger_towns_differ_from_the_stated_total": Fault(
        row={"tolerance_places": "2", "difference_places": "1"}
    ),
}


def copy_without_constraints(warehouse: Path, copied: Path) -> None:
    """Copy every table, and every view as a table, so that any row can be planted in it."""
    with duckdb.connect(str(copied)) as connection:
        # views name the database that dbt made them in
        connection.execute(f"attach {literal(str(warehouse))} as warehouse (read_only)")
        for schema, table in connection.execute(
            "select table_schema, table_name from information_schema.tables"
            " where table_catalog = 'warehouse'"
        ).fetchall():
            name = f"{quoted(schema)}.{quoted(table)}"
            connection.execute(f"create schema if not exists {quoted(schema)}")
            connection.execute(f"create table {name} as from warehouse.{name}")


def plant(connection: duckdb.DuckDBPyConnection, table: str, fault: Fault) -> None:
    """Put a fault into a table; an empty one gets a row first."""
    types = {
        name: str(kind) for name, kind, *_ in connection.execute(f"describe {table}").fetchall()
    }
    new = {name: _new_value(kind) for name, kind in types.items()}
    if not connection.execute(f"from {table} limit 1").fetchall():
        connection.execute(f"insert into {table} values ({', '.join(new.values())})")
    if fault.statement:
        connection.execute(fault.statement.format(table=table))
        return
    values = ", ".join(
        f"{sql.replace(NEW, new[column])} as {quoted(column)}" for column, sql in fault.row.items()
    )
    row = f"select * replace ({values}) from (from {table} limit 1)"
    connection.execute(f"create or replace temp table planted as {row}")
    for _ in range(fault.copies):
        connection.execute(f"insert into {table} from planted")


def _new_value(kind: str) -> str:
    text = "[]" if kind.endswith("[]") else NEW_VALUES.get(kind, NEW_NUMBER)
    return f"cast('{text}' as {kind})"


# ---------------------------------------------------------------------------------------------
# Great Expectations


def read_expectations() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every expectation of every suite, with the table that it checks."""
    for path in sorted(SUITES.glob("*/*.json")):
        suite = json.loads(path.read_text(encoding="utf-8"))
        for expectation in suite["expectations"]:
            yield f"{path.parent.name}.{path.stem}", expectation


def faults_of_expectation(table: str, expectation: Mapping[str, Any]) -> list[Fault | None]:
    """What breaks an expectation, one fault for each of its bounds; None if nothing is known."""
    given = expectation["kwargs"]
    match expectation["type"]:
        case "expect_column_values_to_be_between":
            return list(_beyond(given["column"], given.get("min_value"), given.get("max_value")))
        case "expect_column_values_to_not_be_null":
            return [Fault(row={given["column"]: "null"})]
        case "expect_column_values_to_be_unique":
            return [Fault(row={given["column"]: NEW}, copies=2)]
        case "expect_compound_columns_to_be_unique":
            return [Fault(row=dict.fromkeys(given["column_list"], NEW), copies=2)]
        case "expect_column_pair_values_a_to_be_greater_than_b":
            return [Fault(row={given["column_A"]: NEW, given["column_B"]: f"{NEW} + 1"})]
        case "expect_multicolumn_sum_to_equal":
            first, *others = given["column_list"]
            too_much = {first: f"{given['sum_total']} + 1"}
            return [Fault(row=too_much | dict.fromkeys(others, "0"))]
        case "expect_table_row_count_to_be_between":
            return list(_too_few_or_too_many(given.get("min_value"), given.get("max_value")))
        case "unexpected_rows_expectation":
            return [UNEXPECTED_ROWS.get((table, expectation["meta"]["code"]))]
        case _:
            return [None]


def _beyond(column: str, low: Any, high: Any) -> Iterator[Fault]:
    if low is not None:
        yield Fault(f"below {low}", {column: f"{_bound(low)} - 1"})
    if high is not None:
        yield Fault(f"above {high}", {column: f"{_bound(high)} + 1"})


def _bound(value: Any) -> str:
    return f"date '{value}'" if isinstance(value, str) else str(value)


def _too_few_or_too_many(low: int | None, high: int | None) -> Iterator[Fault]:
    if low is not None:
        yield Fault(f"below {low}", statement=f"delete from {{table}} where rowid >= {low - 1}")
    if high is not None:
        many = "insert into {table} select one.* from (from {table} limit 1) as one"
        yield Fault(f"above {high}", statement=f"{many}, range({high} + 1)")


# ---------------------------------------------------------------------------------------------
# dbt


@dataclass(frozen=True)
class DataTest:
    """A data test of dbt.

    Attributes:
        name: Its name, a sentence.
        relation: What faults are planted in, as ``ref('model')``.
        template: The test as its author wrote it, or a call of its macro.
        faults: What it has to notice; None stands for a fault that nobody wrote down.
        arguments: Arguments of the macro.
        config: Settings from YAML.
    """

    name: str
    relation: str
    template: str
    faults: tuple[Fault | None, ...]
    arguments: Mapping[str, Any] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)

    @property
    def runs_in_builds(self) -> bool:
        """Whether builds run it; the others are run by ``make test`` alone."""
        return "make_test" not in self.config.get("tags", [])

    @property
    def table(self) -> str:
        """Name of the table that faults are planted in."""
        return _render(f"{{{{ {self.relation} }}}}")

    @property
    def sql(self) -> str:
        """The query that dbt would run; its rows are the findings."""
        _refuse_unknown_settings(**self.config)
        arguments = dict(self.arguments)
        if "to" in arguments:
            arguments["to"] = _render(f"{{{{ {arguments['to']} }}}}")
        return _render(self.template, model=self.table, arguments=arguments)


def read_data_tests() -> list[DataTest]:
    """Every data test but the selftests: the files of ``tests/``, and the tests named in YAML."""
    return [*_singular_tests(), *_generic_tests()]


def _singular_tests() -> Iterator[DataTest]:
    folder = DBT_PROJECT / "tests"
    for path in sorted([*folder.glob("*.sql"), *folder.glob("findings/*.sql")]):
        text = path.read_text(encoding="utf-8")
        first = re.findall(r"(?:ref|source)\([^)]*\)", text)[0]
        yield DataTest(path.stem, first, text, (SINGULAR_TESTS.get(path.stem),))


def _generic_tests() -> Iterator[DataTest]:
    yaml = YAML(typ="safe")
    for path in sorted((DBT_PROJECT / "models").rglob("_*.yml")):
        described = yaml.load(path.read_text(encoding="utf-8"))
        relations = [
            (f"ref('{model['name']}')", model) for model in described.get("models", [])
        ] + [
            (f"source('{source['name']}', '{table['name']}')", table)
            for source in described.get("sources", [])
            for table in source["tables"]
        ]
        for relation, description in relations:
            for column, kind, settings in _tests_of(description):
                yield _generic_test(relation, column, kind, settings)


def _tests_of(description: Mapping[str, Any]) -> Iterator[tuple[str | None, str, dict[str, Any]]]:
    columns: Iterable[Mapping[str, Any]] = description.get("columns", [])
    for column, tests in [
        (None, description.get("data_tests", [])),
        *((column["name"], column.get("data_tests", [])) for column in columns),
    ]:
        for test in tests:
            for kind, settings in test.items():
                yield column, kind, settings


def _generic_test(
    relation: str, column: str | None, kind: str, settings: Mapping[str, Any]
) -> DataTest:
    arguments = dict(settings.get("arguments", {}))
    if column:
        arguments["column_name"] = column
    own = f"test_{kind}"
    macro = own if own in ENVIRONMENT.globals else f"default__{own}"
    return DataTest(
        name=settings["name"],
        relation=relation,
        template=f"{{{{ {macro}(model=model, **arguments) }}}}",
        faults=tuple(_faults_of_generic_test(column, kind, arguments)),
        arguments=arguments,
        config=settings.get("config", {}),
    )


def _faults_of_generic_test(
    column: str | None, kind: str, arguments: Mapping[str, Any]
) -> Iterator[Fault | None]:
    match kind, column:
        case "unique_grain", _:
            yield Fault(row=dict.fromkeys(arguments["columns"], NEW), copies=2)
        case "accepted_range", str():
            yield from _beyond(column, arguments.get("min_value"), arguments.get("max_value"))
        case "has_lineage", _:
            key = dict.fromkeys(arguments["grain"], NEW)
            no_figure = dict.fromkeys(arguments["columns"], "null")
            for figure in arguments["columns"]:
                yield Fault(figure, no_figure | {figure: NEW} | key)
        case "not_null", str():
            yield Fault(row={column: "null"})
        case "unique", str():
            yield Fault(row={column: NEW}, copies=2)
        case "accepted_values" | "relationships", str():
            yield Fault(row={column: NEW})
        case _:
            yield None


def _refuse_unknown_settings(**settings: Any) -> str:
    """Of ``config``: ``where`` or ``error_if`` could keep a test from ever failing."""
    unknown = settings.keys() - {"severity", "tags"}
    if unknown:
        pytest.fail(f"tests/planted_faults.py does not know what {unknown} do to a test")
    return ""


def _environment() -> jinja2.Environment:
    """Our macros, those of dbt's own tests, and the few functions of dbt that both use."""
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)  # noqa: S701  SQL, not HTML
    environment.globals.update(
        ref=lambda model: f"{SCHEMAS[model]}.{model}",
        source=lambda schema, table: f"{schema}.{table}",
        config=_refuse_unknown_settings,
        should_store_failures=lambda: False,
    )
    builtin = [path for path in files("dbt-adapters") or [] if path.parent.name == BUILTIN_TESTS]
    for path in [*sorted(DBT_PROJECT.glob("macros/*.sql")), *builtin]:
        text = path.read_text(encoding="utf-8")
        # dbt makes a macro `test_x` of a test `x`
        text = text.replace("{% test ", "{% macro test_").replace("endtest", "endmacro")
        macros = environment.from_string(text).module
        environment.globals.update(
            {name: macro for name, macro in vars(macros).items() if not name.startswith("_")}
        )
    return environment


BUILTIN_TESTS = "generic_test_sql"
# A model's schema is the first folder below `models`.
SCHEMAS = {
    path.stem: path.relative_to(DBT_PROJECT / "models").parts[0]
    for path in DBT_PROJECT.glob("models/**/*.sql")
}
ENVIRONMENT = _environment()


def _render(text: str, **names: Any) -> str:
    return ENVIRONMENT.from_string(text).render(**names).strip()
