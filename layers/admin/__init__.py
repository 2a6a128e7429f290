"""Administration of the kernel: the catalogue with its rights, and the base of every feature's administration.

To write here takes Django's permissions; who *reads* a layer on the portal is decided by grants, never by these.
"""

from layers.admin.catalogue import CommuneAdmin, LayerAdmin, ThemeAdmin
from layers.admin.features import FeatureAdmin, PhotoInline, RecordInline

__all__ = ["CommuneAdmin", "FeatureAdmin", "LayerAdmin", "PhotoInline", "RecordInline", "ThemeAdmin"]
