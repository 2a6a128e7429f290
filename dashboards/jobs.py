"""Where the worker finds the tasks of dashboards."""

from dashboards.paper.jobs import clean, mail_dashboard, mail_due, prepare

__all__ = ["clean", "mail_dashboard", "mail_due", "prepare"]
