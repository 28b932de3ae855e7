import datetime as dt

import pytest
from django.db.models import F

from patrols.errors import DayIsOver, NewerVersion, PlanHasChanged, PlanIsPublished, PlanNoLongerHolds
from patrols.models import Plan, Shift, Stop
from patrols.services.difference import difference
from patrols.services.gone import StopsAreGone
from patrols.services.publishing import begin_draft, publish
from patrols.services.shifts import end_early
from tests.builders import CORNER, DAY, HOMES, at, build_passage, build_stay
from tests.patrols.services.planning_hand import give_all_to_alpha

pytestmark = pytest.mark.django_db


def publish_it(hand, *, plan=None, revision=None, over=None, withdraws=False):
    fresh = plan or hand.fresh()
    return publish(
        fresh,
        revision=revision or fresh.revision,
        over=over,
        withdraws=withdraws,
        now=hand.now,
        routing_dir=hand.routing_dir,
    )


def stops_of(plan):
    stops = Stop.objects.filter(route__plan=plan).order_by("route__shift", "order")
    return list(stops.values_list("route__shift", "absence", "visit_number", "starts_at", "is_locked"))


def test_a_published_draft_is_the_first_version_of_its_day(hand):
    published = publish_it(hand)

    assert (published.version, published.is_published) == (1, True)
    assert list(Plan.objects.published()) == [published]


def test_a_draft_begins_as_its_version_stands_and_is_begun_once(hand):
    version = publish_it(hand)

    draft = begin_draft(version)

    assert begin_draft(version) == draft
    assert begin_draft(draft) == draft
    assert (draft.version, draft.base, draft.revision) == (None, version, 1)
    assert stops_of(draft) == stops_of(version)
    assert [leg.course for route in draft.routes.all() for leg in route.legs.all()] == [
        leg.course for route in version.routes.all() for leg in route.legs.all()
    ]


def test_a_changed_draft_is_the_next_version_and_the_difference_is_told(hand):
    version = publish_it(hand)
    hand.plan = begin_draft(version)
    home = hand.town.absences[0]
    hand.do("exclude", home.pk)

    later = publish_it(hand, over=1)

    told = difference(version, later)
    assert later.version == 2
    assert [visit.absence for visit in told.visits.removed] == [home.pk]
    assert told.visits.added == ()
    assert "1 passage retiré." in [sentence.replace("\N{NO-BREAK SPACE}", " ") for sentence in told.sentences()]
    assert stops_of(version) != stops_of(later)


def test_a_stop_that_changes_crew_is_told_as_moved(hand):
    version = publish_it(hand)
    hand.plan = begin_draft(version)
    stop = Stop.objects.filter(route__plan=hand.plan).first()
    other = next(shift for shift in hand.town.shifts if shift.pk != stop.route.shift_id)
    hand.do("move", stop.absence_id, number=stop.visit_number, shift=other.pk, place=1)

    told = difference(version, hand.fresh())

    assert [(before.shift, after.shift) for before, after in told.visits.moved] == [
        (stop.route.shift_id, other.pk)
    ]
    assert not difference(version, version)


def test_a_draft_of_a_day_whose_crews_have_gone_home_is_not_published(hand):
    hand.now = at(22)

    with pytest.raises(DayIsOver):
        publish_it(hand)

    assert not Plan.objects.published().exists()


def test_what_changes_hour_is_told_in_the_order_of_the_hours(hand):
    version = publish_it(hand)
    draft = begin_draft(version)
    later = Stop.objects.filter(route__plan=draft)
    ten_minutes = dt.timedelta(minutes=10)
    later.update(starts_at=F("starts_at") + ten_minutes, leaves_at=F("leaves_at") + ten_minutes)
    # The home of the lowest key comes last.
    later.filter(absence=hand.town.absences[0]).update(starts_at=at(21, 55), leaves_at=at(22))

    retimed = [after for _, after in difference(version, draft).visits.retimed]

    assert [visit.starts_at for visit in retimed] == sorted(later.values_list("starts_at", flat=True))
    assert retimed[-1].absence == hand.town.absences[0].pk


def test_stays_alone_make_another_plan_and_are_paired_where_they_are(hand):
    version = publish_it(hand)
    draft = begin_draft(version)
    alpha, bravo = version.routes.order_by("shift__crew__name")
    alpha_again, bravo_again = draft.routes.order_by("shift__crew__name")
    at_six, at_seven = {"after_stop": 0, "arrives_at": at(18)}, {"after_stop": 0, "arrives_at": at(19)}
    build_stay(alpha, point=HOMES[0], **at_six)
    build_stay(alpha_again, point=HOMES[0], after_stop=0, arrives_at=at(18, 5))
    build_stay(alpha, point=HOMES[1], **at_seven)
    build_stay(bravo_again, point=HOMES[1], **at_seven)
    build_stay(alpha, point=HOMES[2], street_name="Rue des Lilas", **at_seven)
    build_stay(bravo_again, point=HOMES[3], **at_six)
    build_stay(bravo, point=CORNER, **at_six)
    build_stay(bravo_again, point=CORNER, **at_six)

    told = difference(version, draft)

    assert (bool(told), bool(told.visits)) == (True, False)
    assert [(stay.crew, stay.starts_at) for stay in told.stays.added] == [("Bravo", at(18))]
    assert [(stay.crew, stay.street) for stay in told.stays.removed] == [("Alpha", "Rue des Lilas")]
    assert [(before.crew, after.crew) for before, after in told.stays.moved] == [("Alpha", "Bravo")]
    assert [(before.starts_at, after.starts_at) for before, after in told.stays.retimed] == [(at(18), at(18, 5))]
    assert [sentence.replace("\N{NO-BREAK SPACE}", " ") for sentence in told.sentences()] == [
        "1 présence ajoutée.",
        "1 présence retirée.",
        "1 présence confiée à un autre équipage.",
        "1 présence à une autre heure.",
    ]


def test_a_draft_that_somebody_changed_meanwhile_is_not_published(hand):
    hand.do("exclude", hand.town.absences[0].pk)

    with pytest.raises(PlanHasChanged):
        publish_it(hand, revision=1)


def test_a_plan_published_twice_by_one_hand_is_one_version_and_no_refusal(hand):
    asked = hand.fresh()
    first = publish_it(hand)

    for again in (asked, hand.fresh()):
        answer = publish_it(hand, plan=again, revision=asked.revision, over=None)
        assert (answer, answer.version, answer.published_at) == (first, 1, first.published_at)


@pytest.mark.parametrize(("revision", "over"), [(2, None), (1, 1)])
def test_a_version_is_not_published_again_by_whoever_saw_another_state(hand, revision, over):
    version = publish_it(hand)

    with pytest.raises(PlanIsPublished):
        publish_it(hand, plan=version, revision=revision, over=over)


def test_a_version_that_was_changed_before_it_was_published_is_not_what_an_older_page_asked_for(hand):
    hand.do("exclude", hand.town.absences[0].pk)
    version = publish_it(hand)

    with pytest.raises(PlanIsPublished):
        publish_it(hand, plan=version, revision=1)


def test_a_version_published_meanwhile_is_told_first(hand):
    version = publish_it(hand)
    hand.plan = begin_draft(version)

    with pytest.raises(NewerVersion, match="version 1"):
        publish_it(hand, over=None)


def test_a_plan_with_a_home_that_is_lived_in_again_is_not_published(hand):
    stop = Stop.objects.filter(route__plan=hand.plan).first()
    stop.absence.returned_on = DAY
    stop.absence.save()

    with pytest.raises(StopsAreGone, match="un de ses arrêts n'est plus à faire") as refused:
        publish_it(hand)

    (gone,) = refused.value.gone
    assert (gone.stop, gone.passage) == (stop, None)
    assert gone.sentence(passed_by="").endswith("le logement est de nouveau habité.")
    assert hand.fresh().version is None


@pytest.fixture
def passed_by_bravo(hand):
    """A draft for Alpha, at whose first home Bravo passes before Alpha has begun."""
    give_all_to_alpha(hand)
    Shift.objects.filter(pk=hand.town.shifts[0].pk).update(starts_at=at(18, 5))
    hand.now, home = at(18, 4), hand.town.absences[0]
    build_passage(absence=home, crew=hand.town.crews[1], done_at=at(18, 2))
    return hand, home


def test_a_stop_at_whose_home_a_crew_has_passed_is_told_with_the_hour(passed_by_bravo):
    hand, home = passed_by_bravo
    stop = next(stop for stop in hand.stops(0) if stop.absence == home)

    with pytest.raises(StopsAreGone) as refused:
        publish_it(hand)

    (gone,) = refused.value.gone
    told = gone.sentence(passed_by="Bravo").replace("\N{NO-BREAK SPACE}", " ")
    assert told.startswith(f"Arrêt {stop.order} de l'équipage Alpha, à ")
    assert told.endswith(": l'équipage Bravo y est passé à 18 h 02.")
    assert "un passage y a été fait à" in gone.sentence(passed_by="")


def test_stops_that_are_gone_are_withdrawn_and_the_rest_is_published(passed_by_bravo):
    hand, home = passed_by_bravo
    before = hand.order(0)

    version = publish_it(hand, withdraws=True)

    assert version.version == 1
    assert hand.order(0) == [each for each in before if each != home.pk]
    assert min(stop.starts_at for stop in hand.stops(0)) >= at(18, 5)
    edit = version.edits.last()
    assert (edit.kind, edit.sentence) == ("withdraw", "Un arrêt qui n'était plus à faire est retiré.")
    again = publish_it(hand, plan=version, revision=version.revision - 1, withdraws=True)
    assert (again, version.edits.last()) == (version, edit)


def test_nothing_is_withdrawn_where_the_rest_does_not_hold(passed_by_bravo):
    hand, home = passed_by_bravo
    end_early(hand.town.shifts[0], at(18, 6))

    with pytest.raises(PlanNoLongerHolds, match="après la fin de sa vacation"):
        publish_it(hand, withdraws=True)

    assert home.pk in hand.order(0)


def test_a_plan_that_a_shorter_shift_makes_late_is_not_published(hand):
    stop = Stop.objects.filter(route__plan=hand.plan).order_by("-starts_at").first()
    end_early(stop.route.shift, at(18, 1))

    with pytest.raises(PlanNoLongerHolds, match="après la fin de sa vacation"):
        publish_it(hand)


def test_a_round_that_is_as_its_crew_has_it_is_not_judged_again(hand):
    give_all_to_alpha(hand)
    (alpha, bravo), home = hand.town.shifts, hand.town.absences[0]
    hand.do("move", home.pk, number=1, shift=bravo.pk, place=1)
    version = publish_it(hand)
    hand.plan = begin_draft(version)
    hand.do("exclude", home.pk)
    end_early(alpha, at(18, 1))

    later = publish_it(hand, over=1)

    assert stops_of(later) == [stop for stop in stops_of(version) if stop[0] == alpha.pk]
