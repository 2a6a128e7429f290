"""A layer drawn otherwise than it is online and asked: a version of it, or what its date puts in a period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from explorer.map_state.filter_expression import LayerQuestion, ask
from explorer.map_state.parsing import SWIPE, MapQuery
from explorer.map_state.sides import Side
from interface import wording
from interface.conditions import value_words
from layers import access
from layers.access import Scope
from layers.errors import BadRequest, InvalidParameter
from layers.registry import LayerVersion


@dataclass(frozen=True, slots=True)
class Variant:
    """A layer as a side shows it; ``words`` say what of it, empty for the layer as it is.

    ``matched`` features answer the map's question. ``fault`` says why a version cannot be asked it: it has not the
    field; there is then no ``question``, and nothing to draw.
    """

    side: Side
    title: str
    words: str
    question: LayerQuestion | None
    matched: int
    fault: str = ""

    @property
    def base(self) -> str:
        """The query string of the tiles of the whole version; empty for what is online."""
        return "" if self.side.version is None else urlencode({"version": self.side.version})

    @property
    def drawn(self) -> str:
        """The query string of the tiles of what answers."""
        asked = self.question.drawn if self.question else ""
        return "&".join(filter(None, (self.base, asked)))


def variants(sides: Iterable[Side], query: MapQuery, scopes: Mapping[str, Scope]) -> tuple[Variant, ...]:
    """Ask the map's question of each side that is a layer of ``scopes``, which the visitor has.

    Raises:
        InvalidParameter: a period is asked of a layer that has no date for the visitor; it names ``rideau``.
        UnknownLayerVersion: a version that the visitor does not have.
    """
    return tuple(_variant(side, query, scopes) for side in sides if side.layer in scopes)


def _variant(side: Side, query: MapQuery, scopes: Mapping[str, Scope]) -> Variant:
    scope, title = scopes[side.layer], str(scopes[side.layer].layer.title)
    if side.version is not None:
        return _version(side, title, query, scopes)
    asked, words = query, ""
    if side.period:
        if scope.time_field is None:
            raise InvalidParameter(
                _("La couche « %s » n’a pas de date : rideau n’y choisit pas de période.") % side.layer,
                parameter=SWIPE,
            )
        asked = query.asking(side.layer, {scope.time_field.name: (side.period,)})
        words = value_words(scope.time_field, side.period)
    question = ask(scope, asked, scopes)
    return Variant(side, title, words, question, question.selection.count())


def _version(side: Side, title: str, query: MapQuery, scopes: Mapping[str, Scope]) -> Variant:
    assert side.version is not None
    online = scopes[side.layer]
    scope = access.version_scope(online.visitor, side.layer, side.version)
    found = next(one for one in access.versions(online) if one.number == side.version)
    try:
        question = ask(scope, query, scopes)
    except BadRequest as error:
        return Variant(side, title, version_words(found), None, 0, error.detail)
    return Variant(side, title, version_words(found), question, question.selection.count())


def version_words(version: LayerVersion) -> str:
    """Word a version by its number and its day: « version 2, du 3 mars 2026, en ligne »."""
    told = {"number": version.number, "day": wording.day(version.at)}
    if version.is_online:
        return _("version %(number)d, du %(day)s, en ligne") % told
    if version.is_published:
        return _("version %(number)d, du %(day)s") % told
    return _("version %(number)d, du %(day)s, pas encore publiée") % told
