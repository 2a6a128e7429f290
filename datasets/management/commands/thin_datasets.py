"""Thins the old versions of every dataset, and takes away what dead imports left: for a daily timer."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError
from django.utils.translation import gettext as _

from datasets.models import Dataset
from datasets.publication.thinning import clean_up, thin
from layers.errors import LayersError
from layers.visitor import system_visitor


class Command(BaseCommand):
    """``manage.py thin_datasets``."""

    help = "Allège les anciennes versions des jeux de données, et retire ce que des imports interrompus ont laissé."

    def handle(self, *args: Any, **options: Any) -> None:
        """Thin one dataset after the other; what cannot be thinned now is printed, and left for the next time."""
        clean_up()
        for dataset in Dataset.objects.select_related("layer"):
            slug = dataset.layer.slug
            try:
                gone = thin(dataset=dataset, visitor=system_visitor())
            except (LayersError, DatabaseError) as error:
                self.stderr.write(_("%(title)s : %(text)s") % {"title": slug, "text": error})
                continue
            if gone:
                numbers = ", ".join(str(delivery.number) for delivery in gone)
                self.stdout.write(
                    _("%(slug)s : versions allégées : %(numbers)s") % {"slug": slug, "numbers": numbers}
                )
