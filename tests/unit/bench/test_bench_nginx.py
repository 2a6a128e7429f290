"""The benchmark runs Debian's nginx with the configuration of the containers."""

from __future__ import annotations

from bench.server import nginx_configuration


def test_the_measured_nginx_has_the_configuration_of_the_containers() -> None:
    text = nginx_configuration(folder="/tmp/measured", upstream=8_123, port=8_124)
    assert "server 127.0.0.1:8123;" in text
    assert "listen 127.0.0.1:8124 default_server;" in text
    # What would keep it from starting here: names of the containers, words that Debian's nginx does not know.
    assert [word for word in ("web:8000", "resolve;", "/data/static/", "/var/cache") if word in text] == []
