"""Answers whether the data can be trusted, and what words and symbols mean."""

from __future__ import annotations

from pipeline.reporting.formatting import short_hash
from pipeline.reporting.labels import column_label, label, load_labels
from pipeline.reporting.markup import (
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
from pipeline.reporting.marts import Row
from pipeline.reporting.overview import Overview
from pipeline.reporting.wording import chinese, in_sentence, join, mark_chinese, say

ROW_COUNTS = ("read", "loaded", "rejected", "set_aside")


def rejected(overview: Overview) -> Html | None:
    """Refused rows with what the sender should do, or that none was refused."""
    rows = overview.marts.rows("rejected_rows")
    audit = overview.marts.rows("load_audit")
    read, refused = (sum(row[name] for row in audit) for name in ("rows_read", "rows_rejected"))
    if not rows:
        return paragraphs([say("trust.none_refused", read=f"{read:,}")])
    cells = [_refusal(row) for row in rows]
    told = say("trust.refused", read=f"{read:,}", refused=f"{refused:,}", count=len(rows))
    headings = ("file", "sheet", "cell", "column", "found", "reason", "next_step")
    columns = [Column(say(f"trust.{heading}")) for heading in headings]
    return stack([paragraphs([told]), table(columns, cells, name=say("trust.refused_name"))])


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
        _sentence(label("reject_reason", row["reason"])),
        _sentence(label("reject_next_step", row["next_step"])),
    ]


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
            inline(row["check_name"], note(label("severity", row["severity"]))),
            label("stage", row["stage"]),
            row["subject"] + (f".{row['column_name']}" if row["column_name"] else ""),
            say("trust.not_counted") if row["failures"] is None else f"{row['failures']:,}",
            mark_chinese(row["detail"]) if row["detail"] else say("trust.no_detail"),
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


def definitions() -> Html:
    """Symbols, definitions and codes in words."""
    labels = load_labels()
    grades = [
        say("definition.grade_entry", grade=code, words=words)
        for code, words in labels["grade"].items()
    ]
    statuses, hedges = (join("items", labels[table].values()) for table in ("status", "qualifier"))
    missing = label("value_origin", "missing")
    return render(
        "definitions",
        terms=[
            (say("definition.rate"), say("definition.rate_words")),
            (say("definition.kind"), say("definition.kind_words")),
            (
                say("definition.under_3"),
                say("definition.under_3_words", modelled=label("basis", "modelled")),
            ),
            (hedges, say("definition.hedge_words")),
            (missing, say("definition.missing_words")),
            (
                say("definition.grade"),
                say("definition.grade_words", grades=join("clauses", grades)),
            ),
            (
                say("definition.status"),
                say(
                    "definition.status_words",
                    statuses=statuses,
                    no_target=label("status", "no_target"),
                ),
            ),
            (say("value.contradicted"), say("definition.disputed_words")),
            *((symbol, label("symbol_meaning", code)) for code, symbol in labels["symbol"].items()),
        ],
    )


def footer(overview: Overview) -> Html:
    """Which build made the page, and from how many sources."""
    sources = len(overview.marts.rows("load_audit"))
    build = short_hash(overview.build)
    return render("footer", lines=[say("provenance.build", build=build, sources=sources)])
