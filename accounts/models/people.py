"""Accounts, the roles they hold in time, invitations and enrolled devices; no name is kept here."""

import datetime as dt
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.retention import (
    ACCESS,
    OTHERS,
    PROTECTS_ACCESS,
    Holder,
    Retention,
    days_kept,
    first_day_kept,
    first_moment_kept,
)
from accounts.roles import HELD_IN_A_SECTOR, Role

LOGIN_PATTERN = r"^[a-z0-9](?:[a-z0-9.-]{1,38}[a-z0-9])$"


class AccountManager(BaseUserManager["Account"]):
    def create_user(self, login: str, password: str | None = None, **fields: Any) -> "Account":
        """Create an account; without a password it can be entered only through an invitation."""
        account = self.model(login=login, **fields)
        account.set_password(password)
        account.save()
        return account


def _account_is_over(today: dt.date) -> Q:
    """Accounts closed, or without a role, for longer than they are kept."""
    still_of_use = Q(valid__upper_inf=True) | Q(valid__endswith__gt=first_day_kept("account", today))
    has_role = Exists(Grant.objects.filter(still_of_use, account=OuterRef("pk")))
    limit = first_moment_kept("account", today)
    return Q(disabled_at__lt=limit) | (Q(created_at__lt=limit) & ~Q(has_role))


def _invitation_is_over(today: dt.date) -> Q:
    return Q(expires_at__lt=first_moment_kept("invitation", today))


def _device_is_over(today: dt.date) -> Q:
    return Q(revoked_at__lt=first_moment_kept("device", today))


class Account(AbstractBaseUser):
    """One person's way in. ``login`` is an identifier given by the scheme, never a name or an e-mail address."""

    login = models.CharField(
        "identifiant",
        max_length=40,
        unique=True,
        validators=[
            RegexValidator(
                LOGIN_PATTERN,
                "L'identifiant compte de 3 à 40 signes : minuscules sans accent, chiffres, points ou tirets.",
            )
        ],
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    disabled_at = models.DateTimeField(null=True, blank=True)
    is_invented = models.BooleanField(default=False)
    # Goes up when a second factor changes or the account is disabled: sessions of a former generation are over.
    session_generation = models.PositiveIntegerField(default=0)

    objects = AccountManager()
    USERNAME_FIELD = "login"

    retention = Retention(
        processing=ACCESS,
        title="Comptes",
        data="Identifiant, empreinte du mot de passe, dates",
        duration="account",
        since="la fin du dernier rôle ou la désactivation",
        over=_account_is_over,
        holder=Holder(
            path="pk",
            columns={
                "id": "Numéro",
                "login": "Identifiant",
                "is_active": "En service",
                "created_at": "Créé le",
                "last_login": "Dernière connexion",
                "disabled_at": "Désactivé le",
                "session_generation": "Changements qui ont fermé les sessions",
                "is_invented": "Inventé pour la démonstration",
            },
            withheld={"password": PROTECTS_ACCESS},
        ),
    )

    class Meta:
        constraints = [
            models.CheckConstraint(name="account_login_is_an_identifier", condition=Q(login__regex=LOGIN_PATTERN)),
            models.CheckConstraint(
                name="account_is_disabled_since_a_moment",
                condition=Q(is_active=True, disabled_at__isnull=True) | Q(is_active=False),
            ),
        ]

    def __str__(self) -> str:
        return self.login

    @property
    def kept_until(self) -> dt.date | None:
        """The last day on which the account is kept; None while a role without end is held."""
        kept = dt.timedelta(days=days_kept("account"))
        if self.disabled_at is not None:
            return timezone.localdate(self.disabled_at) + kept
        last_days = [grant.last_day for grant in self.grants.all()]
        if None in last_days:
            return None
        return max([timezone.localdate(self.created_at), *(day for day in last_days if day)]) + kept

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Bind a session to the password, as Django does, and to the generation; Django calls it by this name."""
        value = f"{self.password}|{self.session_generation}"
        return salted_hmac("accounts.session", value, secret=secret, algorithm="sha256").hexdigest()


class GrantQuerySet(models.QuerySet["Grant"]):
    def in_force_on(self, day: dt.date) -> "GrantQuerySet":
        return self.filter(valid__contains=day)

    def ending_after(self, day: dt.date) -> "GrantQuerySet":
        """Grants in force on ``day`` or later."""
        return self.filter(Q(valid__endswith__gt=day) | Q(valid__endswith__isnull=True))


class Grant(models.Model):
    """A role that an account holds in a commune from a first day (included) to a last one (excluded).

    A référent or a vigilant holds it in one sector, a crew member in one crew, the others in the whole commune.
    Several grants side by side give several roles, sectors or crews.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=[(role.value, role.label) for role in Role])
    commune = models.ForeignKey("geo.Commune", on_delete=models.PROTECT, related_name="+")
    sector = models.ForeignKey("sectors.Sector", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    crew = models.ForeignKey("patrols.Crew", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    valid = DateRangeField()
    given_by = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")
    given_at = models.DateTimeField(auto_now_add=True)

    objects = GrantQuerySet.as_manager()

    retention = Retention(
        processing=ACCESS,
        title="Rôles",
        data="Rôles d'un compte, secteur ou équipage, dates",
        leaves_with="accounts.Account",
        holder=Holder(
            path="account",
            columns={
                "id": "Numéro",
                "role": "Rôle",
                "commune": "Commune",
                "sector": "Secteur",
                "crew": "Équipage",
                "valid": "Jours",
                "given_at": "Donné le",
            },
            withheld={"given_by": OTHERS},
        ),
    )

    class Meta:
        constraints = [
            models.CheckConstraint(name="grant_role_exists", condition=Q(role__in=[role.value for role in Role])),
            models.CheckConstraint(
                name="grant_has_a_sector_when_its_role_asks",
                condition=Q(role__in=sorted(HELD_IN_A_SECTOR), sector__isnull=False)
                | (~Q(role__in=sorted(HELD_IN_A_SECTOR)) & Q(sector__isnull=True)),
            ),
            models.CheckConstraint(
                name="grant_has_a_crew_when_its_role_asks",
                condition=Q(role=Role.CREW, crew__isnull=False) | (~Q(role=Role.CREW) & Q(crew__isnull=True)),
            ),
            models.CheckConstraint(
                name="grant_has_a_first_day", condition=Q(valid__isempty=False, valid__startswith__isnull=False)
            ),
            ExclusionConstraint(
                name="grant_is_held_once_a_day",
                expressions=[
                    ("account", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("commune", RangeOperators.EQUAL),
                    (Coalesce(F("sector"), 0), RangeOperators.EQUAL),
                    (Coalesce(F("crew"), 0), RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.role} {self.valid}"

    @property
    def last_day(self) -> dt.date | None:
        """The last day on which the role is held, None while it has none."""
        end: dt.date | None = self.valid.upper
        return end - dt.timedelta(days=1) if end else None


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open_at(self, moment: dt.datetime) -> "InvitationQuerySet":
        """Invitations that can still be accepted."""
        return self.filter(used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=moment)


class Invitation(models.Model):
    """A one-time link by which a person takes possession of their account; only its fingerprint is kept."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="invitations")
    token_sha256 = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    retention = Retention(
        processing=ACCESS,
        title="Invitations",
        data="Compte invité, dates, empreinte du lien",
        duration="invitation",
        since="l'expiration du lien",
        over=_invitation_is_over,
        holder=Holder(
            path="account",
            columns={
                "id": "Numéro",
                "made_at": "Lien fait le",
                "expires_at": "Valable jusqu'au",
                "used_at": "Utilisé le",
                "revoked_at": "Annulé le",
            },
            withheld={"token_sha256": PROTECTS_ACCESS, "made_by": OTHERS},
        ),
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="invitation_is_used_or_revoked",
                condition=Q(used_at__isnull=True) | Q(revoked_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.expires_at:%Y-%m-%d}"


class DeviceQuerySet(models.QuerySet["Device"]):
    def in_use(self) -> "DeviceQuerySet":
        return self.filter(revoked_at__isnull=True)


class Device(models.Model):
    """A phone enrolled for a crew member; only the fingerprint of the secret it holds is kept.

    A phone has one secret: crews that hand it over enrol it each for their own account, under one fingerprint.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="devices")
    commune = models.ForeignKey("geo.Commune", on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=60)
    token_sha256 = models.CharField(max_length=64)
    enrolled_at = models.DateTimeField(auto_now_add=True)
    last_seen_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = DeviceQuerySet.as_manager()

    retention = Retention(
        processing=ACCESS,
        title="Appareils d'équipage",
        data="Nom donné à l'appareil, dates, empreinte de son secret",
        duration="device",
        since="la révocation de l'appareil",
        over=_device_is_over,
        holder=Holder(
            path="account",
            columns={
                "id": "Numéro",
                "commune": "Commune",
                "label": "Nom de l'appareil",
                "enrolled_at": "Enregistré le",
                "last_seen_on": "Vu pour la dernière fois le",
                "revoked_at": "Retiré le",
            },
            withheld={"token_sha256": PROTECTS_ACCESS},
        ),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="device_label_is_unique", fields=["account", "label"], condition=Q(revoked_at__isnull=True)
            ),
            models.UniqueConstraint(
                name="device_is_enrolled_once",
                fields=["token_sha256", "account"],
                condition=Q(revoked_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.label
