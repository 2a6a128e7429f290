"""Writes open layers to a file of tiles (PMTiles), for static hosting and use without network.

The file holds the features that the public sees, whoever runs the command. See docs/tiles.md.
"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from layers.errors import LayersError
from layers.sql.tile_matrix_sets import WEB_MERCATOR_QUAD
from tiles.parsing import parse_layers
from tiles.services.offline import (
    ArchiveMismatch,
    ProgressBar,
    checked_area,
    parse_zooms,
    public_scopes,
    requested_bounds,
    write_archive,
)

_MAX = 200_000


class Command(BaseCommand):
    """``manage.py export_pmtiles COUCHE[,COUCHE…] FICHIER``."""

    help = "Écrit des couches ouvertes dans un fichier de tuiles PMTiles."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the layers, the file, the zooms and the area."""
        parser.add_argument("layers", help="couches, séparées par des virgules")
        parser.add_argument("file", type=Path, help="fichier à écrire")
        parser.add_argument("--zooms", default="8-14", help="zooms, par exemple 8-14")
        parser.add_argument("--bbox", default="", help="ouest,sud,est,nord en degrés")
        parser.add_argument("--commune", default="", help="code INSEE")
        parser.add_argument(
            "--most", type=int, default=_MAX, help="nombre de tuiles au-delà duquel on refuse"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file and print its size."""
        path: Path = options["file"].absolute()
        try:
            scopes = public_scopes(parse_layers(options["layers"]))
            bounds = requested_bounds(scopes, bbox=options["bbox"], commune=options["commune"])
            area = checked_area(
                WEB_MERCATOR_QUAD, parse_zooms(options["zooms"]), bounds, most=options["most"]
            )
            with ProgressBar(path.name, area.count, self.stdout) as bar:
                for _done in write_archive(path, scopes, area):
                    bar.advance()
        except LayersError as error:
            raise CommandError(error.detail) from error
        except (OSError, ArchiveMismatch) as error:
            raise CommandError(_("Le fichier n’a pas été écrit : %s") % error) from error
        size = path.stat().st_size
        self.stdout.write(_("%(file)s : %(size)d octets.") % {"file": path, "size": size})
