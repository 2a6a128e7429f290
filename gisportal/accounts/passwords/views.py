"""Pages of passwords: change, request of a link, choice by a link; each with the choice of tokens to revoke."""

from __future__ import annotations

from typing import Any

from allauth.account import signals
from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm
from allauth.account.views import PasswordChangeView
from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView, TemplateView

from gisportal.accounts.jobs import send_password_reset
from gisportal.accounts.lockout import PASSWORD, RESET, attempt_succeeded, count_attempt, trust_device
from gisportal.accounts.models import Token, User, tokens_of
from gisportal.accounts.services import LinkPurpose, choose_password, close_access, read_key
from interface.forms import add_input_classes


class PasswordInput(forms.PasswordInput):
    """A password, with a button that shows it where scripts run; pasting is left alone."""

    template_name = "accounts/widgets/password.html"


def password_field(label: Any, *, is_new: bool = True, help_text: Any = "") -> forms.CharField:
    """Return a field for a password; managers of passwords know it by its ``autocomplete``."""
    purpose = "new-password" if is_new else "current-password"
    attributes = {"autocomplete": purpose, "autocapitalize": "none", "spellcheck": "false"}
    return forms.CharField(label=label, strip=False, widget=PasswordInput(attributes), help_text=help_text)


class TokenChoice(forms.ModelMultipleChoiceField[Token]):
    """Tokens to revoke, all ticked."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Token) -> str:
        """Return a token as its owner knows it."""
        return f"{obj.name} ({obj.prefix}…)"


def add_token_choice(form: forms.BaseForm, user: User) -> None:
    """Add to a form the choice of tokens to revoke, all of them by default."""
    tokens = tokens_of(user)
    form.fields["tokens"] = TokenChoice(
        queryset=tokens,
        initial=tokens,
        required=False,
        label=gettext_lazy("Jetons à révoquer"),
        help_text=gettext_lazy("Les outils qui emploient un jeton révoqué seront refusés dès maintenant."),
    )
    if not tokens:
        form.fields["tokens"].widget = forms.MultipleHiddenInput()


def password_help() -> str:
    """Return the rules of passwords as one sentence each."""
    return " ".join(password_validators_help_texts())


class NewPasswordForm(forms.Form):
    """A password, twice, for an account that a link names."""

    def __init__(self, *arguments: Any, user: User, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.user = user
        self.fields["password1"] = password_field(
            gettext_lazy("Nouveau mot de passe"), help_text=password_help()
        )
        self.fields["password2"] = password_field(gettext_lazy("Le même, une seconde fois"))
        add_token_choice(self, user)
        add_input_classes(self)

    def clean_password1(self) -> str:
        """Refuse a password against the rules."""
        password: str = self.cleaned_data["password1"]
        validate_password(password, self.user)
        return password

    def clean(self) -> dict[str, Any] | None:
        """Refuse two passwords that differ."""
        first, second = self.cleaned_data.get("password1"), self.cleaned_data.get("password2")
        if first and second and first != second:
            self.add_error("password2", gettext_lazy("Les deux mots de passe diffèrent."))
        return super().clean()


class PasswordChangeForm(ChangePasswordForm):
    """The current password, another one twice, and the tokens to revoke."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        assert isinstance(self.user, User)
        self.fields["oldpassword"] = password_field(gettext_lazy("Mot de passe actuel"), is_new=False)
        _renew(self, self.user)


def _renew(form: Any, user: User) -> None:
    """Put the portal's words and inputs in a form of django-allauth, which checks what they hold."""
    for name, label in (
        ("password1", gettext_lazy("Nouveau mot de passe")),
        ("password2", gettext_lazy("Le même, une seconde fois")),
    ):
        field = form.fields[name]
        model = password_field(label)
        field.label, field.widget, field.strip = label, model.widget, False
        field.widget.is_required = True
    form.fields["password1"].help_text = password_help()
    add_token_choice(form, user)
    add_input_classes(form)


class ResetRequestForm(forms.Form):
    """The e-mail address of an account."""

    email = forms.EmailField(
        label=gettext_lazy("Courriel de votre compte"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email", "class": "input"}),
    )


_SECRET = ("oldpassword", "password1", "password2")


class ChangePasswordView(PasswordChangeView):
    """``/compte/mot-de-passe/``: another password; ends the other sessions and the tokens that are ticked."""

    template_name = "accounts/passwords/change.html"
    form_class = PasswordChangeForm

    def post(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        """Count the attempt before checking the current password: somebody at an open session may be guessing it."""
        count_attempt(request, PASSWORD, request.user.get_username())
        response: HttpResponse = super().post(request, *arguments, **named)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        """Show what is wrong; a new password against the rules is no guess."""
        if "oldpassword" not in form.errors:
            attempt_succeeded(self.request, PASSWORD, form.user.get_username())
        response: HttpResponse = super().form_invalid(form)
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        """Change the password, then close what the former one had opened."""
        attempt_succeeded(self.request, PASSWORD, form.user.get_username())
        response = super().form_valid(form)
        _close_others(self.request, form)
        return response


class NoPasswordView(LoginRequiredMixin, TemplateView):
    """``/compte/mot-de-passe/aucun/``: an account that a provider of identities opens gets no password.

    It would go on opening the portal after the provider has closed it.
    """

    template_name = "accounts/passwords/none.html"


def _close_others(request: HttpRequest, form: Any) -> None:
    key = request.session.session_key or ""
    close_access(user=form.user, tokens=form.cleaned_data["tokens"], keep=key)


class ResetRequestView(FormView[ResetRequestForm]):
    """``/compte/mot-de-passe/oublie/``: the same answer for every address; a worker looks whose it is."""

    template_name = "accounts/passwords/reset.html"
    form_class = ResetRequestForm
    success_url = reverse_lazy("account_reset_password_done")

    def form_valid(self, form: ResetRequestForm) -> HttpResponse:
        """Queue the links, a bounded number an hour to an address, so that others cannot flood a mailbox.

        Raises:
            TooManyAttempts: for this address, or from this network.
        """
        count_attempt(self.request, RESET, form.cleaned_data["email"].casefold())
        send_password_reset.defer(email=form.cleaned_data["email"], language=get_language() or "fr")
        return super().form_valid(form)


class ResetRequestDoneView(TemplateView):
    """``/compte/mot-de-passe/oublie/envoye/``: what happens next."""

    template_name = "accounts/passwords/reset_done.html"


@method_decorator([never_cache, sensitive_post_parameters(*_SECRET)], name="dispatch")
class ChoosePasswordView(FormView[NewPasswordForm]):
    """A password by the link of a message.

    The key leaves the address at once, for the session: no history, log or ``Referer`` of the page holds it. Reading
    the link changes nothing, so programs that open links before people do no harm.
    """

    template_name = "accounts/passwords/choose.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("account_login")
    purpose = LinkPurpose.RESET

    @property
    def session_name(self) -> str:
        """The name under which the session holds the key."""
        return f"link_{self.purpose}"

    def dispatch(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponseBase:
        """Take the key off the address, and look whose it is."""
        if "key" in named:
            request.session[self.session_name] = named["key"]
            return redirect(f"accounts:{self.purpose}-link")
        match = read_key(request.session.get(self.session_name, ""), self.purpose)
        if match is None:
            return dead_link(request, self.purpose)
        self.user = match[0]
        return super().dispatch(request, *arguments, **named)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Name the account."""
        return super().get_form_kwargs() | {"user": self.user}

    def get_context_data(self, **named: Any) -> dict[str, Any]:
        """Say whose account it is, and whether it is the first password."""
        return super().get_context_data(
            account=self.user, is_invitation=self.purpose is LinkPurpose.INVITATION, **named
        )

    def form_valid(self, form: NewPasswordForm) -> HttpResponse:
        """Set the password, close everything else, and redirect to the sign-in page, for the second factor."""
        key = self.request.session.pop(self.session_name)
        user = choose_password(key=key, purpose=self.purpose, password=form.cleaned_data["password1"])
        if user is None:
            return dead_link(self.request, self.purpose)
        close_access(user=user, tokens=form.cleaned_data["tokens"])
        trust_device(self.request, user.get_username())
        if self.purpose is LinkPurpose.RESET:
            get_adapter().send_notification_mail("account/email/password_reset", user)
        signals.password_reset.send(sender=User, request=self.request, user=user)
        messages.success(self.request, _("Votre mot de passe est enregistré : connectez-vous."))
        return super().form_valid(form)


class AcceptInvitationView(ChoosePasswordView):
    """The first password of an invited person."""

    purpose = LinkPurpose.INVITATION


def dead_link(request: HttpRequest, purpose: LinkPurpose) -> HttpResponse:
    """Answer to a link that is forged, too old or used (RFC 9110 §15.5.11)."""
    return render(request, "accounts/passwords/dead_link.html", {"purpose": str(purpose)}, status=410)
