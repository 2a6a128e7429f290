"""The rows of a package, in the attributes of the standard: what is online, as a visitor reads it.

Texts are cleaned of the signs that the standard excludes; geometries are WKB in EPSG:2154 (x = east, y = north).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models import Extent
from django.contrib.gis.db.models.functions import AsWKB, Transform
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from layers import access, registry
from layers.access import Scope
from layers.errors import Forbidden, UnknownFeature
from layers.visitor import Visitor
from plui.models import TABLES, DocUrba, PlanVersion, WrittenPiece
from plui.packages.standards import YEARS, Model, TableModel, table_models
from plui.vocabulary import PlanState, TypeDoc

_LAMBERT_93 = 2154
_IDENTIFIERS = {
    "ZONE_URBA": ("LIB_IDZONE", "ZO"),
    "PRESCRIPTION_SURF": ("LIB_IDPSC", "PS"),
    "PRESCRIPTION_LIN": ("LIB_IDPSC", "PL"),
    "PRESCRIPTION_PCT": ("LIB_IDPSC", "PP"),
    "INFO_SURF": ("LIB_IDINFO", "IS"),
    "INFO_LIN": ("LIB_IDINFO", "IL"),
    "INFO_PCT": ("LIB_IDINFO", "IP"),
    "HABILLAGE_SURF": ("LIB_IDHAB", "HS"),
    "HABILLAGE_LIN": ("LIB_IDHAB", "HL"),
    "HABILLAGE_PCT": ("LIB_IDHAB", "HP"),
    "HABILLAGE_TXT": ("LIB_IDHAB", "HT"),
}
"""The identifier of the rows of each table, and its letters (CNIG PLU §5.2)."""
_FREE_TEXTS = frozenset({"LIBELONG", "LIBELLE", "TXT", "NATURE"})
_EXCLUDED = re.compile(r"[()\"&%$|{}\[\]!?«»]")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_FINAL_NUMBER = re.compile(r"\d+$", re.ASCII)

Row = tuple[dict[str, str], bytes | None]
"""Texts by attribute, and geometry."""


@dataclass(frozen=True, slots=True)
class PlanSource:
    """A document online and its version, None where no package was ever read; ``scopes`` are its layers by table."""

    document: DocUrba
    version: PlanVersion | None
    scopes: dict[str, Scope]

    @property
    def model(self) -> Model:
        """The last national model of its kind."""
        return Model("PLUi" if self.document.typedoc == TypeDoc.PLUI else "PLU", YEARS[-1])

    @property
    def authority(self) -> str:
        """SIREN or INSEE code."""
        return self.document.idurba.partition("_")[0]

    @property
    def ending(self) -> str:
        """The date of approval, with the letter of the document where it has one."""
        return "_".join(self.document.idurba.split("_")[2:])

    @property
    def folder(self) -> str:
        """The name of the folder: ``200057974_PLUi_20260101``."""
        return f"{self.authority}_{self.model.typedoc}_{self.ending}"


def plan_source(visitor: Visitor, *, idurba: str) -> PlanSource:
    """Return a document online, as a whole.

    Raises:
        UnknownFeature: there is none, or its zones are hidden from the visitor, each of them or their layer.
        Forbidden: the visitor does not read all its rows and fields, or may not download them.
    """
    document = DocUrba.objects.filter(idurba=idurba).first()
    definitions = {definition.model: definition for definition in registry.definitions()}
    tables = {name: definitions[live].slug for name, (live, _twin) in TABLES.items() if live in definitions}
    scopes = access.scopes_by_slug(visitor, list(tables.values()))
    unknown = UnknownFeature(_("Ce document d’urbanisme n’existe pas."), parameter="idurba")
    if document is None or tables["ZONE_URBA"] not in scopes:
        raise unknown
    if not scopes[tables["ZONE_URBA"]].queryset.filter(idurba=idurba).exists():
        raise unknown
    by_table = {name: scopes[slug] for name, slug in tables.items() if slug in scopes}
    is_whole = len(by_table) == len(tables) and all(map(_is_whole, by_table.values()))
    if visitor.portal or not is_whole:
        raise Forbidden(_("Un paquet contient tout le document : vos droits n’en couvrent qu’une partie."))
    version = PlanVersion.objects.filter(idurba=idurba, state=PlanState.ONLINE).first()
    return PlanSource(document, version, by_table)


def is_exportable(visitor: Visitor, *, idurba: str) -> bool:
    """Whether a visitor may have the package of a document: see ``plan_source``."""
    try:
        plan_source(visitor, idurba=idurba)
    except (UnknownFeature, Forbidden):
        return False
    return True


def _is_whole(scope: Scope) -> bool:
    is_complete = len(scope.fields) == len(scope.definition.fields)
    return scope.has_every_row and scope.can_download and is_complete


def document_rows(source: PlanSource) -> list[Row]:
    """Return the row of DOC_URBA."""
    model = table_models(source.model)["DOC_URBA"]
    values = {
        name.name: str(getattr(source.document, name.name.lower(), "") or "") for name in model.attributes
    }
    return [(values | {"IDURBA": source.document.idurba}, None)]


def commune_rows(source: PlanSource) -> list[Row]:
    """Return the rows of DOC_URBA_COM, by code."""
    codes = source.document.communes.order_by("insee_id").values_list("insee_id", flat=True)
    return [({"IDURBA": source.document.idurba, "INSEE": str(code)}, None) for code in codes]


def object_rows(source: PlanSource, table: TableModel) -> list[Row]:
    """Return the rows of a table of objects, in the order of their identifiers online; none without its layer."""
    scope = source.scopes.get(table.name)
    if scope is None:
        return []
    rows = list(_stored_rows(scope.queryset.filter(idurba=source.document.idurba), table))
    attribute, letters = _IDENTIFIERS[table.name]
    pattern = next(each.pattern for each in table.attributes if each.name == attribute)
    identifiers = [texts[attribute] for texts, _shape in rows]
    if len(set(identifiers)) == len(rows) and all(re.fullmatch(pattern, each) for each in identifiers):
        return rows
    for (texts, _shape), number in zip(rows, _numbers(identifiers), strict=True):
        texts[attribute] = f"{source.folder}_{letters}{number}"
    return rows


def _stored_rows(rows: QuerySet[Any], table: TableModel) -> Iterator[Row]:
    names = [attribute.name for attribute in table.attributes]
    columns = ["idurba_id" if name == "IDURBA" else name.lower() for name in names]
    listed = rows.order_by("pk").annotate(wkb=AsWKB(Transform("geom", _LAMBERT_93)))
    for *values, wkb in listed.values_list(*columns, "wkb"):
        texts = {name: _clean(name, value) for name, value in zip(names, values, strict=True)}
        yield texts, bytes(wkb)


def _clean(name: str, value: Any) -> str:
    """Return a value as the standard takes it: straight apostrophes, none of the signs that it excludes."""
    text = "" if value is None else str(value)
    text = _CONTROLS.sub(" ", text.replace("’", "'").replace("\u00a0", " ").replace("\u202f", " "))
    if name in _FREE_TEXTS:
        text = re.sub(r" {2,}", " ", _EXCLUDED.sub("", text))
    return text.strip()


def _numbers(identifiers: Sequence[str]) -> list[int]:
    """Return the number of each row: that of its identifier where all have one and they differ, else its rank."""
    read = [match and int(match[0]) for match in map(_FINAL_NUMBER.search, identifiers)]
    numbers = [number for number in read if number is not None]
    is_sound = len(numbers) == len(identifiers) == len(set(numbers))
    return numbers if is_sound else list(range(1, len(identifiers) + 1))


def package_pieces(source: PlanSource) -> list[WrittenPiece]:
    """Return the written pieces of a document, without its former metadata record."""
    if source.version is None:
        return []
    return [piece for piece in source.version.pieces.all() if "/" in piece.path]


def plan_bounds(source: PlanSource) -> tuple[float, float, float, float]:
    """Return the extent of the zones: west, south, east and north in degrees; the whole world without any."""
    extent = source.scopes["ZONE_URBA"].queryset.aggregate(extent=Extent("geom"))["extent"]
    return extent or (-180.0, -90.0, 180.0, 90.0)
