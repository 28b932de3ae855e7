# The site's scripts and styles: frontend/ is bundled into frontend/dist when its sources have changed;
# the word lists of the guard of texts are among them.
# shellcheck shell=bash

frontend_sources() { find frontend reports/guard/data -type d \( -name node_modules -o -name dist \) -prune -o -type f -print | sort; }

build_frontend() {
  [ -f frontend/package-lock.json ] || return 0
  local lock sources
  lock=$(fingerprint frontend/package.json frontend/package-lock.json)
  # shellcheck disable=SC2046
  sources=$(fingerprint $(frontend_sources))
  # The node of the locked environment; the machine's certificates, as for Python.
  export PATH=$VENV/bin:$PATH NODE_USE_SYSTEM_CA=1
  if ! stamp_matches frontend/node_modules/.ronde "$lock"; then
    step "Pages et cartes"
    say "Téléchargement des bibliothèques de cartes…"
    quietly npm-ci npm ci --prefix frontend --no-audit --no-fund
    stamp_done frontend/node_modules/.ronde "$lock"
  fi
  stamp_matches frontend/dist/.ronde "$sources" && return
  say "Assemblage des pages…"
  quietly npm-build npm run build --prefix frontend
  stamp_done frontend/dist/.ronde "$sources"
}
