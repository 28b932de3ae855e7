"""What is done to agreements, by the services and on the pages, and what they say of themselves."""

import datetime as dt
import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from accounts.models import AuditEntry, Export
from accounts.services.purge import purge
from sectors.errors import AgreementTaken, DenunciationRefused, NotAPdf
from sectors.models import Agreement, AgreementState, Sector, Signatory, SignedCopy
from sectors.services.agreements import (
    Signature,
    denounce,
    keep_copy,
    record_agreement,
    take_back_denunciation,
)
from sectors.services.directory import read_sectors
from tests.access.people import PoliceClient
from tests.builders import PDF, SIGNED_ON, build_agreement, build_ground

pytestmark = pytest.mark.django_db

MAYOR, PREFECT = Agreement.Party.MAYOR, Agreement.Party.PREFECT
TODAY = dt.date(2026, 11, 29)
BEFORE_THE_TERM = dt.date(2027, 7, 7)  # the last day of the fourth term of what was signed on 8 July 2015


@pytest.fixture
def sector() -> Sector:
    return Sector.objects.create(commune=build_ground(), number=1, name="Laprat")


def record(sector: Sector, day: dt.date, **given: object) -> Agreement:
    signatures = [Signature(party=MAYOR, office="Maire", name="Camille Exemple")]
    return record_agreement(sector, **{"signed_on": day, "first_day": day, "signatures": signatures, **given})


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def test_an_agreement_follows_another_and_the_former_stays_as_it_was_until_then(sector):
    former = record(sector, SIGNED_ON)
    latter = record(sector, dt.date(2020, 1, 10), first_day=dt.date(2020, 2, 1), copy=PDF)

    former.refresh_from_db()
    assert (former.first_day, former.last_day) == (SIGNED_ON, dt.date(2020, 1, 31))
    assert (latter.first_day, latter.last_day) == (dt.date(2020, 2, 1), None)
    assert Signatory.objects.filter(agreement=former).count() == 1
    assert latter.signed_copy.content_sha256 == hashlib.sha256(PDF).hexdigest()
    assert actions() == ["agreement.record", "agreement.record", "agreement.keep_copy"]


@pytest.mark.parametrize("day", [SIGNED_ON, SIGNED_ON - dt.timedelta(days=400)])
def test_none_is_recorded_before_one_that_is_there(sector, day):
    record(sector, SIGNED_ON)

    with pytest.raises(AgreementTaken, match="mercredi 8"):
        record(sector, day)
    assert Agreement.objects.count() == 1


def test_what_is_no_pdf_records_nothing(sector):
    with pytest.raises(NotAPdf), transaction.atomic():
        record(sector, SIGNED_ON, copy=b"<html>")

    assert Agreement.objects.count() == 0


def test_a_denounced_agreement_ends_and_may_be_resumed_meanwhile(sector):
    agreement = record(sector, SIGNED_ON)

    denounce(agreement, on=TODAY, by=PREFECT, last_day=BEFORE_THE_TERM)
    agreement.refresh_from_db()
    assert (agreement.last_day, agreement.get_denounced_by_display()) == (BEFORE_THE_TERM, "la préfecture")
    assert agreement.state_on(TODAY) is AgreementState.ENDING
    assert agreement.state_on(BEFORE_THE_TERM + dt.timedelta(days=1)) is AgreementState.OVER

    take_back_denunciation(agreement, today=BEFORE_THE_TERM)
    agreement.refresh_from_db()
    assert (agreement.last_day, agreement.denounced_on, agreement.denounced_by) == (None, None, "")
    assert actions()[1:] == ["agreement.denounce", "agreement.resume"]


@pytest.mark.parametrize(
    ("on", "last_day"),
    [
        (SIGNED_ON - dt.timedelta(days=1), BEFORE_THE_TERM),
        (TODAY, TODAY - dt.timedelta(days=1)),
    ],
)
def test_days_that_do_not_follow_one_another_denounce_nothing(sector, on, last_day):
    agreement = record(sector, SIGNED_ON)

    with pytest.raises(DenunciationRefused):
        denounce(agreement, on=on, by=MAYOR, last_day=last_day)
    agreement.refresh_from_db()
    assert agreement.last_day is None


def test_what_ends_already_is_not_denounced_again_and_what_ended_not_resumed(sector):
    agreement = record(sector, SIGNED_ON)
    denounce(agreement, on=TODAY, by=MAYOR, last_day=BEFORE_THE_TERM)

    with pytest.raises(DenunciationRefused):
        denounce(agreement, on=TODAY, by=MAYOR, last_day=BEFORE_THE_TERM)
    with pytest.raises(DenunciationRefused):
        take_back_denunciation(agreement, today=BEFORE_THE_TERM + dt.timedelta(days=1))


def test_what_another_follows_is_not_resumed(sector):
    agreement = record(sector, SIGNED_ON)
    denounce(agreement, on=TODAY, by=MAYOR, last_day=BEFORE_THE_TERM)
    record(sector, TODAY, first_day=BEFORE_THE_TERM + dt.timedelta(days=30))

    with pytest.raises(DenunciationRefused, match="Une autre convention suit"):
        take_back_denunciation(agreement, today=TODAY)


def test_the_database_keeps_one_agreement_a_day_and_denunciations_whole(sector):
    build_agreement(sector)
    for broken in (
        {"valid": DateRange(TODAY, None)},
        {"valid": DateRange(None, SIGNED_ON)},
        {"valid": DateRange(dt.date(2000, 1, 1), dt.date(2001, 1, 1)), "signed_on": TODAY},
        {"valid": DateRange(dt.date(2000, 1, 1), dt.date(2001, 1, 1)), "denounced_by": "mayor"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Agreement.objects.create(**{"sector": sector, "signed_on": dt.date(2000, 1, 1), **broken})


# The fourth term ends on 7 July 2027: 90 days before is 8 April, 30 days before is 7 June.
@pytest.mark.parametrize(
    ("day", "state", "is_urgent"),
    [
        (SIGNED_ON - dt.timedelta(days=1), AgreementState.UPCOMING, False),
        (dt.date(2027, 4, 7), AgreementState.IN_FORCE, False),
        (dt.date(2027, 4, 8), AgreementState.TO_RENEW, False),
        (dt.date(2027, 6, 6), AgreementState.TO_RENEW, False),
        (dt.date(2027, 6, 7), AgreementState.TO_RENEW, True),
        (BEFORE_THE_TERM, AgreementState.TO_RENEW, True),
        (dt.date(2027, 7, 8), AgreementState.IN_FORCE, False),
    ],
)
def test_the_alarm_goes_three_months_before_each_term(sector, day, state, is_urgent):
    agreement = build_agreement(sector)

    assert (agreement.state_on(day), agreement.is_urgent_on(day)) == (state, is_urgent)


def test_the_list_tells_the_agreement_in_force_else_the_next_else_the_last(sector):
    second = Sector.objects.create(commune=sector.commune, number=2, name="Le Port")
    third = Sector.objects.create(commune=sector.commune, number=3, name="La Gare")
    ended = build_agreement(sector)
    denounce(ended, on=TODAY, by=MAYOR, last_day=TODAY)
    current = build_agreement(second)
    upcoming = record(second, TODAY, first_day=TODAY + dt.timedelta(days=10))

    def told(day):
        return [line.agreement for line in read_sectors(sector.commune_id, today=day)]

    assert told(TODAY) == [ended, current, None]
    assert told(TODAY + dt.timedelta(days=10)) == [ended, upcoming, None]
    assert [line.wants_an_act for line in read_sectors(sector.commune_id, today=TODAY)] == [True, False, True]
    assert third.agreements.count() == 0


def test_what_ended_ten_years_ago_leaves_with_its_names_and_its_copy(sector, own_keys, settings):
    agreement = build_agreement(sector)
    denounce(agreement, on=dt.date(2016, 1, 1), by=MAYOR, last_day=dt.date(2016, 11, 29))
    settings.RETENTION_DAYS = {**settings.RETENTION_DAYS, "agreement": 3650}

    # 3,650 days after 29 November 2016 is 27 November 2026.
    purge(today=dt.date(2026, 11, 27))
    assert Agreement.objects.count() == 1
    purge(today=dt.date(2026, 11, 28))
    assert [model.objects.count() for model in (Agreement, Signatory, SignedCopy)] == [0, 0, 0]


@pytest.fixture
def desk(sector) -> PoliceClient:
    return PoliceClient()


def pdf(content: bytes = PDF) -> SimpleUploadedFile:
    # What a browser says of a file proves nothing.
    return SimpleUploadedFile("convention.pdf", content, content_type="application/pdf")


SENT = {
    "signed_on": "2015-07-08",
    "mayor_name": "Camille Exemple",
    "mayor_office": "Maire",
    "prefect_name": "Dominique Exemple",
    "prefect_office": "Préfet",
    "police_name": "Claude Exemple",
    "police_office": "Commissaire",
}


def test_the_desk_records_an_agreement_and_reads_it(desk, sector):
    answer = desk.post(f"/secteurs/{sector.pk}/convention/", {**SENT, "copy": pdf()}, follow=True)

    page = answer.content.decode()
    assert answer.redirect_chain == [(f"/secteurs/{sector.pk}/", 302)]
    assert "La convention est enregistrée." in page
    assert "mercredi 8\xa0juillet 2015" in page
    assert "Dominique Exemple" in page
    assert desk.get(f"/conventions/{Agreement.objects.get().pk}/convention.pdf").content == PDF
    assert Export.objects.get().content_sha256 == hashlib.sha256(PDF).hexdigest()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"copy": pdf(b"<html>")}, "n&#x27;est pas celui d&#x27;un PDF"),
        ({"signed_on": "2999-01-01"}, "pas encore venu"),
        ({"signed_on": "1999-12-31"}, "Vérifiez l&#x27;année"),
        ({"first_day": "2015-07-07"}, "avant d&#x27;être signée"),
        ({"prefect_name": ""}, "Pour la préfecture, nom et prénom"),
    ],
)
def test_what_is_wrong_in_an_agreement_is_told_and_nothing_is_kept(desk, sector, wrong, words):
    page = desk.post(f"/secteurs/{sector.pk}/convention/", {**SENT, **wrong})

    assert page.status_code == 200
    assert words in page.content.decode()
    assert Agreement.objects.count() == 0


def test_an_agreement_on_the_days_of_another_is_refused_at_the_field(desk, sector):
    build_agreement(sector)

    page = desk.post(f"/secteurs/{sector.pk}/convention/", SENT).content.decode()

    assert "a déjà une convention en vigueur à partir du mercredi 8" in page
    assert Agreement.objects.count() == 1


def test_the_desk_denounces_takes_it_back_and_replaces_the_copy(desk, sector):
    agreement = build_agreement(sector)
    last = agreement.term_on(timezone.localdate()).last_day
    form = desk.get(f"/conventions/{agreement.pk}/denoncer/").content.decode()
    assert f'value="{last:%Y-%m-%d}"' in form

    sent = {"by": "prefect", "on": f"{timezone.localdate()}", "last_day": f"{last}"}
    page = desk.post(f"/conventions/{agreement.pk}/denoncer/", sent, follow=True).content.decode()
    assert "par la préfecture" in page
    page = desk.post(f"/conventions/{agreement.pk}/reprendre/", follow=True).content.decode()
    assert "se renouvelle de nouveau" in page

    other = PDF.replace(b"1.4", b"1.5")
    page = desk.post(f"/conventions/{agreement.pk}/copie/", {"copy": pdf(b"PK")}).content.decode()
    assert "est refusé" in page
    desk.post(f"/conventions/{agreement.pk}/copie/", {"copy": pdf(other)})
    assert bytes(SignedCopy.objects.get().content) == other


def test_the_list_is_narrowed_to_what_wants_an_act_and_sorted(desk, sector):
    second = Sector.objects.create(commune=sector.commune, number=2, name="Le Port")
    keep_copy(build_agreement(second, signed_on=timezone.localdate()), PDF)

    def listed(query: str) -> list[str]:
        page = desk.get(f"/secteurs/{query}").content.decode()
        return [
            name for _at, name in sorted((page.find(name), name) for name in ("Laprat", "Le Port") if name in page)
        ]

    assert listed("") == ["Laprat", "Le Port"]
    assert listed("?tri=-secteur") == ["Le Port", "Laprat"]
    assert listed("?tri=convention") == ["Laprat", "Le Port"]
    assert listed("?convention=a-suivre") == listed("?convention=aucune") == ["Laprat"]
    assert listed("?convention=en-vigueur") == ["Le Port"]
    assert listed("?referents=aucun") == listed("?referents=vacants") == ["Laprat", "Le Port"]
    assert listed("?tri=-referents") == ["Laprat", "Le Port"]
    assert desk.get("/secteurs/?convention=x").status_code == 400
