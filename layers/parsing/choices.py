"""Values that a parameter takes from a list."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from layers.errors import InvalidParameter

_LONGEST = 40


def choice(value: str, choices: Iterable[str], *, parameter: str) -> str:
    """Return a value that is one of the choices; an empty choice is allowed and left out of the message.

    Raises:
        InvalidParameter: it is none of them; the parameter and the choices are named.
    """
    allowed = list(choices)
    if value in allowed:
        return value
    raise InvalidParameter(
        _("%(name)s attend l’une de ces valeurs : %(choices)s ; reçu « %(value)s ».")
        % {"name": parameter, "choices": ", ".join(filter(None, allowed)), "value": value[:_LONGEST]},
        parameter=parameter,
    )
