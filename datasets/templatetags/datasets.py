"""How the state of a delivery is shown (colour, pictogram and word together), and who sees a link to the datasets."""

from __future__ import annotations

from dataclasses import dataclass

from django import template

from datasets.access import may_feed
from datasets.vocabulary import DeliveryState

register = template.Library()
register.filter(may_feed)


@dataclass(frozen=True, slots=True)
class Badge:
    """The class and the pictogram of a badge."""

    kind: str
    icon: str


_BADGES = {
    DeliveryState.ONLINE: Badge("open", "radio"),
    DeliveryState.READY: Badge("ready", "circle-check"),
    DeliveryState.REFUSED: Badge("bad", "circle-x"),
    DeliveryState.FAILED: Badge("bad", "circle-alert"),
    DeliveryState.LOADING: Badge("warn", "loader"),
    DeliveryState.ABANDONED: Badge("", "circle-slash"),
}
_PAST_BADGE = Badge("", "history")


@register.filter
def state_badge(state: str) -> Badge:
    """Return the badge of a state: that of what is over for any other."""
    return _BADGES.get(DeliveryState(state), _PAST_BADGE)
