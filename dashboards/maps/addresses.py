"""Where a map reads what it draws: the API and the tiles, under the visitor's own rights."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from layers.parsing import FeatureQuery
from layers.queries import Selection


def question_text(query: FeatureQuery) -> str:
    """Return what a query selects as the text of an address, as tiles and items read it."""
    return urlencode(query.fingerprint)


def items_address(selection: Selection, properties: tuple[str, ...], *, limit: int, sort: str = "") -> str:
    """Return the address of the rows of a selection as GeoJSON, with these properties alone."""
    scope = selection.scope
    asked = urlencode(
        {"properties": ",".join(properties), "limit": limit} | ({"sortby": sort} if sort else {})
    )
    question = question_text(selection.query)
    return "&".join(part for part in (f"{reverse('ogc:items', args=[scope.slug])}?{asked}", question) if part)


def feature_template(view: str, slug: str) -> str:
    """Return the address of a feature as a template whose ``{id}`` the script fills."""
    before, _zero, after = reverse(view, args=[slug, 0]).rpartition("0")
    return f"{before}{{id}}{after}"
