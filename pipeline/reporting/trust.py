"""Answers whether the data can be trusted: what became of every row, and what the checks found."""

from __future__ import annotations

from pipeline.published.read_marts import figure_in
from pipeline.published.rows import (
    CheckResultsRow,
    FacilityFindingsRow,
    LoadAuditRow,
    RejectedRowsRow,
    StatedTotalsRow,
)
from pipeline.reporting.markup import (
    Cell,
    Column,
    Html,
    details,
    inline,
    note,
    paragraphs,
    render,
    stack,
    table,
)
from pipeline.reporting.overview import Overview, page_title
from pipeline.values.shown import Count, Figure, count_of, known
from pipeline.wording.formatting import count, exact, short_hash
from pipeline.wording.labels import column_label, label
from pipeline.wording.texts import chinese, in_language, in_sentence, join, mark_chinese, say

ROW_COUNTS = ("read", "loaded", "rejected", "set_aside")


def rejected(overview: Overview) -> Html | None:
    """Refused rows with what the sender should do, or that none was refused."""
    rows = overview.marts.read(RejectedRowsRow)
    read, refused = (
        count(overview.marts.total("load_audit", name)) for name in ("rows_read", "rows_rejected")
    )
    if not rows:
        return paragraphs([say("trust.none_refused", read=read)])
    summary = say("trust.refused", read=read, refused=refused, count=count_of(rows))
    return stack([paragraphs([summary]), refusals(rows)])


def refusals(rows: list[RejectedRowsRow]) -> Html:
    """One row per refused cell of ``rejected_rows``."""
    headings = ("file", "sheet", "cell", "column", "found", "reason", "next_step")
    columns = [Column(say(f"trust.{heading}")) for heading in headings]
    cells = [_refusal(row) for row in rows]
    return table(columns, cells, name=say("trust.refused_name"), is_sortable=True)


def _refusal(row: RejectedRowsRow) -> list[str]:
    found = chinese(row["found"]) if row["found"] else say("trust.blank")
    meant = ""
    if row["candidates"]:
        meant = note(say("trust.candidates", candidates=chinese(row["candidates"])))
    return [
        chinese(row["file"]),
        chinese(row["source_sheet"]) if row["source_sheet"] else say("trust.no_sheet"),
        row["source_cell"] or say("trust.row", row=row["source_row"]),
        column_label(row["column_name"]),
        inline(found, meant),
        _sentence(in_language(row, "reason")),
        _sentence(in_language(row, "next_step")),
    ]


def dossiers(overview: Overview) -> Html:
    """What became of the rows of each dossier."""
    marts = overview.marts
    by_dossier: dict[str, list[LoadAuditRow]] = {}
    for row in marts.read(LoadAuditRow):
        by_dossier.setdefault(row["dossier_id"], []).append(row)
    columns = [
        Column(say("trust.dossier")),
        Column(say("trust.sources"), is_number=True),
        *(
            Column(say("trust.rows", rows=say(f"trust.{name}")), is_number=True)
            for name in ROW_COUNTS
        ),
    ]
    rows: list[list[str | Cell]] = [
        [
            dossier,
            *(
                Cell(count(number), number)
                for number in [count_of(sources), *_row_counts(overview, dossier)]
            ),
        ]
        for dossier, sources in by_dossier.items()
    ]
    return table(columns, rows, name=say("trust.dossiers_name"), is_sortable=True)


def _row_counts(overview: Overview, dossier: str) -> list[Count | Figure]:
    return [
        overview.marts.total("load_audit", f"rows_{name}", "dossier_id = ?", [dossier])
        for name in ROW_COUNTS
    ]


def findings(overview: Overview) -> Html | None:
    """How often registers of facilities say what cannot be, by kind; None without registers."""
    if not overview.marts.count("facilities"):
        return None
    listed_findings = overview.marts.read(FacilityFindingsRow)
    by_kind: dict[str, list[FacilityFindingsRow]] = {}
    for row in listed_findings:
        by_kind.setdefault(row["finding"], []).append(row)
    summary = say("trust.findings", count=count_of(listed_findings))
    columns = [Column(say("evidence.finding")), Column(say("trust.failures"), is_number=True)]
    rows: list[list[str | Cell]] = [
        [label("finding", kind), Cell(count(count_of(found)), len(found))]
        for kind, found in sorted(by_kind.items(), key=lambda item: -len(item[1]))
    ]
    listed = table(columns, rows, name=say("evidence.findings_name")) if rows else None
    return stack([paragraphs([summary]), listed])


def totals(overview: Overview) -> Html | None:
    """Printed totals, and those that differ from their rows; None where files print none."""
    printed = overview.marts.read(StatedTotalsRow)
    if not printed:
        return None
    differing = [row for row in printed if row["status"] == "differs"]
    agreeing = [row for row in printed if row["status"] == "adds_up"]
    counts = {"agreeing": count_of(agreeing), "differing": count_of(differing)}
    summary = say("trust.totals", count=count_of(printed), **counts)
    columns = [
        Column(say("trust.file")),
        Column(say("trust.cell")),
        Column(say("trust.column")),
        Column(say("trust.printed"), is_number=True),
        Column(say("trust.sum"), is_number=True),
        Column(say("conflicts.difference"), is_number=True),
    ]
    rows = [
        [
            chinese(row["file"]),
            row["source_cell"] or say("trust.row", row=row["source_row"]),
            column_label(row["column_name"]),
            *(
                exact(known(value))
                for value in (row["stated_value"], row["sum_of_rows"], row["difference"])
            ),
        ]
        for row in differing
    ]
    listed = table(columns, rows, name=say("trust.totals_name")) if rows else None
    return stack([paragraphs([summary]), listed])


def checks(overview: Overview) -> Html | None:
    """What the checks found; failed warnings one by one."""
    results = overview.marts.read(CheckResultsRow)
    failed = [row for row in results if not row["passed"]]
    passed = [row for row in results if row["passed"]]
    parts = [
        say(
            "trust.kind_of_check",
            kind=in_sentence(label("check_kind", kind)),
            count=count_of([row for row in results if row["kind"] == kind]),
        )
        for kind in dict.fromkeys(row["kind"] for row in results)
    ]
    counts: dict[str, str | Count] = {
        "checks": count_of(results),
        "kinds": join("items", parts),
        "passed": count_of(passed),
    }
    if not failed:
        return paragraphs([say("trust.all_passed", **counts)])
    cells = [
        [
            inline(in_language(row, "check_name"), note(label("severity", row["severity"]))),
            label("stage", row["stage"]),
            known(row["subject"]) + (f".{row['column_name']}" if row["column_name"] else ""),
            say("trust.not_counted") if row["failures"] is None else count(row["failures"]),
            mark_chinese(in_language(row, "detail")) if row["detail"] else say("trust.no_detail"),
        ]
        for row in failed
    ]
    columns = [
        Column(say("trust.check")),
        Column(say("trust.stage")),
        Column(say("trust.subject")),
        Column(say("trust.failures"), is_number=True),
        Column(say("trust.detail")),
    ]
    summary = say("trust.some_failed", **counts, failed=count_of(failed))
    return stack([paragraphs([summary]), table(columns, cells, name=say("trust.failed_name"))])


def audit_table(overview: Overview) -> Html:
    """Every source, and what became of its rows."""
    cells = [
        [
            inline(row["source_id"], note(chinese(row["file"]))),
            *(count(known(figure_in(row, f"rows_{name}"))) for name in ROW_COUNTS),
            label("audit_status", row["status"]),
            short_hash(row["sha256"]),
        ]
        for row in overview.marts.read(LoadAuditRow)
    ]
    columns = [
        Column(say("trust.source")),
        *(
            Column(say("trust.rows", rows=say(f"trust.{name}")), is_number=True)
            for name in ROW_COUNTS
        ),
        Column(say("column.status")),
        Column(say("trust.checksum")),
    ]
    audit = table(columns, cells, name=say("trust.audit_name"))
    return details(say("trust.audit", count=count_of(cells)), audit)


def _sentence(words: str) -> str:
    """Words of a cell: the phrases of refusals begin small, and quote Chinese."""
    return mark_chinese(words[:1].upper() + words[1:])


def title(overview: Overview) -> Html:
    """Name of the page on data quality."""
    sources = overview.marts.count("load_audit")
    return page_title("quality", say("trust.lead", count=sources))


def footer(overview: Overview) -> Html:
    """Which build made the page, and from how many sources."""
    sources = count_of(overview.marts.read(LoadAuditRow))
    build = short_hash(overview.build)
    return render("footer", lines=[say("provenance.build", build=build, sources=sources)])
