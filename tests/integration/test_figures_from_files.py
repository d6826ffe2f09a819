"""Published figures, counted again from the text of the source files alone."""

from __future__ import annotations

import ast
import io
import random
import re
from collections import defaultdict
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path

import pytest
from recount import RATIOS, SCOPES, Files, Row
from recount_marts import CHILDREN, InspectedFiles, counted_again, differs, published_figures
from recount_targets import comparator_of, indicator_value, inputs_of, is_met, one, target_figure
from rich.console import Console

from pipeline.commands.trace_report import print_trace
from pipeline.published.figure_marts import figure_marts
from pipeline.published.trace import trace_figures

pytestmark = pytest.mark.integration

SAMPLE = 200
SEED = 20_251_231


@pytest.fixture(scope="module")
def files(shipped, warehouse) -> Files:
    return InspectedFiles(shipped.raw, warehouse)


@pytest.fixture(scope="module")
def figures(files) -> list[dict]:
    """Every published figure with a lineage, with what its mart says beside it."""
    return published_figures(files)


@pytest.fixture(scope="module")
def sample(figures) -> list[dict]:
    """Some figures of every kind, origin, scope and level of region, real and invented."""
    kinds = defaultdict(list)
    for figure in figures:
        code = figure["region_code"]
        level = "country" if code == "000000" else code[:2] == "99", len(code), code[4:] == "00"
        kinds[*(figure[key] for key in ("mart", "figure_column", "origin", "scope")), level].append(
            figure
        )
    chance = random.Random(SEED)  # noqa: S311 (no secret)
    shuffled = [chance.sample(kind, len(kind)) for _, kind in sorted(kinds.items(), key=str)]
    chance.shuffle(shuffled)
    in_turn = [figure for turn in zip_longest(*shuffled) for figure in turn if figure]
    # one of each column of each mart first
    first = {(figure["mart"], figure["figure_column"]): figure for figure in reversed(in_turn)}
    chosen = {id(figure) for figure in first.values()}
    return [*first.values(), *(figure for figure in in_turn if id(figure) not in chosen)][:SAMPLE]


def test_the_sample_covers_every_mart_origin_scope_and_kind_of_region(sample):
    assert len(sample) == SAMPLE
    assert {figure["mart"] for figure in sample} == set(figure_marts())
    of_marts = {(figure["mart"], figure["figure_column"]) for figure in sample}
    every = {(mart.name, column) for mart in figure_marts().values() for column in mart.columns}
    # tests of counting rules and of targets have these
    absent = {
        ("indicator_values", "value_at_most"),
        ("region_years", "places_at_most"),
        ("target_gaps", "required_pace_per_year"),
        ("target_gaps", "since_reached_value"),
    }
    assert of_marts == every - absent
    of_indicators = [figure for figure in sample if figure["mart"] == "indicator_values"]
    assert {figure["origin"] for figure in of_indicators} == {
        "stated",
        "counted",
        "computed",
        "missing",
    }
    assert {figure["scope"] for figure in of_indicators} == {*SCOPES, "as_reported"}
    assert {figure["region_code"][:2] == "99" for figure in sample} == {True, False}
    assert {len(figure["region_code"]) for figure in sample} == {6, 9}


def test_what_counts_again_shares_no_code_with_the_pipeline():
    here = Path(__file__).parents[1]
    own = {path.stem: path for path in here.glob("*.py")}
    asked, shared = ["recount_marts"], set()
    while asked:
        tree = ast.parse(own.pop(asked.pop()).read_text(encoding="utf-8"))
        names = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        names |= {
            name.name
            for node in ast.walk(tree)
            if isinstance(node, ast.Import)
            for name in node.names
        }
        asked += sorted(names & own.keys() - set(asked))
        shared |= {name for name in names if name.split(".")[0] == "pipeline"}
    assert shared == set()
    assert not {"plain_tables", "recount", "recount_rounds", "recount_targets"} & own.keys()


def test_published_figures_are_those_that_the_cells_of_the_files_give(files, figures):
    assert len(figures) > 15_000
    wrong = [figure for figure in figures if differs(files, figure)]
    assert [(figure, counted_again(files, figure)) for figure in wrong[:20]] == []


def test_every_figure_with_a_lineage_is_counted_again(files, figures):
    told = {(figure["mart"], figure["figure_key"], figure["figure_column"]) for figure in figures}
    assert told == set(files.lineage)


def test_an_altered_figure_is_noticed(files, sample):
    """Each sampled figure in a copy, off by the last digit that is compared, is found to differ."""
    for figure in sample:
        altered = dict(figure, published=figure["published"] * (1 + 1e-9) or 1)
        assert differs(files, altered), figure


def test_the_trace_of_a_figure_prints_every_file_and_cell_that_it_was_made_from(
    files, shipped, sample
):
    for figure in sample:
        mart, key, column = (figure[name] for name in ("mart", "figure_key", "figure_column"))
        inputs = files.warehouse.execute(
            "select distinct claim_id, source_file, source_cell from marts.figure_lineage"
            " where mart = ? and figure_key = ? and figure_column = ?",
            [mart, key, column],
        ).fetchall()
        name = figure["indicator"] if column == "value" else column
        found = trace_figures(shipped, figure["region_code"], name, figure["year"])
        (traced,) = [
            traced
            for traced in found.figures
            for one in (traced.published, *traced.also)
            if (one.mart, one.key, one.column) == (mart, key, column)
        ]
        assert traced.published.value == figure["published"]
        assert {part.lineage["claim_id"] for part in traced.inputs} == {row[0] for row in inputs}
        printed = io.StringIO()
        print_trace(replace(found, figures=[traced]), Console(file=printed), None)
        lines = printed.getvalue().splitlines()
        for _, file, cell in inputs:
            if cell is not None:
                assert any(file in line and f" {cell}" in line for line in lines), (figure, cell)
        # a row of a roster ends its line; a round of an inspection stands behind a word of its own
        rows = [line for line in lines if re.search(r" row \d+$", line) and "round:" not in line]
        counts = [part.count for part in traced.inputs if part.count]
        assert len(rows) == sum(number_of_rows(count) for count in counts)


def number_of_rows(count) -> int:
    """Roster rows below a count."""
    return len(count.facilities) + sum(number_of_rows(child) for child in count.children)


def test_a_population_is_of_the_year_or_of_the_last_one_before_it(files, figures):
    """Nothing later was at hand, as the columns of dates and years in the files say."""
    columns = {"resident_population": ["resident_population"], CHILDREN: ["age_0"]}
    columns["residents"] = columns["resident_population"]
    checked = set()
    ledger_years = defaultdict(int)
    for figure in figures:
        if figure["figure_column"] == "towns_sum_places":
            ledger = figure["region_code"], figure["indicator"]
            ledger_years[ledger] = max(ledger_years[ledger], figure["year"])
    for figure in figures:
        measure = figure["figure_column"]
        if measure == "denominator":
            measure = RATIOS[figure["indicator"]][1]
        if measure not in columns:
            continue
        years = files.population_years[figure["region_code"], columns[measure][0]]
        limit = 9999 if figure["origin"] == "latest" else figure["year"]
        if figure["mart"] == "target_paths":  # of every year of the path those of the target
            limit = int(figure["figure_key"].split("|")[2])
        if figure["mart"] == "quota_totals":  # of every year of a ledger those of its last
            limit = ledger_years[figure["region_code"], figure["indicator"]]
        assert figure["population_year"] == max(year for year in years if year <= limit), figure
        checked.add((figure["mart"], figure["population_year"] == figure["year"]))
    shown_by = {"region_years", "indicator_values", "headline_variants"}
    shown_by |= {"target_gaps", "target_paths", "town_gaps", "quota_totals"}
    assert {mart for mart, _ in checked} == shown_by
    assert {is_of_the_year for _, is_of_the_year in checked} == {True, False}


def test_a_status_follows_from_the_figures_of_the_files(files, warehouse):
    """Whether a target is met, and whether what is gained each year suffices."""
    rows = warehouse.execute(
        "select region_code, indicator, kind, target_year, status"
        " from marts.target_gaps where target_value is not null and actual_value is not null"
    ).fetchall()
    statuses = set()
    for region, indicator, kind, year, status in rows:
        figure = {
            "mart": "target_gaps",
            "figure_key": f"{region}|{indicator}|{kind}|{year}",
            "region_code": region,
            "indicator": indicator,
            "year": year,
        }
        given = inputs_of(files, figure | {"figure_column": "gap_value"})
        (target,) = given["target"]
        met = is_met(
            comparator_of(target), target.value, indicator_value(indicator, given["actual"])
        )
        paces = [
            target_figure(files, figure | {"figure_column": f"{pace}_pace_per_year"})
            if inputs_of(files, figure | {"figure_column": f"{pace}_pace_per_year"})
            else None
            for pace in ("observed", "required")
        ]
        suffices = None not in paces and paces[0] >= paces[1]
        open_status = "on_track" if suffices else "behind"
        missed = "missed" if is_over(files, region, year) else open_status
        assert status == ("met" if met else missed), figure
        statuses.add(status)
    quotas = warehouse.execute(
        "select concat_ws('|', region_code, year, category), region_code, year, status"
        " from marts.quota_progress where gap_places is not null"
    ).fetchall()
    for key, region, year, status in quotas:
        figure = {"mart": "quota_progress", "figure_key": key, "figure_column": "gap_places"}
        given = inputs_of(files, figure)
        below = "missed" if is_over(files, region, year) else "behind"
        assert status == ("met" if one(given["places"]) >= one(given["quota"]) else below), key
    assert statuses == {"met", "missed"}
    assert {status for *_, status in quotas} == {"met", "missed"}


def is_over(files: Files, region: str, year: int) -> bool:
    """Whether a figure of any region, real or invented as this one is, has a day not before the year's end."""
    ((newest,),) = files.warehouse.execute(
        "select max(as_of_date) from marts.source_figures inner join marts.regions using (region_code)"
        " where claim_type in ('population', 'reported', 'roster') and is_fictional = ?",
        [region[:2] == "99"],
    ).fetchall()
    return str(newest) >= f"{year}-12-31"


@pytest.fixture(scope="module")
def rows(files, warehouse) -> list[tuple[Row, str]]:
    """Every roster row of the files that was not refused, and the facility that it is about."""
    keys = {
        (source, row): key
        for source, row, key in warehouse.execute(
            "select source_id, source_row, facility_key from intermediate.int_roster_rows"
        ).fetchall()
    }
    refused = set(
        warehouse.execute("select source_id, source_row from marts.rejected_rows").fetchall()
    )
    listed = [
        Row(files, source.id, number)
        for source in files.sources.values()
        if source.contract == "facility_roster"
        for number in source.table.rows
        if files.text(source.id, number, "facility_name")
    ]
    told = [row for row in listed if (row.source_id, row.number) not in refused and row.day]
    assert {(row.source_id, row.number) for row in told} == set(keys)
    return [(row, keys[row.source_id, row.number]) for row in told]


def states(files: Files, rows: list[tuple[Row, str]], year: int):
    """By facility and register the row that tells its state at the last lists of a year.

    With its town, and the day of that town's last list.
    """
    days, listed = defaultdict(set), defaultdict(list)
    for row, key in rows:
        if row.day.year <= year:
            town = files.town_of(row.source_id, row.number)
            kind = row.constants.get("list_kind", "full")
            listed[town, row.register, kind].append((row, key))
            areas = files.sources[row.source_id].complete_for
            for place in {town}.union(*map(files.towns, areas)):
                days[place, row.register, kind].add(row.day)
    latest = {}
    for town, register in {(town, register) for town, register, _ in days}:
        full, changes = (days.get((town, register, kind), set()) for kind in ("full", "changes"))
        if not full or max(full | changes).year != year:
            continue
        of_list = [both for both in listed[town, register, "full"] if both[0].day == max(full)]
        of_list += [both for both in listed[town, register, "changes"] if both[0].day > max(full)]
        for row, key in of_list:
            if (key, register) not in latest or latest[key, register][0].day < row.day:
                latest[key, register] = row, town, max(full | changes)
    return latest


@pytest.mark.parametrize("year", range(2021, 2026))
def test_the_facilities_that_count_are_those_that_dates_and_types_in_the_files_tell(
    files, rows, warehouse, year
):
    latest = states(files, rows, year)
    kindergartens = {key for (key, _), (row, *_) in latest.items() if row.is_kindergarten}
    expected = set()
    for key, register in latest:
        if register == "health" or (key, "health") not in latest:
            row, town, day = latest[key, register]
            scopes = row.scopes(key in kindergartens) if row.is_open(day) else ()
            expected |= {(key, town, scope) for scope in scopes}
    published = warehouse.execute(
        "select facility_key, region_code, unnest(string_split(counted_in, ', '))"
        " from marts.facility_years where year = ? and counted_in is not null",
        [year],
    ).fetchall()
    assert len(expected) > 300
    assert set(published) == expected
