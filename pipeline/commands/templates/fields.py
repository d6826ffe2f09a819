"""The columns of a template: what each is called, may hold, and shows as an example."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from pipeline.contracts import Column, Contract, Contracts
from pipeline.contracts.loader import REGION
from pipeline.core.errors import UsageError
from pipeline.core.messages import Message
from pipeline.wording.labels import label, load_labels

TEMPLATES_FILE = Path(__file__).parent / "templates.yml"
# Figures of several documents go into several files, so nobody has to type ids of documents.
LEFT_OUT = {"row_no", "document_id"}
TYPE_WORDS = {
    "text": "文本",
    "code": "代码（按文本填写，保留前面的 0）",
    "integer": "整数",
    "number": "数字",
    "year": "四位年份",
    "date": "日期，例如 2025-12-31",
    "term": "从下拉列表中选择",
    "flag": "是 或 否",
    "unit": "单位，与指标一致；可以不填",
}


@dataclass(frozen=True)
class Field:
    """One column of a template.

    Attributes:
        column: Column of the contract.
        label: Header in Chinese, one that the contract knows.
        need: ``required``, ``one_of`` (one of several must be filled) or ``optional``.
        choices: Words to choose from; empty for a free cell.
        is_strict: Whether nothing but a choice is accepted.
        example: What the example row shows; None for a blank.
        others: Headers of which one must be filled, this one included; empty unless ``one_of``.
    """

    column: Column
    label: str
    need: str
    choices: tuple[str, ...]
    is_strict: bool
    example: Any
    others: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """What hovers over the header."""
        needs = {
            "required": "必填",
            "one_of": f"至少填一列：{'、'.join(self.others)}",
            "optional": "选填；不知道就留空，不要填 0",
        }
        unit = (
            f"单位：{label('unit', self.column.unit)}"
            if self.column.unit in load_labels()["unit"]
            else ""
        )
        if self.column.unit == "ratio":
            unit = "单位：0—1 的小数，或写成 62.5%"
        type_ = TYPE_WORDS[self.column.type]
        lines = [self.label, needs[self.need], f"填写：{type_}", unit, self.column.description]
        return "\n".join(line for line in lines if line)


def fields_of(contract: Contract, contracts: Contracts, regions: list[str]) -> list[Field]:
    """Columns of the template of a contract.

    Columns about persons are left out: nobody should type what is never used.

    Args:
        contract: The contract.
        contracts: All contracts, with the words of closed lists.
        regions: Names to choose a region from; empty for a free cell.

    Raises:
        UsageError: ``templates.yml`` does not name the contract.
    """
    spec = _load_table().get(contract.name)
    if spec is None:
        raise UsageError(Message("template.no_example", contract=contract.in_words))
    shown = [c for c in contract.columns.values() if not c.personal and c.name not in LEFT_OUT]
    fields = []
    for column in shown:
        group = next((g for g in contract.one_of if column.name in g), ())
        is_name = contract.has_region and column.name == "region_name"
        choices = tuple(regions) if is_name else _choices(column, contracts)
        need = "required" if column.required or is_name else "one_of" if group else "optional"
        fields.append(
            Field(
                column,
                header_label(column),
                need,
                choices,
                is_strict=not is_name,  # a region may also be given by an alias or a path
                example=_example(column, spec["example"], choices, contract.has_region),
                others=tuple(header_label(contract.columns[name]) for name in group),
            )
        )
    return fields


def header_label(column: Column) -> str:
    """First Chinese label of a column; its English name where it has none."""
    return next((text for text in column.labels if not text.isascii()), column.name)


def _choices(column: Column, contracts: Contracts) -> tuple[str, ...]:
    if column.type == "flag":
        return ("是", "否")
    if column.type != "term":
        return ()
    if column.vocabulary == "indicator":
        return tuple(str(spec["label"]) for spec in contracts.indicators.values())
    words: dict[str, str] = {}
    for word, code in contracts.vocabularies[column.vocabulary or ""].items():
        if word != code and not word.isascii():
            words.setdefault(code, word)
    return tuple(words.values())


def _example(
    column: Column, given: dict[str, Any], choices: tuple[str, ...], has_region: bool
) -> Any:
    if column.name in given:
        return given[column.name]
    if has_region and column.name in REGION:
        return (choices[-1] if choices else "某某镇") if column.name == "region_name" else None
    return choices[0] if choices and column.required else None


def _load_table() -> dict[str, Any]:
    table: dict[str, Any] = YAML(typ="safe").load(TEMPLATES_FILE)
    for spec in table.values():
        spec["example"] = {
            name: value.date() if isinstance(value, dt.datetime) else value
            for name, value in spec["example"].items()
        }
    return table
