"""Which delivery readers see: one pointer, moved in one transaction; old versions are thinned after it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from datasets.access import check_publish
from datasets.errors import NotPublishable
from datasets.loading.sql.tables import mark_written
from datasets.models import Dataset, Delivery
from datasets.publication.thinning import thin_after_switch
from datasets.vocabulary import DeliveryState
from layers.services.search_index import mark_stale
from layers.visitor import Visitor


def publish(*, delivery: Delivery, visitor: Visitor) -> None:
    """Put a delivery that is ready online; the one before becomes a past version.

    Raises:
        Forbidden: the person may not decide what is online.
        NotPublishable: the delivery is not ready.
    """
    _switch(delivery, visitor, DeliveryState.READY, _("seule une livraison prête se publie"))


def restore(*, delivery: Delivery, visitor: Visitor) -> None:
    """Bring a past version back online.

    Raises:
        Forbidden: the person may not decide what is online.
        NotPublishable: the delivery is not a past version, or its rows were thinned.
    """
    _switch(delivery, visitor, DeliveryState.PAST, _("seule une ancienne version se rétablit"))


@transaction.atomic
def _switch(delivery: Delivery, visitor: Visitor, expected: DeliveryState, refusal: str) -> None:
    dataset = (
        Dataset.objects.select_for_update(of=("self",)).select_related("layer").get(pk=delivery.dataset_id)
    )
    check_publish(visitor, dataset)
    delivery.refresh_from_db(fields=["state"])
    if delivery.state != expected:
        told = {"delivery": delivery, "state": delivery.get_state_display(), "refusal": refusal}
        raise NotPublishable(_("%(delivery)s est « %(state)s » : %(refusal)s.") % told)
    Delivery.objects.filter(dataset=dataset, state=DeliveryState.ONLINE).update(state=DeliveryState.PAST)
    delivery.state, delivery.published_at = DeliveryState.ONLINE, timezone.now()
    delivery.save(update_fields=["state", "published_at"])
    dataset.online = delivery
    dataset.save(update_fields=["online"])
    mark_written(delivery.table)
    mark_stale(dataset.layer_id)
    dataset.layer.save(update_fields=["updated_at"])  # part of the ETags: the catalogue page changed too
    thin_after_switch(dataset=dataset, visitor=visitor)
