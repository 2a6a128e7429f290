"""Loads a file as a version of a raster, from the server, and puts it online.

Exit status: 0 the version is online, or kept with ``--draft``; 1 the file or the request was refused: nothing changed.
"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from layers.errors import LayersError
from layers.models import Raster, RasterVersion, Theme
from layers.visitor import system_visitor
from layers.vocabulary import RasterKind, Visibility
from tiles.rasters.services.imports import RasterReading, import_new_raster, import_raster
from tiles.rasters.services.versions import RasterIdentity, publish_version


class Command(BaseCommand):
    """``manage.py import_raster FILE``."""

    help = "Charge un fichier comme version d’un raster, créé s’il n’existe pas, et le met en ligne."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file, its options, and those of a new raster."""
        parser.add_argument("file", type=Path, help="GeoTIFF ou JPEG 2000 à charger")
        parser.add_argument("--slug", default="", help="identifiant du raster ; par défaut, d’après le titre")
        parser.add_argument(
            "--title", default="", help="titre d’un nouveau raster ; par défaut, le nom du fichier"
        )
        parser.add_argument("--theme", default="", help="identifiant du thème d’un nouveau raster")
        parser.add_argument("--kind", choices=RasterKind.values, default=RasterKind.MEASURE.value)
        parser.add_argument("--unit", default="", help="unité des valeurs")
        parser.add_argument(
            "--additive", action="store_true", help="des nombres par maille, dont la somme a un sens"
        )
        parser.add_argument("--visibility", choices=Visibility.values, default=Visibility.INTERNAL.value)
        parser.add_argument(
            "--crs", type=int, metavar="EPSG", help="système de coordonnées, si le fichier ne le dit pas"
        )
        parser.add_argument(
            "--nodata", help="valeur sans donnée, si le fichier ne la déclare pas (un nombre ou nan)"
        )
        parser.add_argument("--draft", action="store_true", help="garde la version sans la mettre en ligne")

    def handle(self, *args: Any, **options: Any) -> None:
        """Convert the file, store it, put it online and print the version."""
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(_("Fichier introuvable : %s") % path)
        try:
            version = self._imported(path, options)
            if not options["draft"]:
                publish_version(version=version, visitor=system_visitor())
        except LayersError as error:
            raise CommandError(error.detail) from error
        self._tell(version, is_online=not options["draft"])

    def _imported(self, path: Path, options: dict[str, Any]) -> RasterVersion:
        """Import the file as a version of the raster of that identifier, made with it when there is none."""
        slug = options["slug"] or slugify(options["title"] or path.stem)[:63].strip("-")
        reading = RasterReading(options["crs"], options["nodata"])
        inputs: dict[str, Any] = {
            "path": path,
            "name": path.name,
            "visitor": system_visitor(),
            "reading": reading,
        }
        existing = Raster.objects.select_related("layer").filter(layer__slug=slug).first()
        if existing is not None:
            return import_raster(raster=existing, **inputs)
        return import_new_raster(identity=_identity(slug, options), **inputs)

    def _tell(self, version: RasterVersion, *, is_online: bool) -> None:
        width, height = version.resolution
        self.stdout.write(
            _(
                "%(version)s : %(columns)d × %(rows)d mailles de %(width)g × %(height)g, EPSG:%(srid)d, %(size).1f Mo."
            )
            % {
                "version": version,
                "columns": version.width,
                "rows": version.height,
                "width": width,
                "height": height,
                "srid": version.srid,
                "size": version.size / 1024**2,
            }
        )
        if is_online:
            self.stdout.write(_("En ligne : %s") % version.raster.layer.slug)


def _identity(slug: str, options: dict[str, Any]) -> RasterIdentity:
    """Return the identity of a new raster: title, theme, kind, unit.

    Raises:
        CommandError: the portal has no theme, or not the one that is named.
    """
    themes = {theme.slug: theme for theme in Theme.objects.all()}
    if not themes or (options["theme"] and options["theme"] not in themes):
        raise CommandError(_("Thème inconnu ; thèmes du portail : %s.") % ", ".join(themes))
    return RasterIdentity(
        slug=slug,
        title=options["title"] or options["file"].stem,
        theme=themes.get(options["theme"]) or next(iter(themes.values())),
        kind=options["kind"],
        unit=options["unit"],
        is_additive=options["additive"],
        visibility=options["visibility"],
    )
