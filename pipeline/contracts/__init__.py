"""What each kind of dataset holds: one YAML file per contract, and their loader."""

from pipeline.contracts.loader import Column, Contract, Contracts, load_contracts, normalise_label

__all__ = ["Column", "Contract", "Contracts", "load_contracts", "normalise_label"]
