"""Answers whether the data can be trusted: what became of every row, and what the checks found."""

from __future__ import annotations

from collections import Counter

from pipeline.published.read_marts import Row
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
from pipeline.wording.formatting import short_hash
from pipeline.wording.labels import column_label, label
from pipeline.wording.texts import chinese, in_language, in_sentence, join, mark_chinese, say

ROW_COUNTS = ("read", "loaded", "rejected", "set_aside")


def rejected(overview: Overview) -> Html | None:
    """Refused rows with what the sender should do, or that none was refused."""
    rows = overview.marts.rows("rejected_rows")
    audit = overview.marts.rows("load_audit")
    read, refused = (sum(row[name] for row in audit) for name in ("rows_read", "rows_rejected"))
    if not rows:
        return paragraphs([say("trust.none_refused", read=f"{read:,}")])
    told = say("trust.refused", read=f"{read:,}", refused=f"{refused:,}", count=len(rows))
    return stack([paragraphs([told]), refusals(rows)])


def refusals(rows: list[Row]) -> Html:
    """One row per refused cell of ``rejected_rows``."""
    headings = ("file", "sheet", "cell", "column", "found", "reason", "next_step")
    columns = [Column(say(f"trust.{heading}")) for heading in headings]
    cells = [_refusal(row) for row in rows]
    return table(columns, cells, name=say("trust.refused_name"), is_sortable=True)


def _refusal(row: Row) -> list[str]:
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
    by_dossier: dict[str, list[Row]] = {}
    for row in marts.rows("load_audit"):
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
        [dossier, *(Cell(f"{count:,}", count) for count in (len(sources), *_row_counts(sources)))]
        for dossier, sources in by_dossier.items()
    ]
    return table(columns, rows, name=say("trust.dossiers_name"), is_sortable=True)


def _row_counts(sources: list[Row]) -> list[int]:
    return [sum(row[f"rows_{name}"] for row in sources) for name in ROW_COUNTS]


def findings(overview: Overview) -> Html | None:
    """How often registers of facilities say what cannot be, by kind; None without registers."""
    if not overview.marts.count("facilities"):
        return None
    found = Counter(row["finding"] for row in overview.marts.rows("facility_findings"))
    told = say("trust.findings", count=found.total())
    columns = [Column(say("evidence.finding")), Column(say("trust.failures"), is_number=True)]
    rows: list[list[str | Cell]] = [
        [label("finding", kind), Cell(f"{count:,}", count)] for kind, count in found.most_common()
    ]
    listed = table(columns, rows, name=say("evidence.findings_name")) if rows else None
    return stack([paragraphs([told]), listed])


def totals(overview: Overview) -> Html | None:
    """Printed totals, and those that differ from their rows; None where files print none."""
    printed = overview.marts.rows("stated_totals")
    if not printed:
        return None
    differing = [row for row in printed if row["status"] == "differs"]
    agreeing = sum(row["status"] == "adds_up" for row in printed)
    told = say("trust.totals", count=len(printed), agreeing=agreeing, differing=len(differing))
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
            *(f"{row[name]:,.10g}" for name in ("stated_value", "sum_of_rows", "difference")),
        ]
        for row in differing
    ]
    listed = table(columns, rows, name=say("trust.totals_name")) if rows else None
    return stack([paragraphs([told]), listed])


def checks(overview: Overview) -> Html | None:
    """What the checks found; failed warnings one by one."""
    results = overview.marts.rows("check_results")
    failed = [row for row in results if not row["passed"]]
    kinds = {
        kind: sum(row["kind"] == kind for row in results)
        for kind in dict.fromkeys(row["kind"] for row in results)
    }
    parts = [
        say("trust.kind_of_check", kind=in_sentence(label("check_kind", kind)), count=count)
        for kind, count in kinds.items()
    ]
    counts = {
        "checks": len(results),
        "kinds": join("items", parts),
        "passed": len(results) - len(failed),
    }
    if not failed:
        return paragraphs([say("trust.all_passed", **counts)])
    cells = [
        [
            inline(in_language(row, "check_name"), note(label("severity", row["severity"]))),
            label("stage", row["stage"]),
            row["subject"] + (f".{row['column_name']}" if row["column_name"] else ""),
            say("trust.not_counted") if row["failures"] is None else f"{row['failures']:,}",
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
    told = say("trust.some_failed", **counts, failed=len(failed))
    return stack([paragraphs([told]), table(columns, cells, name=say("trust.failed_name"))])


def audit_table(overview: Overview) -> Html:
    """Every source, and what became of its rows."""
    cells = [
        [
            inline(row["source_id"], note(chinese(row["file"]))),
            *(f"{row[f'rows_{name}']:,}" for name in ROW_COUNTS),
            label("audit_status", row["status"]),
            short_hash(row["sha256"]),
        ]
        for row in overview.marts.rows("load_audit")
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
    return details(say("trust.audit", count=len(cells)), audit)


def _sentence(words: str) -> str:
    """Words of a cell: the phrases of refusals begin small, and quote Chinese."""
    return mark_chinese(words[:1].upper() + words[1:])


def title(overview: Overview) -> Html:
    """Name of the page on data quality."""
    count = overview.marts.count("load_audit")
    return page_title("quality", say("trust.lead", count=count))


def footer(overview: Overview) -> Html:
    """Which build made the page, and from how many sources."""
    sources = len(overview.marts.rows("load_audit"))
    build = short_hash(overview.build)
    return render("footer", lines=[say("provenance.build", build=build, sources=sources)])
