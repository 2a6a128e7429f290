"""SQL functions and predicates as ORM expressions: one class, one SQL sentence, values always bound.

Predicates keep SQL's three values: ``NOT`` of an unknown is unknown, so a row without a value satisfies neither
``a = 1`` nor ``NOT (a = 1)``. Django's own ``~Q`` would add such rows.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, DecimalField, Func, TextField


class Predicate(Func):
    """A boolean SQL expression; alone, it is its one operand between parentheses."""

    template = "(%(expressions)s)"
    output_field = BooleanField()


class And(Predicate):
    """Every operand is true."""

    arg_joiner = " AND "


class Or(Predicate):
    """One operand is true."""

    arg_joiner = " OR "


class Not(Predicate):
    """SQL's NOT: unknown stays unknown."""

    template = "(NOT %(expressions)s)"


class IsNull(Predicate):
    """The operand has no value."""

    template = "(%(expressions)s IS NULL)"


class Guarded(Predicate):
    """The second condition where the first one holds; unknown elsewhere."""

    template = "(CASE WHEN %(expressions)s END)"
    arg_joiner = " THEN "


class Equal(Predicate):
    """Both operands have the same value."""

    arg_joiner = " = "


class Different(Predicate):
    """The operands have different values."""

    arg_joiner = " <> "


class Less(Predicate):
    """The first operand is before the second."""

    arg_joiner = " < "


class More(Predicate):
    """The first operand is after the second."""

    arg_joiner = " > "


class AtMost(Predicate):
    """The first operand is not after the second."""

    arg_joiner = " <= "


class AtLeast(Predicate):
    """The first operand is not before the second."""

    arg_joiner = " >= "


class Listed(Func):
    """Values between parentheses, at the right of ``In``."""

    template = "(%(expressions)s)"
    output_field = TextField()


class In(Predicate):
    """The first operand is one of ``Listed``."""

    arg_joiner = " IN "


class Like(Predicate):
    """The text matches the pattern, in which ``LIKE_ESCAPE`` precedes a ``%`` or ``_`` that stands for itself."""

    template = r"(%(expressions)s ESCAPE E'\001')"
    arg_joiner = " LIKE "


LIKE_ESCAPE = "\x01"


class CaseFolded(Func):
    """The text without case, folded in full as Unicode defines it (CASEI): ß is ss, ς is σ, ﬁ is fi, ı is not i.

    PostgreSQL folds from version 18 on. Before 18, lower(upper(lower(text))) folds every character but two: the
    dotless i, replaced by a code that is no character, and the final ς.
    """

    template = (
        "REPLACE(REPLACE(LOWER(UPPER(REPLACE(LOWER((%(expressions)s) COLLATE \"und-x-icu\"), U&'\\0131', U&'\\FDD0')"
        " COLLATE \"und-x-icu\") COLLATE \"und-x-icu\"), U&'\\FDD0', U&'\\0131'), U&'\\03C2', U&'\\03C3')"
    )
    output_field = TextField()


class Folded(Func):
    """The text in small letters, by Unicode's rules whatever the locale of the database: ``lower``, and searches."""

    template = 'LOWER((%(expressions)s) COLLATE "und-x-icu")'
    output_field = TextField()


class Unaccented(Func):
    """The text without accents: é is e, œ is oe (ACCENTI; PostgreSQL's ``unaccent`` extension)."""

    function = "UNACCENT"
    output_field = TextField()


class Lines(Func):
    """Texts one under the other, each on its line; those without a value are left out."""

    template = "concat_ws(chr(10), %(expressions)s)"
    output_field = TextField()


class Patterns(Func):
    """The patterns of ``LIKE`` of what holds each word of an array, folded; wildcards in a word are plain characters.

    PostgreSQL would compute ``unaccent``, which is stable, again for each row: a subquery of constants is read once.
    """

    template = (
        "ARRAY(SELECT '%%%%' || regexp_replace(unaccent(lower(word COLLATE \"und-x-icu\")),"
        r" '([\\%%%%_])', '\\\1', 'g') || '%%%%' FROM unnest(%(expressions)s::text[]) AS word)"
    )
    output_field = ArrayField(TextField())


class LikeEvery(Predicate):
    """The text matches every pattern of an array."""

    template = "(%(expressions)s))"
    arg_joiner = " LIKE ALL ("


class Exact(Func):
    """The number as an exact decimal, which does not overflow as integers do."""

    template = "(%(expressions)s)::numeric"
    output_field = DecimalField()


class NonZero(Func):
    """The number, or no value when it is zero: a division by it then has no value instead of failing."""

    template = "NULLIF(%(expressions)s, 0)"
    output_field = DecimalField()


class Calculation(Func):
    """An operation on two ``Exact`` numbers."""

    template = "(%(expressions)s)"
    output_field = DecimalField()


class Sum(Calculation):
    """First plus second."""

    arg_joiner = " + "


class Difference(Calculation):
    """First minus second."""

    arg_joiner = " - "


class Product(Calculation):
    """First times second."""

    arg_joiner = " * "


class Quotient(Calculation):
    """First over second."""

    arg_joiner = " / "


class Remainder(Calculation):
    """The remainder of the whole division of the first by the second; it has the sign of the first."""

    template = "MOD(%(expressions)s)"


class IntegerQuotient(Calculation):
    """The quotient of the whole division of the first by the second, towards zero."""

    template = "DIV(%(expressions)s)"


class Power(Calculation):
    """First to the power of the second."""

    template = "POWER(%(expressions)s)"


class Texts(Func):
    """An array as ``text[]``, so that arrays of any text type compare."""

    template = "(%(expressions)s)::text[]"
    output_field = ArrayField(TextField())


class ListItem(Func):
    """An element of the list of ``AnyItem``, ``EveryItem`` or ``OneItem``."""

    template = "list_item.value"
    output_field = TextField()


class AnyItem(Predicate):
    """The condition, first, holds for an element of the array, second; unknown when it has none."""

    template = "(SELECT bool_or(%(expressions)s) AS list_item(value))"
    arg_joiner = ") FROM unnest("


class EveryItem(AnyItem):
    """The condition, first, holds for every element of the array, second; unknown when it has none."""

    template = "(SELECT bool_and(%(expressions)s) AS list_item(value))"


class OneItem(Predicate):
    """The condition, first, holds for exactly one element of the array, second; unknown when it has none."""

    template = (
        "(SELECT CASE WHEN count(*) > 0 THEN count(*) FILTER (WHERE %(expressions)s) AS list_item(value))"
    )
    arg_joiner = ") = 1 END FROM unnest("


class ArrayContains(Predicate):
    """The first array has every element of the second."""

    arg_joiner = " @> "


class ArrayContainedBy(Predicate):
    """The second array has every element of the first."""

    arg_joiner = " <@ "


class ArrayOverlaps(Predicate):
    """The arrays have an element in common."""

    arg_joiner = " && "
