"""Every rule by which a statement of DuckDB is said in Spark's SQL."""

from __future__ import annotations

import pytest
from spark import require_spark


@pytest.fixture(autouse=True)
def _spark():
    require_spark()


CASES = {
    "length of a list": ("len(a)", "SIZE(a)"),
    "length of a text": ("length(a)", "LENGTH(a)"),
    "distinct, without null": ("list_distinct(a)", "ARRAY_COMPACT(ARRAY_DISTINCT(a))"),
    "lists of which one is null": (
        "list_concat(a, b)",
        "CONCAT(COALESCE(a, ARRAY()), COALESCE(b, ARRAY()))",
    ),
    "flattened, without null": ("flatten(a)", "FLATTEN(ARRAY_COMPACT(a))"),
    "an element that may be missing": ("a[1]", "GET(a, 0)"),
    "sum of what is known": (
        "list_sum([a, b])",
        "AGGREGATE(ARRAY(a, b), CAST(NULL AS BIGINT),"
        " (total, part) -> COALESCE(total + part, total, part))",
    ),
    "position, null where none": ("list_position(a, b)", "NULLIF(ARRAY_POSITION(a, b), 0)"),
    "first that is known": ("arg_min(a, b)", "MIN_BY(a, b) FILTER(WHERE NOT a IS NULL)"),
    "first that is known, of some": (
        "max_by(a, b) filter (c)",
        "MAX_BY(a, b) FILTER(WHERE c AND NOT a IS NULL)",
    ),
    "list, null of no rows": (
        "list(a) filter (b)",
        "NULLIF(COLLECT_LIST(a) FILTER(WHERE b), ARRAY())",
    ),
    "list in an order": (
        "list(a order by b)",
        "NULLIF(TRANSFORM(ARRAY_SORT(COLLECT_LIST(STRUCT(b AS key_0, a AS element))),"
        " each -> each.element), ARRAY())",
    ),
    "text in the order of one key": (
        "string_agg(a, ',' order by b)",
        "LISTAGG(a, ',') WITHIN GROUP (ORDER BY b NULLS LAST)",
    ),
    "text in the order of several keys": (
        "string_agg(a, ',' order by b, c)",
        "ARRAY_JOIN(NULLIF(TRANSFORM(ARRAY_SORT(COLLECT_LIST(STRUCT(b AS key_0, c AS key_1,"
        " a AS element)) FILTER(WHERE NOT a IS NULL)), each -> each.element), ARRAY()), ',')",
    ),
    "distinct texts": (
        "string_agg(distinct a, ',' order by a)",
        "ARRAY_JOIN(NULLIF(ARRAY_SORT(COLLECT_SET(a)), ARRAY()), ',')",
    ),
    "filter of a window": (
        "count(*) filter (a) over (partition by b)",
        "COUNT(CASE WHEN a THEN 1 END) OVER (PARTITION BY b)",
    ),
    "rows numbered in any order": (
        "row_number() over ()",
        "ROW_NUMBER() OVER (ORDER BY 1)",
    ),
    "division": ("a / b", "CAST(a AS DOUBLE) / CAST(b AS DOUBLE)"),
    "whole numbers are rounded": ("cast(a as bigint)", "CAST(ROUND(a) AS BIGINT)"),
    "no whole number": ("cast(null as bigint)", "CAST(NULL AS BIGINT)"),
    "large numbers": ("cast(a as hugeint)", "CAST(ROUND(a) AS DECIMAL(38, 0))"),
    "year": ("year(a)", "CAST(YEAR(a) AS BIGINT)"),
    "a day that may be known in part": (
        "try_cast(a as date)",
        "CASE WHEN a LIKE '%-%-%' THEN TRY_CAST(a AS DATE) END",
    ),
    "first day of a quarter": ("date_trunc('quarter', a)", "TRUNC(a, 'QUARTER')"),
}


@pytest.mark.parametrize(("given", "expected"), CASES.values(), ids=CASES)
def test_an_expression(given, expected):
    from pipeline.modelling.spark.dialect import translate

    assert translate(f"select {given} as x from t") == f"SELECT {expected} AS x FROM t"


def test_null_is_last_in_both():
    from pipeline.modelling.spark.dialect import translate

    said = translate("select a from t order by a desc, b")
    assert said == "SELECT a FROM t ORDER BY a DESC, b NULLS LAST"


def test_the_nearest_row():
    from pipeline.modelling.spark.dialect import translate

    said = translate("select p.x from a asof left join p on a.i = p.i and a.day >= p.day")
    assert said == (
        "SELECT p.x FROM a LEFT JOIN LATERAL (SELECT * FROM p WHERE a.i = p.i AND a.day >= p.day"
        " ORDER BY p.day DESC LIMIT 1) AS p"
    )


def test_what_qualifies_leaves_no_column_behind():
    from pipeline.modelling.spark.dialect import translate

    said = translate("select * from t qualify row_number() over (order by a) = 1")
    assert said == (
        "SELECT * EXCEPT (kept_1) FROM (SELECT *, ROW_NUMBER() OVER (ORDER BY a NULLS LAST) = 1"
        " AS kept_1 FROM t) AS kept_1_of WHERE kept_1"
    )


def test_only_the_query_of_a_statement_is_translated():
    from pipeline.modelling.spark.dialect import translate

    head = "/* {} */ create table marts.a\nusing parquet location '/data as it is/a'\nas"
    assert translate(f"{head}\n-- as\nselect len(b) from c") == f"{head}\nSELECT SIZE(b) FROM c"
    view = translate("create or replace view a as with b as (select 1 as x) select x from b")
    assert view == "create or replace view a as\nWITH b AS (SELECT 1 AS x) SELECT x FROM b"
    for other in ("show tables in raw like '*'", "drop table if exists a", "describe extended a"):
        assert translate(other) == other


@pytest.mark.parametrize(
    "query",
    [
        "select list(a order by b desc) from t",
        "select string_agg(distinct a, ',' order by b) from t",
        "select distinct a from t qualify row_number() over (order by a) = 1",
    ],
)
def test_what_has_no_translation_is_told(query):
    import sqlglot

    from pipeline.modelling.spark.dialect import translate

    with pytest.raises(sqlglot.errors.SqlglotError):
        translate(query)
