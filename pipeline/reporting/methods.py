"""Says how figures are defined and what words and symbols mean, all from the tables in use."""

from __future__ import annotations

from typing import Any

from pipeline.contracts import load_contracts, load_formulas
from pipeline.reporting.markup import Column, Html, details, render, stack, table
from pipeline.reporting.overview import page_title
from pipeline.values.shown import count_of
from pipeline.wording.formatting import factor
from pipeline.wording.labels import label, load_labels, measure_label, unit_word
from pipeline.wording.texts import join, language, say

# tables of codes that pages put into words: what stands behind a figure, a status, a finding
CODES = (
    "status",
    "status_reason",
    "quota_status",
    "value_origin",
    "basis",
    "missing_reason",
    "finding",
    "supported",
    "conflict_reason",
    "audit_status",
    "total_status",
    "severity",
)


def title() -> Html:
    """Name of the page."""
    return page_title("methods", say("methods.lead"))


def definitions() -> Html:
    """Symbols, definitions and codes in words."""
    labels = load_labels()
    grades = [
        say("definition.grade_entry", grade=code, words=words)
        for code, words in labels["grade"].items()
    ]
    statuses, hedges = (join("items", labels[table].values()) for table in ("status", "qualifier"))
    missing = label("value_origin", "missing")
    return render(
        "definitions",
        terms=[
            (say("definition.rate"), say("definition.rate_words")),
            (say("definition.kind"), say("definition.kind_words")),
            (
                say("definition.under_3"),
                say("definition.under_3_words", modelled=label("basis", "modelled")),
            ),
            (hedges, say("definition.hedge_words")),
            (missing, say("definition.missing_words")),
            (
                say("definition.grade"),
                say("definition.grade_words", grades=join("clauses", grades)),
            ),
            (
                say("definition.status"),
                say(
                    "definition.status_words",
                    statuses=statuses,
                    no_target=label("status", "no_target"),
                ),
            ),
            (say("value.contradicted"), say("definition.disputed_words")),
        ],
    )


def indicators() -> Html:
    """Every indicator with unit, stock or flow, and formula."""
    columns = [Column(say(f"methods.{name}")) for name in ("name", "unit", "kind", "formula")]
    known = load_contracts().indicators
    computed = [code for code, spec in known.items() if "numerator" in spec]
    reported = [code for code in known if code not in computed]
    name = say("methods.computed")
    shown = table(columns, [_indicator(code, known[code]) for code in computed], name=name)
    others = say("methods.reported", count=count_of(reported))
    rows = [_indicator(code, known[code])[:-1] for code in reported]
    return stack([shown, details(others, table(columns[:-1], rows, name=others))]) or shown


def _indicator(code: str, spec: dict[str, Any]) -> list[str]:
    formula = ""
    if "numerator" in spec:
        scale = "" if spec["scale"] == 1 else factor(spec["scale"]) + " × "
        parts = [measure_label(spec[part]) for part in ("numerator", "denominator")]
        formula = scale + " ÷ ".join(parts)
    return [measure_label(code), unit_word(spec["unit"], 2), label("kind", spec["kind"]), formula]


def scopes() -> Html:
    """Which types of facilities with which filing status each counting scope counts."""
    columns = [Column(say(f"methods.{name}")) for name in ("scope", "types", "statuses")]
    rows = []
    for code, spec in load_contracts().counting_scopes.items():
        for part in spec["counts"]:
            rows.append(
                [
                    label("scope", code),
                    _codes("facility_type", part.get("facility_types")),
                    _codes("filing_status", part.get("filing_statuses")),
                ]
            )
    return table(columns, rows, name=say("methods.scopes"))


def _codes(name: str, codes: list[str] | None) -> str:
    """Words of codes; a scope without a list of them counts all."""
    if codes is None:
        return say("methods.all")
    return join("items", [label(name, code) for code in codes])


def symbols() -> Html:
    """Marks beside figures and what they mean."""
    labels = load_labels()
    meanings = labels["symbol_meaning"]
    return render(
        "definitions", terms=[(mark, meanings[code]) for code, mark in labels["symbol"].items()]
    )


def formulas() -> Html:
    """Every formula that the lineage of a figure may name."""
    known = load_formulas().values()
    words = [found.words if language() == "zh" else found.words_en for found in known]
    heading = Column(say("methods.formula"))
    return details(
        say("methods.formulas", count=count_of(words)),
        table([heading], [[text] for text in words], name=say("methods.formula")),
    )


def codes() -> Html | None:
    """The words that pages use for statuses, origins, reasons and findings, table by table."""
    labels = load_labels()
    parts = {
        "{numerator}": say("methods.a_numerator"),
        "{denominator}": say("methods.a_denominator"),
    }
    columns = [Column(say("methods.code")), Column(say("methods.words"))]
    shown = []
    for name in CODES:
        rows = [[code, _filled(words, parts)] for code, words in labels[name].items()]
        heading = say(f"codes.{name}")
        shown.append(details(heading, table(columns, rows, name=heading)))
    return stack(shown)


def _filled(words: str, parts: dict[str, str]) -> str:
    for placeholder, meaning in parts.items():
        words = words.replace(placeholder, meaning)
    return words
