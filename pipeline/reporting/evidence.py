"""Answers whether figures of a region can be trusted: findings, verdicts, refusals, corrections."""

from __future__ import annotations

from pipeline.published.rows import (
    CorrectionsRow,
    FacilitiesRow,
    FacilityFindingsRow,
    VerdictsRow,
)
from pipeline.reporting.markup import Column, Html, inline, note, paragraphs, stack, table
from pipeline.reporting.region import RegionPage
from pipeline.reporting.trust import refusals
from pipeline.values.shown import count_of, known
from pipeline.wording.formatting import day
from pipeline.wording.labels import column_label, label
from pipeline.wording.texts import chinese, join, mark_chinese, say

DOUBTFUL = "may_be_another"


def findings(region: RegionPage) -> Html | None:
    """What the registers of the region say that cannot be, or is worth a question."""
    if not region.within.facilities:
        return None
    found = region.within.findings
    doubtful = [row for row in found if row["finding"] == DOUBTFUL]
    summary = paragraphs(
        [
            say(
                "evidence.findings",
                count=count_of(found),
                facilities=count_of(region.within.facilities),
            ),
            say("evidence.doubtful", count=count_of(doubtful)),
        ]
    )
    if not found:
        return summary
    names = {row["facility_key"]: row for row in region.within.facilities}
    rows = [_finding(region, names[row["facility_key"]], row) for row in found]
    headings = ("facility", "finding", "found", "period", "place")
    columns = [Column(say(f"evidence.{heading}")) for heading in headings]
    return stack(
        [summary, table(columns, rows, name=say("evidence.findings_name"), is_sortable=True)]
    )


def _finding(region: RegionPage, facility: FacilitiesRow, row: FacilityFindingsRow) -> list[str]:
    period = day(row["first_date"])
    if row["last_date"] != row["first_date"]:
        period = say("evidence.from_to", first=period, last=day(row["last_date"]))
    town = region.within.names[facility["region_code"]]
    return [
        inline(chinese(facility["facility_name"]), note(chinese(town))),
        inline(label("finding", row["finding"]), note(label("register", row["register"]))),
        mark_chinese(known(row["found"])),
        period,
        _place(row),
    ]


def _place(row: FacilityFindingsRow | CorrectionsRow) -> str:
    """File, sheet and row of a cell."""
    sheet = chinese(row["source_sheet"]) if row["source_sheet"] else say("trust.no_sheet")
    where = say("evidence.sheet_row", sheet=sheet, row=row["source_row"])
    return inline(chinese(row["source_file"]), note(where))


def verdicts(region: RegionPage) -> Html | None:
    """What persons settled about facilities of the region; None where nothing was."""
    settled = region.within.verdicts
    if not settled:
        return None
    headings = ("facilities", "verdict", "reason", "reviewed", "files")
    columns = [Column(say(f"evidence.{heading}")) for heading in headings]
    listed = table(columns, [_verdict(row) for row in settled], name=say("evidence.verdicts_name"))
    return stack([paragraphs([say("evidence.verdicts", count=count_of(settled))]), listed])


def _verdict(row: VerdictsRow) -> list[str]:
    # a verdict that names facilities by their keys stands in no file of a roster
    files = dict.fromkeys(
        file for file in (row["source_file"], row["other_source_file"]) if file is not None
    )
    return [
        join("items", [chinese(row["facility_name"]), chinese(row["other_facility_name"])]),
        label("verdict", row["verdict"]),
        inline(
            mark_chinese(row["reason"]),
            note(chinese(row["document_title"])) if row["document_title"] else "",
        ),
        _reviewed(row),
        join("items", [chinese(file) for file in files]),
    ]


def _reviewed(row: CorrectionsRow | VerdictsRow) -> str:
    return say(
        "evidence.reviewed_by", who=chinese(row["reviewed_by"]), when=day(row["reviewed_date"])
    )


def refused(region: RegionPage) -> Html | None:
    """Refused rows of the dossiers behind the page; None where there is none."""
    if not region.refused:
        return None
    summary = paragraphs([say("evidence.refused", count=count_of(region.refused))])
    return stack([summary, refusals(region.refused)])


def corrections(region: RegionPage) -> Html | None:
    """Reviewed corrections behind the page's figures; None where there is none."""
    if not region.corrections:
        return None
    headings = ("place", "column", "old", "new", "reason", "reviewed")
    columns = [Column(say(f"evidence.{heading}")) for heading in headings]
    rows = [_correction(row) for row in region.corrections]
    listed = table(columns, rows, name=say("evidence.corrections_name"))
    return stack([paragraphs([say("evidence.corrections", count=count_of(rows))]), listed])


def _correction(row: CorrectionsRow) -> list[str]:
    blank = say("box.blank")
    return [
        _place(row),
        column_label(row["column_name"]),
        chinese(row["old_value"] or blank),
        chinese(row["new_value"] or blank),
        mark_chinese(known(row["reason"])),
        _reviewed(row),
    ]
