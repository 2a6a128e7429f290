"""The page where the rows of a layer are edited: the table, the form of a row, and what is done to rows.

Each address answers a page of its own, and for the script of the table (``HX-Request``) the parts of it that change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.gis.geos import Point
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from explorer.row_editing import presenters, queries, services
from explorer.row_editing.conflicts import CHOICE, chosen_names, conflict_of
from explorer.row_editing.forms import GEOMETRY, RowForm, posted_form, row_inputs, whole_form
from interface.forms import form_errors
from interface.requests import current_parameters, is_fragment, parameters_of
from interface.titles import feature_title
from layers import access
from layers.access import Scope
from layers.errors import (
    Forbidden,
    InvalidFeature,
    InvalidParameter,
    LayersError,
    MissingCredentials,
    StaleFeature,
    UnknownLayer,
    status_of,
)
from layers.parsing import single_values
from layers.queries.history import history
from layers.queries.row_versions import VersionedRow, versioned_rows
from layers.services.bulk import update_features
from layers.services.features import (
    WrittenFeature,
    delete_feature,
    is_addable,
    is_deletable,
    is_writable,
    writable_names,
)
from layers.services.moderation import closed_rows
from layers.services.restoration import restore_row, restore_value
from layers.services.splitting import is_splittable, split_feature, unique_columns
from layers.visitor import visitor_of
from moderation.services import machine_of, perform

WHOLE, RESOLVING, CONFIRMED = "row-whole", "row-resolving", "row-confirmed"
FIELD, IDS, ALL = "row-field", "row-ids", "row-all"


class RowsBaseView(View):
    """What the addresses share: the layer, and refusals as parts of the page for its script."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer; a refusal of a change is said where the change was made."""
        try:
            response = super().dispatch(request, *args, **kwargs)
        except LayersError as error:
            if not is_fragment(request):
                raise
            context = {"faults": [(error.parameter, error.detail)]}
            response = render(request, "explorer/row_editing/faults.html", context, status=status_of(error))
        patch_vary_headers(response, ["HX-Request"])
        return response

    def scope(self, request: HttpRequest, slug: str) -> Scope:
        """Return the layer.

        Raises:
            UnknownLayer: there is none for this visitor, or they write nothing in it.
            MissingCredentials: the session ended while its page was open, whatever the layer.
        """
        visitor = visitor_of(request)
        if visitor.is_anonymous and is_fragment(request):
            raise MissingCredentials(_("Votre session a pris fin."))
        scope = access.scope(visitor, slug)
        if scope.visitor.is_anonymous or not is_writable(scope):
            raise UnknownLayer(slug)
        return scope

    def panel(
        self, request: HttpRequest, part: str, context: dict[str, Any], *, status: HTTPStatus = HTTPStatus.OK
    ) -> HttpResponse:
        """Render a form beside the map, or on a page of its own."""
        name = "panel" if is_fragment(request) else "panel_page"
        context = context | {"part": f"explorer/row_editing/{part}.html"}
        return render(request, f"explorer/row_editing/{name}.html", context, status=status)

    def done(
        self,
        request: HttpRequest,
        scope: Scope,
        message: str,
        *,
        changed: Iterable[int] = (),
        added: Iterable[int] = (),
        removed: Iterable[int] = (),
        panel: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Say what was written: the rows as they are now, and the last change that can be undone."""
        added, changed = list(added), list(changed)
        if not is_fragment(request):
            messages.success(request, message)
            return (
                redirect("explorer:row", scope.slug, changed[0])
                if changed
                else redirect("explorer:rows", scope.slug)
            )
        current = versioned_rows(scope, [*added, *changed][: queries.MAX_PAGE_ROWS])
        rows = presenters.rows_of(scope, current.values(), presenters.columns_of(scope))
        context = {
            "scope": scope,
            "rows": [(row, row.pk in added) for row in rows],
            "removed": list(removed),
            "message": message,
            "undo": services.last_write(request.session, scope),
            "is_many": len(added) + len(changed) > queries.MAX_PAGE_ROWS,
            "matched": queries.count_rows(scope, current_parameters(request)),
        }
        return render(request, "explorer/row_editing/answer.html", context | (panel or {}))


class RowsView(RowsBaseView):
    """``/catalogue/{layer}/modifier/``: the table and the map."""

    def get(self, request: HttpRequest, layer: str) -> HttpResponse:
        """Render a page of rows."""
        scope = self.scope(request, layer)
        narrowed, query = queries.narrowed_rows(scope, parameters_of(request))
        page = queries.rows_page(narrowed, query)
        others = [(name, value) for name, values in request.GET.lists() for value in values]
        context = presenters.page_context(scope, page) | {
            "undo": services.last_write(request.session, scope),
            "remaining": [
                (name, value) for name, value in others if name not in {"q", "cursor", queries.STATE}
            ],
            "states": presenters.states_of(scope, request.GET.get(queries.STATE, "")),
            "is_narrowed": any(name not in {"sortby", "cursor", "limit"} for name, _value in others),
        }
        return render(request, "explorer/row_editing/page.html", context)


class RowView(RowsBaseView):
    """``/catalogue/{layer}/modifier/{id}/``: the form of a row; a change of some fields, or of all."""

    def get(self, request: HttpRequest, layer: str, pk: int) -> HttpResponse:
        """Render the form."""
        single_values(parameters_of(request), allowed=())
        scope = self.scope(request, layer)
        return self.panel(request, "form", _form_panel(scope, queries.editable_row(scope, pk)))

    def post(self, request: HttpRequest, layer: str, pk: int) -> HttpResponse:
        """Save what is sent; where the row changed since, answer with mine, theirs and both."""
        scope = self.scope(request, layer)
        versioned = queries.editable_row(scope, pk)
        form = _form_of(scope, request.POST)
        try:
            written = (
                services.save_row(session=request.session, scope=scope, versioned=versioned, form=form)
                if form.is_valid()
                else None
            )
        except StaleFeature:
            conflict = conflict_of(scope, queries.editable_row(scope, pk), form)
            context = {
                "scope": scope,
                "conflict": conflict,
                "title": feature_title(scope, versioned.row),
                "pk": pk,
            }
            return self.panel(request, "conflict", context, status=HTTPStatus.CONFLICT)
        if written is None:
            return self._refused(request, scope, versioned, form)
        message = _written_words(written)
        panel = None
        if WHOLE in request.POST or RESOLVING in request.POST:
            panel = _form_panel(scope, queries.editable_row(scope, pk)) | {
                "part": "explorer/row_editing/form.html"
            }
        return self.done(request, scope, message, changed=[pk], panel=panel)

    def _refused(
        self, request: HttpRequest, scope: Scope, versioned: VersionedRow, form: RowForm
    ) -> HttpResponse:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if WHOLE in request.POST or not is_fragment(request):
            return self.panel(request, "form", _form_panel(scope, versioned, form), status=status)
        faults = [(name, reason) for name, reasons in form.errors.items() for reason in reasons]
        return render(request, "explorer/row_editing/faults.html", {"faults": faults}, status=status)


class RowAddView(RowsBaseView):
    """``/catalogue/{layer}/modifier/ajouter/``: the form of a new row."""

    def get(self, request: HttpRequest, layer: str) -> HttpResponse:
        """Render the form with the defaults of the layer, and the values that the address gives by field."""
        scope = _addable(self.scope(request, layer))
        values = single_values(parameters_of(request), allowed=writable_names(scope))
        return self.panel(request, "form", _form_panel(scope, None, initial=values))

    def post(self, request: HttpRequest, layer: str) -> HttpResponse:
        """Create the row; a faulty form comes back with all that was typed."""
        scope = _addable(self.scope(request, layer))
        form = whole_form(scope, request.POST)
        pk = services.add_row(session=request.session, scope=scope, form=form) if form.is_valid() else None
        if pk is None:
            context = _form_panel(scope, None, form)
            return self.panel(request, "form", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        panel = _form_panel(scope, queries.editable_row(scope, pk)) | {
            "part": "explorer/row_editing/form.html"
        }
        return self.done(request, scope, _saved_words(), added=[pk], panel=panel)


class RowDeleteView(RowsBaseView):
    """``/catalogue/{layer}/modifier/{id}/supprimer/``: say what leaves with the row, then delete it."""

    def get(self, request: HttpRequest, layer: str, pk: int) -> HttpResponse:
        """Render the confirmation."""
        single_values(parameters_of(request), allowed=())
        scope = self.scope(request, layer)
        versioned = self._deletable(scope, pk)
        context = _form_panel(scope, versioned) | {"leaving": presenters.leaving(scope, versioned.row)}
        return self.panel(request, "delete", context)

    def post(self, request: HttpRequest, layer: str, pk: int) -> HttpResponse:
        """Delete the row."""
        scope = self.scope(request, layer)
        versioned = self._deletable(scope, pk)
        expected = frozenset({request.POST.get("row-version", "")})
        title = feature_title(scope, versioned.row)
        words = _("Suppression de %s") % title
        change = delete_feature(scope=scope, pk=pk, expected=expected)
        services.remember(request.session, scope, words, change)
        return self.done(request, scope, _("%s : ligne supprimée.") % title, removed=[pk])

    def _deletable(self, scope: Scope, pk: int) -> VersionedRow:
        versioned = queries.editable_row(scope, pk)
        if not versioned.is_editable or not is_deletable(scope):
            raise Forbidden(_("Vos droits ne permettent pas de supprimer cet objet."))
        return versioned


class RowSplitView(RowsBaseView):
    """``/catalogue/{layer}/modifier/{id}/couper/``: a line becomes two rows."""

    def post(self, request: HttpRequest, layer: str, pk: int) -> HttpResponse:
        """Split the line at ``position`` (longitude,latitude)."""
        scope = self.scope(request, layer)
        versioned = queries.editable_row(scope, pk)
        if not is_splittable(scope):
            raise Forbidden(_("Vos droits ne permettent pas de couper une ligne de cette couche."))
        names = {name for name in unique_columns(scope) if name in request.POST}
        form = posted_form(
            scope, {name: value for name, value in request.POST.items() if name in names or "-" in name}
        )
        if not form.is_valid():
            faults = [(name, reason) for name, reasons in form.errors.items() for reason in reasons]
            return render(
                request,
                "explorer/row_editing/faults.html",
                {"faults": faults},
                status=HTTPStatus.UNPROCESSABLE_ENTITY,
            )
        position = _position(request.POST.get("position", ""))
        words = _("Coupe de %s") % feature_title(scope, versioned.row)
        split = split_feature(
            scope=scope, pk=pk, position=position, expected=form.expected, values=form.values
        )
        services.remember(request.session, scope, words, split.change)
        panel = _form_panel(scope, queries.editable_row(scope, pk)) | {
            "part": "explorer/row_editing/form.html"
        }
        message = _(
            "Ligne coupée : la plus longue partie garde son identifiant, l’autre est une nouvelle ligne."
        )
        return self.done(request, scope, message, changed=[pk], added=[split.added], panel=panel)


class RowsChangeView(RowsBaseView):
    """``/catalogue/{layer}/modifier/plusieurs/``: one value for several rows, counted before it is written."""

    def get(self, request: HttpRequest, layer: str) -> HttpResponse:
        """Render the choice of a field and its value."""
        scope = self.scope(request, layer)
        return self.panel(
            request, "several", {"scope": scope, "form": whole_form(scope), "title": _("Plusieurs lignes")}
        )

    def post(self, request: HttpRequest, layer: str) -> HttpResponse:
        """Count what would be written; write it once it is confirmed."""
        scope = self.scope(request, layer)
        name = request.POST.get(FIELD, "")
        if name not in row_inputs(scope):
            raise InvalidFeature(_("Choisissez le champ à changer."), parameter=FIELD)
        form = posted_form(scope, {name: request.POST.get(name, "")})
        pks = _selected(scope, request)
        current = versioned_rows(scope, pks)
        closed = closed_rows(scope, pks)
        editable = [pk for pk in pks if pk in current and current[pk].is_editable and pk not in closed]
        title = str(form.fields[name].label)
        context = {
            "scope": scope, "form": form, "name": name, "field": form[name], "count": len(editable),
            "left_out": len(pks) - len(editable), "ids": ",".join(map(str, editable)), "title": title,
        }  # fmt: skip
        if not form.is_valid():
            faults = [(FIELD, reason) for reasons in form.errors.values() for reason in reasons]
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            return render(request, "explorer/row_editing/faults.html", {"faults": faults}, status=status)
        if CONFIRMED not in request.POST or not editable:
            context["value"] = presenters.value_text(scope, name, form.values[name])
            return self.panel(request, "several_confirmation", context)
        words = ngettext("%(title)s de %(n)d ligne", "%(title)s de %(n)d lignes", len(editable))
        written = update_features(scope=scope, values={name: form.values[name]}, pks=editable)
        parts = {"title": title, "n": len(editable)}
        services.remember(request.session, scope, words % parts, written.change)
        return self.done(request, scope, _saved_words(), changed=editable)


class RowStepView(RowsBaseView):
    """``/catalogue/{layer}/modifier/{id}/etape/``: a step of the moderation of a row."""

    def post(self, request: HttpRequest, layer: str, pk: int) -> HttpResponse:
        """Take the step; the form of the row comes back, unless the visitor reads it no more."""
        scope = self.scope(request, layer)
        versioned = queries.editable_row(scope, pk)
        title, expected = feature_title(scope, versioned.row), request.POST.get("row-version", "")
        code = perform(
            scope=scope,
            pk=pk,
            name=request.POST.get("name", ""),
            reason=request.POST.get("reason", ""),
            expected=frozenset({expected}) if expected else None,
        )
        parts = {"title": title, "text": machine_of(scope).state(code).label}
        message = _("%(title)s : %(text)s") % parts
        fresh = self.scope(request, layer)
        if pk not in versioned_rows(fresh, [pk]):
            return self.done(request, fresh, message, removed=[pk])
        panel = _form_panel(fresh, queries.editable_row(fresh, pk)) | {
            "part": "explorer/row_editing/form.html"
        }
        return self.done(request, fresh, message, changed=[pk], panel=panel)


class RowsUndoView(RowsBaseView):
    """``/catalogue/{layer}/modifier/annuler/``: undo the last change of this session."""

    def post(self, request: HttpRequest, layer: str) -> HttpResponse:
        """Undo it, unless a row changed since."""
        scope = self.scope(request, layer)
        write, restored = services.undo_last(request.session, scope)
        message = _("Annulé : %s.") % write.words
        if restored.records:
            message += " " + presenters.returned_words(restored.records)
        rows = queries.rows_of_change(scope, restored.change)
        return self.done(
            request, scope, message, changed=rows["update"], added=rows["insert"], removed=rows["delete"]
        )


class RowHistoryView(RowsBaseView):
    """``/catalogue/{layer}/modifier/{id}/historique/``: who changed what of a row; each value can be restored."""

    def get(self, request: HttpRequest, layer: str, pk: int) -> HttpResponse:
        """Render the changes, latest first."""
        single_values(parameters_of(request), allowed=())
        scope = self.scope(request, layer)
        versioned = queries.editable_row(scope, pk)
        context = _form_panel(scope, versioned) | {
            "changes": presenters.row_changes(scope, history(scope, pk).changes)
        }
        return self.panel(request, "history", context)

    def post(self, request: HttpRequest, layer: str, pk: int) -> HttpResponse:
        """Restore the value of a field, or the whole row, as it was before a change."""
        scope = self.scope(request, layer)
        title = feature_title(scope, queries.editable_row(scope, pk).row)
        expected, name = frozenset({request.POST.get("row-version", "")}), request.POST.get(FIELD, "")
        event = _event(request.POST.get("event", ""))
        if name:
            written = restore_value(scope=scope, pk=pk, event=event, name=name, expected=expected)
        else:
            written = restore_row(scope=scope, pk=pk, event=event, expected=expected)
        services.remember(request.session, scope, _("Retour en arrière de %s") % title, written.change)
        return self.done(request, scope, _saved_words(), changed=[pk])


def _form_of(scope: Scope, data: Any) -> RowForm:
    """Return the form of a request: all fields, some, or those of a conflict whose own value was chosen.

    Raises:
        InvalidFeature: a field that is not written here, or one of a conflict without a choice.
    """
    if WHOLE in data:
        return whole_form(scope, data)
    if RESOLVING not in data:
        return posted_form(scope, data)
    remaining, chosen = data.copy(), chosen_names(data)
    for name in [each for each in data if each == GEOMETRY or "-" not in each]:
        if name != "csrfmiddlewaretoken" and f"{CHOICE}{name}" not in data:
            raise InvalidFeature(_("Choisissez une valeur pour chaque champ qui diffère."), parameter=name)
        if name not in chosen:
            del remaining[name]
    return posted_form(scope, remaining)


def _form_panel(
    scope: Scope,
    versioned: VersionedRow | None,
    form: RowForm | None = None,
    initial: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return the context of the form of a row: as it is, or as it was typed; ``initial`` are values of a new one."""
    if form is None:
        values = presenters.row_initial(scope, versioned) if versioned else presenters.new_initial(scope)
        form = whole_form(scope, initial=dict(values) | dict(initial or {}))
    return presenters.form_context(scope, form, versioned) | {"faults": form_errors(form)}


def _addable(scope: Scope) -> Scope:
    if not is_addable(scope):
        raise Forbidden(_("Vos droits ne permettent pas d’ajouter à cette couche."))
    return scope


def _event(text: str) -> int:
    if not text.isdecimal() or len(text) > 18:
        raise InvalidParameter(
            _("event attend le numéro d’un changement ; reçu « %s ».") % text[:60], parameter="event"
        )
    return int(text)


def _position(text: str) -> Point:
    try:
        longitude, latitude = (float(part) for part in text.split(","))
    except ValueError:
        raise InvalidParameter(
            _("position attend « longitude,latitude » ; reçu « %s ».") % text[:60], parameter="position"
        ) from None
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise InvalidParameter(
            _("position attend « longitude,latitude » ; reçu « %s ».") % text[:60], parameter="position"
        )
    return Point(longitude, latitude, srid=4326)


def _selected(scope: Scope, request: HttpRequest) -> list[int]:
    """Return the ids of the rows to change: those that are ticked, or all that the address selects."""
    if ALL in request.POST:
        return queries.selected_ids(*queries.narrowed_rows(scope, parameters_of(request)))
    texts = [part for part in request.POST.get(IDS, "").split(",") if part]
    if (
        not texts
        or len(texts) > queries.MAX_CHANGED_ROWS
        or not all(each.isdecimal() and len(each) < 19 for each in texts)
    ):
        raise InvalidParameter(_("Choisissez de 1 à %d lignes.") % queries.MAX_CHANGED_ROWS, parameter=IDS)
    return list(dict.fromkeys(map(int, texts)))


def _written_words(written: WrittenFeature) -> str:
    """Say what became of a form: written, or waiting for who approves the row."""
    if written.is_proposed:
        return written.warnings[-1]
    return _("Rien n’a changé : rien n’a été enregistré.") if written.change is None else _saved_words()


def _saved_words() -> str:
    now = timezone.localtime()
    return _("Enregistré à %(hour)s h %(minute)s") % {
        "hour": now.strftime("%H"),
        "minute": now.strftime("%M"),
    }
