# The planner and the statistics are compiled once, here, so that nobody waits for a compiler in front of the site.
# shellcheck shell=bash

compile_kernels() {
  local want stamp=$NUMBA_CACHE_DIR/.ronde
  # Numba's cache is only good for the processor it was made on: a container may wake up on another.
  # shellcheck disable=SC2046
  want="$(fingerprint "$VENV/.ronde" geo/compiling.py $(find patrols/planner geo/statistics -name '*.py' | sort)) $(processor)"
  stamp_matches "$stamp" "$want" && return
  step "Calcul des tournées et des cartes"
  say "Compilation pour ce processeur (jusqu'à une minute, une seule fois)…"
  quietly planner "$PYTHON" -m patrols.planner.compile
  quietly statistics "$PYTHON" -m geo.statistics.compile
  stamp_done "$stamp" "$want"
}

processor() { grep -m 2 -E '^(model name|flags)' /proc/cpuinfo | sha256sum | cut -c1-12; }
