"""Administration of accounts, invited rather than given a password and closed with what they opened; groups, tokens."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from pghistory.models import Event as HistoryEvent

from administration.portal_admin import PortalAdmin
from gisportal.accounts.access import (
    RIGHTS,
    check_group_permissions,
    check_resignation,
    check_rights,
    deletable_accounts,
    editable_rights,
    lock_groups,
    manageable_accounts,
    manageable_groups,
    manageable_tokens,
)
from gisportal.accounts.admin_forms import (
    AccountForm,
    InvitedAccountForm,
    NewAccountForm,
    SendLinkForm,
    requested_rights,
)
from gisportal.accounts.jobs import send_invitation
from gisportal.accounts.models import Token, User, tokens_of
from gisportal.accounts.passwords.views import TokenChoice
from gisportal.accounts.second_factors.services import reset_second_factors
from gisportal.accounts.services import AccountState, close_access, invite, revoke_tokens, state_of
from gisportal.accounts.vocabulary import PERMISSION_DEEDS
from interface.wording import day
from layers import access
from layers.visitor import Visitor, visitor_of

# Applications whose permissions open no page: what they hold is secret, or is another package's.
_PAGELESS = (
    "account",
    "admin",
    "contenttypes",
    "gisportal",
    "management",
    "mfa",
    "pghistory",
    "procrastinate",
    "sessions",
    "sites",
    "socialaccount",
    "usersessions",
)


@admin.action(
    description=gettext_lazy("Retirer les seconds facteurs et fermer les sessions"), permissions=["change"]
)
def reset_factors(model_admin: admin.ModelAdmin[Any], request: HttpRequest, queryset: QuerySet[User]) -> None:
    """Remove the factors of accounts whose owners lost them, and inform them by e-mail.

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


TOKENS = "revoked_tokens"
STATES = {
    AccountState.CLOSED: gettext_lazy("fermé"),
    AccountState.ENDED: gettext_lazy("terminé"),
    AccountState.ACTIVE: gettext_lazy("actif"),
    AccountState.NEVER_USED: gettext_lazy("jamais connecté"),
    AccountState.INVITED: gettext_lazy("invité le %s"),
    AccountState.EXPIRED: gettext_lazy("invitation expirée (%s)"),
    AccountState.NOT_INVITED: gettext_lazy("sans mot de passe ni invitation"),
}


class InvitationAdmin(UserAdmin):  # type: ignore[type-arg]  # generic in the stubs, not at run time
    """What the administration of accounts does about passwords: it never types one."""

    add_form = InvitedAccountForm
    add_form_template = "admin/change_form.html"
    add_fieldsets: Any = (
        (
            None,
            {
                "fields": ("username", "email", "first_name", "last_name", "kind", "organisation", "ends_at"),
                "description": gettext_lazy("La personne reçoit un lien pour choisir son mot de passe."),
            },
        ),
    )

    @admin.display(description=gettext_lazy("état"))
    def state(self, account: User) -> str:
        """Say where an account stands."""
        words = str(STATES[state_of(account, at=timezone.now())])
        return words % day(account.invited_at) if "%s" in words else words

    def get_fieldsets(self, request: Any, obj: User | None = None) -> Any:
        """Add, where an account can be closed, the choice of its tokens to revoke."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or not tokens_of(obj) or not self.has_change_permission(request, obj):
            return fieldsets
        return [*fieldsets, (gettext_lazy("Si vous fermez le compte"), {"fields": (TOKENS,)})]

    def get_form(self, request: Any, obj: User | None = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form, with the tokens to revoke when the account is closed."""
        fields = flatten_fieldsets(self.get_fieldsets(request, obj))
        kwargs["fields"] = [name for name in fields if name != TOKENS]
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is None or TOKENS not in fields:
            return form
        tokens = tokens_of(obj)
        choice = TokenChoice(
            queryset=tokens, initial=tokens, required=False, label=gettext_lazy("Jetons à révoquer")
        )
        return type(form.__name__, (form,), {TOKENS: choice})

    def save_model(self, request: Any, obj: User, form: Any, change: bool) -> None:
        """Invite who is new; end what a closed account had opened; follow an address that changed."""
        super().save_model(request, obj, form, change)
        if not change:
            self._send(request, obj)
        elif "is_active" in form.changed_data and not obj.is_active:
            close_access(user=obj, tokens=form.cleaned_data.get(TOKENS, tokens_of(obj)))
        if change and "email" in form.changed_data:
            EmailAddress.objects.filter(user=obj).delete()

    def user_change_password(self, request: Any, id: str, form_url: str = "") -> HttpResponse:
        """Send a link to the owner of an account, who alone chooses its password.

        Raises:
            PermissionDenied: the account is not the visitor's to change.
        """
        account = self.get_object(request, unquote(id))
        if account is None or not self.has_change_permission(request, account):
            raise PermissionDenied
        if account == request.user:
            return redirect("account_change_password")
        form = SendLinkForm(request.POST or None, user=account)
        if request.method == "POST" and account.email and form.is_valid():
            close_access(user=account, tokens=form.cleaned_data["tokens"])
            self._send(request, account)
            self.log_change(request, account, _("Lien envoyé pour choisir un mot de passe."))
            return redirect("admin:accounts_user_change", account.pk)
        context = self.admin_site.each_context(request) | {
            "account": account,
            "form": form,
            "opts": self.opts,
        }
        return TemplateResponse(request, "accounts/invitations/send_link.html", context)

    @admin.action(description=gettext_lazy("Envoyer de nouveau l’invitation"), permissions=["change"])
    def resend(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Invite again those of the chosen accounts that have no password yet."""
        states = (AccountState.INVITED, AccountState.EXPIRED, AccountState.NOT_INVITED)
        invited = [
            account
            for account in queryset
            if account.email
            and state_of(account, at=timezone.now()) in states
            and self.has_change_permission(request, account)
        ]
        for account in invited:
            self._send(request, account, with_message=False)
        count = len(invited)
        text = ngettext("%d invitation envoyée.", "%d invitations envoyées.", count) % count
        self.message_user(request, text)

    def _send(self, request: HttpRequest, account: User, *, with_message: bool = True) -> None:
        invite(account)
        send_invitation.defer(user_id=account.pk, language=account.message_language)
        if with_message:
            text = _("Un lien est envoyé à %s pour choisir un mot de passe.") % account.email
            self.message_user(request, text, messages.SUCCESS)


_PERSON: tuple[Any, Any] = (gettext_lazy("Personne"), {"fields": ("kind", "organisation", "ends_at")})


@admin.register(User)
class AccountAdmin(PortalAdmin, InvitationAdmin):
    """Accounts. Rights on layers come from groups: see the grants of each layer.

    Nobody changes an account that has rights they lack: see ``gisportal.accounts.access``.
    """

    form = AccountForm
    add_form = NewAccountForm
    hidden_columns = ("password",)
    list_display = [
        "username",
        "first_name",
        "last_name",
        "kind",
        "organisation",
        "is_staff",
        "ends_at",
        "state",
    ]
    list_filter = ["kind", "groups", "is_active", "is_staff", "is_superuser"]
    search_fields = ["username", "first_name", "last_name", "email", "organisation"]
    fieldsets = (*(InvitationAdmin.fieldsets or ()), _PERSON)
    actions = ["resend", reset_factors]

    def has_change_permission(self, request: Any, obj: User | None = None) -> bool:
        """Whether the account may change accounts, or one: not that of who holds more."""
        return super().has_change_permission(request, obj) and _has(
            manageable_accounts(visitor_of(request)), obj
        )

    def has_delete_permission(self, request: Any, obj: User | None = None) -> bool:
        """Whether the account may delete accounts, or one: never its own."""
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
        editable = editable_rights(visitor_of(request), obj)
        facts = [name for name in RIGHTS if obj is not None and name not in editable]
        return [*super().get_readonly_fields(request, obj), *facts]

    def get_form(self, request: Any, obj: User | None = None, change: bool = False, **kwargs: Any) -> Any:
        """Return a form that knows whose rights limit what it gives."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.visitor = visitor_of(request)
        return form

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Offer the groups and permissions that the visitor holds."""
        kwargs.setdefault("queryset", _choices(visitor_of(request), db_field.name))
        return _in_words(super().formfield_for_manytomany(db_field, request, **kwargs))

    def save_model(self, request: Any, obj: User, form: Any, change: bool) -> None:
        """Save an account whose rights are the visitor's to give, as the form has checked.

        Raises:
            Forbidden: they are not, or no administrator would be left.
        """
        if change:
            stored = User.objects.get(pk=obj.pk)
            check_rights(visitor_of(request), stored, requested_rights(obj, form.cleaned_data))
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
        """Whether the account may change groups, or one."""
        return super().has_change_permission(request, obj) and _has(
            manageable_groups(visitor_of(request)), obj
        )

    def has_delete_permission(self, request: Any, obj: Group | None = None) -> bool:
        """Whether the account may delete groups, or one: its grants and its members' rights go with it."""
        return super().has_delete_permission(request, obj) and _has(
            manageable_groups(visitor_of(request)), obj
        )

    def formfield_for_manytomany(self, db_field: Any, request: Any = None, **kwargs: Any) -> Any:
        """Offer the permissions that the visitor holds."""
        kwargs.setdefault("queryset", _choices(visitor_of(request), db_field.name))
        return _in_words(super().formfield_for_manytomany(db_field, request, **kwargs))

    def save_model(self, request: Any, obj: Group, form: Any, change: bool) -> None:
        """Save a group that gives only rights of the visitor, as the form has checked.

        Raises:
            Forbidden: it would give more.
        """
        check_group_permissions(visitor_of(request), form.cleaned_data.get("permissions", ()))
        super().save_model(request, obj, form, change)

    def delete_model(self, request: Any, obj: Group) -> None:
        """Delete a group, with what it gives."""
        with transaction.atomic():
            lock_groups([obj.pk])
            super().delete_model(request, obj)

    def delete_queryset(self, request: Any, queryset: QuerySet[Group]) -> None:
        """Delete several groups, with what they give."""
        with transaction.atomic():
            lock_groups(queryset.values_list("pk", flat=True))
            super().delete_queryset(request, queryset)


def _choices(visitor: Visitor, name: str) -> QuerySet[Any]:
    """Select what a visitor may give, of groups by name or of permissions."""
    if name == "groups":
        return access.groups_within(visitor).order_by("name")
    own = access.own_permissions(visitor)
    return (own.exclude(_pageless()) | own.filter(_is_held())).select_related("content_type")


def _pageless() -> Q:
    """Select the permissions that open nothing: on secrets, on what other packages hold, on rows of the history."""
    events = [model for model in apps.get_models() if issubclass(model, HistoryEvent)]
    kinds = ContentType.objects.get_for_models(*events, for_concrete_models=False).values()
    return Q(content_type__app_label__in=_PAGELESS) | Q(content_type__in=[kind.pk for kind in kinds])


def _is_held() -> Q:
    """Select the permissions that a group or an account has: a form that left them out would take them away."""
    groups, accounts = Group.permissions.through, User.user_permissions.through
    return Q(pk__in=groups.objects.values("permission")) | Q(pk__in=accounts.objects.values("permission"))


def _in_words(choices: Any) -> Any:
    """Return the field of a form with its permissions in French words."""
    if choices is not None and choices.queryset.model is Permission:
        choices.label_from_instance = permission_words
    return choices


def permission_words(permission: Permission) -> str:
    """Return a permission in words: « Équipements, aire de jeux : modifier »."""
    kind = permission.content_type
    deed = PERMISSION_DEEDS.get(permission.codename.removesuffix(f"_{kind.model}"), permission.name)
    tracked = getattr(kind.model_class(), "pgh_tracked_model", None)
    name = _("historique des %s") % tracked._meta.verbose_name_plural if tracked else kind.name
    words = {"application": kind.app_labeled_name.partition(" | ")[0], "model": name, "deed": deed}
    return _("%(application)s, %(model)s : %(deed)s") % words


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
        """Never: tokens are made by their owners."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Token | None = None) -> list[str]:
        """Show everything but the digest, and let nothing be changed."""
        return [field.name for field in Token._meta.fields if field.editable]

    @admin.action(description=gettext_lazy("Révoquer les jetons choisis"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Token]) -> None:
        """Revoke the chosen tokens."""
        count = revoke_tokens(queryset)
        self.message_user(request, ngettext("%d jeton révoqué.", "%d jetons révoqués.", count) % count)
