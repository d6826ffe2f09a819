"""Every code that a mart may hold has words."""

from __future__ import annotations

import re
from typing import get_args, get_type_hints

import pytest
from published_rows import mart_models
from ruamel.yaml import YAML

from pipeline.checking.results import CheckResult, Stage
from pipeline.contracts import load_contracts, load_formulas
from pipeline.contracts.loader import CONTRACTS_FOLDER
from pipeline.core.messages import load_messages, placeholders
from pipeline.core.workspace import PROJECT_ROOT
from pipeline.published.figure_marts import figure_marts
from pipeline.shaping.findings import RefusalCode
from pipeline.values.cell_value import DatePart, Missing
from pipeline.wording.errors import UnknownLabelError
from pipeline.wording.labels import (
    indicator,
    label,
    load_labels,
    measure_label,
    measure_unit,
    missing_reason,
)
from pipeline.wording.mart_columns import load_column
from pipeline.wording.refusals import refusal_messages
from pipeline.wording.texts import HAN, speaking
from pipeline.workbook.words import in_words

MART_MODELS = PROJECT_ROOT / "dbt_project" / "models" / "marts"
INTERMEDIATE = MART_MODELS.parent / "intermediate"
VOCABULARIES = {
    "level": "level",
    "kind": "kind",
    "comparator": "comparator",
    "qualifier": "qualifier",
    "quota_category": "category",
    "quota_unit": "unit",
    "accumulation": "accumulation",
    "ownership": "ownership",
}


def accepted_values() -> list[tuple[str, str, str]]:
    found = []
    for mart in mart_models():
        for column in mart["columns"]:
            for test in column.get("data_tests", []):
                if "accepted_values" in test:
                    values = test["accepted_values"]["arguments"]["values"]
                    found += [(mart["name"], column["name"], value) for value in values]
    return found


def sql(model: str) -> str:
    (path,) = INTERMEDIATE.rglob(f"{model}.sql")
    return path.read_text(encoding="utf-8")


def told(mart: str, column: str, code: str) -> object:
    """What the workbook says for a code; an error where dbt's project names no words for it."""
    shown = load_column(mart, column)
    assert shown.codes, f"{mart}.{column} names no codes"
    return in_words(shown, code, {})


def results_of_case(text: str) -> set[str]:
    return set(re.findall(r"(?:then|else) '([^']+)'", text))


@pytest.mark.parametrize(("mart", "column", "value"), accepted_values())
def test_every_accepted_value_of_the_marts_has_a_label(mart: str, column: str, value: str) -> None:
    assert told(mart, column, value)


@pytest.mark.parametrize(("vocabulary", "table"), VOCABULARIES.items())
def test_every_word_of_the_vocabularies_that_marts_keep_has_a_label(
    vocabulary: str, table: str
) -> None:
    terms = YAML(typ="safe").load(CONTRACTS_FOLDER / "vocabularies.yml")[vocabulary]
    assert all(label(table, code) for code in terms)


def test_every_status_reason_that_the_model_gives_has_a_label() -> None:
    macro = (PROJECT_ROOT / "dbt_project" / "macros" / "status.sql").read_text(encoding="utf-8")
    listed = dict(re.findall(r"'(\w+)': \[(.*?)\]", macro, re.DOTALL))
    reasons = [reason for words in listed.values() for reason in re.findall(r"'(\w+)'", words)]
    given = set()
    for model in ("int_target_gaps", "int_town_gaps", "int_quota_progress"):
        text = sql(model)
        end = text.index("as status_reason")
        given |= results_of_case(text[text.rindex("case\n", 0, end) : end])
    assert {"no_target_set", "one_figure_only"} <= given
    assert given == set(reasons)
    assert len(reasons) == len(set(reasons)), "a reason leads to one status"
    assert load_labels()["status_reason"].keys() == set(reasons)
    assert load_labels()["status"].keys() == listed.keys()


def test_every_reason_for_a_missing_indicator_has_a_label_that_names_what_is_missing() -> None:
    reasons = results_of_case(sql("int_missing_indicators"))
    assert reasons == {
        "no_actual",
        "no_denominator",
        "dates_differ",
        "denominator_is_0",
        "implausible",
    }
    assert missing_reason("enrolment_ratio", "no_actual") == "未报告在托婴幼儿数"
    assert "3岁以下人口" in missing_reason("enrolment_ratio", "no_denominator")


def test_every_formula_that_the_lineage_gives_is_registered_and_every_registered_one_is_used() -> (
    None
):
    text = sql("int_figure_inputs")
    plain = set(re.findall(r"\('\w+',\s*'([^']+)',\s*\[\(", text))
    cases = results_of_case(text)
    assert "required_places" in plain
    assert "age_0_and_half_of_1_to_4" in cases
    assert plain | cases == set(load_formulas())
    for formula in load_formulas().values():
        assert re.search(r"[\u4e00-\u9fff]", formula.words), formula.code
        assert not re.search(r"[\u4e00-\u9fff]", formula.words_en), formula.code


def test_every_role_of_an_input_and_every_mart_with_a_lineage_has_a_label() -> None:
    text = sql("int_figure_inputs")
    roles = set(re.findall(r"\('([^']+)', '\w+_claims'\)", text))
    macros = (PROJECT_ROOT / "dbt_project" / "macros" / "measures.sql").read_text(encoding="utf-8")
    roles |= set(re.findall(r"'name': '(\w+)', 'column': '\w+', 'aggregation': 'sum'", macros))
    assert {"residents and places", "caregivers", "final quota"} <= roles
    assert all(told("figure_lineage", "input_role", role) for role in roles)
    assert set(load_labels()["input_role"]) <= roles
    assert all(told("figure_lineage", "mart", mart) for mart in figure_marts())


def test_every_way_to_read_a_ledger_has_a_label() -> None:
    terms = YAML(typ="safe").load(CONTRACTS_FOLDER / "vocabularies.yml")
    for column, words in {"unit": "quota_unit", "accumulation": "accumulation"}.items():
        for name in (f"declared_{column}", f"inferred_{column}"):
            assert all(told("quota_readings", name, code) for code in terms[words])


def test_every_change_of_a_facility_has_a_label() -> None:
    text = (MART_MODELS / "facility_history.sql").read_text(encoding="utf-8")
    changes = set(re.findall(r"'(\w+)' as change", text))
    assert changes == set(load_labels()["change"])
    macro = (PROJECT_ROOT / "dbt_project" / "macros" / "measures.sql").read_text(encoding="utf-8")
    attributes = re.findall(r"'(\w+)'", macro[macro.index("macro changing_attributes") :])
    assert {"ownership", "closed_date"} <= set(attributes)
    assert all(told("facility_history", "change", change) for change in attributes)


def test_every_scope_every_sign_of_no_figure_and_every_named_time_has_a_label() -> None:
    scopes = ", ".join(load_contracts().counting_scopes)
    assert all(
        told(mart, "counted_in", scopes) for mart in ("facility_years", "inspection_quarters")
    )
    assert all(told("cell_remarks", "missing_reason", code) for code in get_args(Missing))
    # a day is what is asked for, and no remark
    named = {*get_args(DatePart)} - {"day"}
    assert set(load_labels()["date_part"]) == named
    assert all(told("cell_remarks", "named_period", code) for code in named)


def test_every_measure_that_a_claim_may_have_has_a_label_and_a_unit() -> None:
    text = sql("int_claims")
    listed = text[text.index("population_measures = [") : text.index("]")]
    measures = {*re.findall(r"'(\w+)'", listed), "ledger_places", "stated_total_places"}
    measures.add("answer_ratio")
    assert "resident_population" in measures
    assert all(measure_label(name) and measure_unit(name) for name in measures)


def test_every_indicator_has_a_name_in_both_languages_and_its_unit_a_word() -> None:
    for code in load_contracts().indicators:
        assert HAN.search(measure_label(code)), code
        assert label("unit", indicator(code)["unit"])
        with speaking("en"):
            assert not HAN.search(measure_label(code)), code


@pytest.mark.parametrize("section", ["refusal", "refusal_step"])
def test_every_refusal_has_words_with_the_same_parameters_in_both_languages(section: str) -> None:
    entries = {
        code.removeprefix(f"{section}."): words
        for code, words in load_messages().items()
        if code.startswith(f"{section}.")
    }
    assert set(entries) == set(get_args(RefusalCode))
    for code, words in entries.items():
        assert HAN.search(words["zh"]), code
        assert not HAN.search(words["en"]), code
        assert placeholders(words["zh"]) == placeholders(words["en"]), code


def test_parameters_of_a_refusal_are_named_in_its_words() -> None:
    _, step = refusal_messages(
        "unknown_word",
        '{"word": "国资", "words": ["公办", "民办"], "codes": ["public", "private"]}',
    )
    assert "改用词表中的词：公办、民办；" in step.in_language("zh")
    assert 'terms: {"国资": 代码}，代码是其中之一：public、private' in step.in_language("zh")
    assert "a word of the contract's list: 公办, 民办;" in step.in_language("en")
    assert 'terms: {"国资": code}, where code is one of public, private' in step.in_language("en")
    columns = '{"columns": ["population.date", "population.year"]}'
    reason, _ = refusal_messages("no_cell_of_several_filled", columns)
    assert reason.in_language("zh").endswith("至少要填一列：时点（date）、年份（year）")
    assert reason.in_language("en").endswith("requires one of these columns: date, year")
    _, step = refusal_messages("no_region", "{}")
    assert step.in_language("zh").endswith("read: {fill_down: [...]}")


def test_every_kind_of_check_and_stage_has_a_label() -> None:
    hints = get_type_hints(CheckResult)
    assert all(label("check_kind", kind) for kind in get_args(hints["kind"]))
    assert all(label("stage", stage) for stage in get_args(Stage))


@pytest.mark.parametrize("code", ["nonsense", None])
def test_a_code_without_a_label_is_an_error_that_says_where_to_add_it(code: str | None) -> None:
    with pytest.raises(UnknownLabelError, match=r"(?s)status.*labels\.yml"):
        label("status", code)


def test_an_indicator_without_a_definition_is_an_error() -> None:
    with pytest.raises(UnknownLabelError, match="indicator 'nonsense'"):
        indicator("nonsense")
