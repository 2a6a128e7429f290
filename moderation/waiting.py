"""What waits to be moderated, for the page of the team and the home page of who approves."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from interface.page_parts import PagePart
from interface.waiting import WaitingGroup, WaitingRow
from interface.wording import day, number
from layers.visitor import Visitor
from moderation.queries import waiting


def rows_to_moderate(visitor: Visitor) -> Iterator[WaitingRow]:
    """Yield a row for each layer of which something waits for a visitor; two statements for each that they moderate."""
    for each in waiting(visitor):
        if not each.count:
            continue
        layer = each.scope.layer
        words = ngettext("%s objet attend", "%s objets attendent", each.count) % number(each.count)
        first = _("le premier depuis le %s") % day(each.since) if each.since else ""
        yield WaitingRow(
            subject=f"layer {layer.slug} moderation",
            group=WaitingGroup.ANSWER,
            icon="inbox",
            title=_("%(title)s : à modérer") % {"title": layer.title},
            detail=f"{words}, {first}" if first else words,
            action=_("Modérer"),
            address=reverse("moderation:queue", args=[layer.slug]),
            layer=layer.slug,
            since=each.since,
        )


def waiting_part(visitor: Visitor, _subject: object) -> PagePart | None:
    """Return what a visitor may moderate, for the home page; None when nothing waits."""
    rows = list(rows_to_moderate(visitor))
    return PagePart("moderation/waiting.html", {"rows": rows}) if rows else None
