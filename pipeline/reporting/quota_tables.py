"""Tables of the quota ledger: one row per town, or one row per year of a town."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

from pipeline.published.read_marts import AnyRow, figure_in
from pipeline.published.rows import QuotaProgressRow, QuotaTotalsRow
from pipeline.reporting import sentences
from pipeline.reporting.markup import Cell, Column, Html, inline, note, stack, table
from pipeline.reporting.quotas import by_category, with_stock
from pipeline.reporting.region import RegionPage
from pipeline.values.shown import Ordinal, without_sign
from pipeline.wording.formatting import number, quantity, with_unit, year_of
from pipeline.wording.labels import label
from pipeline.wording.texts import chinese, in_sentence, say


def town_table(region: RegionPage) -> Html | None:
    """One row per town, its quotas by year beside each other; None without a ledger."""
    if not region.town_quotas:
        return None
    ledgers = [rows for rows in by_category(region.quota_totals) if with_stock(rows)]
    return stack(_town_table(region, rows, is_titled=len(ledgers) > 1) for rows in ledgers)


def _town_table(region: RegionPage, totals: list[QuotaTotalsRow], *, is_titled: bool) -> Html:
    rows = [row for row in region.town_quotas if row["category"] == totals[0]["category"]]
    years = sorted({row["year"] for row in rows})
    columns = [
        Column(say("quota_table.town")),
        Column(with_unit(say("quota_table.stated_total"), "places"), is_number=True),
        Column(say("quota_table.check"), keeps_line=True),
        Column(with_unit(say("quota_table.implied"), "residents"), is_number=True),
    ]
    of_a_year = (
        with_unit(say("quota_table.cumulative"), "places"),
        with_unit(say("quota_table.added"), "places"),
        say("quota_table.per_1000"),
    )
    for year in years:
        columns += [Column(heading, is_number=True, group=year_of(year)) for heading in of_a_year]
    by_town: dict[str, list[QuotaProgressRow]] = {}
    for row in rows:
        by_town.setdefault(row["region_code"], []).append(row)
    body = [_town_cells(region, town) for town in by_town.values()]
    body.append(_total_cells(region, totals, years))
    name = say("quota_table.name", category=_category(rows))
    return table(
        columns,
        body,
        name=name,
        last_row_is_total=True,
        is_sortable=True,
        is_titled=is_titled,
    )


def own_table(region: RegionPage) -> Html | None:
    """The town's own quotas by year; None for a region that is not in a ledger."""
    if region.town_quotas:
        return None
    ledgers = by_category(region.own_quotas)
    return stack(_own_table(region, rows, ledgers=len(ledgers)) for rows in ledgers)


def _own_table(region: RegionPage, rows: list[QuotaProgressRow], *, ledgers: int) -> Html:
    columns = [
        Column(say("column.year")),
        Column(with_unit(say("quota_table.own_cumulative"), "places"), is_number=True),
        Column(with_unit(say("quota_table.added"), "places"), is_number=True),
        Column(say("quota_table.own_per_1000"), is_number=True),
        Column(with_unit(say("quota_table.implied"), "residents"), is_number=True),
        Column(say("quota_table.actual"), is_number=True),
        Column(say("column.status")),
        Column(with_unit(say("quota_table.stated_total"), "places"), is_number=True),
        Column(say("quota_table.check"), keeps_line=True),
    ]
    body: list[list[str | Cell]] = []
    for row in rows:
        unknown = label("quota_status", "no_actual")
        total, check, residents = _per_town(region, row)
        body.append(
            [
                year_of(row["year"]),
                *_per_year(region, row),
                residents,
                _figure(region, row, "actual_places", "places", unknown),
                label("quota_status", row["status"]),
                total,
                check,
            ]
        )
    name = say("quota_table.own_name", category=_category(rows))
    return table(columns, body, name=name, is_titled=ledgers > 1)


def _category(rows: list[QuotaProgressRow]) -> str:
    return in_sentence(label("category", rows[0]["category"]))


def _figure(
    region: RegionPage,
    row: AnyRow,
    column: str,
    unit: str,
    missing: str = "",
    *,
    mart: str = "quota_progress",
) -> Cell:
    """A number of the ledger; where there is none, the words for that, which open the reason."""
    value = figure_in(row, column)
    text = missing if value is None else number(value, unit)
    return Cell(region.figure(mart, row, column, text), value)


def _per_year(region: RegionPage, row: QuotaProgressRow) -> list[Cell]:
    no_stock = no_year_before = say("quota_table.absent")
    if row["cumulative_quota_places"] is not None:
        no_year_before = say("quota_table.no_year_before")
    elif row["added_quota_places"] is not None:
        no_stock = say("quota_table.only_added")
    no_rate = say("value.no_target") if row["cumulative_quota_places"] is not None else no_stock
    return [
        _figure(region, row, "cumulative_quota_places", "places", no_stock),
        _figure(region, row, "added_quota_places", "places", no_year_before),
        _figure(region, row, "implied_places_per_1000", sentences.RATE, no_rate),
    ]


def _per_town(region: RegionPage, row: QuotaProgressRow) -> list[str | Cell]:
    if row["cumulative_quota_places"] is None and row["added_quota_places"] is None:
        return [say("quota_table.absent")] * 3
    return [
        _figure(region, row, "stated_total_places", "places", say("quota_table.not_stated")),
        _check(region, row),
        _figure(region, row, "implied_residents", "residents", say("value.no_target")),
    ]


def _check(
    region: RegionPage, row: QuotaProgressRow | QuotaTotalsRow, mart: str = "quota_progress"
) -> str:
    column = "stated_total_difference_places"
    difference = row["stated_total_difference_places"]
    if difference is None:
        words = say("quota_table.no_check")
    elif difference == 0.0:
        words = say("quota_table.agrees")
    else:
        words = say("quota_table.differs", places=quantity(without_sign(difference), "places"))
    return region.figure(mart, row, column, words)


def _town_cells(region: RegionPage, town: list[QuotaProgressRow]) -> list[str | Cell]:
    name = chinese(town[0]["region_name"])
    if all(row["status"] == "no_target" for row in town):
        return [inline(name, note(say("quota_table.absent_town")))]
    page = Markup('<a href="{}.html">{}</a>').format(town[0]["region_code"], name)
    of_years = [cell for row in town for cell in _per_year(region, row)]
    return [page, *_per_town(region, town[-1]), *of_years]


def _total_cells(
    region: RegionPage, totals: list[QuotaTotalsRow], years: list[Ordinal]
) -> list[str | Cell]:
    """Sums of the towns; total, check and residents are about the last year with a stock."""
    last = with_stock(totals)[-1]
    of_year = {row["year"]: row for row in totals}

    def figure(row: AnyRow, column: str, unit: str, missing: str) -> Cell:
        return _figure(region, row, column, unit, say(missing), mart="quota_totals")

    implied = figure(last, "implied_residents", "residents", "value.no_target")
    if last["implied_residents"] is not None:
        implied = replace(
            implied, content=inline(implied.content, note(say("quota_table.implied_note")))
        )
    cells: list[str | Cell] = [
        inline(say("quota_table.sum"), note(say("quota_table.sum_note"))),
        figure(last, "stated_total_places", "places", "quota_table.not_stated"),
        _check(region, last, "quota_totals"),
        implied,
    ]
    for year in years:
        row = of_year[year]
        has_stock = row["towns_sum_places"] is not None
        no_rate = "value.no_target" if has_stock else "quota_table.absent"
        cells += [
            figure(row, "towns_sum_places", "places", "quota_table.absent"),
            figure(row, "added_quota_places", "places", "quota_table.no_year_before"),
            figure(row, "implied_places_per_1000", sentences.RATE, no_rate),
        ]
    return cells
