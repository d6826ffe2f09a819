"""dbt's description of the raw tables of contracts, which repeats what the contracts say.

``python -m pipeline.shaping.source_descriptions`` writes it; a test holds that it is current.
"""

from __future__ import annotations

from pipeline.contracts import Contract, Contracts, load_contracts
from pipeline.core.workspace import PROJECT_ROOT
from pipeline.shaping.row_files import ORIGIN, REGION

STAGING = PROJECT_ROOT / "dbt_project" / "models" / "staging"
CONTRACT_SOURCES = STAGING / "_contract_sources.yml"
_HEADER = """\
# Made of pipeline/contracts/ by `python -m pipeline.shaping.source_descriptions`: change it there.
sources:
  - name: raw
    description: Typed rows of the source files, as issued, with where they stood. Never edited.
    tables:
"""
_ORIGIN_DESCRIPTIONS = {
    "source_id": "The source.",
    "source_sheet": "Sheet of the file; null for a file without sheets.",
    "source_row": "Row of the sheet or line of the file.",
    "source_letter": "Letter of the column where several became rows; null otherwise.",
    "region_code": "Region that the row is about, resolved to its code in the region lists.",
    "region_name_as_issued": "Name of the region as the file has it; null where it has none.",
}


def describe_contract_tables(contracts: Contracts) -> str:
    """YAML of the raw tables that staging models read, one a contract, with all columns."""
    models = "".join(path.read_text(encoding="utf-8") for path in sorted(STAGING.glob("*.sql")))
    return _HEADER + "".join(
        _describe(contract)
        for name, contract in sorted(contracts.by_name.items())
        if f"source('raw', '{name}')" in models
    )


def _describe(contract: Contract) -> str:
    own = {column.name: column.description for column in contract.value_columns}
    place = [*ORIGIN, *(REGION if contract.has_region else ())]
    columns = {name: _ORIGIN_DESCRIPTIONS[name] for name in place} | own
    lines = [
        f"      - name: {contract.name}",
        f"        description: {_as_text(contract.grain)}",
        "        columns:",
    ]
    for name, description in columns.items():
        lines += [
            f"          - name: {name}",
            f"            description: {_as_text(description)}",
        ]
    return "\n".join(lines) + "\n"


def _as_text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def main() -> None:
    """Write the file."""
    CONTRACT_SOURCES.write_text(describe_contract_tables(load_contracts()), encoding="utf-8")


if __name__ == "__main__":
    main()
