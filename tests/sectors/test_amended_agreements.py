"""An agreement that was recorded wrongly: another row replaces it, and the wrong one stays told."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.services.purge import purge
from sectors.errors import AgreementEndsBefore, AgreementReplaced, AgreementTaken
from sectors.models import Agreement, Sector, SignedCopy
from sectors.services.agreements import Signature, amend_agreement, denounce, record_agreement
from tests.access.people import PoliceClient
from tests.builders import PDF, build_ground

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_keys")]

NOW = dt.datetime(2026, 11, 29, 12, tzinfo=dt.UTC)
FIRST, WRONG, RIGHT = dt.date(2015, 7, 8), dt.date(2020, 1, 10), dt.date(2020, 10, 1)


@pytest.fixture
def sector() -> Sector:
    return Sector.objects.create(commune=build_ground(), number=1, name="Laprat")


@pytest.fixture
def former(sector) -> Agreement:
    return record(sector, FIRST)


@pytest.fixture
def wrong(sector, former) -> Agreement:
    return record(sector, WRONG, copy=PDF)


def signed_by(name: str) -> list[Signature]:
    return [Signature(party=Agreement.Party.MAYOR, office="Maire", name=name)]


def record(sector: Sector, day: dt.date, **given: object) -> Agreement:
    said = {"signed_on": day, "first_day": day, "signatures": signed_by("Camille Erreur")}
    return record_agreement(sector, **{**said, **given})


def amend(wrong: Agreement, day: dt.date, **given: object) -> Agreement:
    said = {"signed_on": day, "first_day": day, "signatures": signed_by("Camille Exemple"), "now": NOW}
    return amend_agreement(wrong, **{**said, **given})


def test_another_row_replaces_it_and_the_agreement_before_ends_on_its_eve(sector, former, wrong):
    right = amend(wrong, RIGHT)

    former.refresh_from_db()
    assert former.last_day == RIGHT - dt.timedelta(days=1)
    assert list(Agreement.objects.filter(sector=sector).order_by("valid")) == [former, right]
    kept = Agreement.history.get(pk=wrong.pk)
    assert (kept.first_day, kept.last_day, kept.replaced_at) == (WRONG, None, NOW)
    assert [each.name for each in kept.signatories.all()] == ["Camille Erreur"]
    assert [each.name for each in right.signatories.all()] == ["Camille Exemple"]
    assert bytes(right.signed_copy.content) == bytes(kept.signed_copy.content) == PDF
    assert "agreement.amend" in AuditEntry.objects.values_list("action", flat=True)


def test_it_keeps_its_end_and_its_denunciation(wrong):
    denounce(wrong, on=dt.date(2026, 1, 5), by=Agreement.Party.PREFECT, last_day=dt.date(2026, 10, 9))

    right = amend(wrong, RIGHT)

    assert (right.last_day, right.denounced_on) == (dt.date(2026, 10, 9), dt.date(2026, 1, 5))
    assert right.denounced_by == Agreement.Party.PREFECT


def test_one_may_be_amended_to_begin_earlier_but_not_before_the_one_that_it_follows(former, wrong):
    amend(wrong, FIRST + dt.timedelta(days=1))
    former.refresh_from_db()
    assert former.first_day == former.last_day == FIRST

    with pytest.raises(AgreementTaken):
        amend(Agreement.objects.latest("pk"), FIRST)


def test_days_after_its_end_are_refused_and_nothing_is_changed(former, wrong):
    with pytest.raises(AgreementEndsBefore):
        amend(former, WRONG)

    assert Agreement.objects.count() == Agreement.history.count() == 2


def test_what_was_replaced_is_not_replaced_again(wrong):
    amend(wrong, RIGHT)

    with pytest.raises(AgreementReplaced):
        amend(wrong, RIGHT)


def test_the_desk_amends_it_on_the_page_and_reads_both(sector, wrong):
    desk = PoliceClient()
    url = f"/conventions/{wrong.pk}/corriger/"
    page = desk.get(url).content.decode()
    assert 'value="2020-01-10"' in page
    assert "Camille Erreur" in page
    said = {f"{party}_{part}": "Camille Exemple" for party in Agreement.Party for part in ("name", "office")}

    page = desk.post(url, {**said, "signed_on": "2020-10-01", "first_day": ""}, follow=True).content.decode()

    assert "La convention est corrigée" in page
    assert "Saisie corrigée le" in page
    # In the one that was replaced, and in the one before it.
    assert page.count("Camille Erreur") == 2
    assert SignedCopy.objects.count() == 2
    assert desk.get(url).status_code == 404


def test_days_that_cannot_be_are_told_at_the_field(former, wrong):
    said = {f"{party}_{part}": "Camille Exemple" for party in Agreement.Party for part in ("name", "office")}

    page = PoliceClient().post(f"/conventions/{former.pk}/corriger/", {**said, "signed_on": "2021-01-01"})

    assert "avant ces jours" in page.content.decode()
    assert not Agreement.history.filter(replaced_at__isnull=False).exists()


def test_what_was_replaced_leaves_at_its_end_of_retention_too(former, wrong, settings):
    settings.RETENTION_DAYS = {**settings.RETENTION_DAYS, "agreement": 30}
    Agreement.history.filter(pk=former.pk).update(replaced_at=timezone.now())

    purge(dt.date(2026, 11, 29))

    assert list(Agreement.history.all()) == [wrong]
