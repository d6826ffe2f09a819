"""Names published figures, and writes their formulas with the numbers filled in."""

from __future__ import annotations

import ast

from pipeline.contracts import load_formulas
from pipeline.contracts.formulas import PARTS
from pipeline.published.read_marts import AnyRow, figure_in
from pipeline.published.rows import FigureLineageRow
from pipeline.values.shown import known
from pipeline.wording.formatting import factor, number
from pipeline.wording.labels import indicator, measure_label, measure_unit
from pipeline.wording.mart_columns import UNITS_OF_THE_INDICATOR, load_column
from pipeline.wording.texts import language, say

SIGNS: dict[type[ast.operator], str] = {
    ast.Add: " + ",
    ast.Sub: " − ",
    ast.Mult: " × ",
    ast.Div: " ÷ ",
}
# How pages write a function; a formula with another one is shown in words alone.
BRACKETS = {"round_up": ("⌈", "⌉"), "distance": ("|", "|"), "rounded": ("", ""), "sum_of": ("", "")}
MOST_SUMMANDS = 40  # more make a line that nobody reads; the inputs are listed anyway


def figure_name(mart: str, row: AnyRow, column: str) -> str:
    """What a figure is called.

    Args:
        mart: Mart that publishes it.
        row: Its row of the mart.
        column: The column it stands in.

    Raises:
        UnknownLabelError: A code or the column has no name.
    """
    part = _part(row, column)
    if part is not None:
        return measure_label(part)
    name = load_column(mart, column).label
    if "indicator" not in row or (mart == "headline_variants" and column != "value"):
        return name
    measure = measure_label(str(row["indicator"]))
    return measure if column == "value" else say("box.part_of", whole=measure, part=name)


def figure_unit(mart: str, row: AnyRow, column: str) -> str:
    """Unit code of a figure; arguments and errors as for ``figure_name``."""
    part = _part(row, column)
    if part is not None:
        return measure_unit(part)
    unit = load_column(mart, column).unit
    if unit in UNITS_OF_THE_INDICATOR:
        return str(indicator(str(row["indicator"]))["unit"])
    return unit or "count"


def formula_words(line: FigureLineageRow) -> str:
    """The formula of a row of mart ``figure_lineage`` in words."""
    words: str = line["formula" if language() == "zh" else "formula_en"]
    return words


def formula_numbers(
    mart: str, row: AnyRow, column: str, inputs: list[FigureLineageRow]
) -> str | None:
    """The formula of a figure with its numbers filled in, and what comes out.

    Args:
        mart: Mart that publishes the figure.
        row: Its row of the mart.
        column: The column it stands in.
        inputs: Its rows of ``figure_lineage``.

    Returns:
        For example ``⌈4.50 × 423,000 ÷ 1,000⌉ = 1,904``; None where the figure is its only
        input, or where a number that the formula needs is not at hand.
    """
    formula = load_formulas()[inputs[0]["formula_code"]]
    numbers = _Numbers(mart, row, inputs)
    if not formula.calculates:
        return None
    try:
        shown = numbers.write(formula.tree, is_whole=True)
    except KeyError:
        return None
    result = number(known(figure_in(row, column)), figure_unit(mart, row, column))
    return None if shown == result else f"{shown} = {result}"


def _part(row: AnyRow, column: str) -> str | None:
    """What is divided by what in an indicator; None for other columns."""
    if column not in ("numerator", "denominator"):
        return None
    part: str | None = indicator(str(row["indicator"])).get(column)
    return part


class _Numbers:
    """Writes an expression with numbers: columns of the figure's row, else its inputs."""

    def __init__(self, mart: str, row: AnyRow, inputs: list[FigureLineageRow]) -> None:
        self._mart, self._row, self._inputs = mart, row, inputs

    def write(self, tree: ast.expr, *, is_whole: bool = False) -> str:
        """Write a part of an expression.

        Args:
            tree: The part.
            is_whole: Whether nothing stands beside it, so that a sum needs no brackets.

        Raises:
            KeyError: A number is not at hand, or there is no way to write a function.
        """
        match tree:
            case ast.Constant(value=int(value)):
                return factor(value)
            case ast.Name(id="scale"):
                return factor(self._scale)
            case ast.Name(id=name):
                return self._number(name, is_whole=is_whole)
            case ast.BinOp(left=ast.Name(id="scale"), right=right) if self._scale == 1:
                return self.write(right)
            case ast.BinOp(left=left, op=sign, right=right):
                is_product = isinstance(sign, ast.Mult | ast.Div)
                return "".join(
                    [
                        self._operand(left, needs_brackets=is_product and _is_sum(left)),
                        SIGNS[type(sign)],
                        self._operand(
                            right,
                            needs_brackets=not isinstance(sign, ast.Add)
                            and (_is_sum(right) or isinstance(sign, ast.Div)),
                        ),
                    ]
                )
            case ast.Call(func=ast.Name(id=function), args=[inner]):
                opening, closing = BRACKETS[function]
                return opening + self.write(inner, is_whole=True) + closing
        raise KeyError(ast.unparse(tree))

    def _operand(self, tree: ast.expr, *, needs_brackets: bool) -> str:
        shown = self.write(tree)
        return f"({shown})" if needs_brackets and isinstance(tree, ast.BinOp) else shown

    @property
    def _scale(self) -> int:
        scale: int = indicator(str(self._row["indicator"]))["scale"]
        return scale

    def _number(self, name: str, *, is_whole: bool) -> str:
        value = figure_in(self._row, name) if name in self._row else None
        if value is not None:
            return number(value, figure_unit(self._mart, self._row, name))
        part = PARTS.get(name, name)
        summands = [
            line
            for line in self._inputs
            if part in (line["input_role"].replace(" ", "_"), line["input_measure"])
        ]
        # inputs that measure different things, as the parts of a quotient, do not add up
        is_sum = len({line["input_measure"] for line in summands}) == 1
        if not is_sum or len(summands) > MOST_SUMMANDS:
            raise KeyError(name)
        shown = " + ".join(map(_input_number, summands))
        return shown if is_whole or len(summands) == 1 else f"({shown})"


def _is_sum(tree: ast.expr) -> bool:
    return isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Add | ast.Sub)


def _input_number(line: FigureLineageRow) -> str:
    return number(line["input_value"], measure_unit(line["input_measure"]), line["input_qualifier"])
