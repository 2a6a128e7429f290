"""The administration site: the portal's words, and the portal's own door.

Each administration of ours takes its rows and rights from the door (``administration.portal_admin.PortalAdmin``).
What other packages register knows nothing of it: jobs whose arguments hold filters, addresses and keys of accounts that
open them. It is for administrators alone.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.models import LogEntry
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.db.models.base import ModelBase
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from interface.page_parts import PagePart
from interface.text import fold
from layers.access import Scope
from layers.visitor import Visitor, visitor_of

# The index shows ten: the last of these that their author still sees.
_LATEST = 50
# Applications whose rows are secrets, keys of sessions, or say who opens which account. Pages of their owners change
# them, and the reset of second factors; nobody reads or edits them as rows.
_SECRET_APPLICATIONS = ("account", "mfa", "socialaccount", "usersessions")


# Names for the index, by application and by model: those of other packages are English, and an axis is of a plan.
_APPLICATIONS = {"auth": _("Groupes"), "explorer": _("Signalements")}
_NAMES = {"ProcrastinateJob": _("Tâches"), "Axis": _("Axes des plans")}


class AdministratorsOnly:
    """An administration for administrators alone, whatever permissions others hold."""

    is_scoped = True

    def has_module_permission(self, request: Any) -> bool:
        """Whether the index names it."""
        return _is_administrator(request) and super().has_module_permission(request)  # type: ignore[misc]  # Django's

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        """Whether the account sees it."""
        return _is_administrator(request) and super().has_view_permission(request, obj)  # type: ignore[misc]  # same

    def has_add_permission(self, request: Any) -> bool:
        """Whether the account adds to it."""
        return _is_administrator(request) and super().has_add_permission(request)  # type: ignore[misc]  # same

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        """Whether the account changes it."""
        return _is_administrator(request) and super().has_change_permission(request, obj)  # type: ignore[misc]  # same

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """Whether the account deletes from it."""
        return _is_administrator(request) and super().has_delete_permission(request, obj)  # type: ignore[misc]  # same


class LoggedDeletions:
    """An administration whose deletions are logged singly: Django's bulk insertion sends no signal."""

    def log_deletions(self, request: Any, queryset: Any) -> list[LogEntry]:
        """Log each deletion, and return the entries."""
        log = super().log_deletions  # type: ignore[misc]  # Django's
        return [entry for row in queryset for entry in log(request, [row])]


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
        """Send visitors to the portal's sign-in page; a signed-in person without the right gets a 403.

        Raises:
            PermissionDenied: the account may not enter the administration.
        """
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        destination = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index", current_app=self.name)
        # The sign-in page refuses addresses of other hosts, and sends on who is signed in already.
        return redirect_to_login(destination, settings.LOGIN_URL)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Redirect to the page that changes a password, with the choice of what else to end."""
        return redirect("account_change_password")

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether an account may enter: a member of staff, and the visitor of the scopes to come."""
        return super().has_permission(request) and visitor_of(request).user_id == request.user.pk

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register an administration, unless of secrets; for administrators alone if it bypasses the access layer."""
        models: list[Any] = (
            [model_or_iterable] if isinstance(model_or_iterable, ModelBase) else list(model_or_iterable)
        )
        registered = [model for model in models if model._meta.app_label not in _SECRET_APPLICATIONS]
        chosen = admin_class or ModelAdmin
        if not getattr(chosen, "is_scoped", False):
            chosen = type(chosen.__name__, (AdministratorsOnly, chosen), {})
        super().register(registered, type(chosen.__name__, (LoggedDeletions, chosen), {}), **options)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Return the applications and their models in French, in the order of a French dictionary."""
        applications = super().get_app_list(request, app_label)
        for application in applications:
            application["name"] = _APPLICATIONS.get(application["app_label"], application["name"])
            for model in application["models"]:
                model["name"] = _NAMES.get(model["object_name"], model["name"])
            application["models"].sort(key=lambda model: fold(str(model["name"])))
        return sorted(applications, key=lambda application: fold(str(application["name"])))

    def get_urls(self) -> list[Any]:
        """Leave out the address that finds any object by its number, which reveals which exist."""
        return [pattern for pattern in super().get_urls() if getattr(pattern, "name", None) != "view_on_site"]

    def get_log_entries(self, request: HttpRequest) -> Any:
        """Return the past actions that a person may read: those on objects that they still see; evaluated lazily."""
        return SimpleLazyObject(partial(self._log_entries, request))

    def _log_entries(self, request: HttpRequest) -> QuerySet[LogEntry]:
        entries = super().get_log_entries(request)
        if visitor_of(request).is_administrator:
            return entries
        own_entries = list(entries.filter(user=request.user.pk)[:_LATEST])
        kinds = {entry.content_type for entry in own_entries}
        visible = [entry.pk for kind in kinds for entry in self._still_visible(request, kind, own_entries)]
        return entries.filter(pk__in=visible)

    def _still_visible(
        self, request: HttpRequest, kind: ContentType | None, entries: list[LogEntry]
    ) -> list[LogEntry]:
        """Select the actions on objects of a kind that its administration still lists."""
        model = kind.model_class() if kind else None
        if model is None or not self.is_registered(model):
            return []
        on_kind = [entry for entry in entries if entry.content_type == kind]
        listed = self.get_model_admin(model).get_queryset(request)
        keys = listed.filter(pk__in=[entry.object_id for entry in on_kind]).values_list("pk", flat=True)
        return [entry for entry in on_kind if entry.object_id in {str(key) for key in keys}]


def _is_administrator(request: Any) -> bool:
    return visitor_of(request).is_administrator


def rights_link(visitor: Visitor, subject: object) -> PagePart | None:
    """Return the link to who sees a layer, for its page."""
    if not isinstance(subject, Scope) or not visitor.is_administrator:
        return None
    return PagePart("gisportal/rights_link.html", {"pk": subject.layer.pk})
