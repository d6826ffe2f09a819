"""Tables of the quota ledger: one row per town, or one row per year of a town."""

from __future__ import annotations

from markupsafe import Markup

from pipeline.reporting import sentences
from pipeline.reporting.formatting import number, quantity, with_unit, year_of
from pipeline.reporting.labels import label
from pipeline.reporting.markup import Column, Html, inline, note, stack, table
from pipeline.reporting.marts import Row
from pipeline.reporting.quotas import (
    by_category,
    implied_residents_of_total,
    printed_total,
    yearly_totals,
)
from pipeline.reporting.region import Region
from pipeline.reporting.wording import chinese, in_sentence, say


def town_table(region: Region) -> Html | None:
    """One row per town, its quotas by year beside each other; None without a ledger."""
    return stack(_town_table(region, rows) for rows in by_category(region.town_quotas))


def _town_table(region: Region, rows: list[Row]) -> Html | None:
    if not yearly_totals(rows):
        return None
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
    by_town: dict[str, list[Row]] = {}
    for row in rows:
        by_town.setdefault(row["region_code"], []).append(row)
    body = [_town_cells(town) for town in by_town.values()]
    body.append(_total_cells(region, rows, years))
    name = say("quota_table.name", category=_category(rows))
    return table(columns, body, name=name, last_row_is_total=True)


def own_table(region: Region) -> Html | None:
    """The town's own quotas by year; None for a region that is not in a ledger."""
    if region.town_quotas:
        return None
    return stack(_own_table(region, rows) for rows in by_category(region.own_quotas))


def _own_table(region: Region, rows: list[Row]) -> Html:
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
    body = []
    for row in rows:
        total, check, residents = _per_town(row)
        actual = (
            label("quota_status", "no_actual")
            if row["actual_places"] is None
            else quantity(row["actual_places"], "places")
        )
        cite = region.citations.cite("quota_progress", row, "cumulative_quota_places")
        cumulative, added, rate = _per_year(row)
        body.append(
            [
                year_of(row["year"]),
                inline(cumulative, cite),
                added,
                rate,
                residents,
                actual,
                label("quota_status", row["status"]),
                total,
                check,
            ]
        )
    return table(columns, body, name=say("quota_table.own_name", category=_category(rows)))


def _category(rows: list[Row]) -> str:
    return in_sentence(label("category", rows[0]["category"]))


def _per_year(row: Row) -> tuple[str, str, str]:
    added = row["added_quota_places"]
    if row["cumulative_quota_places"] is None:
        if added is None:
            return (say("quota_table.absent"),) * 3
        only_added = say("quota_table.only_added")
        return only_added, number(added, "places"), only_added
    rate = row["implied_places_per_1000"]
    return (
        number(row["cumulative_quota_places"], "places"),
        say("quota_table.no_year_before") if added is None else number(added, "places"),
        say("value.no_target") if rate is None else number(rate, sentences.RATE),
    )


def _per_town(row: Row) -> tuple[str, str, str]:
    if row["cumulative_quota_places"] is None and row["added_quota_places"] is None:
        return (say("quota_table.absent"),) * 3
    total, difference = row["stated_total_places"], row["stated_total_difference_places"]
    residents = row["implied_residents"]
    return (
        say("quota_table.not_stated") if total is None else number(total, "places"),
        say("quota_table.no_check")
        if difference is None
        else say("quota_table.agrees")
        if difference == 0
        else say("quota_table.differs", places=quantity(abs(difference), "places")),
        say("value.no_target") if residents is None else number(residents, "residents"),
    )


def _town_cells(town: list[Row]) -> list[str]:
    if all(row["status"] == "no_target" for row in town):
        return [chinese(town[0]["region_name"]), say("quota_table.absent_town")]
    name = chinese(town[0]["region_name"])
    page = Markup('<a href="{}.html">{}</a>').format(town[0]["region_code"], name)
    cells: list[str] = [page, *_per_town(town[-1])]
    for row in town:
        cells += _per_year(row)
    return cells


def _total_cells(region: Region, rows: list[Row], years: list[int]) -> list[str]:
    totals = dict(yearly_totals(rows))
    last = totals[max(totals)]
    implied = implied_residents_of_total(rows)
    printed = printed_total(region, rows)
    cells: list[str] = [
        inline(say("quota_table.sum"), note(say("quota_table.sum_note"))),
        say("quota_table.not_stated") if printed is None else number(printed, "places"),
        say("quota_table.no_check")
        if printed is None
        else say("quota_table.agrees")
        if printed == last
        else say("quota_table.differs", places=quantity(abs(printed - last), "places")),
        say("value.no_target")
        if implied is None
        else inline(number(implied, "residents"), note(say("quota_table.implied_note"))),
    ]
    for year in years:
        added = [
            row["added_quota_places"]
            for row in rows
            if row["year"] == year and row["cumulative_quota_places"] is not None
        ]
        cells += [
            number(totals[year], "places") if year in totals else say("quota_table.absent"),
            say("quota_table.no_year_before")
            if not added or None in added
            else number(sum(added), "places"),
            say("value.no_target")
            if implied is None or year not in totals
            else number(1000 * totals[year] / implied, sentences.RATE),
        ]
    return cells
