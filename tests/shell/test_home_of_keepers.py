import datetime as dt
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts import audit
from accounts.models import Account, AuditEntry, Invitation, PurgeRun
from accounts.person import Holding, Person
from accounts.roles import Role
from accounts.scope import enter
from accounts.services.verification import Verification
from config.home.blocks import Urgency
from config.home.keepers import _tell_verification, describe_accounts, describe_protection
from tests.access.people import build_account
from tests.builders import at
from tests.shell.reading import figures, told

pytestmark = pytest.mark.django_db


def test_the_administrator_sees_who_cannot_come_in(town, set_clock):
    now = at(12)
    build_account(town, Role.ADMINISTRATOR, login="mairie")
    held = build_account(town, Role.VIGILANT, login="voisin")
    invited, expired, ready = (
        build_account(town, Role.MUNICIPAL_POLICE, login=name) for name in ("invitee", "perdue", "prete")
    )
    Account.objects.filter(login__in=["mairie", "voisin", "prete"]).update(last_login=now)
    Authenticator.objects.create(user=ready, type=Authenticator.Type.TOTP, data={})
    for account, expires_at in ((invited, now + dt.timedelta(hours=3)), (expired, now - dt.timedelta(hours=3))):
        Invitation.objects.create(account=account, token_sha256=account.login, expires_at=expires_at)
    build_account(town, Role.REFERENT, login="parti")
    Account.objects.filter(login="parti").update(is_active=False, disabled_at=now)
    enter(Person(account_id=held.pk, commune=town.commune.pk, holdings=(Holding(role=Role.ADMINISTRATOR),)))

    block = describe_accounts(town.commune)

    # « mairie », « voisin » and « prete » have come in. « mairie », « invitee » and « perdue » have no second
    # factor; « voisin » is a vigilant and needs none.
    assert figures(block) == {
        "comptes en service": "3",
        "invitations en cours": "1",
        "prêts, pas encore entrés": "0",
        "comptes désactivés": "1",
    }
    assert told(block) == [
        (Urgency.NOW, "1 compte n'a jamais servi, et son invitation n'est plus valable."),
        (Urgency.SOON, "3 comptes n'ont pas encore de second facteur."),
        (Urgency.SOON, "1 invitation expire dans les deux jours."),
    ]


def test_an_account_that_can_be_entered_and_never_was_asks_for_no_invitation(town, set_clock):
    ready = build_account(town, Role.VIGILANT, login="voisin")
    ready.set_password("un-mot-de-passe-bien-long")
    ready.save()

    block = describe_accounts(town.commune)

    assert figures(block)["prêts, pas encore entrés"] == "1"
    assert told(block) == [(Urgency.DONE, "Rien n'attend : chaque compte est en ordre.")]


def open_site(town, *, hours_ago: int) -> None:
    account = build_account(town, Role.ADMINISTRATOR, login="mairie")
    Account.objects.filter(pk=account.pk).update(created_at=at(12) - dt.timedelta(hours=hours_ago))


def test_the_dpo_is_told_when_nothing_was_verified_nor_erased(town, set_clock):
    open_site(town, hours_ago=37)

    block = describe_protection(town.commune)

    assert told(block)[:2] == [
        (Urgency.NOW, "Le journal des accès n'a pas encore été vérifié."),
        (Urgency.NOW, "L'effacement quotidien des données arrivées à leur terme n'a pas eu lieu."),
    ]


def test_the_dpo_is_told_of_links_that_reset_a_password_for_thirty_days(town, set_clock):
    audit.record("account.reset_link")
    words = "1 lien pour refaire le mot de passe d'un compte a été fait en trente jours"
    last = AuditEntry.objects.get(action="account.reset_link").at

    set_clock(last + dt.timedelta(days=30))
    assert (Urgency.SOON, words) in told(describe_protection(town.commune))
    set_clock(last + dt.timedelta(days=31))
    assert words not in [said for _, said in told(describe_protection(town.commune))]


def test_the_dpo_sees_when_it_was_last_done(town):
    audit.record("audit.verify_chain")
    PurgeRun.objects.create(begun_at=timezone.now(), ended_at=timezone.now())

    block = describe_protection(town.commune)

    assert [urgency for urgency, _ in told(block)][:2] == [Urgency.DONE, Urgency.DONE]
    assert told(block)[0][1].startswith("Dernière vérification du journal des accès : ")


def test_on_the_first_day_the_dpo_is_told_what_comes_and_not_alarmed(town, set_clock):
    open_site(town, hours_ago=35)

    block = describe_protection(town.commune)

    assert told(block)[:2] == [
        (
            Urgency.SOON,
            "Le site vient d'ouvrir : le journal des accès sera vérifié pour la première fois cette nuit.",
        ),
        (Urgency.SOON, "Le premier effacement quotidien se fera cette nuit ; aucun n'était dû jusqu'ici."),
    ]


@pytest.mark.parametrize(("days", "urgency"), [(7, Urgency.DONE), (8, Urgency.NOW)])
def test_a_verification_counts_for_a_week(town, days, urgency):
    verification = Verification(at=at(12) - dt.timedelta(days=days), is_sound=True)

    assert _tell_verification(verification, at(12), is_new=False).urgency is urgency


def test_what_the_commands_did_is_what_the_dpo_reads(town, settings, tmp_path, own_keys):
    settings.AUDIT_DIR = tmp_path / "audit"
    call_command("audit", "verify", stdout=StringIO())
    call_command("purge", stdout=StringIO())

    block = describe_protection(town.commune)

    assert [urgency for urgency, _ in told(block)][-2:] == [Urgency.DONE, Urgency.DONE]


def test_a_log_that_was_found_modified_alarms_the_dpo_until_it_is_found_sound(town, settings, tmp_path):
    settings.AUDIT_DIR = tmp_path / "audit"
    with pytest.raises(CommandError):
        call_command("audit", "verify", "--root", "0" * 64, stdout=StringIO())

    unsound = describe_protection(town.commune)
    call_command("audit", "verify", stdout=StringIO())
    sound = describe_protection(town.commune)

    assert [(task.urgency, "a été modifié :" in task.words) for task in unsound.tasks[:1]] == [(Urgency.NOW, True)]
    assert [(task.urgency, "n'a été modifié" in task.words) for task in sound.tasks[:1]] == [(Urgency.DONE, True)]
