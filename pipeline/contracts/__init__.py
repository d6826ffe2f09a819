"""What each kind of dataset holds: one YAML file per contract, and their loader."""

from pipeline.contracts.formulas import Formula, load_formulas
from pipeline.contracts.header_labels import normalise_label
from pipeline.contracts.loader import Column, Contract, Contracts, load_contracts
from pipeline.contracts.units import Unit

__all__ = [
    "Column",
    "Contract",
    "Contracts",
    "Formula",
    "Unit",
    "load_contracts",
    "load_formulas",
    "normalise_label",
]
