"""Accounts in the administration: invited rather than given a password, and closed with what they had opened."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from gisportal.accounts.invitations.forms import InvitedAccountForm, SendLinkForm
from gisportal.accounts.invitations.services import AccountState, invite, state_of
from gisportal.accounts.jobs import send_invitation
from gisportal.accounts.models import User
from gisportal.accounts.passwords.forms import TokenChoice
from gisportal.accounts.passwords.services import close_access
from gisportal.accounts.queries import tokens_of
from interface.wording import day

TOKENS = "revoked_tokens"
STATES = {
    AccountState.CLOSED: gettext_lazy("fermé"),
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
                "fields": ("username", "email", "first_name", "last_name", "kind", "organisation"),
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
        """Ask, where an account can be closed, which of its tokens end then."""
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
            self._send(request, account, is_told=False)
        count = len(invited)
        text = ngettext("%d invitation envoyée.", "%d invitations envoyées.", count) % count
        self.message_user(request, text)

    def _send(self, request: HttpRequest, account: User, *, is_told: bool = True) -> None:
        invite(account)
        send_invitation.defer(user_id=account.pk, language=get_language() or "fr")
        if is_told:
            text = _("Un lien est envoyé à %s pour choisir un mot de passe.") % account.email
            self.message_user(request, text, messages.SUCCESS)
