"""Settings of every Ronde process; what a town may change comes from the environment."""

import datetime as dt
import os
from pathlib import Path
from urllib.parse import quote

from config.logins import read_databases

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("RONDE_VAR", BASE_DIR / "var"))

# Where script/setup has left the compiled planner; read by numba when it is first imported.
os.environ.setdefault("NUMBA_CACHE_DIR", str(VAR_DIR / "numba"))

DEBUG = False
SECRET_KEY_FILE = VAR_DIR / "secret_key"


def _read_secret_key() -> str:
    if key := os.environ.get("RONDE_SECRET_KEY"):
        return key
    try:
        return SECRET_KEY_FILE.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""


# Empty until script/demo or the operator makes one: Django then refuses to sign anything.
SECRET_KEY = _read_secret_key()
ALLOWED_HOSTS = os.environ.get("RONDE_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
# Addresses or networks of the proxies that may put the site on a network, or "unix"; see config/loopback.py.
PROXIES = [proxy for proxy in os.environ.get("RONDE_PROXIES", "").split(",") if proxy]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "django.forms",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "procrastinate.contrib.django",
    "accounts",
    "geo",
    "sectors",
    "absences",
    "reports",
    "patrols",
    "maps",
    "fixtures",
]

MIDDLEWARE = [
    "config.roomy_stack.give_room",
    "config.headers.set_headers",
    "config.loopback.stay_on_loopback",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "config.walled_requests.WalledRequests",
    "config.kept_sessions.KeptSessions",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.failures.explain_wrong_methods",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]

AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.adapters.AccountBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
# No address is needed to log in, and none is kept in the clear.
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {"login": "accounts.forms.log_in.LogInForm"}
# The session ends with the browser; accounts/roles.py says when it ends at the latest, the longest after 16 hours.
ACCOUNT_SESSION_REMEMBER = False
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 16 * 3600
ACCOUNT_LOGOUT_ON_GET = False
# Allauth counts in the memory of one process; accounts/services/lockout.py counts in the database, through axes.
ACCOUNT_RATE_LIMITS = False
MFA_RATE_LIMITS = False
AXES_HANDLER = "accounts.adapters.GrowingLockout"
AXES_CLIENT_IP_CALLABLE = "config.client_address.client_address"
AXES_LOCKOUT_CALLABLE = "accounts.views.log_in.explain_lockout"
# Told before the failed log-in is counted, so that what is tried while the door is shut does not count.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
# The word under which allauth hands over what was typed.
AXES_USERNAME_FORM_FIELD = "username"
AXES_VERBOSE = False
# How long the one-time link of an invitation may be followed.
INVITATION_DAYS = int(os.environ.get("RONDE_INVITATION_DAYS", "7"))
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["login"], "max_similarity": 0.6},
    },
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "accounts.services.password_rules.LongestPassword"},
    {"NAME": "accounts.services.password_rules.UncommonFrenchPassword"},
    {"NAME": "accounts.services.password_rules.VariedPassword"},
]
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ADAPTER = "accounts.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "accounts.forms.log_in.CodeForm",
    "authenticate_webauthn": "accounts.forms.passkeys.PasskeyForm",
    "login_webauthn": "accounts.forms.passkeys.PasskeyLogInForm",
}
MFA_TOTP_ISSUER = "Ronde"
# A phone's clock may be off by half a minute; each code serves once all the same.
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_USER_VERIFICATION = "required"
# How long a second factor given opens the views that ask for a recent one.
PROOF_LASTS = dt.timedelta(minutes=int(os.environ.get("RONDE_PROOF_MINUTES", "5")))
# Set by script/serve --demo alone; the gate, which also looks at the communes, then lets invented accounts in.
IS_DEMO = os.environ.get("RONDE_DEMO") == "yes"
DEMO_GATE = "fixtures.demo_accounts.may_log_in"

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.shell.frame_page",
                "config.demo_help.help_visitors",
            ]
        },
    }
]
FORM_RENDERER = "accounts.presentation.forms.FormRenderer"

# Without DATABASE_URL: the private cluster that script/demo keeps in var/, unix socket only. Resolved, because the
# folder is a link to a shorter one where its own path would exceed what a socket's name may hold.
SOCKET_DIR = Path(os.environ.get("RONDE_SOCKET_DIR", VAR_DIR / "postgres" / "socket")).resolve()
PRIVATE_CLUSTER = f"postgis://ronde@{quote(str(SOCKET_DIR), safe='')}/ronde"
DATABASES = read_databases(dict(os.environ), private_cluster=PRIVATE_CLUSTER)

# Debian 12 ships GDAL 3.6; Ronde never hands a visitor's projection or file to Django's GDAL (uploads are read in
# a limited process of their own), which is what this check warns about.
SILENCED_SYSTEM_CHECKS = ["gis.W001"]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The words of the templates and of the code are the French ones; a catalogue in locale/ would translate them.
LANGUAGE_CODE = "fr-fr"
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "frontend" / "dist"] if (BASE_DIR / "frontend" / "dist").is_dir() else []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'"],
        "manifest-src": ["'self'"],
        "font-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "config.failures.explain_stale_form"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
# The token of forms ends with the browser, as the session does.
CSRF_COOKIE_AGE = None

# "yes" where people reach the site by HTTPS, through a proxy that says so in X-Forwarded-Proto. The prefix __Host-
# then keeps a cookie from being set by a neighbouring host; browsers refuse it without HTTPS.
IS_HTTPS = os.environ.get("RONDE_HTTPS") == "yes"
if IS_HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 63_072_000  # two years, what preload lists ask for
    SECURE_HSTS_INCLUDE_SUBDOMAINS = False
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
# Kept by an enrolled phone for a year: what makes it a crew's.
DEVICE_COOKIE_NAME = "__Host-device" if IS_HTTPS else "device"

# The ground of the commune as one file for phones, made anew when the ground changes.
PACKAGE_DIR = VAR_DIR / "packages"

# Whom a crew calls last after an anomaly: 17, unless the town agreed on another number with the national police.
NATIONAL_POLICE_PHONE = os.environ.get("RONDE_POLICE_PHONE", "17")

# Where OSRM's datasets live; each build is a version of its own beneath it.
ROUTING_DIR = VAR_DIR / "routing"
# Each file that is handed over is read by a process of up to 512 MiB: so many at once on this machine.
READ_AT_ONCE = int(os.environ.get("RONDE_READ_AT_ONCE", "2"))
READING_DIR = VAR_DIR / "reading"

# Whom the privacy notice and the accessibility statement name: an office, its address or its telephone.
DPO_CONTACT = os.environ.get("RONDE_DPO_CONTACT", "")
ACCESSIBILITY_CONTACT = os.environ.get("RONDE_ACCESSIBILITY_CONTACT", "")

# How residents reach the municipal police for what is not urgent: a telephone or a counter.
POLICE_CONTACT = os.environ.get("RONDE_POLICE_CONTACT", "")

# Where people reach the site, for the links that a command writes: it is asked by nobody and cannot see it.
SITE_ADDRESS = os.environ.get("RONDE_SITE", "")

# The mail server that carries notices without content; none is sent while it has no name.
EMAIL_HOST = os.environ.get("RONDE_MAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("RONDE_MAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("RONDE_MAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("RONDE_MAIL_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("RONDE_MAIL_TLS", "yes") == "yes"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("RONDE_MAIL_FROM", "ronde@localhost")

# People for each address, in estimates of who lives in a perimeter: the mean household of France (Insee, 2021).
# Where the town counts its people, its population divided by its addresses is nearer.
RESIDENTS_PER_ADDRESS = float(os.environ.get("RONDE_RESIDENTS_PER_ADDRESS", "2.2"))

# The commune this site serves, when its database holds several.
COMMUNE_INSEE = os.environ.get("RONDE_COMMUNE", "")

# Open-data services of `fetch_town`; {insee}, {department} and {region} are filled in.
TOWN_SOURCES = {
    "outline": os.environ.get(
        "RONDE_OUTLINE_URL",
        "https://geo.api.gouv.fr/communes/{insee}?format=geojson&geometry=contour&fields=nom,code",
    ),
    "addresses": os.environ.get(
        "RONDE_ADDRESSES_URL",
        "https://adresse.data.gouv.fr/data/ban/adresses/latest/csv/adresses-{department}.csv.gz",
    ),
    "osm": os.environ.get("RONDE_OSM_URL", "https://download.geofabrik.de/europe/france/{region}-latest.osm.pbf"),
}
DOWNLOAD_DIR = VAR_DIR / "downloads"

# The usual limits of an absence; a police correspondent may go past them knowingly, and is asked to say so.
ABSENCE_MIN_DAYS = int(os.environ.get("RONDE_ABSENCE_MIN_DAYS", "3"))
ABSENCE_MAX_DAYS = int(os.environ.get("RONDE_ABSENCE_MAX_DAYS", "90"))
ABSENCE_DECLARED_AT_LEAST_DAYS = int(os.environ.get("RONDE_ABSENCE_DECLARED_AT_LEAST_DAYS", "3"))
ABSENCE_DECLARED_AT_MOST_DAYS = int(os.environ.get("RONDE_ABSENCE_DECLARED_AT_MOST_DAYS", "45"))

# The keys of sealed data (docs/guide/cles.md): outside the database, and to be copied apart from it.
KEYS_DIR = Path(os.environ.get("RONDE_KEYS", VAR_DIR / "keys"))
# How many days each kind of row is kept after it is over (RONDE_KEEP_ABSENCE=7…); the models say since when.
RETENTION_DAYS = {
    name: int(os.environ.get(f"RONDE_KEEP_{name.upper()}", days))
    for name, days in {
        "absence": 7,
        "passage": 30,
        "plan": 30,
        "shift": 365,
        "account": 90,
        "invitation": 30,
        "device": 90,
        "service_token": 90,
        "session": 1,
        "log_in_attempt": 30,
        "purge_run": 365,
        "export": 365,
        "draft": 7,
        "proposal": 1826,
        "proposal_draft": 30,
        "bulletin": 730,
        "agreement": 3650,
        "meeting": 1826,
        "training": 1826,
        "report": 183,
        "report_author": 30,
        "report_place": 1096,
    }.items()
}

# The audit chain's roots and the key that signs them: outside the database, and to be backed up apart from it.
AUDIT_DIR = Path(os.environ.get("RONDE_AUDIT", VAR_DIR / "audit"))
AUDIT_MONTHS = int(os.environ.get("RONDE_AUDIT_MONTHS", "12"))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "class": "config.log_redaction.RedactingFormatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # In place of Django's own handlers, which would send the whole request by e-mail and write it to the terminal.
    "loggers": {
        "django": {"handlers": [], "level": "WARNING"},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
    },
}
