"""What importers read of another tool: sites, as that tool writes them, and what is left out with its reason."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from layers.services.keyed_records import Count
from roadworks.vocabulary import Direction, Impact, Mode


@dataclass(frozen=True, slots=True)
class SourcePhase:
    """Days of a site, with their hours and ISO days of the week where the source says them."""

    first: dt.date
    last: dt.date
    opens: dt.time | None = None
    closes: dt.time | None = None
    days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceOrder:
    """The order that a site rests on; ``address`` is that of its document, or empty."""

    number: str
    authority: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class SourceSite:
    """A site. ``area`` is a shapely geometry in degrees: the corridor over its streets, or lines along them.

    ``detour`` is that of its diversion, None where there is none.
    """

    id: str
    title: str
    description: str
    owner: str
    phases: tuple[SourcePhase, ...]
    effects: tuple[tuple[Mode, Impact, Direction], ...]
    area: Any
    order: SourceOrder | None = None
    detour: Any = None


@dataclass(slots=True)
class ImportReport:
    """What an import did: ``rejected`` are (identifier, reason), ``ignored`` measures without a word of ours."""

    rows: int = 0
    count: Count = field(default_factory=Count)
    rejected: list[tuple[str, str]] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)
    stubs: int = 0
    is_dry_run: bool = False

    def reject(self, identifier: str, reason: str) -> None:
        """Leave a row out."""
        self.rejected.append((identifier, reason))

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Each reason with the number of its rows, the most frequent first."""
        return Counter(reason for _identifier, reason in self.rejected).most_common()

    @property
    def sentences(self) -> list[str]:
        """What people read of the import, line by line."""
        lines = [
            _("%(rows)d lignes lues, %(rejected)d écartées.")
            % {"rows": self.rows, "rejected": len(self.rejected)},
            _("Chantiers : %s.") % self.count.sentence,
            _("Bouts de rues de moins de 12 m laissés de côté : %d.") % self.stubs,
        ]
        lines += [
            _("Écarté, %(count)d fois : %(reason)s") % {"count": n, "reason": why} for why, n in self.reasons
        ]
        lines += [
            _("Mesure sans équivalent, %(count)d fois : %(measure)s") % {"count": n, "measure": measure}
            for measure, n in self.ignored.most_common()
        ]
        if self.is_dry_run:
            lines.append(_("Essai : rien n’a été écrit."))
        return lines
