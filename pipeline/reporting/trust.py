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

REJECTED_COLUMNS = [
    Column("文件"),
    Column("工作表"),
    Column("单元格"),
    Column("列"),
    Column("原文"),
    Column("拒绝原因"),
    Column("下一步"),
]
AUDIT_COLUMNS = [
    Column("来源"),
    Column("读入（行）", is_number=True),
    Column("入库（行）", is_number=True),
    Column("拒绝（行）", is_number=True),
    Column("搁置（行）", is_number=True),
    Column("状态"),
    Column("sha256 前12位"),
]
WARNING_COLUMNS = [
    Column("检查"),
    Column("阶段"),
    Column("对象"),
    Column("发现（处）", is_number=True),
    Column("说明"),
]


def rejected(overview: Overview) -> Html | None:
    """Refused rows with what the sender should do, or that none was refused."""
    rows = overview.marts.rows("rejected_rows")
    audit = overview.marts.rows("load_audit")
    read, refused = (sum(row[name] for row in audit) for name in ("rows_read", "rows_rejected"))
    if not rows:
        return paragraphs([f"读入 {read:,} 行，没有一行被拒绝。"])
    cells = [_refusal(row) for row in rows]
    return stack(
        [
            paragraphs(
                [f"读入 {read:,} 行，拒绝 {refused:,} 行，共 {len(rows):,} 处问题，逐处列出如下。"]
            ),
            table(REJECTED_COLUMNS, cells, name="拒绝的行"),
        ]
    )


def _refusal(row: Row) -> list[str]:
    found = row["found"] or "空白"
    meant = note(f"可能是：{row['candidates']}") if row["candidates"] else ""
    return [
        row["file"],
        row["source_sheet"] or "无工作表",
        row["source_cell"] or f"第 {row['source_row']} 行",
        column_label(row["column_name"]),
        inline(found, meant),
        label("reject_reason", row["reason"]),
        label("reject_next_step", row["next_step"]),
    ]


def checks(overview: Overview) -> Html | None:
    """What the checks found; failed warnings one by one."""
    results = overview.marts.rows("check_results")
    failed = [row for row in results if not row["passed"]]
    kinds = {
        kind: sum(row["kind"] == kind for row in results)
        for kind in dict.fromkeys(row["kind"] for row in results)
    }
    parts = "、".join(f"{label('check_kind', kind)} {count} 项" for kind, count in kinds.items())
    text = f"共检查 {len(results)} 项（{parts}），通过 {len(results) - len(failed)} 项"
    if not failed:
        return paragraphs([f"{text}，没有警告，也没有严重问题。"])
    cells = [
        [
            inline(row["check_name"], note(label("severity", row["severity"]))),
            label("stage", row["stage"]),
            row["subject"] + (f".{row['column_name']}" if row["column_name"] else ""),
            "未计数" if row["failures"] is None else f"{row['failures']:,}",
            row["detail"] or "没有说明",
        ]
        for row in failed
    ]
    return stack(
        [
            paragraphs([f"{text}，未通过 {len(failed)} 项，列出如下。"]),
            table(WARNING_COLUMNS, cells, name="未通过的检查"),
        ]
    )


def audit_table(overview: Overview) -> Html:
    """Every source, and what became of its rows."""
    cells = [
        [
            inline(row["source_id"], note(row["file"])),
            *(f"{row[f'rows_{name}']:,}" for name in ("read", "loaded", "rejected", "set_aside")),
            label("audit_status", row["status"]),
            short_hash(row["sha256"]),
        ]
        for row in overview.marts.rows("load_audit")
    ]
    audit = table(AUDIT_COLUMNS, cells, name="各来源的行数")
    return details(f"逐个来源的行数核对（{len(cells)} 个来源）", audit)


def definitions() -> Html:
    """Symbols, definitions and codes in words."""
    labels = load_labels()
    grades = "；".join(f"{code} = {words}" for code, words in labels["grade"].items())
    statuses = "、".join(labels["status"].values())
    hedges = "、".join(labels["qualifier"].values())
    return render(
        "definitions",
        terms=[
            (
                "每千人口托位数",
                "1,000 × 托位数 ÷ 常住人口。分母是全部年龄的常住人口，不是3岁以下人口；"
                "用数字当年的人口，没有则沿用最近的更早年份，并写明年份。",
            ),
            (
                "存量与新增（流量）",
                "存量是某一日期已有的数；新增是一段时间内增加的数。"
                "新增托位中的普惠占比与全部托位中的普惠占比不是一回事，两者从不比较。",
            ),
            (
                "3岁以下人口",
                "等于0岁、1岁、2岁人口之和；只公布年龄段时，取0岁加1—4岁的一半，"
                f"标为「{label('basis', 'modelled')}」。",
            ),
            (hedges, "写在数字前，照录发布机关的说法；没有这些字的是确数。"),
            ("无数据", "未知不等于零。没有数字的地方写明原因。"),
            ("依据等级", f"{grades}。由多个文件算出的数字取其中最弱的等级。"),
            (
                "状态",
                f"共有：{statuses}。「{label('status', 'no_target')}」指没有文件为该地区设目标，"
                "上级目标不代替本级目标。",
            ),
            ("有不同说法", "同一地区、同一日期、同一指标另有不同数字；采用的和未采用的都不平均。"),
        ],
    )


def footer(overview: Overview) -> Html:
    """Which build made the page, and from how many sources."""
    sources = len(overview.marts.rows("load_audit"))
    return render("footer", lines=[f"构建 {short_hash(overview.build)} · 全部来源 {sources} 个"])
