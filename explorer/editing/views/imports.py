"""Files of entries: the file to fill, its comparison before anything is written, and what undoes it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from explorer.editing import imports
from explorer.editing.forms import CONFIRMED
from explorer.editing.imports import EntryComparison, written_text
from explorer.editing.spreadsheet import MEDIA_TYPES, EditableTable, entry_table, write_file
from explorer.models import EntryImport, EntryImportState
from interface.requests import parameters_of
from layers import access
from layers.errors import InvalidFile, LayersError, UnknownFeature
from layers.parsing import single_values
from layers.services.features import is_addable, is_changeable
from layers.services.records import writable_relation, writable_relations
from layers.visitor import visitor_of


class EntryImportView(View):
    """``/catalogue/{layer}/saisie/importer/?relation=…``: the file to fill, and the one to send back."""

    def get(self, request: HttpRequest, layer: str) -> HttpResponse:
        """Render the form, and what the visitor imported before."""
        table = _table(request, layer, single_values(parameters_of(request), allowed=("relation",)))
        return self._render(request, table)

    def post(self, request: HttpRequest, layer: str) -> HttpResponse:
        """Read the file, then show what it would do."""
        table = _table(request, layer, single_values(parameters_of(request), allowed=("relation",)))
        upload = request.FILES.get("upload")
        if upload is None:
            return self._render(request, table, fault=_("Choisissez un fichier."))
        try:
            received = imports.receive(table, upload=upload)
        except InvalidFile as error:
            return self._render(request, table, fault=error.detail)
        return redirect("explorer:entry-comparison", layer, received.pk)

    def _render(self, request: HttpRequest, table: EditableTable, *, fault: str = "") -> HttpResponse:
        name = table.relation.name if table.relation else ""
        context = {
            "scope": table.scope,
            "relation": table.relation,
            "relations": writable_relations(table.scope),
            "has_fields": _has_fields(table),
            "columns": table.columns,
            "is_of_new_features": table.is_of_new_features,
            "imports": imports.own_imports(table.scope, name),
            "fault": fault,
        }
        status = HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK
        return render(request, "explorer/editing/import.html", context, status=status)


class EntryFileView(View):
    """``/catalogue/{layer}/saisie/fichier.csv?relation=…&modele=1``: what is there, or a line to fill a feature."""

    def get(self, request: HttpRequest, layer: str, suffix: str) -> HttpResponse:
        """Send the file."""
        if suffix not in MEDIA_TYPES:
            raise Http404
        requested = single_values(parameters_of(request), allowed=("relation", "modele"))
        table = _table(request, layer, requested)
        is_template = requested.get("modele", "") == "1"
        today = timezone.localdate(visitor_of(request).instant)
        content = write_file(table, suffix, is_template=is_template, today=today)
        response = HttpResponse(content, content_type=MEDIA_TYPES[suffix])
        parts = [layer, table.relation.name if table.relation else "", "modele" if is_template else ""]
        name = "-".join(filter(None, parts))
        response["Content-Disposition"] = f'attachment; filename="{name}.{suffix}"'
        response["Cache-Control"] = "private, no-store"
        return response


class EntryComparisonView(View):
    """``/catalogue/{layer}/saisie/imports/{id}/``: what a file would do, or did."""

    def get(self, request: HttpRequest, layer: str, pk: int) -> HttpResponse:
        """Render the comparison; of a saved file, what it wrote."""
        single_values(parameters_of(request), allowed=())
        table, result = _own(request, layer, pk)
        return self._render(request, table, result)

    def post(self, request: HttpRequest, layer: str, pk: int) -> HttpResponse:
        """Save the file, or undo it."""
        table, result = _own(request, layer, pk)
        try:
            is_undone = request.POST.get("action") == "annuler"
            text = _undone(table, result) if is_undone else _saved(request, table, result)
        except LayersError as error:
            messages.error(request, error.detail)
            return redirect(request.path)
        messages.success(request, text)
        query = f"?relation={result.relation}" if result.relation else ""
        return redirect(reverse("explorer:entry-import", args=[layer]) + query)

    def _render(self, request: HttpRequest, table: EditableTable, entry_import: EntryImport) -> HttpResponse:
        is_compared = entry_import.state == EntryImportState.COMPARED
        result = (
            imports.compare(table, entry_import)
            if is_compared
            else EntryComparison(written=entry_import.changes)
        )
        groups = [(state, result.of(state)) for state in ("refused", "changed", "added", "unchanged")]
        context = {
            "scope": table.scope,
            "relation": table.relation,
            "entry_import": entry_import,
            "result": result,
            "written": [(change["key"], written_text(table, change)) for change in entry_import.changes],
            "groups": [(state, lines) for state, lines in groups if lines],
            "is_compared": is_compared,
            "is_refused": bool(result.of("refused")),
            "is_saved": entry_import.state == EntryImportState.SAVED,
            "confirmation": CONFIRMED,
        }
        return render(request, "explorer/editing/comparison.html", context)


def _undone(table: EditableTable, entry_import: EntryImport) -> str:
    imports.undo(table, entry_import)
    return _("L’import est annulé : tout est comme avant lui.")


def _saved(request: HttpRequest, table: EditableTable, entry_import: EntryImport) -> str:
    digest, is_confirmed = request.POST.get("comparison", ""), bool(request.POST.get(CONFIRMED))
    result = imports.save(table, entry_import, digest=digest, is_confirmed=is_confirmed)
    if not result.is_savable:
        raise InvalidFile(_("Rien n’a été enregistré : voyez la comparaison."))
    count = len(result.written)
    return ngettext("%d ligne enregistrée.", "%d lignes enregistrées.", count) % count


def _own(request: HttpRequest, layer: str, pk: int) -> tuple[EditableTable, EntryImport]:
    """Return an import of the visitor, with the table that it is of.

    Raises:
        Http404: it is none of theirs.
    """
    scope = access.scope(visitor_of(request), layer)
    entry_import = imports.own_import(scope, pk)
    if entry_import is None:
        raise Http404
    return _table(request, layer, {"relation": entry_import.relation}), entry_import


def _table(request: HttpRequest, layer: str, requested: Any) -> EditableTable:
    """Return the table of a relation, or of the features' own fields.

    Raises:
        UnknownFeature: nothing to enter for this visitor.
    """
    scope = access.scope(visitor_of(request), layer)
    name = requested.get("relation", "")
    table = entry_table(scope, writable_relation(scope, name) if name else None)
    if not name and not _has_fields(table):
        raise UnknownFeature(_("Il n’y a rien à saisir ici."), parameter="layer")
    return table


def _has_fields(table: EditableTable) -> bool:
    """Whether a file of the features' own fields changes some, or creates some."""
    return is_changeable(table.scope) or (
        is_addable(table.scope) and entry_table(table.scope, None).is_of_new_features
    )
