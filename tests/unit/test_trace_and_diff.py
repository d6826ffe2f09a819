"""What a figure is made of, and why it moved: two builds of one invented county."""

from __future__ import annotations

import contextlib
import json
import shutil
from pathlib import Path

import duckdb
import pytest
from example_dossier import Dossier

from pipeline.cli import main
from pipeline.core.errors import SourceProblemsError, UsageError
from pipeline.core.sql import literal
from pipeline.published.figure_marts import figure_marts
from pipeline.published.lookup import find_region
from pipeline.published.read_marts import Regions
from pipeline.published.set_comparison import compare_with_previous
from pipeline.published.trace import trace_figures

ROSTER = """地区,机构编号,机构名称,时点,托位数,普惠,备案状态
甲镇,A1,小太阳托育,2024-12-31,60,是,已备案
甲镇,A2,小月亮托育,2024-12-31,0,否,已备案
乙镇,B1,小星星托育,2024-12-31,30,是,已备案
"""
ROSTER_ENTRY = """  - id: shili-roster
    file: roster.csv
    contract: facility_roster
    document: shili-doc
    locator: 附件2
    complete_for: ["990100"]
"""
INSPECTIONS = """地区,机构名称,检查日期,检查类型
甲镇,小太阳托育,2024-02-10,安全
甲镇,小太阳托育,2024-02-16,安全
乙镇,小星星托育,2024-05-11,安全
乙镇,小星星托育,2024-05-12,消防
"""
INSPECTIONS_ENTRY = """  - id: shili-inspections
    file: inspections.csv
    contract: inspection
    document: shili-doc
    locator: 附件3
"""
CORRECTIONS = """corrections:
  - id: shili-class-edit
    source: shili-roster
    row: 3
    column: places
    expect: 0
    value: 40
    reason: 班型编辑时清零
    document: shili-doc
    reviewed_by: 示例县卫健委 张某
    reviewed_on: 2024-09-01
  - id: shili-residents
    source: shili-population
    row: 3
    column: resident_population
    expect: 25000
    value: 26000
    reason: 笔误
    reviewed_by: 示例县卫健委 张某
    reviewed_on: 2024-09-01
  - id: shili-second-visit
    source: shili-inspections
    row: 3
    column: date
    expect: 2024-02-16
    value: 2024-02-10
    reason: 同一次巡查重复登记
    reviewed_by: 示例县卫健委 张某
    reviewed_on: 2024-09-01
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Dossier:
    """Published twice: as issued, then with corrections and with one more reported figure."""
    dossier = Dossier(tmp_path_factory.mktemp("built"))
    dossier.append("sources.yml", ROSTER_ENTRY + INSPECTIONS_ENTRY)
    dossier.write("roster.csv", ROSTER)
    dossier.write("inspections.csv", INSPECTIONS)
    assert dossier.build_marts()
    dossier.write("corrections.yml", CORRECTIONS)
    dossier.append("reported.csv", "示例县,托位数,2022-12-31,80,,存量\n")
    assert dossier.build_marts()
    return dossier


@pytest.fixture
def copied(built, tmp_path) -> Dossier:
    shutil.copytree(built.workspace.root, tmp_path / "copied")
    return Dossier.at(tmp_path / "copied")


def ask(folder: Path, query: str):
    """Rows of a query that names marts as ``{mart}``."""

    class Marts(dict):
        def __missing__(self, mart):
            return literal(str(folder / f"{mart}.parquet"))

    return duckdb.sql(query.format_map(Marts())).fetchall()


def run(dossier, capsys, *arguments, language="zh"):
    at = ["--workspace", str(dossier.workspace.root), "--language", language]
    status = main([*arguments, *at])
    shown = capsys.readouterr()
    return status, shown.out + shown.err


# ---------------------------------------------------------------------------------------------
# corrections in what is published


def test_a_corrected_roster_row_changes_the_places_of_town_and_county(built):
    query = "select region_code, places from {region_years} where year = 2024 and places > 0"
    marts, before = built.workspace.marts, built.workspace.previous_marts
    county = {"990000": 90, "990100": 90, "990100001": 60, "990100002": 30}
    assert dict(ask(before, query)) == county
    county |= {"990000": 130, "990100": 130, "990100001": 100}
    assert dict(ask(marts, query)) == county


def test_figures_and_their_lineage_name_the_correction(built):
    marts = built.workspace.marts
    assert ask(
        marts, "select claim_id, value from {source_figures} where correction_id is not null"
    ) == [("shili-population!!3!resident_population", 26000)]
    named = ask(
        marts,
        "select distinct input_region_code, input_measure, correction_id from {figure_lineage}"
        " where correction_id is not null and mart = 'region_years' order by all",
    )
    measures = ("inclusive_places", "places")
    assert named == [
        *(("990000", measure, "shili-class-edit") for measure in measures),
        *(("990100", measure, "shili-class-edit") for measure in measures),
        *(("990100001", measure, "shili-class-edit") for measure in measures),
        ("990100001", "resident_population", "shili-residents"),
    ]
    assert ask(
        marts, "select correction_id, old_value, new_value, document_title from {corrections}"
    ) == [
        ("shili-class-edit", "0", "40", "示例文件"),
        ("shili-residents", "25000", "26000", None),
        ("shili-second-visit", "2024-02-16", "2024-02-10", None),
    ]


def test_every_count_in_the_lineage_leads_to_the_facilities_behind_it(built):
    counts = """
        select distinct input_region_code, input_year, input_scope, input_value
        from {figure_lineage} where input_scope != 'as_reported' and input_measure = 'places'
    """
    facilities = """
        select coalesce(sum(places), 0) from {{facility_years}}
        where region_code like '{region}%' and year = {year}
            and list_contains(string_split(counted_in, ', '), '{scope}')
    """
    found = ask(built.workspace.marts, counts)
    assert len(found) == 15  # five regions, three scopes
    for region, year, scope, value in found:
        below = region.rstrip("0") if region == "990000" else region
        query = facilities.format(region=below, year=year, scope=scope)
        assert ask(built.workspace.marts, query) == [(value,)]


def test_an_error_that_the_issuer_mended_stops_the_build_and_publishes_nothing(copied):
    published = {p: p.read_bytes() for p in copied.workspace.marts.rglob("*") if p.is_file()}
    copied.replace("roster.csv", "小月亮托育,2024-12-31,0", "小月亮托育,2024-12-31,45")
    with pytest.raises(SourceProblemsError, match=r"shili-class-edit\n.*roster\.csv: 45"):
        copied.build()
    for path, content in published.items():
        assert path.read_bytes() == content


def test_a_count_of_rounds_names_the_correction_of_an_inspection(built):
    query = """
        select distinct input_region_code, input_value, source_id from {figure_lineage}
        where figure_column = 'value' and input_measure = 'safety_rounds'
            and correction_id = 'shili-second-visit' order by all
    """
    sources = "shili-inspections; shili-roster"
    regions = [("990000", 2), ("990100", 2), ("990100001", 1)]
    assert ask(built.workspace.marts, query) == [(*region, sources) for region in regions]


# ---------------------------------------------------------------------------------------------
# trace


COUNTY = """\
[1] 示例县 990100  每千人口托位数 places_per_1000
数值：3.25 个/千人  ★ 主要数字
日期：2024-12-31
"""
COUNTY_TREE = """\
    分子 numerator：托位数 places
        示例县 990100  130 个  已知 3 / 3
            甲镇 990100001  100 个  已知 2 / 2
                小太阳托育  60 个  shili/roster.csv 第 2 行
                小月亮托育  40 个  shili/roster.csv 第 3 行
                    更正 shili-class-edit：托位数 places 0 → 40，班型编辑时清零（示例县卫健委 张某 2024-09-01）
            乙镇 990100002  30 个  已知 1 / 1
                小星星托育  30 个  shili/roster.csv 第 4 行
            丙镇 990100003  0 个  已知 0 / 0
    分母 denominator：常住人口 resident_population  40,000 人  990100  2023-12-31
        数据文件：shili/population.csv D2  「常住人口」
        文件：示例文件、示例县办公室、表1、等级 A
"""


@pytest.mark.parametrize("region", ["990100", "示例县", "旧示例县"])
@pytest.mark.parametrize(
    "indicator", ["places_per_1000", "每千人口托位数", "Places per 1,000 residents"]
)
def test_a_ratio_is_traced_to_facilities_and_cells(built, capsys, region, indicator):
    status, shown = run(built, capsys, "trace", region, indicator)
    assert status == 0
    assert shown.startswith(COUNTY)
    assert COUNTY_TREE in shown


def test_in_english_all_words_but_names_are_english(built, capsys):
    _, shown = run(built, capsys, "trace", "示例县", "每千人口托位数", language="en")
    lines = shown.splitlines()
    assert lines[0] == "[1] 示例县 990100  Places per 1,000 residents places_per_1000"
    assert lines[2] == "date: 2024-12-31"
    assert "        示例县 990100  130 places  known 3 / 3" in lines
    assert "        document: 示例文件, 示例县办公室, 表1, grade A" in lines
    _, shown = run(built, capsys, "diff", language="en")
    assert "changed: shili-inspections (entry), " in shown
    assert "more; --all shows them" in shown


def test_every_scope_of_the_date_is_listed_the_headline_first(built, capsys):
    _, shown = run(built, capsys, "trace", "示例县", "places")
    scopes = [line.split()[-1] for line in shown.splitlines() if line.startswith("范围：")]
    assert scopes[0] == "filed_and_kindergarten"
    assert sorted(scopes[1:]) == ["all", "filed"]


def test_a_year_is_traced_instead_of_the_latest(built, capsys):
    _, shown = run(built, capsys, "trace", "示例县", "places", "2022")
    assert "数值：80 个" in shown
    assert "数据文件：shili/reported.csv D5  「数值」" in shown
    status, shown = run(built, capsys, "trace", "示例县", "places", "1999")
    assert status == 2
    assert "有数字的年份：2022、2023、2024" in shown


def test_a_corrected_cell_says_so(built, capsys):
    _, shown = run(built, capsys, "trace", "甲镇", "常住人口")
    assert "26,000 人  990100001  2023-12-31" in shown
    assert "更正 shili-residents：常住人口 resident_population 25000 → 26000，笔误" in shown


def test_a_missing_value_says_why_and_how_much_is_known(built, capsys):
    _, shown = run(built, capsys, "trace", "甲镇", "public_places", "2024")
    assert "facilities_unknown  已知 0 / 2" in shown
    assert "小太阳托育  未知  shili/roster.csv" in shown
    _, shown = run(built, capsys, "trace", "丙镇", "places_per_1000")
    assert "无数据：没有同一日期或更早的常住人口" in shown


TARGET = """\
数值：50 个
目标年份：2025
关系：不少于 >=
存量或流量：存量 stock
状态：未达到 behind
原因：按已有增速达不到 pace_insufficient
公式：所需托位 − 现有托位 net_gap
"""
QUOTA = """\
[1] 甲镇 990100001  与指标差额 gap_places
数值：-20 个
年份：2024
类别：托位 all
状态：已完成 met
原因：现有托位已达到台账指标 quota_reached
公式：指标 − 现有托位 quota_gap
    托位数 places
        甲镇 990100001  100 个  已知 2 / 2
            小太阳托育  60 个  shili/roster.csv 第 2 行
            小月亮托育  40 个  shili/roster.csv 第 3 行
                更正 shili-class-edit：托位数 places 0 → 40，班型编辑时清零（示例县卫健委 张某 2024-09-01）
    台账指标 quota：镇街托位指标 ledger_places  80 个  990100001  2024-12-31
        数据文件：shili/ledger.xlsx [Sheet] E5  「年度指标分解/年度千人口托位数」
        文件：示例文件、示例县办公室、附件、等级 A
"""
ROUNDS = """\
    分子 numerator：安全巡查次数 safety_rounds
        更正 shili-second-visit：检查日期 date 2024-02-16 → 2024-02-10，同一次巡查重复登记（示例县卫健委 张某 2024-09-01）
        甲镇 990100001  1 次  已知 2 / 2
            小太阳托育 Q1  1 次  shili/roster.csv 第 2 行
                巡查：2024-02-10 shili/inspections.csv row 2
                巡查：2024-02-10 shili/inspections.csv row 3
            小太阳托育 Q2  0 次  shili/roster.csv 第 2 行
"""


@pytest.mark.parametrize("asked", ["gap_places_net", "托位差额", "每千人口托位数"])
def test_a_gap_is_traced_to_target_residents_and_facilities(built, capsys, asked):
    status, shown = run(built, capsys, "trace", "示例县", asked, "2025")
    assert status == 0
    (gap,) = [
        block
        for block in shown.split("\n\n")
        if block.split("\n")[0].endswith("托位差额 gap_places_net  每千人口托位数 places_per_1000")
    ]
    assert TARGET in gap
    assert "小月亮托育  40 个  shili/roster.csv" in gap
    assert "40,000 人  990100  2023-12-31\n        数据文件：shili/population.csv D2" in gap
    assert "4.5 个/千人  990100  2025-12-31\n        数据文件：shili/targets.csv E2" in gap


@pytest.mark.parametrize("asked", ["gap_places", "与指标差额"])
def test_the_progress_of_a_quota_is_traced_to_ledger_and_facilities(built, capsys, asked):
    _, shown = run(built, capsys, "trace", "甲镇", asked, "2024")
    assert shown.strip() == QUOTA.strip()


def test_the_total_of_a_ledger_is_traced_to_its_cell(built, capsys):
    _, shown = run(built, capsys, "trace", "示例县", "台账托位", "2025")
    assert "数值：180 个" in shown
    assert "台账指标 quota：台账总计 stated_total  180 个  合计行" in shown
    assert "数据文件：shili/ledger.xlsx [Sheet] C10" in shown


def test_rounds_are_traced_to_the_rows_of_inspections(built, capsys):
    _, shown = run(built, capsys, "trace", "甲镇", "safety_rounds_per_facility_quarter")
    assert ROUNDS in shown


def test_what_is_published_in_several_places_is_shown_once_and_names_them(built, capsys):
    _, shown = run(built, capsys, "trace", "示例县", "places", "2024")
    scope = "filed_and_kindergarten"
    assert shown.count(f"范围：备案托育机构和幼儿园托班 {scope}") == 1
    assert "同见：region_years.places 2024\n" in shown
    assert f"同见：headline_variants.places places_per_1000 {scope} earlier\n" in shown


def test_a_figure_that_is_missing_says_what_its_mart_says_of_it(built, capsys):
    status, shown = run(built, capsys, "trace", "甲镇", "gap_places", "2025")
    assert status == 0
    assert "无数据" in shown
    assert "状态：现有托位未知 no_actual" in shown


def test_an_unknown_name_is_answered_with_all_that_is_published_of_the_region(built, capsys):
    for arguments in (("丙镇", "无此指标"), ("丙镇", "births")):
        status, shown = run(built, capsys, "trace", *arguments)
        assert status == 2
        _, _, names = shown.partition("已发布的名称")
        listed = names.split("\n")
        assert "    facilities  托育机构数" in listed
        assert not [line for line in listed if "quota" in line]


FIGURES = """
    select figures.mart, figures.figure_key, figures.figure_column, any_value(region_code) as region,
        any_value(formula || ' ' || formula_code) as formula, list(distinct claim_id) as claims
    from {figure_lineage} as figures group by all order by all
"""


def test_every_published_figure_is_traced_to_all_its_inputs(built):
    marts = built.workspace.marts
    published = ask(marts, FIGURES)
    assert len(published) > 400
    for mart in {figure[0] for figure in published}:
        columns = {column for name, _, column, *_ in published if name == mart}
        assert columns <= set(figure_marts()[mart].columns)
    followed = {}
    names = {name for mart in figure_marts().values() for name in mart.columns}
    for region in sorted({figure[3] for figure in published}):
        for name in sorted(names):
            for year in range(2021, 2026):
                with contextlib.suppress(UsageError):
                    for figure in trace_figures(built.workspace, region, name, year).figures:
                        for one in (figure.published, *figure.also):
                            followed[one.mart, one.key, one.column] = figure
    for mart, key, column, _, formula, claims in published:
        figure = followed[mart, key, column]
        assert {part.lineage["claim_id"] for part in figure.inputs} == set(claims)
        if (figure.published.mart, figure.published.column) == (mart, column):
            assert figure.formula == formula


def test_the_depth_limits_the_tree(built, capsys):
    _, shown = run(built, capsys, "trace", "示例县", "places", "--depth", "2")
    assert "示例县 990100  130 个" in shown
    assert "甲镇" not in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("示例", "places"), "990100  示例县  示例市"),
        (("990109", "places"), "990100  示例县"),
        (("示例县", "托儿位数"), "places  托位数"),
        (("示例县", "birth"), "births  出生人口"),
    ],
)
def test_what_is_not_known_gets_the_nearest_candidates(built, capsys, arguments, said):
    status, shown = run(built, capsys, "trace", *arguments)
    assert status == 2
    assert said in shown


def test_a_name_of_several_regions_is_listed_with_their_codes():
    county = {"region_level": "county", "parent_code": None, "aliases": None}
    town = {"region_name": "城关镇", "region_level": "town", "aliases": "老城"}
    rows = [
        county | {"region_code": "01", "region_name": "东县"},
        county | {"region_code": "02", "region_name": "西县"},
        town | {"region_code": "0101", "parent_code": "01"},
        town | {"region_code": "0201", "parent_code": "02"},
    ]
    regions = Regions({row["region_code"]: row for row in rows})
    for name in ("城关镇", "老城"):
        with pytest.raises(UsageError, match="ambiguous") as refused:
            find_region(regions, name)
        assert "0101  城关镇  东县\n    0201  城关镇  西县" in str(refused.value)
    assert find_region(regions, "0201")["parent_code"] == "02"


def test_nothing_published_is_a_usage_error(dossier, capsys):
    for command in (("trace", "示例县", "places"), ("diff",)):
        status, shown = run(dossier, capsys, *command)
        assert status == 2
        assert "还没有发布任何内容" in shown


# ---------------------------------------------------------------------------------------------
# diff


def rewrite(path: Path, columns: str):
    with duckdb.connect() as connection:
        connection.execute(f"create table rows as select {columns} from {literal(str(path))}")
        connection.execute(f"copy rows to {literal(str(path))}")


def moved(dossier):
    return {
        (move.mart, move.column, *move.grain.values()): (move.old, move.new, move.causes)
        for move in compare_with_previous(dossier.workspace).moves
    }


def test_each_figure_that_moved_names_the_source_that_it_rests_on(built):
    found = moved(built)
    assert found["region_years", "places", "990100001", "2024"] == (60, 100, ("shili-roster",))
    residents = found["region_years", "resident_population", "990100001", "2023"]
    assert residents == (25000, 26000, ("shili-population",))
    appeared = found["region_years", "places", "990100", "2022"]
    assert appeared == (None, 80, ("shili-reported",))
    key = ("990100001", "places_per_1000", "stock", "2024-12-31", "computed", "filed")
    assert found["indicator_values", "value", *key][2] == ("shili-population", "shili-roster")
    assert ("region_years", "places", "990100002", "2024") not in found
    # a count that rests on several sources: the one that changed is the cause
    key = ("990100001", "safety_rounds", "flow", "2024-12-31", "counted", "filed")
    rounds = found["indicator_values", "value", *key]
    assert rounds == (2, 1, ("shili-inspections", "shili-roster"))
    key = ("990100", "places_per_1000", "filed", "earlier")
    assert found["headline_variants", "places", *key] == (90, 130, ("shili-roster",))
    compared = compare_with_previous(built.workspace)
    assert compared.sources == {
        "shili-inspections": ("entry",),
        "shili-population": ("entry",),
        "shili-reported": ("file",),
        "shili-roster": ("entry",),
    }
    assert not compared.code_changed
    assert compared.incomparable == []


def test_the_difference_is_printed_with_old_and_new(built, capsys):
    status, shown = run(built, capsys, "diff")
    assert status == 0
    changed = "shili-inspections（条目）、shili-population（条目）、shili-reported（文件）"
    assert f"{changed}、shili-roster（条目）" in shown
    (line,) = [
        line for line in shown.splitlines() if "region_years.places" in line and "甲镇" in line
    ]
    cells = [cell.strip() for cell in line.strip("│").split("│")]
    assert cells == [
        *("甲镇 990100001", "托位数 region_years.places", "2024"),
        *("60", "100", "+40", "shili-roster"),
    ]
    assert "用 --all 全部显示" in shown
    _, everything = run(built, capsys, "diff", "--all")
    assert "用 --all" not in everything
    assert len(everything) > len(shown)


@pytest.mark.parametrize(
    ("changed", "cause"),
    [("pipeline/dossier_files/source.py", "definition"), ("raw/shili/regions.csv", "elsewhere")],
)
def test_a_figure_whose_sources_stayed_moved_by_definition_or_elsewhere(copied, changed, cause):
    old, new = copied.workspace.previous_marts, copied.workspace.marts
    shutil.rmtree(old)
    shutil.copytree(new, old)
    assert compare_with_previous(copied.workspace).moves == []
    manifest = json.loads((old / "manifest.json").read_text(encoding="utf-8"))
    manifest["inputs"][changed] = "another"
    (old / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    rewrite(old / "region_years.parquet", "* replace (places + 1 as places)")
    causes = {move.causes for move in compare_with_previous(copied.workspace).moves}
    assert causes == {(cause,)}


def test_marts_of_another_grain_are_not_compared_but_named(copied, capsys):
    rewrite(copied.workspace.previous_marts / "region_years.parquet", "* exclude (year)")
    _, shown = run(copied, capsys, "diff")
    assert "region_years：结构不同" in shown
    assert "indicator_values.value" in shown


def test_without_a_build_before_there_is_nothing_to_compare(copied, capsys):
    shutil.rmtree(copied.workspace.previous_marts)
    status, shown = run(copied, capsys, "diff")
    assert status == 0
    assert "首次发布，暂无对比。" in shown
