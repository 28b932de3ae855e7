"""What is declared for tables whose models belong to Django, allauth and axes."""

import datetime as dt
from collections.abc import Mapping

from django.db.models import Q

from accounts.retention import ACCESS, PROTECTS_ACCESS, Holder, Retention, first_moment_kept

# Tables that come with Django, allauth and axes, and stay empty.
NO_DATA = "Aucune : Ronde n'y écrit rien"
FACTORS = {
    "totp": "application d'authentification",
    "webauthn": "clé d'accès",
    "recovery_codes": "codes de secours",
}
EMPTY = "Ronde n'y écrit rien."
FOUND_BY_KEY = "Une session ne se retrouve que par la clé que garde votre navigateur, et finit avec elle."
DIGESTS = "Ce qui a été tapé y est remplacé par une empreinte à clé, qui ne mène à aucun compte."


def _session_is_over(today: dt.date) -> Q:
    return Q(expire_date__lt=first_moment_kept("session", today))


def _attempt_is_over(today: dt.date) -> Q:
    return Q(attempt_time__lt=first_moment_kept("log_in_attempt", today))


def _attempts(title: str, data: str = NO_DATA) -> Retention:
    return Retention(
        processing=ACCESS,
        title=title,
        data=data,
        duration="log_in_attempt",
        since="la tentative",
        over=_attempt_is_over,
        holder=EMPTY if data == NO_DATA else DIGESTS,
    )


BORROWED: Mapping[str, Retention] = {
    "sessions.Session": Retention(
        processing=ACCESS,
        title="Sessions",
        data="Session ouverte : compte, heures, second facteur donné",
        duration="session",
        since="la fin de la session",
        over=_session_is_over,
        holder=FOUND_BY_KEY,
    ),
    "axes.AccessAttempt": _attempts(
        "Tentatives de connexion",
        "Empreinte à clé de ce qui a été tapé, réseau d'où cela vient (sans l'adresse entière), nombre d'essais",
    ),
    "axes.AccessFailureLog": _attempts("Échecs de connexion"),
    "axes.AccessLog": _attempts("Connexions"),
    "axes.AccessAttemptExpiration": Retention(
        processing=ACCESS,
        title="Fins de blocage",
        data="Heure à laquelle un blocage de connexion se termine",
        leaves_with="axes.AccessAttempt",
    ),
    "mfa.Authenticator": Retention(
        processing=ACCESS,
        title="Seconds facteurs",
        data="Clé publique ou secret du second facteur, dates d'usage",
        leaves_with="accounts.Account",
        holder=Holder(
            path="user",
            columns={
                "id": "Numéro",
                "type": "Moyen",
                "created_at": "Ajouté le",
                "last_used_at": "Utilisé pour la dernière fois le",
            },
            withheld={"data": PROTECTS_ACCESS},
            tell={"type": FACTORS.__getitem__},
        ),
    ),
    "account.EmailAddress": Retention(
        processing=ACCESS,
        title="Adresses électroniques en clair",
        data=NO_DATA,
        leaves_with="accounts.Account",
        holder=EMPTY,
    ),
    "account.EmailConfirmation": Retention(
        processing=ACCESS,
        title="Confirmations d'adresse électronique",
        data=NO_DATA,
        leaves_with="account.EmailAddress",
    ),
}
