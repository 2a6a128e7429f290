"""The rows of a page where people look at rows: the explorer's map with its table, or the table of a layer."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from django.urls import reverse

from dashboards.documents.document import PanelQuestion
from dashboards.filters.conditions import PanelFilters
from dashboards.filters.parsing import COMMUNE
from layers.access import Scope


def rows_address(scope: Scope, question: PanelQuestion, filters: PanelFilters) -> str:
    """Return where the features that answer a question are listed; empty when related records are narrowed, or untold.

    The explorer lists features, and knows no filter of their records: ``features_address`` names them one by one.
    """
    if filters.question(question).relation_filter or not scope.tells_rows:
        return ""
    communes = filters.communes or ((scope.visitor.portal,) if scope.visitor.portal else ())
    if not scope.definition.geometry.is_located:
        parameters = filters.parameters(question.filter)
        return f"{reverse('explorer:layer', args=[scope.slug])}?{urlencode(parameters)}#objets"
    pairs = [("couches", scope.slug), ("tableau", scope.slug)]
    pairs += [(COMMUNE, ",".join(communes))] if communes else []
    for each in filters.conditions:
        pairs += [(f"{scope.slug}.{each.found.field.name}", value) for value in each.values]
    pairs += [(f"{scope.slug}.filter", question.filter)] if question.filter else []
    return f"{reverse('explorer:map')}?{urlencode(pairs)}"


def features_address(scope: Scope, ids: Iterable[int]) -> str:
    """Return where some features are listed, by their ids."""
    named = f"id IN ({', '.join(str(number) for number in ids)})"
    if not scope.definition.geometry.is_located:
        return f"{reverse('explorer:layer', args=[scope.slug])}?{urlencode({'filter': named})}#objets"
    pairs = {"couches": scope.slug, "tableau": scope.slug, f"{scope.slug}.filter": named}
    return f"{reverse('explorer:map')}?{urlencode(pairs)}"
