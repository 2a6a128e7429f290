"""What every page of the datasets needs of a request: the steps, the numbers of a form."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _


def steps(step: int) -> dict[str, Any]:
    """Return the steps of the wizard, and which one this is."""
    names = (_("Fichier"), _("Colonnes"), _("Contrôle"), _("Publication"))
    return {"steps": list(enumerate(names, start=1)), "step": step}


def whole_number(request: HttpRequest, name: str) -> int | None:
    """Return a number of the form, None when it is absent or is not one."""
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 18 else None
