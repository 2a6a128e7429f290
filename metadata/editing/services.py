"""Write the metadata of a layer, and what changed, in one transaction; two editors at once lose nothing.

A form carries the values that it was opened with. What somebody else wrote since stays where the form changed nothing,
and is a conflict where both changed the same thing.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from layers.errors import InvalidParameter, LayersError
from layers.models import Layer, Theme
from layers.visitor import Visitor
from metadata.changes import Change, record_change
from metadata.models import LayerMetadata

LAYER_FIELDS = ("title", "abstract", "keywords", "licence", "frequency", "contact", "source")
METADATA_FIELDS = (
    "title_en",
    "abstract_en",
    "keywords_en",
    "lineage",
    "lineage_en",
    "quality",
    "quality_en",
    "language",
    "publisher",
    "contact_name",
    "contact_url",
    "bounds",
    "starts_on",
    "ends_on",
    "access_rights",
    "access_reason",
    "hvd_category",
    "schema_url",
    "inspire_theme",
    "topic_category",
    "resolution_m",
    "former_id",
)
# Values that are right together alone: who changes one changes the others.
_TOGETHER = (
    frozenset({"starts_on", "ends_on"}),
    frozenset({"access_rights", "access_reason"}),
)
_SALT = "metadata.editing"
Values = dict[str, Any]


class MetadataConflict(LayersError):
    """Somebody else changed the same metadata since the form was opened.

    ``values`` are what is stored now, ``fields`` the names of what both changed.
    """

    def __init__(self, values: Values, fields: frozenset[str]) -> None:
        super().__init__(_("Quelqu’un a changé les mêmes métadonnées entre-temps."))
        self.values, self.fields = values, fields


def values_of(layer: Layer, row: LayerMetadata) -> Values:
    """Return the metadata of a layer as plain values: text, numbers, lists, ISO dates, the slug of the theme."""
    values: Values = {"theme": layer.theme.slug}
    values |= {name: _plain(getattr(layer, name)) for name in LAYER_FIELDS}
    values |= {name: _plain(getattr(row, name)) for name in METADATA_FIELDS}
    return values


def stored_metadata(layer: Layer) -> LayerMetadata:
    """Return the metadata of a layer, unsaved when it has none yet."""
    return LayerMetadata.objects.filter(layer=layer).first() or LayerMetadata(layer=layer)


def sealed(layer: Layer, values: Values) -> str:
    """Return the values that a form is opened with, signed, for ``save_metadata`` to compare."""
    return signing.dumps(values, salt=f"{_SALT} {layer.pk}", compress=True)


def unsealed(layer: Layer, text: str) -> Values:
    """Return the values that a form was opened with.

    Raises:
        InvalidParameter: they are not those of a form of this layer.
    """
    try:
        values: Values = signing.loads(text, salt=f"{_SALT} {layer.pk}")
    except signing.BadSignature as error:
        raise InvalidParameter(
            _("Ce formulaire n’est pas celui de cette couche : rouvrez la page."), parameter="base"
        ) from error
    return values


@transaction.atomic
def save_metadata(*, layer: Layer, values: Values, base: Values, visitor: Visitor) -> frozenset[str]:
    """Write what differs between ``values`` and ``base``, and return the names of what changed in the catalogue.

    Raises:
        MetadataConflict: somebody else changed one of them to another value since; nothing is written.
    """
    locked = Layer.objects.select_for_update(of=("self",)).select_related("theme").get(pk=layer.pk)
    row = stored_metadata(locked)
    current = values_of(locked, row)
    own = _own_changes(values, base)
    conflicts = {name for name in own if current[name] not in (base.get(name), own[name])}
    if conflicts:
        raise MetadataConflict(current, frozenset(conflicts))
    changes = {name: Change(current[name], value) for name, value in own.items() if value != current[name]}
    if not changes:
        return frozenset()
    _write(locked, row, {name: change.after for name, change in changes.items()})
    record_change(layer=locked, visitor=visitor, changes=changes)
    return frozenset(changes)


def _own_changes(values: Values, base: Values) -> Values:
    """Return what a form changed, with what goes together with it."""
    names = {name for name, value in values.items() if value != base.get(name)}
    for group in _TOGETHER:
        if names & group:
            names |= group & values.keys()
    return {name: values[name] for name in names}


def _write(layer: Layer, row: LayerMetadata, values: Values) -> None:
    of_layer = [name for name in LAYER_FIELDS if name in values]
    for name in of_layer:
        setattr(layer, name, values[name])
    if "theme" in values:
        layer.theme = Theme.objects.get(slug=values["theme"])
        of_layer.append("theme")
    if of_layer:
        layer.save(update_fields=[*of_layer, "updated_at"])
    of_row = [name for name in METADATA_FIELDS if name in values]
    for name in of_row:
        setattr(row, name, values[name])
    if of_row:
        row.save()


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    return list(value) if isinstance(value, (list, tuple)) else value
