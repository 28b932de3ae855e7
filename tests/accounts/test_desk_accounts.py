import datetime as dt
import re

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils import timezone

from accounts.audit.wording import Reason
from accounts.keys.errors import KeysMissing
from accounts.models import Account, AuditEntry, Grant, Identity, Invitation
from accounts.roles import Role
from accounts.services import accounts, invitations
from accounts.unsealing import unseal
from geo.models import Commune
from patrols.models import Crew
from sectors.models import Sector
from tests.access.people import let_in
from tests.accounts.ways_in import LIST, build_account, build_entered, give_password, run_together, words_of

NEW = "/gestion/comptes/nouveau/"
STRANGERS = sorted(set(Role) - {Role.ADMINISTRATOR, Role.DPO})
NAME = "Zélie Canari-Témoin"


def filled(**changes: str) -> dict[str, str]:
    """What a browser sends for a municipal police correspondent, with some answers changed."""
    roles = {
        f"roles-{number}-{part}": "" for number in range(4) for part in ("role", "place", "first_day", "last_day")
    }
    management = {"roles-TOTAL_FORMS": "4", "roles-INITIAL_FORMS": "0"}
    account = {"login": "lilas-204", "name": NAME, "phone": "04 75 00 00 00", "email": "zelie@exemple.fr"}
    return {**management, **roles, **account, "roles-0-role": "municipal_police", **changes}


def link_in(page) -> str:
    """The secret of the one-time link that a page shows."""
    found = re.search(r"/invitation/([^/<]+)/", page.content.decode())
    assert found is not None
    return found[1]


def test_a_new_account_has_its_roles_its_sealed_holder_and_its_link(desk, administrator, place):
    last_day = timezone.localdate() + dt.timedelta(days=9)
    answer = desk.post(
        NEW,
        filled(
            **{
                "roles-1-role": "referent",
                "roles-1-place": f"secteur:{place.sector.pk}",
                "roles-1-last_day": last_day.isoformat(),
                "roles-2-role": "crew",
                "roles-2-place": f"equipage:{place.crew.pk}",
            }
        ),
    )

    account = Account.objects.get(login="lilas-204")
    today = timezone.localdate()
    held = account.grants.order_by("pk").values_list("role", "sector", "crew", "valid", "given_by", "commune")
    assert list(held) == [
        ("municipal_police", None, None, DateRange(today, None), administrator.pk, "26999"),
        (
            "referent",
            place.sector.pk,
            None,
            DateRange(today, today + dt.timedelta(days=10)),
            administrator.pk,
            "26999",
        ),
        ("crew", None, place.crew.pk, DateRange(today, None), administrator.pk, "26999"),
    ]
    assert unseal(account.identity, "name", "phone", "email", reason=Reason.UPKEEP) == {
        "name": NAME,
        "phone": "04 75 00 00 00",
        "email": "zelie@exemple.fr",
    }
    assert invitations.find_open(invitations.fingerprint_of(link_in(desk.get(answer.url)))).account == account
    assert not account.has_usable_password()


def test_the_page_of_the_link_names_nobody_and_is_kept_by_nobody(desk):
    page = desk.post(NEW, filled(), follow=True)

    assert NAME not in words_of(page)
    assert "zelie@exemple.fr" not in words_of(page)
    assert "<svg" in words_of(page)
    assert page["Cache-Control"] == "no-store, private"


def test_who_creates_an_account_never_reads_its_name_again(desk):
    desk.post(NEW, filled())
    account = Account.objects.get(login="lilas-204")

    pages = words_of(desk.get(LIST)) + words_of(desk.get(f"{LIST}{account.pk}/"))

    assert "lilas-204" in pages
    assert NAME not in pages


def test_creating_and_inviting_are_two_entries_of_the_chain(desk, administrator):
    desk.post(NEW, filled())

    account = Account.objects.get(login="lilas-204")
    entries = AuditEntry.objects.filter(stream=f"account:{administrator.pk}", kind="accounts.account")
    assert list(entries.order_by("number").values_list("action", "ids")) == [
        ("account.create", [str(account.pk)]),
        ("account.invite", [str(account.pk)]),
    ]


def test_an_identifier_that_says_nothing_is_proposed(desk):
    proposed = re.search(r'name="login" value="([^"]+)"', words_of(desk.get(NEW)))

    assert proposed is not None
    assert re.fullmatch(r"[a-z]+-[0-9]{3}", proposed[1])


def test_the_field_of_the_place_says_for_which_roles_it_is_needed_and_never_that_it_is_optional(desk):
    label = re.search(r'<label for="id_roles-0-place">(.*?)</label>', words_of(desk.get(NEW)), re.DOTALL)

    assert label is not None
    assert "obligatoire pour un référent, un citoyen vigilant ou un équipage" in label[1]
    assert "facultatif" not in label[1]


def test_a_proposed_identifier_is_free(db, monkeypatch):
    Account.objects.create_user("thym-100")
    drawn = iter(["thym", 100, "thym", 101])
    monkeypatch.setattr("secrets.choice", lambda _choices: next(drawn))

    assert accounts.propose_login() == "thym-101"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"login": "admin-1"}, "déjà pris"),
        ({"login": "Zoé Martin"}, "minuscules sans accent"),
        ({"name": ""}, "obligatoire"),
        ({"phone": "bonjour"}, "Écrivez un numéro"),
        ({"email": "bonjour"}, "adresse"),
        ({"roles-0-role": ""}, "obligatoire"),
        ({"roles-0-role": "maire"}, "choix"),
        ({"roles-0-role": "referent"}, "choisissez-le"),
        ({"roles-0-role": "crew"}, "quel équipage"),
        ({"roles-0-place": "secteur:{sector}"}, "toute la commune"),
        ({"roles-0-place": "secteur:0"}, "choix"),
        ({"roles-0-first_day": "2020-01-01"}, "jours passés"),
        ({"roles-0-first_day": "2030-01-02", "roles-0-last_day": "2030-01-01"}, "avant le premier"),
        ({"roles-1-role": "municipal_police"}, "deux fois"),
        ({"roles-TOTAL_FORMS": "x"}, "à corriger"),
    ],
)
def test_a_wrong_answer_is_said_and_nothing_is_written(desk, place, changes, said):
    page = desk.post(NEW, filled(**{key: text.format(sector=place.sector.pk) for key, text in changes.items()}))

    assert page.status_code == 200
    assert said in words_of(page)
    assert "<title>Erreur" in words_of(page)
    assert (Account.objects.count(), Identity.objects.count(), Invitation.objects.count()) == (1, 0, 0)


def test_places_are_those_of_the_commune(desk, place, settings):
    settings.COMMUNE_INSEE = "26999"
    elsewhere = Commune.objects.create(insee_code="26998", name="Ailleurs", outline=place.commune.outline)
    sector = Sector.objects.create(commune=elsewhere, number=1, name="Là-bas")
    crew = Crew.objects.create(commune=elsewhere, name="Bravo", mode="car", service="municipal")

    page = desk.post(NEW, filled(**{"roles-0-role": "referent", "roles-0-place": f"secteur:{sector.pk}"}))

    assert "choix" in words_of(page)
    assert f"equipage:{crew.pk}" not in words_of(page)
    assert Account.objects.count() == 1


def test_when_nothing_can_be_sealed_nothing_is_created(desk, monkeypatch, tmp_path):
    def fail(*_args, **_options):
        raise KeysMissing(tmp_path)

    monkeypatch.setattr("accounts.services.accounts.identify", fail)
    page = desk.post(NEW, filled(), follow=True)

    assert "rien n'est créé" in words_of(page).replace("&#x27;", "'")
    assert not Account.objects.filter(login="lilas-204").exists()
    assert not Grant.objects.filter(role=Role.MUNICIPAL_POLICE).exists()


def test_inviting_again_revokes_the_former_link(desk):
    former = link_in(desk.post(NEW, filled(), follow=True))
    account = Account.objects.get(login="lilas-204")

    link = link_in(desk.post(f"{LIST}{account.pk}/inviter/", follow=True))

    assert invitations.find_open(invitations.fingerprint_of(link)).account == account
    assert Client().get(f"/invitation/{former}/", follow=True).status_code == 410


def test_inviting_again_asks_for_a_code_given_just_now(administrator, place):
    other = build_account(place, Role.CLSPD, login="clspd-1")
    desk = let_in(Client(), administrator, is_proven=False)

    answer = desk.post(f"{LIST}{other.pk}/inviter/")

    assert answer.status_code == 302
    assert not Invitation.objects.exists()


def test_disabling_ends_the_sessions_and_the_link_at_once(desk, place):
    agent = build_account(place, Role.MUNICIPAL_POLICE, login="pm-1")
    invitations.invite(agent, by=None)
    visitor = let_in(Client(), agent)
    assert visitor.get("/accueil/").status_code == 200

    desk.post(f"{LIST}{agent.pk}/desactiver/")

    assert visitor.get("/accueil/").url.startswith("/compte/connexion/")
    assert Invitation.objects.get().revoked_at is not None
    assert AuditEntry.objects.filter(action="account.disable", ids=[str(agent.pk)]).count() == 1


def test_disabling_twice_is_disabling_once(place, administrator):
    agent = build_account(place, Role.MUNICIPAL_POLICE, login="pm-1")
    first = accounts.disable(agent.pk, commune="26999")

    again = accounts.disable(agent.pk, commune="26999")

    assert again.disabled_at == first.disabled_at
    assert AuditEntry.objects.filter(action="account.disable").count() == 1


def test_an_account_opened_again_keeps_its_former_sessions_closed(desk, place):
    agent = build_account(place, Role.MUNICIPAL_POLICE, login="pm-1")
    visitor = let_in(Client(), agent)
    desk.post(f"{LIST}{agent.pk}/desactiver/")

    desk.post(f"{LIST}{agent.pk}/reactiver/")

    assert visitor.get("/accueil/").url.startswith("/compte/connexion/")
    assert give_password(Client(), agent).url == "/compte/connexion/code/"
    agent.refresh_from_db()
    assert (agent.is_active, agent.disabled_at) == (True, None)


def test_a_disabled_account_is_not_invited(desk, place):
    agent = build_account(place, Role.MUNICIPAL_POLICE, login="pm-1")
    desk.post(f"{LIST}{agent.pk}/desactiver/")

    page = desk.post(f"{LIST}{agent.pk}/inviter/", follow=True)

    assert "réactivez-le" in words_of(page)
    assert not Invitation.objects.exists()


def test_the_last_administrator_stays(desk, administrator):
    page = desk.post(f"{LIST}{administrator.pk}/desactiver/", follow=True)

    assert "dernier qui administre" in words_of(page)
    administrator.refresh_from_db()
    assert administrator.is_active


def test_nor_does_the_dpo_close_the_last_administrator(dpo, administrator):
    dpo.post(f"{LIST}{administrator.pk}/desactiver/")

    administrator.refresh_from_db()
    assert administrator.is_active


def test_an_administrator_who_never_came_in_does_not_let_the_other_go(desk, administrator, place):
    build_account(place, Role.ADMINISTRATOR, login="admin-2")

    desk.post(f"{LIST}{administrator.pk}/desactiver/")

    administrator.refresh_from_db()
    assert administrator.is_active


def test_with_another_administrator_one_may_close_ones_own_account(desk, administrator, place):
    build_entered(place, Role.ADMINISTRATOR, login="admin-2")

    desk.post(f"{LIST}{administrator.pk}/desactiver/")

    administrator.refresh_from_db()
    assert not administrator.is_active


@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_who_close_each_other_at_once_one_is_refused(place, administrator):
    other = build_entered(place, Role.ADMINISTRATOR, login="admin-2")
    first, second = let_in(Client(), administrator), let_in(Client(), other)

    run_together(
        lambda: first.post(f"{LIST}{other.pk}/desactiver/"),
        lambda: second.post(f"{LIST}{administrator.pk}/desactiver/"),
    )

    assert Account.objects.filter(is_active=True).count() == 1


def test_the_dpo_lists_and_closes_accounts_and_makes_none(dpo, place):
    agent = build_account(place, Role.MUNICIPAL_POLICE, login="pm-1")

    assert "pm-1" in words_of(dpo.get(LIST))
    assert dpo.get(NEW).status_code == 404
    assert dpo.post(NEW, filled()).status_code == 404
    assert dpo.post(f"{LIST}{agent.pk}/inviter/").status_code == 404
    assert dpo.post(f"{LIST}{agent.pk}/desactiver/").status_code == 302
    assert dpo.post(f"{LIST}{agent.pk}/reactiver/").status_code == 404
    agent.refresh_from_db()
    assert not agent.is_active


@pytest.mark.parametrize("role", STRANGERS)
def test_nobody_else_finds_the_desk(place, administrator, role):
    stranger = let_in(Client(), build_account(place, role, login="agent-9"))
    one = f"{LIST}{administrator.pk}/"

    seen = [stranger.get(page).status_code for page in (LIST, NEW, one, f"{LIST}?etat=actif")]
    done = [stranger.post(f"{one}{act}/").status_code for act in ("inviter", "desactiver", "reactiver")]

    assert set(seen + done) == {404}
    assert Account.objects.filter(is_active=True).count() == 2


def test_an_account_of_another_commune_is_not_there(desk, place, settings):
    settings.COMMUNE_INSEE = "26999"
    elsewhere = Commune.objects.create(insee_code="26998", name="Ailleurs", outline=place.commune.outline)
    far = Account.objects.create_user("loin-1")
    Grant.objects.create(account=far, role=Role.DPO, commune=elsewhere, valid=DateRange(dt.date(2020, 1, 1), None))

    assert "loin-1" not in words_of(desk.get(LIST))
    assert desk.get(f"{LIST}{far.pk}/").status_code == 404
    assert desk.post(f"{LIST}{far.pk}/desactiver/").status_code == 404


def test_the_page_of_an_account_shows_its_second_factors_and_no_secret(desk, place):
    agent = build_account(place, Role.MUNICIPAL_POLICE, login="pm-1")

    page = words_of(desk.get(f"{LIST}{agent.pk}/"))

    assert "Application d&#x27;authentification" in page
    assert "une personne seule ne doit pas pouvoir étendre des droits" in page


def test_django_s_admin_is_nowhere(settings, desk):
    assert not [app for app in settings.INSTALLED_APPS if app.startswith("django.contrib.admin")]
    assert "admin" not in get_resolver().namespace_dict
    with pytest.raises(NoReverseMatch):
        reverse("admin:index")
    assert desk.get("/admin/").status_code == 404


def test_an_account_without_any_role_is_asked_for_one_in_plain_words(desk):
    sent = {"login": "sapin-123", "name": "Camille Invent", "roles-TOTAL_FORMS": "4", "roles-INITIAL_FORMS": "0"}
    page = words_of(desk.post(f"{LIST}nouveau/", sent))
    assert "Donnez au moins un rôle." in page
    assert "formulaire." not in page


def test_loading_the_page_of_a_link_anew_sends_nothing_again_and_says_that_it_was_shown(desk):
    page = desk.post(NEW, filled(), follow=True)
    ((address, status),) = page.redirect_chain
    link = link_in(page)
    assert status == 302
    again = words_of(desk.get(address))
    assert link not in again
    assert "a été montré une fois" in again
    assert "a été montré une fois" not in words_of(desk.get(address))


def test_a_link_waits_sealed_in_the_session(desk):
    answer = desk.post(NEW, filled())
    kept = str(dict(desk.session))
    assert link_in(desk.get(answer.url)) not in kept
