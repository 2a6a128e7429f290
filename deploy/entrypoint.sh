#!/bin/sh
# Bring the database and the static files to this version of the code, then run a command: `true` in the `prepare` container
# of docker-compose.yml, the web server where there is one container and one role.
set -eu

python manage.py migrate --noinput
python manage.py publish_layers
if [ "${PORTAL_DEMO:-0}" = "1" ]; then
    python manage.py load_demo --once
fi
# nginx reads the static files from a volume: refresh it with those of this image.
python manage.py collectstatic --noinput --ignore='*-dev.*' --ignore='*.d.ts' --ignore='*.d.ts.map'

exec "$@"
