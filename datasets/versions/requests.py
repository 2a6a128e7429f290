"""What every page of the datasets needs of a request: who asks, the steps."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from datasets.access import Actor


def actor_of(request: HttpRequest) -> Actor:
    """Return the person as the services want them: never None, which stands for the system."""
    return request.user


def signed_in(request: HttpRequest) -> AbstractUser:
    """Return the person, who has an account: nobody else passes the check of rights before."""
    if not isinstance(request.user, AbstractUser):
        raise Http404
    return request.user


def steps(step: int) -> dict[str, Any]:
    """Return the steps of the wizard, and which one this is."""
    names = (_("Fichier"), _("Colonnes"), _("Contrôle"), _("Publication"))
    return {"steps": list(enumerate(names, start=1)), "step": step}


def whole_number(request: HttpRequest, name: str) -> int | None:
    """Return a number of the form, None when it is absent or is not one."""
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 18 else None
