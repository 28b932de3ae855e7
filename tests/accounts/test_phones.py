import pytest
from django.core.exceptions import ValidationError

from accounts.forms.phones import lacks_zero, refuse_no_phone


@pytest.mark.parametrize(
    "typed",
    [
        "06 39 98 00 11",
        "04.75.00.00.00",
        "+33 6 39 98 00 11",
        "+33 (0)6 39 98 00 11",
        "0033639980011",
        "+32 2 555 12 12",
        "0041 44 668 18 00",
    ],
)
def test_a_number_of_here_or_of_another_country_is_taken(typed):
    refuse_no_phone(typed)

    assert not lacks_zero(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "06 12 34 56 7",
        "06 12 34 56 78 9",
        "639980011",
        "00 12 34",
        "+33 6 39 98 00 1",
        "+33 06 39 98 00 11",
        "32 2 555 12 12",
        "+1234567890123456",
        "06+39980011",
        "bonjour",
    ],
)
def test_what_nobody_can_call_is_refused(typed):
    with pytest.raises(ValidationError, match="dix chiffres"):
        refuse_no_phone(typed)


@pytest.mark.parametrize(("said", "is_so"), [("639980011", True), ("6 39 98 00 11", True), ("063998001", False)])
def test_nine_digits_without_their_zero_are_known(said, is_so):
    assert lacks_zero(said) is is_so
