"""How gunicorn serves the portal: two processes for two cores, threads because a stream waits for PostgreSQL."""

import logging
import os
from typing import Any

from gisportal.accounts.redaction import RedactingFormatter

bind = f"{os.environ.get('PORTAL_BIND', '127.0.0.1')}:{os.environ.get('PORTAL_PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("PORTAL_WORKERS", "2"))
threads = int(os.environ.get("PORTAL_THREADS", "8"))
# Whole layers stream for as long as the client reads; gthread counts silence of the worker, not of one answer.
timeout = 120
graceful_timeout = 15
keepalive = 15
# A drawn area or a filter makes a long address. The portal bounds each parameter and says which is too long; the
# reverse proxy bounds the whole line (deploy/nginx.conf).
limit_request_line = 0
# Workers are renewed now and then, at different moments, so that no slow leak ever matters.
max_requests = 20_000
max_requests_jitter = 2_000
# The heartbeat file must not be on a slow disk.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108  (gunicorn makes a private file there)
# Behind nginx the client's address and scheme come from headers; only the named proxies are believed.
forwarded_allow_ips = os.environ.get("PORTAL_TRUSTED_PROXIES", "127.0.0.1")
# No query string in the log: it may hold a token.
accesslog = "-" if os.environ.get("PORTAL_ACCESS_LOG") else None
access_log_format = '%(h)s %(t)s "%(m)s %(U)s %(H)s" %(s)s %(b)s %(M)sms'
errorlog = "-"
loglevel = os.environ.get("PORTAL_LOG_LEVEL", "warning")


def on_starting(server: Any) -> None:
    """Tell the processes how many they are, whatever `--workers` said: each allows its share of a quota."""
    os.environ["PORTAL_WORKERS"] = str(server.cfg.workers)


def when_ready(server: Any) -> None:
    """Clean gunicorn's own messages of credentials: a fault while an answer is sent quotes the whole address."""
    for handler in logging.getLogger("gunicorn.error").handlers:
        handler.setFormatter(RedactingFormatter(server.log.error_fmt, server.log.datefmt))
