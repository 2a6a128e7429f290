"""Give our layers the identity of the datasets that they come from: identifiers, metadata, identifiers of attachments.

Metadata are taken over once, with the identifier: what the team writes since is its own. Texts fill in what is empty;
licence and frequency, which always have a value, are those of the former portal. A second run changes nothing.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from harvesting.explore.former_catalogue import FormerDataset
from layers.errors import InvalidParameter
from layers.models import Layer
from layers.visitor import Visitor
from metadata.changes import Change, record_change
from metadata.editing.services import save_metadata, stored_metadata, values_of
from metadata.models import Attachment, LayerMetadata

_PERIOD = ("starts_on", "ends_on")
_ALWAYS_SET = frozenset({"licence", "frequency", "language"})


class Outcome(Enum):
    """What became of a dataset of the former portal."""

    IMPORTED = "imported"
    UNCHANGED = "unchanged"
    RESTRICTED = "restricted"
    FEDERATED = "federated"
    UNMATCHED = "unmatched"


@dataclass(frozen=True, slots=True)
class ImportLine:
    """A dataset and what became of it.

    ``layer`` is the slug, ``fields`` what was written, ``missing`` the titles of attachments that the layer has not.
    """

    dataset: FormerDataset
    outcome: Outcome
    layer: str = ""
    fields: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def read_layer_names(text: str) -> dict[str, str]:
    """Return the slugs of layers by former identifier, of a CSV whose columns are ``former_id`` and ``layer``.

    Raises:
        InvalidParameter: another heading, or a line without one of the two, by its number.
    """
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    if reader.fieldnames is None or list(reader.fieldnames) != ["former_id", "layer"]:
        raise InvalidParameter(
            _("Les colonnes attendues sont former_id et layer, séparées par une virgule."), parameter="layers"
        )
    names = {}
    for number, row in enumerate(reader, start=2):
        identifier, slug = row["former_id"], row["layer"]
        if not identifier or not slug or None in row or identifier in names:
            message = _("Ligne %d : un identifiant d’origine, une seule fois, et une couche sont attendus.")
            raise InvalidParameter(message % number, parameter="layers")
        names[identifier] = slug
    return names


def import_former_catalogue(
    *, datasets: Iterable[FormerDataset], layer_names: Mapping[str, str], visitor: Visitor, is_dry_run: bool
) -> list[ImportLine]:
    """Write the identity of each dataset that a layer stands for, by ``layer_names`` or under the same slug.

    Raises:
        InvalidParameter: ``layer_names`` has a layer that does not exist, or that stands for two datasets.
    """
    layers = {layer.slug: layer for layer in Layer.objects.select_related("theme")}
    unknown = sorted(set(layer_names.values()) - layers.keys())
    if unknown:
        message = _("Aucune couche ne s’appelle « %s ».") % unknown[0]
        raise InvalidParameter(message, parameter="layers")
    with transaction.atomic():
        lines = [
            _import_one(dataset, layers.get(layer_names.get(dataset.identifier, dataset.identifier)), visitor)
            for dataset in datasets
        ]
        transaction.set_rollback(is_dry_run)
    return lines


def _import_one(dataset: FormerDataset, layer: Layer | None, visitor: Visitor) -> ImportLine:
    if dataset.is_federated:
        return ImportLine(dataset, Outcome.FEDERATED)
    if dataset.is_restricted:
        return ImportLine(dataset, Outcome.RESTRICTED)
    if layer is None:
        return ImportLine(dataset, Outcome.UNMATCHED)
    row = stored_metadata(layer)
    _check_identity(dataset, layer, row)
    fields = set[str]()
    if row.former_id != dataset.identifier:
        base = values_of(layer, row)
        values = base | _values_to_take(dataset, base) | {"former_id": dataset.identifier}
        fields |= save_metadata(layer=layer, values=values, base=base, visitor=visitor)
    missing, are_named = _name_attachments(dataset, layer, visitor)
    if are_named:
        fields.add("attachments")
    outcome = Outcome.IMPORTED if fields else Outcome.UNCHANGED
    return ImportLine(dataset, outcome, layer.slug, tuple(sorted(fields)), missing)


def _check_identity(dataset: FormerDataset, layer: Layer, row: LayerMetadata) -> None:
    values = {"dataset": dataset.identifier, "layer": layer.slug, "former": row.former_id}
    if row.former_id not in {"", dataset.identifier}:
        message = _("« %(dataset)s » : la couche %(layer)s est déjà « %(former)s ».") % values
        raise InvalidParameter(message, parameter="layers")
    other = LayerMetadata.objects.filter(former_id=dataset.identifier).exclude(layer=layer).first()
    if other is not None:
        values["former"] = other.layer.slug
        message = _("« %(dataset)s » : cet identifiant est déjà celui de la couche %(former)s.") % values
        raise InvalidParameter(message, parameter="layers")


def _values_to_take(dataset: FormerDataset, base: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the layer is silent about; an address or a period that is none is left out."""
    values = {name: value for name, value in dataset.values.items() if name in _ALWAYS_SET or not base[name]}
    if "contact" in values:
        try:
            validate_email(values["contact"])
        except ValidationError:
            del values["contact"]
    return values if _is_period(values) else {name: values[name] for name in values.keys() - set(_PERIOD)}


def _is_period(values: Mapping[str, Any]) -> bool:
    try:
        starts, ends = (dt.date.fromisoformat(values[name]) for name in _PERIOD)
    except (KeyError, ValueError):
        return False
    return starts <= ends


def _name_attachments(dataset: FormerDataset, layer: Layer, visitor: Visitor) -> tuple[tuple[str, ...], bool]:
    """Give the attachments of a layer their former identifiers, by title or name of file.

    Returns the titles of those that the layer has not, and whether one was named.
    """
    missing, changes = [], {}
    rows = list(Attachment.objects.filter(layer=layer))
    for identifier, title in dataset.attachments:
        if any(row.former_id == identifier for row in rows):
            continue
        row = next(
            (each for each in rows if not each.former_id and title in {each.title, each.file_name}), None
        )
        if row is None:
            missing.append(title or identifier)
            continue
        row.former_id = identifier
        row.save(update_fields=["former_id"])
        changes[f"attachments.{row.pk}"] = Change("", identifier)
    if changes:
        record_change(layer=layer, visitor=visitor, changes=changes)
    return tuple(missing), bool(changes)
