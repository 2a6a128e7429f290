"""Put layers online, withdraw them, and undo either: each change is journaled as that of any layer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.core.signing import BadSignature, TimestampSigner
from django.db import transaction
from django.utils.translation import gettext as _

from layers.errors import Forbidden, InvalidParameter
from layers.models import Layer
from layers.visitor import Visitor
from layers.vocabulary import LayerState
from publication.layers import change_layer_state

_UNDO = TimestampSigner(salt="management.lists.layer-states")
UNDO_S = 15 * 60
# What each button of the list makes of a layer.
ACTIONS: Mapping[str, LayerState] = {
    "retirer": LayerState.ARCHIVED,
    "mettre-en-ligne": LayerState.PUBLISHED,
}


@dataclass(frozen=True, slots=True)
class StateChange:
    """Layers that change their state, each with the one it leaves; ``unchanged`` have the state already."""

    state: LayerState
    layers: Sequence[Layer]
    unchanged: int

    @property
    def undo_key(self) -> str:
        """What undoes it, for a quarter of an hour."""
        return _UNDO.sign_object({str(layer.pk): [layer.state, self.state.value] for layer in self.layers})


def state_change(visitor: Visitor, action: str, keys: Iterable[str]) -> StateChange:
    """Return what an action would change of layers, by their numbers.

    Raises:
        Forbidden: the visitor is no administrator.
        InvalidParameter: no such action, or a key is not one of a layer.
    """
    if not visitor.is_administrator:
        raise Forbidden(_("Seul un administrateur met une couche en ligne ou la retire."))
    if action not in ACTIONS:
        raise InvalidParameter(_("Action inconnue : « %s ».") % action[:40], parameter="action")
    numbers = list(dict.fromkeys(keys))
    for key in numbers:
        if not (key.isascii() and key.isdecimal() and len(key) < 19):
            raise InvalidParameter(_("Il n’y a pas de couche n° %s.") % key[:20], parameter="lignes")
    layers = {str(layer.pk): layer for layer in Layer.objects.filter(pk__in=numbers).order_by("title")}
    for key in numbers:
        if key not in layers:
            raise InvalidParameter(_("Il n’y a pas de couche n° %s.") % key[:20], parameter="lignes")
    state = ACTIONS[action]
    changing = [layer for layer in layers.values() if layer.state != state]
    return StateChange(state, changing, len(layers) - len(changing))


@transaction.atomic
def apply_change(visitor: Visitor, change: StateChange) -> str:
    """Write a change with its history, and return the key that undoes it."""
    key = change.undo_key
    for layer in change.layers:
        change_layer_state(layer=layer, state=change.state, visitor=visitor)
    return key


@transaction.atomic
def undo_change(visitor: Visitor, key: str) -> tuple[int, int]:
    """Give layers the state of before; return how many, and how many are left since somebody changed them meanwhile.

    Raises:
        Forbidden: the visitor is no administrator.
        InvalidParameter: the key is too old, or not one of ours.
    """
    if not visitor.is_administrator:
        raise Forbidden(_("Seul un administrateur met une couche en ligne ou la retire."))
    try:
        states: dict[str, list[str]] = _UNDO.unsign_object(key, max_age=UNDO_S)
    except BadSignature as error:
        raise InvalidParameter(
            _("Il est trop tard pour annuler : changez l’état des couches dans la liste."),
            parameter="annuler",
        ) from error
    undone = 0
    for layer in Layer.objects.select_for_update().filter(pk__in=states):
        before, after = states[str(layer.pk)]
        if layer.state == after:
            change_layer_state(layer=layer, state=LayerState(before), visitor=visitor)
            undone += 1
    return undone, len(states) - undone
