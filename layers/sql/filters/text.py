"""Text: LIKE, CASEI, ACCENTI; small letters, and comparisons whatever the case, which concern texts alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.db.models import Expression, Func, Value
from django.utils.translation import gettext as _

from layers.parsing.cql2.nodes import Literal, Node, Operation
from layers.sql.filters.operands import Compiler, Handler, Kind, Operand, truth
from layers.sql.functions import LIKE_ESCAPE, CaseFolded, Folded, Like, Unaccented

_FOLDS: Mapping[str, type[Func]] = {"casei": CaseFolded, "accenti": Unaccented, "lower": Folded}
_ESCAPED = re.compile(r"\\(.?)", re.DOTALL)


def _fold(compiler: Compiler, operator: str, arguments: Sequence[Node]) -> Operand:
    found = compiler.expect(arguments[0], Kind.TEXT)
    return Operand(_FOLDS[operator](found.sql), Kind.TEXT, found.told)


def _any_case(compiler: Compiler, operator: str, arguments: Sequence[Node]) -> Operand:
    """Fold a text, which may yet turn out to be of another type; let any other value be."""
    found = compiler.operand(arguments[0])
    return replace(found, sql=CaseFolded(found.sql)) if found.kind is Kind.TEXT else found


def _like(compiler: Compiler, operator: str, arguments: Sequence[Node]) -> Operand:
    value, pattern = arguments
    found = compiler.expect(value, Kind.TEXT)
    return truth(Like(found.sql, _pattern(compiler, pattern)), operator)


def _pattern(compiler: Compiler, node: Node) -> Expression:
    match node:
        case Literal(str() as text):
            return Value(like_pattern(text))
        case Operation("casei" | "accenti" | "anycase" as fold, (inner,)):
            return _FOLDS.get(fold, CaseFolded)(_pattern(compiler, inner))
    raise compiler.fault(_("LIKE attend un modèle entre apostrophes, par exemple 'Parc%'."))


def like_pattern(text: str) -> str:
    r"""Return the pattern with ``LIKE_ESCAPE`` in place of ``\``, and ``\`` before any other character standing for it.

    With a backslash as escape, a pattern that ends with one is an error, and ``unaccent`` can make one.
    """
    plain = text.replace(LIKE_ESCAPE, "")

    def escape(match: re.Match[str]) -> str:
        return f"{LIKE_ESCAPE}{match[1]}" if match[1] in {"%", "_"} else match[1] or "\\"

    return _ESCAPED.sub(escape, plain)


HANDLERS: Mapping[str, Handler] = {**dict.fromkeys(_FOLDS, _fold), "anycase": _any_case, "like": _like}
