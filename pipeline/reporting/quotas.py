"""Answers what the quota ledger asks of each town."""

from __future__ import annotations

from typing import TypeVar

from pipeline.published.read_marts import AnyRow, figure_in
from pipeline.published.rows import (
    FigureLineageRow,
    QuotaProgressRow,
    QuotaTotalsRow,
    TargetGapsRow,
)
from pipeline.reporting import sentences
from pipeline.reporting.charts import Bar, Chart, Line, standing_bars
from pipeline.reporting.markup import Column, Html, inline, paragraphs, stack, table
from pipeline.reporting.region import RegionPage
from pipeline.values.shown import known
from pipeline.wording.formatting import end_of, number, quantity, span, with_unit
from pipeline.wording.labels import label
from pipeline.wording.texts import chinese, in_sentence, join, say

Quota = TypeVar("Quota", QuotaTotalsRow, QuotaProgressRow)


def in_words(region: RegionPage) -> Html | None:
    """What the ledger adds up to, or what it asks of this town; None without a ledger."""
    if region.town_quotas:
        return stack(_ledger_in_words(region, rows) for rows in by_category(region.quota_totals))
    return stack(_own_quota_in_words(region, rows) for rows in by_category(region.own_quotas))


def _ledger_in_words(region: RegionPage, rows: list[QuotaTotalsRow]) -> Html | None:
    totals = with_stock(rows)
    if not totals:
        return _additions_in_words(region, "quota_totals", rows)
    last = totals[-1]
    towns = [row for row in region.town_quotas if row["category"] == last["category"]]
    absent = [
        row["region_name"]
        for row in towns
        if row["year"] == last["year"] and row["cumulative_quota_places"] is None
    ]
    texts = sentences.quota_totals(region.row, totals, absent, region.figure)
    if last["residents_difference"] is not None:
        texts.append(sentences.implied_population(last, region.figure))
    if all(row["actual_places"] is None for row in towns):
        texts.append(say("quotas.actual_unknown"))
    mark = region.citations.mark(_lineage(region, towns))
    return paragraphs([inline(texts[0], mark), *texts[1:]])


def _additions_in_words(region: RegionPage, mart: str, rows: list[Quota]) -> Html | None:
    """What a ledger without a stock asks to add, which must not be turned into a stock."""
    added = [row for row in rows if row["added_quota_places"] is not None]
    if not added:
        return None
    path = sentences.quota_path(mart, added, "added_quota_places", region.figure)
    return paragraphs([say("quotas.added_only", region=chinese(region.name), path=path)])


def _own_quota_in_words(region: RegionPage, rows: list[QuotaProgressRow]) -> Html | None:
    known = with_stock(rows)
    if not known:
        additions = _additions_in_words(region, "quota_progress", rows)
        return additions or paragraphs([say("quotas.own_absent", region=chinese(region.name))])
    column = "cumulative_quota_places"
    texts = [
        say(
            "quotas.own",
            region=chinese(region.name),
            category=in_sentence(label("category", rows[0]["category"])),
            path=sentences.quota_path("quota_progress", known, column, region.figure),
        )
    ]
    if all(row["actual_places"] is None for row in known):
        texts.append(say("quotas.own_actual_unknown"))
    return paragraphs([join("sentences", texts)])


def with_stock(rows: list[Quota]) -> list[Quota]:
    """Rows of one ledger in whose year a stock is to be there, in the order of years.

    Args:
        rows: Rows of ``quota_totals``, or of ``quota_progress`` about one town.
    """
    return sorted(
        (row for row in rows if figure_in(row, stock_column(row)) is not None),
        key=lambda row: int(row["year"]),
    )


def stock_column(row: AnyRow) -> str:
    """Column of the stock by the end of the year: of all towns together, or of one town."""
    return "towns_sum_places" if "towns_sum_places" in row else "cumulative_quota_places"


def chart(region: RegionPage) -> Chart | None:
    """Cumulative quotas by year, of all towns or of the town itself; None without any."""
    if region.town_quotas:
        return _chart(region, [with_stock(rows) for rows in by_category(region.quota_totals)])
    return _chart(region, [with_stock(rows) for rows in by_category(region.own_quotas)])


def _chart(region: RegionPage, ledgers: list[list[Quota]]) -> Chart | None:
    charted = [rows for rows in ledgers if rows]
    if not charted:
        return None
    rows = charted[0]
    column = stock_column(rows[0])
    places = {row["year"]: known(figure_in(row, column)) for row in rows}
    bars = [Bar(end_of(year), value, number(value, "places")) for year, value in places.items()]
    target = ledger_target(region, rows[-1]) if region.town_quotas else None
    line = None
    if target is not None and target["required_places"] is not None:
        needed = quantity(target["required_places"], "places")
        words = say("quota_chart.required", year=known(target["target_year"]), places=needed)
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
    quotas = region.town_quotas or region.own_quotas
    cited = [row for row in quotas if row["category"] == rows[0]["category"]]
    texts = [
        say("caption.source", titles=region.citations.titles(_lineage(region, cited))),
        span(bars[0].name, bars[-1].name),
        say("quota_chart.scope"),
    ]
    return Chart(
        id="chart-quotas",
        spec=standing_bars(title, axis, say("quota_chart.dates"), bars, line),
        caption=inline(join("sentences", texts)),
        data=data,
    )


def by_category(rows: list[Quota]) -> list[list[Quota]]:
    """Rows of one category each; quotas of all places and of inclusive ones are never mixed."""
    return [
        [row for row in rows if row["category"] == category]
        for category in sorted({row["category"] for row in rows})
    ]


def ledger_target(
    region: RegionPage, last: QuotaTotalsRow | QuotaProgressRow
) -> TargetGapsRow | None:
    """The target that the ledger's last year is measured against; inclusive places have none.

    Args:
        region: The region.
        last: Row of ``quota_totals`` of that year.
    """
    found = [
        row
        for row in region.targets
        if row["indicator"] == sentences.RATE
        and row["target_year"] == last["year"]
        and last["category"] == "all"
    ]
    return found[0] if found else None


def _lineage(region: RegionPage, rows: list[QuotaProgressRow]) -> list[FigureLineageRow]:
    return [
        found
        for row in rows
        for found in region.citations.of("quota_progress", row, "cumulative_quota_places")
    ]
