"""Values the pages hand to their scripts, pictures and forms."""

from explorer.serializers.chips import Chip, chips
from explorer.serializers.maps import map_config, shape
from explorer.serializers.pictures import Picture, picture

__all__ = ["Chip", "Picture", "chips", "map_config", "picture", "shape"]
