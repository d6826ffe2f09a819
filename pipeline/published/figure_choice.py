"""Which published figures a name stands for: an indicator, or a column of a mart."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.contracts import load_contracts, normalise_label
from pipeline.core.errors import UsageError
from pipeline.core.messages import Message
from pipeline.language import LANGUAGES
from pipeline.published.figure_marts import figure_marts
from pipeline.published.read_marts import Marts, Row
from pipeline.wording.labels import measure_label
from pipeline.wording.mart_columns import load_column
from pipeline.wording.texts import speaking

SAY_WHY_EMPTY = ("target_gaps", "quota_progress", "quota_totals")
CANDIDATES = 5


@dataclass(frozen=True)
class Published:
    """One figure in a published mart.

    Attributes:
        mart: The mart.
        column: Its column.
        row: Its row.
    """

    mart: str
    column: str
    row: Row

    @property
    def value(self) -> float | None:
        """The figure; None where the mart has none."""
        found: float | None = self.row[self.column]
        return found

    @property
    def key(self) -> str:
        """Its ``figure_key`` in ``figure_lineage``."""
        return figure_marts()[self.mart].key(self.row)

    @property
    def indicator(self) -> str | None:
        """Indicator that its row is about, in marts of several indicators."""
        found: str | None = self.row.get("indicator")
        return found

    @property
    def year(self) -> int | None:
        """Year that it is about; of a value that no target asks for, that of its date."""
        if "year" in self.row:
            found: int | None = self.row["year"]
            return found
        date = self.row["actual_date"]
        return self.row["target_year"] or (date.year if date else None)

    @property
    def is_headline(self) -> bool:
        """Whether it is what reports show of its date; marts of one scope show all they have."""
        return bool(self.row.get("is_headline", True))


@dataclass(frozen=True)
class Selection:
    """Figures that one name stands for.

    Attributes:
        mart: The mart.
        column: Its column.
        indicator: Indicator that rows must be about; None for all rows.
    """

    mart: str
    column: str
    indicator: str | None = None


def _find_selections(asked: str) -> list[Selection]:
    """What a code, a Chinese or an English name stands for; nothing where none goes by it.

    An indicator stands for its values, their variants by scope, and all that is said of targets
    for it; a column of a mart for its figures.
    """
    names = sorted(_words().get(normalise_label(asked), ()))
    found = [selection for name in names for selection in _selections(name)]
    return sorted(found, key=lambda selection: _rank(selection.mart))


def _rank(mart: str) -> tuple[bool, int]:
    """Indicators say most of themselves; then the order of marts."""
    return mart != "indicator_values", list(figure_marts()).index(mart)


def _selections(name: str) -> Iterable[Selection]:
    for mart in figure_marts().values():
        if name in mart.columns:
            yield Selection(mart.name, name)
    if name in load_contracts().indicators:
        yield Selection("indicator_values", "value", name)
        yield Selection("headline_variants", "value", name)
        for column in figure_marts()["target_gaps"].columns:
            yield Selection("target_gaps", column, name)


@functools.cache
def _words() -> dict[str, set[str]]:
    """Every word by which somebody may ask -> indicators and columns that go by it."""
    contracts = load_contracts()
    words: dict[str, set[str]] = {}
    for word, code in contracts.vocabularies["indicator"].items():
        words.setdefault(word, set()).add(code)
    for code, spec in contracts.indicators.items():
        if "label_en" in spec:
            words.setdefault(normalise_label(spec["label_en"]), set()).add(code)
    for mart in figure_marts().values():
        for column in mart.columns:
            for word in (column, *_labels(mart.name, column)):
                words.setdefault(normalise_label(word), set()).add(column)
    return words


def _labels(mart: str, column: str) -> list[str]:
    """Labels of a column in all languages; somebody may ask by either."""
    labels = []
    for spoken in LANGUAGES:
        with speaking(spoken):
            labels.append(load_column(mart, column).label)
    return labels


def name_of(name: str) -> str:
    """Name of an indicator, or of a column that holds figures."""
    if name in load_contracts().indicators:
        return measure_label(name)
    mart = next(mart for mart in figure_marts().values() if name in mart.columns)
    return load_column(mart.name, name).label


def choose_figures(marts: Marts, region_code: str, asked: str, year: int | None) -> list[Published]:
    """The figures of a region that a name stands for.

    Args:
        marts: The published marts.
        region_code: The region.
        asked: Code or name.
        year: Year of the figures; None for the latest date or year of each mart.

    Returns:
        Known ones first, the headline first among those of a mart. Where a figure is missing and
        its mart says why, it is listed too.

    Raises:
        UsageError: Nothing goes by that name, or nothing is published of it.
    """
    selections = _find_selections(asked)
    if not selections:
        raise UsageError(_unknown(asked, _names_of(marts, region_code)))
    found: dict[str, list[Published]] = {}
    for selection in selections:
        found.setdefault(selection.mart, []).extend(_select(marts, region_code, selection))
    chosen = [figure for figures in found.values() for figure in _of_year(figures, year)]
    if not chosen:
        raise UsageError(_nothing(marts, region_code, asked, year, found))
    return sorted(
        chosen,
        key=lambda one: (one.value is None, _rank(one.mart), not one.is_headline),
    )


def _select(marts: Marts, region_code: str, selection: Selection) -> list[Published]:
    """Figures of a selection, of all years, with empty cells where something says why."""
    condition, values = "region_code = ?", [region_code]
    if selection.indicator is not None:
        condition, values = f"{condition} and indicator = ?", [*values, selection.indicator]
    rows = marts.rows(selection.mart, condition, values)
    figures = [Published(selection.mart, selection.column, row) for row in rows]
    # an indicator stands for all columns of its targets, many of which never apply to it
    says_why = selection.mart == "indicator_values" or (
        selection.mart in SAY_WHY_EMPTY and selection.indicator is None
    )
    return [figure for figure in figures if figure.value is not None or says_why]


def _of_year(figures: list[Published], year: int | None) -> list[Published]:
    """Figures of one mart of a year, or the latest; empty cells where there is nothing else."""
    if year is None:
        known = [figure for figure in figures if figure.is_headline and figure.value is not None]
        latest = max((_when(figure) for figure in known or figures), default=None)
        chosen = [figure for figure in figures if _when(figure) == latest]
    else:
        chosen = [figure for figure in figures if figure.year == year]
    known = [figure for figure in chosen if figure.value is not None]
    # every row of an indicator is a figure of a scope, or says why there is none
    return [f for f in chosen if f.mart == "indicator_values"] or known or chosen


def _when(figure: Published) -> str:
    """Date, where several figures of a year have one each; else the year."""
    date = figure.row.get("as_of_date") if figure.mart == "indicator_values" else None
    return str(date or figure.year or "")


def _nothing(
    marts: Marts,
    region_code: str,
    asked: str,
    year: int | None,
    found: dict[str, list[Published]],
) -> Message:
    """That nothing is published, and of which years or names there is something."""
    figure = [region_code, asked, *([year] if year else [])]
    years = {one.year for figures in found.values() for one in figures} - {None}
    if years:
        return Message("lookup.other_years", figure=figure, years=sorted(filter(None, years)))
    names = _names_of(marts, region_code)
    if names:
        return Message("lookup.other_figures", figure=figure, region=region_code, names=names)
    return Message("lookup.no_figure", figure=figure)


def _unknown(asked: str, names: list[Message]) -> Message:
    """That no figure goes by a name, with names that come near and those of a region."""
    words = _words()
    near = difflib.get_close_matches(normalise_label(asked), words, n=CANDIDATES, cutoff=0.4)
    listed = dict.fromkeys(name for word in near for name in sorted(words[word]))
    return Message(
        "lookup.unknown_figure",
        asked=asked,
        near=[_named(name) for name in listed] or Message("lookup.none"),
        names=names or Message("lookup.none"),
    )


def _named(name: str) -> Message:
    return Message("lookup.figure", code=name, name=name_of(name))


def _names_of(marts: Marts, region_code: str) -> list[Message]:
    """Names of all that is published of a region."""
    of_region = {
        line["figure_key"].split("|")[1]
        if line["mart"] == "indicator_values"
        else line["figure_column"]
        for line in marts.rows("figure_lineage", "region_code = ?", [region_code])
    }
    return [_named(name) for name in sorted(of_region)]
