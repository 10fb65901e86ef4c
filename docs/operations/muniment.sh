#!/bin/sh
# `muniment` as the service runs it: with its settings and, for root, as its user; install.md puts this into /usr/local/sbin.
# A MUNIMENT_HOME that the caller has set comes before the service's, together with its MUNIMENT_KEYS.
set -eu
home=${MUNIMENT_HOME:-} keys=${MUNIMENT_KEYS:-}
set -a
. /etc/muniment/environment
[ -z "$home" ] || MUNIMENT_HOME=$home MUNIMENT_KEYS=$keys
set +a
[ "$(id -u)" = 0 ] || exec /opt/muniment/.venv/bin/muniment "$@"
exec runuser -u muniment -- /opt/muniment/.venv/bin/muniment "$@"
