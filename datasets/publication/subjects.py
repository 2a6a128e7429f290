"""A delivery as something that is brought to approval (``publication.subjects``)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from datasets.access import rights_of
from datasets.models import Delivery
from datasets.publication.online import outdated_rows, switch_online
from datasets.vocabulary import DeliveryState
from layers.digests import stable_digest
from layers.models import Layer
from layers.visitor import Visitor
from layers.vocabulary import LayerState
from publication.layers import set_layer_state
from publication.models import PublicationPolicy, Submission
from publication.vocabulary import SubjectKind


@dataclass(frozen=True)
class DeliverySubject:
    """A delivery; withdrawing it withdraws its layer, whose versions stay.

    ``expected`` is the state that it must be in to go online: READY or PAST, None for either.
    """

    delivery: Delivery
    kind: SubjectKind = SubjectKind.DELIVERY
    dashboard: Any = field(default=None)
    policy: PublicationPolicy | None = field(default=None)
    expected: DeliveryState | None = field(default=None)

    @property
    def layer(self) -> Layer:
        """The layer of its dataset."""
        return self.delivery.dataset.layer

    @property
    def version(self) -> int:
        """Its number."""
        return self.delivery.number

    @property
    def author_id(self) -> int | None:
        """The account that delivered it."""
        return self.delivery.delivered_by_id

    @property
    def title(self) -> str:
        """The title of its layer, and its number."""
        return _("%(title)s, version %(number)d") % {"title": self.layer.title, "number": self.version}

    @property
    def address(self) -> str:
        """The path of its review."""
        return reverse("datasets:review", args=[self.layer.slug, self.version])

    def content_hash(self) -> str:
        """Return the digest of its file, its schema, and how its geometry was read."""
        delivery = self.delivery
        documents = json.dumps([delivery.schema_version.document, delivery.recipe], sort_keys=True)
        return stable_digest(delivery.file_sha256, documents, delivery.row_count)

    def obstacle(self) -> str:
        """Return why it cannot go online: it is not ready, or a later one is online."""
        delivery = self.delivery
        if delivery.state == DeliveryState.ONLINE and self.layer.state != LayerState.PUBLISHED:
            return ""
        if delivery.state not in {DeliveryState.READY, DeliveryState.PAST}:
            return _("Cette livraison est « %s » : elle ne peut pas être mise en ligne.") % (
                delivery.get_state_display()
            )
        return outdated_rows(delivery) if delivery.state == DeliveryState.READY else ""

    def may_submit(self, visitor: Visitor) -> bool:
        """Whether a visitor loads versions of the dataset."""
        return rights_of(visitor, self.delivery.dataset).can_load

    def may_approve(self, visitor: Visitor) -> bool:
        """Whether a visitor decides which version of the dataset is online."""
        return rights_of(visitor, self.delivery.dataset).can_publish

    def publish(self, visitor: Visitor) -> None:
        """Put it online, and its layer where that was withdrawn."""
        state = DeliveryState(Delivery.objects.values_list("state", flat=True).get(pk=self.delivery.pk))
        if self.expected is not None or state != DeliveryState.ONLINE:
            is_past = state == DeliveryState.PAST
            expected = self.expected or (DeliveryState.PAST if is_past else DeliveryState.READY)
            switch_online(delivery=self.delivery, visitor=visitor, expected=expected)
        set_layer_state(self.layer, LayerState.PUBLISHED)

    def withdraw(self, visitor: Visitor) -> None:
        """Withdraw its layer."""
        set_layer_state(self.layer, LayerState.ARCHIVED)


def find_delivery(submission: Submission) -> DeliverySubject | None:
    """Return the delivery of a submission."""
    deliveries = Delivery.objects.select_related("dataset__layer", "dataset__online", "schema_version")
    delivery = deliveries.filter(dataset__layer=submission.layer_id, number=submission.version).first()
    return DeliverySubject(delivery) if delivery else None
