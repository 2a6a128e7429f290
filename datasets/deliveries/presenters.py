"""The lines of the page of deliveries: state, result, and next step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from datasets.imports.presenters import ProgressWords, progress_words
from datasets.models import Delivery, Upload
from datasets.vocabulary import DeliveryState, UploadStage
from layers.access import LayerRights
from layers.visitor import Visitor

# What is to be done with a file that no worker has: what was loaded waits here for its errors alone.
_STEPS = {
    UploadStage.READ: gettext_lazy("Vérifier les colonnes"),
    UploadStage.LOADED: gettext_lazy("Voir les erreurs"),
    UploadStage.FAILED: gettext_lazy("Voir pourquoi"),
    UploadStage.CANCELLED: gettext_lazy("Reprendre"),
}


@dataclass(frozen=True, slots=True)
class NextStep:
    """The next step: words, and address; without an address it is for somebody else, or there is none."""

    words: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class UploadRow:
    """A file on its way, as the page shows it."""

    upload: Upload
    words: ProgressWords
    step: NextStep


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A delivery, as the page shows it. ``errors`` is None when nothing was counted."""

    delivery: Delivery
    address: str
    errors: int | None
    step: NextStep


def upload_row(upload: Upload, visitor: Visitor) -> UploadRow:
    """Return the line of a file that is on its way."""
    words = progress_words(upload)
    if upload.owner_id != visitor.user_id:
        return UploadRow(upload, words, NextStep(_("À suivre par qui l’a déposé")))
    address = reverse("datasets:state", args=[upload.pk])
    if upload.is_unfinished:
        return UploadRow(upload, words, NextStep(_("Suivre"), address))
    return UploadRow(upload, words, NextStep(str(_STEPS[upload.stage]), address))


def delivery_row(delivery: Delivery, rights: Mapping[int, LayerRights]) -> DeliveryRow:
    """Return the line of a delivery."""
    layer = delivery.dataset.layer
    address = reverse("datasets:delivery", args=[layer.slug, delivery.number])
    report = delivery.report
    return DeliveryRow(
        delivery, address, report.get("errors"), _next_step(delivery, address, rights[layer.pk])
    )


def _next_step(delivery: Delivery, address: str, rights: LayerRights) -> NextStep:
    slug = delivery.dataset.layer.slug
    if delivery.state == DeliveryState.READY:
        if rights.can_publish:
            return NextStep(
                _("Vérifier et publier"), reverse("datasets:review", args=[slug, delivery.number])
            )
        return NextStep(_("À publier par qui approuve"))
    if delivery.state == DeliveryState.REFUSED:
        return NextStep(_("Voir les erreurs"), address)
    if delivery.state == DeliveryState.FAILED and rights.can_load:
        return NextStep(_("Importer de nouveau"), reverse("datasets:deliver", args=[slug]))
    if delivery.state == DeliveryState.ONLINE:
        return NextStep(_("Voir la couche"), reverse("explorer:layer", args=[slug]))
    return NextStep("")
