"""Names published figures, and writes their formulas with the numbers filled in."""

from __future__ import annotations

from pipeline.published.read_marts import Row
from pipeline.wording.formatting import number
from pipeline.wording.labels import indicator, label, measure_label, measure_unit
from pipeline.wording.mart_columns import load_column
from pipeline.wording.texts import say

# Formula of mart figure_lineage -> the same with places for numbers: columns of the figure's row,
# or roles and measures of its inputs. A formula that is not here is told in words alone.
FILLED = {
    "1000 * places / resident_population": "1,000 × {places} ÷ {resident_population}",
    "scale * numerator / denominator": "{scale}{numerator} ÷ {denominator}",
    "age_0 + age_1 + age_2": "{age_0} + {age_1} + {age_2}",
    "age_0 + age_1_4 / 2": "{age_0} + {age_1_4} ÷ 2",
    "actual_value / target_value": "{actual_value} ÷ {target_value}",
    "target_value - actual_value": "{target_value} − {actual_value}",
    "actual_value - target_value": "{actual_value} − {target_value}",
    "ceiling(target_value * residents / 1000)": "⌈{target_value} × {residents} ÷ 1,000⌉",
    "required_places - actual_places": "{required_places} − {actual_places}",
    "1000 * quota_places / residents": "1,000 × {quota_places} ÷ {residents}",
    "required_places - quota_places": "{required_places} − {quota_places}",
    "1000 * final quota / target": "1,000 × {final quota} ÷ {target}",
    "target * quota / final quota": "{target} × {quota} ÷ {final quota}",
    "quota - quota of the year before": "{quota} − {quota of the year before}",
    "quota - places": "{quota} − {places}",
    "stated total - quota of the whole period": "{stated total} − {quota}",
    "residents - implied_residents": "{residents} − {implied_residents}",
    "sum of the towns": "{sum}",
}
MOST_SUMMANDS = 40  # more make a line that nobody reads; the inputs are listed anyway


def figure_name(mart: str, row: Row, column: str) -> str:
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
    measure = measure_label(row["indicator"])
    return measure if column == "value" else say("box.part_of", whole=measure, part=name)


def figure_unit(mart: str, row: Row, column: str) -> str:
    """Unit code of a figure; arguments and errors as for ``figure_name``."""
    part = _part(row, column)
    if part is not None:
        return measure_unit(part)
    unit = load_column(mart, column).unit
    if unit == "indicator":
        return str(indicator(row["indicator"])["unit"])
    return unit or "count"


def formula_words(formula: str) -> str:
    """A formula of mart ``figure_lineage`` in words."""
    return label("formula", formula)


def formula_numbers(mart: str, row: Row, column: str, inputs: list[Row]) -> str | None:
    """The formula of a figure with its numbers filled in, and what comes out.

    Args:
        mart: Mart that publishes the figure.
        row: Its row of the mart.
        column: The column it stands in.
        inputs: Its rows of ``figure_lineage``.

    Returns:
        For example ``⌈4.50 × 423,000 ÷ 1,000⌉ = 1,904``; None where the figure is as stated, or
        where a number that the formula needs is not at hand.
    """
    template = FILLED.get(inputs[0]["formula"])
    if template is None:
        return None
    try:
        told = template.format_map(_Operands(mart, row, inputs))
    except KeyError:
        return None
    return f"{told} = {number(row[column], figure_unit(mart, row, column))}"


def _part(row: Row, column: str) -> str | None:
    """What is divided by what in an indicator; None for other columns."""
    if column not in ("numerator", "denominator"):
        return None
    part: str | None = indicator(row["indicator"]).get(column)
    return part


class _Operands(dict[str, str]):
    """Numbers of a formula by name, looked up in the figure's row, then among its inputs."""

    def __init__(self, mart: str, row: Row, inputs: list[Row]) -> None:
        super().__init__()
        self._mart, self._row = mart, row
        self._inputs = sorted(inputs, key=lambda line: str(line["input_date"] or ""))

    def __missing__(self, name: str) -> str:
        if name == "scale":
            scale = indicator(self._row["indicator"])["scale"]
            return "" if scale == 1 else f"{scale:,} × "
        if self._row.get(name) is not None:
            return number(self._row[name], figure_unit(self._mart, self._row, name))
        which, _, role = (
            name.rpartition(" ") if name.startswith(("latest ", "earliest ")) else ("", "", name)
        )
        summands = [
            line
            for line in self._inputs
            if role in (line["input_role"], line["input_measure"], "sum")
        ]
        if which:
            summands = [summands[-1 if which == "latest" else 0]] if len(summands) > 1 else []
        if not 0 < len(summands) <= MOST_SUMMANDS:
            raise KeyError(name)
        told = " + ".join(map(_input_number, summands))
        return f"({told})" if len(summands) > 1 and role != "sum" else told


def _input_number(line: Row) -> str:
    return number(line["input_value"], measure_unit(line["input_measure"]), line["input_qualifier"])
