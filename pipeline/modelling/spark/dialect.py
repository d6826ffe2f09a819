"""Says statements in Spark's SQL that were written in DuckDB's, as the models are.

sqlglot knows both dialects. Here stands what it leaves: where the same words mean something else to
the two engines, and where Spark has no such words. Every rule says which.
"""

from __future__ import annotations

import itertools
import re

import sqlglot
from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB

BLANK = r"(?:\s|--[^\n]*(?:\n|\Z)|/\*.*?\*/)*"
QUERY = re.compile(rf"\A{BLANK}\(*{BLANK}(?:with|select)\b", re.DOTALL | re.IGNORECASE)
# what dbt writes before the query of a model
HEAD = re.compile(
    rf"\A{BLANK}create\s+(?:or\s+replace\s+)?(?:temporary\s+)?(?:table|view)\b(?:'[^']*'|[^'])*?\bas\b",
    re.DOTALL | re.IGNORECASE,
)
WHOLE = {*exp.DataType.SIGNED_INTEGER_TYPES, exp.DType.INT128}
WRAPPERS = (exp.Filter, exp.Window)


class Models(DuckDB):
    """DuckDB's dialect as the models use it: ``len`` is of a list, ``length`` of a text.

    Around them dbt-spark writes names in Spark's quotes.
    """

    class Tokenizer(DuckDB.Tokenizer):
        """Knows both kinds of quotes."""

        IDENTIFIERS = ['"', "`"]  # noqa: RUF012

    class Parser(DuckDB.Parser):
        """Tells the two apart, which DuckDB does by the type."""

        FUNCTIONS = {**DuckDB.Parser.FUNCTIONS, "LEN": exp.ArraySize.from_arg_list}  # noqa: RUF012


def translate(statement: str) -> str:
    """Say a statement in Spark's SQL.

    Args:
        statement: A query in DuckDB's SQL, or a table or view made of one. Anything else, such as
            ``show tables``, is Spark's already.

    Returns:
        The statement in Spark's SQL, without comments; what stands before a query as it was.

    Raises:
        sqlglot.errors.SqlglotError: It cannot be read, or Spark has nothing like it.
    """
    head = HEAD.match(statement)
    query = statement[head.end() :] if head else statement
    if not QUERY.match(query):
        return statement
    return f"{head[0]}\n{_query(query)}" if head else _query(query)


def _query(query: str) -> str:
    tree = sqlglot.parse_one(query, read=Models)
    numbers = itertools.count(1)
    # from the leaves to the root, so that a rule meets what stands inside as the rules left it
    for node in reversed(list(tree.dfs())):
        new: exp.Expr = node
        for rule in RULES:
            new = rule(new)
        if isinstance(new, exp.Select) and new.args.get("qualify"):
            new = _without_qualify(new, f"kept_{next(numbers)}")
        if new is not node:
            if node is tree:
                tree = new
            else:
                node.replace(new)
    return str(tree.sql("spark", comments=False, unsupported_level=sqlglot.ErrorLevel.RAISE))


def _call(name: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=list(arguments))


def _function(text: str) -> exp.Expr:
    """A nameless function, which is read as one only where it is handed to another."""
    return sqlglot.parse_one(f"handed({text})", read="spark").expressions[0]


def _lists(node: exp.Expr) -> exp.Expr:
    """Functions of lists: DuckDB's pass over null, Spark's keep it or make null of the whole."""
    if isinstance(node, exp.ArrayDistinct):
        return _call("array_compact", exp.ArrayDistinct(this=node.this.copy()))
    if isinstance(node, exp.Flatten):
        return exp.Flatten(this=_call("array_compact", node.this.copy()))
    if isinstance(node, exp.ArrayConcat):
        parts = [node.this, *node.expressions]
        return _call(
            "concat", *(exp.Coalesce(this=part.copy(), expressions=[exp.Array()]) for part in parts)
        )
    if isinstance(node, exp.Bracket):  # of Spark fails behind the end; DuckDB's is null there
        return _call("get", node.this.copy(), *(index.copy() for index in node.expressions))
    if isinstance(node, exp.Anonymous) and node.name.lower() == "list_sum":
        return _call(
            "aggregate",
            *(part.copy() for part in node.expressions),
            exp.cast(exp.Null(), "bigint"),
            _function("(total, part) -> coalesce(total + part, total, part)"),
        )
    if isinstance(node, exp.Anonymous) and node.name.lower() == "list_position":
        position = _call("array_position", *(part.copy() for part in node.expressions))
        return exp.Nullif(
            this=position, expression=exp.Literal.number(0)
        )  # null, not 0, where none
    return node


def _extremes(node: exp.Expr) -> exp.Expr:
    """``arg_min`` and ``arg_max`` of DuckDB pass over rows whose first argument is null."""
    if isinstance(node, exp.ArgMin | exp.ArgMax):
        known = exp.Not(this=exp.Is(this=node.this.copy(), expression=exp.Null()))
        return exp.Filter(this=node.copy(), expression=exp.Where(this=known))
    if isinstance(node, exp.Filter) and isinstance(node.this, exp.Filter):
        both = exp.and_(node.expression.this.copy(), node.this.expression.this.copy())
        return exp.Filter(this=node.this.this.copy(), expression=exp.Where(this=both))
    return node


def _windows(node: exp.Expr) -> exp.Expr:
    """Spark knows no ``filter`` of a window; rows that are left out become null instead.

    Nor does it number rows in whatever order they come.
    """
    if isinstance(node, exp.Window) and isinstance(node.this, exp.RowNumber):
        if not node.args.get("order") and not node.args.get("alias"):
            new = node.copy()
            new.set("order", exp.Order(expressions=[exp.Literal.number(1)]))
            return new
        return node
    if not (isinstance(node, exp.Window) and isinstance(node.this, exp.Filter)):
        return node
    new = node.copy()
    of, condition = new.this.this, new.this.expression.this
    value = exp.Literal.number(1) if isinstance(of.this, exp.Star) else of.this
    of.set("this", exp.Case().when(condition.copy(), value.copy()))
    new.set("this", of)
    return new


def _collected(node: exp.Expr) -> exp.Expr:
    """``list`` keeps the order that it is told, and is null, not empty, of no rows."""
    of = node
    while isinstance(of, WRAPPERS):
        of = of.this
    is_wrapped = isinstance(node.parent, WRAPPERS) and node.arg_key == "this"
    if not isinstance(of, exp.ArrayAgg) or is_wrapped:
        return node
    new: exp.Expr = node.copy()
    of = next(new.find_all(exp.ArrayAgg))
    if isinstance(of.this, exp.Order):
        keys = of.this.expressions
        if any(key.args.get("desc") for key in keys):
            msg = "a list in descending order"
            raise sqlglot.errors.UnsupportedError(msg)
        fields = [exp.alias_(key.this.copy(), f"key_{i}") for i, key in enumerate(keys)]
        fields.append(exp.alias_(of.this.this.copy(), "element"))
        of.set("this", _call("struct", *fields))
        new = _call("transform", _call("array_sort", new), _function("each -> each.element"))
    return exp.Nullif(this=new, expression=exp.Array())


def _joined(node: exp.Expr) -> exp.Expr:
    """Beside a distinct aggregate Spark fails on joined texts, distinct or of several keys."""
    order = node.this if isinstance(node, exp.GroupConcat) else None
    if not isinstance(order, exp.Order):
        return node
    if isinstance(order.this, exp.Distinct):
        [text], [key] = order.this.expressions, order.expressions
        if text != key.this or key.args.get("desc"):
            msg = "distinct texts that are joined in another order than their own"
            raise sqlglot.errors.UnsupportedError(msg)
        texts = _call("array_sort", exp.ArrayUniqueAgg(this=text.copy()))
        known = exp.Nullif(this=texts, expression=exp.Array())
        return _call("array_join", known, node.args["separator"].copy())
    if len(order.expressions) == 1:
        return node
    known = exp.Not(this=exp.Is(this=order.this.copy(), expression=exp.Null()))
    elements = exp.Filter(this=exp.ArrayAgg(this=order.copy()), expression=exp.Where(this=known))
    return _call("array_join", _collected(elements), node.args["separator"].copy())


def _numbers(node: exp.Expr) -> exp.Expr:
    """Numbers: what DuckDB rounds, Spark cuts off, and decimals divided are doubles in DuckDB."""
    if isinstance(node, exp.Div):
        double = exp.DataType.build("double")
        return exp.Div(
            this=exp.cast(node.this.copy(), double),
            expression=exp.cast(node.expression.copy(), double),
        )
    if isinstance(node, exp.Cast) and node.to.this in WHOLE and not isinstance(node.this, exp.Null):
        new = node.copy()
        new.set("this", exp.Round(this=new.this.copy()))
        if node.to.this == exp.DType.INT128:  # which Spark does not have
            new.set("to", exp.DataType.build("decimal(38, 0)"))
        return new
    return node


def _dates(node: exp.Expr) -> exp.Expr:
    """The first day of a month or quarter is a date, where Spark makes a moment of it.

    Years are ``bigint``, where Spark's are ``int``. A year or a month alone is no date, where Spark
    takes their first day.
    """
    if isinstance(node, exp.TryCast) and node.to.this == exp.DType.DATE:
        is_whole = exp.Like(this=node.this.copy(), expression=exp.Literal.string("%-%-%"))
        return exp.Case().when(is_whole, node.copy())
    if isinstance(node, exp.Year):
        return exp.cast(node.copy(), "bigint")
    if isinstance(node, exp.TimestampTrunc):
        return _call("trunc", node.this.copy(), exp.Literal.string(node.unit.name))
    return node


def _nearest(node: exp.Expr) -> exp.Expr:
    """``asof join``: of the rows that fit, the one that is nearest."""
    if not (isinstance(node, exp.Join) and node.method == "ASOF"):
        return node
    on = node.args["on"]
    nearest = next(on.find_all(exp.GTE)).expression
    rows = (
        exp.select("*")
        .from_(node.this.copy())
        .where(on.copy())
        .order_by(exp.Ordered(this=nearest.copy(), desc=True))
        .limit(1)
    )
    lateral = exp.Lateral(
        this=rows.subquery(), alias=exp.TableAlias(this=exp.to_identifier(node.this.alias_or_name))
    )
    return exp.Join(this=lateral, side=node.side)


def _without_qualify(node: exp.Select, name: str) -> exp.Expr:
    """Spark knows no ``qualify``; the condition becomes a column that a query around it asks."""
    if node.args.get("distinct"):
        msg = "qualify beside distinct"
        raise sqlglot.errors.UnsupportedError(msg)
    inner = node.copy()
    condition = inner.args["qualify"].this.copy()
    inner.set("qualify", None)
    inner.append("expressions", exp.alias_(condition, name))
    everything = exp.Star(except_=[exp.to_identifier(name)])
    return exp.select(everything).from_(inner.subquery(f"{name}_of")).where(exp.column(name))


RULES = (_lists, _extremes, _windows, _collected, _joined, _numbers, _dates, _nearest)
