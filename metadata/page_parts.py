"""What the page of a layer shows of its metadata: a setting names these functions, no module imports them."""

from __future__ import annotations

from interface.page_parts import PagePart
from interface.wording import day
from layers import access
from layers.access import RasterScope, Scope
from layers.queries import period
from layers.visitor import Visitor
from metadata.attachments.queries import attachments_of
from metadata.completeness import completeness, facts_of
from metadata.editing.services import stored_metadata
from metadata.models import LayerMetadata
from metadata.records import record_of

# Layers of one's own that a page lists: who has more mends these first.
_OWN_LINES = 8


def metadata_of_layer(visitor: Visitor, subject: object) -> PagePart | None:
    """Return where a layer comes from, its quality, its contact and documents; its score, to who feeds it."""
    if not isinstance(subject, (Scope, RasterScope)):
        return None
    layer = subject.layer
    row = stored_metadata(layer)
    is_fed = not access.obstacle(visitor) and access.fed_layers(visitor).filter(pk=layer.pk).exists()
    context = {
        "layer": layer,
        "row": row,
        "period": _period_words(subject, row),
        "attachments": attachments_of(layer),
        "score": completeness(facts_of(visitor, [layer])[0]) if is_fed else None,
    }
    texts = (row.lineage, row.quality, row.publisher, row.contact_name, row.contact_url, row.former_id)
    has_something = any(texts) or context["period"] or context["attachments"] or is_fed
    return PagePart("metadata/of_layer.html", context) if has_something else None


def linked_data_of_layer(_visitor: Visitor, subject: object) -> PagePart | None:
    """Return the layer as search engines read it, when everybody sees it."""
    if not isinstance(subject, (Scope, RasterScope)):
        return None
    record = record_of(subject)
    return PagePart("metadata/linked_data.html", {"record": record}) if record else None


def scores_of_own_layers(visitor: Visitor, _subject: object) -> PagePart | None:
    """Return the scores of the layers that a visitor feeds and that miss something, the poorest first."""
    if access.obstacle(visitor):
        return None
    layers = access.fed_layers(visitor).select_related("theme").order_by("title")
    scores = [(facts.layer, completeness(facts)) for facts in facts_of(visitor, layers)]
    to_mend = sorted((line for line in scores if line[1].missing), key=lambda line: line[1].score)
    context = {"lines": to_mend[:_OWN_LINES], "more": max(len(to_mend) - _OWN_LINES, 0)}
    return PagePart("metadata/of_own_layers.html", context) if to_mend else None


def _period_words(scope: Scope | RasterScope, row: LayerMetadata) -> tuple[str, str] | None:
    """Return the first and last day of the data, as corrected or as computed."""
    if row.starts_on and row.ends_on:
        return day(row.starts_on), day(row.ends_on)
    computed = period(scope) if isinstance(scope, Scope) else None
    return (day(computed[0]), day(computed[1])) if computed else None
