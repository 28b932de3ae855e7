import pytest
from django.db import IntegrityError, transaction

from accounts import scope
from accounts.models import AuditEntry
from accounts.person import NOBODY
from accounts.roles import Role
from sectors.errors import BulletinAlreadyReplaced, BulletinUnfinished
from sectors.models import Bulletin
from sectors.services.bulletins import writing
from sectors.services.bulletins.writing import Written
from sectors.services.referents import count_referents
from tests.sectors.bulletins.messages import NOW, SUBJECT, TEXT, draft_for, send_to

pytestmark = pytest.mark.django_db


def correct(place, sent: Bulletin) -> Bulletin:
    account, service = place.accounts[Role.NATIONAL_POLICE], Bulletin.Service.NATIONAL
    return writing.begin(place.town.commune, account, service, now=NOW, replaces=sent)


def test_a_message_goes_to_its_sectors_with_how_many_referents_each_has(place):
    bulletin = send_to(place, place.sectors[0], place.sectors[2])

    # The first sector has the référent of the place, the third has none.
    assert list(bulletin.addressed.values_list("sector__number", "referents")) == [(1, 1), (3, 0)]
    assert (bulletin.sent_at, bulletin.service) == (NOW, "municipal")
    assert AuditEntry.objects.filter(action="bulletin.send", ids=[str(bulletin.pk)]).count() == 1


@pytest.mark.parametrize(
    ("subject", "text", "has_sector", "lacking"),
    [
        (" ", TEXT, True, "Il manque un objet :"),
        (SUBJECT, "", True, "Il manque un texte :"),
        ("", TEXT, False, "Il manque un objet et au moins un secteur :"),
    ],
)
def test_a_message_that_lacks_something_is_not_sent(place, subject, text, has_sector, lacking):
    bulletin = draft_for(place)
    writing.keep(bulletin, Written(subject=subject, text=text, sectors=place.sectors[:has_sector]), now=NOW)

    with pytest.raises(BulletinUnfinished, match=lacking):
        writing.send(bulletin, now=NOW)
    assert not Bulletin.objects.sent().exists()


def test_the_database_sends_no_empty_message(place):
    with pytest.raises(IntegrityError, match="says_something"), transaction.atomic():
        Bulletin.objects.create(commune=place.town.commune, service="municipal", saved_at=NOW, sent_at=NOW)


def test_a_draft_follows_what_is_typed(place):
    bulletin = draft_for(place, *place.sectors[:2])

    writing.keep(bulletin, Written(subject="Autre", text="", sectors=[place.sectors[1]]), now=NOW)

    kept = Bulletin.objects.drafts().get()
    assert (kept.subject, kept.text, list(kept.sectors.all())) == ("Autre", "", [place.sectors[1]])


def test_who_left_an_empty_draft_finds_it_again_and_a_begun_one_stays(place):
    commune, account, service = place.town.commune, place.accounts[Role.NATIONAL_POLICE], Bulletin.Service.NATIONAL
    first = writing.begin(commune, account, service, now=NOW)
    again = writing.begin(commune, account, service, now=NOW, subject=SUBJECT)
    other = writing.begin(commune, account, service, now=NOW)

    assert first.pk == again.pk != other.pk


def test_a_correction_begins_with_the_text_and_goes_at_least_to_the_same_sectors(place, sent):
    correction = correct(place, sent)
    assert (correction.subject, correction.text) == (SUBJECT, TEXT)

    writing.keep(correction, Written(subject="Corrigé", text="Neuf.", sectors=[place.sectors[1]]), now=NOW)
    writing.send(correction, now=NOW)

    assert set(correction.sectors.all()) == {*place.sectors[:2]}
    assert list(Bulletin.objects.standing()) == [correction]
    sent.refresh_from_db()
    assert (sent.subject, sent.text) == (SUBJECT, TEXT)


def test_of_two_corrections_the_second_is_refused(place, sent):
    first, second = correct(place, sent), correct(place, sent)
    writing.send(first, now=NOW)

    with pytest.raises(BulletinAlreadyReplaced):
        writing.send(second, now=NOW)
    with pytest.raises(BulletinAlreadyReplaced):
        correct(place, sent)
    # Were both sent at the same moment, the database would let one through.
    with pytest.raises(IntegrityError, match="replaced_once"), transaction.atomic():
        Bulletin.objects.filter(pk=second.pk).update(sent_at=NOW)


def test_referents_are_counted_for_who_holds_a_role_in_the_commune(place, elsewhere):
    here, there = (each.sectors for each in (place, elsewhere))
    scope.enter(place.person(Role.NATIONAL_POLICE))
    assert count_referents() == {here[0].pk: 1, here[1].pk: 0, here[2].pk: 0}
    scope.enter(elsewhere.person(Role.MUNICIPAL_POLICE))
    assert count_referents()[there[0].pk] == 1
    scope.enter(place.person(Role.CLSPD))
    assert count_referents()[here[0].pk] == 1
    scope.enter(NOBODY)
    assert count_referents() == {}
