"""The text that is to be understood, as an address gives it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from interface.requests import Parameters, filled
from layers.errors import InvalidParameter
from layers.parsing import single_values

MAX_TEXT = 200


def parse_text(parameters: Parameters) -> str:
    """Read ``q``.

    Raises:
        UnknownParameter: a parameter other than ``q``.
        InvalidParameter: ``q`` given twice, too long, or with a null character.
    """
    text = " ".join(single_values(filled(parameters), known=("q",)).get("q", "").split())
    if len(text) > MAX_TEXT:
        raise InvalidParameter(_("La recherche dépasse %d caractères.") % MAX_TEXT, parameter="q")
    return text
