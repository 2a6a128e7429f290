"""From a file to raw rows and a guessed schema: what a producer gives, read safely and understood by its content."""

from datasets.parsing.guessing import Guess, guess
from datasets.parsing.opening import open_source
from datasets.parsing.source import RawRow, ReadOptions, Source

__all__ = ["Guess", "RawRow", "ReadOptions", "Source", "guess", "open_source"]
