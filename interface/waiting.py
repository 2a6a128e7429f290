"""What waits for people: a row that any application gives, for the page of the team and the home page of an agent.

A provider is a function: visitor → rows. Its statements are bounded, whatever the number of rows, and it gives nothing
that the visitor may not know of.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from django.utils.translation import gettext_lazy as _

from layers.definitions import Text
from layers.visitor import Visitor


class WaitingGroup(Enum):
    """Why a row waits, in the order of the page."""

    ANSWER = "answer"
    REPAIR = "repair"
    FORESEE = "foresee"

    @property
    def title(self) -> Text:
        """The heading of its rows."""
        return _TITLES[self.value]


_TITLES: dict[str, Text] = {
    "answer": _("On attend une réponse"),
    "repair": _("À réparer"),
    "foresee": _("À prévoir"),
}


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """Something that waits: what it is, what is known of it, and the one action that ends it.

    ``subject`` names it for good, in the form of the journal (« report 12 »), 120 characters at most; ``layer`` is the
    slug of the layer that it is about, empty for none; ``tone`` is empty, « warn » or « bad »; ``since`` is when it
    began to wait, or when it ends.
    """

    subject: str
    group: WaitingGroup
    icon: str
    title: str
    detail: str
    action: str
    address: str
    layer: str = ""
    since: dt.datetime | None = None
    tone: str = ""


WaitingProvider = Callable[[Visitor], Iterable[WaitingRow]]
