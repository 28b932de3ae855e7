import datetime as dt
import html
import re

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from absences.models import Absence
from accounts import audit, scope
from accounts.audit.keeping import write_root
from accounts.models import Account, AuditEntry
from accounts.person import Person
from accounts.roles import Role

OWN, ALL, VERIFY = "/compte/journal/", "/dpo/journal/", "/dpo/journal/verification/"


@pytest.fixture(autouse=True)
def audit_folder(settings, tmp_path):
    settings.AUDIT_DIR = tmp_path / "audit"
    return settings.AUDIT_DIR


def act(person: Person, action: str, **said) -> None:
    """Record an act as the site does for a person."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE ronde_web")
        scope.enter(person)
        audit.record(action, **said)
        scope.enter(Person(account_id=None))
        cursor.execute("RESET ROLE")


@pytest.fixture
def officer(place) -> Person:
    """A police correspondent who has read three homes, and was refused a page."""
    person = place.person(Role.MUNICIPAL_POLICE)
    act(person, "absence.address", kind=Absence, subjects=[41, 42, 43], reason=audit.Reason.PATROL)
    act(person, "access.refused", outcome="refused")
    return person


def words(answer) -> str:
    body = answer.content.decode().split("<main")[1].split("</main>")[0]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body)))


def rows(answer) -> list[str]:
    body = answer.content.decode().partition("<tbody>")[2].partition("</tbody>")[0]
    cells = [re.sub(r"<[^>]+>", " ", row) for row in re.findall(r"<tr>.*?</tr>", body, flags=re.DOTALL)]
    return [re.sub(r"\s+", " ", html.unescape(row)).strip() for row in cells]


@pytest.mark.parametrize("role", list(Role))
def test_everyone_reads_their_own_entries_and_no_others(login_as, place, officer, role):
    act(place.person(role), "password.changed")

    page = words(login_as(role).get(OWN))

    assert "Mot de passe changé" in page
    assert ("3 logements vacants" in page) is (role is Role.MUNICIPAL_POLICE)


def test_an_act_is_told_with_its_rows_its_motive_and_its_outcome(login_as, officer):
    refused, read = rows(login_as(Role.MUNICIPAL_POLICE).get(OWN))[-2:]

    assert "Adresse d'un logement vacant 3 logements vacants préparation ou conduite des tournées fait" in read
    assert "Demande refusée" in refused


def test_a_new_account_is_told_that_nothing_was_done(login_as):
    assert "Rien n'a encore été fait" in words(login_as(Role.CLSPD).get(OWN))


def test_the_dpo_reads_who_did_what_on_which_rows(login_as, officer):
    page = login_as(Role.DPO).get(ALL)

    line = next(row for row in rows(page) if "logements vacants" in row)
    assert "26999-municipal-police Adresse d'un logement vacant 3 logements vacants n° 41 n° 42 n° 43" in line


def test_the_dpo_finds_who_read_one_home(login_as, place, officer):
    act(place.person(Role.NATIONAL_POLICE), "absence.address", kind=Absence, subjects=[51])

    found = rows(login_as(Role.DPO).get(ALL, {"objet": "absences.absence:42"}))

    assert len(found) == 1
    assert "26999-municipal-police" in found[0]


def test_the_dpo_asks_for_a_home_by_its_number_and_a_link_fills_in_the_same_fields(login_as, place, officer):
    act(place.person(Role.NATIONAL_POLICE), "absence.address", kind=Absence, subjects=[51])
    dpo = login_as(Role.DPO)

    asked = dpo.get(ALL, {"sur": "absences.absence", "numero": "42"})
    followed = dpo.get(ALL, {"objet": "absences.absence:42"})

    assert len(rows(asked)) == 1
    assert rows(followed) == rows(asked)
    assert 'name="numero" value="42"' in followed.content.decode()
    assert 'name="objet" value=' not in followed.content.decode()


def test_the_dpo_narrows_to_one_kind_of_rows(login_as, officer):
    assert len(rows(login_as(Role.DPO).get(ALL, {"sur": "absences.absence"}))) == 1


def test_a_number_that_is_changed_in_the_field_counts_more_than_the_link_it_came_from(login_as, officer):
    page = login_as(Role.DPO).get(ALL, {"objet": "absences.absence:42", "sur": "absences.absence", "numero": "43"})

    assert "n° 43" in rows(page)[0]
    assert 'name="numero" value="43"' in page.content.decode()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"numero": "42"}, "de quoi c'est le numéro"),
        ({"sur": "absences.absence", "numero": "Martin"}, "entier"),
        ({"sur": "absences.absence", "numero": "-1"}, "supérieure ou égale à 1"),
        ({"sur": "absences.absence", "numero": str(2**63)}, "inférieure ou égale"),
        ({"sur": "rue des Lilas"}, "choix"),
    ],
)
def test_what_cannot_be_a_number_or_a_kind_is_explained(login_as, asked, said):
    answer = login_as(Role.DPO).get(ALL, asked)

    assert answer.status_code == 400
    assert said in words(answer)


def test_what_one_answer_showed_of_the_same_rows_is_one_line(login_as, place):
    keeper = place.person(Role.ADMINISTRATOR)
    with transaction.atomic():
        for action in ("account.roles", "account.mfa_state") * 2:
            act(keeper, action, kind=Account, subjects=[7], reason=audit.Reason.ACCOUNT_CARE)
    act(keeper, "account.roles", kind=Account, subjects=[8], reason=audit.Reason.ACCOUNT_CARE)

    found = rows(login_as(Role.DPO).get(ALL, {"compte": keeper.account_id}))

    # The latest first: of account 8, then the page of account 7, which was opened twice.
    both = "Rôles d'un compte État du second facteur d'un compte 1 compte n° 7"
    assert [both in row for row in found] == [False, True, True]


def test_an_administrator_is_offered_no_number_of_a_home(login_as, officer):
    page = login_as(Role.ADMINISTRATOR).get(ALL, {"sur": "absences.absence", "numero": "42"})

    assert page.status_code == 200
    assert 'name="numero"' not in page.content.decode()


def test_the_dpo_narrows_to_one_account_and_to_refusals(login_as, place, officer):
    act(place.person(Role.NATIONAL_POLICE), "access.refused", outcome="refused")
    dpo = login_as(Role.DPO)

    assert len(rows(dpo.get(ALL, {"compte": officer.account_id}))) == 2
    assert len(rows(dpo.get(ALL, {"compte": officer.account_id, "issue": "refused"}))) == 1


def test_days_narrow_the_log_and_both_are_included(login_as, officer):
    dpo, today = login_as(Role.DPO), timezone.localdate()
    yesterday = today - dt.timedelta(days=1)

    assert rows(dpo.get(ALL, {"du": today.isoformat(), "au": today.isoformat()}))
    assert "Rien de tel n'a été fait pendant ces jours" in words(
        dpo.get(ALL, {"du": yesterday.isoformat(), "au": yesterday.isoformat()})
    )


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"du": "2026-08-12", "au": "2026-08-11"}, "inversez-les"),
        ({"du": "2020-01-01", "au": "2026-08-11"}, "un an au plus"),
        ({"du": "hier"}, "valide"),
        ({"issue": "peut-être"}, "choix"),
        ({"compte": "moi"}, "entier"),
        ({"objet": "Martin, rue des Lilas"}, "valide"),
    ],
)
@pytest.mark.parametrize("role", [Role.DPO, Role.ADMINISTRATOR])
def test_what_cannot_be_asked_is_explained(login_as, role, asked, said):
    answer = login_as(role).get(ALL, asked)

    assert answer.status_code == 400
    assert said in words(answer)


def test_the_entries_of_another_commune_stay_there(login_as, elsewhere, officer):
    act(elsewhere.person(Role.MUNICIPAL_POLICE), "absence.address", kind=Absence, subjects=[99])

    assert "n° 99" not in words(login_as(Role.DPO).get(ALL))


def test_an_administrator_reads_initials_half_days_and_counts_only(login_as, officer):
    page = login_as(Role.ADMINISTRATOR).get(ALL)

    line = next(row for row in rows(page) if "Adresse" in row)
    # The identifier is 26999-municipal-police.
    assert re.fullmatch(r"\d+ \S+ \d{4}, (matin|après-midi) 2\.m\.p Adresse d'un logement vacant fait 1", line)
    assert "municipal-police" not in words(page)
    assert not re.search(r"\b4[123]\b", words(page))


def test_reading_the_log_is_itself_in_the_log(login_as, place):
    login_as(Role.DPO).get(ALL)

    stream = f"account:{place.accounts[Role.DPO].pk}"
    assert AuditEntry.objects.filter(stream=stream, action="audit.all_entries").count() == 1


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.DPO, Role.ADMINISTRATOR}))
@pytest.mark.parametrize("address", [ALL, VERIFY])
def test_for_others_the_log_of_all_does_not_exist(login_as, role, address):
    client = login_as(role)

    assert client.get(address).status_code in {404, 405}
    assert client.post(address).status_code in {404, 405}
    assert client.post(VERIFY).status_code == 404
    assert client.get(ALL).status_code == 404


@pytest.mark.parametrize("role", [Role.DPO, Role.ADMINISTRATOR])
def test_a_log_that_nobody_touched_is_found_sound(login_as, officer, audit_folder, role):
    root = write_root(audit_folder)

    page = words(login_as(role).post(VERIFY))

    assert "Rien n'a été modifié" in page
    assert root.digest.hex() in page


@pytest.mark.parametrize("role", [Role.DPO, Role.ADMINISTRATOR])
def test_a_log_that_was_touched_is_told_and_placed(login_as, officer, role):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_auditentry DISABLE TRIGGER USER, NO FORCE ROW LEVEL SECURITY")
        cursor.execute("UPDATE accounts_auditentry SET ids = '{41}' WHERE cardinality(ids) = 3")

    page = words(login_as(role).post(VERIFY))

    assert "Le journal a été modifié" in page
    assert f"Flux account:{officer.account_id}, entrée n° 1" in page


def test_the_pages_are_reached_by_their_names():
    assert [reverse(name) for name in ("own_journal", "journal", "verify_journal")] == [OWN, ALL, VERIFY]
