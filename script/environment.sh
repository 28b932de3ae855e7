# Sourced by every script: where things are, and how the scripts speak.
# shellcheck shell=bash
set -euo pipefail
umask 022

RONDE_HOME=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
RONDE_VAR=${RONDE_VAR:-$RONDE_HOME/var}
VENV=$RONDE_HOME/.venv
PYTHON=$VENV/bin/python
export RONDE_VAR
# Numba's compiled planner: made once at set-up, found by every process.
export NUMBA_CACHE_DIR=${NUMBA_CACHE_DIR:-$RONDE_VAR/numba}
cd -- "$RONDE_HOME"

say() { printf '%s\n' "$*" >&2; }

step() { printf '\n── %s\n' "$*" >&2; }

# explain "$1" LINE…: when the command's first argument asks for help, prints the lines and ends.
explain() {
  case $1 in -h | --help) shift && printf '%s\n' "$@" && exit 0 ;; esac
}

# Bad input or a machine that cannot do it: what happened, then what to do.
refuse() {
  printf '\nImpossible de continuer : %s\n' "$1" >&2
  shift
  for line in "$@"; do printf '  %s\n' "$line" >&2; done
  exit 2
}

# Runs a long command quietly; shows the end of what it said only if it fails.
quietly() {
  local log=$RONDE_VAR/log/$1.log
  shift
  mkdir -p -- "$RONDE_VAR/log"
  if ! "$@" >"$log" 2>&1 </dev/null; then
    tail -n 25 -- "$log" >&2
    refuse "« $* » a échoué." "Le détail est dans $log."
  fi
}

# True when nothing that the named stamp depends on has changed since stamp_done.
stamp_matches() { [ "$(cat -- "$1" 2>/dev/null)" = "$2" ]; }

stamp_done() { mkdir -p -- "$(dirname -- "$1")" && printf '%s\n' "$2" >"$1"; }

fingerprint() { sha256sum -- "$@" | sha256sum | cut -c1-32; }
