"""What the marts say about a region, in sentences; every number in them comes from a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pipeline.published.read_marts import AnyRow, Region, figure_in
from pipeline.published.rows import (
    IndicatorValuesRow,
    QuotaProgressRow,
    QuotaTotalsRow,
    RegionYearsRow,
    TargetGapsRow,
)
from pipeline.values.shown import count_of, known, without_sign
from pipeline.wording.formatting import (
    count,
    day,
    factor,
    in_brackets,
    number,
    people,
    people_in,
    points,
    quantity,
    year_of,
)
from pipeline.wording.labels import (
    indicator,
    indicator_order,
    label,
    measure_in_sentence,
    measure_label,
    missing_reason,
    no_value,
)
from pipeline.wording.texts import chinese, in_sentence, join, say

RATE = "places_per_1000"
NEW_PLACES = ("new_places", "new_inclusive_places")
# Makes the text of a figure something to click, given its mart, row and column.
Show = Callable[[str, AnyRow, str, str], str]


def plain(_mart: str, _row: AnyRow, _column: str, text: str) -> str:
    """Leave the text of a figure as it is."""
    return text


def parts_of(value: IndicatorValuesRow) -> str | None:
    """How a computed value is made up, or None for a stated one.

    Args:
        value: Row of mart ``indicator_values``.
    """
    if value["numerator"] is None or value["denominator"] is None:
        return None
    spec = indicator(value["indicator"])
    over_people = spec["denominator"] in ("resident_population", "children_under_3")
    year = year_of(value["denominator_year"])
    return say(
        "headline.parts",
        scale=factor(spec["scale"]) + " × " if spec["scale"] != 1 else "",
        above=measure_in_sentence(spec["numerator"]),
        numerator=number(value["numerator"], "places", value["qualifier"]),
        below=measure_in_sentence(spec["denominator"]),
        denominator=number(value["denominator"], "residents"),
        year=say("headline.year_of_denominator", year=year) if over_people else "",
    )


def day_of(value: IndicatorValuesRow) -> str:
    """The day of a value, and how it is known where its document does not say it."""
    shown = day(value["as_of_date"])
    if value["as_of_basis"] in (None, "stated"):
        return shown
    return in_brackets(shown, in_sentence(label("as_of_basis", value["as_of_basis"])))


def measures_of(code: str) -> tuple[str, str]:
    """Measures that an indicator is computed from: its numerator and its denominator."""
    spec = indicator(code)
    return spec["numerator"], spec["denominator"]


def known_parts(value: IndicatorValuesRow) -> str | None:
    """Of how many parts an unknown value is known; None where that is not told."""
    if value["known"] is None or value["parts"] is None:
        return None
    told = {"known": count(value["known"]), "parts": count(value["parts"])}
    if value["missing_reason"] == "facilities_unknown":
        return say("value.known_facilities", **told)
    if value["missing_reason"] == "regions_unknown":
        return say("value.known_regions", **told)
    return say("value.known_of", **told)


def bound(value: IndicatorValuesRow, unit: str, show: Show = plain) -> str | None:
    """What an unknown value is at least, and at most where that is known; None where neither is.

    Args:
        value: Row of mart ``indicator_values`` without a value.
        unit: Unit that the number is written in.
        show: How figures are shown.
    """
    least, most = value["value_at_least"], value["value_at_most"]
    if least is None and most is None:
        return None
    shown = [
        show("indicator_values", value, column, number(amount, unit, column.removeprefix("value_")))
        for column, amount in (("value_at_least", least), ("value_at_most", most))
        if amount is not None
    ]
    return shown[0] if len(shown) == 1 else say("value.bounded", least=shown[0], most=shown[1])


def range_of(value: IndicatorValuesRow, show: Show = plain) -> str | None:
    """Between what a contradicted value lies, and why it is used; None for any other value."""
    if value["lowest_value"] is None or value["highest_value"] is None:
        return None
    unit = indicator(value["indicator"])["unit"]
    low, high = (
        show("indicator_values", value, column, number(known(figure_in(value, column)), unit))
        for column in ("lowest_value", "highest_value")
    )
    why = in_sentence(label("adopted_because", value["adopted_because"] or "preferred"))
    return say("value.range", low=low, high=high, why=why)


def headline(
    region: Region,
    values: Sequence[IndicatorValuesRow],
    residents: RegionYearsRow | None,
    show: Show = plain,
) -> str:
    """Where the region stands in places per 1,000 residents, or why that is not known.

    Args:
        region: Row of mart ``regions``.
        values: Its rows of ``indicator_values`` to show, the latest of each indicator.
        residents: Its latest row of ``region_years`` with a count of residents.
        show: How figures are shown.
    """
    by_indicator = {row["indicator"]: row for row in values}
    rate = by_indicator[RATE]
    name = chinese(region["region_name"])
    if rate["value"] is not None:
        made_of = parts_of(rate)
        how = say("headline.calculated", parts=made_of) if made_of else say("headline.published")
        amount = number(rate["value"], RATE, rate["qualifier"])
        amount = show("indicator_values", rate, "value", amount)
        date = day_of(rate)
        texts = [say("headline.known", date=date, region=name, rate=amount, how=how)]
        if (between := range_of(rate, show)) is not None:
            texts.append(say("headline.range", range=between))
        if rate["is_contradicted"]:
            texts.append(say("headline.contradicted"))
        return join("sentences", texts)
    reason = in_sentence(no_value(RATE, rate["missing_reason"]))
    reason = show("indicator_values", rate, "value", reason)
    texts = [say("headline.unknown", region=name, reason=reason)]
    if (least := bound(rate, RATE, show)) is not None:
        reason = in_sentence(missing_reason(RATE, rate["missing_reason"]))
        why = show("indicator_values", rate, "value", say("value.why_unknown", reason=reason))
        texts = [
            say(
                "headline.at_least",
                date=day_of(rate),
                region=name,
                rate=least,
                known=known_parts(rate) or label("value_origin", "missing"),
                why=why,
            )
        ]
    added = [by_indicator[code] for code in NEW_PLACES if code in by_indicator]
    if added:
        figures = [
            say(
                "headline.figure",
                name=measure_in_sentence(row["indicator"]),
                value=show(
                    "indicator_values",
                    row,
                    "value",
                    quantity(known(row["value"]), "places", row["qualifier"]),
                ),
            )
            for row in added
        ]
        date = day_of(added[0])
        texts.append(say("headline.new_places", date=date, figures=join("items", figures)))
    if residents is not None:
        count = people_in(known(residents["resident_population"]), residents["population_year"])
        count = show("region_years", residents, "resident_population", count)
        texts.append(say("headline.residents", residents=count))
    return join("sentences", texts)


def target_words(target: TargetGapsRow, show: Show = plain) -> str:
    """A target as its document sets it, for example ``不少于 4.50 个/千人``."""
    if target["target_value"] is None:
        return label("status", "no_target")
    unit = indicator(target["indicator"])["unit"]
    comparator = label("comparator", target["comparator"])
    low = show("target_gaps", target, "target_value", quantity(target["target_value"], unit))
    if target["target_value_upper"] is None:
        return say("targets.target", comparator=comparator, value=low)
    high = quantity(target["target_value_upper"], unit)
    high = show("target_gaps", target, "target_value_upper", high)
    return say("targets.range", comparator=comparator, low=low, high=high)


def gap_words(target: TargetGapsRow, show: Show = plain) -> str:
    """How far the actual value is from the target; in words where no number is known."""
    if target["status"] == "no_target":
        return say("targets.no_gap")
    if target["status"] == "not_comparable":
        reason = in_sentence(label("status_reason", target["status_reason"]))
        status = label("status", "not_comparable")
        return say("targets.not_comparable", status=status, reason=reason)
    if target["gap_value"] is None:
        status = in_sentence(label("status", target["status"]))
        return say("targets.gap_unknown", status=status)
    if target["gap_value"] == 0.0:
        return say("targets.just_met")
    unit = indicator(target["indicator"])["unit"]
    gap = without_sign(target["gap_value"])
    amount = points(gap) if unit == "ratio" else quantity(gap, unit)
    amount = show("target_gaps", target, "gap_value", amount)
    key = "targets.short_of" if target["gap_value"] > 0 else "targets.beyond"
    return say(key, amount=amount)


def status_notes(target: TargetGapsRow, show: Show = plain) -> list[str]:
    """What belongs beside a status: another scope that denies it, a later day that reached it.

    Args:
        target: Row of mart ``target_gaps``.
        show: How figures are shown.
    """
    unit = indicator(target["indicator"])["unit"]
    notes = []
    if target["denied_by_value"] is not None:
        value = quantity(target["denied_by_value"], unit)
        value = show("target_gaps", target, "denied_by_value", value)
        scope = label("scope", target["denied_by_scope"])
        notes.append(say("targets.denied", scope=scope, value=value))
    if target["since_reached_value"] is not None:
        value = quantity(target["since_reached_value"], unit)
        value = show("target_gaps", target, "since_reached_value", value)
        date = day(target["since_reached_on"])
        notes.append(say("targets.since_reached", value=value, date=date))
    return notes


def rate_target(region: Region, target: TargetGapsRow, show: Show = plain) -> str:
    """What the target of places per 1,000 residents asks for, promises and leaves open.

    Args:
        region: Row of mart ``regions``.
        target: Its row of ``target_gaps`` for places per 1,000.
        show: How figures are shown.
    """
    if target["target_value"] is None:
        return say("targets.none_set", region=chinese(region["region_name"]))
    goal = in_sentence(target_words(target, show))
    parts = [say("targets.goal", year=known(target["target_year"]), target=goal)]
    if target["required_places"] is not None:
        residents = people_in(known(target["residents"]), target["population_year"])
        residents = show("target_gaps", target, "residents", residents)
        needed = quantity(target["required_places"], "places")
        needed = show("target_gaps", target, "required_places", needed)
        parts.append(say("targets.need", residents=residents, places=needed))
    if target["quota_places"] is not None:
        parts.append(_quota_outcome(target, show))
    if target["actual_value"] is not None:
        parts += _rate_outcome(target, show)
    elif target["status_reason"] == "nothing_near_target_date":
        parts.append(in_sentence(label("status_reason", target["status_reason"])))
    else:
        parts.append(say("targets.actual_unknown"))
    parts += status_notes(target, show)
    return say("targets.sentence", parts=join("clauses", parts))


def _quota_outcome(target: TargetGapsRow, show: Show) -> str:
    places = quantity(known(target["quota_places"]), "places")
    places = show("target_gaps", target, "quota_places", places)
    text = say("targets.ledger_done", places=places)
    if target["quota_places_per_1000"] is not None:
        rate = number(target["quota_places_per_1000"], RATE)
        rate = show("target_gaps", target, "quota_places_per_1000", rate)
        text = say("targets.ledger_rate", ledger=text, rate=rate)
    gap = target["quota_gap_places"]
    if gap is None:
        return text
    if gap == 0.0:
        return say("targets.ledger_enough", ledger=text)
    key = "targets.ledger_short" if gap > 0 else "targets.ledger_more"
    places = show("target_gaps", target, "quota_gap_places", quantity(without_sign(gap), "places"))
    return say(key, ledger=text, places=places)


def _rate_outcome(target: TargetGapsRow, show: Show) -> list[str]:
    actual = quantity(known(target["actual_value"]), RATE, target["actual_qualifier"])
    first = [
        say(
            "targets.latest",
            actual=show("target_gaps", target, "actual_value", actual),
            date=day(target["actual_date"]),
            gap=in_sentence(gap_words(target, show)),
        )
    ]
    last = []
    net = target["gap_places_net"]
    if net is not None:
        key = "targets.net_short" if net > 0 else "targets.net_more"
        places = show(
            "target_gaps", target, "gap_places_net", quantity(without_sign(net), "places")
        )
        first.append(say(key, places=places))
    if target["need_towns"] is not None:
        need = quantity(known(target["gap_places_need_only"]), "places")
        need = show("target_gaps", target, "gap_places_need_only", need)
        last.append(say("targets.need_only", places=need))
    if target["required_pace_per_year"] is not None:
        pace = quantity(target["required_pace_per_year"], RATE)
        pace = show("target_gaps", target, "required_pace_per_year", pace)
        pace = say("targets.pace", pace=pace)
        (last or first).append(pace)
    return [join("phrases", texts) for texts in (first, last) if texts]


def reached_targets(targets: Sequence[TargetGapsRow], show: Show = plain) -> list[str]:
    """One sentence per target year on targets, other than the rate, that have an actual value."""
    sentences = []
    reached = [
        row for row in targets if row["achievement_ratio"] is not None and row["indicator"] != RATE
    ]
    for year in sorted({known(row["target_year"]) for row in reached}):
        of_year = [row for row in reached if row["target_year"] == year]
        parts = [
            say(
                "targets.reached_part",
                name=measure_in_sentence(row["indicator"]),
                actual=show(
                    "target_gaps",
                    row,
                    "actual_value",
                    quantity(
                        known(row["actual_value"]),
                        indicator(row["indicator"])["unit"],
                        row["actual_qualifier"],
                    ),
                ),
                date=day(row["actual_date"]),
                target=in_sentence(target_words(row, show)),
                share=show(
                    "target_gaps",
                    row,
                    "achievement_ratio",
                    number(known(row["achievement_ratio"]), "ratio"),
                ),
            )
            for row in sorted(of_year, key=lambda row: indicator_order(row["indicator"]))
        ]
        sentences.append(say("targets.reached", year=year, parts=join("clauses", parts)))
    return sentences


def incomparable_targets(
    targets: Sequence[TargetGapsRow], values: Sequence[IndicatorValuesRow], show: Show = plain
) -> list[str]:
    """One sentence per target that a hasty reader would compare with a flow.

    Args:
        targets: Rows of ``target_gaps``.
        values: Rows of ``indicator_values`` to show, the latest of each indicator.
        show: How figures are shown.
    """
    sentences = []
    for target in (row for row in targets if row["status"] == "not_comparable"):
        spec = indicator(target["indicator"])
        goal = say(
            "targets.incomparable_goal",
            year=known(target["target_year"]),
            name=measure_in_sentence(target["indicator"]),
            target=in_sentence(target_words(target, show)),
            kind=in_sentence(label("kind", target["kind"])),
        )
        flows = [
            row
            for row in values
            if row["value"] is not None
            and row["kind"] != target["kind"]
            and row["indicator"] in (target["indicator"], spec.get("flow_counterpart"))
        ]
        for flow in flows:
            about = [day_of(flow), parts_of(flow)]
            sentences.append(
                say(
                    "targets.incomparable",
                    name=measure_label(flow["indicator"]),
                    value=show(
                        "indicator_values",
                        flow,
                        "value",
                        quantity(
                            known(flow["value"]),
                            indicator(flow["indicator"])["unit"],
                            flow["qualifier"],
                        ),
                    ),
                    about=join("phrases", [words for words in about if words]),
                    kind=in_sentence(label("kind", flow["kind"])),
                    goal=goal,
                )
            )
    return sentences


def open_targets(targets: Sequence[TargetGapsRow]) -> list[str]:
    """One sentence that names the targets, other than the rate, without an actual value."""
    open_ = [row for row in targets if row["status"] == "no_actual" and row["indicator"] != RATE]
    if not open_:
        return []
    names = [
        in_brackets(measure_in_sentence(row["indicator"]), year_of(row["target_year"]))
        for row in open_
    ]
    return [say("targets.open", count=count_of(open_), names=join("items", names))]


def quota_path(
    mart: str,
    rows: Sequence[QuotaTotalsRow] | Sequence[QuotaProgressRow],
    column: str,
    show: Show = plain,
) -> str:
    """Places of a ledger year by year.

    Args:
        mart: ``quota_totals`` or ``quota_progress``.
        rows: Its rows, in the order of years.
        column: The column that holds the places; null in none of the rows.
        show: How figures are shown.
    """
    return join(
        "items",
        [
            say(
                "quotas.of_year",
                year=row["year"],
                places=show(mart, row, column, quantity(known(figure_in(row, column)), "places")),
            )
            for row in rows
        ],
    )


def quota_totals(
    region: Region, totals: Sequence[QuotaTotalsRow], absent: Sequence[str], show: Show = plain
) -> list[str]:
    """What the quota ledger adds up to.

    Args:
        region: Row of mart ``regions``.
        totals: Its rows of ``quota_totals`` of one category with a sum, in the order of years.
        absent: Towns without a quota.
        show: How figures are shown.
    """
    last = totals[-1]

    def places(column: str) -> str:
        return show(
            "quota_totals", last, column, quantity(known(figure_in(last, column)), "places")
        )

    sentences = [
        say(
            "quotas.listed",
            region=chinese(region["region_name"]),
            category=in_sentence(label("category", last["category"])),
            towns=last["quota_towns"],
            listed=last["quota_towns_known"],
            path=quota_path("quota_totals", totals, "towns_sum_places", show),
        )
    ]
    sum_, year = places("towns_sum_places"), last["year"]
    difference = last["stated_total_difference_places"]
    if difference is None:
        sentences.append(say("quotas.no_total", year=year, sum=sum_))
    elif difference == 0.0:
        total = places("stated_total_places")
        sentences.append(say("quotas.total_agrees", total=total, year=year, sum=sum_))
    else:
        words = {
            "total": places("stated_total_places"),
            "difference": show(
                "quota_totals",
                last,
                "stated_total_difference_places",
                quantity(without_sign(difference), "places"),
            ),
        }
        sentences.append(say("quotas.total_differs", year=year, sum=sum_, **words))
    if absent:
        names = join("items", [chinese(name) for name in absent])
        sentences.append(say("quotas.absent", towns=names))
    return sentences


def implied_population(ledger: QuotaTotalsRow, show: Show = plain) -> str:
    """Which number of residents the ledger must have been made with.

    Args:
        ledger: Row of ``quota_totals`` with a difference between residents and those implied.
        show: How figures are shown.
    """

    def shown(column: str, text: str) -> str:
        return show("quota_totals", ledger, column, text)

    difference = known(ledger["residents_difference"])
    counted = shown("residents", people_in(known(ledger["residents"]), ledger["population_year"]))
    if difference == 0.0:
        comparison = say("quotas.implied_equal", residents=counted)
    else:
        key = "quotas.implied_fewer" if difference > 0 else "quotas.implied_more"
        amount = shown("residents_difference", people(without_sign(difference)))
        comparison = say(key, residents=counted, difference=amount)
    return say(
        "quotas.implied",
        rate=shown("target_per_1000", quantity(known(ledger["target_per_1000"]), RATE)),
        implied=shown("implied_residents", people(known(ledger["implied_residents"]))),
        comparison=comparison,
    )
