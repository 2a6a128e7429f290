"""The tables of a package of the standard CNIG SUP v2016b: their columns, and the name of its folder.

Column names are those of the standard in lower case: files write ``idSup`` or ``IDSUP``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from layers.parsing import cells
from layers.parsing.official_files import FileColumn, required
from planning.easements.errors import EasementsRefused
from reference_data.parsing.layouts import identifier
from reference_data.parsing.servitudes import PERIMETERS

SERVITUDE, ACTE, LINK, GESTIONNAIRE = "SERVITUDE", "ACTE_SUP", "SERVITUDE_ACTE_SUP", "GESTIONNAIRE_SUP"
GENERATORS = ("GENERATEUR_SUP_P", "GENERATEUR_SUP_L", "GENERATEUR_SUP_S")
PERIMETER = "ASSIETTE_SUP_S"
NOT_LOADED = ("ASSIETTE_SUP_L", "ASSIETTE_SUP_P")
"""Perimeters along a line or at a point: the layer of easements holds surfaces."""
MANDATORY = (SERVITUDE, ACTE, LINK, GESTIONNAIRE, PERIMETER)

_FOLDER = re.compile(
    r"(?P<idgest>[A-Za-z0-9]{5,20})_(?P<category>[A-Za-z0-9]{2,10})_(?P<area>[A-Za-z0-9]{1,20})_(?P<date>\d{8})"
)
_ID = identifier(r"[A-Za-z0-9]{1,10}-\S{1,49}", gettext_noop("identifiant attendu : AC1-…"))
_DATE = FileColumn(identifier(r"\d{8}", gettext_noop("date attendue : AAAAMMJJ")))


def _text(limit: int) -> FileColumn:
    return FileColumn(cells.text_of(limit))


_GENERATOR: Mapping[str, FileColumn] = {
    "idgen": required(_ID),
    "idsup": required(_ID),
    "nomgen": required(cells.text_of(160)),
    "typegen": _text(80),
    "modegenere": _text(40),
    "srcgeogen": _text(80),
    "datesrcgen": _DATE,
}
COLUMNS: Mapping[str, Mapping[str, FileColumn]] = {
    SERVITUDE: {
        "idsup": required(_ID),
        "nomsup": required(cells.text_of(160)),
        "nomsuplitt": _text(400),
        "categorie": required(cells.text_of(10)),
        "idgest": required(cells.text_of(20)),
        "modeprod": _text(20),
        "datemaj": _DATE,
    },
    ACTE: {
        "idacte": required(cells.text_of(60)),
        "nomacte": required(cells.text_of(160)),
        "reference": _text(160),
        "typeacte": _text(80),
        "fichier": _text(200),
        "decision": _text(20),
        "datedecis": _DATE,
        "datepub": _DATE,
        "aplan": FileColumn(cells.boolean, empty=None),
    },
    LINK: {"idsup": required(_ID), "idacte": required(cells.text_of(60))},
    GESTIONNAIRE: {"idgest": required(cells.text_of(20)), "nomgest": required(cells.text_of(200))},
    **dict.fromkeys(GENERATORS, _GENERATOR),
    PERIMETER: PERIMETERS.columns,
}
"""The columns of each table by name; others of a file are left out."""
KEYS: Mapping[str, tuple[str, ...]] = {
    SERVITUDE: ("idsup",),
    ACTE: ("idacte",),
    LINK: ("idsup", "idacte"),
    GESTIONNAIRE: ("idgest",),
    **dict.fromkeys(GENERATORS, ("idgen",)),
    PERIMETER: ("idass",),
}
"""What identifies a row of each table."""


@dataclass(frozen=True, slots=True)
class PackageName:
    """What the name of a folder says: ``130013907_AC1_092_20260101``."""

    idgest: str
    category: str
    area: str
    date: str


def package_name(folder: str) -> PackageName:
    """Read the name of the folder of a package.

    Raises:
        EasementsRefused: it is not made as the standard says.
    """
    match = _FOLDER.fullmatch(folder)
    if match is None:
        raise EasementsRefused(
            _(
                "Dossier « %s » : nom attendu <gestionnaire>_<catégorie>_<maillage>_<AAAAMMJJ>, par exemple "
                "130013907_AC1_092_20260101."
            )
            % folder[:80],
            parameter="file",
        )
    return PackageName(match["idgest"], match["category"].upper(), match["area"], match["date"])
