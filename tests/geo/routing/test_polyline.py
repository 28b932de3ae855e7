import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.routing.polyline import decode_polyline6
from tests.geo.routing.towns import encode_polyline6

LONS = st.integers(-180_000_000, 180_000_000)
LATS = st.integers(-90_000_000, 90_000_000)


def test_the_example_of_the_format_is_decoded_in_longitude_latitude():
    # Google's own example of precision 5, (38.5, -120.2) (40.7, -120.95) (43.252, -126.453): a tenth at 6.
    decoded = decode_polyline6("_p~iF~ps|U_ulLnnqC_mqNvxq`@")

    assert decoded.tolist() == [[-12.02, 3.85], [-12.095, 4.07], [-12.6453, 4.3252]]


def test_an_empty_string_has_no_vertex():
    assert decode_polyline6("").shape == (0, 2)


@given(st.lists(st.tuples(LONS, LATS), min_size=1, max_size=50))
def test_decoding_is_the_inverse_of_encoding(vertices):
    decoded = decode_polyline6(encode_polyline6(vertices))

    assert decoded == pytest.approx(np.array(vertices) / 1e6, abs=1e-12)
