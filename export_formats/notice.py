"""What a file says of itself: where it comes from, of when, under which licence, and what was asked.

A file outlives the page it was taken from. Formats that have a place for it hold the notice; the others have it beside
them, in the answer's headers or in a text file of the archive.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from layers import queries
from layers.crs import Crs
from layers.definitions import GeometryType
from layers.queries import Selection
from layers.vocabulary import LICENCE_URLS


@dataclass(frozen=True, slots=True)
class Notice:
    """The notice of an export. ``changed`` is when the data was last written, ``exported`` when the file was.

    ``parameters`` are the parameters that narrowed the rows. Texts are empty where the catalogue says nothing.
    """

    title: str
    abstract: str
    producer: str
    source: str
    licence: str
    licence_url: str
    contact: str
    keywords: tuple[str, ...]
    changed: dt.datetime | None
    exported: dt.datetime
    crs: Crs
    geometry: GeometryType
    is_sample: bool
    parameters: tuple[tuple[str, str], ...]

    @property
    def is_located(self) -> bool:
        """Whether the rows have positions."""
        return self.geometry.is_located

    def entries(self, rows: int | None = None) -> list[tuple[str, str]]:
        """Return the notice as titles and texts, with the number of rows when it is known."""
        lines = [
            (_("Couche"), self.title),
            (_("Résumé"), self.abstract),
            (_("Producteur"), self.producer),
            (_("Source"), self.source),
            (_("Licence"), self.licence),
            (_("Texte de la licence"), self.licence_url),
            (_("Contact"), self.contact),
            (_("Mots-clés"), ", ".join(self.keywords)),
            (_("Dernière modification des données"), instant(self.changed)),
            (_("Date de l’export"), instant(self.exported)),
            (_("Coordonnées"), f"{self.crs.title} ({self.crs.uri})" if self.is_located else ""),
            (_("Nombre de lignes"), "" if rows is None else str(rows)),
            (_("Sélection demandée"), self.selection),
            (_("Avertissement"), _("Données d’exemple.") if self.is_sample else ""),
        ]
        return [(title, text) for title, text in lines if text]

    @property
    def selection(self) -> str:
        """The parameters that narrowed the rows, as an address writes them."""
        return " & ".join(f"{name.lstrip('=')}={value}" for name, value in self.parameters)

    @property
    def attribution(self) -> str:
        """One line that a reuser may quote."""
        parts = (
            self.title,
            self.source or self.producer,
            self.licence,
            timezone.localdate(self.exported).isoformat(),
        )
        return " – ".join(part for part in parts if part)

    def text(self, rows: int | None = None) -> str:
        """Return the notice as lines of text."""
        line = _("%(title)s : %(text)s")
        return "\n".join(line % {"title": title, "text": text} for title, text in self.entries(rows))


def notice_of(selection: Selection, crs: Crs) -> Notice:
    """Return the notice of a selection written in ``crs``."""
    scope = selection.scope
    layer = scope.layer
    return Notice(
        title=layer.title,
        abstract=layer.abstract,
        producer=str(layer.producer) if layer.producer else "",
        source=layer.source,
        licence=layer.get_licence_display(),
        licence_url=LICENCE_URLS.get(layer.licence, ""),
        contact=layer.contact,
        keywords=tuple(layer.keywords),
        changed=queries.last_change(scope),
        exported=timezone.now().replace(microsecond=0),
        crs=crs,
        geometry=scope.definition.geometry,
        is_sample=layer.is_sample,
        parameters=selection.query.fingerprint,
    )


def dated_name(selection: Selection, extension: str) -> str:
    """Return the name of a file about a layer on this day, in plain characters for every system."""
    return f"{selection.scope.slug}_{timezone.localdate().isoformat()}.{extension}"


def instant(moment: dt.datetime | None) -> str:
    """Write an instant in UTC, to the second, as ISO 8601."""
    if moment is None:
        return ""
    return moment.astimezone(dt.UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
