#!/bin/sh
# The command `jixiao` with the settings of the service and as its user, installed as /usr/local/bin/jixiao.
set -eu
if [ "$(id -u)" = 0 ]; then
    exec runuser -u jixiao -- "$0" "$@"
fi
set -a
. /etc/jixiao.env
set +a
exec /opt/jixiao/.venv/bin/jixiao "$@"
