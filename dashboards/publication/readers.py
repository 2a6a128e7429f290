"""Who sees a dashboard, in words, and which of its panels some of them will not see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards import access
from dashboards.documents.document import Document, Panel
from dashboards.models import Dashboard
from dashboards.reading.dashboard_page import readable_panels
from layers.services.watching import account_visitor
from layers.visitor import Visitor

MAX_CHECKED = 8  # groups, and persons: each is one reading of the rights


@dataclass(frozen=True, slots=True)
class UnseenPanels:
    """The panels that some readers will not see, by title; ``readers`` says who."""

    readers: str
    titles: tuple[str, ...]


def readers_words(dashboard: Dashboard) -> str:
    """Say who reads a dashboard once it is published (« 26 personnes de 2 groupes : Urbanisme, Voirie »)."""
    if dashboard.is_public:
        return _("Tout le monde, sans compte.")
    groups = list(dashboard.groups.order_by("name").values_list("name", flat=True))
    persons = dashboard.persons.filter(is_active=True).count()
    parts = []
    if groups:
        count = _members(Q(groups__in=dashboard.groups.all()))
        told = ngettext("%(n)d personne", "%(n)d personnes", count) % {"n": count}
        of_groups = ngettext("du groupe %(names)s", "de %(n)d groupes : %(names)s", len(groups))
        parts.append(f"{told} {of_groups % {'n': len(groups), 'names': ', '.join(groups)}}")
    if persons:
        parts.append(ngettext("%d personne nommée", "%d personnes nommées", persons) % persons)
    if parts:
        return _(" et ").join(parts) + "."
    return _("Personne d’autre que %s.") % makers_words(dashboard)


def makers_words(dashboard: Dashboard) -> str:
    """Say who changes a dashboard."""
    if dashboard.producer is None:
        return _("les administrateurs")
    return (
        _("ceux du groupe %s qui font des tableaux de bord, et les administrateurs") % dashboard.producer.name
    )


def member_counts() -> dict[int, int]:
    """Return how many accounts each group has, by its id."""
    users = get_user_model()._default_manager.filter(is_active=True, groups__isnull=False)
    return dict(users.values_list("groups").annotate(Count("pk")).order_by())


def unseen_panels(dashboard: Dashboard, document: Document, visitor: Visitor) -> list[UnseenPanels]:
    """Return the panels that a visitor sees of a document and that its readers will not, by readers."""
    inside = access.narrowed(visitor, dashboard)
    seen = readable_panels(document, inside, portal=dashboard.portal)
    found = []
    for words, reader in _readers(dashboard, inside):
        theirs = {panel.id for panel in readable_panels(document, reader, portal=dashboard.portal)}
        missing = [panel for panel in seen if panel.id not in theirs]
        if missing:
            found.append(UnseenPanels(words, tuple(_called(panel) for panel in missing)))
    return found


def _readers(dashboard: Dashboard, visitor: Visitor) -> Sequence[tuple[str, Visitor]]:
    public = Visitor(instant=visitor.instant, portal=visitor.portal)
    if dashboard.is_public:
        return [(_("Le public"), public)]
    groups: list[Group] = list(dashboard.groups.order_by("name")[:MAX_CHECKED])
    persons = dashboard.persons.filter(is_active=True).order_by("username")[:MAX_CHECKED]
    return [
        *(
            (_("Le groupe %s") % group.name, replace(public, groups=frozenset({group.pk})))
            for group in groups
        ),
        *(
            (
                person.get_username(),
                replace(account_visitor(person.pk, visitor.portal), instant=visitor.instant),
            )
            for person in persons
        ),
    ]


def unchecked_readers(dashboard: Dashboard) -> str:
    """Say for how many readers nobody looked which panels they will not see; empty when all were looked at."""
    if dashboard.is_public:
        return ""
    groups = dashboard.groups.count() - MAX_CHECKED
    persons = dashboard.persons.filter(is_active=True).count() - MAX_CHECKED
    parts = [ngettext("%d groupe", "%d groupes", groups) % groups] if groups > 0 else []
    parts += [ngettext("%d personne", "%d personnes", persons) % persons] if persons > 0 else []
    if not parts:
        return ""
    return _("Ce qui leur manque n’a pas été cherché pour %s.") % _(" et ").join(parts)


def _called(panel: Panel) -> str:
    return panel.title or panel.id


def _members(condition: Q) -> int:
    users = get_user_model()._default_manager.filter(condition, is_active=True)
    return int(users.values("pk").distinct().count())
