"""Layers as the team lists them: state, freshness against the expected one, rows, readers, last delivery."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from datasets.models import Dataset, Delivery
from datasets.versions.queries import last_deliveries
from datasets.vocabulary import DeliveryState
from gisportal.accounts.access import managed_groups
from interface.text import fold
from interface.wording import day, days_away, number
from layers import access
from layers.access import Scope
from layers.definitions import Text
from layers.models import Layer
from layers.queries import last_changes, row_counts
from layers.visitor import Visitor
from layers.vocabulary import Frequency, LayerState
from management.rights.queries import layer_grants

# Days after which the data of a layer are late, and the words of its rhythm.
RHYTHMS: Mapping[str, tuple[int | None, Text]] = {
    Frequency.CONT: (1, gettext_lazy("en continu")),
    Frequency.DAILY: (1, gettext_lazy("chaque jour")),
    Frequency.WEEKLY: (7, gettext_lazy("chaque semaine")),
    Frequency.MONTHLY: (31, gettext_lazy("chaque mois")),
    Frequency.QUARTERLY: (92, gettext_lazy("chaque trimestre")),
    Frequency.ANNUAL: (366, gettext_lazy("chaque année")),
    Frequency.AS_NEEDED: (None, gettext_lazy("selon les besoins")),
    Frequency.UNKNOWN: (None, gettext_lazy("rythme inconnu")),
}
# Of the age that is expected: from here on a layer will soon be late.
_NEAR = 0.9
# The bar ends at this part of the age that is expected, whose mark stands at 100.
BAR_END = 138


@dataclass(frozen=True, slots=True)
class Freshness:
    """The age of the data of a layer against the one expected; ``changed`` is None where nobody knows it."""

    changed: dt.datetime | None
    expected_days: int | None
    rhythm: str
    age_days: float | None

    @property
    def late_days(self) -> int:
        """Whole days after the expected age, 0 in time."""
        if self.age_days is None or self.expected_days is None:
            return 0
        return max(0, int(self.age_days - self.expected_days))

    @property
    def tone(self) -> str:
        """``late``, ``near`` or nothing."""
        if self.late_days:
            return "late"
        return "near" if self.share is not None and self.share >= _NEAR * 100 else ""

    @property
    def share(self) -> int | None:
        """The age in percents of the one expected, cut where the bar ends; None without either."""
        if self.age_days is None or not self.expected_days:
            return None
        return min(BAR_END, round(100 * self.age_days / self.expected_days))

    @property
    def over(self) -> int:
        """The part of the bar after the expected age."""
        return max(0, (self.share or 0) - 100)

    @property
    def ratio(self) -> float:
        """The age against the one expected, -1 where it is not known: what is latest has the most."""
        if self.age_days is None or not self.expected_days:
            return -1.0
        return self.age_days / self.expected_days

    @property
    def words(self) -> str:
        """The age in words: « 3 jours de retard », « il y a 12 jours »."""
        if self.age_days is None:
            return _("date inconnue")
        if self.late_days:
            return ngettext("%s jour de retard", "%s jours de retard", self.late_days) % number(
                self.late_days
            )
        return days_away(-int(self.age_days))


def freshness(layer: Layer, changed: dt.datetime | None, at: dt.datetime) -> Freshness:
    """Return how old the data of a layer are at an instant, against its frequency."""
    expected, rhythm = RHYTHMS[layer.frequency]
    age = (at - changed).total_seconds() / 86_400 if changed else None
    return Freshness(changed, expected, str(rhythm), age)


@dataclass(frozen=True)
class LayerRow:
    """A layer in the list. ``people`` is None when everybody sees it; ``rows`` None where they are not counted."""

    layer: Layer
    freshness: Freshness
    people: int | None
    delivery: Delivery | None = None
    is_dataset: bool = False
    scope: Scope | None = None
    rows: int | None = None
    has_ending_grant: bool = False

    @property
    def pk(self) -> int:
        """The number of the layer, which ends the order of the list."""
        return self.layer.pk

    @cached_property
    def state(self) -> tuple[str, str, str]:
        """Tone, icon and words of its state; a layer online has neither tone nor icon."""
        if self.layer.state == LayerState.DRAFT:
            return "none", "pencil", _("Brouillon")
        if self.layer.state == LayerState.ARCHIVED:
            return "none", "archive", _("Retirée")
        if self.delivery is not None and self.delivery.state == DeliveryState.READY:
            return "warn", "inbox", _("À approuver")
        if self.delivery is not None and self.delivery.state in (DeliveryState.REFUSED, DeliveryState.FAILED):
            return "bad", "triangle-alert", _("Livraison refusée")
        return "", "", _("En ligne")

    @property
    def readers(self) -> str:
        """Who sees it, in words."""
        if self.people is None:
            return _("tout le monde")
        return ngettext("%s personne", "%s personnes", self.people) % number(self.people)

    @property
    def last_delivery(self) -> str:
        """The last delivery in words, empty without one."""
        if self.delivery is None:
            return ""
        words = {"number": self.delivery.number, "day": day(self.delivery.created_at)}
        return _("version %(number)d, %(day)s") % words

    @property
    def address(self) -> str:
        """Where the layer is kept up to date: its versions for a dataset, else its page."""
        view = "datasets:versions" if self.is_dataset else "explorer:layer"
        return reverse(view, args=[self.layer.slug])


def manageable_layers(visitor: Visitor) -> QuerySet[Layer]:
    """Select the layers of the pages of management: all for administrators, else those of the managed groups."""
    if visitor.is_administrator:
        return Layer.objects.all()
    return access.layers_of_groups(managed_groups(visitor))


ENDING_DAYS = 30
"""Grants that end within so many days are to be foreseen."""


def layer_rows(visitor: Visitor) -> list[LayerRow]:
    """Return every layer that a visitor manages, without the count of rows, in a number of statements that is constant.

    What a layer's data say (age, deliveries) is empty where the visitor does not see them.
    """
    layers = list(manageable_layers(visitor).select_related("theme", "producer"))
    slugs = {layer.slug for layer in layers}
    scopes = {scope.slug: scope for scope in access.visible(visitor) if scope.slug in slugs}
    changes = dict(zip(scopes, last_changes([*scopes.values()]), strict=True))
    datasets = {row.layer_id: row for row in Dataset.objects.filter(layer__in=layers)}
    fed = {slug for slug, scope in scopes.items() if scope.can_load or scope.can_publish}
    by_id = {layer.pk: layer.slug for layer in layers}
    read = [row for row in datasets.values() if visitor.is_administrator or by_id[row.layer_id] in fed]
    deliveries = last_deliveries(read)
    groups = managed_groups(visitor)
    people = access.reader_counts(at=visitor.instant, groups=None if visitor.is_administrator else groups)
    administrators = access.administrator_count() if visitor.is_administrator else 0
    until = visitor.instant + dt.timedelta(days=ENDING_DAYS)
    ending = access.ending_layers(layer_grants(visitor), after=visitor.instant, before=until)
    rows = []
    for layer in layers:
        dataset = datasets.get(layer.pk)
        is_public = layer.is_open and layer.state == LayerState.PUBLISHED
        rows.append(
            LayerRow(
                layer=layer,
                freshness=freshness(layer, changes.get(layer.slug), visitor.instant),
                people=None if is_public else people.get(layer.pk, 0) + administrators,
                delivery=deliveries.get(dataset.pk) if dataset else None,
                is_dataset=dataset is not None,
                scope=scopes.get(layer.slug),
                has_ending_grant=layer.pk in ending,
            )
        )
    return rows


def with_counts(rows: Iterable[LayerRow]) -> list[LayerRow]:
    """Return rows with how many rows each layer has for the visitor, read in one statement."""
    listed = list(rows)
    counts = row_counts(row.scope for row in listed if row.scope is not None)
    return [replace(row, rows=counts.get(row.layer.slug)) if row.scope is not None else row for row in listed]


def is_named(row: LayerRow, words: Sequence[str]) -> bool:
    """Whether every word (folded) is in the title, the theme or the identifier of a layer."""
    text = fold(f"{row.layer.title} {row.layer.theme.title} {row.layer.slug}")
    return all(word in text for word in words)
