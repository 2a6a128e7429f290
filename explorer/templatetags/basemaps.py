"""Basemaps of the configuration and the backdrop, as the map page offers them."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from interface.backdrop import backdrop

register = template.Library()
# What the shipped file says of itself (fixtures/backdrop); other files are shown as they are written.
gettext_noop("Fond du portail, tracés approximatifs")
BARE = "aucun"
"""The slug of no basemap and no backdrop, in addresses."""


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


@register.simple_tag
def basemap_shown(slug: str) -> BasemapOption | None:
    """Return the basemap that an address names, or else the backdrop, without tiles; None where there is none."""
    chosen = next((option for option in basemaps() if option.slug == slug), None)
    if chosen is not None or slug == BARE or not (credit := backdrop_credit()):
        return chosen
    return BasemapOption("", gettext("Fond du portail"), credit, "", "", "", "", "")


@register.simple_tag
def backdrop_credit() -> str:
    """Return whose the portal's own backdrop is, and how exact; empty where there is none."""
    credit = backdrop().attribution
    return gettext(credit) if credit else ""
