"""``/urbanisme/``: the tools of planners, one sentence each."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from interface.requests import parameters_of
from layers.parsing import single_values
from layers.visitor import Visitor, visitor_of
from planning.inventory.queries import readable_inventories


class ToolsView(View):
    """The list of tools."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the page."""
        single_values(parameters_of(request), allowed=())
        tools = [*tool_list(), *inventory_list(visitor_of(request))]
        return render(request, "planning/tools/home.html", {"tools": tools})


def inventory_list(visitor: Visitor) -> list[tuple[str, str, str]]:
    """Return the inventories on paper of the layers that a visitor reads, as tools."""
    return [
        (
            str(each.title),
            _("Une fiche par objet, avec ses photos, et toutes en un document PDF."),
            reverse("inventory:list", args=[each.layer]),
        )
        for each in readable_inventories(visitor)
    ]


def tool_list() -> list[tuple[str, str, str]]:
    """Return the tools in the order of their page."""
    return [
        (
            _("Ce qui s’applique ici"),
            _("Les règles d’une parcelle, d’une adresse ou d’un contour."),
            reverse("planning:sheet"),
        ),
        (
            _("Fiches d’une liste de parcelles"),
            _("Mille parcelles au plus, en un fichier XLSX, CSV ou PDF."),
            reverse("planning:list"),
        ),
        (
            _("Documents d’urbanisme"),
            _("Ce qui est en vigueur, les pièces écrites, et ce que chaque procédure a changé."),
            reverse("plui:documents"),
        ),
        (
            _("Statistiques des zones"),
            _("Surfaces, part bâtie et parcelles, par type, libellé et commune."),
            reverse("planning-tools:statistics"),
        ),
        (
            _("Superposition"),
            _("Ce qu’une couche partage avec les zones : surfaces, longueurs, en tableau."),
            reverse("planning-tools:overlaps"),
        ),
        (
            _("Emplacements réservés"),
            _("Destination, bénéficiaire, surface et parcelles de chacun."),
            reverse("planning-tools:reserved-plots"),
        ),
        (
            _("Droit de préemption urbain"),
            _("Les parcelles dans le périmètre, par commune, parcelle ou contour."),
            reverse("planning-tools:preemption"),
        ),
        (
            _("Services à consulter"),
            _("Qui consulter pour un terrain, et quand."),
            reverse("planning-tools:consultations"),
        ),
    ]
