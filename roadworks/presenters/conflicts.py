"""Conflicts of works in words: what, where, when both go on, and the rule; of a hidden site, whom to write to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from interface.wording import date_words
from layers.access import Scope
from roadworks.presenters.words import card
from roadworks.queries import SiteRecords
from roadworks.services.conflicts import Conflict, ConflictKind


@dataclass(frozen=True, slots=True)
class ConflictWords:
    """A conflict as a page writes it; ``pk`` is the site, None where it has no sheet for the reader."""

    number: int
    title: str
    text: str
    kind: str
    look: str = "free"
    pk: int | None = None


def conflict_words(scope: Scope, conflicts: Iterable[Conflict], *, today: dt.date) -> list[ConflictWords]:
    """Return conflicts in words, numbered as on the map and the timeline."""
    return [_words(scope, number, conflict, today) for number, conflict in enumerate(conflicts, 1)]


def _words(scope: Scope, number: int, conflict: Conflict, today: dt.date) -> ConflictWords:
    kind = conflict.kind.value
    if conflict.site is None:
        text = _("Il gêne le vôtre. Écrivez à « %s » pour en parler.") % (
            scope.layer.producer or scope.layer.title
        )
        return ConflictWords(number, _("Un chantier non publié"), text, kind)
    if conflict.kind is ConflictKind.EVENT:
        return ConflictWords(
            number, conflict.site.objet, _period(conflict, _("Manifestation sur place")), kind
        )
    site = conflict.site
    written = card(SiteRecords(site, (), ()), today=today)
    nature = site.get_nature_display()
    texts = {
        ConflictKind.PLACE: _period(conflict, _("%s, au même endroit") % nature),
        ConflictKind.DETOUR: _period(conflict, _("%(nature)s : la déviation passe par %(street)s, fermée")
            % {"nature": nature, "street": conflict.street}),
        ConflictKind.SURFACE: _surface(site, nature),
    }  # fmt: skip
    return ConflictWords(number, written.title, texts[conflict.kind], kind, written.look, site.pk)


def _period(conflict: Conflict, what: str) -> str:
    if conflict.first is None or conflict.last is None:
        return f"{what}."
    if conflict.first == conflict.last:
        return _("%(what)s, le %(day)s.") % {"what": what, "day": date_words(conflict.first, "j F")}
    return _("%(what)s, du %(first)s au %(last)s.") % {
        "what": what,
        "first": date_words(conflict.first, "j F"),
        "last": date_words(conflict.last, "j F"),
    }


def _surface(site: Any, nature: str) -> str:
    """Say which of two works opens the surface that the other renews."""
    if site.refait_chaussee:
        return _(
            "%(nature)s, chaussée refaite : fin le %(day)s. On n’y ouvre pas avant trois ans "
            "(code de la voirie routière, article L115-1)."
        ) % {"nature": nature, "day": date_words(site.date_fin, "j F Y")}
    return _(
        "%(nature)s, prévu le %(day)s : il ouvrirait la chaussée que vous refaites, avant trois ans "
        "(code de la voirie routière, article L115-1)."
    ) % {"nature": nature, "day": date_words(site.date_debut, "j F Y")}
