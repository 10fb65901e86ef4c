#!/bin/sh
# `muniment` as the service runs it: with its settings and, for root, as its user; install.md puts this into /usr/local/sbin.
# A MUNIMENT_HOME that the caller has set comes before the service's, together with its MUNIMENT_KEYS and its DATABASE_URL.
set -eu
home=${MUNIMENT_HOME:-} keys=${MUNIMENT_KEYS:-} url=${DATABASE_URL:-}
set -a
. /etc/muniment/environment
if [ -n "$home" ]; then
    MUNIMENT_HOME=$home MUNIMENT_KEYS=$keys DATABASE_URL=$url
    [ -n "$url" ] || unset DATABASE_URL # then the keys folder says where its databases are
fi
set +a
[ "$(id -u)" = 0 ] || exec /opt/muniment/.venv/bin/muniment "$@"
exec runuser -u muniment -- /opt/muniment/.venv/bin/muniment "$@"
