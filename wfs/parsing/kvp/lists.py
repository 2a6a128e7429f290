"""Lists of lists as addresses write them: ``(a,b)(c)`` for two types, ``a,b`` for one."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from layers.errors import InvalidParameter

_BETWEEN_FILTERS = re.compile(r"(?<=>)\s*\)\s*\(\s*(?=<)")


def groups(text: str, *, parameter: str) -> list[str]:
    """Return what each pair of outer parentheses holds, or the whole text when it does not begin with one.

    Raises:
        InvalidParameter: parentheses that do not close, or something between two groups.
    """
    if not text.startswith("("):
        return [text]
    found, depth, start = list[str](), 0, 0
    for place, character in enumerate(text):
        if depth == 0 and character != "(":
            raise _malformed(text, parameter)
        if character == "(":
            start, depth = (place + 1 if depth == 0 else start), depth + 1
        elif character == ")":
            depth -= 1
            if depth == 0:
                found.append(text[start:place])
    if depth:
        raise _malformed(text, parameter)
    return found


def filters(text: str) -> list[str]:
    """Return the filters of ``(<Filter…>)(<Filter…>)``, whose texts may hold parentheses of their own."""
    if not text.startswith("("):
        return [text]
    return _BETWEEN_FILTERS.split(text.removeprefix("(").removesuffix(")"))


def items(text: str) -> list[str]:
    """Return the parts of ``a,b``, without blanks around them; none of an empty text."""
    return [part.strip() for part in text.split(",")] if text.strip() else []


def _malformed(text: str, parameter: str) -> InvalidParameter:
    return InvalidParameter(
        _("%(name)s attend des listes entre parenthèses ; reçu « %(value)s ».")
        % {"name": parameter, "value": text[:80]},
        parameter=parameter,
    )
