"""Packages of easements made by hand: CSV tables with WKT in Lambert-93, and acts."""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import Mapping, Sequence

from gisportal.demo.servitudes import one_line_pdf
from planning.easements.services import PackageLoad, load_easements

FOLDER = "130013907_AC1_092_20260101"
ACT = "AC1_12_arrete.pdf"
_PERIMETER = "MULTIPOLYGON(((642000 6856000,643000 6856000,643000 6857000,642000 6857000,642000 6856000)))"
Rows = list[dict[str, str]]


def tables() -> dict[str, Rows]:
    """Return the tables of a sound package of two easements of one act, to change before ``archive``."""
    easements, generators, perimeters, links = [], [], [], []
    for number in ("12", "13"):
        idsup = f"AC1-130013907-{number}"
        easements.append(
            {"idSup": idsup, "nomSup": f"Église {number}", "categorie": "AC1", "idGest": "130013907"}
        )
        links.append({"idSup": idsup, "idActe": "A-1"})
        generators.append(
            {
                "idGen": f"{idsup}-1",
                "idSup": idsup,
                "nomGen": f"Église {number}",
                "typeGen": "Classé",
                "WKT": "POINT(642500 6856500)",
            }
        )
        perimeters.append(
            {
                "idAss": f"{idsup}-1-1",
                "idGen": f"{idsup}-1",
                "nomAss": f"Église {number}",
                "typeAss": "Monument historique",
                "modeGeoAss": "Zone tampon",
                "paramCalc": "500",
                "WKT": _PERIMETER,
            }
        )
    act = {
        "idActe": "A-1",
        "nomActe": "Classement",
        "reference": "n° 7",
        "typeActe": "Arrêté",
        "fichier": ACT,
        "decision": "Création",
        "dateDecis": "19410615",
    }
    return {
        "SERVITUDE": easements,
        "ACTE_SUP": [act],
        "SERVITUDE_ACTE_SUP": links,
        "GESTIONNAIRE_SUP": [{"idGest": "130013907", "nomGest": "UDAP des Hauts-de-Seine"}],
        "GENERATEUR_SUP_P": generators,
        "ASSIETTE_SUP_S": perimeters,
    }


def archive(
    content: Mapping[str, Sequence[Mapping[str, str]]],
    *,
    folder: str = FOLDER,
    acts: Mapping[str, bytes] | None = None,
) -> bytes:
    """Return the archive of a package."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, rows in content.items():
            text = io.StringIO()
            writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
            package.writestr(f"{folder}/Donnees_geographiques/AC1_{name}.csv", text.getvalue())
        for name, pdf in (acts if acts is not None else {ACT: one_line_pdf("Arrêté")}).items():
            package.writestr(f"{folder}/Actes/{name}", pdf)
    return file.getvalue()


def load_package(
    content: Mapping[str, Sequence[Mapping[str, str]]],
    *,
    folder: str = FOLDER,
    acts: Mapping[str, bytes] | None = None,
    **options: bool,
) -> PackageLoad:
    """Load the archive of a package from a file, whose descriptor a child process reads."""
    with tempfile.TemporaryFile() as file:
        file.write(archive(content, folder=folder, acts=acts))
        (report,) = load_easements(file=file, name="sup.zip", **options)
    return report
