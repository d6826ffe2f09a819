"""Answers what the quota ledger asks of each town."""

from __future__ import annotations

from pipeline.published.read_marts import Row
from pipeline.reporting import sentences
from pipeline.reporting.charts import Bar, Chart, Line, standing_bars
from pipeline.reporting.markup import Column, Html, inline, paragraphs, stack, table
from pipeline.reporting.region import RegionPage
from pipeline.wording.formatting import end_of, number, quantity, span, with_unit
from pipeline.wording.labels import label
from pipeline.wording.texts import chinese, in_sentence, join, say


def in_words(region: RegionPage) -> Html | None:
    """What the ledger adds up to, or what it asks of this town; None without a ledger."""
    if region.town_quotas:
        return stack(_ledger_in_words(region, rows) for rows in by_category(region.town_quotas))
    return stack(_own_quota_in_words(region, rows) for rows in by_category(region.own_quotas))


def _ledger_in_words(region: RegionPage, rows: list[Row]) -> Html | None:
    totals = yearly_totals(rows)
    if not totals:
        return _additions_in_words(region, rows)
    absent = [
        row["region_name"]
        for row in rows
        if row["year"] == totals[-1][0] and row["cumulative_quota_places"] is None
    ]
    towns = len({row["region_code"] for row in rows})
    target = ledger_target(region, rows)
    printed = printed_total(region, rows)
    category = rows[0]["category"]

    def show(year: int, text: str) -> str:
        return sum_of_towns(region, category, year, text)

    texts = sentences.quota_totals(region.row, category, totals, absent, towns, printed, show)
    implied = implied_residents_of_total(rows)
    if implied is not None and target is not None and target["residents"] is not None:
        texts.append(sentences.implied_population(rows[0]["target_per_1000"], implied, target))
    if all(row["actual_places"] is None for row in rows):
        texts.append(say("quotas.actual_unknown"))
    return paragraphs([inline(texts[0], region.citations.mark(_lineage(region, rows))), *texts[1:]])


def _additions_in_words(region: RegionPage, rows: list[Row]) -> Html | None:
    """What a ledger without a stock asks to add; additions may be told, not turned into a stock."""
    added = {
        year: sum(row["added_quota_places"] or 0 for row in rows if row["year"] == year)
        for year in sorted({row["year"] for row in rows if row["added_quota_places"] is not None})
    }
    if not added:
        return None
    path = sentences.quota_path(list(added.items()))
    return paragraphs([say("quotas.added_only", region=chinese(region.name), path=path)])


def _own_quota_in_words(region: RegionPage, rows: list[Row]) -> Html | None:
    if all(row["cumulative_quota_places"] is None for row in rows):
        additions = _additions_in_words(region, rows)
        if additions is not None:
            return additions
    known = [row for row in rows if row["cumulative_quota_places"] is not None]
    if not known:
        return paragraphs([say("quotas.own_absent", region=chinese(region.name))])
    of_year = {row["year"]: row for row in known}
    told = [
        say(
            "quotas.own",
            region=chinese(region.name),
            category=in_sentence(label("category", rows[0]["category"])),
            path=sentences.quota_path(
                [(row["year"], row["cumulative_quota_places"]) for row in known],
                lambda year, text: region.figure(
                    "quota_progress", of_year[year], "cumulative_quota_places", text
                ),
            ),
        )
    ]
    if all(row["actual_places"] is None for row in known):
        told.append(say("quotas.own_actual_unknown"))
    return paragraphs([join("sentences", told)])


def yearly_totals(rows: list[Row]) -> list[tuple[int, int]]:
    """Sum of the towns' cumulative quotas for each year; never over years.

    Args:
        rows: Rows of mart ``quota_progress`` of one category.

    Returns:
        Year and sum, for years in which any town has a quota.
    """
    totals: dict[int, int] = {}
    for row in rows:
        if row["cumulative_quota_places"] is not None:
            totals[row["year"]] = totals.get(row["year"], 0) + row["cumulative_quota_places"]
    return sorted(totals.items())


def sum_of_towns(region: RegionPage, category: str, year: int, text: str) -> str:
    """The sum of a year's quotas as a figure that opens its towns."""
    for row in region.quota_totals:
        if (row["year"], row["category"]) == (year, category):
            return region.figure("quota_totals", row, "towns_sum_places", text)
    return text


def implied_residents_of_total(rows: list[Row]) -> int | None:
    """Residents that all quotas of the last year together imply; None without a target.

    The mart rounds each town to whole persons, so its towns do not add up to this exactly.
    """
    target, (_, last) = rows[0]["target_per_1000"], yearly_totals(rows)[-1]
    return round(1000 * last / target) if target and last else None


def chart(region: RegionPage) -> Chart | None:
    """Cumulative quotas by year, of all towns or of the town itself; None without any."""
    charted = [
        rows for rows in by_category(region.town_quotas or region.own_quotas) if yearly_totals(rows)
    ]
    if not charted:
        return None
    rows = charted[0]
    totals = yearly_totals(rows)
    bars = [Bar(end_of(year), places, number(places, "places")) for year, places in totals]
    target = ledger_target(region, rows) if region.town_quotas else None
    line = None
    if target is not None and target["required_places"] is not None:
        needed = quantity(target["required_places"], "places")
        words = say("quota_chart.required", year=target["target_year"], places=needed)
        line = Line(target["required_places"], words)
    whose = "quota_chart.towns" if region.town_quotas else "quota_chart.own"
    category = in_sentence(label("category", rows[0]["category"]))
    title = say(whose, region=region.name, category=category)
    data = table(
        [
            Column(say("column.year")),
            Column(with_unit(say("quota_table.own_cumulative"), "places"), is_number=True),
        ],
        [[bar.name, bar.words] for bar in bars],
        name=title,
    )
    axis = with_unit(say("quota_chart.axis"), "places")
    told = [
        say("caption.source", titles=region.citations.titles(_lineage(region, rows))),
        span(bars[0].name, bars[-1].name),
        say("quota_chart.scope"),
    ]
    return Chart(
        id="chart-quotas",
        spec=standing_bars(title, axis, say("quota_chart.dates"), bars, line),
        caption=inline(join("sentences", told)),
        data=data,
    )


def by_category(rows: list[Row]) -> list[list[Row]]:
    """Rows of one category each; quotas of all places and of inclusive ones are never mixed."""
    return [
        [row for row in rows if row["category"] == category]
        for category in sorted({row["category"] for row in rows})
    ]


def ledger_target(region: RegionPage, rows: list[Row]) -> Row | None:
    """The target that the ledger's last year is measured against; inclusive places have none."""
    last_year = yearly_totals(rows)[-1][0]
    found = [
        row
        for row in region.targets
        if row["indicator"] == sentences.RATE
        and row["target_year"] == last_year
        and rows[0]["category"] == "all"
    ]
    return found[0] if found else None


def printed_total(region: RegionPage, rows: list[Row]) -> int | None:
    """Total of the last year that the ledger itself prints; None where it prints none."""
    last_year = yearly_totals(rows)[-1][0]
    for total in region.quota_totals:
        is_theirs = (total["year"], total["category"]) == (last_year, rows[0]["category"])
        if is_theirs and total["quota_basis"] == "reported":
            return int(total["quota_places"])
    return None


def _lineage(region: RegionPage, rows: list[Row]) -> list[Row]:
    return [
        found
        for row in rows
        for found in region.citations.of("quota_progress", row, "cumulative_quota_places")
    ]
