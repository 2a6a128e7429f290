"""Questions of the kinds that follow states and trajectories: which field of a layer says what, to begin with."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from dashboards.documents.document import PanelQuestion
from dashboards.starters.sources import FieldRole, PanelSource, SourceField, panel_source
from layers.definitions import Relation

FOLLOWING_KINDS = frozenset({"outline", "tracking", "trajectory"})


def outline_question(source: PanelSource, base: PanelQuestion) -> tuple[PanelQuestion, dict[str, Any]]:
    """Return a tree by the first two lists of values, its marks by the state that the map shows."""
    codes = [each.name for each in _codes(source)]
    state = source.scope.style.field if source.scope.style.field in codes else codes[0]
    levels = [name for name in codes if name != state] or [state]
    options = {"level_1": levels[0], "state": state} | ({"level_2": levels[1]} if len(levels) > 1 else {})
    return _bare(base), options


def followed_question(source: PanelSource, base: PanelQuestion) -> tuple[PanelQuestion, dict[str, Any]]:
    """Return rows with their main number as what was measured, and their yearly records where they have some."""
    measure, state = _own_numbers(source)[0], _codes(source)[0]
    options: dict[str, Any] = {"measure": measure.name, "state": state.name}
    for relation in source.scope.relations:
        year, value = _year_and_value(source, relation)
        if year and value:
            options |= {"records": relation.name, "record_year": year, "record_value": value}
            break
    return _bare(base), options


def needs_states(source: PanelSource) -> str:
    """Say why a source has no tree of states; nothing when it has one."""
    own = panel_source(source.scope)
    return "" if _codes(own) else _("aucune liste de valeurs ici.")


def needs_followed(source: PanelSource) -> str:
    """Say why the rows of a source are on no trajectory; nothing when they may be."""
    own = panel_source(source.scope)
    if not _own_numbers(own):
        return _("aucun nombre ici.")
    return "" if _codes(own) else _("aucune liste de valeurs ici.")


def _bare(base: PanelQuestion) -> PanelQuestion:
    return replace(base, by=(), measures=("count",), series=(), fields=(), sort=(), empty=False)


def _codes(source: PanelSource) -> list[SourceField]:
    """Return the lists of values that are fields of the rows themselves, single ones."""
    readable = source.scope.filterable
    return [each for each in source.codes if each.role is FieldRole.CODES and each.name in readable]


def _own_numbers(source: PanelSource) -> list[SourceField]:
    return [each for each in source.numbers if each.name in source.scope.filterable]


def _year_and_value(source: PanelSource, relation: Relation) -> tuple[str, str]:
    """Return the year and the number of related records, empty where they lack."""
    fields = [each for each in panel_source(source.scope, relation.name).own if not each.is_of_feature]
    year = next((each.name for each in fields if each.role is FieldRole.YEAR), "")
    return year, next((each.name for each in fields if each.role is FieldRole.NUMBER), "")
