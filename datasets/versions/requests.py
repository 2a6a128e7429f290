"""What every page of the datasets needs of a request: the steps, the numbers of a form."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from layers.errors import InvalidParameter
from layers.parsing.numbers import whole_number


def steps(step: int) -> dict[str, Any]:
    """Return the steps of the wizard, and which one this is."""
    names = (_("Fichier"), _("Colonnes"), _("Contrôle"), _("Publication"))
    return {"steps": list(enumerate(names, start=1)), "step": step}


def form_number(request: HttpRequest, name: str) -> int | None:
    """Return a number of the form, None when it is absent.

    Raises:
        InvalidParameter: it is no whole number.
    """
    text = request.POST.get(name, "")
    number = whole_number(text)
    if text and number is None:
        raise InvalidParameter(
            _("« %(name)s » attend un nombre entier ; reçu « %(value)s ».")
            % {"name": name, "value": text[:40]},
            parameter=name,
        )
    return number
