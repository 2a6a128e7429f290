"""Administration of accounts: Django's own, with the kind of person, the organisation, and everybody's tokens."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from gisportal.accounts.models import Token, User
from gisportal.accounts.services import revoke_tokens
from layers.admin.generic import PortalAdmin

_PERSON: tuple[Any, Any] = (_("Personne"), {"fields": ("kind", "organisation")})


@admin.register(User)
class AccountAdmin(UserAdmin):  # type: ignore[type-arg]  # generic in the stubs, not at run time
    """Accounts. Rights on layers come from groups: see the grants of each layer."""

    list_display = ["username", "first_name", "last_name", "kind", "organisation", "is_staff", "is_active"]
    list_filter = ["kind", "groups", "is_active", "is_staff", "is_superuser"]
    search_fields = ["username", "first_name", "last_name", "email", "organisation"]
    fieldsets = (*(UserAdmin.fieldsets or ()), _PERSON)
    add_fieldsets = (*UserAdmin.add_fieldsets, _PERSON)


@admin.register(Token)
class TokenAdmin(PortalAdmin):
    """Tokens of everybody: seen and revoked, never made nor shown. Only their owners ever saw their text."""

    list_display = [
        "name",
        "user",
        "prefix",
        "scope",
        "created_at",
        "expires_at",
        "last_used_at",
        "revoked_at",
    ]
    list_filter = ["scope", ("revoked_at", admin.EmptyFieldListFilter)]
    list_select_related = ["user"]
    search_fields = ["name", "prefix", "user__username"]
    actions = ["revoke"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody makes a token for somebody else."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Token | None = None) -> list[str]:
        """Show everything but the digest, and let nothing be changed."""
        return [field.name for field in Token._meta.fields if field.editable]

    @admin.action(description=_("Révoquer les jetons choisis"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Token]) -> None:
        """Revoke the chosen tokens."""
        count = revoke_tokens(queryset)
        self.message_user(request, ngettext("%d jeton révoqué.", "%d jetons révoqués.", count) % count)
