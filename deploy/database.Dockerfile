# syntax=docker/dockerfile:1
# PostgreSQL's own image with PostGIS from the same packages (apt.postgresql.org), and the roles of the portal. The
# scripts are copied with their modes: mounted from a checkout that others may not read, the first start would fail.
FROM postgres:17-trixie
RUN apt-get update \
    && apt-get install -y --no-install-recommends postgresql-17-postgis-3 \
    && rm -rf /var/lib/apt/lists/*
COPY --chmod=755 database-roles.sh /docker-entrypoint-initdb.d/20-roles.sh
COPY --chmod=644 database-roles.sql /portal/database-roles.sql
