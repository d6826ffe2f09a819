"""Calculates published figures again: their formulas, with the inputs that the lineage names."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Any

import duckdb

from pipeline.contracts import load_contracts, load_formulas
from pipeline.contracts.formulas import PARTS
from pipeline.published.figure_marts import figure_marts

DAYS_PER_YEAR = Decimal("365.25")
AGES = {"age_0", "age_1", "age_2", "age_0_2", "age_1_4"}
# parts that are the value of an indicator, which may be a quotient of its inputs
INDICATORS = {"actual", "first", "latest"}
TOWNS = "residents_and_places"
# A published double holds 15 digits.
TOLERANCE = Decimal("1e-12")


@dataclass(frozen=True)
class Input:
    """A cell or a count that plays a part in a formula."""

    part: str
    measure: str
    region: str | None
    day: date | None
    value: Decimal


@dataclass(frozen=True)
class Figure:
    """A published figure, and all that it is made from.

    Attributes:
        name: Mart, key and column.
        published: Its value.
        formula: Code of its formula.
        inputs: Its inputs.
        about: What its mart says of its row besides figures: indicator, comparator, years.
    """

    name: tuple[str, str, str]
    published: Decimal
    formula: str
    inputs: tuple[Input, ...]
    about: dict[str, Any]

    @property
    def calculated(self) -> Decimal:
        """The value that the formula gives."""
        return self._evaluate(load_formulas()[self.formula].tree)

    @property
    def is_as_calculated(self) -> bool:
        """Whether that is the published value, but for the 15th digit."""
        calculated = self.calculated
        return abs(calculated - self.published) <= TOLERANCE * max(1, abs(calculated))

    def _evaluate(self, tree: ast.expr) -> Decimal:
        match tree:
            case ast.Constant(value=value):
                return Decimal(value)
            case ast.Name(id=name):
                return self._value(name)
            case ast.BinOp(left=left, op=sign, right=right):
                one, other = self._evaluate(left), self._evaluate(right)
                match sign:
                    case ast.Add():
                        return one + other
                    case ast.Sub():
                        return one - other
                    case ast.Mult():
                        return one * other
                    case ast.Div():
                        return one / other
            case ast.Call(func=ast.Name(id=function), args=[inner]):
                return self._call(function, inner)
        raise AssertionError(ast.unparse(tree))

    def _call(self, function: str, inner: ast.expr) -> Decimal:
        if function == "over_towns":
            towns = {line.region for line in self.inputs if line.part == TOWNS}
            return sum((self._of_town(town)._evaluate(inner) for town in towns), Decimal(0))
        value = self._evaluate(inner)
        match function:
            case "round_up":
                return value.to_integral_value(ROUND_CEILING)
            case "rounded":
                return value.to_integral_value(ROUND_HALF_UP)
            case "at_least_0":
                return max(value, Decimal(0))
            case "sum_of":
                return value
            case "distance":
                return abs(value)
            case "gap":
                return self._gap(value)
        raise AssertionError(function)

    def _of_town(self, town: str | None) -> Figure:
        inputs = tuple(one for one in self.inputs if one.part != TOWNS or one.region == town)
        return replace(self, inputs=inputs)

    def _gap(self, value: Decimal) -> Decimal:
        target = self._value("target")
        match self.about["comparator"]:
            case "<=":
                return value - target
            case "=":
                return abs(target - value)
            case "between":
                return max(target - value, value - self._value("upper_target"), Decimal(0))
        return target - value

    def _value(self, name: str) -> Decimal:
        """The number that a name stands for."""
        if name == "input":
            (only,) = self.inputs
            return only.value
        if name == "scale":
            return Decimal(str(load_contracts().indicators[self.about["indicator"]]["scale"]))
        if name in ("years_left", "years_between", "days_gone", "days_in_all"):
            return self._time(name)
        formula = load_formulas().get(name)
        if formula is not None and formula.calculates:
            return self._evaluate(formula.tree)
        part = PARTS.get(name, name)
        found = [one for one in self.inputs if one.part == part]
        if not found and part in AGES:
            # the formula itself says what share of this age is under three
            return sum((one.value for one in self.inputs if one.measure == part), Decimal(0))
        found = found or [one for one in self.inputs if one.measure == part]
        assert found, f"{self.name}: no {name} among {self.inputs}"
        return self._indicator_value(found) if part in INDICATORS else _total(found)

    def _indicator_value(self, inputs: list[Input]) -> Decimal:
        code = self.about["indicator"]
        if {one.measure for one in inputs} == {code}:
            return _total(inputs)
        spec = load_contracts().indicators[code]
        numerator = [one for one in inputs if one.measure == spec["numerator"]]
        denominator = [one for one in inputs if one not in numerator]
        return Decimal(str(spec["scale"])) * _total(numerator) / _total(denominator)

    def _day(self, part: str) -> date:
        """The day of an indicator's value: that of its numerator."""
        code = self.about["indicator"]
        measures = {code, load_contracts().indicators[code].get("numerator")}
        (day,) = {one.day for one in self.inputs if one.part == part and one.measure in measures}
        return day

    def _time(self, name: str) -> Decimal:
        if name == "years_between":
            return (self._day("latest") - self._day("first")).days / DAYS_PER_YEAR
        end = date(self.about["target_year"], 12, 31)
        if name == "years_left":
            return (end - self._day("actual")).days / DAYS_PER_YEAR
        until = end if name == "days_in_all" else date(self.about["year"], 12, 31)
        return Decimal((until - self._day("first")).days)


def _total(inputs: list[Input]) -> Decimal:
    """What inputs of one part add up to; ages of that part to the children under three."""
    values = [one.value for one in inputs]
    if {one.measure for one in inputs} <= AGES:
        values = [one.value / (2 if one.measure == "age_1_4" else 1) for one in inputs]
    return sum(values, Decimal(0))


def read_figures(connection: duckdb.DuckDBPyConnection) -> Iterator[Figure]:
    """Every published figure of the marts, with the lineage of each."""
    lineage = defaultdict(list)
    for mart, key, column, *line in connection.execute(
        "select mart, figure_key, figure_column, formula_code, input_role, input_measure,"
        " input_region_code, input_date, input_value from marts.figure_lineage order by all"
    ).fetchall():
        lineage[mart, key, column].append(line)
    for mart in figure_marts().values():
        rows = connection.execute(f"select * from marts.{mart.name}")
        names = [column[0] for column in rows.description]
        for values in rows.fetchall():
            row = dict(zip(names, values, strict=True))
            for column in mart.columns:
                if row[column] is None:
                    continue
                lines = lineage[mart.name, mart.key(row), column]
                (formula,) = {line[0] for line in lines}
                yield Figure(
                    (mart.name, mart.key(row), column),
                    Decimal(str(row[column])),
                    formula,
                    tuple(
                        Input(role.replace(" ", "_"), measure, region, day, Decimal(str(value)))
                        for _, role, measure, region, day, value in lines
                    ),
                    {"indicator": "places_per_1000"} | row,
                )
