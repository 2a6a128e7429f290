"""The settings of a panel: kinds, controls by tab, conditions, description; and the changes made by controls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.builder.condition_rows import CONDITION_CHANGES, ConditionForm, condition_form
from dashboards.builder.draft import PanelDraft, default_source
from dashboards.builder.measures import measure_controls
from dashboards.builder.options import (
    OPTION_CHANGES,
    notice_fieldset,
    option_fieldsets,
    title_control,
    words_fieldset,
)
from dashboards.builder.parsing import parse_panel, text_of, written_panel
from dashboards.builder.question import QUESTION_CHANGES, column_controls, key_controls, order_controls
from dashboards.builder.sentences import sentence
from dashboards.documents.document import Panel
from dashboards.documents.questions import check_question, dated_question
from dashboards.panels.controls import Fieldset, PanelControl, fieldset, plain, select
from dashboards.panels.kinds import PanelKind
from dashboards.registry import COMMON_KINDS, PANEL_KINDS
from dashboards.sources.source import PanelSource, panel_source
from interface import wording
from interface.text import fold
from layers import access
from layers.aggregates import aggregate
from layers.errors import InvalidParameter, LayersError
from layers.parsing import FeatureQuery, parse_query
from layers.parsing.aggregates import AggregateQuery, parse_aggregate
from layers.queries import select as select_rows


@dataclass(frozen=True, slots=True)
class KindOption:
    """A kind for a panel; ``obstacle`` says why it cannot show the source."""

    name: str
    title: str
    icon: str
    is_chosen: bool
    obstacle: str


@dataclass(frozen=True, slots=True)
class RowCounts:
    """How many rows the panel is about, in words; ``is_all`` when nothing is left out."""

    words: str
    is_all: bool


@dataclass(frozen=True, slots=True)
class SettingsForm:
    """The settings of a panel, ready for ``dashboards/builder/settings.html``."""

    draft: PanelDraft
    kinds: tuple[KindOption, ...]
    other_kinds: tuple[KindOption, ...]
    data: tuple[Fieldset, ...]
    look: tuple[Fieldset, ...]
    conditions: ConditionForm | None
    sentence: SafeString
    rows: RowCounts | None

    @property
    def is_other_chosen(self) -> bool:
        """Whether the kind of the panel is not one of the common ones."""
        return any(kind.is_chosen for kind in self.other_kinds)

    @property
    def library(self) -> str:
        """The library panel behind this one; empty without."""
        return self.draft.panel.library


def settings_form(draft: PanelDraft) -> SettingsForm:
    """Return the settings of a panel."""
    is_own = not draft.is_of_library
    rare_kinds = [kind for kind in PANEL_KINDS.values() if kind not in COMMON_KINDS]
    return SettingsForm(
        draft=draft,
        kinds=tuple(_kind(draft, kind) for kind in COMMON_KINDS) if is_own else (),
        other_kinds=tuple(_kind(draft, kind) for kind in rare_kinds) if is_own else (),
        data=_some(_data(draft)) if is_own else (),
        look=_some([*option_fieldsets(draft), notice_fieldset(draft), words_fieldset(draft)]),
        conditions=condition_form(draft) if is_own and draft.kind.has_filter else None,
        sentence=sentence(draft),
        rows=row_counts(draft),
    )


def _some(fieldsets: list[Fieldset | None]) -> tuple[Fieldset, ...]:
    return tuple(each for each in fieldsets if each is not None)


def _kind(draft: PanelDraft, kind: PanelKind) -> KindOption:
    unsuitable = kind.unsuitable(draft.source) if draft.source and kind.needs_question else ""
    title = str(kind.short_title or capfirst(str(kind.title)))
    return KindOption(kind.name, title, kind.icon, draft.kind is kind, unsuitable)


def _data(draft: PanelDraft) -> list[Fieldset | None]:
    source, panel = draft.source, draft.full_panel
    if panel.question is None:
        return [fieldset(_("Texte"), [title_control(draft)])]
    layers = _layers(draft)
    if source is None:
        return [fieldset(_("Couche"), [layers])]
    controls = [
        *draft.kind.question_controls(draft.edited),
        *measure_controls(panel, source),
        *key_controls(panel, source),
    ]
    controls += [*order_controls(panel, source), title_control(draft)]
    columns = column_controls(draft, source)
    is_of_rows = not draft.kind.shows_groups(panel)
    return [
        fieldset(_("Couche"), [layers, _relation(source)]),
        fieldset(_("Question"), controls),
        fieldset(
            _("Colonnes") if is_of_rows else _("Colonnes de nombres, une série chacune"),
            columns,
            is_folded=not (is_of_rows or panel.question.series),
        ),
    ]  # fmt: skip


def _layers(draft: PanelDraft) -> PanelControl:
    question = draft.full_panel.question
    groups: dict[str, list[tuple[str, str]]] = {}
    for scope in access.visible(draft.maker):
        theme = scope.layer.theme.title if scope.layer.theme else ""
        groups.setdefault(theme, []).append((scope.slug, scope.layer.title))
    chosen = question.layer if question else ""
    return select(
        "layer",
        _("Couche"),
        [plain(*_in_order(pairs), title=title) for title, pairs in groups.items()],
        chosen,
    )


def _in_order(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(pairs, key=lambda each: fold(each[1]))


def _relation(source: PanelSource) -> PanelControl | None:
    relations = source.scope.relations
    if not relations:
        return None
    pairs = [("", source.scope.layer.title), *((each.name, str(each.title)) for each in relations)]
    return select("relation", _("Lignes"), [plain(*pairs)], source.relation_name)


def row_counts(draft: PanelDraft) -> RowCounts | None:
    """Return how many rows a panel selects, of how many its maker sees; None when that is not published."""
    question, source = draft.full_panel.question, draft.source
    if question is None or source is None:
        return None
    question = dated_question(question)
    parameters: dict[str, list[str]] = {}
    if question.relation:
        parameters["relation"] = [question.relation]
        if question.relation_filter:
            parameters["relation-filter"] = [question.relation_filter]
    try:
        query = parse_query({"filter": [question.filter]} if question.filter else {})
        matched = aggregate(select_rows(source.scope, query), parse_aggregate(parameters)[1]).matched
        everything = AggregateQuery(relation=question.relation)
        total = aggregate(select_rows(source.scope, FeatureQuery()), everything).matched
    except LayersError:
        return None
    if matched is None or total is None:
        return None
    words = ngettext("%(kept)s ligne sur %(total)s", "%(kept)s lignes sur %(total)s", matched)
    return RowCounts(
        words % {"kept": wording.number(matched), "total": wording.number(total)}, matched == total
    )


Change = Callable[[PanelDraft, str, Any], PanelDraft]


def changed(draft: PanelDraft, name: str, value: Any, *, layer: str = "") -> PanelDraft:
    """Return a panel with one change; ``layer`` is that of a panel which had none.

    Raises:
        InvalidParameter: a change that is none, or a value that it cannot take.
        InvalidDocument: what it makes is no panel.
        LayersError: the maker's layer does not have what it names.
    """
    if name == "kind":
        return _checked(_of_kind(draft, value, layer))
    word = name.partition(".")[0].partition(":")[0]
    change = _CHANGES.get(word)
    if change is None:
        raise InvalidParameter(_("Rien ici ne se règle sous le nom « %s ».") % name[:60], parameter=name[:60])
    return _checked(change(draft, name[len(word) + 1 :], value))


def _checked(draft: PanelDraft) -> PanelDraft:
    """Return what a change made, once the schema and the maker's layer accept it."""
    panel = draft.panel
    parse_panel(written_panel(panel))
    if panel.question is not None and draft.source is not None:
        check_question(draft.source.scope, panel.question)
    return draft


def _of_kind(draft: PanelDraft, value: Any, layer: str) -> PanelDraft:
    name = text_of(value, "kind")
    if name not in PANEL_KINDS:
        raise InvalidParameter(_("Aucun genre de panneau ne s’appelle « %s ».") % name[:60], parameter="kind")
    if not PANEL_KINDS[name].needs_question:
        return draft.with_panel(_alone(draft.panel, name))
    return draft.of_kind(name, draft.source or default_source(draft.maker, layer))


def _alone(panel: Panel, name: str) -> Panel:
    return Panel(panel.id, name, panel.title, panel.subtitle, panel.width, panel.height)


def _change_layer(draft: PanelDraft, _index: str, value: Any) -> PanelDraft:
    return draft.about(default_source(draft.maker, text_of(value, "layer")))


def _change_relation(draft: PanelDraft, _index: str, value: Any) -> PanelDraft:
    question = draft.panel.question
    if question is None:
        raise InvalidParameter(_("Ce panneau ne pose pas de question."), parameter="relation")
    scope = access.scope(draft.maker, question.layer)
    return draft.about(panel_source(scope, text_of(value, "relation")))


_CHANGES: Mapping[str, Change] = {
    "layer": _change_layer,
    "relation": _change_relation,
    **QUESTION_CHANGES,
    **CONDITION_CHANGES,
    **OPTION_CHANGES,
}
