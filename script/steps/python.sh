# Python ≥ 3.12, then the locked environment in .venv.
# shellcheck shell=bash

# The oldest Python that Ronde runs on, the first one that it was never tried with, and the one fetched when none is found.
PYTHON_MIN='(3, 12)' PYTHON_END='(3, 14)' PYTHON_FETCHED=3.13

is_suitable() {
  "$1" -c "import sys, venv, ensurepip; sys.exit(not $PYTHON_MIN <= sys.version_info[:2] < $PYTHON_END)" >/dev/null 2>&1
}

# Path of a suitable Python: on PATH, or else the newest that pyenv has.
find_python() {
  local candidate root
  for candidate in python3.13 python3.12 python3; do
    if is_suitable "$candidate"; then command -v "$candidate"; return; fi
  done
  root=${PYENV_ROOT:-$(pyenv root 2>/dev/null || echo "$HOME/.pyenv")}
  for candidate in $(printf '%s\n' "$root"/versions/3.*/bin/python3 | sort -rV); do
    if is_suitable "$candidate"; then echo "$candidate"; return; fi
  done
  return 1
}

# uv, at the version and hash of requirements/uv.txt, kept apart from the project's environment.
install_uv() {
  local home=$RONDE_VAR/tools/uv python want
  want=$(fingerprint requirements/uv.txt)
  UV=$home/bin/uv
  # Certificates of this machine, so that a town's own proxy is trusted when the machine trusts it.
  export UV_SYSTEM_CERTS=true UV_NO_PROGRESS=true
  if [ -x "$UV" ] && stamp_matches "$home/.ronde" "$want"; then return; fi
  python=$(find_python || command -v python3) || refuse "aucun Python n'a été trouvé." "Installez python3 et python3-venv."
  rm -rf -- "$home"
  local advice="Vérifiez la connexion. Derrière un miroir de paquets Python, donnez son adresse par PIP_INDEX_URL et UV_DEFAULT_INDEX."
  quietly uv-venv "$python" -m venv "$home"
  quietly uv-install "$home/bin/python" -m pip install -q --no-input --disable-pip-version-check \
    --require-hashes -r requirements/uv.txt
  stamp_done "$home/.ronde" "$want"
}

make_venv() {
  is_suitable "$PYTHON" && return
  local python advice=''
  if python=$(find_python); then
    say "Python : $("$python" -V | cut -d' ' -f2), déjà sur ce poste."
  else
    say "Python : ce poste n'en a pas d'assez récent ; uv va chercher la version $PYTHON_FETCHED (environ 35 Mo)."
    python=$PYTHON_FETCHED
    advice="Ouvrez l'accès à github.com, donnez un miroir (UV_PYTHON_INSTALL_MIRROR), ou installez vous-même Python 3.12 ou 3.13."
    quietly uv-python "$UV" python install "$python"
    advice=''
  fi
  quietly venv "$UV" venv --clear --seed --python "$python" "$VENV"
}

# The environment of the tests holds that of the demo: once made, it is kept, so that the two commands do not undo each other.
environment_in_place() {
  local purpose=$1 name
  for name in "$purpose" test bench; do
    [ "$purpose:$name" != bench:test ] || continue
    if stamp_matches "$VENV/.ronde" "$name $(requirements_fingerprint "$name")" && [ -x "$PYTHON" ]; then return; fi
  done
  return 1
}

requirements_fingerprint() {
  case $1 in
    demo) fingerprint requirements/demo.txt ;;
    test) fingerprint requirements/dev.txt ;;
    bench) fingerprint requirements/dev.txt requirements/bench.txt ;;
  esac
}

install_python() {
  local purpose=$1
  environment_in_place "$purpose" && return
  # A machine that has been set up for the tests stays so.
  case $purpose:$(cut -d' ' -f1 -- "$VENV/.ronde" 2>/dev/null) in demo:test | demo:bench) purpose='test' ;; esac
  step "Environnement Python"
  install_uv
  make_venv
  local advice="Vérifiez la connexion. Derrière un miroir de paquets Python, donnez son adresse par UV_DEFAULT_INDEX."
  say "Bibliothèques : les versions et empreintes de requirements/ sont respectées (une à deux minutes)…"
  rm -f -- "$VENV/.ronde"
  # Compiled to bytecode now: the first start is three times quicker, and so is every start where .venv is read-only.
  local options=(-q --python "$PYTHON" --require-hashes --compile-bytecode)
  case $purpose in
    demo) quietly python "$UV" pip sync "${options[@]}" requirements/demo.txt ;;
    *) quietly python "$UV" pip sync "${options[@]}" requirements/dev.txt ;;
  esac
  if [ "$purpose" = bench ]; then
    quietly python "$UV" pip install "${options[@]}" -r requirements/bench.txt
  fi
  stamp_done "$VENV/.ronde" "$purpose $(requirements_fingerprint "$purpose")"
}
