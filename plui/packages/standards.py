"""The national models: which tables a package of a version has, and what each attribute must be.

Sources: CNIG PLU v2024 rev. 2025-06 and earlier versions (cnigfr/schema-plan-local-urbanisme), checked against what the
models ``cnig_PLU_*`` and ``cnig_PLUi_*`` of the national validator refuse. Names of attributes and codes are the
standard's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from plui.vocabulary import (
    DESTINATIONS_PATTERN,
    FORMS,
    INFORMATIONS,
    INFORMATIONS_BY_GEOMETRY,
    PRESCRIPTIONS,
    PRESCRIPTIONS_BY_GEOMETRY,
    Etat,
    TypeRef,
    TypeZone,
)

YEARS = (2014, 2017, 2022, 2024, 2025)
DATE = "[0-9]{8}"
_LATEST = 2025
_SUFFIX = "(_[a-zA-Z])?"
GEOMETRY = "WKT"
"""The name under which findings speak of the geometry, as the national validator does."""

SURFACE, LINE, POINT = "SURF", "LIN", "PCT"
_GEOMETRY_OF = {SURFACE: "Polygon", LINE: "LineString", POINT: "Point", "TXT": "Point"}


@dataclass(frozen=True, slots=True)
class Model:
    """A national model: PLU (one commune, five characters) or PLUi (SIREN, nine figures), and its year."""

    typedoc: str
    year: int

    @property
    def name(self) -> str:
        """The name that the national validator gives it."""
        return f"cnig_{self.typedoc}_{self.year}"

    @property
    def specification(self) -> str:
        """The title that metadata cite."""
        return f"CNIG {self.typedoc} v{self.year}"

    @property
    def is_intercommunal(self) -> bool:
        """Whether it is the model of a PLUi."""
        return self.typedoc == "PLUi"

    @property
    def authority(self) -> str:
        """The pattern of the code of the authority in names of files."""
        return "[0-9]{9}" if self.is_intercommunal else "[AB0-9]{5}"


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute. ``length`` is 0 without a limit; ``codes`` are the values of its list, None without a list.

    ``may_be_absent`` is true of those whose column may be left out. ``first`` and ``last`` are the years of the
    models that have it.
    """

    name: str
    length: int = 0
    is_required: bool = False
    pattern: str = ""
    shortest: int = 0
    codes: frozenset[str] | None = None
    is_unique: bool = False
    names_file: bool = False
    is_url: bool = False
    is_integer: bool = False
    may_be_absent: bool = False
    first: int = 2017
    last: int = _LATEST


@dataclass(frozen=True, slots=True)
class TableModel:
    """A table: its attributes, the type of its geometry (empty without), and whether a package must have it."""

    name: str
    geometry: str
    attributes: tuple[Attribute, ...]
    is_mandatory: bool = False
    pair: tuple[str, str] = ("", "")
    pairs: frozenset[str] = frozenset()

    def attribute(self, name: str) -> Attribute | None:
        """Return an attribute by name."""
        return next((attribute for attribute in self.attributes if attribute.name == name), None)


def table_models(model: Model) -> Mapping[str, TableModel]:
    """Return the tables of a model by name, those that come first in a package first."""
    return _table_models(model)


@cache
def _table_models(model: Model) -> dict[str, TableModel]:
    tables = [
        TableModel("DOC_URBA", "", _document(model), is_mandatory=True),
        TableModel("DOC_URBA_COM", "", _communes(model), is_mandatory=True),
        TableModel("ZONE_URBA", "Polygon", _zones(model), is_mandatory=True),
    ]
    for kind in (SURFACE, LINE, POINT):
        tables.append(_prescriptions(model, kind))
    for kind in (SURFACE, LINE, POINT):
        tables.append(_informations(model, kind))
    for kind in (SURFACE, LINE, POINT, "TXT"):
        tables.append(
            TableModel(f"HABILLAGE_{kind}", _GEOMETRY_OF[kind], _in_year(model, _dressing(model, kind)))
        )
    return {table.name: table for table in tables}


def _in_year(model: Model, attributes: tuple[Attribute, ...]) -> tuple[Attribute, ...]:
    return tuple(each for each in attributes if each.first <= model.year <= each.last)


def _date(name: str, *, is_required: bool = False, first: int = 2014, last: int = _LATEST) -> Attribute:
    return Attribute(name, 8, is_required, pattern=DATE, first=first, last=last)


def _url(name: str, *, first: int = 2014) -> Attribute:
    return Attribute(name, 254, is_url=True, first=first)


def _idurba() -> Attribute:
    return Attribute("IDURBA", 30, is_required=True)


def _identifier(model: Model, name: str, letters: str) -> Attribute:
    """Return LIB_ID*: ``PLUI`` until 2024, ``PLUi`` since 2025."""
    typedoc = "PLUi" if model.year >= _LATEST else "PLUI"
    typedoc = typedoc if model.is_intercommunal else "PLU"
    pattern = f"{model.authority}_{typedoc}_{DATE}_{letters}[0-9]+"
    return Attribute(name, 40, is_required=True, pattern=pattern, is_unique=True, may_be_absent=True)


def _insee() -> Attribute:
    """Return the commune of an object, in the model of 2014."""
    return Attribute("INSEE", 5, is_required=True, first=2014, last=2014)


def _old(name: str) -> Attribute:
    return Attribute(name, 10, first=2014, last=2014)


def _document(model: Model) -> tuple[Attribute, ...]:
    authority = "([0-9]{9}|(2A|2B|[0-9]{2})[0-9]{3})"
    procedures = "E|R|A|MEC[0-9]+|MAJ[0-9]+|M[0-9]+|MS[0-9]+|RS[0-9]+|RA[0-9]+|MC[0-9]+|MJ[0-9]+"
    if model.year >= 2024:
        procedures = procedures.removesuffix("|MC[0-9]+|MJ[0-9]+")
    suffix = "" if model.year >= _LATEST else _SUFFIX
    typedocs = frozenset({"PLUI"} if model.is_intercommunal else {"PLU"})
    if model.year < 2022:
        typedocs |= {"PLUi"} if model.is_intercommunal else set()
    return _in_year(
        model,
        (
            Attribute("IDURBA", 30 if model.year > 2014 else 20, is_required=True, first=2014),
            Attribute("TYPEDOC", 4, is_required=True, codes=typedocs, first=2014),
            Attribute("INTERCO", 1, is_required=True, last=2014, first=2014),
            Attribute("ETAT", 2, is_required=True, codes=frozenset(Etat.values), first=2014),
            Attribute("NOMPROC", 10, is_required=model.year >= 2022, pattern=f"({procedures})"),
            _date("DATAPPRO"),
            _date("DATEFIN"),
            Attribute("SIREN", 9, is_required=model.is_intercommunal and model.year <= 2017, first=2014),
            Attribute(
                "NOMRAPP",
                80,
                pattern=f"{authority}_{DATE}_rapport_[a-zA-Z]+[0-9]*(_97_00)?(_[0-9]+)?_{DATE}{_SUFFIX}.pdf",
                names_file=True,
                first=2025,
            ),
            _url("URLRAPP", first=2025),
            Attribute("NOMREG", 80, pattern=f"{authority}_reglement_{DATE}{suffix}.pdf", first=2014),
            _url("URLREG"),
            Attribute(
                "NOMPLAN",
                80,
                pattern=f"{authority}_reglement_graphique(_[0-9]+)?_{DATE}{_SUFFIX}(.pdf|.zip)",
                first=2014,
            ),
            _url("URLPLAN"),
            _url("URLPE", first=2017),
            _url("SITEWEB"),
            Attribute(
                "TYPEREF", 2, model == Model("PLUi", 2017), codes=frozenset(TypeRef.values), first=2014
            ),
            _date("DATEREF", is_required=model.year >= 2022 or model == Model("PLU", 2017)),
        ),
    )


def _communes(model: Model) -> tuple[Attribute, ...]:
    return (
        Attribute(
            "IDURBA",
            30 if model.year > 2014 else 20,
            is_required=model.year > 2014 and model != Model("PLUi", 2017),
        ),
        Attribute("INSEE", 5, is_required=True, is_unique=True),
    )


def _zones(model: Model) -> tuple[Attribute, ...]:
    zones = frozenset(TypeZone.values)
    if model.year < 2022:
        zones |= {"Ah", "Nd", "Nh"}
    destinations = {"pattern": DESTINATIONS_PATTERN, "shortest": 2}
    return _in_year(
        model,
        (
            _old("IDZONE"),
            _identifier(model, "LIB_IDZONE", "ZO"),
            Attribute("LIBELLE", 12, is_required=True, first=2014),
            Attribute("LIBELONG", 254, first=2014),
            Attribute("TYPEZONE", 3, is_required=True, codes=zones, first=2014),
            Attribute("DESTDOMI", 2, is_required=True, first=2014, last=2014),
            Attribute("FORMDOMI", 4, shortest=4, codes=FORMS, first=2022),
            Attribute("DESTOUI", 120, first=2022, **destinations),  # type: ignore[arg-type]  # two plain values
            Attribute("DESTCDT", 120, first=2022, **destinations),  # type: ignore[arg-type]  # the same
            Attribute("DESTNON", 120, first=2022, **destinations),  # type: ignore[arg-type]  # the same
            Attribute("NOMFIC", 80, is_required=model.year > 2014, names_file=True, first=2014),
            _url("URLFIC"),
            _insee(),
            _idurba(),
            _date("DATAPPRO", last=2014),
            _date("DATVALID"),
            Attribute("SYMBOLE", 20, pattern="ZONE_[a-zA-Z]+_[0-9]{3}", first=2022),
        ),
    )


def _prescriptions(model: Model, kind: str) -> TableModel:
    letter = {SURFACE: "S", LINE: "L", POINT: "P"}[kind]
    attributes = (
        _old("IDPSC"),
        _identifier(model, "LIB_IDPSC", f"P{letter}"),
        Attribute("LIBELLE", 254, is_required=True, first=2014),
        Attribute("TXT", 10, first=2014),
        Attribute("TYPEPSC", 2, is_required=True, first=2014),
        Attribute("STYPEPSC", 2, is_required=True),
        Attribute("NATURE", 50, first=2022),
        Attribute("NOMFIC", 80, names_file=True, first=2014),
        _url("URLFIC"),
        _insee(),
        _idurba(),
        _date("DATAPPRO", last=2014),
        _date("DATVALID"),
        Attribute("SYMBOLE", 20, pattern=f"PSC-{letter}_[0-9]{{2}}-[0-9]{{2}}_[0-9]{{3}}", first=2022),
    )
    pairs = PRESCRIPTIONS_BY_GEOMETRY[kind] if model.year >= _LATEST else frozenset(PRESCRIPTIONS)
    return TableModel(
        f"PRESCRIPTION_{kind}",
        _GEOMETRY_OF[kind],
        _in_year(model, attributes),
        pair=("TYPEPSC", "STYPEPSC"),
        pairs=pairs,
    )


def _informations(model: Model, kind: str) -> TableModel:
    letter = {SURFACE: "S", LINE: "L", POINT: "P"}[kind]
    attributes = (
        _old("IDINFO"),
        _identifier(model, "LIB_IDINFO", f"I{letter}"),
        Attribute("LIBELLE", 254, is_required=True, first=2014),
        Attribute("TXT", 10, first=2014),
        Attribute("TYPEINF", 2, is_required=True, first=2014),
        Attribute("STYPEINF", 2, is_required=True),
        Attribute("NOMFIC", 80, names_file=True, first=2014),
        _url("URLFIC"),
        _insee(),
        _idurba(),
        _date("DATVALID", first=2017),
        Attribute("SYMBOLE", 20, pattern=f"INF-{letter}_[0-9]{{2}}-[0-9]{{2}}_[0-9]{{3}}", first=2022),
    )
    pairs = INFORMATIONS_BY_GEOMETRY[kind] if model.year >= _LATEST else frozenset(INFORMATIONS)
    return TableModel(
        f"INFO_{kind}",
        _GEOMETRY_OF[kind],
        _in_year(model, attributes),
        pair=("TYPEINF", "STYPEINF"),
        pairs=pairs,
    )


def _dressing(model: Model, kind: str) -> tuple[Attribute, ...]:
    """Return the attributes of HABILLAGE_*: drawings and texts of the paper plan."""
    letter = {SURFACE: "S", LINE: "L", POINT: "P", "TXT": "T"}[kind]
    shared = (
        _old("IDHAB"),
        _identifier(model, "LIB_IDHAB", f"H{letter}"),
        Attribute("COULEUR", 11, pattern="[0-9]{3}-[0-9]{3}-[0-9]{3}"),
        _insee(),
        _idurba(),
    )
    if kind != "TXT":
        return (Attribute("NATTRAC", 40, is_required=True, first=2014), *shared)
    is_old = model.year == 2014
    return (
        Attribute("NATECR", 40, is_required=True, first=2014),
        Attribute("TXT", 80, is_required=True, first=2014),
        Attribute("POLICE", 40, is_required=is_old, first=2014),
        Attribute("TAILLE", is_required=is_old, is_integer=True, first=2014),
        Attribute("STYLE", 40, first=2014),
        Attribute("ANGLE", is_integer=True, first=2014),
        *shared,
    )
