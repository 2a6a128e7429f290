"""Caches the tiles of open layers beforehand: after an import, a restart of PostgreSQL, a new version.

Stopped (Ctrl-C) and started again, it goes on: cached tiles are not rendered again. ``--forget`` empties the cache
first, which is to be done after a restore of the database when tiles are kept elsewhere.
"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from layers.errors import LayersError
from layers.sql.tile_matrix_sets import SERVED, WEB_MERCATOR_QUAD, tile_matrix_set
from tiles.parsing import parse_layers
from tiles.services.offline import (
    ProgressBar,
    checked_area,
    open_layers,
    parse_zooms,
    public_scopes,
    requested_bounds,
    seed,
)
from tiles.services.tile_cache import TILE_CACHE

_MAX = 50_000


class Command(BaseCommand):
    """``manage.py seed_tiles [COUCHE[,COUCHE…] …]``."""

    help = "Prépare les tuiles des couches ouvertes, avant qu’on les demande."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the layers, the zooms and the area."""
        parser.add_argument(
            "layers",
            nargs="*",
            help="couches ; « a,b » pour une tuile de plusieurs ; par défaut, toutes les ouvertes",
        )
        parser.add_argument("--zooms", default="8-14", help="zooms, par exemple 8-15")
        parser.add_argument("--matrix", default=WEB_MERCATOR_QUAD.id, choices=[each.id for each in SERVED])
        parser.add_argument("--bbox", default="", help="ouest,sud,est,nord en degrés")
        parser.add_argument("--commune", default="", help="code INSEE")
        parser.add_argument(
            "--most", type=int, default=_MAX, help="nombre de tuiles au-delà duquel on refuse"
        )
        parser.add_argument("--forget", action="store_true", help="vide d’abord ce qui est gardé")

    def handle(self, *args: Any, **options: Any) -> None:
        """Keep them and say how many."""
        if options["forget"]:
            TILE_CACHE.forget()
        try:
            self._seed(options)
        except LayersError as error:
            raise CommandError(error.detail) from error
        except KeyboardInterrupt as error:
            raise CommandError(_("Arrêté : la même commande continue où celle-ci s’est arrêtée.")) from error

    def _seed(self, options: dict[str, Any]) -> None:
        matrix, zooms = tile_matrix_set(options["matrix"]), parse_zooms(options["zooms"])
        groups = [parse_layers(text) for text in options["layers"]] or [(slug,) for slug in open_layers()]
        left, made, cached = options["most"], 0, 0
        for slugs in groups:
            scopes = public_scopes(slugs)
            bounds = requested_bounds(scopes, bbox=options["bbox"], commune=options["commune"])
            area = checked_area(matrix, zooms, bounds, most=left)
            left -= area.count
            with ProgressBar(",".join(slugs), area.count, self.stdout) as bar:
                for tile in seed(slugs, area):
                    made, cached = made + (not tile.was_cached), cached + tile.was_cached
                    bar.advance()
        self.stdout.write(
            _("%(made)d tuile(s) préparée(s), %(kept)d gardée(s) déjà.") % {"made": made, "kept": cached}
        )
