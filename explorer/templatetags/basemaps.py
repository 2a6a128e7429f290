"""Basemaps of the configuration, as the map page offers them."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.conf import settings
from django.urls import reverse

register = template.Library()


@dataclass(frozen=True, slots=True)
class BasemapOption:
    """A basemap: ``tiles`` is the address of a tile with {z}, {x} and {y}, ``bounds`` west, south, east, north."""

    slug: str
    title: str
    attribution: str
    tiles: str
    tile_size: str
    min_zoom: str
    max_zoom: str
    bounds: str


@register.simple_tag
def basemaps() -> list[BasemapOption]:
    """List the basemaps that the portal relays."""
    return [
        BasemapOption(
            slug=given["slug"],
            title=given["title"],
            attribution=given["attribution"],
            tiles=reverse("tiles:basemap", args=[given["slug"], 0, 0, 0]).removesuffix("0/0/0")
            + "{z}/{x}/{y}",
            tile_size=str(given["tile_size"]),
            min_zoom=str(given["min_zoom"]),
            max_zoom=str(given["max_zoom"]),
            bounds=",".join(str(value) for value in given["bounds"] or ()),
        )
        for given in settings.PORTAL_BASEMAPS
    ]
