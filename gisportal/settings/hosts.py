"""The hosts of the portal, the port that browsers give each, and the address that links of messages begin with."""

from gisportal.settings import environment as env

# A demonstration and a developer's server answer plain HTTP at a port of their own; all else is behind TLS.
_IS_PLAIN = env.flag("PORTAL_DEMO") or env.flag("PORTAL_DEBUG")
_NAMED = env.hosts("PORTAL_HOSTS", "localhost,127.0.0.1" if _IS_PLAIN else "")
_FIRST, _FIRST_PORT = _NAMED[0] if _NAMED else ("localhost", None)
_SCHEME = "http" if _IS_PLAIN else "https"
# Links of messages begin with it, whatever request they come from; its port is that of hosts that name none.
_PORT = _FIRST_PORT or (env.number("PORTAL_PORT", 8000) if _IS_PLAIN else None)
PORTAL_ADDRESS = env.web_address("PORTAL_ADDRESS") or f"{_SCHEME}://{env.authority(_FIRST, _PORT, _SCHEME)}"
# Each host is the whole territory; each of its subdomains is the portal of a commune.
PORTAL_HOSTS = list(dict.fromkeys(name for name, _port in _NAMED))
# What a ``Host`` header may say: the names with the port of each (RFC 3986, 3.2), none where the scheme implies it.
PORTAL_AUTHORITIES = env.authorities(_NAMED, PORTAL_ADDRESS)
ALLOWED_HOSTS = [*PORTAL_HOSTS, *(f".{host}" for host in PORTAL_HOSTS if not host[:1].isdigit())]
