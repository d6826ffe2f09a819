"""Writes the dossier's ``sources.yml`` and the list of planted faults."""

from __future__ import annotations

import io
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

HEADER = "# An invented city: no such regions, facilities, persons or numbers.\n"
HEALTH, EDUCATION = "示例市虚构卫生健康局", "示例市虚构教育局"
STATISTICS, OFFICE = "示例市虚构统计局", "示例市虚构人民政府办公室"


def documents() -> list[dict[str, str]]:
    """Who said it."""
    found = [
        ("regions-doc", "示例市区划代码表（虚构）", "示例市虚构民政局", "2020-12-31"),
        ("yearbook", "示例市人口年报（虚构）", STATISTICS, "2026-02-20"),
        ("plan", "示例市托育服务发展示例方案（虚构）", OFFICE, "2023-03-15"),
        ("plan-revised", "甲例区普惠托位指标调整示例通知（虚构）", OFFICE, "2024-06-20"),
        ("bulletin", "示例市托育工作示例公报（虚构）", OFFICE, "2026-02-28"),
        ("bulletin-corrected", "示例市托育工作示例公报更正（虚构）", OFFICE, "2026-03-20"),
        ("inspection-records", "示例市托育机构巡查示例记录（虚构）", HEALTH, "2026-01-12"),
    ]
    for year in range(2021, 2026):
        found.append((f"rosters-{year}", f"示例市{year}年托育机构示例名册（虚构）", HEALTH, f"{year + 1}-01-08"))  # fmt: skip
        found.append((f"education-{year}", f"示例市{year}年幼儿园托班示例名单（虚构）", EDUCATION, f"{year + 1}-01-15"))  # fmt: skip
    return [
        {
            "id": f"shili-city-{name}",
            "title": title,
            "issuer": issuer,
            "issued": issued,
            "fetched_from": "虚构，由脚本生成",
            "grade": "A",
        }
        for name, title, issuer, issued in found
    ]


def sources_text(entries: list[dict[str, Any]]) -> str:
    """The text of ``sources.yml``."""
    head = {
        "dossier": "shili-city",
        "title": in_line({"zh": "示例市（虚构）", "en": "Demonstration city (fictional)"}),
        "fictional": True,
        "documents": documents(),
        "sources": [
            {key: in_line(value) for key, value in entry.items() if value} for entry in entries
        ],
    }
    return HEADER + as_yaml(head)


def verdicts_text(entries: list[dict[str, Any]]) -> str:
    """The text of ``verdicts.yml``."""
    return HEADER + as_yaml(
        {"verdicts": [{key: in_line(value) for key, value in entry.items()} for entry in entries]}
    )


def in_line(value: Any) -> Any:
    """A mapping or list that stands on one line."""
    if isinstance(value, dict):
        made = CommentedMap({key: in_line(inner) for key, inner in value.items()})
    elif isinstance(value, list):
        made = CommentedSeq([in_line(inner) for inner in value])
    else:
        return value
    made.fa.set_flow_style()
    return made


def as_yaml(content: Any) -> str:
    """Text of plain mappings and lists."""
    yaml = YAML()
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.width = 4096
    yaml.allow_unicode = True
    buffer = io.StringIO()
    yaml.dump(content, buffer)
    return buffer.getvalue()
