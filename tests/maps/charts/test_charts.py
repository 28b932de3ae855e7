import itertools

import pytest

from geo.french import plain
from maps.charts import BarChart, LineChart, Point, Series, SmallMultiples
from tests.maps.charts.reading import Drawing, places

LEFT_OUT = Point(value=None)
MONTHS = ("jan.", "fév.", "mars", "avr.")


def chart(*points, **others) -> LineChart:
    return LineChart(title="Absences", columns=MONTHS, main=Series(name="2026", points=points), **others)


# 46 units at the left, 78 at the right of 680: 139 a month, the first one's middle at 46 + 69.5. The 210 units
# from 14 to 224 are 0 to 20: 10.5 for each.
def test_a_line_goes_through_the_middle_of_its_months_from_zero():
    drawing = Drawing(chart(*(Point(value=value) for value in (0, 10, 20, 12))))

    (line,) = drawing.all("polyline", stroke="accent")
    assert places(line.get("points")) == [(115.5, 224), (254.5, 119), (393.5, 14), (532.5, 98)]


def test_a_month_that_is_left_out_cuts_the_line_and_is_hatched():
    drawing = Drawing(chart(Point(value=12), Point(value=15), LEFT_OUT, Point(value=20)))

    lines = [places(line.get("points")) for line in drawing.all("polyline", stroke="accent")]
    assert [len(line) for line in lines] == [2, 1]
    (gap,) = drawing.hatched
    assert (float(gap.get("x")), float(gap.get("width"))) == (46 + 2 * 139, 139)


def test_a_month_of_which_nothing_is_known_is_neither_drawn_nor_hatched():
    drawing = Drawing(chart(Point(value=12), Point(value=15), None, None))

    assert len(places(drawing.all("polyline", stroke="accent")[0].get("points"))) == 2
    assert drawing.hatched == []


def test_the_band_goes_along_the_upper_ends_and_back_along_the_lower_ones():
    drawing = Drawing(chart(Point(value=12, low=10, high=20), Point(value=12, low=5, high=15), None, None))

    (band,) = drawing.all("polygon")
    assert places(band.get("points")) == [(115.5, 14), (254.5, 66.5), (254.5, 171.5), (115.5, 119)]


def test_an_interval_without_end_is_drawn_up_to_the_top():
    drawing = Drawing(chart(Point(value=8, low=2, high=float("inf")), *[Point(value=20, low=20, high=20)] * 3))

    assert places(drawing.all("polygon")[0].get("points"))[0] == (115.5, 14)


def test_other_years_are_dashed_named_and_no_name_is_over_another():
    last_years = tuple(Series(name=name, points=(Point(value=12),) * 4) for name in ("2025", "2024", "2023"))
    drawing = Drawing(chart(*[Point(value=12)] * 4, others=last_years))

    dashes = {line.get("stroke-dasharray") for line in drawing.all("polyline", stroke="muted")}
    names = {
        text.text: float(text.get("y")) for text in drawing.all("text") if (text.text or "").startswith("202")
    }
    heights = sorted(names.values())
    assert len(dashes) == 3
    assert set(names) == {"2026", "2025", "2024", "2023"}
    assert min(after - before for before, after in itertools.pairwise(heights)) >= 13


def test_the_table_says_what_the_lines_show():
    shown = chart(Point(value=1234, low=1100.4, high=1300.6), LEFT_OUT, None, Point(value=0), others=())

    assert [tuple(map(plain, row)) for row in shown.table.rows] == [
        ("jan.", "1 234 (de 1 100 à 1 301)"),
        ("fév.", "non publié"),
        ("mars", "–"),
        ("avr.", "0"),
    ]
    assert shown.table.head == ("", "2026")


def test_a_line_of_other_months_is_refused():
    with pytest.raises(ValueError, match="for each column"):
        chart(Point(value=1))


# 216 at the left, 64 at the right of 680: 400 units for 0 to 40.
def test_bars_begin_at_zero_and_what_is_left_out_has_none():
    rows = (
        ("1 · Lilas", Point(value=40, low=30, high=40)),
        ("2 · Moulin", Point(value=11)),
        ("3 · Gare", LEFT_OUT),
    )
    shown = BarChart(title="Absences", head=("Secteur", "Absences"), rows=rows)
    drawing = Drawing(shown)

    bars = [(float(bar.get("x")), float(bar.get("width"))) for bar in drawing.all("rect", fill="bar")]
    assert bars == [(216, 400), (216, 110)]
    (hatched,) = drawing.hatched
    assert hatched.get("width") == "96"
    assert drawing.texts(font_weight="700") == ["40", "11"]
    assert "non publié" in drawing.texts()
    assert drawing.all("path", stroke="ink")[0].get("d").startswith("M516.0 16.0")
    assert [row[1] for row in shown.table.rows] == ["40 (de 30 à 40)", "11", "non publié"]


def test_a_row_that_there_was_not_is_told_apart_from_one_that_is_left_out():
    drawing = Drawing(BarChart(title="Absences", head=("Secteur", "Absences"), rows=(("1 · Lilas", None),)))

    assert drawing.hatched == []
    assert "–" in drawing.texts()


def test_small_charts_have_one_scale():
    series = (
        Series(name="1 · Lilas", points=(Point(value=100),) * 4),
        Series(name="2 · Moulin", points=(Point(value=50), LEFT_OUT, Point(value=50), None)),
    )
    shown = SmallMultiples(title="Absences", columns=MONTHS, series=series)
    drawing = Drawing(shown)

    heights = [places(line.get("points"))[0][1] for line in drawing.all("polyline")]
    # From 30 to 88 the scale goes from 0 to 100.
    assert heights == [30, 59, 59]
    assert len(drawing.hatched) == 1
    assert shown.table.rows[1] == ("2 · Moulin", "50", "non publié", "50", "–")


def test_a_long_name_takes_two_lines():
    name = "12 · Quartier de la Fontaine Saint-Exupéry et des Grands Prés"
    series = (Series(name=name, points=(Point(value=1),)),)
    drawing = Drawing(SmallMultiples(title="Absences", columns=("2026",), series=series))

    assert drawing.texts(font_weight="700") == ["12 · Quartier de la", "Fontaine Saint-Exupéry et …"]


@pytest.mark.parametrize("name", ["</svg><script>1</script>", "A & B", '"><x'])
def test_a_drawing_has_a_title_and_words_and_names_stay_text(name):
    shown = BarChart(title=name, head=("Secteur", "Absences"), rows=((name, Point(value=1)),))
    drawing = Drawing(shown, described="Un secteur.")

    assert drawing.root.get("role") == "img"
    told = [drawing.root.find(f".//*[@id='{key}']").text for key in drawing.root.get("aria-labelledby").split()]
    assert told == [name, "Un secteur."]
    assert name in drawing.texts()
