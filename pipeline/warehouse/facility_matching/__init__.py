"""Tells which rows of the rosters are about one facility (ADR-0012, ADR-0024)."""

from pipeline.warehouse.facility_matching.identities import identify_facilities

__all__ = ["identify_facilities"]
