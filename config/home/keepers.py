"""What keepers of accounts and data have to do: second factors, invitations, the audit chain, retention."""

import datetime as dt
from collections import Counter
from typing import Any

from django.db.models import Min, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import AuditEntry, Invitation, PurgeRun
from accounts.services.accounts import accounts_of
from accounts.services.verification import Verification, last_verification
from config.desk.listing import FactorState, State, list_accounts
from config.home.blocks import Block, Figure, Task, Urgency
from geo import french
from geo.models import Commune

ENDS_SOON = dt.timedelta(days=2)
# The daily job runs at night: a day and a half without it means that it is not running.
JOB_IS_LATE_AFTER = dt.timedelta(hours=36)
VERIFY_EVERY = dt.timedelta(days=7)
# As long as a holder may take to notice that their password no longer serves.
RESETS_TOLD_FOR = dt.timedelta(days=30)


def describe_accounts(commune: Commune) -> Block:
    """The administrator's block: who cannot come in yet, and who must not any more."""
    now = timezone.now()
    states, missing = _count_accounts(commune, now)
    ending = Invitation.objects.open_at(now).filter(expires_at__lte=now + ENDS_SOON)
    tasks = (
        *_count_as_task(
            states[State.TO_INVITE],
            _("compte n'a jamais servi, et son invitation n'est plus valable"),
            _("comptes n'ont jamais servi, et leur invitation n'est plus valable"),
            detail=_("Pour chacun : faites un nouveau lien d'invitation, ou désactivez-le."),
            state=State.TO_INVITE,
            urgency=Urgency.NOW,
        ),
        *_count_as_task(
            missing,
            _("compte n'a pas encore de second facteur"),
            _("comptes n'ont pas encore de second facteur"),
            detail=_("À la connexion, on est conduit à en ajouter un et l'on n'ouvre rien d'autre."),
        ),
        *_count_as_task(
            ending.filter(account__in=accounts_of(commune.pk)).count(),
            _("invitation expire dans les deux jours"),
            _("invitations expirent dans les deux jours"),
            state=State.INVITED,
        ),
        *_count_as_task(
            states[State.WITHOUT_ROLE],
            _("compte actif ne porte plus aucun rôle"),
            _("comptes actifs ne portent plus aucun rôle"),
            detail=_("Sans rôle, un compte n'ouvre plus rien ; désactivez celui qui ne doit plus servir."),
            state=State.WITHOUT_ROLE,
        ),
    )
    figures = (
        Figure(value=french.whole(states[State.ACTIVE]), label=_("comptes en service")),
        Figure(value=french.whole(states[State.INVITED]), label=_("invitations en cours")),
        Figure(value=french.whole(states[State.READY]), label=_("prêts, pas encore entrés")),
        Figure(value=french.whole(states[State.DISABLED]), label=_("comptes désactivés")),
    )
    return Block(title=_("Les comptes de la commune"), tasks=tasks or (_nothing_waits(),), figures=figures)


def describe_protection(commune: Commune) -> Block:
    """The DPO's block: whether the audit chain was verified and the end of retention was carried out of late."""
    now = timezone.now()
    _states, missing = _count_accounts(commune, now)
    is_new = _is_new(commune, now)
    tasks = (
        _tell_verification(last_verification(), now, is_new=is_new),
        _tell_retention(PurgeRun.objects.done().values_list("ended_at", flat=True).first(), now, is_new=is_new),
        *_tell_resets(now),
        *_count_as_task(
            missing,
            _("compte n'a pas encore de second facteur"),
            _("comptes n'ont pas encore de second facteur"),
        ),
    )
    return Block(title=_("La protection des données"), tasks=tasks)


def _tell_resets(now: dt.datetime) -> tuple[Task, ...]:
    """Links by which whoever holds one chooses the password of an account in use: its holder must have asked."""
    made = AuditEntry.objects.filter(action="account.reset_link", at__gte=now - RESETS_TOLD_FOR).count()
    if not made:
        return ()
    words = french.counted(
        made,
        _("lien pour refaire le mot de passe d'un compte a été fait en trente jours"),
        _("liens pour refaire le mot de passe d'un compte ont été faits en trente jours"),
    )
    detail = _("Demandez à chaque titulaire s'il l'a voulu : qui détient le lien entre, sauf second facteur.")
    return (Task(words=words, detail=detail, url=reverse("journal"), action=_("Ouvrir le journal")),)


def _count_accounts(commune: Commune, now: dt.datetime) -> tuple[Counter[str], int]:
    """Return how many accounts are in each state, and how many of those that may come in lack a second factor."""
    rows: QuerySet[Any] = list_accounts(commune.pk, now=now, today=timezone.localdate()).prefetch_related(None)
    found = list(rows.values_list("state", "factor_state"))
    states = Counter(state for state, _factor in found)
    return states, sum(state != State.DISABLED and factor == FactorState.MISSING for state, factor in found)


def _is_new(commune: Commune, now: dt.datetime) -> bool:
    """Whether the commune's first account is so recent that no night's job was due yet."""
    opened_at: dt.datetime | None = accounts_of(commune.pk).aggregate(first=Min("created_at"))["first"]
    return opened_at is not None and now - opened_at <= JOB_IS_LATE_AFTER


def _tell_verification(last: Verification | None, now: dt.datetime, *, is_new: bool) -> Task:
    journal, action = reverse("journal"), _("Ouvrir le journal")
    detail = _("La vérification trouve toute ligne changée, retirée ou ajoutée.")
    if last is None and is_new:
        return Task(
            words=_(
                "Le site vient d'ouvrir : le journal des accès sera vérifié pour la première fois cette nuit."
            ),
            detail=_("script/worker le fait chaque jour quand il est en marche ; vous pouvez aussi le vérifier."),
            url=journal,
            action=action,
        )
    if last is None:
        words = _("Le journal des accès n'a pas encore été vérifié.")
        return Task(words=words, detail=detail, url=journal, action=action, urgency=Urgency.NOW)
    moment = {"moment": french.moment(last.at)}
    if not last.is_sound:
        return Task(
            words=_("Le journal des accès a été modifié : la vérification du %(moment)s l'a trouvé.") % moment,
            detail=_("Ne changez rien. Vérifiez de nouveau pour voir où, et prévenez qui gère le serveur."),
            url=journal,
            action=action,
            urgency=Urgency.NOW,
        )
    is_late = now - last.at > VERIFY_EVERY
    return Task(
        words=_("Dernière vérification du journal des accès : %(moment)s, rien n'a été modifié.") % moment,
        detail=detail,
        url=journal,
        action=action,
        urgency=Urgency.NOW if is_late else Urgency.DONE,
    )


def _tell_retention(last: dt.datetime | None, now: dt.datetime, *, is_new: bool) -> Task:
    if last is not None and now - last <= JOB_IS_LATE_AFTER:
        done = _("Les données arrivées à leur terme ont été effacées : %(moment)s.")
        return Task(words=done % {"moment": french.moment(last)}, urgency=Urgency.DONE)
    erasures, action = reverse("desk_retention"), _("Voir les effacements")
    if last is None and is_new:
        return Task(
            words=_("Le premier effacement quotidien se fera cette nuit ; aucun n'était dû jusqu'ici."),
            detail=_("script/worker le fait chaque jour quand il est en marche."),
            url=erasures,
            action=action,
        )
    return Task(
        words=_("L'effacement quotidien des données arrivées à leur terme n'a pas eu lieu."),
        detail=_("Demandez à l'exploitant du serveur si script/worker est en marche."),
        url=erasures,
        action=action,
        urgency=Urgency.NOW,
    )


def _count_as_task(
    count: int,
    singular: str,
    plural: str,
    *,
    detail: str = "",
    state: State | None = None,
    urgency: Urgency = Urgency.SOON,
) -> tuple[Task, ...]:
    if not count:
        return ()
    query = f"?etat={state}" if state else ""
    return (
        Task(
            words=f"{french.counted(count, singular, plural)}.",
            detail=detail,
            url=f"{reverse('desk_accounts')}{query}",
            action=_("Voir les comptes"),
            urgency=urgency,
        ),
    )


def _nothing_waits() -> Task:
    return Task(words=_("Rien n'attend : chaque compte est en ordre."), urgency=Urgency.DONE)
