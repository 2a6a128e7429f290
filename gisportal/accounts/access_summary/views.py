"""The page where a person reads what they have access to, and why."""

from __future__ import annotations

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from gisportal.accounts.access_summary.presenters import access_summary
from layers.visitor import visitor_of


@method_decorator(never_cache, name="dispatch")
class OwnAccessView(LoginRequiredMixin, View):
    """``/compte/acces/``."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show it."""
        visitor = visitor_of(request)
        context = {
            "summary": access_summary(visitor),
            "groups": request.user.groups.order_by("name"),
            "reasons_address": f"{reverse('management:own-reasons')}?",
        }
        return render(request, "accounts/access_summary/own.html", context)
