"""The sample plan in several versions: what each procedure approved, the one online, and one to examine.

What is online is the last approved. Objects that a procedure changed bear its date (DATVALID); before it they were
otherwise: under another label, of another outline, part of their neighbour, or not there. Former zones tile the
territory too.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from django.core.files.base import ContentFile
from django.db import connection, models
from psycopg import sql

from gisportal.demo.plui import DATAPPRO, IDURBA, SIREN, ZONES, rename_objects
from gisportal.demo.sample_pieces import regulation_pages, sample_pdf
from gisportal.demo.sample_rows import to_geos
from gisportal.demo.zone_changes import MODIFICATION_1, STARTING_DATE, ChangeKind, zone_changes
from plui.dated.queries import ANNULMENT_CODE
from plui.models import (
    TABLES,
    DocUrba,
    InfoSurfVersion,
    PlanVersion,
    WrittenPiece,
    ZoneUrba,
    ZoneVersion,
)
from plui.vocabulary import Etat, PlanState

Shape = Any  # shapely has no types
_MOVE = 0.0002  # some 20 m
_PROJECT_REMAINDER = 7
_NUMBER = re.compile(r"_[A-Z]{1,2}(\d+)$", re.ASCII)
_STAGED_DATE = "20270401"
# What a court annulled of the version online stays so in the project; former versions were not judged.
_JUDGED = (PlanState.ONLINE, PlanState.STAGED)


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure of the sample: NOMPROC, DATAPPRO (AAAAMMJJ), title, purpose and state of its version."""

    nomproc: str
    datappro: str
    title: str
    purpose: str
    state: PlanState

    @property
    def idurba(self) -> str:
        """The identifier of its document."""
        return f"{SIREN}_PLUI_{self.datappro}"

    @property
    def day(self) -> dt.date:
        """The day it comes into force."""
        return dt.datetime.strptime(self.datappro, "%Y%m%d").date()


PROCEDURES = (
    Procedure("E", STARTING_DATE, "Élaboration, exemple", "Premier plan du territoire.", PlanState.FORMER),
    Procedure(
        "M1",
        MODIFICATION_1,
        "Modification n° 1, exemple",
        "Zones d’activités, alignements et emplacements réservés.",
        PlanState.FORMER,
    ),
    Procedure(
        "M2",
        DATAPPRO,
        "Modification n° 2, exemple",
        "Secteurs d’habitat et protections du patrimoine.",
        PlanState.ONLINE,
    ),
    Procedure(
        "RA1",
        _STAGED_DATE,
        "Révision allégée n° 1, exemple",
        "Ouverture d’un secteur à urbaniser : projet, non approuvé.",
        PlanState.STAGED,
    ),
)


def load_versions() -> None:
    """Write the versions of the sample plan, unless they are there or no sample zone is."""
    if PlanVersion.objects.exists() or not ZoneUrba.objects.filter(idurba__idurba=IDURBA).exists():
        return
    rename_objects()
    versions: list[PlanVersion] = []
    for rank, procedure in enumerate(PROCEDURES):
        following = PROCEDURES[rank + 1] if rank + 1 < len(PROCEDURES) else None
        until = following.day if following and procedure.state is PlanState.FORMER else None
        versions.append(_write_version(procedure, versions[-1] if versions else None, until))
        _write_pieces(versions[-1], procedure)


def _write_version(procedure: Procedure, former: PlanVersion | None, until: dt.date | None) -> PlanVersion:
    document = DocUrba.objects.get(idurba=IDURBA)
    attributes = {
        field.name: field.value_from_object(document)
        for field in DocUrba._meta.concrete_fields
        if not field.primary_key
    }
    attributes |= {
        "idurba": procedure.idurba,
        "etat": document.etat if procedure.state in _JUDGED else Etat.EN_COURS.value,
        "nomproc": procedure.nomproc,
        "datappro": procedure.datappro,
        "dateref": procedure.datappro,
        "nomreg": f"{SIREN}_reglement_{procedure.datappro}.pdf",
        "nomrapp": f"{SIREN}_{procedure.datappro}_rapport_{procedure.nomproc}_{procedure.datappro}.pdf",
    }
    version = PlanVersion.objects.create(
        partition=SIREN,
        idurba=procedure.idurba,
        nomproc=procedure.nomproc,
        title=procedure.title,
        purpose=procedure.purpose,
        datappro=procedure.datappro,
        in_force_from=None if procedure.state is PlanState.STAGED else procedure.day,
        in_force_until=until,
        state=procedure.state,
        folder=f"{SIREN}_PLUi_{procedure.datappro}",
        document=attributes,
        communes=list(document.communes.values_list("insee_id", flat=True)),
        replaces=former,
    )
    for live, twin in TABLES.values():
        _copy_rows(live, twin, version)
    for live, twin in list(TABLES.values())[:4]:
        _change_rows(live, twin, version, procedure)
    if procedure.state not in _JUDGED:
        InfoSurfVersion.objects.filter(version=version, code=ANNULMENT_CODE).delete()
    return version


def _copy_rows(live: type[models.Model], twin: type[models.Model], version: PlanVersion) -> None:
    """Copy what is online into a version, under its document."""
    names = [
        field.column
        for field in live._meta.concrete_fields
        if not (field.primary_key or field.generated or field.column in _COMPUTED)
    ]
    columns = [sql.Identifier(name) for name in names if name]
    values = [sql.Placeholder() if name == "idurba" else sql.Identifier(name) for name in names if name]
    statement = sql.SQL(
        "INSERT INTO {twin} (version_id, feature_id, {columns})"
        " SELECT %s, id, {values} FROM {live} WHERE idurba = %s ORDER BY id"
    ).format(
        twin=sql.Identifier(twin._meta.db_table),
        columns=sql.SQL(", ").join(columns),
        values=sql.SQL(", ").join(values),
        live=sql.Identifier(live._meta.db_table),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [version.pk, version.idurba, IDURBA])


_COMPUTED = frozenset({"communes", "commune_shares", "commune_id"})


def _number(row: Any) -> int:
    """Return the number of a sample object, in the identifier that the standard gives it."""
    identifier = getattr(row, "lib_idzone", "") or getattr(row, "lib_idpsc", "")
    match = _NUMBER.search(identifier)
    return int(match[1]) if match else 0


def _change_rows(live: type[Any], twin: type[Any], version: PlanVersion, procedure: Procedure) -> None:
    """Make what later procedures changed as it was before them; what the project changes, as it would be."""
    rows = sorted(twin._default_manager.filter(version=version), key=_number)
    if procedure.state is PlanState.STAGED:
        for row in rows:
            if _number(row) % 40 == _PROJECT_REMAINDER:
                _rewrite(row, procedure.datappro)
    elif live is ZoneUrba:
        _change_zones(rows, procedure)
    else:
        _change_prescriptions([row for row in rows if row.datvalid > procedure.datappro])


# The label that a zone had under another procedure.
_OTHER_LABEL: Mapping[str, str] = {
    "UA": "UB",
    "UB": "UC",
    "UC": "UB",
    "UD": "UE",
    "UE": "UD",
    "UF": "UC",
    "UL": "UP",
    "UP": "Np",
    "AUc": "AUs",
    "AUs": "A",
    "A": "Np",
    "Np": "Nf",
    "Nf": "Np",
}


def _rewrite(row: Any, datvalid: str) -> None:
    """Give an object another label, and the date of its procedure."""
    if isinstance(row, ZoneVersion):
        row.libelle = _OTHER_LABEL.get(row.libelle, row.libelle)
        row.typezone, long_label = ZONES.get(row.libelle, (row.typezone, row.libelong))
        row.libelong = f"{long_label}, exemple"
    else:
        row.libelle = row.libelle.replace(", exemple", ", autre rédaction, exemple")[:254]
    row.datvalid = datvalid
    row.save()


def _change_zones(rows: Sequence[ZoneVersion], procedure: Procedure) -> None:
    """Give the zones that later procedures changed their former label or outline."""
    by_number = {_number(row): row for row in rows}
    zones = [(row.commune_id or "", shapely.from_wkb(bytes(row.geom.wkb))) for row in rows]
    if [*by_number] != [*range(1, len(rows) + 1)]:
        return  # people added zones, or took some away: their neighbours are no longer those of the sample
    for change in zone_changes(zones):
        if change.day <= procedure.datappro:
            continue
        row = by_number[change.number]
        if change.kind is ChangeKind.RECODED:
            _rewrite(row, STARTING_DATE)
            continue
        partner = by_number[change.partner]
        partner.geom, partner.datvalid = to_geos(change.former_partner), STARTING_DATE
        partner.save()
        if change.former_shape is None:
            row.delete()
        else:
            row.geom, row.datvalid = to_geos(change.former_shape), STARTING_DATE
            row.save()


def _change_prescriptions(rows: Iterable[Any]) -> None:
    """Take prescriptions off, move them, or give them another label: by their number."""
    for row in rows:
        turn = _number(row) % 3
        if turn == 0:
            row.delete()
            continue
        if turn == 1:
            points = shapely.from_wkb(bytes(row.geom.wkb))
            row.geom = to_geos(shapely.transform(points, lambda coordinates: coordinates + _MOVE))
        _rewrite(row, STARTING_DATE)


def _pieces(procedure: Procedure) -> Iterator[tuple[str, str, bytes]]:
    """Yield the path, the title and the content of the written pieces of a version."""
    day, example = procedure.datappro, ["Ce document est un exemple : il n’a aucun effet."]
    zones = [(label, typezone, words) for label, (typezone, words) in ZONES.items()]
    regulation = sample_pdf(regulation_pages(zones), title="Règlement, exemple")
    pages = {
        f"0_Procedure/{SIREN}_procedure_{day}.pdf": "Pièces de procédure",
        f"1_Rapport_de_presentation/{SIREN}_{day}_rapport_{procedure.nomproc}_{day}.pdf": "Rapport de présentation",
        f"2_PADD/{SIREN}_padd_{day}.pdf": "Projet d’aménagement et de développement durables",
        f"4_Annexes/{SIREN}_liste_annexes_{day}.pdf": "Liste des annexes",
    }
    if procedure.state in _JUDGED:
        pages[f"0_Procedure/{SIREN}_jugement_{day}.pdf"] = "Jugement d'annulation partielle"
    for path, title in pages.items():
        heading = f"{title}, exemple"
        yield (
            path,
            title,
            sample_pdf([(heading, [procedure.title, procedure.purpose, *example])], title=heading),
        )
    yield f"3_Reglement/{SIREN}_reglement_{day}.pdf", "Règlement", regulation


def add_pieces() -> None:
    """Write what a demonstration of before lacks of the pieces of its versions: rows online name the judgment."""
    for procedure in PROCEDURES:
        for version in PlanVersion.objects.filter(idurba=procedure.idurba, nomproc=procedure.nomproc):
            _write_pieces(version, procedure)


def _write_pieces(version: PlanVersion, procedure: Procedure) -> None:
    stored = set(version.pieces.values_list("path", flat=True))
    for path, title, content in _pieces(procedure):
        if f"Pieces_ecrites/{path}" in stored:
            continue
        piece = WrittenPiece(
            version=version,
            path=f"Pieces_ecrites/{path}",
            name=path.rpartition("/")[2],
            title=title,
            size=len(content),
            pages=content.count(b"/Type /Page "),
            content_hash=hashlib.sha256(content).hexdigest(),
        )
        with ContentFile(content) as file:
            piece.file.save(piece.name, file, save=True)
