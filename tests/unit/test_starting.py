"""From a workbook that a town sent to a published figure, without writing a line by hand."""

from __future__ import annotations

import duckdb
import openpyxl
import pytest

from pipeline.cli import main

SENT = [
    ["示例县托育机构名册"],
    ["机构名称", "所在镇街", "托位数", "在托人数", "备案情况", "统计日期"],
    ["阳光托育园", "甲镇", 60, 41, "已备案", "2024-12-31"],
    ["小星星托育中心", "甲镇", 80, 55, "已备案", "2024-12-31"],
    ["合计", None, 140, 96],
]


@pytest.fixture
def sent(tmp_path):
    workbook = openpyxl.Workbook()
    for row in SENT:
        workbook.active.append(row)
    workbook.save(tmp_path / "名册.xlsx")
    return tmp_path / "名册.xlsx"


@pytest.mark.integration
def test_two_commands_and_a_build_lead_from_a_workbook_to_its_places(dossier, sent, capsys):
    at = ["--workspace", str(dossier.workspace.root)]
    assert main(["add", str(sent), "--dossier", "new-county", *at]) == 2
    assert "python -m pipeline start new-county --title" in capsys.readouterr().err
    started = ["start", "new-county", "--title", "示例县", "--issuer", "示例县卫生健康局"]
    assert main([*started, "--fictional", *at]) == 0
    assert "add FILE --dossier new-county" in capsys.readouterr().out
    assert main(["add", str(sent), "--dossier", "new-county", *at]) == 0
    assert main(["build", *at]) == 0
    found = duckdb.sql(f"""
        select facility_name, places, region_code
        from read_parquet('{dossier.workspace.marts}/facilities.parquet') order by places
    """).fetchall()
    assert [row[:2] for row in found] == [("阳光托育园", 60), ("小星星托育中心", 80)]
    (code,) = {row[2] for row in found}
    page = dossier.workspace.marts / "reports" / "regions" / f"{code}.html"
    assert ">140<" in page.read_text("utf-8")


@pytest.mark.parametrize(
    ("title", "day"),
    [
        ("示例县托育机构名册（2024年6月）", "2024-06-30"),
        ("示例县托育机构名册（截至2024年11月15日）", "2024-11-15"),
        ("示例县托育机构名册 2024.2.29", "2024-02-29"),
        ("2024年度示例县托育机构名册", "2024-12-31"),
    ],
)
def test_a_date_that_stands_only_in_the_title_is_given_by_an_option(
    dossier, tmp_path, capsys, title, day
):
    workbook = openpyxl.Workbook()
    for row in ([title], *(row[:5] for row in SENT[1:])):
        workbook.active.append(row)
    workbook.save(tmp_path / "名册.xlsx")
    at = ["--workspace", str(dossier.workspace.root)]
    add = ["add", str(tmp_path / "名册.xlsx"), "--dossier", "shili", "--document", "shili-doc", *at]
    assert main(add) == 2
    assert f"--as-of {day} to inspect and add" in capsys.readouterr().err
    assert main([*add, "--as-of", day]) == 0
    assert main(["inspect", str(dossier.folder / "名册.xlsx"), *at]) == 0
    assert f"constant {day}" in capsys.readouterr().out


def test_a_dossier_is_not_started_twice_nor_under_a_name_that_is_none(dossier, capsys):
    at = ["--workspace", str(dossier.workspace.root), "--title", "x", "--issuer", "y"]
    assert main(["start", "shili", *at]) == 2
    assert "exists\n  do next:  add files to it with" in capsys.readouterr().err
    for name in ("../out", "Shili", "示例", ""):
        assert main(["start", name, *at]) == 2
        assert "small letters" in capsys.readouterr().err
