"""What the pages that make and delete dashboards need: models with their sketches, refusals beside inputs."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext as _

from dashboards.errors import InvalidDocument, SlugTaken
from dashboards.models import Dashboard
from dashboards.reading.sketches import Sketch, sketch
from dashboards.starters.sections import Starter, starters_of
from layers.access import scope
from layers.definitions import Text
from layers.errors import LayersError, UnknownLayer
from layers.visitor import Visitor


@dataclass(frozen=True, slots=True)
class StarterCard:
    """A ready model as its choice shows it."""

    name: str
    title: str
    summary: str
    sketch: Sketch
    is_chosen: bool


def starters_for(visitor: Visitor, layer: str) -> list[Starter]:
    """Return the models of a layer; none for one that is not there for the visitor."""
    try:
        return starters_of(scope(visitor, layer)) if layer else []
    except UnknownLayer:
        return []


def starter_cards(starters: list[Starter], chosen: str) -> list[StarterCard]:
    """Return the models as cards; the first is chosen when none was."""
    asked = chosen if chosen in {each.name for each in starters} else starters[0].name if starters else ""
    return [
        StarterCard(each.name, each.title, each.summary, sketch(each.sections), each.name == asked)
        for each in starters
    ]


def versions_to_copy(dashboard: Dashboard, *, may_edit: bool) -> list[tuple[str, Text]]:
    """Return the versions that a copy may be made of: what is published, and the draft for who may change it."""
    found: list[tuple[str, Text]] = []
    if dashboard.published is not None:
        found.append((str(dashboard.published.number), _("Ce qui est publié")))
    if dashboard.draft is not None and may_edit:
        found.append((str(dashboard.draft.number), _("Le brouillon")))
    return found


def add_refusal(form: forms.Form, error: LayersError, *, text: str = "") -> None:
    """Say a refusal beside the input that it is about; ``text`` is the one that holds a document."""
    if isinstance(error, InvalidDocument):
        reasons = [str(fault) for fault in error.faults]
        form.add_error(text if text in form.fields else None, reasons)
        return
    name = "slug" if isinstance(error, SlugTaken) else error.parameter
    form.add_error(name if name in form.fields else None, error.detail)
