"""Tells where each planted fault stands, and how a build should show it."""

from __future__ import annotations

from typing import Any

from faults import UNKNOWN_WORD
from files import LOST_DELIMITER
from geography import STALE_TOWN
from papers import (
    CITY_SLIP,
    DISTRICT_SLIP,
    DISTRICT_SLIP_YEAR,
    DROPPED_TOWN,
    INCLUSIVE_DIFFERENCE,
    INCLUSIVE_DISTRICT,
    REVISED_SLIP,
    REVISED_YEAR,
    SLIP_DISTRICT,
    SLIP_YEAR,
    Paper,
)
from rosters import RosterFile

WHAT = {
    "listed-twice": "One facility twice in the list of 2023-12-31: same credit code and address, another spelling of its name, no local id on the second row. It counts once.",
    "classes-edited-to-zero": "Classes and places of one facility fall to 0 in three lists of 2024, and are back afterwards.",
    "swapped-town-code": "In two lists of 2021 the town code of a row is that of another town than its name.",
    "listed-before-opening": "A facility stands in lists from 2023-12-31 on, but opens on 2024-07-01. It does not count before.",
    "more-children-than-places": "Enrolled children are 30 % more than places in one row.",
    "closed-before-opening": "The opening day of one row is later than its closing day.",
    "coordinates-outside-town": "In every list from 2024-01-31 on the coordinates of one facility lie more than two hundred kilometres outside its town.",
    "credit-code-check-digit": "The credit code of one facility fails its check digit, in every list that names it.",
    LOST_DELIMITER: "The delimiter between a facility's places and its inclusive places is lost in one row of 2021-07-31, so that two numbers became one and all that follow moved.",
    "unknown-ownership-word": "One row has a word of ownership that no list knows.",
}  # fmt: skip
LASTING = ("listed-before-opening", "coordinates-outside-town", "credit-code-check-digit")
STATED_TOTALS = "warn_stated_totals_differ_from_their_rows"


def planted_faults(rosters: list[RosterFile], papers: list[Paper]) -> list[dict[str, Any]]:
    """All planted faults, in the order of ``WHAT`` and then those of other papers."""
    places: dict[str, list[dict[str, Any]]] = {fault: [] for fault in WHAT}
    for source in rosters:
        for row, told in source.sheet.where:
            fault = told.get("fault")
            if fault:
                places[fault].append(_place(source, row, told))
    for fault in LASTING:
        places[fault] = _first_of_each_source(places[fault])
    expected = _expected_of_rosters(places)
    listed = [
        {"id": fault, "what": WHAT[fault], "where": places[fault], "expect": expected[fault]}
        for fault in WHAT
    ]
    return [*listed, *_of_papers({paper.id: paper for paper in papers})]


def _first_of_each_source(places: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A fault that lasts is told once a source."""
    first: dict[str, dict[str, Any]] = {}
    for place in places:
        first.setdefault(place["source"], place)
    return list(first.values())


def _place(source: RosterFile, row: int, told: dict[str, Any]) -> dict[str, Any]:
    return {
        "source": source.id,
        "file": source.file,
        **({"member": source.member} if source.member else {}),
        "row": row,
        "as_of": told["as_of"].isoformat(),
        "region_code": told["region_code"],
        "facility_id": told["facility_id"],
        "facility_name": told["facility_name"],
    }


def _expected_of_rosters(
    places: dict[str, list[dict[str, Any]]],
) -> dict[str, dict[str, Any]]:
    def finding(name: str, **more: Any) -> dict[str, Any]:
        return {"mart": "check_results", "finding": name, **more}

    def rejected(fault: str, column: str, found: str | None, reason_code: str) -> dict[str, Any]:
        rows = [{"source_id": p["source"], "source_row": p["row"]} for p in places[fault]]
        return {
            "mart": "rejected_rows",
            "column_name": column,
            **({"found": found} if found else {}),
            "reason_code": reason_code,
            "rows": rows,
        }

    names = sorted({place["facility_name"] for place in places["listed-twice"]})
    return {
        "listed-twice": finding("listed_twice", as_of_date="2023-12-31", facility_names=names, counted=1),
        "classes-edited-to-zero": finding("places_fell_to_zero", note="in no year-end figure", also="children above places in the same three rows"),
        "swapped-town-code": rejected("swapped-town-code", "region_name", None, "code_and_name_disagree"),
        "listed-before-opening": finding("not_yet_open", as_of_date="2023-12-31", counted=0),
        "more-children-than-places": finding("enrolled_above_places", note="in no year-end figure"),
        "closed-before-opening": finding("opened_after_closed", note="in no year-end figure"),
        "coordinates-outside-town": finding("far_from_its_town"),
        "credit-code-check-digit": finding("credit_code_invalid"),
        LOST_DELIMITER: rejected(LOST_DELIMITER, "facility_name", None, "ragged_row"),
        "unknown-ownership-word": rejected("unknown-ownership-word", "ownership", UNKNOWN_WORD, "unknown_word") | {"also": f"{STATED_TOTALS}: the 合计 of 2023-05-31 counts the refused row"},
    }  # fmt: skip


def _of_papers(papers: dict[str, Paper]) -> list[dict[str, Any]]:
    first_ledger = papers["shili-city-quota-inclusive-990101"]
    ledger = papers["shili-city-quota-inclusive-990101-2024"]
    bulletins = papers["shili-city-bulletins"]
    revised = bulletins.rows[f"places-{REVISED_YEAR}"]
    city_row, district_row = (
        bulletins.rows[f"places-{SLIP_YEAR}"],
        bulletins.rows[f"places-{SLIP_DISTRICT}"],
    )

    def where(paper: Paper, row: int) -> list[dict[str, Any]]:
        return [{"source": paper.id, "file": paper.file, "row": row}]

    return [
        {
            "id": "inclusive-ledger-total",
            "what": "The inclusive ledger of one district, as it was issued again, prints a total for 2025 that is 3 places more than its towns add up to.",
            "where": where(ledger, ledger.rows["total-2025"]),
            "expect": {
                "mart": "check_results",
                "check": "warn_ledger_towns_differ_from_the_stated_total",
                "severity": "warning",
                "source_id": ledger.id,
                "category": "inclusive",
                "region_code": INCLUSIVE_DISTRICT,
                "year": 2025,
                "difference_places": INCLUSIVE_DIFFERENCE,
                "also": STATED_TOTALS,
            },
        },
        {
            "id": "ledger-issued-again",
            "what": "The inclusive ledger of one district is issued again a year later for 2024 and 2025: it drops one town, which has no quota then, and asks more of two. 2023 stays as it was.",
            "where": where(first_ledger, first_ledger.rows["dropped-2025"]),
            "expect": {
                "mart": "quota_progress",
                "category": "inclusive",
                "region_code": DROPPED_TOWN,
                "source_id": first_ledger.id,
                "superseded_by": ledger.id,
                "superseded_years": "2024, 2025",
                "cumulative_quota_places": {2023: first_ledger.rows["dropped-places-2023"], 2024: None, 2025: None},
                "towns_sum_places": {year: ledger.rows[f"sum-{year}"] for year in (2024, 2025)},
            },
        },
        {
            "id": "bulletin-revised",
            "what": "A second bulletin of the same office corrects the city's places at the end of 2024, of which the first one gave 200 too many.",
            "where": where(bulletins, revised) + where(correction := papers["shili-city-bulletins-corrected"], correction.rows["revised"]),
            "expect": {
                "mart": "figure_conflicts",
                "conflict_kind": "revision",
                "region_code": "990100",
                "indicator": "places",
                "as_of_date": f"{REVISED_YEAR}-12-31",
                "scope": "all",
                "old_minus_new": REVISED_SLIP,
            },
        },
        {
            "id": "stale-population",
            "what": "One town's residents and children were published for 2020 only; its rates of later years stand on them.",
            "where": [{"source": "shili-city-population-2020-2022", "file": "population_2020_2022.xlsx", "region_code": STALE_TOWN}],
            "expect": {
                "mart": "region_years",
                "region_code": STALE_TOWN,
                "years": [2021, 2022, 2023, 2024, 2025],
                "population_year": 2020,
            },
        },
        {
            "id": "bulletin-of-the-city",
            "what": "A bulletin gives the city 340 places more at the end of 2023 than the rosters add up to.",
            "where": where(bulletins, city_row),
            "expect": _conflict("990100", SLIP_YEAR, CITY_SLIP),
        },
        {
            "id": "bulletin-of-a-district",
            "what": "A bulletin gives one district 120 places fewer at the end of 2024 than the rosters add up to.",
            "where": where(bulletins, district_row),
            "expect": _conflict(SLIP_DISTRICT, DISTRICT_SLIP_YEAR, DISTRICT_SLIP),
        },
    ]  # fmt: skip


def _conflict(code: str, year: int, difference: int) -> dict[str, Any]:
    return {
        "mart": "figure_conflicts",
        "region_code": code,
        "indicator": "places",
        "as_of_date": f"{year}-12-31",
        "scope": "all",
        "reported_minus_counted": difference,
    }
