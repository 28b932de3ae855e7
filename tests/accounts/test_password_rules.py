import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from accounts.services.password_rules import is_common, is_monotonous
from tests.accounts.ways_in import PASSWORD

COMMON = "trop courants"
MONOTONOUS = "répète les mêmes signes, ou suit le clavier"


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("motdepasse123", COMMON),
        ("MotDePasse2026!", COMMON),
        ("M0tdep@sse1234", COMMON),
        ("mot de passe 123", COMMON),
        ("Bonjour123456!", COMMON),
        ("soleilsoleil1", COMMON),
        ("policemunicipale26", COMMON),
        ("Décembre-2026-mairie", COMMON),
        ("jetaimemaman1", COMMON),
        ("xxxxxxxxxxxx", MONOTONOUS),
        ("abababababab", MONOTONOUS),
        ("tarte1tarte1tarte1", MONOTONOUS),
        ("azertyuiopqsdf", MONOTONOUS),
        ("poiuytreza1234", MONOTONOUS),
        ("abcdefghijklmn!", MONOTONOUS),
        ("qwertyuiop12345", MONOTONOUS),
        ("x" * 5000, "trop long : il compte 5000 signes, 128 au plus"),
    ],
)
def test_what_everybody_tries_first_is_refused_and_the_page_says_why(password, said):
    with pytest.raises(ValidationError) as refusal:
        validate_password(password)
    assert said in " ".join(refusal.value.messages)


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        "trois-chevaux-dans-un-pré",
        "une-longue-phrase-a",
        "correcte batterie agrafe",
        "Kx7!qd93Lm#2pa",
        "soleil maison paris bonjour mairie",  # five words: common each, and without a link
        "j'habite au 12345 de ma rue",  # a row, and enough beside it
        "p" + "assez-varié, " * 9 + "et long",
    ],
)
def test_a_phrase_of_words_without_a_link_is_taken(password):
    validate_password(password)


def test_the_longest_password_is_taken():
    validate_password(("Trois chevaux gris, deux granges bleues et un puits ; " * 3)[:128])


@given(st.text(max_size=200))
def test_any_text_is_answered(password):
    assert {is_common(password), is_monotonous(password)} <= {True, False}


@given(st.text(min_size=1, max_size=4), st.integers(min_value=3, max_value=40))
def test_a_short_piece_over_and_over_is_monotonous(piece, times):
    assert is_monotonous(piece * times)
