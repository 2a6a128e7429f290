"""``/gestion/acces/``: the list of grants, the page of a layer with who sees it, the form of a grant, its ends."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards import access as dashboard_access
from dashboards.models import Dashboard
from export_formats.csv import safe_cell
from interface.forms import form_errors
from interface.requests import is_fragment
from layers import access
from layers.errors import Forbidden, InvalidParameter, UnknownLayer
from layers.models import Grant, Layer, Theme
from layers.visitor import Visitor, visitor_of
from layers.vocabulary import GrantState
from management.frame import ManagementView
from management.rights.effects import effect_words
from management.rights.forms import DashboardGrantForm, GrantForm, new_grant
from management.rights.presenters import (
    GrantLine,
    end_words,
    labelled,
    subject_words,
)
from management.rights.queries import (
    GrantFilters,
    GrantList,
    get_grant,
    grant_lines,
    groups_to_give,
    listed_layer,
)
from management.rights.services import (
    MONTHS,
    AnyGrant,
    check_grant,
    end_grant,
    kind_of,
    remove_grant,
    renew_grant,
    restore_grant,
    save_grant,
)

PAGE = 100
UNDO_S = 600
"""Seconds in which a removal may be undone."""
_REMOVED = "removed_grant"
_MARK = "\ufeff"  # spreadsheets read the file as UTF-8 by it


class RightsView(ManagementView):
    """A page of the tab of access."""

    tab = "management:rights"


class GrantListView(RightsView):
    """``/gestion/acces/``: every grant that the visitor manages, filtered, also as CSV."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the list, or the file."""
        visitor = visitor_of(request)
        filters = _filters(request)
        grants = GrantList(visitor, filters)
        if request.GET.get("format") == "csv":
            return csv_answer("acces", _GRANT_HEAD, map(_grant_cells, grant_lines(visitor, list(grants))))
        page = Paginator(grants, PAGE).get_page(request.GET.get("page"))
        layers = access.listed_layers(visitor).order_by("title")
        return render(
            request,
            "management/rights/list.html",
            {
                **self.frame(),
                "rows": page,
                "lines": grant_lines(visitor, list(page)),
                "filters": filters,
                "layers": layers,
                "groups": groups_to_give(visitor),
                "themes": Theme.objects.all() if visitor.is_administrator else [],
                "dashboards": dashboard_access.published(visitor).order_by("title"),
                "states": GrantState.choices,
                "months": MONTHS,
                "removed": removed_words(request),
            },
        )


class GrantFormView(RightsView):
    """A new grant, or one that is changed, with what it changes counted before it is saved."""

    def get(self, request: HttpRequest, kind: str = "", pk: int = 0) -> HttpResponse:
        """Render the form."""
        grant = self.grant(request, kind, pk)
        if grant.pk is not None:
            try:
                check_grant(visitor_of(request), grant)
            except Forbidden as error:
                messages.error(request, error.detail)
                return redirect(_page_of(grant))
        return self.page(request, self.grant_form(request, grant))

    def post(self, request: HttpRequest, kind: str = "", pk: int = 0) -> HttpResponse:
        """Show what the grant changes, or save it and lead to the page of what it opens."""
        form = self.grant_form(request, self.grant(request, kind, pk), request.POST)
        if is_fragment(request):
            return render(request, "management/rights/effect.html", {"effect": effect_words(form)})
        if not form.is_valid() or "preview" in request.POST:
            return self.page(request, form, status=200 if form.is_valid() else 422)
        grant = form.proposed()
        try:
            save_grant(visitor_of(request), grant)
        except (Forbidden, InvalidParameter) as error:
            form.add_error("recipient" if error.parameter == "recipient" else None, error.detail)
            return self.page(request, form, status=422)
        messages.success(request, _("Accès enregistré : %s.") % subject_words(grant))
        return redirect(_page_of(grant))

    def grant(self, request: HttpRequest, kind: str, pk: int) -> AnyGrant:
        """Return the grant that the address names, or a new one on its subject.

        Raises:
            Http404: the visitor does not manage it, or knows of no such subject.
        """
        visitor = visitor_of(request)
        if not kind:
            return new_grant(_subject(visitor, request))
        return _managed_grant(visitor, kind, pk)

    def grant_form(self, request: HttpRequest, grant: AnyGrant, sent: Any = None) -> DashboardGrantForm:
        """Return the form of a grant, with what was sent."""
        visitor = visitor_of(request)
        if not isinstance(grant, Grant):
            return DashboardGrantForm(sent, grant=grant, visitor=visitor)
        slugs = [grant.layer.slug] if grant.layer else []
        scope = next(iter(access.scopes_by_slug(visitor, slugs).values()), None)
        return GrantForm(
            sent,
            grant=grant,
            visitor=visitor,
            scope=labelled(scope) if scope else None,
            has_rows=grant.layer is None or scope is not None,
        )

    def page(
        self, request: HttpRequest, form: DashboardGrantForm, *, status: int = 200, **context: Any
    ) -> HttpResponse:
        """Render the form with its effect, and what a view adds to the context."""
        grant = form.grant
        place: list[Any] = [] if grant.pk is None else [kind_of(grant), grant.pk]
        query = f"?{request.META['QUERY_STRING']}" if grant.pk is None else ""
        context |= {
            **self.frame(),
            "action": reverse("management:grant" if place else "management:new-grant", args=place) + query,
            "outcome_action": reverse(
                "management:grant-outcome" if place else "management:new-grant-outcome", args=place
            )
            + query,
            "form": form,
            "faults": form_errors(form),
            "subject": subject_words(form.grant),
            "is_new": form.grant.pk is None,
            "back": _page_of(form.grant),
            "effect": effect_words(form),
        }
        return render(request, "management/rights/form.html", context, status=status)


class GrantActionView(RightsView):
    """End a grant, renew it or remove it: ``action`` is in the address, and the visitor returns where they were."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, kind: str, pk: int, action: str) -> HttpResponse:
        """Do it, say so, and offer to undo a removal."""
        visitor = visitor_of(request)
        grant = _managed_grant(visitor, kind, pk)
        back = _page_of(grant)
        try:
            message = _ACTIONS[action](request, visitor, grant)
        except Forbidden as error:
            messages.error(request, error.detail)
        else:
            messages.success(request, message)
        return redirect(back)


class GrantRestoreView(RightsView):
    """Write again the grant that the visitor removed last."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Write it again, and lead to the page of what it opens."""
        values = request.session.pop(_REMOVED, None)
        if values is None:
            return redirect("management:rights")
        try:
            grant = restore_grant(visitor_of(request), values["columns"])
        except (Forbidden, InvalidParameter) as error:
            messages.error(request, error.detail)
            return redirect("management:rights")
        messages.success(request, _("Accès rétabli : %s.") % subject_words(grant))
        return redirect(_page_of(grant))


def _end(_request: HttpRequest, visitor: Visitor, grant: AnyGrant) -> str:
    end_grant(visitor, grant)
    return _("Accès terminé : %s.") % subject_words(grant)


_SAME_LENGTH = "meme"


def _renew(request: HttpRequest, visitor: Visitor, grant: AnyGrant) -> str:
    months = request.POST.get("months", "")
    if months not in {_SAME_LENGTH, *(str(each) for each in MONTHS)}:
        raise Forbidden(_("Une durée de 1, 3, 6 ou 12 mois est attendue, ou la même."))
    end = renew_grant(visitor, grant, months=None if months == _SAME_LENGTH else int(months))
    return _("Accès prolongé : jusqu’au %s.") % end_words(end, at=visitor.instant).words


def _remove(request: HttpRequest, visitor: Visitor, grant: AnyGrant) -> str:
    words = subject_words(grant)
    request.session[_REMOVED] = {
        "columns": remove_grant(visitor, grant),
        "words": f"{grant.recipient} → {words}",
        "at": int(time.time()),
    }
    return _("Accès retiré : %s.") % words


_ACTIONS = {"terminer": _end, "prolonger": _renew, "retirer": _remove}


def _filters(request: HttpRequest) -> GrantFilters:
    """Read the filters of the list; a group or a state that is none leaves nothing out but is said by no choice."""
    group, state = request.GET.get("groupe", ""), request.GET.get("etat", "")
    if (group and not group.isdecimal()) or (state and state not in GrantState.values):
        raise Http404
    return GrantFilters(
        layer=request.GET.get("couche", "")[:63],
        group=int(group[:9]) if group else None,
        person=request.GET.get("personne", "").replace("\x00", "").strip()[:100],
        state=GrantState(state) if state else None,
    )


def _subject(visitor: Visitor, request: HttpRequest) -> Layer | Theme | Dashboard:
    """Return what a new grant opens, as the address names it: one subject that the visitor knows of."""
    text = request.GET.get("sur", "")
    kind, _colon, name = text.partition(":")
    subject: Layer | Theme | Dashboard | None = None
    if kind == "couche":
        return layer_or_404(visitor, name)
    if kind == "theme":
        subject = Theme.objects.filter(slug=name).first() if "\x00" not in name else None
    elif kind == "tableau":
        subject = (
            dashboard_access.published(visitor).filter(slug=name).first() if "\x00" not in name else None
        )
    if subject is None:
        raise Http404
    return subject


def layer_or_404(visitor: Visitor, slug: str) -> Layer:
    """Return a layer or a raster that a visitor knows of.

    Raises:
        Http404: there is none of that name, or it is hidden from the visitor.
    """
    try:
        return listed_layer(visitor, slug)
    except (UnknownLayer, ValueError):
        raise Http404 from None


def _managed_grant(visitor: Visitor, kind: str, pk: int) -> AnyGrant:
    grant = get_grant(visitor, kind, pk)
    if grant is None:
        raise Http404
    return grant


def _page_of(grant: AnyGrant) -> str:
    if isinstance(grant, Grant) and grant.layer is not None:
        return reverse("management:layer-rights", args=[grant.layer.slug])
    return reverse("management:rights")


def removed_words(request: HttpRequest) -> str:
    """Return the words of the grant that the visitor removed a moment ago and may bring back; empty without one."""
    removed = request.session.get(_REMOVED, {})
    return str(removed["words"]) if removed and removed["at"] > time.time() - UNDO_S else ""


_GRANT_HEAD = (
    "Quoi",
    "Qui",
    "Nature",
    "Lignes",
    "Filtre CQL2",
    "Peut",
    "Champs",
    "À partir du",
    "Fin",
    "Motif",
)


def _grant_cells(line: GrantLine) -> Sequence[str]:
    nature = _("groupe") if line.is_group else _("personne")
    return (
        line.subject,
        line.who,
        nature,
        line.rows,
        line.filter,
        line.can,
        line.fields,
        line.begins,
        line.end.words,
        line.grant.reason,
    )


def csv_answer(name: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> HttpResponse:
    """Return a CSV file that French spreadsheets open: semicolons, and no cell that they would run."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(head)
    writer.writerows([safe_cell(cell, ";") for cell in row] for row in rows)
    answer = HttpResponse(_MARK + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer
