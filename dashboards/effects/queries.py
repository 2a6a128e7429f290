"""Dashboards that a new version of a layer changes: their figures before and after, and the panels that it breaks.

Both versions are read with the rights of the same visitor, each panel as its page reads it without filters. What the
visitor does not read is in neither.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from dashboards.documents.document import Panel
from dashboards.panels.kinds import PanelAnswer
from dashboards.panels.labels import amount, label, signed
from dashboards.panels.queries import (
    aggregate_query,
    first_measure,
    keys_of,
    run_aggregate,
)
from dashboards.reading.cards import cards_of_layer
from dashboards.reading.dashboard_page import DashboardPage, layers_of, may_read, open_page
from dashboards.reading.panels import panel_request, read_panel
from dashboards.sources.source import panel_source
from interface import wording
from layers.access import Scope
from layers.errors import LayersError
from layers.parsing.aggregates import ADDITIVE
from layers.visitor import Visitor

MAX_DASHBOARDS, MAX_FIGURES, MAX_BARS = 12, 8, 8
BUDGET_S = 1.0
_FIGURE = "figure"
_COMMUNES = 200


@dataclass(frozen=True, slots=True)
class FigureEffect:
    """A key figure that changes: its numbers before and after in words, and its target when it has one."""

    panel: Panel
    title: str
    before: str
    after: str
    unit: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class CommuneBar:
    """A bar of a commune. Sizes are percents of the longest bar: what stays, what comes, what goes."""

    name: str
    value: str
    change: str
    base: float
    added: float
    removed: float


@dataclass(frozen=True, slots=True)
class DashboardEffect:
    """What a version changes in a dashboard: ``figures`` that change, titles of panels that are ``lost``.

    ``panels`` counts those that read the layer. ``bars`` draw the first figure by commune, where its groups add up.
    ``is_read`` is false where there was no time left to read its figures.
    """

    slug: str
    title: str
    panels: int
    figures: tuple[FigureEffect, ...] = ()
    lost: tuple[str, ...] = ()
    bars: tuple[CommuneBar, ...] = ()
    is_read: bool = True

    @property
    def main(self) -> FigureEffect:
        """The figure that is drawn."""
        return self.figures[0]

    @property
    def with_target(self) -> FigureEffect | None:
        """Another figure, which has a target: the first of them."""
        return next((figure for figure in self.figures[1:] if figure.target), None)


@dataclass(frozen=True, slots=True)
class Effects:
    """Dashboards that change, those with a drawn figure first; ``more`` were not read, ``unchanged`` show the same."""

    dashboards: tuple[DashboardEffect, ...]
    unchanged: int
    more: int


def effects_of(
    visitor: Visitor, layer: str, version: Callable[[Visitor], Scope], *, ranked: Sequence[str] = ()
) -> Effects:
    """Return what a version of a layer changes in the published dashboards that a visitor sees.

    ``version`` returns the scope of the new version for a visitor, narrowed to a commune for the dashboards of one.
    ``ranked`` are dashboards by how much they are read; the others follow by title.
    """
    ranks = {slug: rank for rank, slug in enumerate(ranked)}
    slugs = [card.dashboard.slug for card in cards_of_layer(visitor, layer)]
    slugs.sort(key=lambda slug: ranks.get(slug, len(ranks)))
    end = time.monotonic() + BUDGET_S
    effects = [_effect(visitor, slug, layer, version, end) for slug in slugs[:MAX_DASHBOARDS]]
    changed = [effect for effect in effects if effect.figures or effect.lost or not effect.is_read]
    changed.sort(key=lambda effect: (not effect.lost, not effect.figures))
    leading = next((effect for effect in changed if effect.figures), None)
    if leading is not None:
        bars = _bars(visitor, leading, layer, version)
        changed = [replace(leading, bars=bars), *(effect for effect in changed if effect is not leading)]
    return Effects(tuple(changed), len(effects) - len(changed), max(0, len(slugs) - MAX_DASHBOARDS))


def _effect(
    visitor: Visitor, slug: str, layer: str, version: Callable[[Visitor], Scope], end: float
) -> DashboardEffect:
    before = open_page(visitor, slug, {})
    after = _after(before, layer, version)
    panels = [panel for panel in before.panels if layer in layers_of(panel)]
    lost = tuple(_title(panel) for panel in panels if not may_read(panel, after.scopes))
    readable = [panel for panel in panels if panel.kind == _FIGURE and may_read(panel, after.scopes)]
    figures: list[FigureEffect] = []
    for panel in readable[:MAX_FIGURES]:
        if time.monotonic() > end:
            break
        figure = _figure(panel, read_panel(before, panel).answer, read_panel(after, panel).answer)
        figures += [figure] if figure is not None else []
    figures.sort(key=lambda figure: not _adds_up(figure.panel))
    return DashboardEffect(
        slug=slug,
        title=before.document.title,
        panels=len(panels),
        figures=tuple(figures),
        lost=lost,
        is_read=time.monotonic() <= end,
    )


def _after(page: DashboardPage, layer: str, version: Callable[[Visitor], Scope]) -> DashboardPage:
    """Return the page as it will be: the visitor of the page is narrowed to its commune."""
    return replace(page, scopes={**page.scopes, layer: version(page.visitor)})


def _title(panel: Panel) -> str:
    return panel.title or panel.id


def _figure(panel: Panel, before: PanelAnswer | None, after: PanelAnswer | None) -> FigureEffect | None:
    """Return a figure whose words change; None for one that stays, or that one of the versions does not give."""
    if before is None or after is None:
        return None
    words = [str((answer.context or {}).get("value") or "–") for answer in (before, after)]
    if words[0] == words[1]:
        return None
    target = (after.context or {}).get("target")
    title = _title(panel)
    says_unit = title.casefold().endswith(wording.unit(after.unit).casefold())
    unit = "" if says_unit else after.unit
    return FigureEffect(panel, title, words[0], words[1], unit, target["text"] if target else "")


def _adds_up(panel: Panel) -> bool:
    """Whether communes may make up a figure: it counts or adds, without groups."""
    question = panel.question
    if question is None or question.by or question.series:
        return False
    return first_measure(question).partition(":")[0] in ADDITIVE


def _bars(
    visitor: Visitor, effect: DashboardEffect, layer: str, version: Callable[[Visitor], Scope]
) -> tuple[CommuneBar, ...]:
    """Return the first figure of a dashboard by commune, largest first; nothing where communes do not make it up."""
    page = open_page(visitor, effect.slug, {})
    try:
        old = _by_commune(page, effect.main.panel)
        new = _by_commune(_after(page, layer, version), effect.main.panel)
    except LayersError:
        return ()
    names = sorted({*old, *new}, key=lambda name: (-new.get(name, 0), name))
    longest = max([*old.values(), *new.values()], default=0)
    if longest <= 0 or min([*old.values(), *new.values()]) < 0 or len(names) < 2:
        return ()
    changed = [name for name in names if old.get(name, 0) != new.get(name, 0)]
    unchanged_names = [name for name in names if name not in changed]
    visible = {*changed[:MAX_BARS], *unchanged_names[: max(0, MAX_BARS - len(changed))]}
    return tuple(_bar(name, old.get(name, 0), new.get(name, 0), longest) for name in names if name in visible)


def _by_commune(page: DashboardPage, panel: Panel) -> Mapping[str, float]:
    """Return the measure of a figure by name of commune; nothing for one that has groups or does not add up.

    Raises:
        LayersError: as ``run_aggregate``.
    """
    request = panel_request(page, panel, page.filters_of(panel))
    commune = panel_source(request.scope, request.question.relation).commune
    if commune is None or not _adds_up(panel):
        return {}
    measures = (first_measure(request.question),)
    question = replace(request.question, by=(commune.name,), measures=measures, sort=(), limit=_COMMUNES)
    result = run_aggregate(request, aggregate_query(question))
    if result.suppressed or result.hides_groups:
        return {}
    key = keys_of(result)[0]
    return {label(key, code): value for code, value in result.rows if code and isinstance(value, int | float)}


def _bar(name: str, old: float, new: float, longest: float) -> CommuneBar:
    difference = new - old
    return CommuneBar(
        name=name,
        value=amount(new),
        change=signed(difference) if difference else "",
        base=round(100 * min(old, new) / longest, 2),
        added=round(100 * max(0, difference) / longest, 2),
        removed=round(100 * max(0, -difference) / longest, 2),
    )
