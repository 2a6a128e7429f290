"""Sample packages of easements in the database: perimeters, generators, acts with their PDF, and who manages them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import shapely
from django.core.files.base import ContentFile

from gisportal.demo.sample_rows import save_rows, to_geos
from gisportal.demo.servitudes import AREA, AUTHORITY, DATE, MANAGER, SampleEasement
from reference_data.models import (
    Easement,
    EasementAct,
    EasementActLink,
    EasementAuthority,
    EasementPackage,
    LineGenerator,
    PointGenerator,
    PublicEasement,
    SurfaceGenerator,
)

_GENERATORS: dict[str, tuple[Any, Any]] = {
    "Point": (PointGenerator, lambda shape: shape),
    "LineString": (LineGenerator, lambda shape: shapely.multilinestrings([shape])),
    "Polygon": (SurfaceGenerator, lambda shape: shapely.multipolygons([shape])),
}


def load_easement_packages(members: Sequence[SampleEasement]) -> None:
    """Write a package for each category of the easements, as ``import_sup`` would of the sample archive."""
    save_rows([EasementAuthority(idgest=MANAGER, nomgest=AUTHORITY)], keys=("idgest",))
    packages = {category: _package(category) for category in sorted({it.category for it in members})}
    save_rows([_easement(it, packages[it.category]) for it in members], keys=("idsup",))
    save_rows([_perimeter(it, packages[it.category]) for it in members], keys=("idass",))
    for kind, (model, as_type) in _GENERATORS.items():
        generators = [
            model(
                package=packages[it.category],
                idgen=it.idgen,
                idsup=it.idsup,
                nomgen=it.name,
                typegen=it.generator_kind,
                modegenere="Digitalisation",
                srcgeogen="exemple",
                datesrcgen=DATE,
                geom=to_geos(as_type(it.generator)),
            )
            for it in members
            if it.generator.geom_type == kind
        ]
        save_rows(generators, keys=("idgen",))
    # An act that is there has its file: written again, it would lose it.
    stored = set(EasementAct.objects.values_list("idacte", flat=True))
    EasementAct.objects.bulk_create(
        [_act(it, packages[it.category]) for it in members if it.idacte not in stored]
    )
    links = [
        EasementActLink(package=packages[it.category], idsup=it.idsup, idacte=it.idacte) for it in members
    ]
    save_rows(links, keys=("idsup", "idacte"))
    _store_files(members)


def _package(category: str) -> EasementPackage:
    package, _is_new = EasementPackage.objects.get_or_create(
        idgest=MANAGER,
        category=category,
        area=AREA,
        defaults={
            "date": DATE,
            "folder": f"{MANAGER}_{category}_{AREA}_{DATE}",
            "archive_name": "servitudes-exemple.zip",
        },
    )
    return package


def _easement(easement: SampleEasement, package: EasementPackage) -> PublicEasement:
    return PublicEasement(
        package=package,
        idsup=easement.idsup,
        nomsup=easement.name,
        nomsuplitt=easement.name,
        categorie=easement.category,
        idgest=MANAGER,
        modeprod="import",
        datemaj=DATE,
    )


def _perimeter(easement: SampleEasement, package: EasementPackage) -> Easement:
    return Easement(
        package=package,
        idsup=easement.idsup,
        idass=easement.idass,
        idgen=easement.idgen,
        nomass=easement.name,
        typeass=easement.kind,
        modegeoass=easement.method,
        paramcalc=easement.radius,
        srcgeoass="exemple",
        datesrcass=DATE,
        geom=to_geos(shapely.multipolygons([easement.shape])),
    )


def _act(easement: SampleEasement, package: EasementPackage) -> EasementAct:
    act = easement.act
    return EasementAct(
        package=package,
        idacte=easement.idacte,
        nomacte=act.name,
        reference=act.reference,
        typeacte=act.kind,
        fichier=act.file,
        decision=act.decision,
        datedecis=act.date,
        aplan=False,
    )


def _store_files(members: Sequence[SampleEasement]) -> None:
    """Write the PDF of the acts that have one and whose file is not stored yet."""
    contents = {it.idacte: it.act.content for it in members if it.act.file}
    for act in EasementAct.objects.filter(idacte__in=contents, file=""):
        content = contents[act.idacte]
        act.size, act.content_hash = len(content), hashlib.sha256(content).hexdigest()
        act.file.save("acte.pdf", ContentFile(content), save=False)
        act.save(update_fields=["size", "content_hash", "file"])
