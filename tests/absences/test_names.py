import pytest
from hypothesis import given
from hypothesis import strategies as st

from absences.names import fingerprint, words_of


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Éloïse Le Goff-Martin", ["eloise", "le", "goff", "martin"]),
        ("D'ANGELO  Zoé", ["angelo", "zoe"]),
        ("Œuvrard", ["oeuvrard"]),
        ("Martin martin", ["martin"]),
        ("- . '", []),
    ],
)
def test_a_name_is_cut_into_plain_words(name, words):
    assert words_of(name) == words


@given(st.text(max_size=60))
def test_case_never_changes_the_words(name):
    assert words_of(name.upper().lower()) == words_of(name.lower())


@given(st.text(max_size=60))
def test_words_are_read_again_as_they_are(name):
    words = words_of(name)

    assert words_of(" ".join(words)) == words


def test_a_fingerprint_depends_on_the_word_and_on_the_key():
    told = {fingerprint(word, key) for word in ("goff", "goffe") for key in (b"k" * 32, b"l" * 32)}

    assert len(told) == 4
    assert {len(each) for each in told} == {8}
