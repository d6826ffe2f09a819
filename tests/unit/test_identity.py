"""Which rows are one facility (ADR-0012): every rule with a case that it must leave alone."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from itertools import combinations

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.catalogue.load_dossiers import load_dossiers
from pipeline.contracts import load_contracts
from pipeline.dossier_files.verdicts_file import RosterRow, Verdict, VerdictEntry
from pipeline.warehouse.facility_matching import identify_facilities
from pipeline.warehouse.facility_matching.credit_codes import read_credit_code
from pipeline.warehouse.facility_matching.likeness import (
    address_likeness,
    fold_address,
    fold_name,
    name_likeness,
)
from pipeline.warehouse.load import create_tables, load_warehouse

# Valid codes, invented.
SUN, MOON = "91210000600037341B", "91210000700037341N"
REGIONS = [
    ("99", "示例市", "prefecture", None),
    ("9901", "示例县", "county", "99"),
    ("9902", "另县", "county", "99"),
    ("990101", "甲镇", "town", "9901"),
    ("990102", "乙镇", "town", "9901"),
    ("990103", "三里镇", "town", "9901"),
    ("990201", "丙镇", "town", "9902"),
]
COLUMNS = {
    "source_id": pa.string(),
    "region_code": pa.string(),
    "as_of": pa.date32(),
    "register": pa.string(),
    "facility_id": pa.string(),
    "facility_name": pa.string(),
    "credit_code": pa.string(),
    "address": pa.string(),
    "list_kind": pa.string(),
    "source_sheet": pa.string(),
    "source_row": pa.int64(),
    "places": pa.int64(),
    "enrolled_children": pa.int64(),
}
DESCRIBING = ["register", "region_code", "facility_id", "facility_name", "credit_code", "address"]
CONTRACTS = load_contracts()
NUMBERS = ["places", "enrolled_children"]


def row(
    name, address=None, *, id=None, code=None, town="990101", month=1, edu=False, real=False,  # noqa: A002
    places=None, enrolled=None, file="", kind="full",
):  # fmt: skip
    return {
        "source_id": ("real" if real else "fictional") + file,
        "region_code": town,
        "as_of": dt.date(2024 + (month - 1) // 12, (month - 1) % 12 + 1, 1),
        "register": "education" if edu else "health",
        "facility_id": id,
        "facility_name": name,
        "credit_code": code,
        "address": address,
        "list_kind": kind,
        "source_sheet": None,
        "places": places,
        "enrolled_children": enrolled,
    }


def filled(rows):
    """A warehouse with rows of rosters whose facilities are not told apart yet."""
    connection = duckdb.connect()
    create_tables(connection, CONTRACTS)
    for source in ("fictional", "fictional2", "real"):
        connection.execute(
            "insert into raw.sources by name select ? as source_id, ? as is_fictional",
            [source, source != "real"],
        )
    rows = [one | {"source_row": number} for number, one in enumerate(rows, 1)]
    connection.execute("create table raw.region_list (region_code varchar, level varchar)")
    for code, name, level, parent in REGIONS:
        connection.execute("insert into raw.region_list values (?, ?)", [code, level])
        connection.execute("insert into shaping.region_parents values (?, ?, null)", [code, parent])
        connection.execute("insert into shaping.region_names values (?, ?, false, true)", [code, name])  # fmt: skip
    table = pa.table({n: pa.array([r[n] for r in rows], t) for n, t in COLUMNS.items()})
    connection.register("rows_given", table)
    connection.execute("create table raw.facility_roster as from rows_given")
    return connection


def warehouse(rows):
    connection = filled(rows)
    assert identify_facilities(connection, NUMBERS, []) == []
    return connection


def identify(rows):
    """Keys of the rows in their order, and the doubtful pairs as (reason, keys)."""
    connection = warehouse(rows)
    keys = dict(
        connection.execute("select record_id, facility_key from raw.facility_records").fetchall()
    )
    ids = connection.execute(
        "select coalesce(twins.record_id, shaping.record_id(is_fictional, register, region_code,"
        " facility_id, facility_name, credit_code, address))"
        " from raw.facility_roster join raw.sources using (source_id)"
        " left join raw.facility_twins as twins using (source_id, source_row)"
        " order by raw.facility_roster.rowid"
    ).fetchall()
    doubts = connection.execute(
        "select reason, facility_key, other_facility_key from raw.doubtful_matches order by all"
    ).fetchall()
    return [keys[record_id] for (record_id,) in ids], doubts


def as_letters(keys):
    letters = {}
    return "".join(letters.setdefault(key, "abcdefgh"[len(letters)]) for key in keys)


CASES = {
    # real and fictional
    "real-and-fictional-never-match": ([row("阳光托育园", "建设路88号", code=SUN), row("阳光托育园", "建设路88号", code=SUN, real=True)], "ab", []),
    "both-fictional-match": ([row("阳光托育园", "建设路88号"), row("阳光托育园", "建设路88号", edu=True)], "aa", []),
    # credit codes
    "a-code-outlives-name-and-address": ([row("阳光托育园", "建设路88号", code=SUN), row("月亮湾早教", "解放街3号", code=SUN, month=2)], "aa", []),
    "a-code-outlives-a-move-to-another-town": ([row("阳光托育园", code=SUN), row("阳光托育园", code=SUN, month=2, town="990201")], "aa", []),
    "a-code-joins-registers": ([row("阳光幼儿园", "建设路88号", code=SUN, edu=True), row("大风车托班", code=SUN)], "aa", []),
    "a-code-in-other-writing": ([row("阳光托育园", code=SUN), row("月亮湾早教", code="９１２１００００ 600037341b", month=2)], "aa", []),
    "an-invalid-code-proves-nothing": ([row("阳光托育园", "建设路88号", code=SUN[:-1] + "9"), row("月亮湾早教", "解放街3号", code=SUN[:-1] + "9", month=2)], "ab", []),
    "a-code-of-noughts-proves-nothing": ([row("阳光托育园", "建设路88号", code="0" * 18), row("月亮湾早教", "解放街3号", code="0" * 18, month=2)], "ab", []),
    "branches-of-one-list-are-apart": ([row("阳光托育园", "建设路88号", code=SUN), row("月亮湾早教", "解放街3号", code=SUN)], "ab", ["shared_credit_code"]),
    "branches-are-told-by-id": ([row("阳光一分园", "建设路88号", code=SUN, id="1"), row("阳光二分园", "解放街3号", code=SUN, id="2"), row("阳光一分园", "和平里5号", code=SUN, id="1", month=2)], "aba", ["shared_credit_code"]),
    "branches-are-told-by-address": ([row("阳光一分园", "建设路88号", code=SUN), row("阳光二分园", "解放街3号", code=SUN), row("阳光幼儿园托班", "解放街3号", code=SUN, edu=True)], "abb", ["shared_credit_code"]),
    "one-listed-twice-under-one-code": ([row("阳光托育园", "建设路88号", code=SUN), row("阳光托育中心", "建设路88号", code=SUN)], "aa", []),
    "two-houses-under-one-code-are-branches": ([row("阳光托育园", "建设路88号", code=SUN, places=40), row("阳光托育中心", "解放街3号", code=SUN, places=30)], "ab", ["shared_credit_code"]),
    "one-listed-twice-with-two-ids-at-one-address": ([row("阳光托育园", "建设路88号", code=SUN, id="1"), row("阳光托育园", "建设路88号", code=SUN, id="2")], "aa", []),
    "two-ids-with-one-code-at-two-addresses": ([row("阳光托育园", "建设路88号", code=SUN, id="1"), row("阳光托育园", "解放街3号", code=SUN, id="2")], "ab", ["shared_credit_code"]),
    "two-codes-are-two-facilities": ([row("阳光托育园", "建设路88号", code=SUN), row("阳光托育园", "建设路88号", code=MOON, month=2)], "ab", ["different_credit_codes"]),
    # local ids
    "an-id-outlives-a-rename": ([row("阳光托育园", "建设路88号", id="1"), row("月亮湾早教", "建设路88号", id="1", month=2)], "aa", []),
    "an-id-outlives-a-move-in-town": ([row("阳光托育园", "建设路88号", id="1"), row("阳光托育园", "解放街3号", id="1", month=2)], "aa", []),
    "an-id-outlives-a-move-in-the-county": ([row("阳光托育园", id="1"), row("阳光托育园", id="1", month=2, town="990102")], "aa", []),
    "an-id-outlives-a-rename-without-address": ([row("阳光托育园", id="1"), row("月亮湾早教", id="1", month=2)], "aa", []),
    "an-id-in-other-writing": ([row("阳光托育园", "建设路88号", id="A-1"), row("月亮湾早教", "建设路88号", id="ａ-1", month=2)], "aa", []),
    "an-id-given-to-another": ([row("阳光托育园", "建设路88号", id="1"), row("月亮湾早教", "解放街3号", id="1", month=2)], "ab", ["local_id_reused"]),
    "an-id-of-two-codes": ([row("阳光托育园", "建设路88号", id="1", code=SUN), row("阳光托育园", "建设路88号", id="1", code=MOON, month=2)], "ab", ["different_credit_codes"]),
    "ids-of-two-registers-collide": ([row("阳光托育园", "建设路88号", id="1"), row("月亮湾早教", "建设路88号", id="1", edu=True)], "ab", []),
    "ids-of-two-counties-collide": ([row("阳光托育园", "建设路88号", id="1"), row("阳光早教", "建设路88号", id="1", month=2, town="990201")], "ab", []),
    "towns-number-each-for-itself": ([row("阳光托育园", id="1"), row("月亮湾早教", id="1", town="990102")], "ab", ["local_id_reused"]),
    "two-ids-of-one-list-are-two": ([row("阳光托育园", "建设路88号", id="1"), row("阳光托育园", "建设路88号", id="2")], "ab", []),
    "a-new-id-in-a-later-list": ([row("阳光托育园", "建设路88号", id="1"), row("阳光托育园", "建设路88号", id="2", month=2)], "aa", []),
    # name and address
    "typing-differs": ([row("阳光宝贝托育中心", "示例县甲镇建设路88号"), row("陽光寶貝（托育中心）有限公司", "建设路８８号", month=2)], "aa", []),
    "a-town-with-a-number-in-its-name": ([row("三里镇星空托育园", "三里镇建设路88号", town="990103"), row("星空托育园", "建设路88号", town="990103", month=2)], "aa", []),
    "generic-words-differ": ([row("阳光托育园", "建设路88号"), row("甲镇阳光婴幼儿照护服务中心", "建设路88号", month=2)], "aa", []),
    "a-longer-address": ([row("阳光托育园", "建设路88号"), row("阳光托育园", "建设路88号阳光小区3栋1层", month=2)], "aa", []),
    "a-kindergarten-and-its-nursery-class": ([row("阳光幼儿园", "建设路88号", edu=True), row("阳光幼儿园托班", "建设路88号")], "aa", []),
    "a-nursery-is-not-the-kindergarten": ([row("阳光托育园", "建设路88号"), row("阳光幼儿园", "建设路88号", edu=True)], "ab", ["similar_name_and_address"]),
    "a-nursery-elsewhere-is-not-the-kindergarten": ([row("阳光托育园", "建设路88号"), row("阳光幼儿园", "解放街3号", edu=True)], "ab", []),
    "numbers-in-names-must-agree": ([row("第一幼儿园", "建设路88号"), row("第二幼儿园", "建设路88号", edu=True)], "ab", []),
    "numbers-in-other-writing-agree": ([row("第十二幼儿园", "建设路88号"), row("第12幼儿园", "建设路88号", edu=True)], "aa", []),
    "campuses-of-a-brand": ([row("阳光东校区托育", "建设路88号"), row("阳光西校区托育", "建设路88号", month=2)], "ab", []),
    "another-house-number": ([row("阳光托育园", "建设路88号"), row("阳光托育园", "建设路12号", month=2)], "ab", ["same_name_other_address"]),
    "a-middling-name-at-the-address": ([row("小太阳宝贝托育", "建设路88号"), row("小太阳托育", "建设路旁88号3楼", month=2)], "ab", ["similar_name_and_address"]),
    "other-names-at-one-address": ([row("阳光托育园", "建设路88号"), row("月亮湾早教", "建设路88号", month=2)], "ab", []),
    "no-address-and-the-only-one-of-its-name": ([row("阳光托育园", "建设路88号"), row("阳光托育园", edu=True)], "aa", []),
    "no-address-and-two-of-its-name": ([row("阳光托育园", "建设路88号", id="1"), row("阳光托育园", "解放街3号", id="2"), row("阳光托育园", edu=True)], "abc", ["similar_name_no_address"] * 2),
    "no-address-and-another-kind": ([row("阳光托育园", "建设路88号"), row("阳光幼儿园", edu=True)], "ab", []),
    "no-address-and-a-similar-name": ([row("阳光托育园", "建设路88号"), row("阳光托育中心", edu=True)], "ab", ["similar_name_no_address"]),
    "no-address-and-one-list": ([row("阳光托育园", "建设路88号", id="1"), row("阳光托育园", id="2")], "ab", []),
    "a-move-to-another-town": ([row("阳光托育园", "建设路88号"), row("阳光托育园", "解放街3号", month=2, town="990102")], "ab", ["same_name_other_town"]),
    "a-name-in-two-towns-of-one-list": ([row("阳光托育园", "建设路88号"), row("阳光托育园", "解放街3号", town="990102")], "ab", []),
    "a-name-in-two-counties": ([row("阳光托育园", "建设路88号"), row("阳光托育园", "解放街3号", month=2, town="990201")], "ab", []),
    "the-central-kindergartens-of-two-towns": ([row("甲镇中心幼儿园"), row("乙镇中心幼儿园", town="990102", month=2)], "ab", []),
    # one list: two rows are two facilities unless id, code, or name and address and numbers agree
    "parts-of-a-house": ([row("こだま保育園(保育部分)", "X2-3", places=90), row("こだま保育園(教育部分)", "X2-3", places=15)], "ab", []),
    "a-night-nursery-beside-the-nursery": ([row("うきま保育園", "Y1", places=105), row("うきま夜間保育園", "Y1", places=70)], "ab", []),
    "parts-of-a-house-in-two-registers": ([row("こだま保育園(保育部分)", "X2-3", places=90), row("こだま保育園(教育部分)", "X2-3", places=15, edu=True)], "ab", []),
    "a-night-nursery-in-the-other-register": ([row("うきま保育園", "Y1", places=105), row("うきま夜間保育園", "Y1", places=70, edu=True)], "ab", []),
    "departments-at-one-address": ([row("阳光托育一部", "建设路88号", places=40), row("阳光托育二部", "建设路88号", places=40)], "ab", []),
    "departments-in-two-registers": ([row("阳光托育一部", "建设路88号", places=40), row("阳光托育二部", "建设路88号", places=40, edu=True)], "ab", []),
    "a-branch-at-the-address-of-the-main-house": ([row("阳光托育园", "建设路88号", places=40), row("阳光托育分园", "建设路88号", places=20)], "ab", []),
    "a-branch-school": ([row("阳光早教学校", "建设路88号", places=40), row("阳光早教学校分校", "建设路88号", places=20)], "ab", []),
    "alike-in-one-list": ([row("小太阳托育园", "建设路88号", places=40), row("小太阳宝贝托育园", "建设路88号", places=20)], "ab", []),
    "alike-in-a-list-of-changes": ([row("小太阳托育园", "建设路88号", places=40, kind="changes"), row("小太阳宝贝托育园", "建设路88号", places=20, kind="changes")], "ab", []),
    "alike-in-two-files-of-a-day": ([row("阳光托育园", "建设路88号", places=40), row("阳光托育中心", "建设路88号", places=40, file="2")], "aa", []),
    "all-equal-but-for-the-legal-form": ([row("阳光托育园", "建设路88号", places=40), row("阳光托育园有限公司", "示例县甲镇建设路88号", places=40)], "aa", []),
    "all-equal-but-for-generic-words": ([row("阳光托育园", "建设路88号", places=40), row("阳光托育中心", "建设路88号", places=40)], "ab", ["one_list_same_numbers"]),
    "a-name-at-two-addresses": ([row("阳光托育园", "建设路88号", places=40), row("阳光托育园", "解放街3号", places=30)], "ab", []),
    "a-name-at-two-addresses-with-equal-numbers": ([row("阳光托育园", "建设路88号", places=40), row("阳光托育园", "解放街3号", places=40)], "ab", []),
    "name-and-address-with-other-numbers": ([row("阳光托育园", "建设路88号", places=40), row("阳光托育园", "建设路88号", places=30)], "ab", ["one_list_other_numbers"]),
    "a-name-without-address-with-other-numbers": ([row("阳光托育园", places=40), row("阳光托育园", places=30)], "ab", ["one_list_other_numbers"]),
    "name-and-numbers-with-one-address-missing": ([row("阳光托育园", "建设路88号", places=40), row("阳光托育园", places=40)], "ab", ["one_list_same_numbers"]),
    "a-name-with-one-address-missing": ([row("阳光托育园", "建设路88号", places=40), row("阳光托育园", places=30)], "ab", []),
    "an-id-with-other-numbers": ([row("阳光托育园", "建设路88号", id="1", places=40), row("阳光托育中心", "建设路88号", id="1", places=30)], "ab", ["one_list_other_numbers"]),
    "an-id-with-numbers-that-complete-each-other": ([row("阳光托育园", "建设路88号", id="1", places=40), row("阳光托育中心", "建设路88号", id="1", enrolled=30)], "aa", []),
    "an-id-of-departments": ([row("阳光托育一部", "建设路88号", id="1", places=40), row("阳光托育二部", "建设路88号", id="1", places=40)], "ab", ["one_list_same_numbers"]),
    "a-code-with-other-numbers": ([row("阳光幼儿园", "建设路88号", code=SUN, places=40), row("阳光幼儿园托班", "建设路88号", code=SUN, places=20)], "ab", ["one_list_other_numbers"]),
    "a-code-at-two-addresses-with-equal-numbers": ([row("阳光托育园", "建设路88号", code=SUN, places=40), row("阳光托育园", "解放街3号", code=SUN, places=40)], "ab", ["one_list_same_numbers"]),
    "a-code-of-a-house-and-its-night-nursery-with-equal-numbers": ([row("阳光托育园", "建设路88号", code=SUN, places=40), row("阳光夜间托育园", "建设路88号", code=SUN, places=40)], "ab", ["one_list_same_numbers"]),
    "a-code-of-a-house-and-its-campus-with-equal-numbers": ([row("阳光托育园", "建设路88号", code=SUN, places=40), row("阳光托育园(东校区)", "建设路88号", code=SUN, places=40)], "ab", ["one_list_same_numbers"]),
    "a-code-of-a-house-and-its-campus-with-other-numbers": ([row("阳光托育园", "建设路88号", code=SUN, places=40), row("阳光托育园(东校区)", "建设路88号", code=SUN, places=20)], "ab", ["one_list_other_numbers"]),
    "a-code-of-a-house-and-its-branch-elsewhere": ([row("阳光托育园", "建设路88号", code=SUN, places=40), row("阳光托育二园", "解放街3号", code=SUN, places=40)], "ab", ["shared_credit_code"]),
    "a-code-of-departments-in-two-registers": ([row("阳光托育一部", "建设路88号", code=SUN), row("阳光托育二部", "建设路88号", code=SUN, edu=True)], "ab", ["one_code_other_parts"]),
    "two-ids-of-one-list-but-all-equal": ([row("阳光托育园", "建设路88号", id="1", places=40), row("阳光托育园", "建设路88号", id="2", places=40)], "ab", ["one_list_same_numbers"]),
    "two-ids-of-one-list-with-other-numbers": ([row("阳光托育园", "建设路88号", id="1", places=40), row("阳光托育园", "建设路88号", id="2", places=30)], "ab", []),
    "two-codes-of-one-list": ([row("阳光托育园", "建设路88号", code=SUN, places=40), row("阳光托育园", "建设路88号", code=MOON, places=30)], "ab", []),
    "twins-of-two-years": ([row("阳光托育园", "建设路88号", places=40), row("阳光托育园", "建设路88号", places=30), row("阳光托育园", "建设路88号", places=45, month=2), row("阳光托育园", "建设路88号", places=30, month=2)], "abab", ["one_list_other_numbers"]),
    # names and addresses as keyboards leave them
    "other-case-and-width-and-all-numbers-equal": ([row("ABC托育园", "建设路88号", places=40), row("ａｂｃ托育园", "建设路８８号", places=40)], "aa", []),
    "other-case-and-width-with-other-numbers": ([row("ABC托育园", "建设路88号", places=40), row("ａｂｃ托育园", "建设路８８号", places=30)], "ab", ["one_list_other_numbers"]),
    # ids as spreadsheets leave them
    "rounded-ids-of-two-facilities-in-two-lists": ([row("阳光托育园", "建设路88号", id="330101202400001000", places=40), row("月亮湾早教", "解放街3号", id="330101202400001000", places=30), row("月亮湾早教", "解放街3号", id="330101202400001000", places=35, month=2), row("阳光托育园", "建设路88号", id="330101202400001000", places=45, month=2)], "abba", []),
    "a-rounded-id-is-none": ([row("阳光托育园", "建设路88号", id="330101202400001000", places=40), row("阳光托育园", "解放街3号", id="330101202400001000", places=30)], "ab", []),
    "a-rounded-id-in-two-lists": ([row("阳光托育园", "建设路88号", id="330101202400001000"), row("月亮湾早教", "建设路88号", id="330101202400001000", month=2)], "ab", []),
    "a-rounded-id-of-sixteen-digits": ([row("阳光托育园", "建设路88号", id="3301012024000010"), row("月亮湾早教", "建设路88号", id="3301012024000010", month=2)], "ab", []),
    "a-rounded-id-in-wide-digits": ([row("阳光托育园", "建设路88号", id="３３０１０１２０２４００００１０００"), row("月亮湾早教", "建设路88号", id="３３０１０１２０２４００００１０００", month=2)], "ab", []),
    "a-whole-id-of-eighteen-digits": ([row("阳光托育园", "建设路88号", id="330101202400001007"), row("月亮湾早教", "建设路88号", id="330101202400001007", month=2)], "aa", []),
    "a-rounded-code-is-none": ([row("阳光托育园", "建设路88号", code="330101202400001000"), row("月亮湾早教", "解放街3号", code="330101202400001000", month=2)], "ab", []),
    "an-id-without-its-noughts": ([row("阳光托育园", "建设路88号", id="007"), row("阳光早教", "建设路88号", id="7", month=2)], "aa", []),
    "an-id-with-and-without-noughts-in-one-list": ([row("阳光托育园", "建设路88号", id="007"), row("阳光托育园", "建设路88号", id="7")], "ab", []),
    "another-facility-under-an-id-without-its-noughts": ([row("阳光托育园", id="007"), row("月亮湾早教", id="7", month=2)], "ab", []),
    "an-id-reused-after-closure": ([row("阳光托育园", "建设路88号", id="1", places=40), row("月亮湾早教", "解放街3号", id="1", places=40, month=13)], "ab", ["local_id_reused"]),
    "two-rounded-ids-of-one-list": ([row("阳光托育园", "建设路88号", id="330101202400001000", places=40), row("阳光托育园", "建设路88号", id="330101202400002000", places=30)], "ab", []),
    "a-rounded-and-a-whole-id-in-two-files-of-a-day": ([row("阳光托育园", "建设路88号", id="330101202400001000"), row("阳光托育园", "建设路88号", id="330101202400001007", file="2")], "aa", []),
    # other towns
    "one-address-in-two-towns": ([row("阳光托育园", "建设路88号"), row("阳光托育园", "建设路88号", town="990102", edu=True)], "ab", ["same_name_other_town"]),
    # chains
    "a-chain-of-two-codes-breaks": ([row("阳光托育园", "建设路88号", code=SUN), row("阳光托育园", "建设路88号", month=2), row("阳光托育园", "建设路88号", code=MOON, month=3)], None, ["different_credit_codes"]),
    "a-chain-of-two-ids-of-one-list-breaks": ([row("阳光托育园", "建设路88号", id="1"), row("阳光托育园", "建设路88号", edu=True), row("阳光托育园", "建设路88号", id="2")], None, ["similar_name_and_address"]),
    "a-chain-keeps-the-strongest-link": ([row("阳光托育园", "建设路88号", id="1"), row("阳光托育园", "建设路88号", id="2"), row("阳光托育园", "建设路88号", id="2", month=2), row("阳光托育中心", "建设路88号", id="2", month=3)], "abbb", None),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "partition", "reasons"), CASES.values(), ids=CASES)
def test_rows_fall_into_facilities(rows, partition, reasons):
    keys, doubts = identify(rows)
    if partition is None:  # the middle one goes to one of the two ends, which stay apart
        assert keys[0] != keys[-1]
        assert len(set(keys)) == 2
    else:
        assert as_letters(keys) == partition
    if reasons is not None:
        assert [reason for reason, *_ in doubts] == reasons


def test_what_is_invented_is_never_judged_to_be_what_is_real():
    same = VerdictEntry(
        id="a", verdict="same", expect=["阳光托育园"] * 2, reason="电话核实", reviewed_by="张某",
        reviewed_on=dt.date(2024, 9, 1),
        rows=[RosterRow(source="fictional", row=1), RosterRow(source="real", row=2)],
    )  # fmt: skip
    rows = [row("阳光托育园", "建设路88号"), row("阳光托育园", "建设路88号", real=True)]
    (problem,) = identify_facilities(filled(rows), NUMBERS, [Verdict(same, "shili")])
    assert "one that is invented and one that is real" in str(problem)


def test_records_say_by_what_they_were_joined_and_whether_their_code_is_valid():
    rows = [
        row("阳光托育园", "建设路88号", id="1"),
        row("阳光托育园", "建设路88号", id="1", month=2),
        row("阳光早教", "建设路88号", id="1", code=SUN, month=3),
        row("太阳花托育", code=SUN, edu=True, month=3),
        row("月亮湾早教", code="123", month=3),
    ]
    found = warehouse(rows).execute(
        "select facility_name, matched_by, credit_code_is_valid, month(first_as_of),"
        " month(last_as_of), rows from raw.facility_records order by facility_name"
    )
    assert sorted(found.fetchall()) == [
        ("太阳花托育", "credit_code", True, 3, 3, 1),
        ("月亮湾早教", "new", False, 3, 3, 1),
        ("阳光托育园", "new", None, 1, 2, 2),
        ("阳光早教", "credit_code", True, 3, 3, 1),
    ]


def test_a_doubtful_pair_shows_both_sides():
    rows = [row("阳光托育园", "建设路88号"), row("阳光幼儿园", "建设路88号", edu=True)]
    found = warehouse(rows).execute("select * from raw.doubtful_matches").fetchall()
    assert len(found) == 1
    key, other, name, other_name, address, other_address, *likeness, reason, group = found[0]
    assert key < other
    assert {name, other_name} == {"阳光托育园", "阳光幼儿园"}
    assert address == other_address == "建设路88号"
    assert likeness == [70, 100]
    assert reason == "similar_name_and_address"
    assert group == key


def test_the_key_stays_when_later_lists_come():
    rows = [row("阳光托育园", "建设路88号", id="1", month=3)]
    later = [*rows, row("月亮湾早教", "建设路88号", id="1", code=SUN, month=4)]
    assert set(identify(later)[0]) == set(identify(rows)[0])


def test_an_authoritys_code_on_every_row_identifies_none():
    rows = [
        row(f"阳光{index}号托育园", f"建设路{index}号", id=str(index), code=SUN)
        for index in range(1, 202)
    ]
    keys, doubts = identify(rows)
    assert len(set(keys)) == 201
    assert doubts == []


def test_without_rosters_the_tables_stay_empty():
    found = warehouse([]).execute(
        "select (select count(*) from raw.facility_records),"
        " (select count(*) from raw.doubtful_matches)"
    )
    assert found.fetchall() == [(0, 0)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (SUN, SUN),
        (" 9121 0000 6000 37341b", SUN),
        ("N2210000600037341T", "N2210000600037341T"),
        ("91110000600037341L", "91110000600037341L"),
        ("91110000600037341M", None),
        ("9111000060003734IL", None),
        ("0" * 18, None),
        ("", None),
    ],
)
def test_credit_codes_are_valid_by_form_and_check_digit(text, code):
    assert read_credit_code(text) == code


@pytest.mark.parametrize("authority", ["1", "5", "9", "A", "N", "Y"])
def test_codes_of_every_authority_are_read(authority):
    stem = authority + "2210000600037341"
    valid = [stem + digit for digit in "0123456789ABCDEFGHJKLMNPQRTUWXY"]
    assert sum(read_credit_code(code) is not None for code in valid) == 1


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ("阳光托育园", "阳光婴幼儿照护服务有限公司", 100, 100),
        ("阳光托育园", "阳光幼儿园", 70, 70),
        ("小太阳托育", "小太阳托育（二分园）", 0, 50),
        ("启明星托育中心", "启明心托育中心", 75, 84),
        ("阳光托育园", "月亮托育园", 0, 59),
        ("示例县阳光托育园", "阳光托育园", 100, 100),
        ("社区托育中心", "社区托育中心", 100, 100),
        ("——", "！！", 0, 59),
    ],
)
def test_names_are_alike_by_what_distinguishes_them(one, other, low, high):
    regions = frozenset(["示例市", "示例县", "甲镇"])
    assert low <= name_likeness(fold_name(one, regions), fold_name(other, regions)) <= high


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ("示例县甲镇建设路88号", "建设路八十八号", 100, 100),
        ("示例县，甲镇 建设路88号", "建设路88号", 100, 100),
        ("建设路88号", "建设路88号2楼", 85, 100),
        ("建设路88号", "建设路86号", 0, 59),
        ("建设路88号", "解放街3号", 0, 59),
        ("甲镇", "建设路88号", None, None),
    ],
)
def test_addresses_are_alike_if_their_numbers_agree(one, other, low, high):
    regions = frozenset(["示例市", "示例县", "甲镇"])
    found = address_likeness(fold_address(one, regions), fold_address(other, regions))
    assert found is None if low is None else low <= found <= high


ROWS = st.builds(
    row,
    st.sampled_from(["阳光托育园", "阳光幼儿园", "阳光托育中心", "月亮湾早教", "阳光二分园", "小月亮早教"]),
    st.sampled_from([None, "建设路88号", "建设路86号", "建设路88号2楼"]),
    id=st.sampled_from([None, "1", "2"]),
    code=st.sampled_from([None, SUN, MOON, "1"]),
    town=st.sampled_from(["990101", "990102"]),
    month=st.integers(1, 3),
    edu=st.booleans(),
    real=st.booleans(),
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(rows=st.lists(ROWS, min_size=1, max_size=14), shuffle=st.randoms())
def test_order_does_not_matter_and_facilities_hold_together(rows, shuffle):
    keys, doubts = identify(rows)
    order = shuffle.sample(range(len(rows)), len(rows))
    shuffled_keys, shuffled_doubts = identify([rows[index] for index in order])
    assert [keys[index] for index in order] == shuffled_keys
    assert doubts == shuffled_doubts
    facilities = defaultdict(list)
    for key, one in zip(keys, rows, strict=True):
        facilities[key].append(one)
    for members in facilities.values():
        assert len({one["source_id"] for one in members}) == 1
        assert len({one["credit_code"] for one in members} & {SUN, MOON}) <= 1
    assert all(one < other and {one, other} <= set(keys) for _, one, other in doubts)
    assert len({(one, other) for _, one, other in doubts}) == len(doubts)


def test_loading_identifies_the_facilities_of_the_rosters(dossier):
    dossier.append(
        "sources.yml",
        "  - {id: shili-roster, file: roster.csv, contract: facility_roster, document: shili-doc}\n",
    )
    dossier.write(
        "roster.csv",
        "统计日期,登记渠道,机构编号,机构名称,地区,详细地址,托位数\n"
        "2023-12-31,卫健,1,阳光托育园,甲镇,建设路88号,40\n"
        "2023-12-31,卫健,2,月亮湾早教,甲镇,解放街3号,30\n"
        "2024-12-31,卫健,1,阳光婴幼儿照护服务有限公司,甲镇,建设路88号,40\n",
    )
    dossiers, problems = load_dossiers(dossier.workspace.raw, CONTRACTS)
    assert not problems
    path = dossier.workspace.root / "w.duckdb"
    load_warehouse(path, dossier.workspace.raw_tables, dossiers, CONTRACTS)
    with duckdb.connect(str(path)) as connection:
        found = connection.execute(
            f"select count(*), count(distinct facility_key) from raw.facility_roster"
            f" join raw.sources using (source_id) join raw.facility_records as records"
            f" on records.record_id = shaping.record_id(sources.is_fictional,"
            f" {', '.join('facility_roster.' + name for name in DESCRIBING)})"
        ).fetchall()
    assert found == [(3, 2)]


def with_typo(text, chance, pick):
    place = pick.randrange(len(text))
    return text[:place] + "某" + text[place + 1 :] if pick.random() < chance else text


def generated(pick):
    """Rows of 300 facilities in two registers over six months, and the facility of each row."""
    first = "启明金阳晨曦彩虹童心贝乐星海蓝天小鹿禾苗向日葵花朵未来智慧快欢"
    streets = ["建设", "解放", "和平", "人民", "文化", "中山", "胜利", "友谊", "光明", "长江"]
    kinds = ["托育园", "托育中心", "婴幼儿照护服务中心", "托育服务有限公司"]
    rows, truth = [], []
    for facility in range(300):
        is_kindergarten = facility % 3 == 0
        core = "".join(pick.sample(first, 4))
        address = f"{pick.choice(streets)}路{pick.randrange(1, 400)}号"
        town = pick.choice(["990101", "990102", "990201"])
        has_code, has_id = pick.random() < 0.5, pick.random() < 0.7
        stem = f"92{town}{facility:09}"
        digit = next(d for d in "0123456789ABCDEFGHJKLMNPQRTUWXY" if read_credit_code(stem + d))
        code = stem + digit if has_code else None
        kind = "幼儿园" if is_kindergarten else pick.choice(kinds)
        renamed = "".join(pick.sample(first, 4)) if has_id and pick.random() < 0.1 else core
        for month in range(1, 7):
            name = (core if month < 4 else renamed) + kind
            where = pick.choice(["", "示例县" if town < "9902" else "另县"]) + address
            shown = code if pick.random() < 0.8 else None
            rows.append(
                row(with_typo(name, 0.05, pick), where, town=town, month=month,
                    id=str(facility) if has_id else None, code=shown)
            )  # fmt: skip
            truth.append(facility)
        if is_kindergarten:
            rows.append(row(core + "幼儿园托班", address + "1楼", town=town, month=2, edu=True))
            truth.append(facility)
    return rows, truth


def test_generated_facilities_are_found_again():
    rows, truth = generated(random.Random(7))  # noqa: S311  # invented data
    keys, _ = identify(rows)
    pairs = [
        (truth[one] == truth[other], keys[one] == keys[other])
        for one, other in combinations(range(len(rows)), 2)
        if truth[one] == truth[other] or keys[one] == keys[other]
    ]
    both = sum(is_true and is_found for is_true, is_found in pairs)
    assert both / sum(is_found for _, is_found in pairs) == 1.0
    assert both / sum(is_true for is_true, _ in pairs) >= 0.95
