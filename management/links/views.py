"""The list of every link without an account, and their end."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from gisportal.accounts.links.views import list_context, revoke
from gisportal.accounts.models import ShareLink
from management.frame import ManagementView


class LinksView(ManagementView):
    """``/gestion/liens/``."""

    tab = "management:links"
    is_for_administrators = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """List them, the newest first."""
        links = ShareLink.objects.select_related("author", "dashboard").order_by("-created_at", "-pk")
        context = self.frame() | list_context(request, links)
        return render(request, "management/links/page.html", context)


class RevokeAnyLinkView(ManagementView):
    """``/gestion/liens/{id}/revoquer/``."""

    http_method_names = ["post", "options"]
    is_for_administrators = True

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Revoke it."""
        revoke(request, get_object_or_404(ShareLink, pk=pk))
        return redirect("management:links")
