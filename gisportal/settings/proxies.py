"""The reverse proxies before the server: how many hops are theirs, and which peers they are."""

from gisportal.settings import environment as env

PROXY_COUNT = env.number("PORTAL_PROXIES", 0)
TRUSTED_PROXIES = env.networks("PORTAL_TRUSTED_PROXIES", "127.0.0.0/8,::1" if PROXY_COUNT else "")
# Believed only where ``gisportal.proxies`` leaves it: from a trusted peer.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXY_COUNT else None
