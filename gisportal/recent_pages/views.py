"""The part of the home page that is of one account, and the button that clears it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views import View

from gisportal.recent_pages.queries import recent_links
from gisportal.recent_pages.services import clear
from interface.page_parts import PagePart
from layers.visitor import Visitor, visitor_of


def own_home(visitor: Visitor, _subject: object) -> PagePart | None:
    """Return what an account opened last and what changed there since."""
    if visitor.user_id is None:
        return None
    links = recent_links(visitor)
    context = {
        "links": links,
        "changed": sorted(
            (link for link in links if link.changed),
            key=lambda link: link.changed or link.opened,
            reverse=True,
        ),
    }
    return PagePart("gisportal/recent_pages/home.html", context)


class ClearView(LoginRequiredMixin, View):
    """``/compte/recents/``: forget what the account opened."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Clear, and return to the home page."""
        user_id = visitor_of(request).user_id
        if user_id is not None:
            clear(user_id)
        messages.success(request, _("Les pages ouvertes récemment sont oubliées."))
        return redirect("explorer:home")
