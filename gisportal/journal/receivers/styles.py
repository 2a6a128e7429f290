"""Who publishes the style of a layer: the numbers of the versions; what they hold is kept with them."""

from __future__ import annotations

from typing import Any

from gisportal.journal.services import record
from gisportal.journal.vocabulary import Event
from layers.models import StyleVersion
from styles.services import style_published


def connect() -> None:
    """Listen to the publications of styles."""
    style_published.connect(_published, dispatch_uid="journal")


def _published(version: StyleVersion, before: int, **_signal: Any) -> None:
    record(
        Event.STYLE,
        subject=f"layer {version.layer.slug}",
        before={"version": before},
        after={"version": version.number},
        note=version.note,
    )
