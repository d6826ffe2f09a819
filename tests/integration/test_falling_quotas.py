"""A cumulative quota that falls costs nobody the build: it is published, said, and adds nothing."""

from __future__ import annotations

import pytest
from small_rosters import Rosters

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    dossier = Rosters(tmp_path_factory.mktemp("falling"))
    dossier.county("falls", 3)
    dossier.write_ledger((("甲镇", 200, (100, 310, 200)), ("乙镇", 60, (20, 40, 60))), 260)
    assert dossier.build_marts()
    return dossier


def test_the_quota_is_as_stated_and_what_the_year_adds_is_unknown(built):
    assert built.ask(
        "select region_code, year, cumulative_quota_places, added_quota_places"
        " from marts.quota_progress where cumulative_quota_places is not null order by all"
    ) == [
        ("990100001", 2023, 100, 100),
        ("990100001", 2024, 310, 210),
        ("990100001", 2025, 200, None),
        ("990100002", 2023, 20, 20),
        ("990100002", 2024, 40, 20),
        ("990100002", 2025, 60, 20),
    ]
    assert built.ask(
        "select year, added_quota_places from marts.quota_totals"
        " where region_code = '990100' order by all"
    ) == [(2023, 120), (2024, 230), (2025, None)]


def test_a_warning_names_file_sheet_and_row(built):
    ((severity, passed, failures, detail),) = built.ask(
        "select severity, passed, failures, detail from marts.check_results"
        " where check_code = 'warn_cumulative_quotas_fall'"
    )
    assert (severity, passed, failures) == ("warning", False, 1)
    assert all(part in detail for part in ("shili/ledger.xlsx", "Sheet", "310", "200", "6")), detail
