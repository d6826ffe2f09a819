"""Numbers of persons are found in what is about to be published, and other numbers are not."""

from __future__ import annotations

import duckdb
import pytest

from pipeline.catalogue.load_dossiers import load_dossiers
from pipeline.checking.personal_data import find_personal_numbers, personal_numbers
from pipeline.checking.results import stop_on_critical
from pipeline.contracts import load_contracts
from pipeline.core.errors import CheckFailedError
from pipeline.warehouse.load import load_warehouse

# An identity number of nobody: the region of Dongcheng, Beijing, and the example of GB 11643.
IDENTITY = "11010519491231002X"
MOBILE = "13800138000"


@pytest.fixture
def marts(tmp_path):
    """Makes a warehouse with one facility, and says what is found in it."""

    def search(**texts):
        path = tmp_path / "warehouse.duckdb"
        with duckdb.connect(str(path)) as connection:
            connection.execute(
                "create schema marts;"
                "create table marts.regions (region_code varchar, region_name varchar);"
                "insert into marts.regions values ('130102001', '虚构街道');"
                "create table marts.facilities (facility_key varchar, facility_id varchar,"
                " facility_name varchar, address varchar, tags varchar[], places integer)"
            )
            row = {"facility_key": "F1", **texts}
            connection.execute(
                f"insert into marts.facilities ({', '.join(row)})"
                f" values ({', '.join('?' * len(row))})",
                list(row.values()),
            )
        return find_personal_numbers(path)

    return search


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("facility_name", f"阳光托育园{MOBILE}"),
        ("address", f"示例路1号(电话:{MOBILE})"),
        ("address", "示例路1号 138 0013 8000"),
        ("address", "示例路1号 138-0013-8000"),
        ("address", f"+86{MOBILE}"),
        ("address", "１３８００１３８０００"),
        ("address", f"张某 {IDENTITY}"),
        ("address", IDENTITY.lower()),
        ("facility_id", MOBILE),
        ("tags", ["甲", MOBILE]),
    ],
)
def test_a_number_of_a_person_stops_the_build(marts, column, text):
    (found,) = marts(**{column: text})
    assert (found.subject, found.column_name, found.failures) == ("marts.facilities", column, 1)
    assert "facility_key F1" in str(found.detail)
    assert MOBILE not in str(found.detail)
    assert IDENTITY not in str(found.detail)
    with pytest.raises(CheckFailedError, match="marts.facilities." + column):
        stop_on_critical([found])


@pytest.mark.parametrize(
    ("column", "text"),
    [
        pytest.param("facility_id", "13010200101", id="a-county-and-a-running-number"),
        pytest.param("facility_name", "第138托育园", id="a-short-number"),
        pytest.param("address", "12800138000", id="no-mobile-prefix"),
        pytest.param("address", "0427-6861234", id="a-number-of-an-office"),
        pytest.param("address", "110105194912310021", id="wrong-check-digit"),
        pytest.param("address", "91350100M000100Y43", id="a-credit-code"),
        pytest.param("address", "138001380001", id="twelve-digits"),
        pytest.param("address", f"sha256 a{MOBILE}f", id="part-of-a-checksum"),
        pytest.param("address", f"0.{MOBILE}", id="decimals"),
        pytest.param("address", "2023-12-31 13 800 138", id="dates-and-counts"),
    ],
)
def test_another_number_does_not(marts, column, text):
    (found,) = marts(**{column: text})
    assert found.passed, found.detail


def test_numbers_beside_each_other_are_told_apart():
    assert personal_numbers(f"{MOBILE}/13900139000、{IDENTITY}") == [
        MOBILE,
        "13900139000",
        IDENTITY,
    ]


ENTRY = (
    "  - {id: roster, file: roster.csv, contract: facility_roster, document: shili-doc, locator: 表,"
    " read: {encoding: utf-8}}\n"
)
# two rows for one key, and a name of a person with a byte that is no text
ROSTER = """地区代码,机构编号,机构名称,统计日期,托位数,联系人,联系电话
990100001,1,甲托育园,2024-12-31,10,张某,13800138000
990100001,1,甲托育园,2024-12-31,20,李某,13900139000
990100001,2,乙托育园,2024-12-31,20,王?某,13700137000
"""


def test_reasons_of_refused_rows_show_no_personal_column(dossier, tmp_path):
    (dossier.folder / "roster.csv").write_bytes(ROSTER.encode().replace(b"?", b"\xff"))
    dossier.append("sources.yml", ENTRY)
    dossiers, problems = load_dossiers(dossier.workspace.raw, load_contracts())
    assert problems == []
    load_warehouse(tmp_path / "w.duckdb", tmp_path / "rows", dossiers, load_contracts())
    with duckdb.connect(str(tmp_path / "w.duckdb"), read_only=True) as connection:
        refused = connection.execute("from audit.rejected_rows").fetchall()
    assert "places 20" in str(refused)
    assert "undecodable_bytes" in str(refused)
    assert "'contact', '***'" in str(refused)
    for text in ("13800138000", "13900139000", "张某", "李某", "王"):
        assert text not in str(refused)


@pytest.mark.integration
def test_a_telephone_number_in_the_name_of_a_facility_is_not_published(published):
    before = published.workspace.manifest.read_bytes()
    published.write(
        "roster.csv",
        f"地区代码,机构名称,统计日期,托位数\n990100001,甲托育园{MOBILE},2024-12-31,10\n",
    )
    published.append("sources.yml", ENTRY)
    with pytest.raises(CheckFailedError) as stopped:
        published.build_marts()
    message = str(stopped.value)
    assert "marts.facilities.facility_name: telephone and identity numbers" in message
    assert "(holds_no_number_of_a_person, 1 found)" in message
    assert "138…00" in message
    assert MOBILE not in message
    assert published.workspace.manifest.read_bytes() == before
