"""The page where a person reads what they have access to, and why."""

from __future__ import annotations

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from gisportal.accounts.access_summary.endings import endings_of
from gisportal.accounts.access_summary.presenters import access_summary
from gisportal.accounts.models import User
from interface.page_parts import PagePart
from layers.visitor import Visitor, visitor_of


def own_endings(visitor: Visitor, _subject: object) -> PagePart | None:
    """Return what the account of a visitor reads no more soon; None where nothing ends."""
    account = User.objects.filter(pk=visitor.user_id).first() if visitor.user_id is not None else None
    endings = endings_of(account, visitor) if account is not None else []
    return PagePart("accounts/access_summary/endings.html", {"endings": endings}) if endings else None


@method_decorator(never_cache, name="dispatch")
class OwnAccessView(LoginRequiredMixin, View):
    """``/compte/acces/``."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show it."""
        visitor = visitor_of(request)
        context = {
            "summary": access_summary(visitor),
            "is_own": True,
            "groups": request.user.groups.order_by("name"),
            "reasons_address": f"{reverse('management:own-reasons')}?",
        }
        return render(request, "accounts/access_summary/own.html", context)
