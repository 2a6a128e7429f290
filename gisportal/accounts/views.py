"""The account page: what an account opens, the tokens of its machines, its e-mail address, the end of its sessions."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.generic import FormView

from exports.services import exports_of
from gisportal.accounts.access_summary.endings import endings_of
from gisportal.accounts.jobs import enqueue_message, send_email_change
from gisportal.accounts.mail import email_changed, request_origin
from gisportal.accounts.models import User, tokens_of
from gisportal.accounts.passwords.views import dead_link
from gisportal.accounts.second_factors.services import needs_reminder
from gisportal.accounts.services import LinkPurpose, change_email, create_token, read_key, revoke_tokens
from gisportal.accounts.sessions.services import end_session, end_sessions, session_rows
from gisportal.accounts.vocabulary import TokenScope
from layers import access
from layers.visitor import visitor_of

_DAYS = (30, 90, 180, 365, 730)


class TokenForm(forms.Form):
    """The name, scope and life of a new token."""

    name = forms.CharField(
        label=gettext_lazy("Nom"),
        max_length=80,
        help_text=gettext_lazy("L’outil et le poste qui s’en serviront : « QGIS, poste du bureau »."),
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )
    scope = forms.ChoiceField(
        label=gettext_lazy("Portée"),
        choices=TokenScope.choices,
        initial=TokenScope.READ,
        help_text=gettext_lazy(
            "Jamais plus que votre compte. La lecture suffit à QGIS, Excel et aux scripts."
        ),
        widget=forms.Select(attrs={"class": "input"}),
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("Durée"), coerce=int, widget=forms.Select(attrs={"class": "input"})
    )

    def __init__(self, *arguments: Any, user: User, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.user = user
        most: int = settings.TOKEN_MAX_DAYS
        days = sorted({*(count for count in _DAYS if count < most), most})
        self.fields["days"].choices = [(count, _days(count)) for count in days]  # type: ignore[attr-defined]  # Field
        self.fields["days"].initial = min(settings.TOKEN_DEFAULT_DAYS, most)

    def clean_name(self) -> str:
        """Refuse a name that another token of the account has."""
        name: str = self.cleaned_data["name"]
        if tokens_of(self.user).filter(name=name).exists():
            raise forms.ValidationError(_("Vous avez déjà un jeton de ce nom : révoquez-le d’abord."))
        return name

    def clean(self) -> dict[str, Any] | None:
        """Refuse one token too many."""
        if tokens_of(self.user).count() >= settings.TOKEN_MAX_COUNT:
            raise forms.ValidationError(
                _("Vous avez %d jetons : révoquez ceux qui ne servent plus.") % settings.TOKEN_MAX_COUNT
            )
        return super().clean()


def _days(count: int) -> str:
    if count % 365 == 0:
        return ngettext("%d an", "%d ans", count // 365) % (count // 365)
    return ngettext("%d jour", "%d jours", count) % count


class EmailForm(forms.Form):
    """Another e-mail address."""

    email = forms.EmailField(
        label=gettext_lazy("Nouveau courriel"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email", "class": "input"}),
        help_text=gettext_lazy("Un lien y est envoyé ; l’adresse change quand vous l’ouvrez."),
    )


class AccountPage(LoginRequiredMixin, View):
    """What the pages of an account share."""

    @property
    def user(self) -> User:
        """The account, which ``LoginRequiredMixin`` made sure of."""
        user = self.request.user
        assert isinstance(user, User)
        return user

    def page(self, form: TokenForm, **context: Any) -> HttpResponse:
        """Render the account: groups, layers, prepared downloads, tokens and the form for another one."""
        now = timezone.now()
        context |= {
            "form": form,
            "groups": self.user.groups.all(),
            "needs_second_factor": needs_reminder(self.request, self.user),
            "scopes": access.visible(visitor_of(self.request)),
            "endings": endings_of(self.user, visitor_of(self.request)),
            "sessions": session_rows(self.user, current=self.request.session.session_key or ""),
            "downloads": exports_of(visitor_of(self.request)),
            "tokens": [(token, token.is_expired(at=now)) for token in tokens_of(self.user)],
        }
        return render(self.request, "accounts/account.html", context)


@method_decorator(never_cache, name="dispatch")
class AccountView(AccountPage):
    """``/compte/``."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the account."""
        return self.page(TokenForm(user=self.user))


@method_decorator(never_cache, name="dispatch")
class CreateTokenView(AccountPage):
    """``/compte/jetons/``: makes a token and shows it, once, on the answer itself.

    No redirection: the text of the token would have to wait somewhere. Sending the form again is refused by its name.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        """Send who reloads the page back to the account."""
        return redirect(reverse("accounts:home") + "#jetons")

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make the token, or show what is wrong with the form."""
        form = TokenForm(request.POST, user=self.user)
        if not form.is_valid():
            return self.page(form)
        fields = form.cleaned_data
        token, text = create_token(
            user=self.user, name=fields["name"], scope=TokenScope(fields["scope"]), days=fields["days"]
        )
        return self.page(TokenForm(user=self.user), created=token, text=text)


@method_decorator(never_cache, name="dispatch")
class RevokeTokenView(AccountPage):
    """``/compte/jetons/{id}/revoquer/``: confirms, then revokes. A token of somebody else does not exist."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Render the page that confirms the end of a token."""
        token = get_object_or_404(tokens_of(self.user), pk=pk)
        return render(request, "accounts/revoke_token.html", {"token": token})

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Revoke the token."""
        token = get_object_or_404(tokens_of(self.user), pk=pk)
        revoke_tokens(tokens_of(self.user).filter(pk=pk))
        messages.success(request, _("Le jeton « %s » est révoqué : il n’ouvre plus rien.") % token.name)
        return redirect(reverse("accounts:home") + "#jetons")


@method_decorator([never_cache, reauthentication_required], name="dispatch")
class EmailView(FormView[EmailForm]):
    """``/compte/courriel/``: another address, once the person has just proved who they are."""

    template_name = "accounts/profile/email.html"
    form_class = EmailForm
    success_url = reverse_lazy("accounts:home")

    def form_valid(self, form: EmailForm) -> HttpResponse:
        """Queue the link; the answer is the same when another account has the address."""
        email = form.cleaned_data["email"]
        language = get_language() or "fr"
        user = self.request.user
        assert isinstance(user, User)
        send_email_change.defer(user_id=user.pk, email=email, language=language)
        messages.success(self.request, _("Un lien est envoyé à %s : ouvrez-le pour confirmer.") % email)
        return super().form_valid(form)


@method_decorator(never_cache, name="dispatch")
class ConfirmEmailView(View):
    """``/compte/courriel/confirmer/{key}/``: confirms, then changes; opening the link changes nothing."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        """Render the confirmation page."""
        match = read_key(key, LinkPurpose.EMAIL)
        if match is None:
            return dead_link(request, LinkPurpose.EMAIL)
        return render(request, "accounts/profile/confirm_email.html", {"email": match[1]})

    def post(self, request: HttpRequest, key: str) -> Any:
        """Change the address, and inform the former one."""
        changed = change_email(key)
        if changed is None:
            return dead_link(request, LinkPurpose.EMAIL)
        user, former = changed
        if former:
            message = email_changed(email=user.email, circumstances=request_origin(request))
            enqueue_message(message, user=user, to=former)
        messages.success(request, _("Votre courriel est maintenant %s.") % user.email)
        return redirect("accounts:home")


@method_decorator(reauthentication_required(app="allauth.usersessions"), name="dispatch")
class EndSessionView(LoginRequiredMixin, View):
    """``/compte/sessions/{id}/fermer/``: a session of another account does not exist."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """End the session.

        Raises:
            Http404: the account has no such session.
        """
        if not end_session(user=_account(request), pk=pk):
            raise Http404
        messages.success(request, _("La session est fermée."))
        return redirect(reverse("accounts:home") + "#sessions")


@method_decorator(reauthentication_required(app="allauth.usersessions"), name="dispatch")
class EndOtherSessionsView(LoginRequiredMixin, View):
    """``/compte/sessions/fermer/``: ends all sessions but the present one."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """End them, and say how many they were."""
        count = end_sessions(user=_account(request), keep=request.session.session_key or "")
        messages.success(request, ngettext("%d session fermée.", "%d sessions fermées.", count) % count)
        return redirect(reverse("accounts:home") + "#sessions")


def _account(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
