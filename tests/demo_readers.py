"""Who reads which dashboard of the demonstration: what ``docs/demo.md`` says of it, and what each account finds.

The documentation has two tables: a mark for each account and dashboard, and the layers, relations and fields that are
kept to some groups. A panel is there for who reads every source that it names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from django.conf import settings
from django.test import Client
from django.utils import timezone

from dashboards import access as dashboards
from dashboards.documents.document import Panel
from dashboards.reading.dashboard_page import open_page
from gisportal.accounts.models import User
from gisportal.demo.dashboards import DASHBOARDS
from gisportal.demo.people import PEOPLE
from gisportal.demo.personal_access import ANNOUNCED
from layers import access, registry
from layers.definitions import LayerDefinition
from layers.visitor import Credential, Visitor

ALL, SOME, NONE = "●", "◐", ""
PUBLIC = "public"
WHO_READS, KEPT = "### Who reads which dashboard", "### What is kept to some"
ADMINISTRATOR = next(person.username for person in PEOPLE if person.is_administrator)
GROUPS = {PUBLIC: frozenset[str](), **{person.username: frozenset(person.groups) for person in PEOPLE}}


# Asked of the server itself: on the portal of the territory and of a town; each dashboard that is not public.
ASKED = [(PUBLIC, "localhost"), ("agent-sevres", "sevres.localhost")]
INTERNAL = (
    "aires-de-jeux",
    "maison-nature-arbre",
    "travaux-voirie",
    "flotte",
    "plpdma",
    "stationnement",
    "observatoire-mobilites",
    "usage-portail",
)


def visitor(account: str, portal: str = "") -> Visitor:
    """Return an account of the demonstration as it asks, or the public."""
    if account == PUBLIC:
        return Visitor(instant=timezone.now(), portal=portal)
    user = User.objects.get(username=account)
    return Visitor(
        instant=timezone.now(),
        user_id=user.pk,
        username=account,
        groups=frozenset(user.groups.values_list("pk", flat=True)),
        is_administrator=user.is_superuser,
        portal=portal,
        credential=Credential.SESSION,
    )


@cache
def table(heading: str) -> list[list[str]]:
    """Return the cells of the first table under a heading of ``docs/demo.md``, without backquotes."""
    text = (settings.BASE_DIR / "docs" / "demo.md").read_text(encoding="utf-8").partition(f"{heading}\n")[2]
    lines = text.splitlines()
    (block, *_others) = [
        list(lines) for is_row, lines in groupby(lines, lambda line: line[:1] == "|") if is_row
    ]
    rows = [[cell.strip().replace("`", "") for cell in line.strip("|").split("|")] for line in block]
    return [row for row in rows if row[0].strip(":-")]


def written_marks() -> dict[str, dict[str, str]]:
    """Return what the documentation says: account → dashboard → its mark."""
    (_account, *slugs), *rows = table(WHO_READS)
    return {account: dict(zip(slugs, row[1:], strict=True)) for row in rows for account in row[0].split(", ")}


def kept_sources() -> dict[str, frozenset[str]]:
    """Return what the documentation says is kept to some: source → the accounts that read it."""
    readers = {row[0]: frozenset(row[1].split(", ")) for row in table(KEPT)[1:]}
    return {
        source: frozenset(name for name, groups in GROUPS.items() if groups & named or name == ADMINISTRATOR)
        for source, named in readers.items()
    }


def read_sources() -> dict[str, frozenset[str]]:
    """Return the sources that the documentation names → the accounts that read them."""
    kept = kept_sources()
    known = [registry.definition(slug) for slug in {source.partition(".")[0] for source in kept}]
    names = {account: _names_read(visitor(account), known) for account in GROUPS}
    return {source: frozenset(account for account in GROUPS if source in names[account]) for source in kept}


def _names_read(who: Visitor, known: Iterable[LayerDefinition]) -> set[str]:
    """Return the layers that somebody reads, and ``layer.name`` for each of their fields and relations."""
    scopes = access.visible(who, known)
    return {scope.definition.slug for scope in scopes} | {
        f"{scope.definition.slug}.{item.name}"
        for scope in scopes
        for item in (*scope.fields, *scope.relations)
    }


def listed(portal: str = "") -> dict[str, frozenset[str]]:
    """Return the dashboards that each account finds on a portal."""
    return {
        account: frozenset(dashboards.published(visitor(account, portal)).values_list("slug", flat=True))
        for account in GROUPS
    }


@dataclass(frozen=True)
class Panels:
    """The panels of each dashboard with the kept sources that each names, and who reads those."""

    sources: Mapping[str, Mapping[str, frozenset[str]]]
    kept: Mapping[str, frozenset[str]]

    def expected(self, account: str, slug: str) -> tuple[str, ...]:
        """Return the panels that an account should find, in order."""
        panels = self.sources[slug].items()
        return tuple(
            name for name, sources in panels if all(account in self.kept[source] for source in sources)
        )

    def mark(self, account: str, slug: str) -> str:
        """Return the mark of a dashboard that an account finds."""
        return ALL if len(self.expected(account, slug)) == len(self.sources[slug]) else SOME


def all_panels() -> Panels:
    """Return the panels of every dashboard, as the administrator finds them."""
    kept = kept_sources()
    pages = {slug: open_page(visitor(ADMINISTRATOR), slug, {}) for slug in DASHBOARDS}
    sources = {
        slug: {panel.id: frozenset(name for name in kept if _names(panel, name)) for panel in page.panels}
        for slug, page in pages.items()
    }
    return Panels(sources, kept)


def _names(panel: Panel, source: str) -> bool:
    slug, _dot, name = source.partition(".")
    question = panel.question
    if question is None or question.layer != slug:
        return False
    return not name or re.search(rf"\b{name}\b", repr(question)) is not None


def found_marks() -> dict[str, dict[str, str]]:
    """Return the marks as they should be written: what each account finds."""
    panels = all_panels()
    return {
        account: {slug: panels.mark(account, slug) if slug in slugs else NONE for slug in DASHBOARDS}
        for account, slugs in listed().items()
    }


def wrong_panels() -> dict[tuple[str, str], list[str]]:
    """Return the pages whose panels are not those expected: of every dashboard, a page for each set of them."""
    panels, lists, wrong = all_panels(), listed(), {}
    for slug in DASHBOARDS:
        readers = [account for account in GROUPS if slug in lists[account] and account != ADMINISTRATOR]
        for expected, account in {panels.expected(account, slug): account for account in readers}.items():
            found = [panel.id for panel in open_page(visitor(account), slug, {}).panels]
            if found != list(expected):
                wrong[account, slug] = found
    return wrong


def answers(account: str, host: str, slugs: Iterable[str]) -> dict[str, int]:
    """Return what the server answers an account for the list and for dashboards: their links, and a status each."""
    client = Client(HTTP_HOST=host)
    if account != PUBLIC:
        client.force_login(User.objects.get(username=account))
    page = client.get("/tableaux-de-bord/").content.decode()
    linked = {slug: int(f'href="/tableaux-de-bord/{slug}/"' in page) for slug in DASHBOARDS}
    return linked | {f"/{slug}/": client.get(f"/tableaux-de-bord/{slug}/").status_code for slug in slugs}


def expected_answers(account: str, slugs: Iterable[str]) -> dict[str, int]:
    """Return what ``answers`` should be, by the documentation: who has an account may request the announced one."""
    marks = written_marks()[account]
    linked = {slug: int(mark != NONE) for slug, mark in marks.items()}
    locked = {slug: 302 if slug == ANNOUNCED and account != PUBLIC else 404 for slug in slugs}
    return linked | {f"/{slug}/": locked[slug] if marks[slug] == NONE else 200 for slug in slugs}
