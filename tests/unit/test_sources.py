"""A bad sources.yml is refused with all its problems, each with line, found, expected, next step."""

from __future__ import annotations

import pytest

from pipeline.catalogue.load_dossiers import find_unread_files, load_dossiers
from pipeline.contracts import load_contracts
from pipeline.warehouse.load import find_table_problems


def problems_of(dossier):
    dossiers, problems = load_dossiers(dossier.workspace.raw, load_contracts())
    return problems + find_table_problems(dossiers)


def test_the_example_has_no_problems(dossier):
    assert problems_of(dossier) == []


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        pytest.param(
            "contract: population", "contract: peoples", "contract: peoples", id="contract"
        ),
        pytest.param(
            "locator: 表1", "locator: 表1\n    sheets: 1", "unknown key sources.1.sheets", id="key"
        ),
        pytest.param("fictional: true\n", "", "no fictional", id="missing-key"),
        pytest.param("grade: A", "grade: D", "documents.0.grade: 'D'", id="grade"),
        pytest.param("file: population.csv", "file: people.csv", "does not exist", id="file"),
        pytest.param(
            "file: targets.csv", "file: ../targets.csv", "file: ../targets.csv", id="climbs"
        ),
        pytest.param("file: targets.csv", "file: /etc/passwd", "file: /etc/passwd", id="absolute"),
        pytest.param("dossier: shili", "dossier: other", "dossier: other", id="folder-name"),
        pytest.param("id: shili-targets", "id: shili-reported", "shili-reported again", id="twice"),
        pytest.param("unit: places", "units: places", "constants: units", id="constant"),
        pytest.param(
            "accumulation: cumulative", "accumulation: sum", "accumulation: sum", id="constant-term"
        ),
        pytest.param(": stated_total", ": total", "-> total", id="column"),
        pytest.param(
            "    contract: population\n",
            "    ignore: rest\n",
            "found:    ignore: rest",
            id="rest-without-contract",
        ),
        pytest.param(
            "locator: 表1", "locator: 表1\n    ignore: all", "ignore: 'all'", id="ignore-of-what"
        ),
        pytest.param(
            "locator: 表1",
            "locator: 表1\n    where: 合计",
            "where: '合计'",
            id="where-without-label",
        ),
        pytest.param(
            "locator: 表1",
            "locator: 表1\n    where: {性别: []}",
            "where.性别: []",
            id="where-nothing",
        ),
        pytest.param("fictional: true", "fictional: [true", "expected", id="yaml"),
        pytest.param("fictional: true", "fictional: true\nfictional: false", "dup", id="key-twice"),
        pytest.param(
            "contract: policy_target\n    document: shili-doc",
            "contract: policy_target\n    document: nobody",
            "document: nobody",
            id="document",
        ),
    ],
)
def test_each_fault_is_found_and_said(dossier, old, new, found):
    dossier.replace("sources.yml", old, new)
    texts = [str(problem) for problem in problems_of(dossier)]
    assert any(found in text for text in texts), texts
    assert all("sources.yml" in text and "do next:" in text for text in texts[:1])


def test_problems_of_all_sources_are_told_at_once(dossier):
    dossier.replace("sources.yml", "contract: population", "contract: peoples")
    dossier.replace("reported.csv", "截至日期", "截止日子")
    dossier.replace("targets.csv", "目标值", "目标直")
    texts = "\n".join(str(problem) for problem in problems_of(dossier))
    assert "peoples" in texts
    assert "截止日子" in texts
    assert "目标直" in texts


def test_a_problem_names_the_line(dossier):
    dossier.replace("sources.yml", "grade: A", "grade: D")
    assert "line 5" in str(problems_of(dossier)[0])


def test_a_file_that_no_source_names_is_not_left_out_unnoticed(dossier):
    dossier.write("more.csv", "x")
    dossier.write("~$ledger.xlsx", "x")
    other = dossier.workspace.raw / "other"
    other.mkdir()
    (other / "forgotten.csv").write_text("x")
    dossiers, _ = load_dossiers(dossier.workspace.raw, load_contracts())
    unread = find_unread_files(dossier.workspace.raw, dossiers)
    assert unread == ["other/forgotten.csv", "shili/more.csv"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("sources.yaml", "rename sources.yaml"), ("x.csv", "write a sources.yml")],
)
def test_a_folder_without_its_sources_file_is_told(dossier, name, expected):
    other = dossier.workspace.raw / "other"
    other.mkdir()
    (other / name).write_text("x")
    assert [p.next_step.startswith(expected) for p in problems_of(dossier)] == [True]


def test_a_date_that_no_calendar_has_is_told(dossier):
    dossier.replace("sources.yml", "issued: 2024-01-31", "issued: 2024-02-30")
    assert "day is out of range" in str(problems_of(dossier)[0])


def test_a_file_name_that_no_disk_can_hold_is_told(dossier):
    dossier.replace("sources.yml", "file: targets.csv", f"file: {'x' * 300}.csv")
    assert "does not exist" in str(problems_of(dossier)[0])


def test_an_unknown_parent_is_told_together_with_bad_headers(dossier):
    dossier.replace("sources.yml", '"990100"', '"999999"')
    dossier.replace("reported.csv", "截至日期", "截止日子")
    texts = "".join(str(problem) for problem in problems_of(dossier))
    assert "parent_region_code: 999999" in texts
    assert "截止日子" in texts


def test_a_workspace_without_dossiers_says_what_to_do(dossier):
    (dossier.folder / "sources.yml").unlink()
    assert "one folder a body of evidence" in str(problems_of(dossier)[0])


def test_a_link_that_leads_out_of_the_dossier_is_refused(dossier, tmp_path):
    (tmp_path / "secret.csv").write_text("x")
    (dossier.folder / "population.csv").unlink()
    (dossier.folder / "population.csv").symlink_to(tmp_path / "secret.csv")
    (problem,) = problems_of(dossier)
    assert problem.found == "file: population.csv"
    assert "copy the file" in problem.next_step


def test_a_link_within_the_dossier_is_followed(dossier):
    (dossier.folder / "population.csv").rename(dossier.folder / "real.csv")
    (dossier.folder / "population.csv").symlink_to("real.csv")
    assert problems_of(dossier) == []


BOMB = "a: &a [x, x]\n" + "".join(
    f"{chr(98 + level)}: &{chr(98 + level)} [{', '.join([f'*{chr(97 + level)}'] * 9)}]\n"
    for level in range(20)
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(BOMB, "alias *a", id="billion-laughs"),
        pytest.param("dossier: " + "[" * 100_000, "nested more than", id="brackets-in-brackets"),
        pytest.param(
            "".join(" " * n + "a:\n" for n in range(1500)), "nested more than", id="keys-in-keys"
        ),
        pytest.param("dossier: !!python/object/apply:os.system [ls]\n", "constructor", id="tag"),
        pytest.param("dossier: !include /etc/passwd\n", "constructor", id="tag-of-our-own"),
        pytest.param("# " + "x" * 3_000_000, "3000002 bytes", id="three-megabytes"),
    ],
)
def test_a_hostile_sources_file_is_refused_with_a_reason(dossier, text, found):
    dossier.write("sources.yml", text)
    assert any(found in problem.found for problem in problems_of(dossier))
