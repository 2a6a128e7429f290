"""The journal in the administration: read by administrators alone, filtered, and taken as CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, StreamingHttpResponse
from django.urls import URLPattern, path
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from administration.portal_admin import PortalAdmin
from export_formats.csv import safe_cell
from gisportal.administration import AdministratorsOnly
from gisportal.journal import presenters
from gisportal.journal.models import JournalEntry
from gisportal.journal.queries import Names, names_of
from gisportal.journal.services import record
from gisportal.journal.vocabulary import Event

_COLUMNS = (
    "number",
    "at",
    "event",
    "actor_id",
    "actor_name",
    "address",
    "portal",
    "subject",
    "detail",
    "digest",
)

_DELIMITER = ";"


class _Line:
    """A file for ``csv.writer`` that gives back what is written to it."""

    def write(self, text: str) -> str:
        """Return the line."""
        return text


@admin.register(JournalEntry)
class JournalEntryAdmin(AdministratorsOnly, PortalAdmin):
    """Entries, read-only for everybody."""

    list_display = ["at", "event", "actor_name", "address", "subject_text", "detail_text"]
    list_filter = ["event", "at"]
    date_hierarchy = "at"
    search_fields = ["actor_name", "subject", "address"]
    ordering = ["-at", "-pk"]
    list_per_page = 100
    show_full_result_count = False
    actions = None
    change_list_template = "admin/journal/journalentry/change_list.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never: entries are not written by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: JournalEntry | None = None) -> bool:
        """The database would refuse."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: JournalEntry | None = None) -> bool:
        """The database would refuse."""
        return False

    @admin.display(description=_("concerne"), ordering="subject")
    def subject_text(self, entry: JournalEntry) -> str:
        """Return what the entry is about, in words."""
        return presenters.subject_text(entry.subject, _names(entry))

    @admin.display(description=_("détail"))
    def detail_text(self, entry: JournalEntry) -> str:
        """Return the beginning of the detail, in words."""
        return presenters.detail_text(entry.detail, _names(entry))

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Return the list, each entry with the names of the page, which are read together."""
        changes: ChangeList = super().get_changelist_instance(request)
        entries = list(changes.result_list)
        names = names_of(entries)
        for entry in entries:
            entry.names = names
        changes.result_list = entries
        return changes

    def get_urls(self) -> list[URLPattern]:
        """Add the file of what the list shows."""
        file = path("journal.csv", self.admin_site.admin_view(self.as_csv), name="journal_journalentry_csv")
        return [file, *super().get_urls()]

    def as_csv(self, request: HttpRequest) -> StreamingHttpResponse:
        """Send the entries that the filters of the address leave, latest first; that is journaled too.

        Raises:
            PermissionDenied: who asks is no administrator.
        """
        if not self.has_view_permission(request):
            raise PermissionDenied
        changes: ChangeList = self.get_changelist_instance(request)
        record(Event.ADMINISTRATION, subject="journal", action="export", question=request.GET.urlencode())
        response = StreamingHttpResponse(
            _lines(changes.get_queryset(request)), content_type="text/csv; charset=utf-8"
        )
        response["Content-Disposition"] = 'attachment; filename="journal.csv"'
        response["Cache-Control"] = "private, no-store"
        return response


def _names(entry: JournalEntry) -> Names:
    """Return the names read with the list, or for the page of one entry."""
    names: Names | None = getattr(entry, "names", None)
    return names_of([entry]) if names is None else names


def _lines(entries: Any) -> Iterator[str]:
    writer = csv.writer(_Line(), delimiter=_DELIMITER)
    yield "\ufeff" + writer.writerow(_COLUMNS)
    for entry in entries.iterator(chunk_size=2_000):
        yield writer.writerow([_cell(getattr(entry, name)) for name in _COLUMNS])


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return safe_cell(json.dumps(value, ensure_ascii=False), _DELIMITER)
    if hasattr(value, "isoformat"):
        return localtime(value).isoformat()
    return safe_cell("" if value is None else str(value), _DELIMITER)
