"""What the server writes on standard error: warnings, and the traceback of every defect. No query string, no secret.

Django's request logger names the path alone; parameters, headers and cookies never reach a log. What quotes a token all
the same (a message of somebody else's code, a traceback) is cleaned of it before it is written.
"""

from gisportal.settings import environment as env

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "gisportal.accounts.tokens.RedactingFormatter",
            "fmt": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        },
        "message": {"()": "gisportal.accounts.tokens.RedactingFormatter", "fmt": "%(message)s"},
    },
    "filters": {"one line": {"()": "gisportal.outage.OneLine"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
        "access": {"class": "logging.StreamHandler", "formatter": "message", "stream": "ext://sys.stdout"},
    },
    "root": {"handlers": ["console"], "level": env.text("PORTAL_LOG_LEVEL", "warning").upper()},
    "loggers": {
        # Django's own console handler is for DEBUG only; its records go up to ours instead.
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        # A 4xx is an answer, not an incident; a database that is away is one line a request.
        "django.request": {"level": "ERROR", "filters": ["one line"]},
        "psycopg.pool": {"filters": ["one line"]},
        # Anybody may write what is no HTTP, or open too many connections: no line for each.
        "uvicorn.error": {"level": "ERROR"},
        # A line a request on standard output, when asked for: gisportal.server.application.
        "gisportal.access": {
            "handlers": ["access"],
            "level": "INFO" if env.text("PORTAL_ACCESS_LOG") else "WARNING",
            "propagate": False,
        },
    },
}
