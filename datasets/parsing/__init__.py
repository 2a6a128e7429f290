"""From a file to raw rows and a guessed schema: what a producer gives, read safely and understood by its content."""

from datasets.parsing.opening import open_source
from datasets.parsing.source import RawRow, ReadOptions, Source

__all__ = ["RawRow", "ReadOptions", "Source", "open_source"]
