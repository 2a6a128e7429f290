"""Pages of entry: a feature with its records, the form of a record, its deletion, who entered what."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views import View

from explorer.editing import queries
from explorer.editing.forms import (
    NEXT,
    EntryForm,
    feature_inputs,
    fixed_fields,
    initial_values,
    structural_fields,
)
from explorer.editing.presenters import RecordPage, changes, entry_context
from explorer.editing.services import add_record, save_feature, save_record
from explorer.sheet.links import edit_address
from interface.forms import form_errors
from interface.requests import is_fragment, parameters_of
from interface.titles import feature_title
from layers import access
from layers.errors import InvalidFeature, StaleFeature
from layers.parsing import single_values
from layers.parsing.numbers import parse_integer
from layers.queries.history import RowHistory
from layers.services.features import is_changeable, stored_columns
from layers.services.records import delete_record, writable_relation
from layers.services.restoration import restore_row, restore_value
from layers.visitor import visitor_of

CHANGES_A_PAGE = 30


class EntryView(View):
    """``/catalogue/{layer}/{id}/saisie/``: what the visitor may enter of a feature they edit."""

    def get(self, request: HttpRequest, layer: str, pk: int) -> HttpResponse:
        """Render the records, and the form of the feature's own fields."""
        single_values(parameters_of(request), allowed=())
        scope = access.scope(visitor_of(request), layer)
        feature = queries.editable_feature(scope, pk)
        return self._render(request, scope, feature, self._form(scope, feature))

    def post(self, request: HttpRequest, layer: str, pk: int) -> HttpResponse:
        """Save the feature's own fields; a faulty form comes back with all that was typed."""
        scope = access.scope(visitor_of(request), layer)
        feature = queries.editable_feature(scope, pk)
        form = self._form(scope, feature, request.POST)
        saved = None
        if form is not None and form.is_valid():
            try:
                saved = save_feature(scope=scope, feature=feature, form=form)
            except StaleFeature:
                _tell_stale(form, feature.row_version)
        if saved is None:
            return self._render(request, scope, feature, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        if saved.notice:
            messages.info(request, saved.notice)
        else:
            _tell_changes(request, changes(scope.fields, saved.before, saved.after))
        return redirect("explorer:entry", layer, pk)

    def _form(self, scope: access.Scope, feature: Any, data: Any = None) -> EntryForm | None:
        inputs = feature_inputs(scope, feature.pk) if is_changeable(scope) else {}
        if not inputs:
            return None
        initial = initial_values(stored_columns(scope), feature) | {"row-version": feature.row_version}
        return EntryForm(data, inputs=inputs, initial=initial, auto_id="fiche_%s")

    def _render(
        self,
        request: HttpRequest,
        scope: access.Scope,
        feature: Any,
        form: EntryForm | None,
        *,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> HttpResponse:
        today = timezone.localdate(visitor_of(request).instant)
        context = entry_context(scope, feature, today=today) | {
            "form": form,
            "faults": form_errors(form) if form else [],
            "fixed": [str(field.title) for field in fixed_fields(scope, feature.pk)],
            "elsewhere": [str(field.title) for field in structural_fields(scope)],
            "edit": edit_address(request, scope, feature),
            "units": {field.name: field.unit for field in scope.fields},
        }
        return render(request, "explorer/editing/page.html", context, status=status)


class RelatedRecordView(View):
    """``…/saisie/{relation}/ajouter/`` and ``…/saisie/{relation}/{record}/``: the form of a record."""

    def get(
        self, request: HttpRequest, layer: str, pk: int, relation: str, record: int | None = None
    ) -> HttpResponse:
        """Render the form."""
        single_values(parameters_of(request), allowed=())
        page = _record_page(request, layer, pk, relation, record)
        return self._render(request, page, self._form(page))

    def post(
        self, request: HttpRequest, layer: str, pk: int, relation: str, record: int | None = None
    ) -> HttpResponse:
        """Save the record; unusual values need a confirmation, faults are shown, nothing typed is lost."""
        page = _record_page(request, layer, pk, relation, record)
        form = self._form(page, request.POST)
        far = page.far_values(form) if form.is_valid() else []
        if far and not form.is_confirmed:
            form.ask_confirmation()
            return self._render(request, page, form, far=far, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        if not form.is_valid() or not self._save(request, page, form):
            return self._render(request, page, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        following = page.next() if NEXT in request.POST else None
        if following is not None:
            return redirect("explorer:record-add", layer, following.pk, relation)
        return redirect(page.saved_address())

    def _save(self, request: HttpRequest, page: RecordPage, form: EntryForm) -> bool:
        if page.record is None:
            added = add_record(scope=page.scope, pk=page.feature.pk, relation=page.relation, form=form)
            if added is not None:
                parts = {"title": feature_title(page.scope, page.feature), "summary": page.added(added)}
                messages.success(request, _("%(title)s : ligne ajoutée (%(summary)s).") % parts)
            return added is not None
        try:
            saved = save_record(
                scope=page.scope,
                pk=page.feature.pk,
                relation=page.relation,
                record=page.record,
                form=form,
            )
        except StaleFeature:
            _tell_stale(form, page.record.row_version)
            return False
        if saved is not None:
            _tell_changes(request, changes(page.relation.fields, *saved))
        return saved is not None

    def _form(self, page: RecordPage, data: Any = None) -> EntryForm:
        return EntryForm(data, inputs=page.inputs(), initial=page.initial(), auto_id="saisie_%s")

    def _render(
        self,
        request: HttpRequest,
        page: RecordPage,
        form: EntryForm,
        *,
        far: list[str] | None = None,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> HttpResponse:
        context = page.context() | {"form": form, "faults": form_errors(form), "far": far or []}
        return render(request, "explorer/editing/record.html", context, status=status)


class RecordDeleteView(View):
    """``…/saisie/{relation}/{record}/supprimer/``: confirm, then delete."""

    def get(self, request: HttpRequest, layer: str, pk: int, relation: str, record: int) -> HttpResponse:
        """Show the confirmation page."""
        single_values(parameters_of(request), allowed=())
        page = _record_page(request, layer, pk, relation, record)
        return render(request, "explorer/editing/delete.html", page.context() | {"summary": page.summary()})

    def post(self, request: HttpRequest, layer: str, pk: int, relation: str, record: int) -> HttpResponse:
        """Delete the record."""
        page = _record_page(request, layer, pk, relation, record)
        text = page.summary()
        expected = frozenset({request.POST.get("row-version", "")})
        try:
            delete_record(scope=page.scope, pk=pk, relation=relation, record=record, expected=expected)
        except StaleFeature:
            messages.error(request, _("Cette ligne a changé entre-temps : relisez-la avant de la supprimer."))
            return redirect(request.path)
        messages.success(request, _("Ligne supprimée : %s.") % text)
        return redirect(page.saved_address())


def _record_page(request: HttpRequest, layer: str, pk: int, relation: str, record: int | None) -> RecordPage:
    visitor = visitor_of(request)
    scope = access.scope(visitor, layer)
    feature = queries.editable_feature(scope, pk)
    kind = writable_relation(scope, relation)
    record_row = queries.editable_record(scope, kind, pk, record) if record is not None else None
    author = request.user.get_full_name() if request.user.is_authenticated else ""
    return RecordPage(scope, feature, kind, record_row, timezone.localdate(visitor.instant), author)


def _tell_stale(form: EntryForm | None, version: str) -> None:
    """Say that the row changed, and let the next try write it as it is now."""
    assert form is not None
    text = _(
        "Quelqu’un a enregistré d’autres valeurs pendant votre saisie. Vos valeurs sont là : comparez-les à la "
        "fiche, puis enregistrez de nouveau pour les garder."
    )
    form.add_error(None, text)
    form.start_again(version)


def _tell_changes(request: HttpRequest, text: list[str]) -> None:
    if text:
        messages.success(request, _("Enregistré. %s") % " ; ".join(text))
    else:
        messages.info(request, _("Rien n’a changé : rien n’a été enregistré."))


class EntryHistoryView(View):
    """``/catalogue/{layer}/{id}/saisie/historique/``: alone for htmx, within a page otherwise."""

    def get(self, request: HttpRequest, layer: str, pk: int) -> HttpResponse:
        """Render a page of changes, latest first."""
        requested = single_values(parameters_of(request), allowed=("page",))
        scope = access.scope(visitor_of(request), layer)
        feature = queries.editable_feature(scope, pk)
        context = {
            "scope": scope,
            "pk": pk,
            "title": feature_title(scope, feature),
            "page": _changes(scope, pk).get_page(requested.get("page", "1")),
            "version": feature.row_version if is_changeable(scope) else "",
        }
        name = "changes" if is_fragment(request) else "history"
        response = render(request, f"explorer/editing/{name}.html", context)
        patch_vary_headers(response, ["HX-Request"])
        return response


class EntryRestoreView(View):
    """``…/saisie/historique/retablir/``: a value, or the whole row, as an event of the history holds it."""

    def get(self, request: HttpRequest, layer: str, pk: int) -> HttpResponse:
        """Go to the history, from the address of the form."""
        return redirect("explorer:entry-history", layer, pk)

    def post(self, request: HttpRequest, layer: str, pk: int) -> HttpResponse:
        """Bring it back, and go to the history, where it is the latest change."""
        scope = access.scope(visitor_of(request), layer)
        expected = frozenset({request.POST.get("row-version", "")})
        event, name = parse_integer(request.POST.get("event", "")) or 0, request.POST.get("field", "")
        try:
            if name:
                restore_value(scope=scope, pk=pk, event=event, name=name, expected=expected)
            else:
                restore_row(scope=scope, pk=pk, event=event, expected=expected)
        except StaleFeature:
            messages.error(request, _("Cette ligne a changé entre-temps : relisez son historique."))
        except InvalidFeature as error:
            messages.error(request, error.detail)
        else:
            messages.success(request, _("C’est rétabli. Ce changement s’annule comme les autres."))
        return redirect("explorer:entry-history", layer, pk)


def _changes(scope: access.Scope, pk: int) -> Any:
    history: Any = RowHistory(scope, pk, is_published=True)  # counted and sliced: all a paginator asks
    return Paginator(history, CHANGES_A_PAGE)
