"""``/catalogue/{layer}/retablir/``: a moment, what restoring it would change, and the restoration."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from explorer.restoration import presenters
from explorer.restoration.forms import MomentForm, RestorationForm
from explorer.row_editing.services import remember
from interface import wording
from interface.forms import form_errors
from interface.requests import parameters_of
from layers import access
from layers.access import Scope
from layers.errors import InvalidParameter, StaleFeature, UnknownLayer
from layers.parsing import single_values
from layers.queries.layer_changes import latest_changes
from layers.services.features import is_writable
from layers.services.restoration import check_restorable, moment_plan, restore_moment
from layers.visitor import visitor_of

MAX_CHANGES = 20


class RestorationView(View):
    """Choose a moment among the last changes or by a date; read what would change; restore, with a reason."""

    def get(self, request: HttpRequest, layer: str) -> HttpResponse:
        """Render the choice of a moment, and its preview once one is chosen."""
        scope = self.scope(request, layer)
        values = single_values(parameters_of(request), allowed=("at",))
        form = MomentForm(values if "at" in values else None)
        if not form.is_valid():
            status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
            return self.page(request, scope, form, {"faults": form_errors(form)}, status)
        return self.preview(request, scope, form.cleaned_data["at"])

    def post(self, request: HttpRequest, layer: str) -> HttpResponse:
        """Restore the moment of a preview, unless rows changed since it was read."""
        scope = self.scope(request, layer)
        form = RestorationForm(request.POST)
        if not form.is_valid():
            at = form.cleaned_data.get("at")
            if at is None or "last" in form.errors:
                raise InvalidParameter(
                    _("Choisissez d’abord un moment, et lisez son aperçu."), parameter="at"
                )
            return self.preview(request, scope, at, form)
        at, last, reason = (form.cleaned_data[name] for name in ("at", "last", "reason"))
        try:
            restored = restore_moment(scope=scope, at=at, last=last, reason=reason)
        except StaleFeature as error:
            return self.preview(request, scope, at, form, stale=error)
        words = _("Lignes du %s") % wording.instant(at)
        remember(request.session, scope, words, restored.change)
        messages.success(
            request,
            _("Couche rétablie : %(changed)d changées, %(created)d revenues, %(deleted)d supprimées.")
            % {"changed": restored.changed, "created": restored.created, "deleted": restored.deleted},
        )
        return redirect("explorer:rows", scope.slug)

    def scope(self, request: HttpRequest, slug: str) -> Scope:
        """Return the layer.

        Raises:
            UnknownLayer: there is none for this visitor, or they write nothing in it.
            Forbidden: they do not read and write all of it.
        """
        scope = access.scope(visitor_of(request), slug)
        if scope.visitor.is_anonymous or not is_writable(scope):
            raise UnknownLayer(slug)
        check_restorable(scope)
        return scope

    def preview(
        self,
        request: HttpRequest,
        scope: Scope,
        at: dt.datetime,
        form: RestorationForm | None = None,
        *,
        stale: StaleFeature | None = None,
    ) -> HttpResponse:
        """Render what would change; ``form`` is a refused confirmation, ``stale`` says that rows changed since."""
        plan = moment_plan(scope=scope, at=at)
        first = {"at": at.isoformat(), "last": plan.last, "reason": form["reason"].value() if form else ""}
        bound = form if form is not None and stale is None else RestorationForm(initial=first)
        status = HTTPStatus.OK if form is None else HTTPStatus.UNPROCESSABLE_ENTITY
        context = presenters.preview(scope, plan) | {
            "at": at,
            "form": bound,
            "faults": form_errors(bound),
            "stale": stale,
        }
        return self.page(
            request,
            scope,
            MomentForm(initial={"at": at}),
            context,
            HTTPStatus.CONFLICT if stale is not None else status,
        )

    def page(
        self,
        request: HttpRequest,
        scope: Scope,
        moment: MomentForm,
        context: dict[str, Any],
        status: HTTPStatus,
    ) -> HttpResponse:
        """Render the page."""
        changes = latest_changes(scope, most=MAX_CHANGES)
        context |= {"scope": scope, "moment": moment, "changes": changes}
        return render(request, "explorer/restoration/page.html", context, status=status)
