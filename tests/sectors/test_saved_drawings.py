import datetime as dt

import pytest
from django.test import Client

from accounts.roles import Role
from geo import french
from sectors.errors import NotAtThisStep, ProposalHasChanged
from sectors.models import Proposal
from sectors.services import proposals
from sectors.services.examination import Drawn
from sectors.views.proposals.as_json import tell_standing
from tests.access.people import Place, let_in
from tests.builders import at
from tests.sectors.proposing import LOWER, act, as_site, begin, build_proposal, take, to_the_north

pytestmark = pytest.mark.django_db

REFERENT, POLICE = Role.REFERENT, Role.MUNICIPAL_POLICE


@pytest.fixture
def draft(place: Place) -> Proposal:
    """A draft with two drawings: the second is smaller."""
    proposal = begin(place)
    with as_site(place, REFERENT):
        proposals.save(
            proposal, [Drawn(area=to_the_north(44.93), sector=place.sectors[0])], act(place, REFERENT, 1)
        )
    return proposal


def page_of(place: Place, role: Role, proposal: Proposal, rest: str = "") -> tuple[int, str]:
    answer = let_in(Client(), place.accounts[role]).get(f"/propositions/{proposal.pk}/traces/{rest}")
    return answer.status_code, answer.content.decode()


def test_an_earlier_drawing_is_taken_up_as_the_next_and_none_is_changed(place, draft):
    with as_site(place, REFERENT):
        taken = proposals.take_up(draft, 1, act(place, REFERENT, 2))

    told = list(draft.revisions.values_list("number", "origin", "takes_up"))
    assert told == [(1, "begun", None), (2, "drawn", None), (3, "taken_up", 1)]
    assert [each.areas.get().area.extent[3] for each in draft.revisions.all()] == [LOWER, 44.93, LOWER]
    assert taken.revision == 3


def test_it_is_not_taken_up_over_what_somebody_else_kept_nor_once_it_is_proposed(place, draft):
    with pytest.raises(ProposalHasChanged), as_site(place, REFERENT):
        proposals.take_up(draft, 1, act(place, REFERENT, 1))
    take(place, REFERENT, draft, "propose", revision=2)
    with pytest.raises(NotAtThisStep), as_site(place, REFERENT):
        proposals.take_up(draft, 1, act(place, REFERENT, 2))

    assert draft.revisions.count() == 2


def test_the_list_says_when_by_whom_how_large_and_what_made_each(place, draft):
    _, page = page_of(place, REFERENT, draft)

    first, second = page.split("<tr>")[3:1:-1]
    # 788 m by 0.010° of latitude (1,111 m) and by 0.005° (556 m).
    assert ("Départ de la proposition" in first, ">87,6<" in first, "Reprendre" in first) == (True, True, True)
    assert ("Dessiné dans l" in second, ">43,8<" in second, "Reprendre" in second) == (True, True, False)
    assert "Référent" in first


def test_a_saved_drawing_is_seen_on_a_map_and_in_a_table(place, draft):
    status, page = page_of(place, REFERENT, draft, "1/")
    map_status, drawn = page_of(place, REFERENT, draft, "1/avant-apres-1.svg")

    assert (status, map_status) == (200, 200)
    assert f"/propositions/{draft.pk}/traces/1/avant-apres-1.svg" in page
    assert ">87,6<" in page
    assert "<svg" in drawn
    assert page_of(place, REFERENT, draft, "3/")[0] == 404


def test_taking_up_leads_to_the_workshop_and_a_page_that_is_out_of_date_says_so(place, draft):
    client = let_in(Client(), place.accounts[REFERENT])
    address = f"/propositions/{draft.pk}/traces/1/reprendre/"

    done = client.post(address, {"revision": 2}, follow=True)
    late = client.post(address, {"revision": 2}, follow=True)

    assert "c&#x27;est maintenant le tracé n° 3" in done.content.decode()
    assert done.redirect_chain == [(f"/propositions/{draft.pk}/atelier/", 302)]
    assert "Quelqu&#x27;un d&#x27;autre a enregistré" in late.content.decode()
    assert draft.revisions.count() == 3


@pytest.mark.parametrize(("role", "status", "is_offered"), [(Role.CLSPD, 200, False), (POLICE, 200, True)])
def test_who_reads_a_draft_sees_its_drawings_and_takes_up_only_what_they_may_write(
    place, draft, role, status, is_offered
):
    seen, page = page_of(place, role, draft)

    assert (seen, "/reprendre/" in page) == (status, is_offered)


def test_a_neighbours_drawings_are_not_shown_nor_taken_up(place):
    theirs = build_proposal(place.sectors[1], place.accounts[POLICE], POLICE)
    client = let_in(Client(), place.accounts[REFERENT])

    assert page_of(place, REFERENT, theirs)[0] == 404
    assert client.post(f"/propositions/{theirs.pk}/traces/1/reprendre/", {"revision": 1}).status_code == 404


@pytest.mark.parametrize(
    ("saved_at", "told"),
    [
        (at(18, 5), "à 18 h 05"),
        (at(18, 5) - dt.timedelta(days=1), "le 11/08/2026 à 18 h 05"),
        # Half past midnight in Paris is the day before by UTC.
        (at(0, 30), "à 0 h 30"),
    ],
)
def test_a_draft_says_the_day_it_was_kept_unless_it_is_today(place, draft, monkeypatch, saved_at, told):
    draft.revisions.update(saved_at=saved_at)
    monkeypatch.setattr("sectors.views.proposals.as_json.timezone.now", lambda: at(22))

    assert french.plain(tell_standing(draft, place.accounts[REFERENT])["saved_at"]) == told
