"""Layers made without a file, which the agents of a town write row by row: made once, then theirs."""

from __future__ import annotations

from django.contrib.auth.models import Group

from datasets.definitions import DatasetSchema
from datasets.schemas.services import create_layer
from gisportal.demo.datasets.definitions import INVENTED
from gisportal.demo.rights import DIG, MEUDON
from layers import access
from layers.access import Scope
from layers.models import Grant, Layer, Theme
from layers.visitor import system_visitor
from layers.vocabulary import Gender, Visibility


def create_town_layer(
    *, slug: str, title: str, abstract: str, schema: DatasetSchema, nouns: tuple[str, str]
) -> Scope | None:
    """Make an open layer of Meudon, empty, and return its scope for the portal itself.

    ``nouns`` are what a row is called, one and several, in the masculine. The town and the data service get every right
    on the rows. Where the layer is there, or nobody is of the town, nothing is made: None.
    """
    group = Group.objects.filter(name=MEUDON).first()
    if group is None or Layer.objects.filter(slug=slug).exists():
        return None
    visitor = system_visitor()
    made = create_layer(
        slug=slug,
        title=title,
        theme=Theme.objects.get(slug="equipements"),
        schema=schema,
        visitor=visitor,
        abstract=abstract,
        visibility=Visibility.OPEN,
        producer=group,
    )
    layer = made.dataset.layer
    layer.noun, layer.noun_plural, layer.noun_gender = *nouns, Gender.MASCULINE
    layer.source, layer.is_sample = INVENTED, True
    layer.save()
    for each in (group, Group.objects.get(name=DIG)):
        Grant.objects.create(
            layer=layer,
            group=each,
            can_download=True,
            can_add=True,
            can_change=True,
            can_delete=True,
            can_approve=True,
        )
    return access.scope(visitor, slug)
