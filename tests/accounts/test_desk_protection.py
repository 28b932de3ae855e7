import datetime as dt
import re
from html import unescape

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.utils import timezone

from accounts.keys.errors import KeysMissing
from accounts.keys.store import KeyInventory, WeekEntry
from accounts.models import Account, AuditEntry, Invitation, PurgeRun
from accounts.roles import Role
from accounts.sealing import Week
from accounts.services import purge_runs
from accounts.services.register import register
from accounts.services.sealed_secrets import WITHOUT_END
from config.desk.key_weeks import sort_keys
from tests.access.people import let_in
from tests.accounts.ways_in import build_account

HOME, REGISTER, RETENTION, KEYS = "/dpo/", "/dpo/registre/", "/dpo/conservation/", "/dpo/cles/"
ERASE, COUNT = f"{RETENTION}effacer/", f"{RETENTION}compter/"
STRANGERS = sorted(set(Role) - {Role.ADMINISTRATOR, Role.DPO})
TODAY = dt.date(2026, 11, 24)


@pytest.fixture
def dpo(place) -> Client:
    return let_in(Client(), build_account(place, Role.DPO, login="dpo-1"))


@pytest.fixture
def administrator(place) -> Client:
    return let_in(Client(), build_account(place, Role.ADMINISTRATOR, login="admin-1"))


@pytest.fixture
def expired(place, own_keys) -> Invitation:
    """A link that expired a year ago: kept 30 days, it is over."""
    account = build_account(place, Role.CLSPD, login="clspd-1", has_app=False)
    long_ago = timezone.now() - dt.timedelta(days=365)
    return Invitation.objects.create(account=account, token_sha256="0" * 64, expires_at=long_ago)


def words_of(page) -> str:
    return page.content.decode()


def test_the_dpo_finds_accounts_register_retention_keys_and_journal(dpo):
    page = words_of(dpo.get(HOME))

    for address in (REGISTER, RETENTION, KEYS, "/gestion/comptes/", "/dpo/journal/"):
        assert f'href="{address}"' in page


def test_accounts_are_counted_by_state(dpo, place):
    build_account(place, Role.CLSPD, login="clspd-1", has_app=False)

    page = words_of(dpo.get(HOME))

    # The DPO is in; the council's reader has a password and has never come in.
    assert "<dt>Actif</dt><dd>1</dd>" in page
    assert "<dt>Pas encore entré</dt><dd>1</dd>" in page
    assert "Sans le second facteur que son rôle demande : 1\xa0compte." in page


def test_the_register_says_what_every_declared_table_keeps(dpo):
    page = unescape(words_of(dpo.get(REGISTER)))

    titles = [table.title for entry in register() for table in entry.tables]
    assert "Effacements" in titles
    assert [title for title in titles if f'<th scope="row">{title}</th>' not in page] == []


@pytest.mark.parametrize("role", STRANGERS)
def test_nobody_else_finds_any_of_it(place, role):
    stranger = let_in(Client(), build_account(place, role, login="agent-9"))

    answers = [stranger.get(page).status_code for page in (HOME, REGISTER, RETENTION, KEYS)]
    answers += [stranger.post(page).status_code for page in (ERASE, COUNT)]

    assert set(answers) == {404}
    assert not PurgeRun.objects.exists()


def test_the_administrator_sees_how_many_rows_left_and_not_of_which_tables(administrator, expired):
    purge_runs.carry_out_daily(timezone.localdate())

    page = words_of(administrator.get(RETENTION))

    assert "Effacement" in page
    assert '<td class="number">1</td>' in page
    assert "Invitations : 1" not in page
    assert administrator.get(REGISTER).status_code == 404


def test_the_dpo_sees_them_by_table(dpo, expired):
    purge_runs.carry_out_daily(timezone.localdate())

    assert "Invitations : 1" in words_of(dpo.get(RETENTION))


def test_erasing_is_asked_on_the_site_and_done_by_the_worker(dpo, expired):
    page = dpo.post(ERASE, follow=True)
    assert "En attente" in words_of(page)
    assert Invitation.objects.exists()

    assert purge_runs.carry_out_waiting(timezone.localdate()) == 1

    assert not Invitation.objects.exists()
    run = PurgeRun.objects.get()
    assert (run.asked_by.login, run.rows, run.problem) == ("dpo-1", 1, "")
    assert "dpo-1" in words_of(dpo.get(RETENTION))
    assert AuditEntry.objects.filter(action="retention.asked", ids=[str(run.pk)]).count() == 1


def test_counting_what_is_due_erases_nothing(dpo, expired):
    dpo.post(COUNT)

    purge_runs.carry_out_waiting(timezone.localdate())

    assert Invitation.objects.exists()
    assert "Invitations : 1" in words_of(dpo.get(RETENTION))
    assert not PurgeRun.objects.done().exists()


def test_erasing_asks_for_a_code_given_just_now(place):
    account = build_account(place, Role.DPO, login="dpo-1")
    dpo = let_in(Client(), account, is_proven=False)

    dpo.post(ERASE)

    assert not PurgeRun.objects.exists()


def test_what_waits_already_is_not_asked_twice(dpo):
    dpo.post(ERASE)
    dpo.post(ERASE)

    assert PurgeRun.objects.count() == 1


def test_what_was_carried_out_is_not_carried_out_again(place, expired):
    purge_runs.ask(Account.objects.get(), is_rehearsal=False)
    purge_runs.carry_out_waiting(timezone.localdate())

    assert purge_runs.carry_out_waiting(timezone.localdate()) == 0


def test_a_run_that_fails_says_why_and_the_next_still_runs(dpo, expired, own_keys, monkeypatch, tmp_path):
    dpo.post(ERASE)
    dpo.post(COUNT)
    outcomes = iter([KeysMissing(tmp_path)])
    real = purge_runs.purge

    def fail_once(*args, **options):
        for error in outcomes:
            raise error
        return real(*args, **options)

    monkeypatch.setattr(purge_runs, "purge", fail_once)
    purge_runs.carry_out_waiting(timezone.localdate())

    failed, counted = PurgeRun.objects.order_by("pk")
    assert "manque" in failed.problem
    assert (counted.problem, counted.rows) == ("", 1)
    assert "Échec" in words_of(dpo.get(RETENTION))


def test_the_command_leaves_a_run_and_its_dry_run_none(expired):
    call_command("purge", "--dry-run")
    assert not PurgeRun.objects.exists()

    call_command("purge")
    assert PurgeRun.objects.done().get().asked_by is None


def test_the_command_carries_out_what_the_site_asks_for(expired, capsys):
    purge_runs.ask(Account.objects.get(), is_rehearsal=True)

    call_command("purge", on_request=0)

    assert "Demandes du site exécutées : 1." in capsys.readouterr().out


def test_the_command_waits_no_less_than_nothing(db):
    with pytest.raises(CommandError, match="on-request"):
        call_command("purge", on_request=-1)


def test_the_inventory_of_keys_shows_weeks_and_no_key(dpo, own_keys):
    own_keys.prepare([Week.of(TODAY)])
    own_keys.destroy([Week.of(TODAY)])
    own_keys.prepare([Week.of(TODAY + dt.timedelta(days=7))])

    page = words_of(dpo.get(KEYS))

    assert "2026-W48" in page
    assert "2026-W49" in page
    assert "Clé sans limite" not in page
    assert "key" not in page.partition("<main")[2].partition("</main>")[0].replace("keys", "")


def test_the_key_without_end_is_named_and_is_no_week(dpo, own_keys):
    own_keys.prepare([WITHOUT_END, *Week.of(timezone.localdate()).following(60)])

    page = unescape(words_of(dpo.get(KEYS)))

    assert "Clé sans limite" in page
    assert '<th scope="row">9999-W01</th>' not in page
    # Of the sixty, one is this week's; the others are folded.
    assert "59\xa0semaines" in page
    assert "<summary>Semaines à venir, faites d'avance (59)</summary>" in page


def test_keys_are_sorted_by_what_one_looks_for():
    weeks = [Week(2026, 46), Week(2026, 47), Week(2026, 48), Week(2026, 49), WITHOUT_END]
    entries = [WeekEntry(week=week, made_on=TODAY, destroyed_on=None) for week in weeks]
    gone = [WeekEntry(week=Week(2026, number), made_on=None, destroyed_on=TODAY) for number in (44, 45)]
    inventory = KeyInventory(weeks=(*gone, *entries), wrapped_since=TODAY)

    # 24 November 2026 is a Tuesday of week 48.
    found = sort_keys(inventory, TODAY)

    groups = (found.held_back, found.present, found.ahead, found.without_end, found.destroyed)
    assert [[str(entry.week) for entry in group] for group in groups] == [
        ["2026-W46", "2026-W47"],
        ["2026-W48"],
        ["2026-W49"],
        ["9999-W01"],
        ["2026-W45", "2026-W44"],
    ]


def test_keys_that_cannot_be_read_are_said_without_their_place(dpo, settings, tmp_path):
    settings.KEYS_DIR = tmp_path / "nulle-part"

    page = dpo.get(KEYS)

    assert page.status_code == 503
    assert "Les clés ne se lisent pas" in words_of(page)
    assert "nulle-part" not in words_of(page)


def test_the_section_of_a_page_is_the_nearest(dpo):
    # A phone has the sections a second time, in the menu that opens.
    rail, menu = re.findall(r"<nav class=.*?</nav>", words_of(dpo.get("/dpo/journal/")), re.DOTALL)

    for sections in (rail, menu):
        assert sections.count('aria-current="page"') == 1
        assert '<a href="/dpo/journal/" aria-current="page">' in sections
