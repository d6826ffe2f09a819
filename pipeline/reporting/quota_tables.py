"""Tables of the quota ledger: one row per town, or one row per year of a town."""

from __future__ import annotations

from markupsafe import Markup

from pipeline.reporting import sentences
from pipeline.reporting.formatting import number, quantity
from pipeline.reporting.labels import label
from pipeline.reporting.markup import Column, Html, inline, note, stack, table
from pipeline.reporting.marts import Row
from pipeline.reporting.quotas import (
    ABSENT,
    ONLY_ADDED,
    by_category,
    implied_residents_of_total,
    printed_total,
    yearly_totals,
)
from pipeline.reporting.region import Region


def town_table(region: Region) -> Html | None:
    """One row per town, its quotas by year beside each other; None without a ledger."""
    return stack(_town_table(region, rows) for rows in by_category(region.town_quotas))


def _town_table(region: Region, rows: list[Row]) -> Html | None:
    if not yearly_totals(rows):
        return None
    years = sorted({row["year"] for row in rows})
    columns = [
        Column("镇街"),
        Column("台账合计（个）", is_number=True),
        Column("与累计核对", keeps_line=True),
        Column("反推常住人口（人）", is_number=True),
    ]
    for year in years:
        columns += [
            Column(heading, is_number=True, group=f"{year}年")
            for heading in ("累计（个）", "新增（个）", "每千人口（个）")
        ]
    by_town: dict[str, list[Row]] = {}
    for row in rows:
        by_town.setdefault(row["region_code"], []).append(row)
    body = [_town_cells(town) for town in by_town.values()]
    body.append(_total_cells(region, rows, years))
    name = f"{region.name}镇街{label('category', rows[0]['category'])}指标"
    return table(columns, body, name=name, last_row_is_total=True)


def own_table(region: Region) -> Html | None:
    """The town's own quotas by year; None for a region that is not in a ledger."""
    if region.town_quotas:
        return None
    return stack(_own_table(region, rows) for rows in by_category(region.own_quotas))


def _own_table(region: Region, rows: list[Row]) -> Html:
    columns = [
        Column("年份"),
        Column("累计指标（个）", is_number=True),
        Column("新增（个）", is_number=True),
        Column("折合每千人口（个）", is_number=True),
        Column("反推常住人口（人）", is_number=True),
        Column("现有托位", is_number=True),
        Column("状态"),
        Column("台账合计（个）", is_number=True),
        Column("与累计核对", keeps_line=True),
    ]
    body = []
    for row in rows:
        total, check, residents = _per_town(row)
        actual = (
            "现有托位未知"
            if row["actual_places"] is None
            else quantity(row["actual_places"], "places")
        )
        cite = region.citations.cite("quota_progress", row, "cumulative_quota_places")
        cumulative, added, rate = _per_year(row)
        body.append(
            [
                f"{row['year']}年",
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
    return table(columns, body, name=f"{region.name}{label('category', rows[0]['category'])}指标")


def _per_year(row: Row) -> tuple[str, str, str]:
    added = row["added_quota_places"]
    if row["cumulative_quota_places"] is None:
        if added is None:
            return ABSENT, ABSENT, ABSENT
        return ONLY_ADDED, number(added, "places"), ONLY_ADDED
    rate = row["implied_places_per_1000"]
    return (
        number(row["cumulative_quota_places"], "places"),
        "上年无指标" if added is None else number(added, "places"),
        "未设目标" if rate is None else number(rate, sentences.RATE),
    )


def _per_town(row: Row) -> tuple[str, str, str]:
    if row["cumulative_quota_places"] is None and row["added_quota_places"] is None:
        return ABSENT, ABSENT, ABSENT
    total, difference = row["stated_total_places"], row["stated_total_difference_places"]
    residents = row["implied_residents"]
    return (
        "台账未列" if total is None else number(total, "places"),
        "无从核对"
        if difference is None
        else "一致"
        if difference == 0
        else f"相差 {quantity(abs(difference), 'places')}",
        "未设目标" if residents is None else number(residents, "residents"),
    )


def _town_cells(town: list[Row]) -> list[str]:
    if all(row["status"] == "no_target" for row in town):
        return [town[0]["region_name"], f"{ABSENT}（没有指标，不等于指标为零）"]
    page = Markup('<a href="{}.html">{}</a>').format(town[0]["region_code"], town[0]["region_name"])
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
        inline("各镇街之和", note("每年分别相加")),
        "台账未列" if printed is None else number(printed, "places"),
        "无从核对"
        if printed is None
        else "一致"
        if printed == last
        else f"相差 {quantity(abs(printed - last), 'places')}",
        "未设目标" if implied is None else inline(number(implied, "residents"), note("按合计反推")),
    ]
    for year in years:
        added = [
            row["added_quota_places"]
            for row in rows
            if row["year"] == year and row["cumulative_quota_places"] is not None
        ]
        cells += [
            number(totals[year], "places") if year in totals else ABSENT,
            "上年无指标" if not added or None in added else number(sum(added), "places"),
            "未设目标"
            if implied is None or year not in totals
            else number(1000 * totals[year] / implied, sentences.RATE),
        ]
    return cells
