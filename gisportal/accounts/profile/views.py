"""Pages of the e-mail address: ask for another one, confirm it by a link."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.generic import FormView

from gisportal.accounts.jobs import enqueue_message, send_email_change
from gisportal.accounts.links import LinkPurpose, read_key
from gisportal.accounts.mail.messages import email_changed
from gisportal.accounts.mail.services import circumstances_of
from gisportal.accounts.models import User
from gisportal.accounts.passwords.views import dead_link
from gisportal.accounts.profile.forms import EmailForm
from gisportal.accounts.profile.services import change_email


@method_decorator([never_cache, reauthentication_required], name="dispatch")
class EmailView(FormView[EmailForm]):
    """``/compte/courriel/``: another address, once the person has just proved who they are."""

    template_name = "accounts/profile/email.html"
    form_class = EmailForm
    success_url = reverse_lazy("accounts:home")

    def form_valid(self, form: EmailForm) -> HttpResponse:
        """Ask the workers to send the link; the answer is the same when another account has the address."""
        email = form.cleaned_data["email"]
        language = get_language() or "fr"
        user = self.request.user
        assert isinstance(user, User)
        send_email_change.defer(user_id=user.pk, email=email, language=language)
        messages.success(self.request, _("Un lien est envoyé à %s : ouvrez-le pour confirmer.") % email)
        return super().form_valid(form)


@method_decorator(never_cache, name="dispatch")
class ConfirmEmailView(View):
    """``/compte/courriel/confirmer/{key}/``: asks, then changes; opening the link changes nothing."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        """Render the page that asks to confirm."""
        found = read_key(key, LinkPurpose.EMAIL)
        if found is None:
            return dead_link(request, LinkPurpose.EMAIL)
        return render(request, "accounts/profile/confirm_email.html", {"email": found[1]})

    def post(self, request: HttpRequest, key: str) -> Any:
        """Change the address, and tell the former one."""
        changed = change_email(key)
        if changed is None:
            return dead_link(request, LinkPurpose.EMAIL)
        user, former = changed
        if former:
            message = email_changed(email=user.email, circumstances=circumstances_of(request))
            enqueue_message(message, user=user, to=former)
        messages.success(request, _("Votre courriel est maintenant %s.") % user.email)
        return redirect("accounts:home")
