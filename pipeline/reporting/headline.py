"""Answers where a region stands: one sentence and a few cards."""

from __future__ import annotations

from dataclasses import dataclass, field

from markupsafe import Markup

from pipeline.published.read_marts import figure_in
from pipeline.published.rows import IndicatorValuesRow, RegionYearsRow
from pipeline.reporting import sentences
from pipeline.reporting.markup import Html, badge, paragraphs, render
from pipeline.reporting.region import RegionPage, source_remarks
from pipeline.values.shown import known
from pipeline.wording.formatting import (
    day,
    end_of,
    in_brackets,
    number,
    people_in,
    unit_beside,
    year_of,
)
from pipeline.wording.labels import indicator, label, measure_label, no_value
from pipeline.wording.texts import in_sentence, say

# What a planner looks at first; the rate stands on every page, with its reason where it is unknown.
CARD_ORDER = (
    "places",
    "inclusive_place_ratio",
    "place_utilisation_ratio",
    "new_places",
    "new_inclusive_places",
    "inclusive_places",
    "facilities",
    "public_place_ratio",
)
MOST_CARDS = 4


@dataclass(frozen=True)
class Card:
    """One key figure.

    Attributes:
        name: What it is.
        value: The figure; empty when unknown.
        unit: Unit word behind the figure.
        reason: Why it is unknown; empty when it is known.
        lines: Date, basis, parts and sources.
    """

    name: str
    value: str = ""
    unit: str = ""
    reason: str = ""
    lines: list[str | Markup] = field(default_factory=list)


def sentence(region: RegionPage) -> Html | None:
    """Where the region stands, in one paragraph."""
    latest, counted = region.latest_values, region.latest_count
    shown = sentences.headline(region.row, list(latest.values()), counted, region.figure)
    return paragraphs([shown])


def cards(region: RegionPage) -> Html:
    """Two to four key figures, the rate first."""
    latest = region.latest_values
    shown = [_value_card(region, latest[sentences.RATE])]
    shown += [
        _value_card(region, latest[code])
        for code in CARD_ORDER
        if code in latest
        and (latest[code]["value"] is not None or latest[code]["value_at_least"] is not None)
    ]
    rate = latest[sentences.RATE]
    if rate["value"] is None and rate["value_at_least"] is None:
        shown += _promise_cards(region) + _quota_cards(region)
    if region.latest_count is not None:
        shown.insert(MOST_CARDS - 1, _people_card(region, region.latest_count))
    return render("cards", cards=shown[:MOST_CARDS])


def _value_card(region: RegionPage, value: IndicatorValuesRow) -> Card:
    name = measure_label(value["indicator"])
    unit = indicator(value["indicator"])["unit"]
    if value["value"] is None:
        reason = no_value(value["indicator"], value["missing_reason"])
        reason = region.figure("indicator_values", value, "value", reason)
        least = sentences.bound(value, unit, region.figure)
        if least is None:
            return Card(name, reason=reason)
        told = [day(value["as_of_date"]), sentences.known_parts(value), reason]
        return Card(
            name,
            value=least,
            unit="" if unit == "ratio" else unit_beside(name, unit),
            lines=[line for line in told if line is not None],
        )
    made_of = sentences.parts_of(value)
    origin = label("value_origin", value["value_origin"])
    basis = in_brackets(origin, in_sentence(label("basis", value["basis"]))) if made_of else origin
    date, kind = sentences.day_of(value), label("kind", value["kind"])
    lines: list[str | Markup] = [say("card.state", date=date, kind=kind, basis=basis)]
    if made_of:
        lines.append(say("card.parts", parts=made_of))
    lines.append(label("scope", value["scope"]))
    grade = known(value["grade"])
    lines.append(say("value.with_grade", grade=grade, words=label("grade", grade)))
    if value["is_contradicted"]:
        lines.append(badge("contradicted", say("value.contradicted")))
    if (between := sentences.range_of(value, region.figure)) is not None:
        lines.append(between)
    # What is calculated here has inputs with remarks of their own.
    remarks = value["value_origin"] == "stated" and source_remarks(
        region, "indicator_values", value, "value"
    )
    lines += [remarks] if remarks else []
    shown = number(value["value"], unit, value["qualifier"])
    return Card(
        name,
        value=region.figure("indicator_values", value, "value", shown),
        unit="" if unit == "ratio" else unit_beside(name, unit),
        lines=lines,
    )


def _promise_cards(region: RegionPage) -> list[Card]:
    """What the rate's target asks for and what the ledger promises, as long as nothing exists."""
    shown = []
    for target in (row for row in region.targets if row["indicator"] == sentences.RATE):
        for column, name, basis in (
            ("required_places", say("card.required"), sentences.target_words(target)),
            ("quota_places", say("card.ledger"), say("card.plan")),
        ):
            places = figure_in(target, column)
            if places is not None:
                lines: list[str | Markup] = [
                    say("card.promise", year=end_of(known(target["target_year"])), basis=basis)
                ]
                if column == "required_places":
                    residents = people_in(known(target["residents"]), target["population_year"])
                    lines.append(say("card.at_residents", residents=residents))
                value = number(places, "places")
                value = region.figure("target_gaps", target, column, value)
                shown.append(Card(name, value=value, unit=unit_beside(name, "places"), lines=lines))
    return shown


def _quota_cards(region: RegionPage) -> list[Card]:
    """What the ledger asks of this town in the end."""
    asked = [row for row in region.own_quotas if row["cumulative_quota_places"] is not None]
    last_year = max((row["year"] for row in asked), default=None)
    shown = []
    for row in (row for row in asked if row["year"] == last_year):
        basis = say("card.own_quota_basis", year=end_of(row["year"]))
        name = say("card.own_quota", category=label("category", row["category"]))
        value = number(known(row["cumulative_quota_places"]), "places")
        value = region.figure("quota_progress", row, "cumulative_quota_places", value)
        shown.append(Card(name, value=value, unit=unit_beside(name, "places"), lines=[basis]))
    return shown


def _people_card(region: RegionPage, counted: RegionYearsRow) -> Card:
    lines: list[str | Markup] = [
        say(
            "card.count_basis",
            year=year_of(counted["population_year"]),
            basis=label("basis", counted["population_basis"]),
        )
    ]
    if counted["residents_are_contradicted"]:
        lines.append(badge("contradicted", say("value.contradicted")))
    name = measure_label("resident_population")
    count = number(known(counted["resident_population"]), "residents")
    shown = region.figure("region_years", counted, "resident_population", count)
    return Card(name, value=shown, unit=unit_beside(name, "residents"), lines=lines)
