"""What the marts say about a region, in sentences; every number in them comes from a row."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.reporting.formatting import day, number, people, people_in, quantity, year_of
from pipeline.reporting.labels import indicator, indicator_order, label, measure_label, no_value
from pipeline.reporting.marts import Row

RATE = "places_per_1000"
NEW_PLACES = ("new_places", "new_inclusive_places")


def parts_of(value: Row) -> str | None:
    """How a computed value is made up, or None for a stated one.

    Args:
        value: Row of mart ``indicator_values``.
    """
    if value["numerator"] is None or value["denominator"] is None:
        return None
    spec = indicator(value["indicator"])
    over_people = spec["denominator"] in ("resident_population", "children_under_3")
    year = f"（{year_of(value['denominator_year'])}）" if over_people else ""
    scale = f"{spec['scale']:,} × " if spec["scale"] != 1 else ""
    numerator = number(value["numerator"], "places", value["qualifier"])
    return (
        f"{scale}{measure_label(spec['numerator'])} {numerator} ÷ "
        f"{measure_label(spec['denominator'])} {number(value['denominator'], 'residents')}{year}"
    )


def headline(region: Row, values: Sequence[Row], residents: Row | None) -> str:
    """Where the region stands in places per 1,000 residents, or why that is not known.

    Args:
        region: Row of mart ``regions``.
        values: Its rows of ``indicator_values`` to show, the latest of each indicator.
        residents: Its latest row of ``region_years`` with a count of residents.
    """
    by_indicator = {row["indicator"]: row for row in values}
    rate = by_indicator[RATE]
    name = measure_label(RATE)
    if rate["value"] is not None:
        made_of = parts_of(rate)
        how = f"按 {made_of}计算" if made_of else "为公布值"
        amount = quantity(rate["value"], "places_per_1000", rate["qualifier"])
        text = f"截至 {day(rate['as_of_date'])}，{region['region_name']}{name}为 {amount}，{how}。"
        if rate["is_contradicted"]:
            text += "所用数字另有不同说法，见「全部公布数字」。"
        return text
    text = f"{region['region_name']}{name}{no_value(RATE, rate['missing_reason'])}。"
    added = [by_indicator[code] for code in NEW_PLACES if code in by_indicator]
    if added:
        known = "、".join(
            measure_label(row["indicator"])
            + " "
            + quantity(row["value"], "places", row["qualifier"])
            for row in added
        )
        text += (
            f"已知的是新增口径（截至 {day(added[0]['as_of_date'])}）：{known}；它们不等于现有托位。"
        )
    if residents is not None:
        count = people_in(residents["resident_population"], residents["population_year"])
        text += f"常住人口 {count}。"
    return text


def target_words(target: Row) -> str:
    """A target as its document sets it, for example ``不少于 4.50 个/千人``."""
    if target["target_value"] is None:
        return label("status", "no_target")
    unit = indicator(target["indicator"])["unit"]
    words = f"{label('comparator', target['comparator'])} {quantity(target['target_value'], unit)}"
    if target["target_value_upper"] is not None:
        words += f"至 {quantity(target['target_value_upper'], unit)}"
    return words


def gap_words(target: Row) -> str:
    """How far the actual value is from the target; in words where no number is known."""
    if target["status"] == "no_target":
        return "未设目标，不计差距"
    if target["status"] == "not_comparable":
        reason = label("status_reason", target["status_reason"])
        return f"{label('status', 'not_comparable')}：{reason}"
    if target["gap_value"] is None:
        return f"无法计算：{label('status', target['status'])}"
    unit = indicator(target["indicator"])["unit"]
    if target["gap_value"] == 0:
        return "恰好达到"
    if unit == "ratio":
        amount = f"{100 * abs(target['gap_value']):,.1f} 个百分点"
    else:
        amount = quantity(abs(target["gap_value"]), unit)
    return f"还差 {amount}" if target["gap_value"] > 0 else f"超出目标 {amount}"


def rate_target(region: Row, target: Row) -> str:
    """What the target of places per 1,000 residents asks for, promises and leaves open.

    Args:
        region: Row of mart ``regions``.
        target: Its row of ``target_gaps`` for places per 1,000.
    """
    if target["target_value"] is None:
        return (
            f"{region['region_name']}没有设定{measure_label(RATE)}目标；"
            "上级地区的目标不自动成为本地区的目标。"
        )
    parts = [f"到{target['target_year']}年底，{measure_label(RATE)}目标{target_words(target)}"]
    if target["required_places"] is not None:
        parts.append(
            f"按常住人口 {people_in(target['residents'], target['population_year'])}计算，"
            f"需要 {quantity(target['required_places'], 'places')}托位"
        )
    if target["quota_places"] is not None:
        parts.append(_quota_outcome(target))
    if target["actual_value"] is None:
        parts.append("现有托位数未知")
    else:
        parts.append(_rate_outcome(target))
    return "；".join(parts) + "。"


def _quota_outcome(target: Row) -> str:
    text = f"镇街台账全部完成时共 {quantity(target['quota_places'], 'places')}托位"
    if target["quota_places_per_1000"] is not None:
        text += f"，折合每千人口 {number(target['quota_places_per_1000'], RATE)} 个"
    gap = target["quota_gap_places"]
    if gap is None:
        return text
    if gap == 0:
        return f"{text}，恰好够用"
    return f"{text}，{'仍差' if gap > 0 else '多出'} {quantity(abs(gap), 'places')}"


def _rate_outcome(target: Row) -> str:
    actual = quantity(target["actual_value"], RATE, target["actual_qualifier"])
    text = f"最近数字为 {actual}（{day(target['actual_date'])}），{gap_words(target)}"
    net = target["gap_places_net"]
    if net is not None:
        more = "还差" if net > 0 else "多出"
        text += f"，与所需托位相比{more} {quantity(abs(net), 'places')}"
    if target["need_towns"] is not None:
        need = quantity(target["gap_places_need_only"], "places")
        text += f"；各镇街分别计算、富余不抵扣，合计缺 {need}"
    if target["required_pace_per_year"] is not None:
        text += f"，到期前平均每年需增加 {quantity(target['required_pace_per_year'], RATE)}"
    return text


def reached_targets(targets: Sequence[Row]) -> list[str]:
    """One sentence per target year on targets, other than the rate, that have an actual value."""
    sentences = []
    known = [
        row for row in targets if row["achievement_ratio"] is not None and row["indicator"] != RATE
    ]
    for year in sorted({row["target_year"] for row in known}):
        parts = []
        of_year = [row for row in known if row["target_year"] == year]
        for row in sorted(of_year, key=lambda row: indicator_order(row["indicator"])):
            unit = indicator(row["indicator"])["unit"]
            actual = quantity(row["actual_value"], unit, row["actual_qualifier"])
            parts.append(
                f"{measure_label(row['indicator'])} {actual}（{day(row['actual_date'])}），"
                f"为目标（{target_words(row)}）的 {number(row['achievement_ratio'], 'ratio')}"
            )
        sentences.append(f"{year}年目标：" + "；".join(parts) + "。")
    return sentences


def incomparable_targets(targets: Sequence[Row], values: Sequence[Row]) -> list[str]:
    """One sentence per target that a hasty reader would compare with a flow.

    Args:
        targets: Rows of ``target_gaps``.
        values: Rows of ``indicator_values`` to show, the latest of each indicator.
    """
    sentences = []
    for target in (row for row in targets if row["status"] == "not_comparable"):
        name = measure_label(target["indicator"])
        spec = indicator(target["indicator"])
        goal = f"{target['target_year']}年{name}{target_words(target)}的目标"
        goal += f"是{label('kind', target['kind'])}口径"
        flows = [
            row
            for row in values
            if row["value"] is not None
            and row["kind"] != target["kind"]
            and row["indicator"] in (target["indicator"], spec.get("flow_counterpart"))
        ]
        for flow in flows:
            unit = indicator(flow["indicator"])["unit"]
            made_of = parts_of(flow)
            sentences.append(
                f"{measure_label(flow['indicator'])}为 "
                f"{quantity(flow['value'], unit, flow['qualifier'])}"
                f"（{day(flow['as_of_date'])}{'，' + made_of if made_of else ''}），"
                f"是{label('kind', flow['kind'])}口径；{goal}，两者不能比较。"
            )
    return sentences


def open_targets(targets: Sequence[Row]) -> list[str]:
    """One sentence that names the targets, other than the rate, without an actual value."""
    open_ = [row for row in targets if row["status"] == "no_actual" and row["indicator"] != RATE]
    if not open_:
        return []
    names = "、".join(
        f"{measure_label(row['indicator'])}（{row['target_year']}年）" for row in open_
    )
    return [f"另有 {len(open_)} 项目标没有报告对应的数字，现状未知：{names}。"]


def quota_totals(
    region: Row,
    totals: Sequence[tuple[int, int]],
    absent: Sequence[str],
    towns: int,
    ledger_total: int | None,
) -> list[str]:
    """What the quota ledger adds up to.

    Args:
        region: Row of mart ``regions``.
        totals: Year and the sum of the towns' cumulative quotas of that year, by year.
        absent: Towns without a quota.
        towns: Towns of the region, those without quota included.
        ledger_total: Total that the ledger prints for the last year; None when it prints none.
    """
    last_year, last = totals[-1]
    path = "、".join(f"{year}年 {quantity(places, 'places')}" for year, places in totals)
    sentences = [
        f"{region['region_name']}台账列出 {towns} 个镇街中的 {towns - len(absent)} 个。"
        f"累计指标是到年底应有的托位（存量）：{path}；各年数字不能相加。"
    ]
    if ledger_total is None:
        sentences.append(
            f"台账没有自载总计；{last_year}年各镇街之和为 {quantity(last, 'places')}。"
        )
    elif ledger_total == last:
        sentences.append(
            f"台账自载总计 {quantity(ledger_total, 'places')}，"
            f"与{last_year}年各镇街之和 {quantity(last, 'places')}一致。"
        )
    else:
        sentences.append(
            f"台账自载总计 {quantity(ledger_total, 'places')}，"
            f"{last_year}年各镇街之和 {quantity(last, 'places')}，"
            f"相差 {quantity(abs(ledger_total - last), 'places')}。"
        )
    if absent:
        sentences.append(f"未列入台账：{'、'.join(absent)}。没有指标不等于指标为零。")
    return sentences


def implied_population(rate: float, implied: int, target: Row) -> str:
    """Which number of residents the ledger must have been made with.

    Args:
        rate: Places per 1,000 that the ledger is meant to reach.
        implied: Residents that its last total implies at that rate.
        target: Row of ``target_gaps`` with the residents that are counted.
    """
    difference = target["residents"] - implied
    counted = f"常住人口 {people_in(target['residents'], target['population_year'])}"
    against = f"比{counted}{'少' if difference > 0 else '多'} {people(abs(difference))}"
    return (
        f"按目标 {quantity(rate, RATE)}反推，台账所用人口约 {people(implied)}，"
        f"{against if difference else f'与{counted}相同'}。"
    )
