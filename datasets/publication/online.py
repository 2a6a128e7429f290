"""The delivery that readers see: one pointer, moved in one transaction, and the drawing that comes with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from datasets.access import check_publish
from datasets.definitions import DatasetSchema
from datasets.edits.services import apply_edits, check_choices
from datasets.errors import NotPublishable
from datasets.loading.sql.editing import make_editable
from datasets.loading.sql.tables import data_version_of, mark_written
from datasets.models import Dataset, Delivery
from datasets.publication.thinning import thin_after_switch
from datasets.vocabulary import DeliveryState, GeometryKind
from layers import registry
from layers.definitions import GeometryType, Text
from layers.models import Layer
from layers.services.search_index import mark_stale
from layers.styles.documents import read_style
from layers.visitor import Visitor
from styles.layer_icons import LayerIcon, free_icon

# Sent with ``delivery``, ``before`` (the number of the version that it replaces, None for the first) and
# ``is_restored`` (an older version comes back), in the transaction.
version_published = Signal()

_REFUSALS: Mapping[DeliveryState, Text] = {
    DeliveryState.READY: gettext_lazy("seule une livraison prête se publie"),
    DeliveryState.PAST: gettext_lazy("seule une ancienne version se rétablit"),
}


def not_in_state(delivery: Delivery, refusal: Text) -> NotPublishable:
    """Return the refusal of an action that the state of a delivery does not allow."""
    values = {"delivery": delivery, "state": delivery.get_state_display(), "refusal": refusal}
    return NotPublishable(_("%(delivery)s est « %(state)s » : %(refusal)s.") % values)


@transaction.atomic
def switch_online(*, delivery: Delivery, visitor: Visitor, expected: DeliveryState) -> None:
    """Make a delivery what readers see, in one transaction: the pointer of its dataset moves.

    Raises:
        Forbidden: the person may not decide what is online.
        NotPublishable: the delivery is not in the state ``expected``, READY or PAST, or somebody has to choose what
            becomes of rows edited in place.
    """
    dataset = (
        Dataset.objects.select_for_update(of=("self",))
        .select_related("layer", "online__schema_version")
        .get(pk=delivery.dataset_id)
    )
    check_publish(visitor, dataset)
    delivery.refresh_from_db(fields=["state", "edit_choices"])
    if delivery.state != expected:
        raise not_in_state(delivery, _REFUSALS[expected])
    delivery.dataset = dataset
    former = dataset.online
    before = former.number if former is not None else None
    if expected == DeliveryState.READY:
        if obstacle := outdated_rows(delivery):
            raise NotPublishable(obstacle)
        check_choices(delivery)
    _style_located(dataset, delivery)
    Delivery.objects.filter(dataset=dataset, state=DeliveryState.ONLINE).update(state=DeliveryState.PAST)
    delivery.state, delivery.published_at = DeliveryState.ONLINE, timezone.now()
    delivery.published_by_id, delivery.is_restored = visitor.user_id, expected == DeliveryState.PAST
    delivery.save(update_fields=["state", "published_at", "published_by", "is_restored"])
    dataset.online = delivery
    dataset.save(update_fields=["online"])
    if expected == DeliveryState.READY:
        apply_edits(delivery=delivery, before=former, visitor=visitor)
    else:
        make_editable(delivery.names, delivery.schema_version.schema)
    mark_written(delivery.table)
    mark_stale(dataset.layer_id)
    dataset.layer.save(
        update_fields=["style", "updated_at"]
    )  # part of the ETags: the catalogue page changed too
    version_published.send(
        sender=Delivery, delivery=delivery, before=before, is_restored=delivery.is_restored
    )
    thin_after_switch(dataset=dataset, visitor=visitor)


def outdated_rows(delivery: Delivery) -> str:
    """Return why a version made from the rows online stands for them no more; empty for one that was not, or does."""
    number = delivery.derived_from
    if number is None:
        return ""
    online = delivery.dataset.online
    version = data_version_of(online.table) if online is not None and online.number == number else None
    if version == delivery.report["data_version"]:
        return ""
    return _(
        "%s a été préparée d’après des lignes qui ont changé depuis : refaites le changement de schéma."
    ) % (delivery)


def _style_located(dataset: Dataset, delivery: Delivery) -> None:
    """Give the symbol of a layer to a table that gets positions, unless its style was made in the studio."""
    before = dataset.online.schema_version.schema if dataset.online else None
    after = delivery.schema_version.schema
    becomes_layer = before is not None and GeometryKind.NONE is before.geometry is not after.geometry
    if becomes_layer and dataset.layer.style.keys() <= {"token", "icon"}:
        dataset.layer.style = default_style(after)


def default_style(schema: DatasetSchema) -> dict[str, Any]:
    """Return the style document of a new dataset: the free colour farthest from those of the catalogue, and an icon.

    Where a code list has colours, its values are the classes of the map. The document is written in the catalogue,
    where the studio changes it: it never changes because another layer came.
    """
    symbol = free_icon(_catalogue_symbols(), GeometryType(schema.geometry.value))
    return {"token": symbol.token, "icon": symbol.icon} | coloured_classes(schema)


def coloured_classes(schema: DatasetSchema) -> dict[str, Any]:
    """Return the keys of a style document that draw the first code list with colours; none without one."""
    field = next((each for each in schema.fields if each.colours and not each.is_protected), None)
    if field is None or schema.geometry is GeometryKind.NONE:
        return {}
    colours = field.colours
    return {
        "field": field.name,
        "categories": [
            {"value": code, "title": label, "token": colours[code]}
            for code, label in field.choices
            if code in colours
        ],
    }


def _catalogue_symbols() -> Iterator[LayerIcon]:
    """Yield the colours and icons of all mapped layers of the catalogue, visible or not."""
    written = dict(Layer.objects.values_list("slug", "style"))
    coded = {
        one.slug: one
        for one in registry.coded_definitions()
        if one.slug in written and one.geometry.is_located
    }
    for slug, document in written.items():
        default = coded[slug].style if slug in coded else None
        if default is not None:
            try:
                style = read_style(default, document)
            except ValueError:  # refused: the layer is drawn as its definition says
                style = default
            yield LayerIcon(style.token, style.icon)
        elif "token" in document:
            yield LayerIcon(str(document["token"]), str(document.get("icon", "")))
