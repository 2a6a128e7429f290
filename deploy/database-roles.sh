#!/bin/sh
# First start of the `db` container, and the upgrade of one that had a single role: the owner of the tables, the
# application's own role, which is no superuser either, and the extensions that only a superuser adds. Then the superuser
# has no password: it enters by the container's socket alone.
set -eu
: "${POSTGRES_OWNER_PASSWORD:?set it in .env}"

psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\getenv password POSTGRES_PASSWORD
\getenv owner_password POSTGRES_OWNER_PASSWORD
\i /portal/database-roles.sql
SQL
psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
REVOKE CONNECT ON DATABASE postgres FROM PUBLIC;
ALTER ROLE CURRENT_USER PASSWORD NULL;
SQL
