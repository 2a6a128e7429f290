"""Pages of the lists of management, their files, and their actions on several rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from gisportal.health import health
from interface.requests import parameters_of
from interface.text import fold
from interface.wording import instant, number
from layers.errors import InvalidParameter
from layers.visitor import visitor_of
from layers.vocabulary import JobState, LayerState
from management.frame import ManagementView
from management.health.presenters import health_lines
from management.lists import jobs, layers, storage, themes
from management.lists.jobs import JobRow
from management.lists.layer_states import StateChange, apply_change, state_change, undo_change
from management.lists.layers import LayerRow, layer_rows, with_counts
from management.lists.storage import StorageRow
from management.lists.table import Column, Filter, Listing
from management.lists.themes import ThemeRow

CSV, CSV_NAME = "csv", "format"
_NEVER = 9_999.0


def _has_state(row: LayerRow, value: str) -> bool:
    tone, _icon, _words = row.state
    checks = {
        "retard": bool(row.freshness.late_days),
        "a-relire": tone == "warn",
        "refusee": tone == "bad",
        "brouillon": row.layer.state == LayerState.DRAFT,
        "retiree": row.layer.state == LayerState.ARCHIVED,
        "acces": row.has_ending_grant,
    }
    return checks[value]


LAYERS: Listing[LayerRow] = Listing(
    columns=(
        Column(
            "couche", gettext_lazy("Couche"), lambda row: row.layer.title, lambda row: fold(row.layer.title)
        ),
        Column(
            "theme",
            gettext_lazy("Thème"),
            lambda row: row.layer.theme.title,
            lambda row: fold(f"{row.layer.theme.title} {row.layer.title}"),
        ),
        Column("etat", gettext_lazy("État"), lambda row: row.state[2], lambda row: row.state[2]),
        Column(
            "fraicheur",
            gettext_lazy("Fraîcheur"),
            lambda row: row.freshness.words,
            lambda row: -row.freshness.ratio,
        ),
        Column("attendue", gettext_lazy("Rythme attendu"), lambda row: row.freshness.rhythm),
        Column(
            "change",
            gettext_lazy("Dernier changement"),
            lambda row: instant(row.freshness.changed) if row.freshness.changed else "",
        ),
        Column("lignes", gettext_lazy("Lignes"), lambda row: row.rows),
        Column(
            "lecteurs",
            gettext_lazy("Qui voit"),
            lambda row: row.readers,
            lambda row: _NEVER * 1_000 if row.people is None else row.people,
        ),
        Column("livraison", gettext_lazy("Dernière livraison"), lambda row: row.last_delivery),
    ),
    matches=layers.is_named,
    default_sort="fraicheur",
    filters=(
        Filter(
            "etat",
            gettext_lazy("État"),
            {
                "retard": gettext_lazy("En retard"),
                "a-relire": gettext_lazy("À relire"),
                "refusee": gettext_lazy("Livraison refusée"),
                "brouillon": gettext_lazy("Brouillon"),
                "retiree": gettext_lazy("Retirée"),
                "acces": gettext_lazy("Un accès finit bientôt"),
            },
            _has_state,
        ),
        Filter(
            "qui",
            gettext_lazy("Qui voit"),
            {"tous": gettext_lazy("Tout le monde"), "internes": gettext_lazy("Des personnes")},
            lambda row, value: (row.people is None) == (value == "tous"),
        ),
    ),
)
JOBS: Listing[JobRow] = Listing(
    columns=(
        Column("quoi", gettext_lazy("Traitement"), lambda row: row.title, lambda row: fold(row.title)),
        Column(
            "nature", gettext_lazy("Nature"), lambda row: row.family_title, lambda row: str(row.family_title)
        ),
        Column("etat", gettext_lazy("État"), lambda row: row.state_title, lambda row: str(row.state_title)),
        Column("pour", gettext_lazy("Demandé par"), lambda row: row.owner, lambda row: fold(row.owner)),
        Column(
            "demande",
            gettext_lazy("Demandé le"),
            lambda row: instant(row.requested),
            lambda row: row.requested.timestamp(),
        ),
        Column("fin", gettext_lazy("Terminé le"), lambda row: row.ended),
        Column("essais", gettext_lazy("Essais"), lambda row: row.attempts),
        Column("erreur", gettext_lazy("Erreur"), lambda row: row.error),
    ),
    matches=jobs.is_named,
    default_sort="-demande",
    filters=(
        Filter(
            "etat",
            gettext_lazy("État"),
            {str(state.value): state.label for state in JobState},
            lambda row, value: row.state == value,
        ),
        Filter(
            "nature",
            gettext_lazy("Nature"),
            {name: family.title for name, family in jobs.FAMILIES.items()},
            lambda row, value: row.family == value,
        ),
    ),
)
STORAGE: Listing[StorageRow] = Listing(
    columns=(
        Column("quoi", gettext_lazy("Quoi"), lambda row: row.title, lambda row: fold(str(row.title))),
        Column("nature", gettext_lazy("Nature"), lambda row: row.kind_title, lambda row: str(row.kind_title)),
        Column("taille", gettext_lazy("Octets"), lambda row: row.size, lambda row: row.size),
    ),
    matches=storage.is_named,
    default_sort="-taille",
    filters=(Filter("nature", gettext_lazy("Nature"), storage.KINDS, lambda row, value: row.kind == value),),
)


class ListView(ManagementView):
    """A list: its page, and its file under ``?format=csv``."""

    listing: Listing[Any]
    template = ""
    file_name = ""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Render a page of the list, or send all of its rows."""
        return self.render_page(self.rows())

    def render_page(self, rows: list[Any], *, status: HTTPStatus = HTTPStatus.OK) -> HttpResponseBase:
        """Render a page of these rows as the address says, or send them."""
        request = self.request
        parameters = parameters_of(request)
        query = self.listing.parse(parameters, extra=(CSV_NAME,))
        form = request.GET.get(CSV_NAME, "")
        if form not in ("", CSV):
            raise InvalidParameter(_("La liste se télécharge en csv seulement."), parameter=CSV_NAME)
        if form == CSV:
            return self.listing.file(self.full(self.listing.rows(rows, query)), query, name=self.file_name)
        page = self.listing.page(rows, query)
        context = {
            "query": query,
            "rows": self.full(page.rows),
            "count": page.count,
            "total": len(rows),
            "next_address": query.address(apres=page.following) if page.following else "",
            "first_address": query.address() if query.cursor else "",
            "csv_address": query.address(**{CSV_NAME: CSV}),
            "sorts": self.listing.sort_links(query),
            "filters": [(each, query.filters[each.name]) for each in self.listing.filters],
            **self.context(),
        }
        return render(request, self.template, self.frame() | context, status=status)

    def rows(self) -> list[Any]:
        """Return every row of the list that the visitor manages."""
        raise NotImplementedError

    def full(self, rows: Any) -> Any:
        """Return rows with what is read for a page alone."""
        return rows

    def context(self) -> dict[str, Any]:
        """Return what the template shows beside the list."""
        return {}


class LayersView(ListView):
    """``/gestion/couches/``: the layers, late ones first."""

    tab = "management:layers"
    listing, template, file_name = LAYERS, "management/lists/layers.html", "couches"

    def rows(self) -> list[LayerRow]:
        """Return the layers that the visitor manages."""
        return layer_rows(visitor_of(self.request))

    def full(self, rows: Any) -> Any:
        """Return layers with their counts of rows."""
        return with_counts(rows)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Show what an action would change, change it, or undo it."""
        visitor = visitor_of(request)
        if key := request.POST.get("annuler"):
            return self._undo(request, key)
        change = state_change(visitor, request.POST.get("action", ""), request.POST.getlist("lignes"))
        if not change.layers:
            messages.info(request, _("Rien à changer : choisissez des couches d’un autre état."))
            return redirect("management:layers")
        if request.POST.get("confirme") != "oui":
            return preview(request, self.frame(), change, request.POST["action"])
        key = apply_change(visitor, change)
        count = len(change.layers)
        words = (
            ngettext("%s couche mise en ligne.", "%s couches mises en ligne.", count)
            if change.state == LayerState.PUBLISHED
            else ngettext("%s couche retirée.", "%s couches retirées.", count)
        )
        context = {"sentence": words % number(count), "undo_key": key}
        return render(request, "management/lists/layers_done.html", self.frame() | context)

    def _undo(self, request: HttpRequest, key: str) -> HttpResponse:
        undone, remaining = undo_change(visitor_of(request), key)
        words = ngettext(
            "%s couche remise dans son état d’avant.", "%s couches remises dans leur état d’avant.", undone
        )
        messages.success(request, words % number(undone))
        if remaining:
            words = ngettext(
                "%s couche a changé entre-temps : elle reste comme elle est.",
                "%s couches ont changé entre-temps : elles restent comme elles sont.",
                remaining,
            )
            messages.warning(request, words % number(remaining))
        return redirect("management:layers")


def preview(request: HttpRequest, frame: Mapping[str, Any], change: StateChange, action: str) -> HttpResponse:
    """Render what an action would change of layers, with the form that applies it."""
    numbers = {layer.pk for layer in change.layers}
    rows = [row for row in layer_rows(visitor_of(request)) if row.pk in numbers]
    context = {"change": change, "rows": rows, "action": action}
    return render(request, "management/lists/layers_preview.html", {**frame, **context})


class JobsView(ListView):
    """``/gestion/traitements/``: the jobs of the last month, for administrators."""

    tab = "management:jobs"
    is_for_administrators = True
    listing, template, file_name = JOBS, "management/lists/jobs.html", "traitements"

    def rows(self) -> list[JobRow]:
        """Return the jobs of the last month."""
        since = visitor_of(self.request).instant - dt.timedelta(days=jobs.LISTED_DAYS)
        return jobs.job_rows(since=since)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Show which jobs would be ordered again, order them, or cancel those that no worker has begun."""
        if key := request.POST.get("annuler"):
            return self._undo(request, key)
        keys = request.POST.getlist("lignes")
        if not keys:
            messages.info(request, _("Choisissez d’abord des traitements arrêtés."))
            return redirect("management:jobs")
        if request.POST.get("confirme") != "oui":
            context = {"named": jobs.jobs_of(keys)}
            return render(request, "management/lists/jobs_preview.html", self.frame() | context)
        retry = jobs.retry(visitor_of(request), keys)
        again = len(retry.ordered)
        words = ngettext("%s traitement relancé.", "%s traitements relancés.", again) % number(again)
        outcome = {"sentence": words if again else _("Rien n’est relancé."), "retry": retry}
        return render(request, "management/lists/jobs_done.html", self.frame() | outcome)

    def _undo(self, request: HttpRequest, key: str) -> HttpResponse:
        cancelled, remaining = jobs.undo_retry(key)
        words = ngettext("%s traitement annulé.", "%s traitements annulés.", cancelled)
        messages.success(request, words % number(cancelled))
        if remaining:
            words = ngettext(
                "%s traitement avait commencé : il continue.",
                "%s traitements avaient commencé : ils continuent.",
                remaining,
            )
            messages.warning(request, words % number(remaining))
        return redirect("management:jobs")


class ThemesView(ListView):
    """``/gestion/themes/``: names and order of themes, the state of the layers of several, for administrators."""

    tab = "management:themes"
    is_for_administrators = True
    listing, template, file_name = themes.THEMES, "management/lists/themes.html", "themes"

    def rows(self) -> list[ThemeRow]:
        """Return the themes."""
        return themes.theme_rows()

    def full(self, rows: Any) -> Any:
        """Return themes with their forms: what was sent, after a fault."""
        return themes.with_forms(rows, self.request.POST if self.request.method == "POST" else None)

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Rename and order the themes of the page, all or none; or show what would become of the layers of some."""
        if action := request.POST.get("action"):
            return self._preview(request, action)
        rows = [row for row in themes.theme_rows() if themes.is_sent(row, request.POST)]
        forms = [row.form for row in themes.with_forms(rows, request.POST) if row.form is not None]
        if not all([form.is_valid() for form in forms]):
            return self.render_page(rows, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        changed = themes.save_themes(forms)
        words = ngettext("%s thème changé.", "%s thèmes changés.", changed)
        messages.success(request, words % number(changed) if changed else _("Rien n’a changé."))
        return redirect("management:themes")

    def _preview(self, request: HttpRequest, action: str) -> HttpResponse:
        """Render what an action would change of the layers of the chosen themes; the list of layers applies it."""
        visitor, keys = visitor_of(request), request.POST.getlist("lignes")
        change = state_change(visitor, action, themes.layers_of_themes(keys))
        if not change.layers:
            messages.info(
                request, _("Rien à changer : choisissez des thèmes qui ont des couches d’un autre état.")
            )
            return redirect("management:themes")
        return preview(request, self.frame(), change, action)


class StorageView(ListView):
    """``/gestion/sante/``: what answers, and what takes room, for administrators."""

    tab = "management:health"
    is_for_administrators = True
    listing, template, file_name = STORAGE, "management/lists/storage.html", "stockage"

    def rows(self) -> list[StorageRow]:
        """Return what takes room."""
        return storage.storage_rows()

    def context(self) -> dict[str, Any]:
        """Return the probes."""
        return {"health": health_lines(health(), at=visitor_of(self.request).instant)}

    def post(self, request: HttpRequest) -> HttpResponse:
        """Say what emptying a cache does, or empty it."""
        name = request.POST.get("vider", "")
        if request.POST.get("confirme") != "oui":
            row = storage.emptiable(name)
            return render(request, "management/lists/storage_preview.html", self.frame() | {"row": row})
        storage.empty(name)
        messages.success(request, _("Le cache est vidé : il se remplit de nouveau au fil des lectures."))
        return redirect(reverse("management:health"))
