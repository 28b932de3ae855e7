# Sourced by every script: where things are, and how the scripts speak.
# shellcheck shell=bash
set -euo pipefail
umask 022

RONDE_HOME=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
RONDE_VAR=${RONDE_VAR:-$RONDE_HOME/var}
VENV=$RONDE_HOME/.venv
PYTHON=$VENV/bin/python
export RONDE_VAR
# Numba's compiled kernels: made once at set-up, found by every process.
export NUMBA_CACHE_DIR=${NUMBA_CACHE_DIR:-$RONDE_VAR/numba}
cd -- "$RONDE_HOME"
. script/steps/signals.sh
hear_signals

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

# quietly NAME PROGRAM…: runs it with its output in a log, shown only if it fails, with the caller's advice if it has
# one; on a terminal, the seconds go by.
quietly() { log_to "$1" attend "${@:2}"; }

# For what must not be cut in the middle, such as the installation of packages: a signal is heard at its end.
quietly_to_its_end() { log_to "$1" "${@:2}"; }

log_to() {
  local log=$RONDE_VAR/log/$1.log code=0 counter=''
  shift
  mkdir -p -- "$RONDE_VAR/log"
  if [ -t 2 ]; then count_seconds & counter=$!; fi
  "$@" >"$log" 2>&1 </dev/null || code=$?
  [ -z "$counter" ] || { kill "$counter"; wait "$counter" || true; printf '\r\033[K' >&2; } 2>/dev/null
  [ "$code" = 0 ] && return
  [ "$1" != attend ] || shift
  tail -n 25 -- "$log" >&2
  refuse "« $* » a échoué." "Le détail est dans $log." ${advice:+"$advice"}
}

# Ends by itself when the script that it counts for has gone.
count_seconds() {
  local begun=$SECONDS
  while sleep 1 && kill -0 $$ 2>/dev/null; do
    printf '\r  %d s' $((SECONDS - begun)) >&2
  done
}

# True when nothing that the named stamp depends on has changed since stamp_done.
stamp_matches() { [ "$(cat -- "$1" 2>/dev/null)" = "$2" ]; }

stamp_done() { mkdir -p -- "$(dirname -- "$1")" && printf '%s\n' "$2" >"$1"; }

fingerprint() { sha256sum -- "$@" | sha256sum | cut -c1-32; }
