import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.guard import sentences
from reports.guard import MAX_CHARACTERS, Kind, check
from reports.guard.data_files import DATA, read_json
from reports.guard.disguises import lay_bare
from reports.guard.findings import Finding, merge
from reports.guard.folding import fold
from reports.guard.reading import read


def passages(text: str) -> list[tuple[Kind, str]]:
    return [(finding.kind, text[finding.start : finding.end]) for finding in check(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hier Kévin Morel criait.", [(Kind.NAME, "Kévin Morel")]),
        ("Vu M. Le Goff au portail", [(Kind.NAME, "M. Le Goff")]),
        ("Plaque AB-123-CD.", [(Kind.PLATE, "AB-123-CD")]),
        ("Au 06 12 34 56 78 le soir", [(Kind.PHONE, "06 12 34 56 78")]),
        ("Écrire à a.b@exemple.fr !", [(Kind.EMAIL, "a.b@exemple.fr")]),
        ("La plaque : AB puis 123 puis CD, oui", [(Kind.PLATE, "AB puis 123 puis CD")]),
        ("Immat : d'abord 482, et à la fin ZT.", [(Kind.PLATE, "482, et à la fin ZT")]),
        ("A B puis 1 2 3 puis C D", [(Kind.PLATE, "A B puis 1 2 3 puis C D")]),
        ("La maison des Petit est ouverte", [(Kind.NAME, "des Petit")]),
        ("du bruit chez les berger", [(Kind.NAME, "les berger")]),
        ("Vu d-u-p-o-n-t et d u p o n t a fui", [(Kind.NAME, "d-u-p-o-n-t"), (Kind.NAME, "d u p o n t")]),
        ("zéro 6 12 34 cinquante six 78 svp", [(Kind.PHONE, "zéro 6 12 34 cinquante six 78")]),
        ("zero six, 12.34.56.78", [(Kind.PHONE, "zero six, 12.34.56.78")]),
        ("Le zero6 douze 34 56 78", [(Kind.PHONE, "zero6 douze 34 56 78")]),
        ("Elle porte le voile.", [(Kind.RELIGION, "porte le voile")]),
        ("Plaque FN-123-AB", [(Kind.PLATE, "FN-123-AB")]),
        ("Compte @toto_26", [(Kind.HANDLE, "@toto_26")]),
        ("insta lolo_26, hier", [(Kind.HANDLE, "insta lolo_26")]),
        ("Au dos : 1 84 12 76 451 089 46.", [(Kind.NUMBER, "1 84 12 76 451 089 46")]),
        ("Au dos : 184127645108946.", [(Kind.NUMBER, "184127645108946")]),
        ("Carte 4970-1012-3456-7890", [(Kind.NUMBER, "4970-1012-3456-7890")]),
        ("FR76 3000 6000 0112 3456 7890 189", [(Kind.NUMBER, "FR76 3000 6000 0112 3456 7890 189")]),
        ("Né le 12/03/1984, grand", [(Kind.NUMBER, "Né le 12/03/1984")]),
        ("Un Noir au volant", [(Kind.ORIGIN, "Un Noir")]),
        ("Il habite au 12", [(Kind.ADDRESS, "habite au 12")]),
        ("Il loge 3 rue des Lilas, oui", [(Kind.ADDRESS, "loge 3 rue des Lilas")]),
        ("Un 𝐚𝐫𝐚𝐛𝐞 au coin", [(Kind.ORIGIN, "𝐚𝐫𝐚𝐛𝐞")]),
        ("Ce c.o.n.n.a.r.d a fui", [(Kind.INSULT, "c.o.n.n.a.r.d")]),
        ("😡 quel con\u200bnard !", [(Kind.INSULT, "con\u200bnard")]),
        ("Un mu-sul-man ici", [(Kind.RELIGION, "mu-sul-man")]),
    ],
)
def test_a_finding_points_at_the_text_as_typed(text: str, expected: list[tuple[Kind, str]]):
    assert passages(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Devant le 14 rue Jean-Jaurès, place Victor-Hugo et chez Leclerc.",
        "Une voiture blanche, un homme grand, veste rouge.",
        "RUE VICTOR HUGO, PORTAIL OUVERT",
        "Un berger allemand devant le restaurant chinois de la rue des Italiens.",
        "Le 03/04/2026 à 10 h 30, la 206 du garage Perrin.",
        "Je vous prie de passer, croyant que la maison était vide il s'est attardé.",
        "Appelez le 17 ou le 112.",
        "Il était à 20 m. Petit bruit ensuite.",
        "Devant la maison des jeunes, le chien des voisin et les petit vélos de la crèche.",
        "La plaque de la rue, 3 puis 4 portes, puis la boîte aux lettres BC, 214 logements.",
        "Une enceinte de chantier de deux mètres.",
        "Le 06/12/2026, douze cartons, 6 voitures, 12 personnes, 34 rue des Lilas.",
        "Un foulard par terre sous le voile de la remorque.",
        "Un blanc et une noire, garés devant le Crédit Agricole le 12/03/2026.",
    ],
)
def test_places_shops_and_descriptions_pass(text: str):
    assert check(text) == ()


def test_the_name_of_a_street_ends_with_the_street():
    assert passages("Rue Jean-Jaurès, Jean Dupont criait.") == [(Kind.NAME, "Jean Dupont")]


def test_each_kind_says_why_and_what_to_write():
    said = [Finding(0, 1, kind) for kind in Kind]

    assert all(finding.why.endswith(".") and finding.instead.endswith(".") for finding in said)
    assert set(read_json("messages")) == set(Kind)


def test_no_remark_says_what_a_referent_knows_of_who_writes():
    assert [kind for kind in Kind if "votre référent" in Finding(0, 1, kind).instead] == []


def test_five_hundred_characters_are_read_and_one_more_is_refused():
    assert check("é" * MAX_CHARACTERS) == ()
    assert check("a" * (MAX_CHARACTERS + 1)) == (Finding(MAX_CHARACTERS, MAX_CHARACTERS + 1, Kind.LENGTH),)


def test_a_megabyte_is_refused_unread(monkeypatch):
    monkeypatch.setattr("reports.guard.reading.read", lambda text: pytest.fail("read"))

    assert [finding.kind for finding in check("06 12 34 56 78 " * 70_000)] == [Kind.LENGTH]


def test_control_characters_are_read_past():
    assert passages("\x00\x1bun co\u202ennard\r\n") == [(Kind.INSULT, "co\u202ennard")]


def test_findings_of_one_kind_that_overlap_are_one():
    apart = Finding(9, 10, Kind.INSULT)

    assert merge([Finding(0, 4, Kind.INSULT), apart, Finding(2, 6, Kind.INSULT)]) == (
        Finding(0, 6, Kind.INSULT),
        apart,
    )


TEXTS = st.text(max_size=200) | st.text(
    st.sampled_from("aeéo0@ -.'*1dnrt6\u200b\u202eАс🅰\n") | st.characters(), max_size=200
)


@given(TEXTS)
def test_findings_lie_within_the_text_in_its_order_and_come_again(text: str):
    findings = check(text)

    assert all(0 <= finding.start < finding.end <= len(text) for finding in findings)
    assert all(before <= after for before, after in pairwise(findings))
    assert check(text) == findings


@given(st.text(max_size=100))
def test_folded_characters_know_where_they_were_typed(text: str):
    folded = fold(text)

    assert len(folded.text) == len(folded.origins) == len(folded.upper)
    assert all(before <= after for before, after in pairwise(folded.origins))
    assert all(character == "\n" or " " <= character <= "~" for character in folded.text)


@pytest.mark.parametrize("part", ["plain", "disguised"])
def test_what_is_left_once_the_findings_are_taken_out_passes(part: str):
    for sentence in sentences(part):
        left = sentence.text
        for finding in reversed(check(left)):
            left = f"{left[: finding.start]}(…){left[finding.end :]}"
        assert check(left) == (), left


REPEATS = [
    "a ",
    "a.",
    "0 ",
    "06 ",
    "les ",
    "mme de ",
    "rue ",
    "loge 1 rue ",
    "a*",
    "@",
    "jean ",
    "un ",
    "habite ",
    "-",
    "aa",
    "con nard ",
    "\u200ba",
]


@pytest.mark.parametrize("repeat", REPEATS)
def test_a_text_four_times_longer_hides_four_times_more_words(repeat: str):
    short, long = (sum(1 for _ in lay_bare(fold(repeat * times))) for times in (250, 1000))

    assert long <= 4 * short + 1000
    read(repeat * 1000)


def test_no_pattern_repeats_without_an_end():
    patterns = [*read_json("shapes")["blanked"], *(shape["pattern"] for shape in read_json("shapes")["shapes"])]
    unbounded = re.compile(r"(?<!\\)[*+](?![^\[]*\])|\{\d+,\}")

    assert [pattern for pattern in patterns if unbounded.search(pattern)] == []


def test_each_list_and_pattern_file_names_its_source():
    lists = sorted(DATA.glob("words/*.txt"))
    settings = [read_json(path.stem) for path in DATA.glob("*.json") if path.stem != "messages"]

    assert all("Source:" in path.read_text(encoding="utf-8") for path in lists)
    assert len(lists) == 12
    assert all(content["source"] for content in settings)
