"""Tables of the explorer: what people write through the pages."""

from explorer.models.report import MESSAGE_MAX, FeatureReport

__all__ = ["MESSAGE_MAX", "FeatureReport"]
