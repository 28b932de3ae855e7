import numpy as np
import pytest

from patrols.planner import Break, PlannerInputError, Problem, TimeWindow, narrow
from tests.patrols.planner.planner_days import crew, day, street, visit

NOT_SQUARE = np.zeros((2, 3))
NEGATIVE = np.array([[0.0, -1.0], [1.0, 0.0]])
UNKNOWN = np.array([[0.0, np.nan], [1.0, 0.0]])
SELF = np.array([[1.0, 1.0], [1.0, 0.0]])
TOO_LATE = Break(earliest_s=3_500.0, latest_s=3_600.0, duration_s=600.0)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: day([], [], durations=NOT_SQUARE), "n'est pas carrée"),
        (lambda: day([], [], durations=NEGATIVE), "ligne 0, colonne 1"),
        (lambda: day([], [], durations=UNKNOWN), "ligne 0, colonne 1"),
        (lambda: day([], [], durations=SELF), "diagonale"),
        (lambda: Problem(durations_s=(street(2), street(3)), visits=(), crews=()), "autre taille"),
        (lambda: day([visit("x", 1), visit("x", 2)], []), "passage est donné deux fois : x"),
        (lambda: day([], [crew("a"), crew("a")]), "équipage est donné deux fois : a"),
        (lambda: day([visit("x", 10)], []), "Passage x : le lieu n° 10"),
        (lambda: day([visit("x", 1, prize=-1.0)], []), "Passage x : la priorité"),
        (lambda: day([visit("x", 1, prize=float("inf"))], []), "Passage x : la priorité"),
        (lambda: day([visit("x", 1, service_s=-1.0)], []), "Passage x : la durée sur place"),
        (lambda: day([visit("x", 1, min_separation_s=float("nan"))], []), "Passage x : la durée entre"),
        (lambda: day([visit("x", 1, windows=())], []), "Passage x : aucune plage"),
        (lambda: day([visit("x", 1, windows=(TimeWindow(9.0, 1.0),))], []), "Passage x : une plage horaire finit"),
        (
            lambda: day([visit("x", 1, windows=(TimeWindow(0.0, 5.0), TimeWindow(5.0, 9.0)))], []),
            "Passage x : les plages horaires doivent se suivre",
        ),
        (lambda: day([visit("x", 1, windows=(TimeWindow(0.0, 1e9),))], []), "hors de la journée"),
        (lambda: day([visit("x", 1, excluded_crews=frozenset({"z"}))], [crew()]), "l'équipage exclu z"),
        (lambda: day([], [crew(profile=1)]), "Équipage a : aucun temps de trajet"),
        (lambda: day([], [crew(start_location=99)]), "Équipage a : le lieu n° 99"),
        (lambda: day([], [crew(start_s=100.0, end_s=50.0)]), "Équipage a : la vacation finit"),
        (lambda: day([], [crew(breaks=(TOO_LATE,))]), "Équipage a : la pause"),
        (lambda: day([], [crew()], locked_beginnings={"z": ()}), "l'équipage z n'existe pas"),
        (lambda: day([], [crew()], locked_beginnings={"a": ("x",)}), "Passage verrouillé x"),
        (lambda: day([visit("x", 1)], [crew()], locked_beginnings={"a": ("x", "x")}), "deux fois : x"),
        (lambda: day([visit("x", 1)], [crew()], locked_crews={"x": "z"}), "l'équipage z n'existe pas"),
        (
            lambda: day([visit("x", 1, excluded_crews=frozenset({"a"}))], [crew()], locked_crews={"x": "a"}),
            "l'équipage a en est exclu",
        ),
        (
            lambda: day(
                [visit("x", 1)], [crew(), crew("b")], locked_beginnings={"a": ("x",)}, locked_crews={"x": "b"}
            ),
            "déjà commencé par l'équipage a",
        ),
    ],
)
def test_a_day_that_contradicts_itself_is_refused_by_name(make, message):
    with pytest.raises(PlannerInputError, match=message):
        make()


def test_a_narrower_day_has_the_same_times_between_what_is_left():
    far, near = visit("far", 7), visit("near", 3)
    whole = day([visit("gone", 5), far, near], [crew(start_location=9)], locked_crews={"far": "a"})

    few = narrow(whole, {"far", "near"})

    # Places 0 (end), 3, 7 and 9 (start) of the street are left.
    assert few.durations_s[0].tolist() == street(10)[np.ix_([0, 3, 7, 9], [0, 3, 7, 9])].tolist()
    assert [(each.id, each.location) for each in few.visits] == [("far", 2), ("near", 1)]
    assert [(each.start_location, each.end_location) for each in few.crews] == [(3, 0)]
    assert few.locked_crews == {}
