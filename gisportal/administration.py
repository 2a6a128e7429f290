"""The administration site: the portal's words, and the portal's own door."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache


class PortalAdminSite(AdminSite):
    """Django's administration, entered through the portal's sign-in page.

    One page signs people in, so that throttling, and later single sign-on, hold for the administration too.
    """

    site_title = _("Administration du portail")
    site_header = _("Administration du portail")
    index_title = _("Catalogue, données et comptes")
    empty_value_display = "—"

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send visitors to the portal's sign-in page; somebody signed in without the right gets a 403.

        Raises:
            PermissionDenied: the account may not enter the administration.
        """
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        wanted = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index", current_app=self.name)
        # The sign-in page refuses addresses of other hosts, and sends on who is signed in already.
        return redirect_to_login(wanted, settings.LOGIN_URL)
