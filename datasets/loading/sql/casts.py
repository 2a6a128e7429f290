"""From the texts of a file to typed columns: the casts, guarded by the patterns of ``datasets.inference.values``."""

from __future__ import annotations

from collections.abc import Iterator

from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from datasets.constraints import COLUMN_TYPES
from datasets.inference.values import (
    BLANKS,
    FALSE_WORDS,
    FORMS,
    HAS_OFFSET,
    MISSING,
    MISSING_FIRST,
    PATTERNS,
    PLAIN_DATE_FR,
    PLAIN_DATE_ISO,
    PLAIN_DATETIME,
    REWRITES,
    TRUE,
    TRUE_WORDS,
    WORD_REWRITES,
    DateForm,
    Rewrite,
)
from datasets.vocabulary import ColumnType

NULL = SQL("NULL")
_FIGURES = Literal("0123456789")
LOCAL = SQL("timestamp")


def raw_column(position: int) -> Identifier:
    """Return the raw table's column for a position in the file's rows."""
    return Identifier("r", f"c{position}")


def trimmed(text: Composable) -> Composed:
    """Return the text without the blanks around it."""
    return SQL("btrim({}, {})").format(text, Literal(BLANKS))


def has_value(text: Composable) -> Composed:
    """Return the condition of a text that stands for a value in a column that is not of text.

    Its first letter is tested before the words for missing values, which most values then skip.
    """
    return SQL("({0} <> '' AND NOT (strpos({2}, left({0}, 1)) > 0 AND {0} ~* {1}))").format(
        trimmed(text), Literal(MISSING), Literal(MISSING_FIRST)
    )


def cast(kind: ColumnType, text: Composable, *, unit: str = "") -> Composed:
    """Return the typed value of a raw text; NULL when it has none or cannot be read.

    Numbers may have their ``unit`` after them.
    """
    patterned = cast_by_patterns(kind, text, COLUMN_TYPES[kind], unit)
    branches = [
        SQL("WHEN {} THEN {}").format(condition, value) for condition, value in _plain_forms(kind, text)
    ]
    return SQL("CASE {} ELSE {} END").format(SQL(" ").join(branches), patterned) if branches else patterned


def _plain_forms(kind: ColumnType, text: Composable) -> Iterator[tuple[Composed, Composed]]:
    """Yield the forms that most texts have, and their values: conditions of a third of the cost of the patterns.

    A text that has none of them, blanks around it included, is read by the patterns. Each form is one of theirs.
    """
    if kind is ColumnType.BOOLEAN:
        words = (TRUE_WORDS, SQL("true")), (FALSE_WORDS, SQL("false"))
        for accepted, value in words:
            yield SQL("{} = ANY({}::text[])").format(text, Literal(list(accepted))), SQL("{}").format(value)
    elif kind is ColumnType.INTEGER:
        figures = SQL("{0} <> '' AND octet_length({0}) <= 18 AND btrim({0}, {1}) = ''")
        yield figures.format(text, _FIGURES), SQL("({}::text)::bigint").format(text)
    elif kind is ColumnType.NUMBER:
        unsigned = SQL("CASE WHEN left({0}, 1) = '-' THEN substr({0}, 2) ELSE {0} END").format(text)
        # A last figure, and nothing but figures around one mark at most.
        decimal = SQL(
            "octet_length({0}) BETWEEN 1 AND 30 AND strpos({2}, right({0}, 1)) > 0"
            " AND btrim({1}, {2}) IN ('', '.', ',')"
        )
        yield decimal.format(text, unsigned, _FIGURES), SQL("replace({}, ',', '.')::float8").format(text)
    elif kind is ColumnType.DATE:
        french = SQL("substr({0}, 3, 1) = '/' AND {0} ~ {1}").format(text, Literal(PLAIN_DATE_FR))
        parts = SQL("make_date(right({0}, 4)::integer, substr({0}, 4, 2)::integer, left({0}, 2)::integer)")
        yield french, parts.format(text)
        iso = SQL("substr({0}, 5, 1) = '-' AND {0} ~ {1}").format(text, Literal(PLAIN_DATE_ISO))
        yield iso, SQL("({}::text)::date").format(text)
    elif kind is ColumnType.DATETIME:
        iso = SQL("substr({0}, 5, 1) = '-' AND {0} ~ {1}").format(text, Literal(PLAIN_DATETIME))
        yield iso, SQL("({}::text)::timestamptz").format(text)


def clock_time(text: Composable) -> Composed:
    """Return the time that a text without offset says a clock shows; NULL for any other text."""
    return SQL("CASE WHEN {} !~* {} THEN {} END").format(
        trimmed(text), Literal(HAS_OFFSET), cast_by_patterns(ColumnType.DATETIME, text, LOCAL)
    )


def cast_by_patterns(kind: ColumnType, text: Composable, to: SQL, unit: str = "") -> Composed:
    """Return the value of a text of any form, as ``to``; NULL when it has none or cannot be read."""
    if kind is ColumnType.STRING:
        return SQL("nullif({}, '')").format(text)
    value: Composable = trimmed(text)
    if unit and kind in {ColumnType.INTEGER, ColumnType.NUMBER}:
        value = _without(unit, value)
    typed: Composable
    if kind is ColumnType.BOOLEAN:
        typed = SQL("{} ~* {}").format(value, Literal(TRUE))
    else:
        rewritten = value
        for rewrite in REWRITES[kind]:
            rewritten = _rewritten(rewritten, rewrite)
        typed = SQL("({})::{}").format(rewritten, to)
    forms = [
        SQL(" WHEN {} ~* {} THEN {}").format(value, Literal(form.pattern), _of_form(form, value, to))
        for form in FORMS.get(kind, ())
        if to is not LOCAL or form.code != "epoch"
    ]
    return SQL("CASE WHEN {} ~* {} THEN {}{} END").format(
        value, Literal(PATTERNS[kind]), typed, SQL("").join(forms)
    )


def _without(unit: str, value: Composable) -> Composed:
    """Return the text without the unit at its end; the others are not looked at twice."""
    return SQL("CASE WHEN right({0}, {1}) = {2} THEN btrim(left({0}, -{1}), {3}) ELSE {0} END").format(
        value, Literal(len(unit)), Literal(unit), Literal(BLANKS)
    )


def _of_form(form: DateForm, value: Composable, to: SQL) -> Composable:
    """Return the date of a text of another form."""
    if form.sql:
        return SQL("({})::{}").format(SQL(form.sql).format(value), to)
    words: Composable = SQL("lower({})").format(value)
    for pattern, replacement in WORD_REWRITES:
        words = _rewritten(words, Rewrite(pattern, replacement))
    return SQL("({})::{}").format(words, to)


def _rewritten(text: Composable, rewrite: Rewrite) -> Composed:
    """Return the substitution; one of single characters by at most one is a translation, several times faster."""
    characters = rewrite.pattern.removeprefix("[").removesuffix("]")
    is_set = len(characters) == 1 or rewrite.pattern == f"[{characters}]"
    if is_set and len(rewrite.replacement) <= 1 and not set(characters) & set("^-\\[]."):
        return SQL("translate({}, {}, {})").format(
            text, Literal(characters), Literal(rewrite.replacement * len(characters))
        )
    return SQL("regexp_replace({}, {}, {}, 'g')").format(
        text, Literal(rewrite.pattern), Literal(rewrite.replacement)
    )
