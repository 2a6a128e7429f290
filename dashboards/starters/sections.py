"""Ready sections of a layer: what a dashboard starts from, made of what its reader may see of the layer."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from dashboards.documents.document import PageFilter, Panel, PanelQuestion, Section
from dashboards.errors import UnknownStarter
from layers.access import Scope


@dataclass(frozen=True, slots=True)
class Starter:
    """A model for one layer: ``name`` identifies it, ``title`` and ``summary`` say what one gets."""

    name: str
    title: str
    summary: str
    sections: tuple[Section, ...]
    filters: tuple[PageFilter, ...] = ()


def starters_of(scope: Scope) -> list[Starter]:
    """Return the models that suit a layer, the most usual first."""
    return [_essential(scope)]


def starter(scope: Scope, name: str) -> Starter:
    """Return a model of a layer by name.

    Raises:
        UnknownStarter: none of that name suits the layer.
    """
    found = next((each for each in starters_of(scope) if each.name == name), None)
    if found is None:
        words = {"name": name[:60], "layer": scope.layer.title}
        raise UnknownStarter(
            _("Aucun modèle « %(name)s » ne convient à la couche « %(layer)s ».") % words, parameter="starter"
        )
    return found


def _essential(scope: Scope) -> Starter:
    layer = scope.slug
    panels = [Panel("nombre", "figure", _("Nombre"), width=4, question=PanelQuestion(layer))]
    coded = [each for each in scope.fields if each.choices]
    for each in coded[:1]:
        panels.append(
            Panel(
                "repartition",
                "bar",
                str(each.title),
                width=8,
                height=4,
                question=PanelQuestion(layer, by=(each.name,)),
            )
        )
    shown = tuple(each.name for each in scope.fields)[:5]
    if shown:
        panels.append(
            Panel(
                "liste",
                "table",
                _("Liste"),
                width=12,
                height=5,
                question=PanelQuestion(layer, fields=shown, limit=50),
            )
        )
    return Starter(
        "essentiel",
        _("L’essentiel d’une couche"),
        _("Combien, comment cela se répartit, et la liste."),
        (Section("essentiel", str(scope.layer.title), tuple(panels)),),
    )
