"""What a visitor reads, computed from their scopes: layers with rows, fields and rights, their origins and ends.

The scopes are those that pages and protocols read through, so that the page and the portal cannot differ. Nothing of
what is hidden from the visitor is read.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.access import editable as editable_dashboards
from dashboards.access import published as published_dashboards
from dashboards.models import DashboardGrant
from explorer.filters.expressions import expression_words
from gisportal.accounts.models import User, tokens_of
from gisportal.accounts.second_factors.services import has_second_factor, is_enforced
from interface.wording import days_away, deeds, last_day, number, with_margin, written_titles
from layers import access
from layers.access import Origin, RasterScope, Scope
from layers.models import Theme
from layers.queries import communes, row_counts
from layers.visitor import Visitor

ENDS_SOON = ENDED_LATELY = dt.timedelta(days=60)
_COMMUNE = re.compile(r"\b\d[\dAB]\d{3}\b")  # an INSEE code


@dataclass(frozen=True, slots=True)
class AccessOrigin:
    """Why a layer is read: by whom, which rows in words, until when (an instant, excluded) and how far that is."""

    source: str
    rows: str
    until: dt.datetime | None = None
    countdown: str = ""


@dataclass(frozen=True, slots=True)
class LayerAccess:
    """A layer that a visitor reads. ``row_count`` is the exact number of rows where they are only some, else None.

    ``fields`` and ``relations`` are the titles of what is read; ``writing`` says which rows are written, right by
    right, where they are not all of them.
    """

    slug: str
    title: str
    theme: Theme
    is_open: bool
    is_raster: bool
    rows: str
    row_count: int | None
    fields: tuple[str, ...]
    relations: tuple[str, ...]
    deeds: tuple[str, ...]
    origins: tuple[AccessOrigin, ...]
    writing: tuple[str, ...] = ()

    @property
    def field_count(self) -> int:
        """How many fields are read."""
        return len(self.fields)

    @property
    def part_words(self) -> str:
        """The fields and relations that are read, in one text."""
        return ", ".join((*self.fields, *self.relations))

    @property
    def deed_words(self) -> str:
        """What may be done with the layer, in one text."""
        return ", ".join((_("lire"), *self.deeds))

    @property
    def writing_words(self) -> str:
        """The rows that are written, in one text; empty where they are all of them, or none."""
        return " ; ".join(self.writing)


@dataclass(frozen=True, slots=True)
class ThemeAccess:
    """The layers of a theme that a visitor reads."""

    theme: Theme
    layers: tuple[LayerAccess, ...]


@dataclass(frozen=True, slots=True)
class AccessEnd:
    """A right that ends soon, and what vanishes with it."""

    at: dt.datetime
    countdown: str
    title: str
    slug: str
    source: str
    loss: str


@dataclass(frozen=True, slots=True)
class EndedAccess:
    """A right that ended lately, on a layer of which the visitor reads some rows, or the card alone."""

    at: dt.datetime
    title: str
    slug: str
    is_requestable: bool


@dataclass(frozen=True, slots=True)
class DashboardAccess:
    """A dashboard that a visitor opens, why, and whether they may change it."""

    slug: str
    title: str
    source: str
    is_editable: bool


@dataclass(frozen=True, slots=True)
class AccessSummary:
    """All that a visitor reads and may do."""

    themes: tuple[ThemeAccess, ...]
    dashboards: tuple[DashboardAccess, ...]
    ends: tuple[AccessEnd, ...]
    ended: tuple[EndedAccess, ...] = ()

    @property
    def layers(self) -> list[LayerAccess]:
        """Every layer, in the order of the themes."""
        return [layer for theme in self.themes for layer in theme.layers]


def access_summary(visitor: Visitor) -> AccessSummary:
    """Compute what a visitor reads: two statements for all layers, and one that counts those that are read in part."""
    scopes: list[Scope | RasterScope] = [*access.visible(visitor), *access.visible_rasters(visitor)]
    origins = access.origins(visitor, [scope.layer for scope in scopes])
    counts = row_counts(scope for scope in scopes if isinstance(scope, Scope) and not scope.has_every_row)
    names = {commune.code: commune.nom for commune in communes()}
    by_theme: dict[Theme, list[LayerAccess]] = {}
    for scope in scopes:
        layer = _layer(scope, origins.get(scope.layer.pk, ()), counts.get(scope.slug), names)
        by_theme.setdefault(layer.theme, []).append(layer)
    themes = sorted(by_theme, key=lambda theme: (theme.rank, theme.title))
    return AccessSummary(
        themes=tuple(ThemeAccess(theme, tuple(by_theme[theme])) for theme in themes),
        dashboards=tuple(_dashboards(visitor)),
        ends=tuple(sorted(_ends(scopes, origins, visitor.instant), key=lambda end: end.at)),
        ended=tuple(sorted(_ended(visitor, scopes), key=lambda end: end.at, reverse=True)),
    )


def protocol_notes(user: User) -> list[str]:
    """Return how an account reads the same by other ways than pages: by password, by token, after a second factor."""
    notes = [_("Pages, carte et tableaux de bord : en se connectant au portail.")]
    if has_second_factor(user) or is_enforced(user):
        notes.append(
            _("QGIS, API, WFS et tuiles : par un jeton seulement, le mot de passe seul y est refusé.")
        )
    else:
        notes.append(_("QGIS, API, WFS et tuiles : par mot de passe ou par jeton."))
    now = timezone.now()
    tokens = [token for token in tokens_of(user) if not token.is_expired(at=now)]
    writing = sum(token.may_edit for token in tokens)
    words = ngettext("%d jeton en cours", "%d jetons en cours", len(tokens)) % len(tokens)
    notes.append(_("%(tokens)s, dont %(count)d pour écrire.") % {"tokens": words, "count": writing})
    notes.append(_("Fichiers (export) : les couches marquées « télécharger »."))
    return notes


def _layer(
    scope: Scope | RasterScope, origins: Sequence[Origin], row_count: int | None, names: Mapping[str, str]
) -> LayerAccess:
    layer = scope.layer
    is_raster = isinstance(scope, RasterScope)
    return LayerAccess(
        slug=scope.slug,
        title=layer.title,
        theme=layer.theme,
        is_open=layer.is_open,
        is_raster=is_raster,
        rows=_rows(scope, origins, names),
        row_count=row_count,
        fields=() if isinstance(scope, RasterScope) else tuple(str(field.title) for field in scope.fields),
        relations=()
        if isinstance(scope, RasterScope)
        else tuple(str(link.title) for link in scope.relations),
        deeds=tuple(_deeds(scope)),
        origins=tuple(_origins(scope, origins, names)),
        writing=tuple(_writing(scope, origins, names)) if isinstance(scope, Scope) else (),
    )


def _rows(scope: Scope | RasterScope, origins: Sequence[Origin], names: Mapping[str, str]) -> str:
    """Return the rows in words: all, or those of each grant."""
    if isinstance(scope, RasterScope) or scope.has_every_row:
        return _("toutes les lignes")
    return _(" ou ").join(
        _worded(scope, rows, metres, names)
        for rows, metres in dict.fromkeys((each.rows, each.margin_m) for each in origins)
    )


def _worded(scope: Scope, rows: str, metres: int, names: Mapping[str, str]) -> str:
    """Return a row filter in words, communes by their names, with its margin."""
    words = _COMMUNE.sub(lambda match: names.get(match[0], match[0]), expression_words(scope, rows))
    return with_margin(words, metres)


def _deeds(scope: Scope | RasterScope) -> Iterator[str]:
    """Yield what may be done with a layer beside reading it."""
    if isinstance(scope, Scope):
        yield from deeds(scope)
        if scope.written_fields is not None:
            titles = written_titles(scope.parts, sorted(scope.written_fields))
            yield _("écrire ces champs seulement : %s") % ", ".join(titles)
    elif scope.can_download:
        yield _("télécharger")
    if scope.can_load:
        yield _("livrer")
    if scope.can_publish:
        yield _("publier")


def _writing(scope: Scope, origins: Sequence[Origin], names: Mapping[str, str]) -> Iterator[str]:
    """Yield the rows that each right writes, where none is about every row: own rows, margins and fields included."""
    writing = [each for each in origins if each.can_add or each.can_change or each.can_change_own]
    if not scope.visitor.may_write or any(not each.rows for each in writing):
        return
    for each in writing:
        rows = _worded(scope, each.rows, each.margin_m, names)
        yield _("ses propres lignes, %s") % rows if each.can_change_own and not each.can_change else rows


def _origins(
    scope: Scope | RasterScope, origins: Sequence[Origin], names: Mapping[str, str]
) -> Iterator[AccessOrigin]:
    if scope.visitor.is_administrator:
        yield AccessOrigin(_("administrateur du portail"), _("toutes les lignes"))
        return
    if scope.layer.is_open:
        yield AccessOrigin(_("ouverte à tout le monde"), _("toutes les lignes"))
    for origin in origins:
        rows = _("toutes les lignes") if not origin.rows else origin.rows
        if origin.rows and isinstance(scope, Scope):
            rows = _worded(scope, origin.rows, origin.margin_m, names)
        yield AccessOrigin(
            _source(origin), rows, origin.valid_until, _countdown(origin.valid_until, scope.visitor.instant)
        )


def _source(origin: Origin) -> str:
    return _("groupe %s") % origin.group if origin.group else _("droit personnel")


def _countdown(until: dt.datetime | None, now: dt.datetime) -> str:
    if until is None:
        return ""
    return days_away((last_day(until) - timezone.localdate(now)).days)


def _ends(
    scopes: Iterable[Scope | RasterScope], origins: dict[int, tuple[Origin, ...]], now: dt.datetime
) -> Iterator[AccessEnd]:
    """Yield the rights that end soon, with what goes when nothing else gives it."""
    for scope in scopes:
        own = origins.get(scope.layer.pk, ())
        for origin in own:
            until = origin.valid_until
            if until is None or until - now > ENDS_SOON:
                continue
            lasting = [each for each in own if each.valid_until is None or each.valid_until > until]
            yield AccessEnd(
                until,
                _countdown(until, now),
                scope.layer.title,
                scope.slug,
                _source(origin),
                _loss(scope, lasting),
            )


def _ended(visitor: Visitor, scopes: Iterable[Scope | RasterScope]) -> Iterator[EndedAccess]:
    """Yield the rights that ended lately, of layers read in part or that may be requested; no other is named."""
    ended = access.ended_grants(visitor, since=visitor.instant - ENDED_LATELY)
    if not ended:
        return
    partial = [scope.layer for scope in scopes if isinstance(scope, Scope) and not scope.has_every_row]
    requestable = access.requestable_layers(visitor)
    for layer in (*partial, *requestable):
        if layer.pk in ended:
            yield EndedAccess(ended[layer.pk], layer.title, layer.slug, layer in requestable)


def _loss(scope: Scope | RasterScope, lasting: Sequence[Origin]) -> str:
    if scope.layer.is_open:
        return _("la couche reste lue : elle est ouverte")
    if not lasting:
        return _("la couche disparaît, avec ses fichiers et ses panneaux")
    if any(not each.rows for each in lasting):
        return _("les lignes restent lues par un autre droit")
    return _("une partie des lignes disparaît")


def _dashboards(visitor: Visitor) -> Iterator[DashboardAccess]:
    """Yield the published dashboards of a visitor, with the first reason that opens each."""
    grants = DashboardGrant.objects.granted_to(groups=visitor.groups, person=visitor.user_id)
    own = Prefetch(
        "grants", grants.in_force(at=visitor.instant).select_related("group"), to_attr="own_grants"
    )
    rows: Any = published_dashboards(visitor).prefetch_related(own).order_by("title")
    editable = set(editable_dashboards(visitor).values_list("pk", flat=True))
    for row in rows:
        source = _dashboard_source(row.is_public, row.own_grants)
        yield DashboardAccess(row.slug, row.title, source, row.pk in editable)


def _dashboard_source(is_public: bool, grants: Sequence[DashboardGrant]) -> str:
    if is_public:
        return _("ouvert à tout le monde")
    if groups := {grant.group.name for grant in grants if grant.group is not None}:
        return _("groupe %s") % ", ".join(sorted(groups))
    return _("ouvert à cette personne") if grants else _("tenu à jour par un de ses groupes")


def table_rows(summary: AccessSummary) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a file: the titles of the columns, then one for each origin of each layer and dashboard."""
    yield (
        _("Objet"),
        _("Identifiant"),
        _("Thème"),
        _("Diffusion"),
        _("Par"),
        _("Lignes"),
        _("Nombre de lignes"),
        _("Champs"),
        _("Droits"),
        _("Jusqu’au"),
    )
    for layer in summary.layers:
        for origin in layer.origins:
            yield (
                layer.title,
                layer.slug,
                layer.theme.title,
                _("ouverte") if layer.is_open else _("interne"),
                origin.source,
                origin.rows,
                "" if layer.row_count is None else number(layer.row_count),
                layer.part_words,
                layer.deed_words,
                timezone.localtime(origin.until).isoformat() if origin.until else "",
            )
    for dashboard in summary.dashboards:
        deeds = _("lire, modifier") if dashboard.is_editable else _("lire")
        yield (
            dashboard.title,
            dashboard.slug,
            _("tableau de bord"),
            "",
            dashboard.source,
            "",
            "",
            "",
            deeds,
            "",
        )
