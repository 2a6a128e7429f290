"""Deliveries and waiting files of everything that the visitor feeds, in a handful of statements."""

from __future__ import annotations

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from datasets.models import Delivery, Upload
from datasets.vocabulary import WAS_ACCEPTED, DeliveryState
from layers import access
from layers.access import LayerRights
from layers.visitor import Visitor

PAGE_ROWS = 50

FILTERS: dict[str, tuple[DeliveryState, ...]] = {
    "": tuple(DeliveryState),
    "a-publier": (DeliveryState.READY,),
    "arretees": (DeliveryState.REFUSED, DeliveryState.FAILED),
    "en-ligne": (DeliveryState.ONLINE,),
    "abandonnees": (DeliveryState.ABANDONED,),
}
"""States by the value of the parameter ``etat`` of the page."""


def uploads_on_their_way(visitor: Visitor) -> list[Upload]:
    """Return the files without a good delivery yet: the person's own, and those of datasets they feed.

    Administrators see all of them. Only its owner opens the file itself.
    """
    if visitor.user_id is None:
        return []
    uploads = Upload.objects.select_related("owner", "dataset__layer", "delivery__dataset__layer")
    uploads = uploads.defer("options", "delivery__report", "delivery__comparison")
    uploads = uploads.exclude(delivery__state__in=WAS_ACCEPTED)
    if not visitor.is_administrator:
        fed = access.fed_layers(visitor)
        uploads = uploads.filter(Q(owner_id=visitor.user_id) | Q(dataset__layer__in=fed.values("pk")))
    return list(uploads[:PAGE_ROWS])


def deliveries_page(visitor: Visitor, state: str, number: str) -> Page[Delivery]:
    """Return a page of the deliveries that the visitor feeds, newest first; ``state`` is a key of ``FILTERS``."""
    return Paginator(_deliveries(visitor, FILTERS[state]), PAGE_ROWS).get_page(number)


def _deliveries(visitor: Visitor, states: tuple[DeliveryState, ...]) -> QuerySet[Delivery]:
    fed = access.fed_layers(visitor)
    deliveries = Delivery.objects.filter(dataset__layer__in=fed.values("pk"), state__in=states)
    deliveries = deliveries.select_related("dataset__layer", "dataset__online", "delivered_by")
    unread = ("comparison", "recipe", "dataset__online__report", "dataset__online__comparison")
    deliveries = deliveries.defer(*unread)
    return deliveries.order_by("-created_at", "-pk")


def rights_on(visitor: Visitor, deliveries: Page[Delivery]) -> dict[int, LayerRights]:
    """Return the visitor's rights on the layers of these deliveries, by layer id."""
    return access.rights_on(visitor, {delivery.dataset.layer for delivery in deliveries})
