"""A panel in the making: its source for its maker, and the values of its library panel."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from dashboards import access
from dashboards.documents.document import Panel
from dashboards.documents.includes import over
from dashboards.documents.parsing import panel_of
from dashboards.panels.controls import EditedPanel
from dashboards.panels.fitting import fit_panel
from dashboards.panels.kinds import PanelKind
from dashboards.registry import FALLBACK_KINDS, PANEL_KINDS
from dashboards.sources.source import PanelSource, panel_source, related_source
from layers import access as layers_access
from layers.errors import InvalidParameter, LayersError
from layers.visitor import Visitor


@dataclass(frozen=True, slots=True)
class PanelDraft:
    """A panel that its maker changes.

    ``full_panel`` is the panel merged with its library panel, itself when it has none. ``source`` is None for a panel
    without a question, and for one whose layer the maker does not see.
    """

    maker: Visitor
    panel: Panel
    full_panel: Panel
    source: PanelSource | None

    @property
    def kind(self) -> PanelKind:
        """The kind of the panel."""
        return PANEL_KINDS[self.full_panel.kind]

    @property
    def is_of_library(self) -> bool:
        """Whether the content comes from a library panel."""
        return bool(self.panel.library)

    @property
    def title(self) -> str:
        """The default title of the panel."""
        return self.kind.default_title(self.full_panel, self.source) if self.source else ""

    @property
    def edited(self) -> EditedPanel:
        """The panel as its kind makes controls of it."""
        return EditedPanel(self.maker, self.full_panel, self.source)

    def with_panel(self, panel: Panel, source: PanelSource | None = None) -> PanelDraft:
        """Return the same with the panel changed; a title that nobody wrote follows."""
        about = source or self.source
        was_usual = self.panel.title in {"", self.title}
        if was_usual and about is not None and panel.question is not None:
            panel = replace(panel, title=PANEL_KINDS[panel.kind].default_title(panel, about))
        return replace(self, panel=panel, full_panel=panel, source=about)

    def of_kind(self, name: str, source: PanelSource) -> PanelDraft:
        """Return the panel as one of another kind; its size follows when it was that of the kind before.

        Raises:
            InvalidParameter: the kind cannot show the source.
        """
        return self.refitted(self.panel, source, kind=name)

    def refitted(self, changed: Panel, source: PanelSource, *, kind: str = "") -> PanelDraft:
        """Return this panel once changed, completed where its kind, or another ``kind``, lacks something.

        Raises:
            InvalidParameter: the kind cannot show the source.
        """
        made = PANEL_KINDS[kind or self.panel.kind]
        panel = fit_panel(changed, made, source)
        if (panel.width, panel.height) == PANEL_KINDS[self.panel.kind].size:
            panel = replace(panel, width=made.size[0], height=made.size[1])
        relation = panel.question.relation if panel.question else ""
        return self.with_panel(panel, related_source(source, relation))

    def about(self, source: PanelSource) -> PanelDraft:
        """Return the panel about another source, of the same kind when it can show it."""
        kinds = (PANEL_KINDS[self.panel.kind], *FALLBACK_KINDS)
        kind = next(kind for kind in kinds if not kind.unsuitable(source))
        without_options = replace(self, panel=replace(self.panel, options={}, notice=None))
        return without_options.of_kind(kind.name, source)


def panel_draft(maker: Visitor, panel: Panel) -> PanelDraft:
    """Return a panel as its maker may change it.

    Raises:
        InvalidParameter: a library panel that the maker may not use, or that is not there.
    """
    completed = full_panel(maker, panel)
    return PanelDraft(maker, panel, completed, _source(maker, completed))


def full_panel(maker: Visitor, panel: Panel) -> Panel:
    """Return a panel merged with its library panel, whose values fill the missing ones.

    Raises:
        InvalidParameter: a library panel that the maker may not use, or that is not there.
    """
    if not panel.library:
        return panel
    row = access.library(maker).filter(slug=panel.library).first()
    if row is None:
        raise InvalidParameter(
            _("Le panneau de bibliothèque « %s » n’existe pas.") % panel.library, parameter="library"
        )
    return over(panel, panel_of(row.document))


def _source(maker: Visitor, panel: Panel) -> PanelSource | None:
    if panel.question is None:
        return None
    try:
        return panel_source(layers_access.scope(maker, panel.question.layer), panel.question.relation)
    except LayersError:
        return None


def usual_source(maker: Visitor, slug: str = "") -> PanelSource:
    """Return the layer of this name, else the first one that a maker sees.

    Raises:
        UnknownLayer: the maker does not see the layer.
        InvalidParameter: the maker sees no layer at all.
    """
    if slug:
        return panel_source(layers_access.scope(maker, slug))
    first = next(iter(layers_access.visible(maker)), None)
    if first is None:
        raise InvalidParameter(_("Vous ne voyez aucune couche à interroger."), parameter="layer")
    return panel_source(first)
