"""Lists of lists as addresses write them: ``(a,b)(c)`` for two types, ``a,b`` for one."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.conf import settings
from django.utils.translation import gettext as _

from layers.errors import InvalidParameter
from wfs.parsing.bounds import check_count, check_queries

_PARENTHESES = re.compile(r"[()]")
# What stands between two filters, or beside one that is left out: ``)(``, with the empty groups in the middle.
_BETWEEN_FILTERS = re.compile(r"(?:^|(?<=>))\s*\)\s*(?P<empty>(?:\(\s*\)\s*)*)\(\s*(?:(?=<)|$)")


def groups(text: str, *, parameter: str, most: Callable[..., None] = check_queries) -> list[str]:
    """Return what each pair of outer parentheses holds, or the whole text when it does not begin with one.

    ``most`` refuses a number of groups; nothing is read after the one that is too many.

    Raises:
        InvalidParameter: parentheses that do not close, something between two groups, or too many of them.
    """
    if not text.startswith("("):
        return [text]
    found, depth, start, end = list[str](), 0, 0, 0
    for mark in _PARENTHESES.finditer(text):
        if depth == 0 and (mark.start() != end or mark[0] != "("):
            raise _malformed(text, parameter)
        if mark[0] == "(":
            start, depth = (mark.end() if depth == 0 else start), depth + 1
            continue
        depth -= 1
        if depth == 0:
            end = mark.end()
            found.append(text[start : mark.start()])
            most(len(found), parameter=parameter)
    if depth or end != len(text):
        raise _malformed(text, parameter)
    return found


def filters(text: str, *, parameter: str) -> list[str]:
    """Return the filters of ``(<Filter…>)()(<Filter…>)``, whose texts may hold parentheses of their own.

    One that is left out is empty.

    Raises:
        InvalidParameter: more than one request asks.
    """
    if not text.startswith("("):
        return [text]
    inner = text.removeprefix("(").removesuffix(")")
    # A filter, the empty groups behind it, the next filter.
    pieces = _BETWEEN_FILTERS.split(inner, maxsplit=settings.WFS_MAX_QUERIES)
    empty = [piece.count("(") for piece in pieces[1::2]]
    check_queries(len(pieces[::2]) + sum(empty), parameter=parameter)
    texts = [pieces[0]]
    for count, piece in zip(empty, pieces[2::2], strict=True):
        texts += [""] * count + [piece]
    return texts


def items(text: str, *, parameter: str, most: Callable[..., None] = check_count) -> list[str]:
    """Return the parts of ``a,b``, without blanks around them; none of an empty text. ``most`` refuses their number.

    Raises:
        InvalidParameter: too many of them.
    """
    if not text.strip():
        return []
    most(text.count(",") + 1, parameter=parameter)
    return [part.strip() for part in text.split(",")]


def _malformed(text: str, parameter: str) -> InvalidParameter:
    return InvalidParameter(
        _("%(name)s attend des listes entre parenthèses ; reçu « %(value)s ».")
        % {"name": parameter, "value": text[:80]},
        parameter=parameter,
    )
