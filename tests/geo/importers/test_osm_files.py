import gzip
import zlib

import osmium
import pytest

from geo.errors import InvalidFile
from geo.importers.osm_files import open_osm
from geo.importers.osm_reader import read_osm
from geo.importers.tally import Tally
from tests.geo.importers.rows import node, osm_document, way

TOWN = osm_document(node(1, 4.89, 44.93), node(2, 4.891, 44.93), way(10, 1, 2, highway="residential"))


@pytest.fixture
def pbf(write, tmp_path):
    """The small town as PBF, written by libosmium."""
    target = tmp_path / "town.osm.pbf"
    with osmium.SimpleWriter(str(target)) as writer:
        for thing in osmium.FileProcessor(str(write("source.osm", TOWN))):
            writer.add(thing)
    return target


def refusal(file) -> str:
    with pytest.raises(InvalidFile) as refused:
        read_osm(file, Tally())
    return str(refused.value)


def test_pbf_is_read_whatever_its_name(pbf):
    assert len(read_osm(pbf.rename(pbf.with_name("carte")), Tally()).streets) == 1


def test_pbf_cut_anywhere_is_refused_with_a_byte(pbf):
    whole = pbf.read_bytes()
    for length in range(5, len(whole), 7):
        pbf.write_bytes(whole[:length])
        assert "octet" in refusal(pbf) or "aucun objet" in refusal(pbf)


def test_pbf_cut_after_its_header_has_no_object(pbf):
    header_length = int.from_bytes(pbf.read_bytes()[:4], "big")
    # The header block of libosmium's writer: 4 bytes, the blob header, then the blob it announces.
    data = pbf.read_bytes()
    blob_length = data[4 + header_length - 1]
    pbf.write_bytes(data[: 4 + header_length + blob_length])
    assert "aucun objet" in refusal(pbf)


def test_damage_inside_a_pbf_block_is_refused(pbf):
    data = bytearray(pbf.read_bytes())
    data[-10] ^= 0xFF
    pbf.write_bytes(data)
    assert "le contenu est abîmé" in refusal(pbf)


def test_any_other_bytes_are_refused_at_their_first_one(write):
    assert "octet 0 : ce n'est pas un bloc OpenStreetMap" in refusal(write("carte.osm.pbf", b"\xff" * 100))
    assert "octet 0" in refusal(write("carte.osm.pbf", b"\0\0\0\x05abcde"))


def test_a_pbf_block_that_announces_too_much_is_refused(write):
    # BlobHeader: type "OSMHeader" (field 1), datasize 64 MiB (field 3).
    header = b"\x0a\x09OSMHeader\x18" + bytes([0x80, 0x80, 0x80, 0x20])
    assert "dépasse la taille permise" in refusal(
        write("carte.osm.pbf", len(header).to_bytes(4, "big") + header + bytes(100))
    )


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE html><html><body>404</body></html>",
        '<?xml version="1.0"?><gpx version="1.1"></gpx>',
        '<?xml version="1.0"?><osmChange version="0.6"></osmChange>',
    ],
)
def test_xml_that_is_no_extract_is_refused(write, text):
    assert "c'est du XML, mais pas un extrait OpenStreetMap" in refusal(write("carte.osm", text))


def test_truncated_xml_is_refused_with_its_line(write):
    # Cut inside the element of the second node, on line 4.
    assert "ligne 4" in refusal(write("carte.osm", TOWN[: TOWN.index('<node id="2"') + 20]))


def test_latin_1_in_xml_is_refused_with_its_line(write):
    text = TOWN.replace('v="residential"', 'v="résidentiel"').encode("latin-1")
    message = refusal(write("carte.osm", text))
    assert "ligne 5" in message
    assert "n'est pas en UTF-8" in message


def test_an_entity_bomb_is_refused_before_it_grows(write):
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    bomb = TOWN.replace("<osm ", f'<!DOCTYPE osm [<!ENTITY l0 "ha">{laughs}]><osm ').replace(
        'v="residential"', 'v="&l9;"'
    )
    assert "entités" in refusal(write("carte.osm", bomb))


def test_an_external_entity_is_refused(write):
    hostile = TOWN.replace("<osm ", '<!DOCTYPE osm [<!ENTITY f SYSTEM "file:///etc/passwd">]><osm ').replace(
        'v="residential"', 'v="&f;"'
    )
    assert "entités" in refusal(write("carte.osm", hostile))


def test_a_nul_byte_in_xml_is_refused_with_its_line(write):
    assert "ligne 5" in refusal(write("carte.osm", TOWN.replace("residential", "resi\0dential")))


@pytest.mark.parametrize(("good", "bad"), [('lat="44.93"', 'lat="NaN"'), ('id="1"', 'id="un"')])
def test_numbers_that_are_none_are_refused_with_their_line(write, good, bad):
    assert "ligne 3" in refusal(write("carte.osm", TOWN.replace(good, bad, 1)))


def test_truncated_gzip_is_refused_with_its_byte(write):
    packed = gzip.compress(TOWN.encode())
    assert f"octet {len(packed) - 10}" in refusal(write("carte.osm", packed[:-10]))


def test_a_gzip_bomb_is_refused_before_it_is_parsed(write):
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
    blanks = b" " * (1 << 20)
    bomb = squeeze.compress(b'<?xml version="1.0"?><osm version="0.6">')
    bomb += b"".join(squeeze.compress(blanks) for _ in range(200)) + squeeze.flush()
    assert "dépasse toute mesure" in refusal(write("carte.osm.gz.bin", bomb))


def test_gzip_of_something_else_is_refused(write):
    assert "ne contient pas de carte" in refusal(write("carte.osm.gz", b"bonjour"))


def test_the_format_comes_from_the_content(write):
    assert open_osm(write("carte.bin", TOWN)) is not None
