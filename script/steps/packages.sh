# Debian packages: which ones this machine lacks, what each is for, and their installation.
# shellcheck shell=bash

OS_RELEASE=/etc/os-release

# "debian", "ubuntu"… and its major version, which a Debian in preparation does not have.
# shellcheck disable=SC1090
system_name() (ID='' && . "$OS_RELEASE" 2>/dev/null; printf '%s\n' "$ID")
# shellcheck disable=SC1090
system_version() (VERSION_ID='' && . "$OS_RELEASE" 2>/dev/null; printf '%s\n' "${VERSION_ID%%.*}")

known_system() {
  local major
  major=$(system_version)
  case $(system_name) in
    debian) [ "${major:-99}" -ge 12 ] ;;
    ubuntu) [ "${major:-0}" -ge 24 ] ;;
    *) false ;;
  esac
}

is_installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# Major version of the newest PostgreSQL ≥ 15 on this machine that has PostGIS, or nothing.
installed_postgresql() {
  local control
  for control in $(printf '%s\n' /usr/share/postgresql/*/extension/postgis.control | sort -rV); do
    local version=${control#/usr/share/postgresql/}
    version=${version%%/*}
    if [ -x "/usr/lib/postgresql/$version/bin/initdb" ] && [ "$version" -ge 15 ]; then
      echo "$version"
      return
    fi
  done
}

# "package|what it is for", one a line, of what the machine lacks. Needs current package lists only if something is missing.
missing_packages() {
  local purpose=$1
  {
    find_python >/dev/null || printf '%s\n' \
      "python3|le langage de Ronde" "python3-venv|un environnement Python à part, dans .venv"
    if [ -z "${DATABASE_URL:-}" ] && [ -z "$(installed_postgresql)" ]; then
      local version
      version=$(apt-cache depends postgresql 2>/dev/null | sed -n 's/.*Depends: postgresql-\([0-9]*\)$/\1/p' || true)
      printf '%s\n' "postgresql-${version:-NN}|la base de données" \
        "postgresql-${version:-NN}-postgis-3|les calculs géographiques de la base (avec GDAL, GEOS et PROJ)"
    fi
    ldconfig -p 2>/dev/null | grep -q 'libgdal\.so\.' || [ -z "${DATABASE_URL:-}" ] ||
      printf '%s|lire et écrire les fichiers géographiques\n' \
        "$(apt-cache search --names-only '^libgdal[0-9]+(t64)?$' | cut -d' ' -f1 | sort -V | tail -n 1)"
    printf '%s\n' "tzdata|les heures de Paris, été comme hiver" \
      "ca-certificates|vérifier l'identité des serveurs de téléchargement" \
      "libpango-1.0-0|mettre en page les feuilles de route (PDF)" \
      "libpangoft2-1.0-0|mettre en page les feuilles de route (PDF)" \
      "libharfbuzz-subset0|n'inclure dans un PDF que les caractères employés" \
      "fonts-liberation|les caractères des PDF" \
      "fonts-dejavu-core|les signes que la première police n'a pas"
    if [ "$purpose" != demo ]; then
      # On Ubuntu no package holds a browser: see browser.sh.
      [ "$(system_name)" = ubuntu ] ||
        echo "chromium-headless-shell|essayer le site comme le ferait une personne"
      command -v ogr2ogr >/dev/null || echo "gdal-bin|lire les secteurs comme les logiciels de cartographie"
      command -v pdftotext >/dev/null || echo "poppler-utils|relire les PDF produits"
      compose_command >/dev/null || echo "docker-compose|vérifier docker-compose.yml"
    fi
  } | while IFS='|' read -r name reason; do
    is_installed "$name" || printf '%s|%s\n' "$name" "$reason"
  done
}

compose_command() {
  if docker compose version >/dev/null 2>&1; then echo "docker compose"
  elif command -v docker-compose >/dev/null; then echo docker-compose
  else return 1; fi
}

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -- "$@"; fi; }

# Asks for the password, if one is needed, before the long commands that hide what they say.
require_root() {
  local remedy="Demandez à la personne qui administre ce poste de lancer : apt-get install $1"
  [ "$(id -u)" != 0 ] || return 0
  command -v sudo >/dev/null ||
    refuse "il faut les droits d'administration pour installer des paquets, et sudo est absent." "$remedy"
  sudo -- true || refuse "sudo n'a pas donné les droits d'administration, qu'il faut pour installer des paquets." "$remedy"
}

install_packages() {
  local purpose=$1 missing wanted name reason
  missing=$(command -v dpkg-query >/dev/null && missing_packages "$purpose") || missing=unknown
  [ -n "$missing" ] || return 0
  known_system || refuse "ce système n'est pas connu de Ronde, qui s'installe sur Debian 12 ou 13 et Ubuntu 24.04." \
    "Employez une machine (ou une machine virtuelle) de ce genre, ou Docker : voir docs/deployment.md."
  step "Paquets du système"
  require_root "$(cut -d'|' -f1 <<<"$missing" | tr '\n' ' ')"
  say "Mise à jour de la liste des paquets…"
  quietly_to_its_end apt-update as_root apt-get update -q
  missing=$(missing_packages "$purpose")
  say "Ronde va installer, depuis les dépôts de ce système :"
  while IFS='|' read -r name reason; do say "  $name : $reason"; done <<<"$missing"
  wanted=$(cut -d'|' -f1 <<<"$missing" | tr '\n' ' ')
  say "Une à trois minutes, selon la connexion…"
  keep_main_cluster_away
  # shellcheck disable=SC2086
  quietly_to_its_end apt-install as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $wanted
  let_main_cluster_be
  trap - EXIT
}

# Debian makes and starts a "main" cluster along with PostgreSQL; Ronde keeps its own in var/ and has no use for it.
# The setting is there only while we install: the machine's habits are not ours to change.
NO_MAIN_CLUSTER=/etc/postgresql-common/createcluster.d/ronde-install.conf

keep_main_cluster_away() {
  case $wanted in *postgresql-*) ;; *) return 0 ;; esac
  trap let_main_cluster_be EXIT
  as_root mkdir -p "${NO_MAIN_CLUSTER%/*}"
  echo "create_main_cluster = false" | as_root tee "$NO_MAIN_CLUSTER" >/dev/null
}

let_main_cluster_be() {
  [ ! -e "$NO_MAIN_CLUSTER" ] || as_root rm -f "$NO_MAIN_CLUSTER"
}
