"""In the administration: the reset of accounts whose owners lost their second factors."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gisportal.accounts.models import User
from gisportal.accounts.second_factors.services import reset_second_factors


@admin.action(
    description=gettext_lazy("Retirer les seconds facteurs et fermer les sessions"), permissions=["change"]
)
def reset_factors(model_admin: admin.ModelAdmin[Any], request: HttpRequest, queryset: QuerySet[User]) -> None:
    """Remove the factors of accounts whose owners lost them; they are told by e-mail.

    Raises:
        PermissionDenied: who asks is no superuser: a password and this would open any account.
    """
    if not getattr(request.user, "is_superuser", False):
        raise PermissionDenied
    accounts = list(queryset)
    if request.user in accounts:
        text = _("Vos propres facteurs se retirent depuis votre compte : rien n’a été fait.")
        model_admin.message_user(request, text, messages.ERROR)
        return
    count = sum(1 for account in accounts if reset_second_factors(user=account))
    text = _("Comptes désormais sans second facteur : %d.") % count
    model_admin.message_user(request, text)
