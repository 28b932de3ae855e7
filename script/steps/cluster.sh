# Where the private cluster lives, who runs it, and how it is made, started and stopped.
# shellcheck shell=bash

# One for each kind of process: config/logins.py.
LOGINS="ronde ronde_web ronde_aggregates ronde_worker"
# The kernel's sockaddr_un holds 107 bytes, of which PostgreSQL takes these for its file name.
SOCKET_PATH_MAX=$((107 - 16)) # /.s.PGSQL.5432.x

# Sets OWNER (system account of the server), HOME_DIR (its real folder), DATA, SOCKET and BIN.
locate_cluster() {
  local place=$RONDE_VAR/postgres
  mkdir -p -- "$RONDE_VAR"
  if [ -d "$place" ] && [ ! -x "$place" ]; then
    refuse "le dossier $place appartient à $(stat -Lc %U -- "$place")." "Relancez la commande sous ce compte."
  fi
  if [ -e "$place/data/PG_VERSION" ]; then OWNER=$(stat -Lc %U -- "$place/data")
  elif [ "$(id -u)" = 0 ]; then OWNER=postgres
  else OWNER=$(id -un); fi
  [ "$(id -u)" = 0 ] || [ "$OWNER" = "$(id -un)" ] ||
    refuse "la base de $place appartient à $OWNER." "Relancez la commande sous ce compte."
  choose_binaries "$place"
  place_folder "$place"
  HOME_DIR=$(readlink -f -- "$place")
  DATA=$HOME_DIR/data
  place_socket
}

choose_binaries() {
  local version made_by
  version=$(installed_postgresql)
  [ -n "$version" ] || refuse "PostgreSQL (15 ou plus récent) avec PostGIS n'est pas installé." "Lancez d'abord : script/setup"
  made_by=$(cat -- "$1/data/PG_VERSION" 2>/dev/null || echo "$version")
  BIN=/usr/lib/postgresql/$made_by/bin
  [ -x "$BIN/postgres" ] || refuse \
    "la base de $1 a été créée par PostgreSQL $made_by, et ce poste n'a plus que la version $version." \
    "Données de démonstration : effacez $1 et relancez ; elles seront refaites." \
    "Données réelles : installez postgresql-$made_by et postgresql-$made_by-postgis-3, lancez script/database start," \
    "sauvez la base avec pg_dump, déplacez $1, relancez, puis restaurez : voir docs/deployment.md."
}

as_owner() {
  if [ "$(id -un)" = "$OWNER" ]; then (cd / && "$@"); else (cd / && runuser -u "$OWNER" -- "$@"); fi
}

short_name() { printf '%s' "$RONDE_VAR" | sha256sum | cut -c1-12; }

make_folder() {
  mkdir -p -- "$1"
  chmod 700 -- "$1"
  [ "$(id -u)" != 0 ] || chown "$OWNER" -- "$1"
}

# A checkout that the server's account cannot enter (/root, for one) keeps only a link to the cluster.
place_folder() {
  if [ ! -e "$1" ]; then
    local real=$1
    if ! as_owner test -x "$RONDE_VAR"; then
      real=/var/lib/ronde/$(short_name)
      mkdir -p /var/lib/ronde
      say "Le compte $OWNER ne peut pas entrer dans $RONDE_VAR : la base est rangée dans $real."
      ln -sfn -- "$real" "$1"
    fi
    make_folder "$real"
  fi
  as_owner test -w "$(readlink -f -- "$1")" || refuse "le compte $OWNER ne peut pas écrire dans $(readlink -f -- "$1")." \
    "Rendez-lui ce dossier (chown $OWNER) ou effacez-le s'il est vide."
}

# var/postgres/socket, or a link to a shorter folder where that path is too long or too odd for PostgreSQL.
place_socket() {
  local link=$HOME_DIR/socket
  SOCKET=${RONDE_SOCKET_DIR:-$link}
  if [ -z "${RONDE_SOCKET_DIR:-}" ] && { [ "${#link}" -gt "$SOCKET_PATH_MAX" ] || [[ $link = *[!A-Za-z0-9/._-]* ]]; }; then
    SOCKET=$([ "$(id -u)" = 0 ] && echo /run || echo /tmp)/ronde-$(id -u)-$(short_name)
    [ "$(readlink -- "$link")" = "$SOCKET" ] || as_owner ln -sfn -- "$SOCKET" "$link"
  fi
  [ -e "$SOCKET" ] || make_folder "$SOCKET"
  [ "$(stat -c %U -- "$SOCKET")" = "$OWNER" ] ||
    refuse "le dossier de la prise $SOCKET n'appartient pas à $OWNER." "Choisissez-en un autre avec RONDE_SOCKET_DIR."
}

answers() { [ -e "$DATA/PG_VERSION" ] && "$BIN/pg_isready" -q -h "$SOCKET"; }

# A folder erased under a running server: that server needs a minute to notice, and then removes the socket of the next one.
end_server_without_data() {
  local pids
  pids=$(find /proc/[0-9]*/cwd -maxdepth 0 -lname "$DATA (deleted)" 2>/dev/null | cut -d/ -f3) || true
  # shellcheck disable=SC2086
  [ -z "$pids" ] || { kill -QUIT $pids 2>/dev/null || true; sleep 1; }
}

make_cluster() {
  [ ! -e "$DATA/PG_VERSION" ] || return 0
  end_server_without_data
  say "Création de la base (PostgreSQL $("$BIN/postgres" -V | sed 's/.* \([0-9.]*\).*/\1/'))…"
  # An earlier attempt that was cut short left only this.
  as_owner rm -rf -- "$DATA.making"
  as_owner "$BIN/initdb" --pgdata="$DATA.making" --username=postgres --auth=peer --encoding=UTF8 --locale=C.UTF-8 \
    --locale-provider=icu --icu-locale=fr-FR --no-instructions >/dev/null
  # shellcheck disable=SC2016
  as_owner sh -c 'echo "include = '\''ronde.conf'\''" >>"$1/postgresql.conf"' sh "$DATA.making"
  as_owner mv -- "$DATA.making" "$DATA"
}

# Written at each start, so that a change of script/postgresql.conf is taken up. Root could become OWNER anyway.
configure_cluster() {
  { cat script/postgresql.conf; echo "unix_socket_directories = '$SOCKET'"; } | write_as_owner "$DATA/ronde.conf"
  echo 'local all all peer map=ronde' | write_as_owner "$DATA/pg_hba.conf"
  local system login
  { for system in "$OWNER" root; do for login in $LOGINS; do printf 'ronde "%s" %s\n' "$system" "$login"; done; done
    printf 'ronde "%s" postgres\n' "$OWNER"; } | sort -u | write_as_owner "$DATA/pg_ident.conf"
}

# shellcheck disable=SC2016
write_as_owner() { as_owner sh -c 'umask 077; cat >"$1"' sh "$1"; }

# A server killed outright leaves its pid file; the pid may since belong to something else, which PostgreSQL cannot tell.
# One that lives but has lost its socket (a cleaner of /tmp) is stopped, to start again.
forget_dead_server() {
  local pid
  pid=$(head -n 1 -- "$DATA/postmaster.pid" 2>/dev/null) || return 0
  if [ "$(readlink -- "/proc/$pid/cwd")" = "$DATA" ]; then
    [ -e "$SOCKET/.s.PGSQL.5432" ] || as_owner "$BIN/pg_ctl" -D "$DATA" -w -m fast stop >/dev/null
    return
  fi
  rm -f -- "$DATA/postmaster.pid" "$SOCKET/.s.PGSQL.5432" "$SOCKET/.s.PGSQL.5432.lock"
}

start_cluster() {
  exec 7>"$RONDE_VAR/database.lock"
  flock -w 120 7 || refuse "un autre démarrage de la base ne se termine pas."
  if answers; then
    [ -e "$DATA/ronde-walls" ] || take_up_logins
    return 0
  fi
  make_cluster
  configure_cluster
  forget_dead_server
  local attempt
  # Children of a server killed a moment ago may hold its shared memory for a second or two.
  for attempt in 1 2 3 4; do
    as_owner rm -f -- "$HOME_DIR/start.log"
    # Descriptors 7 and 8 are locks, which the server must not inherit.
    if as_owner "$BIN/pg_ctl" -D "$DATA" -l "$HOME_DIR/start.log" -w -t 60 start >/dev/null 2>&1 7>&- 8>&-; then break; fi
    [ "$attempt" -lt 4 ] || { cat -- "$HOME_DIR/start.log" >&2; refuse "la base ne démarre pas." "Journal : $HOME_DIR/log"; }
    sleep 1
  done
  [ -e "$DATA/ronde-walls" ] || prepare_cluster
  say "Base en marche (prise unix $SOCKET, rien sur le réseau)."
}

# A cluster that runs since before Ronde had several logins.
take_up_logins() {
  configure_cluster
  as_owner "$BIN/pg_ctl" -D "$DATA" reload >/dev/null
  prepare_cluster
}

# Extensions go into template1 by the server's own account, so that ronde can make test databases without being superuser.
prepare_cluster() {
  local database sql="as_owner $BIN/psql -q -X -v ON_ERROR_STOP=1 -h $SOCKET -U postgres"
  $sql -d template1 -c 'SET client_min_messages = warning' \
    -c 'CREATE EXTENSION IF NOT EXISTS postgis' -c 'CREATE EXTENSION IF NOT EXISTS btree_gist'
  $sql -d postgres <script/logins.sql
  [ -n "$($sql -d postgres -Atc "SELECT 1 FROM pg_database WHERE datname = 'ronde'")" ] ||
    $sql -d postgres -c 'CREATE DATABASE ronde OWNER ronde'
  # PostgreSQL 15 counts the owner of a database among the owners of its public schema only where it inherits.
  for database in template1 $($sql -d postgres -Atc "SELECT datname FROM pg_database WHERE datdba = 'ronde'::regrole"); do
    $sql -d "$database" -c 'GRANT ALL ON SCHEMA public TO ronde'
  done
  as_owner touch "$DATA/ronde-walls"
}

stop_cluster() {
  if ! answers; then say "La base est déjà arrêtée."; return 0; fi
  as_owner "$BIN/pg_ctl" -D "$DATA" -w -m fast stop >/dev/null
  say "Base arrêtée."
}

# As the server's own account: for anybody else the walls hide rows, and pg_dump refuses to save what it is not shown.
save_database() { as_owner "$BIN/pg_dump" -h "$SOCKET" -U postgres -Fc ronde; }

restore_database() {
  as_owner "$BIN/pg_restore" -h "$SOCKET" -U postgres -d ronde --clean --if-exists --single-transaction
}

show_status() {
  if answers; then say "Base en marche (prise unix $SOCKET)."; else say "Base arrêtée."; exit 3; fi
}
