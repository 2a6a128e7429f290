"""Administration of accounts: Django's own, with the kind of person and the organisation."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.utils.translation import gettext_lazy as _

from gisportal.accounts.models import User

_PERSON: tuple[Any, Any] = (_("Personne"), {"fields": ("kind", "organisation")})


@admin.register(User)
class AccountAdmin(UserAdmin):  # type: ignore[type-arg]  # generic in the stubs, not at run time
    """Accounts. Rights on layers come from groups: see the grants of each layer."""

    list_display = ["username", "first_name", "last_name", "kind", "organisation", "is_staff", "is_active"]
    list_filter = ["kind", "groups", "is_active", "is_staff", "is_superuser"]
    search_fields = ["username", "first_name", "last_name", "email", "organisation"]
    fieldsets = (*(UserAdmin.fieldsets or ()), _PERSON)
    add_fieldsets = (*UserAdmin.add_fieldsets, _PERSON)
