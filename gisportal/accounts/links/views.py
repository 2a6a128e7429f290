"""Pages of share links: opening one, its password, those of an author, a new one, its end."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from gisportal.accounts.links.presenters import link_rows
from gisportal.accounts.links.requests import read_cookie, with_link_headers, write_cookie
from gisportal.accounts.links.services import (
    LONGEST_LIFE,
    UNDO,
    LinkTarget,
    create_link,
    is_password,
    is_unlocked,
    link_target,
    links_of,
    living_links,
    proof_of,
    renew_link,
    restore_link,
    revoke_links,
)
from gisportal.accounts.lockout import LINK, attempt_succeeded, count_attempt
from gisportal.accounts.models import ShareLink, ShareLinkDay
from gisportal.accounts.passwords.views import password_field
from interface.forms import add_input_classes
from interface.sharing import PAGE, shared_address
from interface.wording import day
from layers.errors import Forbidden
from layers.visitor import visitor_of

_DAYS = ((7, gettext_lazy("7 jours")), (30, gettext_lazy("30 jours")), (90, gettext_lazy("90 jours")))
_OTHER = 0
_REVOKED = "revoked_link"


class LinkForm(forms.Form):
    """A new link: for whom, until when, with which password."""

    title = forms.CharField(
        label=gettext_lazy("Pour qui"),
        max_length=120,
        help_text=gettext_lazy(
            "Vous seul et l’équipe du portail le lisez : « AMO mobilités, réunion du 12 »."
        ),
        widget=forms.TextInput({"class": "input", "autocomplete": "off"}),
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("Durée"),
        coerce=int,
        choices=[*_DAYS, (_OTHER, gettext_lazy("Jusqu’à une date"))],
        initial=7,
        widget=forms.Select({"class": "input"}),
    )
    last_day = forms.DateField(
        label=gettext_lazy("Dernier jour"),
        required=False,
        help_text=gettext_lazy("Seulement pour « Jusqu’à une date » ; dans un an au plus."),
        widget=forms.DateInput({"class": "input", "type": "date"}, format="%Y-%m-%d"),
    )
    password = password_field(
        gettext_lazy("Mot de passe"),
        help_text=gettext_lazy("Facultatif. Donnez-le autrement que le lien."),
    )

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["password"].required = False
        add_input_classes(self)

    def clean(self) -> dict[str, Any]:
        """Settle the last day: today and some days, or the one that was chosen, within a year."""
        values = super().clean() or {}
        today, days = timezone.localdate(), values.get("days")
        if days:
            values["last_day"] = today + dt.timedelta(days=days)
        elif days == _OTHER and "last_day" not in self.errors:
            last = values.get("last_day")
            if last is None:
                self.add_error("last_day", _("Choisissez le dernier jour du lien."))
            elif not today <= last <= today + LONGEST_LIFE - dt.timedelta(days=1):
                self.add_error("last_day", _("Choisissez un jour à venir, dans un an au plus."))
        return values


class PasswordForm(forms.Form):
    """The password of a link."""

    password = password_field(gettext_lazy("Mot de passe du lien"), is_new=False)

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["password"].widget.attrs["autofocus"] = True
        add_input_classes(self)


class OpenLinkView(View):
    """``/compte/lien/{token}/``: moves the token from the address to a cookie, and leads on."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Lead to the page of the link, or to its password.

        Raises:
            Http404: no such link, or it is over: the same answer.
        """
        link = living_links([token], at=timezone.now()).get(token)
        if link is None:
            raise Http404
        if not visitor_of(request).is_anonymous:
            text = _(
                "Vous êtes connecté : vous lisez cette page avec vos propres droits, non avec ceux du lien."
            )
            messages.info(request, text)
            return _leave(link)
        proof = read_cookie(request).get(token, "")
        is_open = is_unlocked(token, link, proof)
        response = _leave(link) if is_open else redirect("accounts:link-password", link.pk)
        write_cookie(request, response, token, proof if is_open else "")
        with_link_headers(response)
        return response


@method_decorator(sensitive_post_parameters("password"), name="dispatch")
class LinkPasswordView(View):
    """``/compte/lien/{id}/mot-de-passe/``: exists for the browser that holds the link."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for the password."""
        self.link_of_browser(request, pk)
        return self.page(PasswordForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Check it, counted before it is judged.

        Raises:
            TooManyAttempts: too many were wrong.
        """
        token, link = self.link_of_browser(request, pk)
        form, subject = PasswordForm(request.POST), f"link {pk}"
        count_attempt(request, LINK, subject)
        if not form.is_valid() or not is_password(link, form.cleaned_data["password"]):
            form.add_error("password", _("Ce n’est pas le mot de passe de ce lien."))
            return self.page(form, status=422)
        attempt_succeeded(request, LINK, subject)
        response = _leave(link)
        write_cookie(request, response, token, proof_of(token, link))
        with_link_headers(response)
        return response

    def link_of_browser(self, request: HttpRequest, pk: int) -> tuple[str, ShareLink]:
        """Return the link with its token.

        Raises:
            Http404: the browser does not hold it, or it is over.
        """
        links = living_links(read_cookie(request), at=timezone.now())
        match = next(((token, link) for token, link in links.items() if link.pk == pk), None)
        if match is None:
            raise Http404
        return match

    def page(self, form: PasswordForm, **answer: Any) -> HttpResponse:
        """Render the form."""
        response = render(self.request, "accounts/links/password.html", {"form": form}, **answer)
        with_link_headers(response)
        # Without a referrer a browser sends its form under the origin « null », which Django refuses; this address
        # has no token.
        response["Referrer-Policy"] = "same-origin"
        return response


@method_decorator(never_cache, name="dispatch")
class OwnLinksView(LoginRequiredMixin, View):
    """``/compte/liens/``."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """List the links of the account."""
        now, links = timezone.now(), links_of(visitor_of(request).user_id)
        rows = link_rows(links, at=now, today=timezone.localdate(now))
        return render(request, "accounts/links/own.html", {"rows": rows} | list_context(request))


@method_decorator([never_cache, sensitive_post_parameters("password")], name="dispatch")
class NewLinkView(LoginRequiredMixin, View):
    """``/compte/liens/nouveau/?page=``: a link to a dashboard or to the map, shown once."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Say what the link would open, and ask for how long."""
        return self.page(self.target(request), LinkForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Create it, or show what is wrong."""
        target, form = self.target(request), LinkForm(request.POST)
        if not form.is_valid():
            return self.page(target, form, status=422)
        author = visitor_of(request).user_id
        assert author is not None
        values = form.cleaned_data
        link, token = create_link(
            author_id=author,
            target=target,
            title=values["title"],
            last_day=values["last_day"],
            password=values["password"],
        )
        address = request.build_absolute_uri(reverse("accounts:open-link", args=[token]))
        return render(request, "accounts/links/created.html", {"link": link, "address": address})

    def target(self, request: HttpRequest) -> LinkTarget:
        """Return what the link would open, under the rights of its author."""
        return link_target(visitor_of(request), shared_address(request.GET.get(PAGE, "")))

    def page(self, target: LinkTarget, form: LinkForm, **answer: Any) -> HttpResponse:
        """Render the form."""
        return render(self.request, "accounts/links/new.html", {"target": target, "form": form}, **answer)


@method_decorator(never_cache, name="dispatch")
class RevokeLinkView(LoginRequiredMixin, View):
    """``/compte/liens/{id}/revoquer/``: a link of somebody else does not exist."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Revoke it."""
        link = get_object_or_404(links_of(visitor_of(request).user_id), pk=pk)
        revoke(request, link)
        return redirect("accounts:links")


@method_decorator(never_cache, name="dispatch")
class RenewLinkView(LoginRequiredMixin, View):
    """``/compte/liens/{id}/prolonger/``: a link of somebody else does not exist."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Renew it, or say why not.

        Raises:
            Http404: the visitor has no such link.
        """
        try:
            link = renew_link(links_of(visitor_of(request).user_id), pk, at=timezone.now())
        except Forbidden as error:
            messages.error(request, error.detail)
            return redirect("accounts:links")
        if link is None:
            raise Http404
        values = {"title": link.title, "day": day(link.last_day)}
        messages.success(request, _("Le lien « %(title)s » ouvre sa page jusqu’au %(day)s compris.") % values)
        return redirect("accounts:links")


@method_decorator(never_cache, name="dispatch")
class RestoreLinkView(LoginRequiredMixin, View):
    """``/compte/liens/retablir/``: undoes the last revocation of this session."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Open the link again, or say that it is too late."""
        stored = request.session.pop(_REVOKED, None)
        if stored is None:
            return redirect("accounts:links")
        revoked_at = dt.datetime.fromisoformat(stored["at"])
        link = restore_link(stored["pk"], revoked_at=revoked_at, at=timezone.now())
        if link is None:
            messages.error(
                request, _("Ce lien ne se rétablit plus : dix minutes sont passées. Créez-en un autre.")
            )
        else:
            messages.success(request, _("Le lien « %s » est rétabli.") % link.title)
        is_own = stored["is_own"]
        return redirect("accounts:links" if is_own else "management:links")


def list_context(request: HttpRequest) -> dict[str, Any]:
    """Return what the table of links shows beside its rows: the revocation that this session may undo."""
    now, stored = timezone.now(), request.session.get(_REVOKED)
    is_recent = stored is not None and dt.datetime.fromisoformat(stored["at"]) > now - UNDO
    return {
        "now": now,
        "revoked": stored["title"] if stored is not None and is_recent else "",
        "days_of_openings": ShareLinkDay.DAYS,
    }


def revoke(request: HttpRequest, link: ShareLink) -> None:
    """Revoke a link that the sender of a request may revoke, say so, and let their session undo it for a while."""
    if revoke_links(ShareLink.objects.filter(pk=link.pk)):
        link.refresh_from_db(fields=["revoked_at"])
        assert link.revoked_at is not None
        request.session[_REVOKED] = {
            "pk": link.pk,
            "at": link.revoked_at.isoformat(),
            "title": link.title,
            "is_own": link.author_id == visitor_of(request).user_id,
        }
    messages.success(request, _("Le lien « %s » est révoqué : il n’ouvre plus rien.") % link.title)


def _leave(link: ShareLink) -> HttpResponse:
    response = redirect(link.address)
    response.status_code = 303
    with_link_headers(response)
    return response
