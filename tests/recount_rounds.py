"""Counts safety rounds again: from the text of inspections and rosters, in plain Python."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from plain_tables import folded
from recount import Files, Row, date_in

COUNTED = ("safety_rounds", "facility_quarters")


def quarter_starts(year: int) -> list[date]:
    return [date(year, month, 1) for month in (1, 4, 7, 10)] + [date(year + 1, 1, 1)]


class InspectedFiles(Files):
    """Tables of a workspace, inspections included; marts say which roster rows are one facility."""

    def claim(self, claim_id: str, source_id: str, row: int, cell: str) -> Fraction | None:
        """The figure that a published one was made from: a cell, or a count."""
        _, code, measure, year, scope = (claim_id.split("|") + [""] * 5)[:5]
        if measure in COUNTED:
            return self.count_rounds(measure, code, int(year), scope)
        return super().claim(claim_id, source_id, row, cell)

    @cached_property
    def facilities(self) -> dict[tuple[str, str], set[str]]:
        """Facilities by town and each name or id that a roster gives them there."""
        found = defaultdict(set)
        rows = self.warehouse.execute(
            "select source_id, source_row, facility_key from intermediate.int_roster_rows"
        ).fetchall()
        for source, row, key in rows:
            town = self.town_of(source, row)
            for column in ("facility_id", "facility_name"):
                if name := folded(self.text(source, row, column)):
                    found[town, name].add(key)
        return found

    @cached_property
    def inspections(self) -> list[tuple[str, date, str | None]]:
        """Town, day and facility of each safety round; no facility where none known is meant."""
        found = []
        for source in self.sources.values():
            if source.contract != "inspection":
                continue
            for row in source.table.rows:
                told = {
                    column: self.text(source.id, row, column)
                    for column in ("date", "kind", "facility_id", "facility_name")
                }
                if (day := date_in(told["date"])) is None:
                    continue
                town = self.town_of(source.id, row)
                fitting = [
                    next(iter(keys))
                    for column in ("facility_id", "facility_name")
                    if len(keys := self.facilities.get((town, folded(told[column])), ())) == 1
                ]
                if "安全" in folded(told["kind"]):
                    found.append((town, day, fitting[0] if fitting else None))
        return found

    @cached_property
    def days(self) -> dict[str | None, set[date]]:
        """Days of the safety rounds of each facility."""
        days = defaultdict(set)
        for _, day, key in self.inspections:
            days[key].add(day)
        return days

    @cached_property
    def reporting(self) -> set[tuple[str, int]]:
        """Counties and years of which there is any safety round."""
        return {(self.parents[town], day.year) for town, day, _ in self.inspections}

    def count_rounds(self, measure: str, code: str, year: int, scope: str) -> Fraction:
        """Rounds, or facility quarters in which one was due, of a region."""
        listed = self.warehouse.execute(
            "select facility_key, source_id, source_row, region_code,"
            " facility_type = 'kindergarten' from marts.facility_years where year = ?",
            [year],
        ).fetchall()
        due = done = 0
        for key, source, number, town, is_kindergarten in listed:
            row = Row(self, source, number)
            if (
                code not in self.above(town)
                or (self.parents[town], year) not in self.reporting
                or scope not in row.scopes(is_kindergarten)
            ):
                continue
            opened, closed = (date_in(row.text(column)) for column in ("opened_on", "closed_on"))
            for start, end in pairwise(quarter_starts(year)):
                if (opened is None or opened <= start) and (closed is None or closed >= end):
                    due += 1
                    done += sum(start <= day < end for day in self.days[key])
        return Fraction(done if measure == "safety_rounds" else due)
