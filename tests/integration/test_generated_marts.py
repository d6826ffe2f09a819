"""Marts of generated tables lose no row that was loaded, add none, and sum what the tables say.

Files that a build would stop for are left out first, as a person would take them out. What is then
published of every town is held against the rows that a careful clerk would have loaded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from table_generator.generating import make_case
from table_generator.judging import DOSSIER, judge, load_cases, write_sources, write_workspace
from table_generator.regions import invent_counties
from table_generator.tables import Case, Line

from pipeline.commands.build import build
from pipeline.core.settings import Settings
from pipeline.core.workspace import Workspace

pytestmark = [pytest.mark.integration, pytest.mark.long]

SEED, CASES = 14, 270  # some are stopped, more than 200 are published
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Published:
    """Generated tables, and the marts made of them.

    Attributes:
        cases: Those that are part of the build.
        loaded: Id of a case -> its rows of schema raw.
        in_doubt: Region and year of lists of which a row was refused.
        marts: Where the published warehouse stands.
    """

    cases: tuple[Case, ...]
    loaded: dict[str, tuple[dict[str, Any], ...]]
    in_doubt: set[Key]
    marts: Path

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.marts), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def lines(self, contract: str) -> Iterator[tuple[Case, Line]]:
        """Rows that a clerk would load of all tables of a contract."""
        for case in self.cases:
            if case.contract == contract:
                yield from ((case, line) for line in case.kept)

    def rows(self, contract: str) -> Iterator[dict[str, Any]]:
        """Rows that were loaded of all tables of a contract."""
        for case in self.cases:
            if case.contract == contract:
                yield from self.loaded[case.id]

    def loaded_counts(self, contract: str, name: str) -> set[Key]:
        """Region and year of the loaded rows that hold a value in a column."""
        return {
            (row["region_code"], row["year"] or row["date"].year)
            for row in self.rows(contract)
            if row[name] is not None
        }


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    folder = tmp_path_factory.mktemp("generated") / "batch"
    counties = invent_counties(CASES)
    cases = [make_case(SEED, number, counties[number]) for number in range(CASES)]
    write_workspace(folder, cases, counties)
    loaded = load_cases(folder, cases)
    # A table that is read wrong fails the test of tables; here it would only be told twice.
    # A ledger whose printed total its towns refute, or that lost a row of it, stops a build, as it should.
    kept = [
        case
        for case in cases
        if (outcome := judge(case, loaded[case.id]).outcome) in ("whole", "partly")
        and not (case.contract == "quota_ledger" and outcome == "partly")
        and not (case.contract == "quota_ledger" and "row_that_happens_to_be_the_sum" in case.traps)
    ]
    write_sources(folder / "raw" / DOSSIER, kept)
    workspace = Workspace(folder)
    assert build(Settings(workspace), with_reports=False)
    in_doubt = {
        (line.truth["region_code"][0], year_of(line))
        for case in kept
        if case.contract == "facility_roster" and loaded[case.id].refused
        for line in case.kept
    }
    rows = {case.id: loaded[case.id].rows for case in kept}
    return Published(tuple(kept), rows, in_doubt, workspace.warehouse)


def true_of(line: Line, name: str) -> tuple[object, ...]:
    """What a clerk may take a column of a line for; nothing where the table has no such column."""
    return line.truth.get(name, (None,))


def year_of(line: Line) -> int:
    for name in ("year", "date", "as_of"):
        [value] = line.truth.get(name, (None,))
        if value is not None:
            return int(getattr(value, "year", value))  # type: ignore[call-overload]
    raise ValueError(line.truth)


def true_counts(published: Published, contract: str, name: str) -> dict[Key, tuple[object, ...]]:
    """Region and year -> what the tables of a contract say in a column."""
    return {
        (line.truth["region_code"][0], year_of(line)): true_of(line, name)
        for _, line in published.lines(contract)
    }


def test_more_than_two_hundred_tables_are_published(published: Published) -> None:
    assert len(published.cases) > 200


def test_residents_of_a_town_are_those_of_the_table_of_their_year(published: Published) -> None:
    true = true_counts(published, "population", "resident_population")
    rows = published.ask(
        "select region_code, population_year, resident_population from marts.region_years"
        " where resident_population is not null"
    )
    wrong = [row for row in rows if row[2] not in true.get((row[0], row[1]), ())]
    assert wrong == []
    loaded = published.loaded_counts("population", "resident_population")
    assert loaded - {row[:2] for row in rows} == set()


def test_births_of_a_town_are_those_of_the_table(published: Published) -> None:
    true = true_counts(published, "population", "births")
    rows = published.ask(
        "select region_code, year, births from marts.region_years where births is not null"
    )
    assert [row for row in rows if row[2] not in true.get((row[0], row[1]), ())] == []
    assert published.loaded_counts("population", "births") - {row[:2] for row in rows} == set()


def test_quotas_of_a_town_are_those_of_its_ledger(published: Published) -> None:
    true = true_counts(published, "quota_ledger", "places")
    rows = published.ask(
        "select region_code, year, cumulative_quota_places, status_reason from marts.quota_progress"
    )
    known = [row for row in rows if row[2] is not None]
    assert [row for row in known if row[2] not in true.get((row[0], row[1]), ())] == []
    assert [row for row in rows if row[2] is None and not row[3]] == []
    loaded = published.loaded_counts("quota_ledger", "places")
    assert loaded - {row[:2] for row in known} == set()


def test_facilities_are_those_of_the_lists(published: Published) -> None:
    true: dict[Key, Line] = {}
    for case, line in published.lines("facility_roster"):
        code, name = line.truth["region_code"][0], line.truth["facility_name"][0]
        true[case.id, code, name, year_of(line)] = line
    rows = published.ask(
        "select source_id, region_code, facility_name, year, places, enrolled_children"
        " from marts.facility_years"
    )
    wrong = [
        row
        for row in rows
        if (line := true.get(row[:4])) is None
        or row[4] not in true_of(line, "places")
        or row[5] not in true_of(line, "enrolled_children")
    ]
    assert wrong == []
    assert len({row[:4] for row in rows}) == len(rows)
    assert len(rows) == len(list(published.rows("facility_roster")))


def test_places_of_a_town_are_the_sum_of_its_list_or_lie_between_the_bounds(
    published: Published,
) -> None:
    true: dict[Key, int] = defaultdict(int)
    unread = set[Key]()
    loaded = {(r["region_code"], r["facility_name"]) for r in published.rows("facility_roster")}
    for _, line in published.lines("facility_roster"):
        key = (line.truth["region_code"][0], year_of(line))
        [places] = true_of(line, "places")
        if places is None or (key[0], line.truth["facility_name"][0]) not in loaded:
            unread.add(key)
        else:
            true[key] += int(places)  # type: ignore[call-overload]
    rows = published.ask(
        "select region_code, year, places, places_at_least, places_at_most from marts.region_years"
        " where region_level = 'town' and year = 2024"
    )
    stated = true_counts(published, "reported_figure", "value")
    wrong = []
    known = set[Key]()
    for code, year, places, least, most in rows:
        key = (code, year)
        if any(value is not None for value in (places, least, most)):
            known.add(key)
        if key in stated:
            continue
        right = true.get(key, 0)
        if places is not None and (places != right or key in unread):
            wrong.append((code, places, right))
        if least is not None and least > right and key not in unread:
            wrong.append((code, least, right))
        if most is not None and most < right:
            wrong.append((code, most, right))
    assert wrong == []
    # A table without figures has no wrong ones.
    listed = {key for key in true.keys() | unread if key[1] == 2024}
    assert len(listed & known) > len(listed) / 2


def test_a_count_is_withheld_only_where_rows_were_refused_or_facilities_may_be_one(
    published: Published,
) -> None:
    listed = {
        (line.truth["region_code"][0], year_of(line))
        for _, line in published.lines("facility_roster")
    }
    unknown = published.ask(
        "select region_code, year from marts.region_years where region_level = 'town'"
        " and year = 2024 and places is null and places_at_most is null"
    )
    assert set(unknown) & listed <= published.in_doubt
