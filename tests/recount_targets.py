"""Counts targets and quotas again: from the text of the source files' cells, in plain Python."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from plain_tables import folded
from recount import RATIOS, Files, children_under_3, date_in

DAYS_PER_YEAR = Fraction("365.25")
COMPARATORS = {
    "≥": ">=", "不低于": ">=", "以上": ">=", "至少": ">=", "大于": ">", "超过": ">", "等于": "=",
    "≤": "<=", "不高于": "<=", "以下": "<=", "区间": "between",
}  # fmt: skip
# words that make a figure a bound; 约 does not
BOUNDS = {"余", "多", "超", "超过", "over", "近", "不足", "under", "至少", "不少于", "at_least", "至多", "不多于", "at_most"}  # fmt: skip


@dataclass(frozen=True)
class Input:
    """A cell, or a count over rosters, that a figure was made from."""

    files: Files
    role: str
    measure: str
    region: str
    claim_id: str
    source_id: str
    row: int
    cell: str

    @property
    def value(self) -> Fraction:
        found = self.files.claim(self.claim_id, self.source_id, self.row, self.cell)
        assert found is not None
        return found

    def text(self, column: str) -> str | None:
        return self.files.text(self.source_id, self.row, column)

    @property
    def is_bound(self) -> bool:
        """Whether there may be more, or less: hedged by its file, or the least of an incomplete list."""
        if self.claim_id.startswith("roster|"):
            return self.claim_id.split("|")[-1] in BOUNDS
        hedge = self.text("qualifier")
        return hedge is not None and folded(hedge) in BOUNDS

    @property
    def year(self) -> int:
        return date_in(self.text("year")).year

    @property
    def day(self) -> date:
        if not self.claim_id.startswith("roster|"):
            return date_in(self.text("as_of"))
        _, code, _, year, scope, *_ = self.claim_id.split("|")
        return max(row.day for row in self.files.counted_rows(code, int(year), scope))


def inputs_of(files: Files, figure: dict) -> dict[str, list[Input]]:
    """By the part that each plays in the formula."""
    roles = defaultdict(list)
    for row in files.lineage[figure["mart"], figure["figure_key"], figure["figure_column"]]:
        roles[row[0]].append(Input(files, *row))
    return roles


def one(inputs: list[Input]) -> Fraction:
    (only,) = inputs
    return only.value


def exact(inputs: list[Input]) -> list[Input]:
    """The inputs of a gap or a pace, which no bound has."""
    assert not any(given.is_bound for given in inputs)
    return inputs


def indicator_value(indicator: str, inputs: list[Input]) -> Fraction:
    """A figure that a file states, or the quotient of the two it is defined by."""
    values = {given.measure: given.value for given in inputs}
    if set(values) == {indicator}:
        return one(inputs)
    numerator, denominator, scale = RATIOS[indicator]
    ages = [pair for pair in values.items() if pair[0].startswith("age_")]
    if ages:
        values["children_under_3"] = children_under_3(ages)
    return scale * values[numerator] / values[denominator]


def day_of(indicator: str, inputs: list[Input]) -> date:
    """The day of the figure; of a quotient that of its numerator."""
    measures = (indicator, RATIOS.get(indicator, (indicator,))[0])
    (day,) = {given.day for given in inputs if given.measure in measures}
    return day


def years_between(first: date, last: date) -> Fraction:
    return (last - first).days / DAYS_PER_YEAR


def required(target: Fraction, residents: Fraction) -> int:
    return math.ceil(target * residents / 1000)


def lacking(comparator: str, target: Fraction, actual: Fraction) -> Fraction:
    """What is missing to a target; below 0 where there is more than it asks."""
    assert comparator in (">=", ">", "<="), comparator
    return actual - target if comparator == "<=" else target - actual


def is_met(comparator: str, target: Fraction, actual: Fraction) -> bool:
    missing = lacking(comparator, target, actual)
    return missing < 0 or (missing == 0 and comparator != ">")


def comparator_of(target: Input) -> str:
    text = folded(target.text("comparator"))
    return COMPARATORS.get(text, text)


def _net_gap(given: dict[str, list[Input]], indicator: str) -> Fraction:
    if indicator != "places_per_1000":
        return _gap(given, indicator)
    return _required(given) - one(exact(given["places"]))


def _need_only(given: dict[str, list[Input]], indicator: str, region: str) -> Fraction:
    """What each town lacks, added up; of a region without towns what it lacks itself."""
    (target,) = given["target"]
    if not given["residents and places"]:
        actual = indicator_value(indicator, given["actual"])
        return need(lacking(comparator_of(target), target.value, actual), given["actual"])
    by_region = defaultdict(dict)
    for part in given["residents and places"]:
        by_region[part.region][part.measure] = part
    if indicator != "places_per_1000":
        ((actual,),) = (values.values() for values in by_region.values())
        return need(lacking(">=", target.value, actual.value), [actual])
    assert set(by_region) in ({region}, set(target.files.towns(region)))
    return sum(
        need(
            required(target.value, values["resident_population"].value) - values["places"].value,
            [values["places"]],
        )
        for values in by_region.values()
    )


def need(gap: Fraction, actual: list[Input]) -> Fraction:
    """What is lacking; of a bound that is known only where it is enough."""
    if gap <= 0:
        return Fraction(0)
    exact(actual)
    return gap


def _gap(given: dict[str, list[Input]], indicator: str, role: str = "actual") -> Fraction:
    (target,) = given["target"]
    actual = indicator_value(indicator, exact(given[role]))
    return lacking(comparator_of(target), target.value, actual)


def _observed_pace(given: dict[str, list[Input]], indicator: str) -> Fraction:
    days = [day_of(indicator, given[role]) for role in ("first", "latest")]
    gained = _gap(given, indicator, "first") - _gap(given, indicator, "latest")
    return gained / years_between(*days)


def _required_pace(given: dict[str, list[Input]], figure: dict) -> Fraction:
    end = date(figure["year"], 12, 31)
    day = day_of(figure["indicator"], given["actual"])
    return _gap(given, figure["indicator"]) / years_between(day, end)


def _required(given: dict[str, list[Input]]) -> int:
    return required(one(given["target"]), one(given["resident_population"]))


def _added(given: dict[str, list[Input]], figure: dict) -> Fraction:
    here, before = given["quota"], given["quota of the year before"]
    assert {part.year for part in here} == {figure["year"]}
    assert {part.year for part in before} <= {figure["year"] - 1}
    if figure["mart"] == "quota_progress":
        one(here)
    # in the first year of a ledger there is none before; later there is one for each town
    assert not before or {part.region for part in before} == {part.region for part in here}
    return total(here) - total(before)


def total(inputs: list[Input]) -> Fraction:
    return sum((part.value for part in inputs), Fraction(0))


def _implied_residents(given: dict[str, list[Input]]) -> int:
    return math.floor(1000 * total(given["final quota"]) / one(given["target"]) + Fraction(1, 2))


# column -> its figure, from its inputs and what the mart says of its row
TARGETS = {
    "target_value": lambda given, _: one(given["target"]),
    "target_value_upper": lambda given, _: one(given["target"]),
    "actual_value": lambda given, row: indicator_value(row["indicator"], given["actual"]),
    "denied_by_value": lambda given, row: indicator_value(row["indicator"], given["actual"]),
    "since_reached_value": lambda given, row: indicator_value(row["indicator"], given["actual"]),
    "achievement_ratio": lambda given, row: (
        indicator_value(row["indicator"], given["actual"]) / one(given["target"])
    ),
    "gap_value": lambda given, row: _gap(given, row["indicator"]),
    "residents": lambda given, _: one(given["resident_population"]),
    "actual_places": lambda given, _: one(given["places"]),
    "required_places": lambda given, _: _required(given),
    "gap_places_net": lambda given, row: _net_gap(given, row["indicator"]),
    "gap_places_need_only": lambda given, row: _need_only(
        given, row["indicator"], row["region_code"]
    ),
    "quota_places": lambda given, _: total(given["quota"]),
    "quota_places_per_1000": lambda given, _: (
        1000 * total(given["quota"]) / one(given["resident_population"])
    ),
    "quota_gap_places": lambda given, _: _required(given) - total(given["quota"]),
    "observed_pace_per_year": lambda given, row: _observed_pace(given, row["indicator"]),
    "required_pace_per_year": _required_pace,
}
QUOTAS = {
    "cumulative_quota_places": lambda given, _: one(given["quota"]),
    "added_quota_places": _added,
    "target_per_1000": lambda given, _: one(given["target"]),
    "implied_residents": lambda given, _: _implied_residents(given),
    "implied_places_per_1000": lambda given, _: (
        one(given["target"]) * total(given["quota"]) / total(given["final quota"])
    ),
    "residents": lambda given, _: one(given["resident_population"]),
    "residents_difference": lambda given, _: (
        one(given["resident_population"]) - _implied_residents(given)
    ),
    "actual_places": lambda given, _: one(given["places"]),
    "gap_places": lambda given, _: one(given["quota"]) - one(exact(given["places"])),
    "stated_total_places": lambda given, _: one(given["stated total"]),
    "stated_total_difference_places": lambda given, _: (
        one(given["stated total"]) - total(given["quota"])
    ),
    "towns_sum_places": lambda given, _: total(given["quota"]),
    "quota_places": lambda given, _: total(given["quota"]),
}


def target_figure(files: Files, figure: dict) -> Fraction | int:
    """One figure of ``target_gaps`` or ``town_gaps``."""
    given, column = inputs_of(files, figure), figure["figure_column"]
    if figure["mart"] == "town_gaps" and column == "gap_places_need_only":
        return need(_required(given) - one(given["places"]), given["places"])
    return TARGETS[column](given, figure)


def path_figure(files: Files, figure: dict) -> Fraction | int:
    """One figure of ``target_paths``: as in ``target_gaps``, or where the straight path stands."""
    given = inputs_of(files, figure)
    if figure["figure_column"] != "path_value":
        return TARGETS[figure["figure_column"]](given, figure)
    indicator = figure["indicator"]
    *_, target_year, year = figure["figure_key"].split("|")
    start, end, here = (
        day_of(indicator, given["first"]),
        date(int(target_year), 12, 31),
        date(int(year), 12, 31),
    )
    first = indicator_value(indicator, given["first"])
    gone = Fraction((here - start).days, (end - start).days)
    return first + (one(given["target"]) - first) * gone


def quota_figure(files: Files, figure: dict) -> Fraction | int:
    """One figure of ``quota_progress`` or ``quota_totals``."""
    return QUOTAS[figure["figure_column"]](inputs_of(files, figure), figure)
