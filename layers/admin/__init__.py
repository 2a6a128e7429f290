"""Administration of the kernel: the catalogue with its rights, and the base of every feature's administration.

A page takes Django's permissions to enter; which rows and fields it holds, and which may be changed, the door says.
"""

from layers.admin.catalogue import CommuneAdmin, LayerAdmin, ThemeAdmin
from layers.admin.features import FeatureAdmin, PhotoInline, RecordInline

__all__ = ["CommuneAdmin", "FeatureAdmin", "LayerAdmin", "PhotoInline", "RecordInline", "ThemeAdmin"]
