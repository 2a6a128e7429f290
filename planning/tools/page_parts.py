"""Ways to the tools from pages of other applications: a setting names these functions, no module imports them."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy

from interface.page_parts import FeatureSubject, PagePart, SearchedPage
from layers.access import Scope
from layers.visitor import Visitor
from planning.reserved_plots.queries import PRESCRIPTIONS, described_plot
from planning.tools.views import public_tools

_ZONES = "plui-zones"


def overlaps_of_layer(_visitor: Visitor, subject: object) -> PagePart | None:
    """Return the way to what a layer shares with the zones, for the page of a layer with a geometry."""
    is_layer = isinstance(subject, Scope) and subject.definition.geometry.is_located
    if not is_layer or not isinstance(subject, Scope) or not subject.can_read_rows or subject.slug == _ZONES:
        return None
    return PagePart("planning/overlaps/layer_link.html", {"slug": subject.slug})


def overlaps_of_map_layer(visitor: Visitor, subject: object) -> PagePart | None:
    """Return the same way for the menu of a layer beside the map, with its title for who does not see the row."""
    part = overlaps_of_layer(visitor, subject)
    if part is None or not isinstance(subject, Scope):
        return None
    return PagePart("planning/overlaps/map_link.html", {**part.context, "title": subject.layer.title})


def searched_tools(_visitor: Visitor) -> Iterator[SearchedPage]:
    """Return the tools: their pages exist for everybody."""
    for tool in public_tools():
        yield SearchedPage(tool.title, tool.words, tool.address, gettext_lazy("outil"), tool.icon)


def plot_of_feature(visitor: Visitor, subject: object) -> PagePart | None:
    """Return the way to the reserved plot that a prescription draws, for its page."""
    if not isinstance(subject, FeatureSubject) or subject.scope.slug not in PRESCRIPTIONS:
        return None
    plot = described_plot(subject.scope, subject.pk)
    if plot is None:
        return None
    number, beneficiary = plot
    return PagePart("planning/reserved_plots/feature.html", {"number": number, "beneficiary": beneficiary})
