"""Tables of playgrounds and charging stations."""

from amenities.models.charging import ChargePoint, ChargingStation
from amenities.models.playground import Equipment, Inspection, Intervention, Photo, Playground

__all__ = [
    "ChargePoint",
    "ChargingStation",
    "Equipment",
    "Inspection",
    "Intervention",
    "Photo",
    "Playground",
]
