"""Refusals as the versions write them: reports of exceptions."""

from wfs.formats.exceptions.reports import MEDIA_TYPE, exception_report

__all__ = ["MEDIA_TYPE", "exception_report"]
