"""The backdrop: water, woods, axes and names that orient on a map without a basemap, from one file for all maps."""

from interface.backdrop.documents import Backdrop, UnreadableBackdrop, backdrop, read_backdrop
from interface.backdrop.drawing import BackdropDrawing, BackdropName, clip, draw

__all__ = [
    "Backdrop",
    "BackdropDrawing",
    "BackdropName",
    "UnreadableBackdrop",
    "backdrop",
    "clip",
    "draw",
    "read_backdrop",
]
