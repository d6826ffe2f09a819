"""One entry reads all files of a kind, each with the time that its name tells."""

from __future__ import annotations

import pytest
from loaded import load

from pipeline.catalogue.load_dossiers import find_unread_files, load_dossiers
from pipeline.contracts import load_contracts
from pipeline.core.database import connect
from pipeline.core.inputs import scan_inputs

ROWS = "区划代码,地区,常住人口\n990100,示例县,{value}0000\n"


def problems_of(dossier):
    return "\n".join(map(str, load_dossiers(dossier.workspace.raw, load_contracts())[1]))


def write_files(dossier, pattern: str, *names: str, rows: str = ROWS) -> None:
    """Files of one kind in place of population.csv, the first with 10,000 residents, and so on."""
    (dossier.folder / "population.csv").unlink()
    dossier.replace("sources.yml", "file: population.csv", f"file: '{pattern}'")
    for number, name in enumerate(names, start=1):
        path = dossier.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(rows.format(value=number), encoding="utf-8")


def loaded_populations(dossier) -> list[tuple[str, str | None, int | None, int]]:
    with connect(load(dossier), read_only=True) as connection:
        return connection.execute(
            "select source_id, date::varchar, year, resident_population // 10000 from raw.population"
            " order by source_id"
        ).fetchall()


PATTERNS = {
    "months": (
        "p_{month}.csv", ["p_2025_02.csv", "p_2025_01.csv", "p_2024-12.csv"],
        [("2024-12", "2024-12-31", 3), ("2025-01", "2025-01-31", 2), ("2025-02", "2025-02-28", 1)],
    ),
    "a leap year without separators": (
        "p{month}.csv", ["p202402.csv"], [("2024-02", "2024-02-29", 1)],
    ),
    "chinese months": ("{month}人口.csv", ["2025年1月人口.csv"], [("2025-01", "2025-01-31", 1)]),
    "years": ("p_{year}.csv", ["p_2023.csv", "p_2024年.csv"],
              [("2023", "2023-12-31", 1), ("2024", "2024-12-31", 2)]),
    "days": ("p.{date}.csv", ["p.2024-06-30.csv", "p.20240331.csv"],
             [("2024-03-31", "2024-03-31", 2), ("2024-06-30", "2024-06-30", 1)]),
    "a folder a year": ("{year}/p_{month}.csv", ["2024/p_1.csv", "2025/p_01.csv"],
                        [("2024-01", "2024-01-31", 1), ("2025-01", "2025-01-31", 2)]),
    "signs of patterns are none": (
        "p[1]*?+(a)_{year}.csv", ["p[1]*?+(a)_2024.csv"], [("2024", "2024-12-31", 1)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", PATTERNS)
def test_each_file_is_read_with_its_time(dossier, case):
    pattern, names, expected = PATTERNS[case]
    write_files(dossier, pattern, *names)
    assert loaded_populations(dossier) == [
        (f"shili-population-{time}", day, None, value) for time, day, value in expected
    ]


NO_FILES = {
    "a sign that would match": ("p*_{year}.csv", "pab_2024.csv"),
    "a sign for one character": ("p?{year}.csv", "p_2024.csv"),
    "a point": ("p.{year}.csv", "p_2024.csv"),
    "a thirteenth month": ("p_{month}.csv", "p_2025_13.csv"),
    "a day that is none": ("p_{date}.csv", "p_2025-02-30.csv"),
    "an end more": ("p_{year}.csv", "p_2024.csv.bak"),
    "a part of a longer number": ("p_{year}.csv", "p_20241.csv"),
    "an open workbook": ("{year}.csv", "~$2024.csv"),
}


@pytest.mark.parametrize("case", NO_FILES)
def test_a_pattern_that_means_no_file_is_a_problem(dossier, case):
    pattern, name = NO_FILES[case]
    write_files(dossier, pattern, name)
    said = problems_of(dossier)
    assert "no such file" in said
    assert "shili-population" in said
    assert ("~$" in name) or name in said


def test_a_file_that_another_entry_names_is_not_read_twice(dossier):
    write_files(dossier, "p_{month}.csv", "p_202501.csv", "p_2025-01.csv", "p_2025-02.csv")
    dossier.append(
        "sources.yml",
        "  - {id: named, file: p_202501.csv, contract: population, document: shili-doc,"
        " locator: 表1, as_of: 2025-01-31}\n",
    )
    assert loaded_populations(dossier) == [
        ("named", "2025-01-31", None, 1),
        ("shili-population-2025-01", "2025-01-31", None, 2),
        ("shili-population-2025-02", "2025-02-28", None, 3),
    ]


def test_two_files_of_one_time_are_a_problem(dossier):
    write_files(dossier, "p_{month}.csv", "p_202501.csv", "p_2025-01.csv", "p_2025-02.csv")
    said = problems_of(dossier)
    assert "p_202501.csv" in said
    assert "p_2025-01.csv" in said
    assert "p_2025-02.csv" not in said


@pytest.mark.parametrize("name", ["{week}", "{}", "{year}_{date}", "{month}_{month}"])
def test_an_unknown_placeholder_is_a_problem(dossier, name):
    write_files(dossier, f"p_{name}.csv", "p_2024.csv")
    assert "{year}" in problems_of(dossier)


def test_a_file_that_is_called_so_is_no_pattern(dossier):
    write_files(
        dossier, "p_{year}.csv", "p_{year}.csv", rows="地区,年份,常住人口\n甲镇,2024,70000\n"
    )
    assert loaded_populations(dossier) == [("shili-population", None, 2024, 7)]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param("地区,年份,常住人口\n甲镇,2019,70000\n", (None, 2019, 7), id="a-year"),
        pytest.param(
            "地区,时点,常住人口\n甲镇,2019-06-30,70000\n", ("2019-06-30", None, 7), id="a-day"
        ),
    ],
)
def test_what_the_file_says_of_its_time_goes_before_its_name(dossier, rows, expected):
    write_files(dossier, "p_{year}.csv", "p_2024.csv", rows=rows)
    assert loaded_populations(dossier) == [("shili-population-2024", *expected)]


def test_what_the_entry_says_of_its_time_goes_before_the_name(dossier):
    write_files(dossier, "p_{year}.csv", "p_2024.csv")
    dossier.replace(
        "sources.yml", "    locator: 表1\n", "    locator: 表1\n    as_of: 2024-06-30\n"
    )
    assert loaded_populations(dossier) == [("shili-population-2024", "2024-06-30", None, 1)]


def test_the_contract_of_such_files_may_be_found_by_their_labels(dossier):
    write_files(dossier, "p_{year}.csv", "p_2024.csv")
    dossier.replace("sources.yml", "    contract: population\n", "")
    assert loaded_populations(dossier) == [("shili-population-2024", "2024-12-31", None, 1)]


def test_an_edit_and_a_new_file_are_noticed(dossier):
    write_files(dossier, "p_{year}.csv", "p_2023.csv", "p_2024.csv")
    before = scan_inputs(dossier.workspace)
    assert {"raw/shili/p_2023.csv", "raw/shili/p_2024.csv"} <= before.checksums.keys()
    loaded_populations(dossier)
    dossier.replace("p_2024.csv", ",20000\n", ",50000\n")
    dossier.write("p_2025.csv", ROWS.format(value=9))
    assert scan_inputs(dossier.workspace).fingerprint != before.fingerprint
    assert [value for *_, value in loaded_populations(dossier)] == [1, 5, 9]


def test_a_file_beside_the_pattern_is_told(dossier):
    write_files(dossier, "p_{month}.csv", "p_2025_01.csv", "p_2025_13.csv")
    dossiers, _ = load_dossiers(dossier.workspace.raw, load_contracts())
    assert find_unread_files(dossier.workspace.raw, dossiers) == ["shili/p_2025_13.csv"]


def test_a_link_out_of_the_dossier_is_refused(dossier, tmp_path):
    write_files(dossier, "p_{year}.csv", "p_2023.csv")
    (tmp_path / "outside.csv").write_text(ROWS.format(value=1), encoding="utf-8")
    (dossier.folder / "p_2024.csv").symlink_to(tmp_path / "outside.csv")
    assert "p_2024.csv" in problems_of(dossier)
