"""What keepers of accounts and data have to do: second factors, invitations, the audit chain, retention."""

import datetime as dt

from allauth.mfa.models import Authenticator
from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Account, AuditEntry, Grant, Invitation
from accounts.roles import WITHOUT_SECOND_FACTOR
from config.home.blocks import Block, Figure, Task, Urgency
from geo import french
from geo.models import Commune

# Looks past the wall of the credentials' table, which nobody reads but its owner: whether there is one, no more.
HAS_SECOND_FACTOR = "EXISTS (SELECT 1 FROM walls.second_factors(accounts_account.id) WHERE kind = ANY(%s))"
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
ENDS_SOON = dt.timedelta(days=2)
# The daily job runs at night: a day and a half without it means that it is not running.
JOB_IS_LATE_AFTER = dt.timedelta(hours=36)
VERIFY_EVERY = dt.timedelta(days=7)


def describe_accounts(commune: Commune) -> Block:
    """The administrator's block: who cannot come in yet, and who must not any more."""
    today, now = timezone.localdate(), timezone.now()
    accounts = _accounts_of(commune, today)
    open_invitations = Invitation.objects.open_at(now).filter(account__in=accounts)
    ending = open_invitations.filter(expires_at__lte=now + ENDS_SOON).count()
    lost = accounts.filter(last_login__isnull=True).exclude(invitations__in=open_invitations).count()
    tasks = (
        *_count_as_task(
            lost,
            _("compte n'a jamais servi, et son invitation n'est plus valable"),
            _("comptes n'ont jamais servi, et leur invitation n'est plus valable"),
            detail=_("Renvoyez une invitation, ou désactivez le compte."),
            urgency=Urgency.NOW,
        ),
        *_count_as_task(
            _without_second_factor(accounts, today).count(),
            _("compte n'a pas encore de second facteur"),
            _("comptes n'ont pas encore de second facteur"),
            detail=_(
                "Leur titulaire est conduit à en ajouter un à sa première connexion, et n'ouvre rien d'autre."
            ),
        ),
        *_count_as_task(
            ending,
            _("invitation expire dans les deux jours"),
            _("invitations expirent dans les deux jours"),
        ),
    )
    disabled = Account.objects.filter(is_active=False, grants__commune=commune).distinct().count()
    figures = (
        Figure(value=french.whole(accounts.count()), label=_("comptes actifs")),
        Figure(value=french.whole(open_invitations.count()), label=_("invitations en cours")),
        Figure(value=french.whole(disabled), label=_("comptes désactivés")),
    )
    return Block(title=_("Les comptes de la commune"), tasks=tasks or (_nothing_waits(),), figures=figures)


def describe_protection(commune: Commune) -> Block:
    """The DPO's block: whether the audit chain was verified and the end of retention was carried out of late."""
    today, now = timezone.localdate(), timezone.now()
    tasks = (
        *_tell_verification(_last("audit.verify_chain"), now),
        *_tell_retention(_last("retention.run_now"), now),
        *_count_as_task(
            _without_second_factor(_accounts_of(commune, today), today).count(),
            _("compte n'a pas encore de second facteur"),
            _("comptes n'ont pas encore de second facteur"),
        ),
    )
    return Block(title=_("La protection des données"), tasks=tasks)


def _accounts_of(commune: Commune, today: dt.date) -> QuerySet[Account]:
    held = Grant.objects.filter(commune=commune).in_force_on(today)
    return Account.objects.filter(is_active=True, pk__in=held.values("account"))


def _without_second_factor(accounts: QuerySet[Account], today: dt.date) -> QuerySet[Account]:
    bound = ~Q(role__in=WITHOUT_SECOND_FACTOR)
    held = Grant.objects.filter(bound).in_force_on(today)
    has_one = RawSQL(HAS_SECOND_FACTOR, [FACTORS], output_field=BooleanField())  # noqa: S611
    return (
        accounts.filter(pk__in=held.values("account"))
        .annotate(has_second_factor=has_one)
        .exclude(has_second_factor=True)
    )


def _last(action: str) -> dt.datetime | None:
    entries = AuditEntry.objects.filter(action=action, outcome="done").order_by("-at")
    return entries.values_list("at", flat=True).first()


def _tell_verification(last: dt.datetime | None, now: dt.datetime) -> tuple[Task, ...]:
    is_late = last is None or now - last > VERIFY_EVERY
    words = (
        _("Le journal des accès n'a pas encore été vérifié.")
        if last is None
        else _("Dernière vérification du journal des accès : %(moment)s.") % {"moment": french.moment(last)}
    )
    return (
        Task(
            words=words,
            detail=_("La vérification trouve toute ligne changée, retirée ou ajoutée."),
            url=reverse("journal"),
            action=_("Ouvrir le journal"),
            urgency=Urgency.NOW if is_late else Urgency.DONE,
        ),
    )


def _tell_retention(last: dt.datetime | None, now: dt.datetime) -> tuple[Task, ...]:
    if last is not None and now - last <= JOB_IS_LATE_AFTER:
        done = _("Les données arrivées à leur terme ont été effacées : %(moment)s.")
        return (Task(words=done % {"moment": french.moment(last)}, urgency=Urgency.DONE),)
    return (
        Task(
            words=_("L'effacement quotidien des données arrivées à leur terme n'a pas eu lieu."),
            detail=_("Demandez à l'exploitant du serveur si script/worker est en marche."),
            urgency=Urgency.NOW,
        ),
    )


def _count_as_task(
    count: int, singular: str, plural: str, *, detail: str = "", urgency: Urgency = Urgency.SOON
) -> tuple[Task, ...]:
    if not count:
        return ()
    return (Task(words=f"{french.counted(count, singular, plural)}.", detail=detail, urgency=urgency),)


def _nothing_waits() -> Task:
    return Task(words=_("Rien n'attend : chaque compte est en ordre."), urgency=Urgency.DONE)
