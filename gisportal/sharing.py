"""Sharing a page of the portal: its link, its code, its frame for other sites, its files."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views import View

from gisportal.accounts.links.services import DASHBOARD, MAP
from interface.qr_codes import MAX_BYTES, is_short_enough, qr_svg
from interface.requests import is_fragment, parameters_of
from interface.sharing import PAGE, SharedAddress, shared_address, shared_page
from layers.errors import InvalidParameter
from layers.parsing import single_values
from layers.visitor import visitor_of


class ShareView(View):
    """What there is to take of a page, and who will see it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the ways to share: alone for the dialog, within a page otherwise."""
        address = _shared_address(request)
        context = share_context(request, address)
        template = "interface/share/ways.html" if is_fragment(request) else "interface/share/page.html"
        response = render(request, template, context)
        patch_vary_headers(response, ["HX-Request"])
        return response


def share_context(request: HttpRequest, address: SharedAddress) -> dict[str, Any]:
    """Return what the template of sharing needs: addresses are absolute, for other sites and other people."""
    shared = shared_page(visitor_of(request), address)
    page = shared.address or address.text
    link = request.build_absolute_uri(page)
    return {
        "page_address": page,
        "shared": shared,
        "link": link,
        "code": qr_svg(link) if is_short_enough(link) else None,
        "embedded": request.build_absolute_uri(shared.embed) if shared.embed else "",
        "embed_sites": settings.PORTAL_EMBED_SITES,
        "link_form": _link_form(request, address),
    }


def _link_form(request: HttpRequest, address: SharedAddress) -> str:
    """Return where somebody signed in makes a link without an account to a page; empty where there is none."""
    is_own = not visitor_of(request).is_anonymous and not visitor_of(request).is_observed
    if not is_own or address.view not in {DASHBOARD, MAP}:
        return ""
    return f"{reverse('accounts:new-link')}?{urlencode({PAGE: address.text})}"


class QrCodeView(View):
    """The code of a link to a page of this site, as a file."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Write the code, without any content of the page."""
        link = request.build_absolute_uri(_shared_address(request).text)
        if not is_short_enough(link):
            raise InvalidParameter(
                _("Cette adresse est trop longue pour un code QR : %d octets au plus.") % MAX_BYTES,
                parameter=PAGE,
            )
        response = HttpResponse(qr_svg(link), content_type="image/svg+xml")
        response["Content-Disposition"] = 'attachment; filename="code-qr.svg"'
        return response


def _shared_address(request: HttpRequest) -> SharedAddress:
    return shared_address(single_values(parameters_of(request), allowed=(PAGE,)).get(PAGE, ""))


app_name = "sharing"
urlpatterns = [
    path("", ShareView.as_view(), name="page"),
    path("code.svg", QrCodeView.as_view(), name="code"),
]
