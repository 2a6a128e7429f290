"""What a person reads, exactly, for who manages them."""

from __future__ import annotations

import csv
from dataclasses import replace
from io import StringIO

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from export_formats.csv import safe_cell
from gisportal.accounts.access_summary.presenters import access_summary, protocol_notes, table_rows
from gisportal.accounts.credentials import visitor_of_account
from gisportal.accounts.models import User
from gisportal.accounts.view_as.services import viewable_accounts
from layers.visitor import Visitor, visitor_of
from management.frame import ManagementView

_DELIMITER = ";"


class PersonAccessView(ManagementView):
    """``/gestion/personnes/{id}/acces/``: an account of which a manager may know less than all does not exist."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what the person reads, and how."""
        person = self.person(pk)
        context = self.frame() | {
            "person": person,
            "person_name": person.get_full_name() or person.get_username(),
            "groups": person.groups.order_by("name"),
            "summary": access_summary(self.reader(person)),
            "protocols": protocol_notes(person),
            "is_viewable": viewable_accounts(visitor_of(request)).filter(pk=pk).exists(),
        }
        return render(request, "management/person_access/page.html", context)

    def person(self, pk: int) -> User:
        """Return the account.

        Raises:
            Http404: the visitor may not know all that it reads.
        """
        visitor = visitor_of(self.request)
        accounts = User.objects.all() if visitor.is_administrator else viewable_accounts(visitor)
        return get_object_or_404(accounts, pk=pk)

    def reader(self, person: User) -> Visitor:
        """Return the person as a visitor of this portal: the public for a closed account."""
        visitor = visitor_of(self.request)
        return replace(
            visitor_of_account(person.pk, visitor.portal), may_write=person.is_open(at=visitor.instant)
        )


class PersonAccessFileView(PersonAccessView):
    """The same as a file (CSV for a French spreadsheet)."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Write the file."""
        person, text = self.person(pk), StringIO()
        writer = csv.writer(text, delimiter=_DELIMITER, lineterminator="\r\n")
        for row in table_rows(access_summary(self.reader(person))):
            writer.writerow([safe_cell(cell, _DELIMITER) for cell in row])
        response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="acces-{person.pk}.csv"'
        response["Cache-Control"] = "private, no-store"
        return response
