"""What a person reads, exactly, for who manages them."""

from __future__ import annotations

import csv
from contextlib import nullcontext
from dataclasses import replace
from io import StringIO

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from export_formats.csv import safe_cell
from gisportal.accounts.access_summary.presenters import access_summary, protocol_notes, table_rows
from gisportal.accounts.models import User
from gisportal.accounts.view_as.services import viewable_accounts
from interface.forms import form_errors
from layers.errors import TooCostly
from layers.visitor import Visitor, visitor_of
from management.frame import ManagementView
from management.reasons.forms import ReasonForm
from management.reasons.queries import known_accounts, reader_of
from management.rights.forms import PastDateForm
from management.rights.past_rights import past_words, rights_at

_DELIMITER = ";"


class PersonAccessView(ManagementView):
    """``/gestion/personnes/{id}/acces/``: an account of which a manager may know less than all does not exist."""

    tab = "management:people"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what the person reads, and how; at a past date, what they read then of the rows of now."""
        person = self.person(pk)
        dates = PastDateForm(request.GET if request.GET.get("date") else None)
        date = dates.cleaned_data["date"] if dates.is_bound and dates.is_valid() else None
        context = self.frame() | {"dates": dates, "date": date, "faults": form_errors(dates)}
        try:
            with rights_at(date) if date else nullcontext() as past:
                person = User.objects.get(pk=pk)  # open or closed, as it was
                reader = self.reader(person)
                context |= {
                    "groups": list(person.groups.order_by("name")),
                    "summary": access_summary(replace(reader, instant=date or reader.instant)),
                }
        except TooCostly as error:
            messages.error(request, error.detail)
            return redirect("management:person-access", pk)
        context |= {
            "person": person,
            "person_name": person.get_full_name() or person.get_username(),
            "past": past_words(past) if past else [],
            "protocols": protocol_notes(person),
            "reasons_address": f"{reverse('management:reasons')}?personne={person.pk}&",
            "reason_form": ReasonForm(visitor=visitor_of(request), fixed_person=person, auto_id="q-%s"),
            "is_viewable": viewable_accounts(visitor_of(request)).filter(pk=pk).exists(),
        }
        status = 422 if context["faults"] else 200
        return render(request, "management/person_access/page.html", context, status=status)

    def person(self, pk: int) -> User:
        """Return the account.

        Raises:
            Http404: the visitor may not know all that it reads.
        """
        return get_object_or_404(known_accounts(visitor_of(self.request)), pk=pk)

    def reader(self, person: User) -> Visitor:
        """Return the person as a visitor of this portal: the public for a closed account."""
        return reader_of(person, visitor_of(self.request))


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
