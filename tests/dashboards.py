"""Dashboards of the tests, written as they are stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.models import Group, Permission

from dashboards.models import Dashboard, DashboardVersion
from layers.models import Commune
from tests.people import Person


def section(name: str, *panels: str, **words: Any) -> dict[str, Any]:
    """Return a section of text panels."""
    return {"id": name, "title": name, "panels": [{"id": panel, "kind": "text"} for panel in panels], **words}


def dashboard(
    slug: str,
    *,
    sections: Sequence[dict[str, Any]] = (),
    producer: str = "",
    groups: Iterable[str] = (),
    persons: Iterable[Person] = (),
    is_public: bool = False,
    is_published: bool = True,
    portal: str = "",
    **content: Any,
) -> Dashboard:
    """Write a dashboard with one version, published or a draft; ``portal`` is the INSEE code of a commune."""
    made = Dashboard.objects.create(
        slug=slug,
        title=slug,
        is_public=is_public,
        producer=group(producer) if producer else None,
        portal=Commune.objects.get(code=portal) if portal else None,
    )
    for name in groups:
        made.grants.create(group=group(name))
    for person in persons:
        made.grants.create(person=person.account())
    parts = [*sections] or [section("s", "p")]
    document = {"title": slug, "sections": parts, **content}
    version = DashboardVersion.objects.create(dashboard=made, number=1, document=document)
    setattr(made, "published" if is_published else "draft", version)
    made.save()
    return made


def group(name: str) -> Group:
    """Return a group by name."""
    return Group.objects.get_or_create(name=name)[0]


def let_make(name: str) -> None:
    """Give a group the right to make and change dashboards."""
    made = Permission.objects.filter(content_type__app_label="dashboards", content_type__model="dashboard")
    group(name).permissions.add(*made)
