# What stands between an installed Ronde and a site that answers.
# shellcheck shell=bash

# Sets demo, once and port, for the command that called.
# shellcheck disable=SC2034
read_options() {
  demo='' once='' port=''
  while [ $# -gt 0 ]; do
    case $1 in
      --demo) demo=yes ;;
      --once) once=yes ;;
      --port)
        port=${2:-}
        { [[ $port =~ ^[1-9][0-9]{0,4}$ ]] && [ "$port" -le 65535 ]; } ||
          refuse "« ${port:-rien} » n'est pas un numéro de port." "Donnez un nombre de 1 à 65535, par exemple --port 8001."
        shift
        ;;
      *) refuse "option inconnue : $1" "Options : --once, --port N." ;;
    esac
    shift
  done
}

# Sets RONDE_BIND: loopback, unless the operator (the container, for one) has chosen another address.
choose_address() {
  local port=$1 once=$2
  [ -n "$port" ] || [ -z "$once" ] || port=$(free_port)
  export RONDE_BIND=${RONDE_BIND:-127.0.0.1:${port:-8000}}
  "$PYTHON" script/steps/try_address.py "$RONDE_BIND" ||
    refuse "l'adresse $RONDE_BIND est déjà prise par un autre programme." \
      "Choisissez un autre port, par exemple : --port 8001"
}

free_port() { "$PYTHON" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

make_secret_key() {
  local file=$RONDE_VAR/secret_key
  [ -z "${RONDE_SECRET_KEY:-}" ] && [ ! -s "$file" ] || return 0
  mkdir -p -- "$RONDE_VAR"
  # noclobber: of two processes that start together, one writes and the other reads.
  (umask 077 && set -C && "$PYTHON" -c 'import secrets; print(secrets.token_urlsafe(50))' >"$file") 2>/dev/null || [ -s "$file" ]
}

# The keys of sealed data, once: a folder that has lost a file is left for its keeper to restore.
make_keys() {
  local folder=${RONDE_KEYS:-$RONDE_VAR/keys}
  [ -e "$folder/wrapping.json" ] || [ -e "$folder/weeks.json" ] || attend "$PYTHON" manage.py keys create
}

wait_for_database() {
  attend "$PYTHON" script/steps/wait_database.py ||
    refuse "la base de données ne répond pas." "Vérifiez DATABASE_URL ou, sans elle, l'état du serveur privé : script/database status"
}

gather_static_files() {
  local want stamp=$RONDE_VAR/static/.ronde
  want=$(static_fingerprint)
  stamp_matches "$stamp" "$want" && return
  attend "$PYTHON" manage.py collectstatic --noinput --verbosity 0
  stamp_done "$stamp" "$want"
}

static_fingerprint() {
  # shellcheck disable=SC2046
  fingerprint requirements/runtime.txt $(find ./*/static frontend/dist -path './var/*' -prune -o -type f -print 2>/dev/null | sort)
}

load_demo() {
  step "Ville de démonstration"
  attend "$PYTHON" manage.py load_demo_town
  attend "$PYTHON" manage.py plan_patrols --date "$(TZ=Europe/Paris date +%F)" --if-none
}

# Who may be tried, with which password; nothing when the invented accounts were not created.
show_demo_accounts() {
  local card=$RONDE_VAR/demo/comptes.txt
  [ ! -f "$card" ] || printf '\n%s\n\n' "$(cat -- "$card")" >&2
}

say_ready() {
  # By its name and not its number: browsers offer passkeys to names only.
  step "Ronde est prêt : http://${RONDE_BIND/#127.0.0.1:/localhost:}/"
  [ -z "$demo" ] || show_demo_accounts
  say "Ctrl+C pour arrêter."
}

# Starts the site, asks it for its first page and a piece of its map, and stops it.
check_once() {
  local code=0 attended
  start_beside "$@"
  trap end_children EXIT
  attend "$PYTHON" script/steps/check_site.py "http://${RONDE_BIND/#0.0.0.0:/127.0.0.1:}" || code=$?
  end_children
  trap - EXIT
  [ "$code" = 0 ] || refuse "le site ne répond pas comme il faut."
  say "Le site répond : tout est en ordre."
}
