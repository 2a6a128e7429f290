"""Parts of the page where a delivery is reviewed: what it changes elsewhere in the portal.

``PAGE_PARTS`` names these functions, from a visitor and a delivery to a part of the page or None.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from dashboards.effects.queries import effects_of
from dashboards.reading.cards import cards_of_layer
from datasets.access import readable_part, rights_of, version_scope
from datasets.models import Delivery
from datasets.vocabulary import HAS_ROWS
from explorer.saved_views.services import views_of_layer, words_of_other_views
from interface.page_parts import PagePart
from layers.access import Scope
from layers.errors import UnknownLayer
from layers.visitor import Visitor
from layers.vocabulary import LICENCE_URLS
from metadata.models import LayerMetadata
from usage.queries import most_opened_dashboards


def dashboard_effects(visitor: Visitor, delivery: Delivery) -> PagePart | None:
    """Return the dashboards that a delivery changes; None where it changes nothing that is online."""
    if not _replaces(visitor, delivery):
        return None
    layer = delivery.dataset.layer.slug
    slugs = [card.dashboard.slug for card in cards_of_layer(visitor, layer)]
    if not slugs:
        return None
    ranked = most_opened_dashboards(visitor, slugs)

    def version(reader: Visitor) -> Scope:
        return version_scope(reader, delivery)

    effects = effects_of(visitor, layer, version, ranked=ranked)
    is_ranked = bool(ranked) and len(effects.dashboards) > 1
    return PagePart("dashboards/effects/review.html", {"effects": effects, "is_ranked": is_ranked})


def saved_view_effects(visitor: Visitor, delivery: Delivery) -> PagePart | None:
    """Return the saved views and questions about the layer and the fields that they lose: others' are counted alone."""
    if not _replaces(visitor, delivery):
        return None
    online = delivery.dataset.online
    assert online is not None
    before, after = readable_part(visitor, online).fields, readable_part(visitor, delivery).fields
    gone = before.keys() - after.keys()
    lines = [
        (view, ", ".join(sorted(str(before[name].title) for name in words & gone)))
        for view, words in views_of_layer(visitor, delivery.dataset.layer.slug)
    ]
    is_feeder = rights_of(visitor, delivery.dataset).is_feeder
    others = words_of_other_views(visitor, delivery.dataset.layer.slug) if is_feeder else []
    losing = sum(not gone.isdisjoint(words) for words in others)
    context = {"lines": lines, "others": len(others), "losing": losing}
    return PagePart("gisportal/review/saved_views.html", context) if lines or others else None


def harvested_record(visitor: Visitor, delivery: Delivery) -> PagePart | None:
    """Return what harvesters will get of the layer once the delivery is online, and what they will skip."""
    if delivery.state not in HAS_ROWS or not readable_part(visitor, delivery).fields:
        return None
    layer, online = delivery.dataset.layer, delivery.dataset.online
    metadata = LayerMetadata.objects.filter(layer=layer).first() or LayerMetadata(layer=layer)
    everybody = Visitor(instant=visitor.instant)
    is_public = layer.is_open and bool(readable_part(everybody, delivery).fields)
    context = {
        "is_public": is_public,
        "identifier": f"/explore/dataset/{metadata.former_id or layer.slug}/",
        "title": layer.title,
        "licence": layer.get_licence_display(),
        "rows_before": online.row_count if online is not None else None,
        "rows_after": delivery.row_count,
        "faults": list(_faults(delivery, metadata)) if is_public else [],
    }
    return PagePart("gisportal/review/harvest.html", context)


def _faults(delivery: Delivery, metadata: LayerMetadata) -> Iterator[str]:
    """Yield what the national portal would skip or not recognise of the record."""
    layer = delivery.dataset.layer
    if layer.licence not in LICENCE_URLS:
        yield _("La licence ne sera pas reconnue : le portail national écrira « non précisée ».")
    if not layer.abstract:
        yield _("Sans résumé, la fiche du portail national sera vide.")
    if not (layer.contact or metadata.contact_url):
        yield _("Sans adresse de contact, le contact ne sera pas repris.")


def _replaces(visitor: Visitor, delivery: Delivery) -> bool:
    """Whether a delivery has rows that would replace others, which the visitor reads."""
    online = delivery.dataset.online
    if online is None or online.pk == delivery.pk or delivery.state not in HAS_ROWS:
        return False
    try:
        version_scope(visitor, delivery)
    except UnknownLayer:
        return False
    return True
