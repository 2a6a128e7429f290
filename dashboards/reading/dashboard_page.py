"""A dashboard as one visitor reads it under the filters of its address.

A panel whose layer, relation or field the visitor may not read is absent, as if it had never existed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from django.utils.translation import gettext as _

from dashboards import access
from dashboards.documents import resolve
from dashboards.documents.document import Document, Panel, PanelQuestion, Section
from dashboards.documents.includes import resolve_document
from dashboards.errors import ForbiddenDashboard, UnknownPanel
from dashboards.filters.conditions import (
    FilterTarget,
    PanelFilters,
    check_state,
    check_values,
    communes_only,
    feature_query,
    filter_target,
    page_filters,
    panels_of,
    rows_of,
)
from dashboards.filters.parsing import PageState, parse_state
from dashboards.models import Dashboard, DashboardVersion
from dashboards.reading.grid import fill_gaps
from dashboards.registry import PANEL_KINDS
from dashboards.services.versions import version_of
from interface import territory
from interface.requests import Parameters
from layers import registry
from layers.access import RasterScope, Scope, countable, visible_rasters
from layers.aggregates.plan import resolve as resolve_names
from layers.cache import BoundedCache
from layers.errors import LayersError, UnknownProperty
from layers.models import Commune
from layers.parsing.aggregates import AggregateQuery, parse_aggregate
from layers.queries import select
from layers.visitor import Visitor

# Rights and the definition of a layer are in the key of its scope: what a name answers under it stays true.
_readable_questions: BoundedCache[bool] = BoundedCache(5_000)


@dataclass(frozen=True, slots=True)
class DashboardPage:
    """A dashboard as a visitor reads it under the filters of its address.

    ``version`` is the one that is read: what is published, or the draft of what is not. ``visitor`` is narrowed to
    the commune of the dashboard. ``document`` holds what they may read, ``rows`` the rows of its panels; ``notes``
    list what is left out, for those who may edit it.
    """

    dashboard: Dashboard
    document: Document
    visitor: Visitor
    scopes: Mapping[str, Scope]
    rasters: Mapping[str, RasterScope]
    rows: tuple[FilterTarget, ...]
    state: PageState
    may_edit: bool
    notes: tuple[str, ...]
    version: DashboardVersion | None = None

    @property
    def is_unpublished(self) -> bool:
        """Whether the page shows another version than the one that its readers see."""
        return self.version is not None and self.version.pk != self.dashboard.published_id

    @property
    def is_draft(self) -> bool:
        """Whether the page shows the draft."""
        return self.version is not None and self.version.pk == self.dashboard.draft_id

    @property
    def is_sample(self) -> bool:
        """Whether a layer that the page reads holds sample data."""
        layers = [part.scope.layer for part in self.rows]
        return any(layer.is_sample for layer in (*layers, *(scope.layer for scope in self.rasters.values())))

    @property
    def panels(self) -> list[Panel]:
        """The panels of the page, in order."""
        return list(panels_of(self.document))

    def panel(self, name: str) -> Panel:
        """Return a panel of the page.

        Raises:
            UnknownPanel: there is none of that name that the visitor may read.
        """
        match = next((panel for panel in self.panels if panel.id == name), None)
        if match is None:
            raise UnknownPanel(name)
        return match

    def rows_of(self, panel: Panel) -> FilterTarget | None:
        """Return the rows of a panel; None without a question."""
        question = panel.question
        return filter_target(question, self.scopes[question.layer]) if question is not None else None

    def filters_of(self, panel: Panel) -> PanelFilters:
        """Return the filters of the page on the rows of a panel."""
        rows = self.rows_of(panel)
        if rows is None:
            return PanelFilters()
        filters = page_filters(rows, self.state, self.document)
        return filters if PANEL_KINDS[panel.kind].has_filter else communes_only(filters, self.document)


def open_page(
    visitor: Visitor, slug: str, parameters: Parameters, *, allowed: Iterable[str] = ()
) -> DashboardPage:
    """Return a dashboard under the filters of an address; ``allowed`` are parameters that the view reads itself.

    Raises:
        UnknownDashboard: there is none of that name that the visitor may know of.
        ForbiddenDashboard, UnknownVersion: a version that is not for the visitor, or is not there.
        UnknownParameter: a filter that no panel has for this visitor.
        InvalidParameter: a value that no field can have; its subclasses say more.
    """
    dashboard = access.get_dashboard(visitor, slug)
    state = parse_state(parameters, allowed=tuple(allowed))
    inside = access.narrowed(visitor, dashboard)
    may_edit = access.may_edit(visitor, dashboard)
    version = _version(dashboard, state, may_edit=may_edit)
    document = resolve(dashboard, inside, version=version)
    return replace(_opened(dashboard, inside, document, state, may_edit=may_edit), version=version)


def open_document(visitor: Visitor, dashboard: Dashboard, document: Document) -> DashboardPage:
    """Return a document that is not stored as the page of a dashboard that its visitor may change, without filters.

    Rights are those of any page: what the visitor may not read is absent, and listed in the notes.
    """
    inside = access.narrowed(visitor, dashboard)
    resolved = resolve_document(document, inside, portal=dashboard.portal)
    return _opened(dashboard, inside, resolved, PageState(), may_edit=True)


def _opened(
    dashboard: Dashboard, visitor: Visitor, document: Document, state: PageState, *, may_edit: bool
) -> DashboardPage:
    """Return a resolved document as a page; ``visitor`` is narrowed to the commune of the dashboard."""
    scopes, rasters = _scopes(visitor, document), rasters_of(visitor, document)
    document, notes = _readable(document, scopes, rasters)
    rows = rows_of(document, scopes)
    check_state(state, rows, document)
    check_values(rows, state, document)
    _check_communes(rows, state, document)
    page_notes = (*document.notes, *notes) if may_edit else ()
    return DashboardPage(
        dashboard, document, visitor, scopes, rasters, tuple(rows), state, may_edit, page_notes
    )


def _version(dashboard: Dashboard, state: PageState, *, may_edit: bool) -> DashboardVersion | None:
    """Return the version that a page shows: the one of its address, which is for who may change the dashboard.

    Raises:
        ForbiddenDashboard: the visitor reads what is published, and no other version.
        UnknownVersion: there is none of this number.
    """
    if not state.version:
        return dashboard.published or dashboard.draft
    if not may_edit:
        raise ForbiddenDashboard(
            _(
                "Les versions d’un tableau de bord sont pour ceux qui le changent. Vous lisez ce qui est publié."
            )
        )
    return version_of(dashboard, state.version)


def readable_panels(document: Document, visitor: Visitor, *, portal: Commune | None = None) -> list[Panel]:
    """Return the panels that a visitor may read of a document, those of its includes among them."""
    resolved = resolve_document(document, visitor, portal=portal)
    return list(panels_of(_readable(resolved, _scopes(visitor, resolved), rasters_of(visitor, resolved))[0]))


def _scopes(visitor: Visitor, document: Document) -> dict[str, Scope]:
    """Return what the visitor reads of the layers of a document, by slug, read together."""
    slugs = {slug for panel in panels_of(document) for slug in layers_of(panel)}
    definitions = [definition for definition in registry.definitions() if definition.slug in slugs]
    return {scope.slug: scope for scope in countable(visitor, definitions)}


def rasters_of(visitor: Visitor, document: Document) -> dict[str, RasterScope]:
    """Return the visible rasters of a document, by slug; no query where it has none."""
    kinds = ((panel, PANEL_KINDS.get(panel.kind)) for panel in panels_of(document))
    slugs = {slug for panel, kind in kinds if kind is not None for slug in kind.rasters(panel)}
    rasters = visible_rasters(visitor) if slugs else []
    return {scope.slug: scope for scope in rasters if scope.slug in slugs}


def layers_of(panel: Panel) -> tuple[str, ...]:
    """Return the layers that a panel reads: that of its question first."""
    kind = PANEL_KINDS.get(panel.kind)
    own = (panel.question.layer,) if panel.question is not None else ()
    return (*own, *(kind.other_layers(panel) if kind is not None else ()))


def _readable(
    document: Document, scopes: Mapping[str, Scope], rasters: Mapping[str, RasterScope]
) -> tuple[Document, list[str]]:
    """Return a document without what the visitor may not read, and what its authors should know of that."""
    sections: list[Section] = []
    notes: list[str] = []
    for section in document.sections:
        assert isinstance(section, Section)
        absences = {panel.id: why for panel in section.panels if (why := _absence(panel, scopes, rasters))}
        notes += absences.values()
        panels = fill_gaps(section.panels, absences)
        if panels or not section.panels:
            sections.append(replace(section, panels=panels))
    return replace(document, sections=tuple(sections)), notes


@dataclass(frozen=True, slots=True)
class Absence:
    """What hides a panel from a visitor: the layer or the raster that it reads, or a name of that layer."""

    layer: str
    name: str = ""
    is_raster: bool = False
    is_unknown_kind: bool = False


def panel_absences(
    document: Document, visitor: Visitor, *, portal: Commune | None = None
) -> list[tuple[Panel, Absence | None]]:
    """Return the panels of a document, those of its includes among them, each with what hides it from a visitor."""
    resolved = resolve_document(document, visitor, portal=portal)
    scopes, rasters = _scopes(visitor, resolved), rasters_of(visitor, resolved)
    return [(panel, _absence_of(panel, scopes, rasters)) for panel in panels_of(resolved)]


def _absence_of(
    panel: Panel, scopes: Mapping[str, Scope], rasters: Mapping[str, RasterScope]
) -> Absence | None:
    if panel.kind not in PANEL_KINDS:
        return Absence("", is_unknown_kind=True)
    question = panel.question
    if question is None:
        return None
    hidden = next((slug for slug in PANEL_KINDS[panel.kind].rasters(panel) if slug not in rasters), "")
    if hidden:
        return Absence(hidden, is_raster=True)
    if hidden := _hidden_layer(panel, scopes):
        return Absence(hidden)
    if may_read(panel, scopes):
        return None
    if question.layer not in scopes:
        return Absence(question.layer)
    rows = filter_target(question, scopes[question.layer])
    name = _missing_name(question, rows) if rows is not None else question.relation
    return Absence(question.layer, name) if name else None


def _absence(panel: Panel, scopes: Mapping[str, Scope], rasters: Mapping[str, RasterScope]) -> str:
    """Say why a visitor may not read a panel; empty when they may."""
    absence = _absence_of(panel, scopes, rasters)
    if absence is None:
        return ""
    words = {"panel": panel.title or panel.id, "layer": absence.layer, "name": absence.name}
    if absence.is_unknown_kind:
        return _("Le panneau « %(panel)s » est d’un genre inconnu.") % words
    if absence.is_raster:
        return (
            _(
                "Le panneau « %(panel)s » lit le raster « %(layer)s », qui n’existe pas ou que vous ne voyez pas."
            )
            % words
        )
    if absence.name:
        return (
            _(
                "Le panneau « %(panel)s » lit « %(name)s », que la couche « %(layer)s » n’a pas ou que vous "
                "ne lisez pas."
            )
            % words
        )
    return (
        _("Le panneau « %(panel)s » lit la couche « %(layer)s », qui n’existe pas ou que vous ne voyez pas.")
        % words
    )


def _hidden_layer(panel: Panel, scopes: Mapping[str, Scope]) -> str:
    """Return the first layer besides that of its question without which there is no panel; empty for none."""
    needed = PANEL_KINDS[panel.kind].needed_layers(panel)
    return next((slug for slug in needed if slug not in scopes or not scopes[slug].can_read_rows), "")


def may_read(panel: Panel, scopes: Mapping[str, Scope]) -> bool:
    """Whether a panel exists for the visitor of these scopes: its kind, its layer, and every name of its question."""
    question = panel.question
    if panel.kind not in PANEL_KINDS or question is None:
        return panel.kind in PANEL_KINDS
    scope = scopes.get(question.layer)
    if scope is None or not (scope.can_read_rows or not PANEL_KINDS[panel.kind].shows_rows):
        return False
    if _hidden_layer(panel, scopes):
        return False
    return _readable_questions.recall((scope.key, question), partial(_has_every_name, question, scope))


def _has_every_name(question: PanelQuestion, scope: Scope) -> bool:
    rows = filter_target(question, scope)
    return rows is not None and not _missing_name(question, rows)


def _missing_name(question: PanelQuestion, rows: FilterTarget) -> str:
    """Return the first name of a question that the visitor may not read, or that does not exist; empty for none."""
    missing = next((name for name in question.fields if name not in rows.fields), "")
    if missing:
        return missing
    try:
        resolve_names(rows.scope, aggregate_query(question))
        select(rows.scope, feature_query(PanelFilters(), question.filter))
    except UnknownProperty as unknown:
        return unknown.name
    except LayersError:
        return ""  # a question that cannot be asked says so in its own panel
    return ""


def sensitive_reads(page: DashboardPage) -> list[str]:
    """Return the sensitive fields that panels of a page read, « layer / field », by name."""
    reads = set()
    for panel in page.panels:
        question = panel.question
        scope = page.scopes.get(question.layer) if question is not None else None
        if question is None or scope is None:
            continue
        for name in scope.layer.sensitive_fields:
            if not _has_every_name(question, _without(scope, name)):
                reads.add(f"{scope.layer.title} / {name}")
    return sorted(reads)


def _without(scope: Scope, name: str) -> Scope:
    """Return a scope that does not read one of its fields or relations."""
    return replace(
        scope,
        key=f"{scope.key} without {name}",
        fields=tuple(field for field in scope.fields if field.name != name),
        relations=tuple(relation for relation in scope.relations if relation.name != name),
    )


def aggregate_query(question: PanelQuestion) -> AggregateQuery:
    """Return the aggregate of a question, whatever its kind.

    Raises:
        InvalidParameter: a word that the API does not know.
    """
    words = {"group_by": question.by, "measures": question.measures, "series": question.series}
    parameters = {name: [",".join(values)] for name, values in words.items() if values}
    alone = {"relation": question.relation, "relation-filter": question.relation_filter}
    return parse_aggregate(parameters | {name: [value] for name, value in alone.items() if value})[1]


def _check_communes(rows: list[FilterTarget], state: PageState, document: Document) -> None:
    """Refuse codes of unknown communes, before any panel is read.

    Raises:
        UnknownCommune: naming the first of them.
    """
    part = next((part for part in rows if part.is_placed), None)
    if state.communes and part is None:
        territory.check_communes(state.communes)
    elif state.communes and part is not None:
        select(part.scope, feature_query(PanelFilters(communes=state.communes)))
