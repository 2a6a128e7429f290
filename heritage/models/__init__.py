"""Tables of the heritage: buildings and trees, with their pictures."""

from heritage.models.building import HeritageBuilding
from heritage.models.photo import BuildingPhoto, TreePhoto
from heritage.models.tree import RemarkableTree

__all__ = ["BuildingPhoto", "HeritageBuilding", "RemarkableTree", "TreePhoto"]
