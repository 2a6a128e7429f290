"""Folders and written pieces of a package, by model; the patterns of names leave out the extension."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from plui.packages.standards import DATE, Model

GEOGRAPHIC, WRITTEN = "Donnees_geographiques", "Pieces_ecrites"
TABLE_EXTENSIONS = ("shp", "dbf", "csv", "geojson", "gml", "tab", "mif")
"""Files that open a table, those with neighbours first."""

_NEIGHBOURS_TEXT = "dbf shx prj cpg qix sbn sbx fix qpj qmd qml sld lyr dat id ind map mid csvt xsd gfs avl"
NEIGHBOURS = frozenset(_NEIGHBOURS_TEXT.split())
"""Files that go with a table."""

KNOWN_EXTENSIONS = frozenset(
    {"xml", "pdf", "csv", "map", "mid", "dbf", "shp", "geojson", "gml", "tab", "mif"}
)
OF_SYSTEMS = frozenset({"thumbs.db", ".ds_store", "desktop.ini"})

_END = f"_{DATE}(_[a-zA-Z])?"
_PART = "(_97_00)?(_[0-9]+)?"


@dataclass(frozen=True, slots=True)
class Piece:
    """A written piece, or several of one pattern: ``is_mandatory`` asks for one at least."""

    folder: str
    pattern: str
    is_mandatory: bool = False
    extension: str = "pdf"


@cache
def folders(model: Model) -> dict[str, bool]:
    """Return the folders of a package, and whether each is mandatory."""
    plans = "5_Orientations_amenagement" if model.year < 2024 else "5_OAP"
    procedure_is_mandatory = model.year not in {2022, 2024} or model.typedoc == "PLU"
    tree = {
        GEOGRAPHIC: True,
        WRITTEN: True,
        f"{WRITTEN}/0_Procedure": procedure_is_mandatory,
        f"{WRITTEN}/1_Rapport_de_presentation": True,
        f"{WRITTEN}/2_PADD": True,
        f"{WRITTEN}/3_Reglement": True,
        f"{WRITTEN}/3_Reglement/ressources": False,
        f"{WRITTEN}/4_Annexes": True,
        f"{WRITTEN}/{plans}": False,
    }
    if model.is_intercommunal:
        tree |= {f"{WRITTEN}/6_POA": False, f"{WRITTEN}/7_Plans_de_secteur": False}
    return tree


@cache
def pieces(model: Model) -> tuple[Piece, ...]:
    """Return the written pieces that a model names, in the order of the standard."""
    code = model.authority
    rapport = f"{code}_rapport{_PART}{_END}"
    if model.year >= 2025:
        rapport = f"{code}_{DATE}_rapport_[a-zA-Z]+[0-9]*{_PART}{_END}"
    procedure, rules = f"{WRITTEN}/0_Procedure", f"{WRITTEN}/3_Reglement"
    padd = "(PADD|padd)" if model.year == 2014 else "padd"
    expected = [
        Piece(procedure, f"{code}_procedure{_END}", is_mandatory=folders(model)[procedure]),
        Piece(procedure, f"{code}_jugement{_END}"),
        Piece(procedure, f"{code}_{DATE}_[a-zA-Z_]+_[a-zA-Z]+[0-9]*{_END}"),
        Piece(f"{WRITTEN}/1_Rapport_de_presentation", rapport, is_mandatory=True),
        Piece(
            f"{WRITTEN}/1_Rapport_de_presentation",
            f"{code}_{DATE}_rapport_[a-zA-Z]+[0-9]*_rnt{_PART}{_END}",
        ),
        Piece(f"{WRITTEN}/1_Rapport_de_presentation", f"{code}_eval_environnement{_END}"),
        Piece(f"{WRITTEN}/2_PADD", f"{code}_{padd}(_97_00_[0-9]+)?{_END}", is_mandatory=True),
        Piece(rules, f"{code}_reglement(_97_00_[0-9]+)?{_END}", is_mandatory=True),
        Piece(rules, f"{code}_reglement_graphique{_PART}{_END}"),
        Piece(rules, f"{code}_prescription_(lin|pct|surf)(_[0-9]+){{0,3}}{_END}"),
        Piece(f"{WRITTEN}/4_Annexes", "[^/]*", is_mandatory=True),
        Piece(f"{WRITTEN}/4_Annexes", f"{code}_titres_pieces_ecrites{_END}", extension="csv"),
    ]
    if model.year >= 2022:
        expected.append(Piece(rules, f"{code}_reglement(_97_00_[0-9]+)?{_END}", extension="xml"))
    if model.year >= 2024:
        expected.append(Piece(f"{WRITTEN}/5_OAP", f"{code}_oap(_[0-9]+){{0,3}}{_END}"))
    else:
        plans = f"{code}_orientations(_amenagement)?(_[0-9]+){{0,3}}{_END}"
        expected.append(Piece(f"{WRITTEN}/5_Orientations_amenagement", plans))
    if model.is_intercommunal:
        expected += _sectors(code)
    return tuple(expected)


def _sectors(code: str) -> list[Piece]:
    """Return the pieces of a PLUi alone: action programme, plans of sectors."""
    sectors = f"{WRITTEN}/7_Plans_de_secteur"
    sector = f"{sectors}/Secteur_[0-9]{{2}}"
    return [
        Piece(f"{WRITTEN}/6_POA", f"{code}_POA{_PART}{_END}"),
        Piece(sectors, f"{code}_plan_de_secteurs{_END}"),
        Piece(f"{sector}/3_Reglement", f"{code}_reglement_SECT[0-9]{{2}}{_END}"),
        Piece(f"{sector}/3_Reglement", f"{code}_reglement_graphique_SECT[0-9]{{2}}(_[0-9]+)?{_END}"),
        Piece(f"{sector}/5_OAP", f"{code}_oap_SECT[0-9]{{2}}(_[0-9]+)?{_END}"),
    ]


def table_pattern(model: Model, table: str) -> str:
    """Return the pattern of the path of a table, without its extension."""
    folder = "" if table.startswith("DOC_URBA") else f"{GEOGRAPHIC}/"
    if model.year == 2014:
        return f"{folder}{table}(_[AB0-9]{{5}}|_[0-9]{{9}})?(_[AB0-9]{{3}})?"
    suffix = "(_[a-zA-Z])?"
    return f"{folder}{model.authority}_{table}_{DATE}{suffix}"
