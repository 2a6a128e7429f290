"""Who sees what in the demonstration, one case of each rule; and every sample layer says that it is one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.utils import timezone

from gisportal.demo.people import DIG, ELECTED, MEUDON, PARTNERS, PLANNING, PLAYGROUNDS, TREES
from layers.models import Grant, Layer, ProtectedField
from layers.vocabulary import Licence, Visibility

INTERNAL_LAYER = "plui-prescriptions-lin"
_GENERATED = "Données générées pour la démonstration : lieux et valeurs inventés."
# Layer → who produces it, where its sample data comes from.
_SAMPLES: Mapping[str, tuple[str, str]] = {
    "batiments-patrimoniaux": (
        PLANNING,
        "Compilation de sources publiques, positions approximatives et protections à vérifier ; code PLUi d’exemple.",
    ),
    "arbres-remarquables": (
        TREES,
        "17 arbres compilés de sources publiques, positions approximatives ; les autres sont inventés.",
    ),
    "plui-zones": (PLANNING, f"{_GENERATED} Ce zonage n’est celui d’aucun document."),
    "plui-prescriptions-surf": (PLANNING, _GENERATED),
    "plui-prescriptions-lin": (PLANNING, _GENERATED),
    "plui-prescriptions-pct": (PLANNING, _GENERATED),
    "aires-de-jeux": (
        PLAYGROUNDS,
        "Parcs réels, positions approximatives ; équipements, contrôles, interventions et images générés.",
    ),
    "bornes-de-recharge": (DIG, _GENERATED),
}


@dataclass(frozen=True, slots=True)
class SampleGrant:
    """A grant on the internal layer: days from the anchor when it begins and ends."""

    group: str
    rows: str = ""
    begins: int | None = None
    ends: int | None = None
    can_download: bool = True
    can_edit: bool = False
    can_approve: bool = False


_GRANTS = (
    SampleGrant(DIG, can_edit=True, can_approve=True),
    SampleGrant(PLANNING, can_edit=True),
    SampleGrant(MEUDON, rows="commune = '92048'", can_download=False),
    SampleGrant(PARTNERS, begins=-400, ends=-30),
    SampleGrant(ELECTED, begins=365 * 20),
)
# Who edits the open layers: the administration takes a grant, beside the permissions of the group.
_EDITORS: Mapping[str, tuple[str, ...]] = {
    "batiments-patrimoniaux": (DIG, PLANNING),
    "arbres-remarquables": (DIG, TREES),
    "plui-zones": (DIG, PLANNING),
    "plui-prescriptions-surf": (DIG, PLANNING),
    "plui-prescriptions-pct": (DIG, PLANNING),
    "aires-de-jeux": (DIG, PLAYGROUNDS),
    "bornes-de-recharge": (DIG,),
}
OPEN_LAYERS = tuple(_EDITORS)
_PROTECTED = (
    ("arbres-remarquables", "etat_sanitaire", (TREES,)),
    ("arbres-remarquables", "date_dernier_diagnostic", (TREES,)),
    ("bornes-de-recharge", "num_pdl", (DIG,)),
    ("aires-de-jeux", "inspections", (PLAYGROUNDS, DIG)),
    ("aires-de-jeux", "interventions", (PLAYGROUNDS, DIG)),
)


def load_rights(groups: Mapping[str, Group], *, anchor: dt.date) -> None:
    """Label the sample layers, close the internal one, and write grants and readers."""
    layers = {layer.slug: layer for layer in Layer.objects.filter(slug__in=[*_SAMPLES])}
    for slug, (producer, source) in _SAMPLES.items():
        label_layer(layers[slug], producer=groups[producer], source=source, is_open=slug != INTERNAL_LAYER)
    for grant in _GRANTS:
        _grant(layers[INTERNAL_LAYER], groups[grant.group], grant, anchor)
    for slug, editors in _EDITORS.items():
        for editor in editors:
            right = SampleGrant(editor, can_edit=True, can_approve=editor == DIG)
            _grant(layers[slug], groups[editor], right, anchor)
    for slug, name, readers in _PROTECTED:
        protected, _is_new = ProtectedField.objects.get_or_create(layer=layers[slug], name=name)
        protected.groups.set([groups[reader] for reader in readers])


def label_layer(layer: Layer, *, producer: Group, source: str, is_open: bool) -> None:
    """Say of a layer that it is a sample, who made it and who sees it."""
    layer.producer, layer.source, layer.is_sample = producer, source, True
    layer.visibility = Visibility.OPEN if is_open else Visibility.INTERNAL
    layer.licence = Licence.ETALAB_2 if is_open else Licence.INTERNAL
    layer.save(update_fields=["producer", "source", "is_sample", "visibility", "licence", "updated_at"])


def _grant(layer: Layer, group: Group, grant: SampleGrant, anchor: dt.date) -> None:
    Grant.objects.update_or_create(
        layer=layer,
        group=group,
        defaults={
            "rows": grant.rows,
            "can_download": grant.can_download,
            "can_edit": grant.can_edit,
            "can_approve": grant.can_approve,
            "valid_from": _instant(anchor, grant.begins),
            "valid_until": _instant(anchor, grant.ends),
        },
    )


def _instant(anchor: dt.date, days: int | None) -> dt.datetime | None:
    if days is None:
        return None
    return timezone.make_aware(dt.datetime.combine(anchor + dt.timedelta(days=days), dt.time()))
