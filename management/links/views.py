"""The list of every link without an account, and their end."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from gisportal.accounts.links.services import revoke_links
from gisportal.accounts.models import ShareLink
from management.frame import ManagementView


class LinksView(ManagementView):
    """``/gestion/liens/``."""

    tab = "management:links"
    is_for_administrators = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """List them, the newest first."""
        links = ShareLink.objects.select_related("author", "dashboard").order_by("-created_at", "-pk")
        context = self.frame() | {"links": links, "now": timezone.now()}
        return render(request, "management/links/page.html", context)


class RevokeAnyLinkView(ManagementView):
    """``/gestion/liens/{id}/revoquer/``."""

    http_method_names = ["post", "options"]
    is_for_administrators = True

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Revoke it."""
        link = get_object_or_404(ShareLink, pk=pk)
        revoke_links(ShareLink.objects.filter(pk=pk))
        messages.success(request, _("Le lien « %s » est révoqué : il n’ouvre plus rien.") % link.title)
        return redirect("management:links")
