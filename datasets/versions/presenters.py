"""The home of who feeds datasets: what waits for them first, then every dataset with where it stands; the drop zone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from datasets.models import Dataset, Delivery, Upload
from datasets.readers.suffixes import OFFERED_SUFFIXES
from datasets.versions.queries import FedDataset
from datasets.vocabulary import DeliveryState, UploadStage
from interface.wording import number, size, size_units
from layers.access import LayerRights
from layers.vocabulary import FREQUENCY_DAYS

SORTS = {
    "titre": gettext_lazy("par titre"),
    "livraison": gettext_lazy("par dernière livraison"),
    "echeance": gettext_lazy("par prochaine livraison"),
}
_UNSUCCESSFUL = {DeliveryState.REFUSED, DeliveryState.FAILED}


@dataclass(frozen=True, slots=True)
class WaitingTask:
    """Something that waits for the person: the ``kind`` and ``icon`` of its badge, its ``state`` in a word, what to do
    and where; ``abandon`` is the address that gives it up, empty where it may not be."""

    kind: str
    icon: str
    state: str
    title: str
    detail: str
    action: str
    address: str
    at: dt.datetime
    abandon: str = ""


@dataclass(frozen=True, slots=True)
class DatasetRow:
    """A dataset that the visitor feeds: what is online, the last delivery, the day of the next one."""

    dataset: Dataset
    rights: LayerRights
    last: Delivery | None
    expected: dt.date | None

    @property
    def is_late(self) -> bool:
        """Whether the next version should have come."""
        return self.expected is not None and self.expected < timezone.localdate()


def dataset_rows(fed: Iterable[FedDataset], last: dict[int, Delivery]) -> list[DatasetRow]:
    """Return the datasets as the page shows them, in the order given."""
    return [
        DatasetRow(entry.dataset, entry.rights, last.get(entry.dataset.pk), _expected(entry.dataset))
        for entry in fed
    ]


def _expected(dataset: Dataset) -> dt.date | None:
    days = FREQUENCY_DAYS.get(dataset.layer.frequency)
    if days is None or dataset.online is None:
        return None
    return timezone.localdate(dataset.online.created_at) + dt.timedelta(days=days)


def selected(rows: Sequence[DatasetRow], *, text: str, sort: str) -> list[DatasetRow]:
    """Return the rows whose title, identifier or theme has every word of ``text``, sorted, by title by default."""
    words = text.casefold().split()
    matching = [row for row in rows if all(word in _searched(row) for word in words)]
    orders: dict[str, Callable[[DatasetRow], Any]] = {
        "livraison": lambda row: (row.last is None, -row.last.created_at.timestamp() if row.last else 0),
        "echeance": lambda row: (row.expected is None, row.expected or dt.date.max),
    }
    return sorted(matching, key=orders[sort]) if sort in orders else matching


def _searched(row: DatasetRow) -> str:
    layer = row.dataset.layer
    return f"{layer.title} {layer.slug} {layer.theme.title}".casefold()


def waiting_tasks(rows: Iterable[DatasetRow], uploads: Iterable[Upload]) -> list[WaitingTask]:
    """Return what waits for the person, newest first: files to look at, versions to publish, deliveries that failed."""
    files = list(uploads)
    tasks = [_of_upload(upload) for upload in files if upload.is_unfinished or not upload.delivery_id]
    for row in rows:
        if row.last is None or row.rights.obstacle:
            continue
        if row.last.state == DeliveryState.READY:
            tasks.append(_to_publish(row, row.last))
        elif row.last.state in _UNSUCCESSFUL and row.rights.edits_every_row:
            tasks.append(_to_mend(row, row.last))
    return sorted(tasks, key=lambda task: task.at, reverse=True)


@dataclass(frozen=True, slots=True)
class _UploadWords:
    """How a file that waits is shown: its badge, and what may be done of it."""

    kind: str
    icon: str
    action: str | Promise


_READ = _UploadWords("ready", "file-check", gettext_lazy("Vérifier les colonnes"))
_BUSY = _UploadWords("warn", "loader", gettext_lazy("Suivre"))
_STOPPED = _UploadWords("bad", "circle-alert", gettext_lazy("Voir pourquoi"))
_OF_STATES = {
    UploadStage.READ: _READ,
    UploadStage.LOADED: _READ,
    UploadStage.FAILED: _STOPPED,
    UploadStage.CANCELLED: _UploadWords("", "circle-slash", gettext_lazy("Reprendre")),
}


def _of_upload(upload: Upload) -> WaitingTask:
    upload_words = _OF_STATES.get(upload.stage, _BUSY)
    about = str(upload.dataset) if upload.dataset else _("nouveau jeu de données")
    return WaitingTask(
        kind=upload_words.kind,
        icon=upload_words.icon,
        state=upload.stage_label,
        title=upload.original_name,
        detail=f"{about} · {upload.error}" if upload.error else about,
        action=str(upload_words.action),
        address=reverse("datasets:state", args=[upload.pk]),
        at=upload.created_at,
        abandon="" if upload.is_unfinished else reverse("datasets:abandon", args=[upload.pk]),
    )


def _of_delivery(row: DatasetRow, delivery: Delivery, **words: Any) -> WaitingTask:
    slug = row.dataset.layer.slug
    address = reverse("datasets:delivery", args=[slug, delivery.number])
    is_theirs = row.rights.can_load or row.rights.can_publish
    if delivery.waits and is_theirs:
        words["abandon"] = reverse("datasets:give-up", args=[slug, delivery.number])
    title = _("%(title)s, version %(number)d") % {"title": row.dataset, "number": delivery.number}
    return WaitingTask(title=title, address=address, at=delivery.created_at, **words)


def _to_publish(row: DatasetRow, delivery: Delivery) -> WaitingTask:
    counted = ngettext("%s ligne", "%s lignes", delivery.row_count) % number(delivery.row_count)
    task = partial(_of_delivery, row, delivery, detail=f"{delivery.origin} · {counted}")
    if row.rights.can_publish:
        return task(
            kind="ready", icon="circle-check", state=_("prête à publier"), action=_("Relire et publier")
        )
    return task(kind="warn", icon="hourglass", state=_("attend une approbation"), action=_("Relire"))


def _to_mend(row: DatasetRow, delivery: Delivery) -> WaitingTask:
    task = partial(_of_delivery, row, delivery, kind="bad")
    file = delivery.origin
    if delivery.state == DeliveryState.FAILED:
        return task(icon="circle-alert", state=_("interrompue"), action=_("Recommencer"), detail=file)
    count = delivery.report.get("rows_refused", 0)
    counted = ngettext("%s ligne en erreur", "%s lignes en erreur", count) % number(count)
    return task(
        icon="circle-x", state=_("refusée"), action=_("Voir les erreurs"), detail=f"{file} · {counted}"
    )


def drop_zone() -> dict[str, Any]:
    """Return the context of ``datasets/drop.html``: the formats, the limit, and the words of its script."""
    limit = settings.DATASET_UPLOAD_MAX_BYTES
    return {
        "accept": ",".join(OFFERED_SUFFIXES),
        "limit": limit,
        "drop_words": {"limit": limit} | _words(limit),
    }


def _words(limit: int) -> dict[str, Any]:
    return {
        "formats": {suffix.removeprefix("."): str(title) for suffix, title in OFFERED_SUFFIXES.items()},
        "units": [_("octets"), *size_units()],
        "joined": _("{n} fichiers réunis en une archive"),
        "required": _("Choisissez un fichier."),
        "several": _(
            "Un seul fichier à la fois. Les parties d’un Shapefile ou d’une table MapInfo, ou un dossier .gdb, "
            "peuvent être déposées ensemble."
        ),
        "incomplete": _(
            "Il manque {missing} : déposez ensemble toutes les parties du fichier, ou leur archive .zip."
        ),
        "large": _("Ce fichier dépasse %s. Découpez-le, ou demandez à l’équipe SIG de l’importer.")
        % size(limit),
        "sending": _("Envoi de {name}…"),
        "progress": _("{sent} sur {total}"),
        "seconds": _("encore {n} s"),
        "minutes": _("encore {n} min"),
        "sent": _("Fichier reçu, la lecture commence…"),
        "cancelled": _("Envoi annulé. Le fichier reste choisi."),
        "network": _("L’envoi a été coupé : vérifiez la connexion et recommencez. Le fichier reste choisi."),
        "server": _("Le portail n’a pas pu recevoir ce fichier. Rechargez la page et recommencez."),
        "unreadable": _(
            "Votre navigateur ne peut plus lire ce fichier : a-t-il changé de place ? Choisissez-le à nouveau."
        ),
    }
