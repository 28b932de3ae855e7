import datetime as dt
import re

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Account, AuditEntry, Grant, Identity
from accounts.roles import Role
from sectors.models import Pseudonym, Registration
from sectors.services import vigilants
from tests.access.people import Place, let_in
from tests.builders import DAY

pytestmark = pytest.mark.django_db

ONE_DAY = dt.timedelta(days=1)
LINK = re.compile(r"http://testserver(/inscription/[\w-]+/)")
PASSWORD = "trois-chevaux-dans-un-pré"
CHOSEN = {"pseudonym": "Hibou grand-duc", "password": PASSWORD, "again": PASSWORD}
NOT_OPEN = "Ce lien ne peut pas servir"


@pytest.fixture
def referent(place) -> Client:
    return let_in(Client(), place.accounts[Role.REFERENT])


def hand_out(referent: Client, place: Place, **said: object) -> str:
    """The address that the letter shows."""
    url = f"/secteurs/{place.sectors[0].pk}/inscription/"
    return LINK.search(referent.post(url, said, follow=True).content.decode())[1]


def join(address: str, **changed: str) -> tuple[Client, str]:
    resident = Client()
    resident.get(address)
    answer = resident.post("/inscription/", CHOSEN | changed, follow=True)
    return resident, answer.content.decode()


def page_of(client: Client, place: Place) -> str:
    return client.get(f"/secteurs/{place.sectors[0].pk}/").content.decode()


def test_a_resident_joins_by_a_letter_and_the_referent_reads_a_pseudonym_alone(referent, place):
    address = hand_out(referent, place)

    resident, page = join(address)

    account = Account.objects.latest("pk")
    assert "Hibou grand-duc" in resident.get("/vigilant/").content.decode()
    assert "Secteur 1" in page
    assert f"Vous êtes inscrit. Votre identifiant est « {account.login} »" in page
    assert f"<dt>Votre identifiant</dt><dd>{account.login}</dd>" in page
    told = page_of(referent, place)
    assert "Hibou grand-duc" in told
    assert "citoyens vigilants inscrits" in told
    assert account.login not in told
    assert account.check_password(PASSWORD)
    assert [*account.grants.values_list("role", "sector", "given_by")] == [("vigilant", place.sectors[0].pk, None)]
    assert not Identity.objects.filter(account=account).exists()


def test_the_link_leaves_the_address_bar_is_shown_once_and_serves_once(referent, place):
    address = hand_out(referent, place)
    registration = Registration.objects.get()
    answer = Client().get(address)
    assert (answer.url, answer["Referrer-Policy"]) == ("/inscription/", "no-referrer")
    again = referent.get(f"/inscriptions/{registration.pk}/lettre/", follow=True).content.decode()
    assert "a été montrée une fois" in again

    join(address)

    assert NOT_OPEN in join(address)[1]
    assert NOT_OPEN in join("/inscription/nimporte/")[1]
    assert Account.objects.filter(grants__role=Role.VIGILANT).count() == 2


def test_a_link_that_is_opened_again_proposes_the_same_identifier_and_another_link_another(referent, place):
    first, second, resident = hand_out(referent, place), hand_out(referent, place), Client()

    def proposed(address: str) -> str:
        return re.search(r"<code>([^<]+)</code>", resident.get(address, follow=True).content.decode())[1]

    noted = proposed(first)
    assert proposed(first) == noted
    assert proposed(second) != noted


def test_the_address_is_short_to_type_whatever_the_capitals_and_the_hyphens(referent, place):
    address = hand_out(referent, place)
    secret = address.split("/")[2]
    assert re.fullmatch(r"[2-9a-hjkmnp-z]{4}(-[2-9a-hjkmnp-z]{4}){4}", secret)

    assert NOT_OPEN in join(address[:-2] + "/")[1]
    resident, _ = join(f"/inscription/{secret.upper().replace('-', '')}/")

    assert "Hibou grand-duc" in resident.get("/vigilant/").content.decode()


def test_a_registration_that_was_taken_back_or_has_expired_opens_nothing(referent, place):
    taken_back, expired = hand_out(referent, place), hand_out(referent, place)
    second, first = Registration.objects.all()
    referent.post(f"/inscriptions/{first.pk}/annuler/")
    Registration.objects.filter(pk=second.pk).update(expires_at=timezone.now())

    assert NOT_OPEN in join(taken_back)[1]
    assert NOT_OPEN in join(expired)[1]


def test_a_registration_with_an_end_gives_the_role_until_then(referent, place):
    until = timezone.localdate() + 30 * ONE_DAY
    join(hand_out(referent, place, last_day=f"{until}"))

    assert Grant.objects.latest("pk").last_day == until


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"pseudonym": "zoe@exemple.fr"}, "ni adresse ni numéro"),
        ({"pseudonym": "Zoé 0639980011"}, "ni adresse ni numéro"),
        ({"pseudonym": "MERLE"}, "Ce pseudonyme est déjà pris"),
        ({"password": "court", "again": "court"}, "12"),
        ({"again": "autre"}, "diffèrent"),
    ],
)
def test_what_a_resident_chooses_is_refused_with_the_reason_and_the_link_still_serves(
    referent, place, changed, refusal
):
    Pseudonym.objects.create(account=place.accounts[Role.VIGILANT], sector=place.sectors[0], text="Merle")
    address = hand_out(referent, place)

    assert refusal in join(address, **changed)[1]
    assert Registration.objects.get().used_at is None
    assert NOT_OPEN not in join(address)[1]


def test_an_identifier_that_was_given_meanwhile_is_replaced_by_another(referent, place):
    resident = Client()
    resident.get(hand_out(referent, place))
    Account.objects.create_user(resident.session["ronde.registration"]["login"])

    assert "un autre vous est proposé" in resident.post("/inscription/", CHOSEN).content.decode()
    resident.post("/inscription/", CHOSEN)
    assert Pseudonym.objects.count() == 1


def test_one_changes_ones_pseudonym_and_leaves(referent, place):
    vigilant = place.accounts[Role.VIGILANT]
    resident, role = let_in(Client(), vigilant), vigilant.grants.get()
    page = resident.post(f"/vigilant/{role.pk}/pseudonyme/", {"pseudonym": "Merle"}, follow=True).content.decode()
    assert "Votre pseudonyme est enregistré." in page
    assert "Merle" in page_of(referent, place)

    page = resident.post(f"/vigilant/{role.pk}/quitter/", follow=True).content.decode()

    assert "Votre départ est enregistré." in page
    assert resident.get("/vigilant/").status_code == 404
    assert "Merle" not in page_of(referent, place)
    acts = AuditEntry.objects.filter(action__in=["pseudonym.choose", "vigilant.leave"]).order_by("pk")
    assert [*acts.values_list("action", flat=True)] == ["pseudonym.choose", "vigilant.leave"]


def test_a_referent_ends_a_registration_of_their_sector_and_of_no_other(referent, place):
    role = place.accounts[Role.VIGILANT].grants.get()
    Grant.objects.filter(pk=role.pk).update(sector=place.sectors[1])
    assert referent.post(f"/vigilants/{role.pk}/fin/").status_code == 404
    Grant.objects.filter(pk=role.pk).update(sector=place.sectors[0])

    asked = referent.post(f"/vigilants/{role.pk}/fin/").content.decode()
    assert "Mettre fin à une inscription" in asked
    assert Grant.objects.get(pk=role.pk).valid == role.valid

    page = referent.post(f"/vigilants/{role.pk}/fin/", {"confirmed": role.pk}, follow=True).content.decode()

    assert "L&#x27;inscription est terminée." in page
    assert "Personne n'est inscrit" in page.replace("&#x27;", "'")


def test_another_sector_hands_out_nothing_and_closes_nothing(referent, place):
    other = place.sectors[1]
    assert referent.get(f"/secteurs/{other.pk}/inscription/").status_code == 404
    kept = Registration.objects.create(sector=other, token_sha256="f" * 64, expires_at=timezone.now() + ONE_DAY)
    for page in ("lettre", "annuler"):
        assert referent.post(f"/inscriptions/{kept.pk}/{page}/").status_code in (404, 405)
    assert referent.get(f"/inscriptions/{kept.pk}/lettre/").status_code == 404


def test_the_administrator_reads_initials_and_the_reading_is_told(place):
    identity = Identity(
        account=place.accounts[Role.VIGILANT], name="Zoé du Bois", phone="06 39 98 00 11", email="zoe@exemple.fr"
    )
    identity.keep_until(DAY)
    identity.save()

    page = page_of(let_in(Client(), place.accounts[Role.ADMINISTRATOR]), place)

    assert "Z. D. B." in page
    assert "·· 11" in page
    assert "z···" in page
    assert not [word for word in ("Zoé", "Bois", "98 00", "exemple") if word in page]
    read = AuditEntry.objects.filter(action__startswith="vigilant.").order_by("action")
    assert [*read.values_list("action", flat=True)] == ["vigilant.contact", "vigilant.name"]


def test_what_was_not_given_is_masked_as_nothing():
    assert (vigilants.mask_name(""), vigilants.mask_phone(" "), vigilants.mask_email("")) == ("", "", "")
