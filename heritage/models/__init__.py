"""Tables of the heritage: buildings and trees."""

from heritage.models.building import HeritageBuilding
from heritage.models.tree import RemarkableTree

__all__ = ["HeritageBuilding", "RemarkableTree"]
