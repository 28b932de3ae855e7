# The browser that the end-to-end tests drive. Debian packages Chromium without the windows, tabs and menus that nobody
# sees here, and that take as much of the processor as the pages. On Ubuntu the package is a stub for a snap, which lives
# in a confinement of its own and does not start where there is no snapd: Playwright's own build takes its place.
# shellcheck shell=bash

BROWSER_HOME=$RONDE_VAR/tools/browser

# Path of the first real Chromium or Chrome on PATH.
find_browser() {
  local name path
  for name in chromium-headless-shell chromium google-chrome google-chrome-stable; do
    path=$(command -v "$name") || continue
    case $(readlink -f -- "$path") in /snap/* | */bin/snap) continue ;; esac
    ! grep -qsaE '(^|[^a-z])/snap/bin/|snap install' "$path" || continue
    printf '%s\n' "$path"
    return
  done
  return 1
}

# Puts Playwright's browser on PATH, under the name that the tests look for, when it has been fetched.
use_browser() { export PATH=$BROWSER_HOME/bin:$PATH; }

install_browser() {
  use_browser
  ! find_browser >/dev/null || return 0
  local advice
  step "Navigateur des essais"
  say "Ce système ne propose Chromium qu'en snap, que les essais ne peuvent pas piloter : Ronde prend celui de Playwright (environ 170 Mo, dans var/tools/browser)."
  advice="Ouvrez l'accès à cdn.playwright.dev, ou installez Google Chrome (google.com/chrome), que les essais emploient aussi."
  export PLAYWRIGHT_BROWSERS_PATH=$BROWSER_HOME
  quietly browser "$VENV/bin/playwright" install --no-shell chromium
  mkdir -p -- "$BROWSER_HOME/bin"
  ln -sfn -- "$(fetched_browser)" "$BROWSER_HOME/bin/chromium"
  complete_browser
}

fetched_browser() { find "$BROWSER_HOME" -path '*/chrome-linux*/chrome' -type f | sort -V | tail -n 1; }

# The system libraries that the browser asks for, if some are missing; Playwright knows their packages.
complete_browser() {
  ldd "$(fetched_browser)" | grep -q 'not found' || return 0
  require_root "$("$VENV/bin/playwright" install-deps --dry-run chromium | sed -n 's/^  //p' | tr '\n' ' ')"
  say "Bibliothèques du navigateur…"
  advice="Relancez la commande avec les droits d'administration, ou installez Google Chrome (google.com/chrome)."
  quietly_to_its_end browser-libraries as_root "$VENV/bin/playwright" install-deps chromium
}
