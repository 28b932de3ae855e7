# The private cluster, for the time of one command.
# shellcheck shell=bash

# Starts it and stops it at the end, unless it runs already or DATABASE_URL names another server.
use_own_database() {
  [ -z "${DATABASE_URL:-}" ] || return 0
  ! script/database status 2>/dev/null || return 0
  trap 'script/database stop' EXIT
  script/database start
}
