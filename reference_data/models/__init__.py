"""Reference data: roads, addresses and parcels; public easements."""

from reference_data.models.easements import (
    Delivered,
    Easement,
    EasementAct,
    EasementActLink,
    EasementAuthority,
    EasementPackage,
    Generator,
    LineGenerator,
    PointGenerator,
    PublicEasement,
    SurfaceGenerator,
    act_path,
)
from reference_data.models.places import Address, Parcel, RoadSection

__all__ = [
    "Address",
    "Delivered",
    "Easement",
    "EasementAct",
    "EasementActLink",
    "EasementAuthority",
    "EasementPackage",
    "Generator",
    "LineGenerator",
    "Parcel",
    "PointGenerator",
    "PublicEasement",
    "RoadSection",
    "SurfaceGenerator",
    "act_path",
]
