"""What is closed to who views the portal as somebody, and the way back to oneself."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views import View

from gisportal.accounts.view_as.services import ViewAs, end_view_as, note_page
from gisportal.problems import problem
from interface.requests import is_fragment

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Writes that are the manager's own: back to oneself, and out.
_OWN_WRITES = frozenset({"accounts:end-view-as", "accounts:sign-out", "account_logout"})
# What is of the person alone: the account with its tokens, sessions and factors; views saved under private words; files
# prepared for them. The administration is entered as oneself.
_CLOSED = ("/compte/", "/administration/", "/carte/vues/", "/telechargements/")
_CLOSED_VIEWS = frozenset(
    {"dashboards:paper-job", "dashboards:paper-file", "roadworks:year-job", "roadworks:year-file"}
)
_OPEN_VIEWS = frozenset({"accounts:sign-out", "account_logout", "accounts:access"})
# An answer may be stored under a validator that another person's has too, without the banner.
_CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_RANGE")


def is_own_write(request: HttpRequest) -> bool:
    """Whether a request writes what a manager may always write, whoever they view the portal as."""
    return request.method == "POST" and _view_name(request) in _OWN_WRITES


def refusal_as_person(request: HttpRequest, view_as: ViewAs) -> HttpResponse | None:
    """Return the 403 of a write, or of a page of the person alone, in the form of its protocol; None for the rest."""
    if request.method not in _SAFE:
        detail = _(
            "Vous voyez le portail comme %(person)s, en lecture seule : rien ne s’écrit. Revenez à vous pour agir."
        )
        return problem(request, HTTPStatus.FORBIDDEN, detail=detail % {"person": name_of(view_as)})
    view = _view_name(request)
    if view in _CLOSED_VIEWS or (request.path.startswith(_CLOSED) and view not in _OPEN_VIEWS):
        detail = _(
            "Cette page n’est qu’à la personne elle-même : son compte, ses jetons, ses vues enregistrées et ses "
            "fichiers restent fermés à qui voit le portail comme elle. L’administration s’ouvre en votre nom."
        )
        return problem(request, HTTPStatus.FORBIDDEN, detail=detail)
    return None


def read_as_person(request: HttpRequest, view_as: ViewAs, response: HttpResponseBase) -> HttpResponseBase:
    """Record the page that was opened, and let no cache store the answer."""
    is_page = request.headers.get("Sec-Fetch-Dest", "document") == "document" and not is_fragment(request)
    is_html = response.headers.get("Content-Type", "").startswith("text/html")
    if request.method == "GET" and response.status_code == HTTPStatus.OK and is_page and is_html:
        note_page(view_as, request.path)
    response["Cache-Control"] = "private, no-store"
    patch_vary_headers(response, ["Cookie"])
    return response


def without_conditions(request: HttpRequest) -> None:
    """Take off a request the validators of what its browser stored."""
    for name in _CONDITIONS:
        request.META.pop(name, None)


def name_of(view_as: ViewAs) -> str:
    """Return what the person is called."""
    return view_as.person.get_full_name() or view_as.person.get_username()


class EndViewAsView(View):
    """``/compte/voir-comme/fin/``: the session is its manager's alone again."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """End it, and lead back to the page of the person."""
        person = end_view_as(request)
        if person is None:
            return redirect("explorer:home")
        name = person.get_full_name() or person.get_username()
        messages.success(request, _("Vous ne voyez plus le portail comme %s.") % name)
        return redirect("management:person-access", person.pk)


def _view_name(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).view_name
    except Resolver404:
        return ""
