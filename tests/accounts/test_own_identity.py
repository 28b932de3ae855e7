import pytest
from django.test import Client

from accounts.audit import Reason
from accounts.models import AuditEntry, Identity
from accounts.roles import Role
from accounts.services.identities import identify
from accounts.unsealing import unseal
from tests.access.people import let_in
from tests.accounts.ways_in import build_account

PAGE = "/compte/coordonnees/"
NAME, CORRECTED = "Zélie Canari-Témoin", "Zélie Canari"


@pytest.fixture
def account(place):
    return build_account(place, Role.VIGILANT, login="voisin-1", has_app=False)


@pytest.fixture
def holder(account) -> Client:
    identify(account, name=NAME, phone="04 75 00 00 00", email="zelie@exemple.fr")
    return let_in(Client(), account, is_proven=False)


def words_of(page) -> str:
    return page.content.decode()


def test_the_holder_reads_their_own_name_and_leaves_a_trace(holder, account):
    page = holder.get(PAGE)

    assert NAME in words_of(page)
    assert page["Cache-Control"] == "no-store, private"
    read = AuditEntry.objects.filter(stream=f"account:{account.pk}", reason=Reason.OWN_DATA)
    assert set(read.values_list("action", flat=True)) == {"identity.name", "identity.phone", "identity.email"}


def test_the_holder_corrects_it_without_letting_it_live_longer(holder, account):
    before = Identity.objects.get().dies_in
    answer = holder.post(PAGE, {"name": CORRECTED, "phone": "", "email": ""})

    assert answer.url == "/compte/"
    identity = Identity.objects.get()
    assert unseal(identity, "name", "phone", reason=Reason.UPKEEP) == {"name": CORRECTED, "phone": ""}
    assert identity.dies_in == before
    assert AuditEntry.objects.filter(action="identity.update", stream=f"account:{account.pk}").count() == 1


def test_whoever_had_none_says_who_they_are(place):
    account = build_account(place, Role.DPO, login="dpo-1")
    client = let_in(Client(), account)
    assert client.get(PAGE).status_code == 200

    client.post(PAGE, {"name": NAME, "phone": "", "email": ""})

    assert unseal(account.identity, "name", reason=Reason.UPKEEP) == {"name": NAME}


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"name": ""}, "obligatoire"), ({"phone": "bonjour"}, "Écrivez un numéro"), ({"email": "x"}, "adresse")],
)
def test_a_wrong_answer_is_said_and_nothing_changes(holder, changes, said):
    page = holder.post(PAGE, {"name": CORRECTED, "phone": "", "email": "", **changes})

    assert said in words_of(page)
    assert unseal(Identity.objects.get(), "name", reason=Reason.UPKEEP) == {"name": NAME}


@pytest.mark.parametrize("role", Role)
def test_nobody_else_reads_it_on_theirs(holder, place, role):
    other = let_in(Client(), build_account(place, role, login="autre-1"))

    assert NAME not in words_of(other.get(PAGE))


def test_a_visitor_is_asked_to_log_in(db):
    assert Client().get(PAGE).url.startswith("/compte/connexion/")
