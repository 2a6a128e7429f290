"""How the launcher says no: every failure carries its cause and what the reader can do about it."""

from pathlib import Path


class StepFailed(Exception):
    """A step could not be done."""

    def __init__(self, cause: str, remedy: str, log: Path | None = None) -> None:
        super().__init__(cause)
        self.cause = cause
        self.remedy = remedy
        self.log = log
