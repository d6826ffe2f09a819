"""Compares the regions: a chart of the rate, and a table of all with their targets."""

from __future__ import annotations

from pipeline.published.read_marts import Region
from pipeline.published.rows import IndicatorValuesRow, TargetGapsRow
from pipeline.reporting import sentences
from pipeline.reporting.charts import Bar, Chart, Line, lying_bars
from pipeline.reporting.markup import Cell, Column, Html, badge, bar, inline, note, table
from pipeline.reporting.overview import Overview, region_link
from pipeline.reporting.targets import standard_status, status_badge, status_words
from pipeline.values.shown import count_of, known, unmarked
from pipeline.wording.formatting import day, number, quoted_all, span, with_unit
from pipeline.wording.labels import label, measure_in_sentence, measure_label, no_value
from pipeline.wording.texts import chinese, in_sentence, join, say


def chart(overview: Overview, *, fictional: bool = False) -> Chart | None:
    """Places per 1,000 residents of the regions that have it; None where none has."""
    compared = [
        (row, overview.rates[row["region_code"]])
        for row in overview.shown(fictional=fictional)
        if overview.rates[row["region_code"]]["value"] is not None
    ]
    if not compared:
        return None
    compared.sort(key=lambda pair: -known(pair[1]["value"]))
    bars = [
        Bar(
            _bar_name(region, rate),
            known(rate["value"]),
            number(known(rate["value"]), sentences.RATE, rate["qualifier"]),
            rate["is_contradicted"],
        )
        for region, rate in compared
    ]
    name = measure_label(sentences.RATE)
    if fictional:
        name = say("comparison.fictional_chart", name=name)
    axis = with_unit(name, sentences.RATE)
    data = table(
        [
            Column(say("column.region")),
            Column(say("column.date"), keeps_line=True),
            Column(axis, is_number=True),
            Column(say("comparison.basis")),
            Column(say("comparison.documents")),
        ],
        [
            [
                region_link(region),
                day(rate["as_of_date"]),
                bar.words,
                label("value_origin", rate["value_origin"]),
                quoted_all(_titles(overview, rate)),
            ]
            for (region, rate), bar in zip(compared, bars, strict=True)
        ],
        name=name,
    )
    line = None if fictional else _national_line(overview)
    texts = [say("comparison.dates")]
    if any(bar.is_contradicted for bar in bars):
        texts.append(say("comparison.hatched"))
    if line:
        texts.append(say("comparison.line"))
    dates = sorted(known(rate["as_of_date"]) for _, rate in compared)
    texts.append(span(day(dates[0]), day(dates[-1])))
    titles = set().union(*(_titles(overview, rate) for _, rate in compared))
    texts.append(say("caption.source", titles=quoted_all(titles)))
    title = say("comparison.chart", name=name)
    return Chart(
        id="chart-fictional-rates" if fictional else "chart-rates",
        spec=lying_bars(title, axis, say("comparison.area_and_date"), bars, line),
        caption=inline(join("sentences", texts)),
        data=data,
    )


def region_table(overview: Overview, *, fictional: bool = False) -> Html | None:
    """One row per region with data, linked to its page; None where there is none."""
    regions = overview.shown(fictional=fictional)
    rows = [_region_cells(overview, row, overview.highest_rate(regions)) for row in regions]
    group = say("comparison.group")
    columns = [
        Column(say("column.region"), keeps_line=True),
        Column(say("comparison.level"), keeps_line=True, filter=say("comparison.level")),
        Column(say("column.latest"), is_number=True, keeps_line=True, group=group),
        Column(say("column.date"), keeps_line=True, group=group),
        Column(say("comparison.made_of"), group=group),
        Column(
            say("comparison.target_status"), group=group, filter=say("comparison.target_status")
        ),
        Column(say("column.target")),
    ]
    name = say("comparison.fictional_name" if fictional else "comparison.real_name")
    return table(columns, rows, name=name, is_sortable=True) if rows else None


def _bar_name(region: Region, rate: IndicatorValuesRow) -> str:
    with unmarked():
        return f"{region['region_name']}\n{day(rate['as_of_date'])}"


def _titles(overview: Overview, rate: IndicatorValuesRow) -> set[str]:
    found = overview.citations.of("indicator_values", rate, "value")
    return {row["document_title"] for row in found}


def _as_published(overview: Overview, rate: IndicatorValuesRow) -> str:
    """That a rate is as a document states it, and which of its parts the same document gives."""
    documents = {
        row["document_id"] for row in overview.citations.of("indicator_values", rate, "value")
    }
    date = known(rate["as_of_date"])
    given, lacking = [], []
    for measure, unit in zip(
        sentences.measures_of(sentences.RATE), ("places", "residents"), strict=True
    ):
        keys = [(rate["region_code"], document, date, measure) for document in sorted(documents)]
        stated = [overview.stated[key] for key in keys if key in overview.stated]
        name = measure_in_sentence(measure)
        if stated:
            value = number(stated[0]["value"], unit, stated[0]["qualifier"])
            given.append(say("comparison.part", name=name, value=value))
        else:
            lacking.append(name)
    if not given:
        return say("comparison.as_published")
    if not lacking:
        return say("comparison.published_with_parts", given=join("items", given))
    return say(
        "comparison.published_with_part", given=join("items", given), lacking=join("items", lacking)
    )


def _national_line(overview: Overview) -> Line | None:
    """The target that the country has set itself, the latest one."""
    aims = [
        row
        for region in overview.shown(fictional=False)
        if region["region_level"] == "country"
        for row in overview.targets[region["region_code"]]
        if row["indicator"] == sentences.RATE and row["target_value"] is not None
    ]
    if not aims:
        return None
    latest = max(aims, key=lambda row: known(row["target_year"]))
    return Line(
        known(latest["target_value"]),
        say(
            "comparison.national",
            year=known(latest["target_year"]),
            target=number(known(latest["target_value"]), sentences.RATE),
        ),
    )


def _region_cells(overview: Overview, region: Region, highest: float) -> list[str | Cell]:
    code = region["region_code"]
    rate, targets = overview.rates[code], overview.targets[code]
    path = overview.regions.parent_path(code)
    aims = overview.aims(code)
    own = [row for row in targets if row["indicator"] == sentences.RATE]
    aim = max(own, key=lambda row: int(row["target_year"] or 0))
    if rate["value"] is None:
        value, date, made_of = (
            no_value(sentences.RATE, rate["missing_reason"]),
            say("comparison.no_date"),
            label("value_origin", "missing"),
        )
    else:
        value = number(rate["value"], sentences.RATE, rate["qualifier"])
        date = day(rate["as_of_date"])
        made_of = sentences.parts_of(rate) or _as_published(overview, rate)
    shown = overview.figure("indicator_values", rate, "value", value)
    least = sentences.bound(rate, sentences.RATE, overview.figure)
    if least is not None:
        shown = inline(least, note(sentences.known_parts(rate) or value))
        date = day(rate["as_of_date"])
    if rate["is_contradicted"]:
        between = sentences.range_of(rate, overview.figure)
        shown = inline(shown, note(between or say("value.contradicted")))
    return [
        inline(region_link(region), note(chinese(path)) if path else ""),
        label("level", region["region_level"]),
        bar(shown, rate["value"], highest),
        Cell(date, rate["as_of_date"]),
        inline(
            made_of, note(say("comparison.grade", grade=rate["grade"])) if rate["grade"] else ""
        ),
        _target_status(overview, aim),
        _next_target(overview, aims),
    ]


def _target_status(overview: Overview, aim: TargetGapsRow) -> str:
    """Status of the rate's target; else the standard of a region above, else other targets."""
    if aim["target_value"] is not None:
        return status_words(aim, overview.figure)
    standards = overview.standards.get(aim["region_code"], [])
    if standards:
        return inline(*(standard_status(row, name) for name, row in standards))
    others = overview.aims(aim["region_code"])
    if others:
        return badge("no_target", say("comparison.other_targets", count=count_of(others)))
    return status_badge(aim)


def _next_target(overview: Overview, aims: list[TargetGapsRow]) -> str:
    """The rate's target, else the one of the latest year, and how many more there are."""
    if not aims:
        return say("value.no_target")
    first = max(
        aims, key=lambda row: (row["indicator"] == sentences.RATE, known(row["target_year"]))
    )
    words = say(
        "comparison.target",
        year=known(first["target_year"]),
        name=measure_in_sentence(first["indicator"]),
        target=in_sentence(sentences.target_words(first, overview.figure)),
    )
    more = count_of([row for row in aims if row is not first])
    return inline(words, note(say("comparison.more_targets", count=more)) if more else "")
