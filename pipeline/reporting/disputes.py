"""Shows both sides where sources contradict each other, and which side is used."""

from __future__ import annotations

from markupsafe import Markup

from pipeline.published.rows import SourceFiguresRow
from pipeline.reporting.markup import Column, Html, badge, inline, note, paragraphs, table
from pipeline.reporting.region import RegionPage
from pipeline.values.shown import count_of
from pipeline.wording.formatting import day, in_brackets, place_words, quantity
from pipeline.wording.labels import label, measure_in_sentence, measure_label, measure_unit
from pipeline.wording.texts import chinese, join, say


def in_words(region: RegionPage, measure: str | None = None) -> Html | None:
    """One sentence per disputed figure, each side with its document; None where there is none.

    Args:
        region: The region.
        measure: Only disputes about this measure; all if None.
    """
    return paragraphs(
        _told(region, sides)
        for sides in _by_figure(region)
        if measure in (None, sides[0]["measure"])
    )


def dispute_table(region: RegionPage) -> Html | None:
    """One row per claim that another one contradicts; None where there is none."""
    rows = [_cells(region, claim) for sides in _by_figure(region) for claim in sides]
    columns = [
        Column(say("disputes.name")),
        Column(say("column.date"), keeps_line=True),
        Column(say("disputes.value"), is_number=True, keeps_line=True),
        Column(say("disputes.use"), keeps_line=True),
        Column(say("column.place_in_document")),
        Column(say("column.grade")),
        Column(say("disputes.note")),
    ]
    return table(columns, rows, name=say("disputes.name")) if rows else None


def _by_figure(region: RegionPage) -> list[list[SourceFiguresRow]]:
    """Claims about the same figure together, the one that is used first."""
    figures: dict[tuple[str, str, str], list[SourceFiguresRow]] = {}
    for claim in region.disputed:
        key = (claim["measure"], claim["kind"], str(claim["as_of_date"]))
        figures.setdefault(key, []).append(claim)
    # what a ratio or a total contradicts has no other side here; figure_conflicts shows both
    return [
        sorted(sides, key=lambda row: not row["is_used"])
        for sides in figures.values()
        if len(sides) > 1
    ]


def _told(region: RegionPage, sides: list[SourceFiguresRow]) -> Markup:
    figure = in_brackets(measure_in_sentence(sides[0]["measure"]), day(sides[0]["as_of_date"]))
    used, *others = [inline(_amount(claim), region.citations.mark([claim])) for claim in sides]
    others_listed = join("items", others)
    sentence = say(
        "disputes.told", figure=figure, count=count_of(sides), used=used, others=others_listed
    )
    return inline(sentence)


def _amount(claim: SourceFiguresRow) -> str:
    return quantity(claim["value"], measure_unit(claim["measure"]), claim["qualifier"])


def _cells(region: RegionPage, claim: SourceFiguresRow) -> list[str]:
    used = (
        badge("met", say("value.used"))
        if claim["is_used"]
        else badge("contradicted", say("value.not_used"))
    )
    return [
        inline(measure_label(claim["measure"]), note(label("claim_type", claim["claim_type"]))),
        day(claim["as_of_date"]),
        _amount(claim),
        used,
        inline(
            chinese(claim["document_title"]),
            region.citations.mark([claim]),
            note(place_words(claim["locator"])),
        ),
        say("value.grade", grade=claim["grade"], words=label("grade", claim["grade"])),
        chinese(claim["note"]) if claim["note"] else say("value.nothing"),
    ]
