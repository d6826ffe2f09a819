"""Lists every figure that documents state about a region, with what is computed here beside it."""

from __future__ import annotations

from markupsafe import Markup

from pipeline.published.rows import FigureLineageRow, IndicatorValuesRow
from pipeline.reporting import sentences
from pipeline.reporting.markup import Column, Html, badge, inline, note, paragraphs, table
from pipeline.reporting.region import RegionPage, source_remarks
from pipeline.values.shown import count_of, known
from pipeline.wording.formatting import in_brackets, place_words, quantity
from pipeline.wording.labels import (
    indicator,
    indicator_order,
    label,
    measure_in_sentence,
    measure_label,
    missing_reason,
)
from pipeline.wording.texts import chinese, join, say


def in_words(region: RegionPage) -> Html | None:
    """How many figures are known, which of them are disputed, and which indicators are missing."""
    stated = [row for row in region.values if row["value_origin"] == "stated"]
    counted = [row for row in region.values if row["value_origin"] == "counted"]
    computed = [row for row in region.values if row["value_origin"] == "computed"]
    missing = [row for row in region.values if row["value_origin"] == "missing"]
    counts = {"stated": count_of(stated), "computed": count_of(computed)}
    texts = [say("figures.none")]
    if stated:
        texts = [say("figures.known", **counts)]
    if counted:
        texts = [say("figures.counted", **counts, counted=count_of(counted))]
    if missing:
        unknown = [
            in_brackets(measure_in_sentence(row["indicator"]), _what_is_known(region, row))
            for row in missing
        ]
        texts.append(say("figures.missing", indicators=join("items", unknown)))
    return paragraphs(texts)


def _what_is_known(region: RegionPage, row: IndicatorValuesRow) -> str:
    """Why an indicator has no value, and what it is at least where a part of it is known."""
    code = row["indicator"]
    why = missing_reason(code, row["missing_reason"])
    least = sentences.bound(row, indicator(code)["unit"], region.figure)
    if least is None:
        return why
    parts = sentences.known_parts(row)
    told = [sentences.day_of(row), least, *([parts] if parts else []), why]
    return join("phrases", told)


def figure_table(region: RegionPage) -> Html | None:
    """One row per indicator and date, stated and computed value beside each other."""
    pairs: dict[tuple[str, str, str], dict[str, IndicatorValuesRow]] = {}
    for row in region.values:
        if row["value"] is not None:
            key = (row["indicator"], row["kind"], str(row["as_of_date"]))
            pairs.setdefault(key, {})[row["value_origin"]] = row
    if not pairs:
        return None
    newest_first = sorted(pairs, key=lambda key: key[2], reverse=True)
    in_order = sorted(newest_first, key=lambda key: indicator_order(key[0]))
    rows = [_cells(region, pairs[key]) for key in in_order]
    columns = [
        Column(say("column.indicator")),
        Column(say("column.date"), keeps_line=True),
        Column(say("figures.stated"), is_number=True, keeps_line=True),
        Column(say("figures.computed"), is_number=True),
        Column(say("column.place_in_document")),
        Column(say("column.grade")),
        Column(say("column.remarks")),
    ]
    return table(columns, rows, name=say("figures.name"))


def _cells(region: RegionPage, pair: dict[str, IndicatorValuesRow]) -> list[str]:
    row = next(iter(pair.values()))
    # of the figure that is used, as on its card
    used = next((value for value in pair.values() if value["is_headline"]), row)
    grade = known(used["grade"])
    found = [
        lineage
        for value in pair.values()
        for lineage in region.citations.of("indicator_values", value, "value")
    ]
    return [
        inline(measure_label(row["indicator"]), note(label("kind", row["kind"]))),
        sentences.day_of(row),
        _value(region, pair.get("stated"), say("figures.not_stated"), is_one_of_two=len(pair) > 1),
        _value(region, _ours(pair), _why_not_computed(row), is_one_of_two=len(pair) > 1),
        _documents(region, found),
        say("value.grade", grade=grade, words=label("grade", grade)),
        _remarks(region, pair),
    ]


def _ours(pair: dict[str, IndicatorValuesRow]) -> IndicatorValuesRow | None:
    """The value that is calculated here, or counted from registers."""
    return pair.get("computed", pair.get("counted"))


def _value(
    region: RegionPage, row: IndicatorValuesRow | None, otherwise: str, *, is_one_of_two: bool
) -> str:
    if row is None:
        return otherwise
    unit = indicator(row["indicator"])["unit"]
    made_of = sentences.parts_of(row)
    return inline(
        region.figure(
            "indicator_values", row, "value", quantity(known(row["value"]), unit, row["qualifier"])
        ),
        note(say("value.used")) if is_one_of_two and row["is_headline"] else "",
        note(say("card.parts", parts=made_of)) if made_of else "",
        note(label("value_origin", "counted")) if row["value_origin"] == "counted" else "",
    )


def _why_not_computed(row: IndicatorValuesRow) -> str:
    is_stated = "numerator" not in indicator(row["indicator"])
    return say("figures.no_need" if is_stated else "figures.no_parts")


def _documents(region: RegionPage, found: list[FigureLineageRow]) -> Markup:
    places = {(row["document_title"], row["locator"]): row for row in found}
    lines = [
        Markup("<div>{}{}{}</div>").format(
            chinese(title), region.citations.mark([row]), note(place_words(locator))
        )
        for (title, locator), row in places.items()
    ]
    return Markup("").join(lines)


def _remarks(region: RegionPage, pair: dict[str, IndicatorValuesRow]) -> str:
    remarks: list[Markup] = []
    between = [words for row in pair.values() if (words := sentences.range_of(row)) is not None]
    if any(row["is_contradicted"] for row in pair.values()):
        remarks.append(badge("contradicted", say("value.contradicted")))
    if any(row["basis"] == "modelled" for row in pair.values()):
        remarks.append(badge("modelled", label("basis", "modelled")))
    shown = Markup(" ").join([*remarks, *between])
    of_files = [
        source_remarks(region, "indicator_values", row, "value")
        for row in pair.values()
        # what is calculated here has inputs with remarks of their own
        if row["value_origin"] == "stated"
    ]
    return inline(shown, *dict.fromkeys(of_files)) or say("value.nothing")
