"""Versions of a plan: what each procedure left of a small document in Meudon, and the rows that are online.

    elaboration      zones OLD (west) and N (east), an old wood
    modification 1   OLD becomes NEW on the same ground, the old wood is removed, a park is added
    modification 2   staged: N becomes SECRET; nobody but who loads plans knows it

The elaboration is in force from 2021-01-01, modification 1 from 2024-06-01: it is online.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import Polygon

from plui.models import (
    DocUrba,
    InfoSurf,
    InfoSurfVersion,
    PlanVersion,
    PrescriptionSurf,
    PscSurfVersion,
    ZoneUrba,
    ZoneVersion,
)
from plui.vocabulary import PlanState
from tests.factories import MEUDON, box

PARTITION = "200057974"
FIRST_DAY, CHANGE_DAY = dt.date(2021, 1, 1), dt.date(2024, 6, 1)
BEFORE, AFTER, TOO_EARLY = "2024-03-01", "2025-03-01", "1990-01-01"
# Labels that no other word of a page holds.
OLD, NEW, SECRET = "UAavant", "UBapres", "UZprojet"
OLD_TITLE = "Libelle-long-ancien"
WEST, EAST = box(2.200, 48.800, 2.210, 48.820), box(2.210, 48.800, 2.220, 48.820)
WOOD, PARK = box(2.202, 48.802, 2.204, 48.804), box(2.206, 48.806, 2.208, 48.808)


def idurba_of(day: dt.date) -> str:
    """Return the IDURBA of a document approved on a day."""
    return f"{PARTITION}_PLUI_{day:%Y%m%d}"


def plan_version(
    nomproc: str,
    day: dt.date,
    *,
    until: dt.date | None = None,
    state: PlanState = PlanState.FORMER,
    etat: str = "03",
    **values: Any,
) -> PlanVersion:
    """Store a version without rows, in force from a day (a staged one may have none)."""
    return PlanVersion.objects.create(
        partition=PARTITION,
        idurba=idurba_of(day),
        nomproc=nomproc,
        datappro=f"{day:%Y%m%d}",
        in_force_from=day,
        in_force_until=until,
        state=state,
        document={"idurba": idurba_of(day), "etat": etat, "nomproc": nomproc, "datappro": f"{day:%Y%m%d}"},
        communes=[MEUDON],
        **{"title": f"Procédure {nomproc}"} | values,
    )


def document_of(version: PlanVersion) -> DocUrba:
    """Store the document of a version, as its publication does."""
    return DocUrba.objects.get_or_create(
        idurba=version.idurba,
        defaults={
            "etat": version.document["etat"],
            "nomproc": version.nomproc,
            "datappro": version.datappro,
        },
    )[0]


def zone_of(
    version: PlanVersion, libelle: str, geom: Polygon, *, feature: int | None = None, **values: Any
) -> ZoneVersion:
    """Store a zone of a version; ``feature`` is the row online that it was or became."""
    return ZoneVersion.objects.create(
        version=version,
        idurba_id=version.idurba,
        libelle=libelle,
        geom=geom,
        feature_id=feature,
        **{"typezone": "U", "datvalid": version.datappro} | values,
    )


def prescription_of(
    version: PlanVersion, libelle: str, geom: Polygon, *, feature: int | None = None, **values: Any
) -> PscSurfVersion:
    """Store a prescription on a surface, of a version."""
    return PscSurfVersion.objects.create(
        version=version,
        idurba_id=version.idurba,
        libelle=libelle,
        geom=geom,
        feature_id=feature,
        **{"typepsc": "07", "datvalid": version.datappro} | values,
    )


def information_of(
    version: PlanVersion, libelle: str, geom: Polygon, *, feature: int | None = None, **values: Any
) -> InfoSurfVersion:
    """Store an information on a surface, of a version; by default a partial annulment (98-00)."""
    return InfoSurfVersion.objects.create(
        version=version,
        idurba_id=version.idurba,
        libelle=libelle,
        geom=geom,
        feature_id=feature,
        **{"typeinf": "98", "datvalid": version.datappro} | values,
    )


@dataclass(frozen=True)
class PlanInTime:
    """The three versions of the small document, and the rows online."""

    elaboration: PlanVersion
    modification: PlanVersion
    staged: PlanVersion
    west: ZoneUrba
    east: ZoneUrba
    wood: int
    park: PrescriptionSurf

    @property
    def versions(self) -> Sequence[PlanVersion]:
        """All of them, in order."""
        return (self.elaboration, self.modification, self.staged)


def plan_in_time() -> PlanInTime:
    """Store the three versions and what is online."""
    first = plan_version("E", FIRST_DAY, until=CHANGE_DAY, title="Élaboration du PLUi")
    online = plan_version("M1", CHANGE_DAY, state=PlanState.ONLINE, replaces=first, title="Modification n° 1")
    staged = plan_version(
        "M2", dt.date(2026, 9, 1), state=PlanState.STAGED, replaces=online, title="Modification n° 2"
    )
    document = document_of(online)
    west = ZoneUrba.objects.create(
        libelle=NEW, typezone="U", geom=WEST, idurba=document, datvalid=online.datappro
    )
    east = ZoneUrba.objects.create(
        libelle="N", typezone="N", geom=EAST, idurba=document, datvalid=first.datappro
    )
    park = PrescriptionSurf.objects.create(
        libelle="Parc", typepsc="07", geom=PARK, idurba=document, datvalid=online.datappro
    )
    wood = park.pk + 1_000
    old = first.datappro
    zone_of(first, OLD, WEST, feature=west.pk, libelong=OLD_TITLE)
    zone_of(first, "N", EAST, feature=east.pk, typezone="N")
    prescription_of(first, "Bois ancien", WOOD, feature=wood)
    zone_of(online, NEW, WEST, feature=west.pk)
    zone_of(online, "N", EAST, feature=east.pk, typezone="N", datvalid=old)
    prescription_of(online, "Parc", PARK, feature=park.pk)
    zone_of(staged, NEW, WEST, feature=west.pk, datvalid=online.datappro)
    zone_of(staged, SECRET, EAST, feature=east.pk)
    prescription_of(staged, "Parc", PARK, feature=park.pk, datvalid=online.datappro)
    return PlanInTime(first, online, staged, west, east, wood, park)


def publish_annulment(
    version: PlanVersion, geom: Polygon, libelle: str = "Jugement du 3 mars 2025"
) -> InfoSurf:
    """Store a partial annulment of the version online, in its document (ETAT 08) and over a place."""
    version.document |= {"etat": "08"}
    version.save()
    DocUrba.objects.filter(idurba=version.idurba).update(etat="08")
    live = InfoSurf.objects.create(
        libelle=libelle, typeinf="98", geom=geom, idurba=document_of(version), datvalid=version.datappro
    )
    information_of(version, libelle, geom, feature=live.pk)
    return live
