"""Administration of accounts: Django's own, with the kind of person, the organisation, and everybody's tokens."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from administration.portal_admin import PortalAdmin
from gisportal.accounts.account_rights import (
    RIGHTS,
    check_group_permissions,
    check_resignation,
    check_rights,
    deletable_accounts,
    editable_rights,
    manageable_accounts,
    manageable_groups,
    manageable_tokens,
)
from gisportal.accounts.administration_forms import AccountForm, NewAccountForm, wanted_rights
from gisportal.accounts.invitations.admin import InvitationAdmin
from gisportal.accounts.models import Token, User
from gisportal.accounts.second_factors.administration import reset_factors
from gisportal.accounts.services import revoke_tokens
from layers import access
from layers.visitor import Visitor, visitor_of

_PERSON: tuple[Any, Any] = (_("Personne"), {"fields": ("kind", "organisation")})


@admin.register(User)
class AccountAdmin(PortalAdmin, InvitationAdmin):
    """Accounts. Rights on layers come from groups: see the grants of each layer.

    Who changes an account holds all that it holds; which rights they give is said in ``accounts.account_rights``.
    """

    form = AccountForm
    add_form = NewAccountForm
    hidden_columns = ("password",)
    list_display = ["username", "first_name", "last_name", "kind", "organisation", "is_staff", "state"]
    list_filter = ["kind", "groups", "is_active", "is_staff", "is_superuser"]
    search_fields = ["username", "first_name", "last_name", "email", "organisation"]
    fieldsets = (*(InvitationAdmin.fieldsets or ()), _PERSON)
    actions = ["resend", reset_factors]

    def has_change_permission(self, request: Any, obj: User | None = None) -> bool:
        """Whether somebody changes accounts, or one: not that of who holds more than they do."""
        return super().has_change_permission(request, obj) and _has(
            manageable_accounts(visitor_of(request)), obj
        )

    def has_delete_permission(self, request: Any, obj: User | None = None) -> bool:
        """Whether somebody deletes accounts, or one: never their own."""
        return super().has_delete_permission(request, obj) and _has(
            deletable_accounts(visitor_of(request)), obj
        )

    def get_fieldsets(self, request: Any, obj: User | None = None) -> Any:
        """Leave out the mark of administrators for who is none, and the way to the password of who holds more."""
        absent = set() if visitor_of(request).is_administrator else {"is_superuser"}
        if obj is not None and not self.has_change_permission(request, obj):
            absent |= {"password"}
        return [
            (title, {**options, "fields": [name for name in options["fields"] if name not in absent]})
            for title, options in super().get_fieldsets(request, obj)
        ]

    def get_readonly_fields(self, request: Any, obj: User | None = None) -> Any:
        """Show as facts the rights that the visitor does not give to this account."""
        given = editable_rights(visitor_of(request), obj)
        facts = [name for name in RIGHTS if obj is not None and name not in given]
        return [*super().get_readonly_fields(request, obj), *facts]

    def get_form(self, request: Any, obj: User | None = None, change: bool = False, **kwargs: Any) -> Any:
        """Return a form that knows whose rights limit what it gives."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.visitor = visitor_of(request)
        return form

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Offer the groups and permissions that the visitor holds."""
        kwargs.setdefault("queryset", _choices(visitor_of(request), db_field.name))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request: Any, obj: User, form: Any, change: bool) -> None:
        """Save an account whose rights are the visitor's to give: the form has said it already.

        Raises:
            Forbidden: they are not, or no administrator would be left.
        """
        if change:
            stored = User.objects.get(pk=obj.pk)
            check_rights(visitor_of(request), stored, wanted_rights(obj, form.cleaned_data))
            if not (obj.is_superuser and obj.is_active):
                check_resignation([stored])
        super().save_model(request, obj, form, change)

    def delete_model(self, request: Any, obj: User) -> None:
        """Delete an account, unless no administrator would be left."""
        check_resignation([obj])
        super().delete_model(request, obj)

    def delete_queryset(self, request: Any, queryset: QuerySet[User]) -> None:
        """Delete several accounts, unless no administrator would be left."""
        with transaction.atomic():
            check_resignation(queryset)
            super().delete_queryset(request, queryset)


admin.site.unregister(Group)


@admin.register(Group)
class PortalGroupAdmin(PortalAdmin, GroupAdmin):
    """Groups: changed by who holds every right that they give, and is not a member."""

    def has_change_permission(self, request: Any, obj: Group | None = None) -> bool:
        """Whether somebody changes groups, or one."""
        return super().has_change_permission(request, obj) and _has(
            manageable_groups(visitor_of(request)), obj
        )

    def has_delete_permission(self, request: Any, obj: Group | None = None) -> bool:
        """Whether somebody deletes groups, or one: its grants and its members' rights leave with it."""
        return super().has_delete_permission(request, obj) and _has(
            manageable_groups(visitor_of(request)), obj
        )

    def formfield_for_manytomany(self, db_field: Any, request: Any = None, **kwargs: Any) -> Any:
        """Offer the permissions that the visitor holds."""
        kwargs.setdefault("queryset", _choices(visitor_of(request), db_field.name))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request: Any, obj: Group, form: Any, change: bool) -> None:
        """Save a group that gives what the visitor holds: the form has said it already.

        Raises:
            Forbidden: it would give more.
        """
        check_group_permissions(visitor_of(request), form.cleaned_data.get("permissions", ()))
        super().save_model(request, obj, form, change)


def _choices(visitor: Visitor, name: str) -> QuerySet[Any]:
    """Select what a visitor may give, of groups or of permissions."""
    if name == "groups":
        return access.groups_within(visitor)
    return access.own_permissions(visitor).select_related("content_type")


def _has(rows: QuerySet[Any], obj: Any) -> bool:
    return obj is None or rows.filter(pk=obj.pk).exists()


@admin.register(Token)
class TokenAdmin(PortalAdmin):
    """Tokens of those whose account one may change: seen and revoked, never made. Only owners ever saw their text."""

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
    hidden_columns = ("digest",)
    actions = ["revoke"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Token]:
        """Select the tokens of the accounts that the visitor may change, their own among them."""
        return super().get_queryset(request).filter(pk__in=manageable_tokens(visitor_of(request)))

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
