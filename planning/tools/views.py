"""``/urbanisme/``: the tools of planners, one sentence each."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from interface.requests import parameters_of
from layers.parsing import single_values
from layers.visitor import Visitor, visitor_of
from planning.inventory.queries import readable_inventories


@dataclass(frozen=True, slots=True)
class Tool:
    """A page of the tools, with a sentence about it."""

    title: str
    words: str
    address: str
    icon: str


class ToolsView(View):
    """The list of tools."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the page."""
        single_values(parameters_of(request), allowed=())
        return render(request, "planning/tools/home.html", {"tools": tools_of(visitor_of(request))})


def tools_of(visitor: Visitor) -> list[Tool]:
    """Return the tools in the order of their page: those of everybody, then the inventories of layers that are read."""
    words = _("Une fiche par objet avec ses photos, ou tout l’inventaire en un document.")
    return public_tools() + [
        Tool(str(each.title), words, reverse("inventory:list", args=[each.layer]), "printer")
        for each in readable_inventories(visitor)
    ]


def public_tools() -> list[Tool]:
    """Return the tools whose pages exist for everybody."""
    return [
        Tool(
            _("Ce qui s’applique ici"),
            _("Les règles d’une parcelle, d’une adresse ou d’un contour."),
            reverse("planning:sheet"),
            "map-pin-house",
        ),
        Tool(
            _("Une liste de parcelles"),
            _("Les fiches de mille parcelles au plus, dans un seul fichier."),
            reverse("planning:list"),
            "list-checks",
        ),
        Tool(
            _("Documents d’urbanisme"),
            _("Ce qui est en vigueur, les pièces écrites, et ce que chaque procédure a changé."),
            reverse("plui:documents"),
            "file-text",
        ),
        Tool(
            _("Statistiques des zones"),
            _("Surfaces, part bâtie et parcelles, par type, libellé et commune."),
            reverse("planning-tools:statistics"),
            "chart-column",
        ),
        Tool(
            _("Superposition"),
            _("Ce qu’une couche partage avec les zones : surfaces, longueurs, en tableau."),
            reverse("planning-tools:overlaps"),
            "layers-2",
        ),
        Tool(
            _("Emplacements réservés"),
            _("Destination, bénéficiaire, surface et parcelles de chacun."),
            reverse("planning-tools:reserved-plots"),
            "land-plot",
        ),
        Tool(
            _("Droit de préemption urbain"),
            _("Les parcelles dans le périmètre, par commune, parcelle ou contour."),
            reverse("planning-tools:preemption"),
            "scale",
        ),
        Tool(
            _("Services à consulter"),
            _("Qui consulter pour un terrain, et quand."),
            reverse("planning-tools:consultations"),
            "users",
        ),
    ]
