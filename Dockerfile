# syntax=docker/dockerfile:1
# Stages: the browser's libraries, the Python packages, the code, and a small image that holds only what runs. Debian 13
# is what the tests run on: its GDAL (3.10) can be kept from files and network.

FROM node:22-trixie-slim AS browser-libraries
WORKDIR /portal
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --omit=dev --no-audit --no-fund

FROM python:3.13-slim-trixie AS python-packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /portal
COPY requirements.txt ./
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --require-hashes -r requirements.txt

FROM python:3.13-slim-trixie AS runtime
RUN apt-get update \
    && apt-get install -y --no-install-recommends libgdal36 libgeos-c1t64 libproj25 gettext \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin portal \
    && install -d -o portal -g portal /data /data/static /data/media

ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=gisportal.settings.base \
    PORTAL_DATA=/data \
    PORTAL_BIND=0.0.0.0 \
    PORTAL_PORT=8000
WORKDIR /portal
COPY --from=python-packages /opt/venv /opt/venv

# Code and translations are compiled once here: the running container writes only to /data, and each of its processes
# would compile some thousand modules at its start. A checkout that only its owner may read (umask 077) gives files that
# everybody of the image may read.
FROM runtime AS code
COPY . .
RUN chmod -R u=rwX,go=rX . \
    && PORTAL_SECRET_KEY=for-this-build-step-only python manage.py compilemessages --ignore=node_modules \
    && python -m compileall -q --invalidation-mode unchecked-hash .

FROM runtime AS portal
COPY --from=browser-libraries /portal/node_modules ./node_modules
COPY --from=code /portal ./
USER portal
EXPOSE 8000
VOLUME ["/data"]
HEALTHCHECK --interval=15s --timeout=5s --start-period=5m --retries=4 \
    CMD ["python", "deploy/healthcheck.py"]
ENTRYPOINT ["deploy/entrypoint.sh"]
CMD ["python", "deploy/serve.py"]
