import gzip
import hashlib
import zlib
from pathlib import Path

import pytest

from geo.errors import InvalidFile
from geo.importers import source_files
from geo.importers.source_files import check_gzip, fingerprint, open_unpacked, read_lines


def test_the_fingerprint_is_the_sha256_of_the_bytes(write):
    assert fingerprint(write("a.csv", "abc")) == hashlib.sha256(b"abc").hexdigest()


def test_an_absent_file_is_refused_by_name(tmp_path):
    with pytest.raises(InvalidFile, match=r"« rien.csv » : le fichier n'existe pas"):
        fingerprint(tmp_path / "rien.csv")


def test_an_empty_file_is_refused(write):
    with pytest.raises(InvalidFile, match="est vide"):
        fingerprint(write("vide.csv", ""))


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(InvalidFile, match="n'est pas un fichier"):
        fingerprint(tmp_path)


def test_a_device_without_end_is_refused_before_it_is_read():
    with pytest.raises(InvalidFile, match="n'est pas un fichier"):
        fingerprint(Path("/dev/zero"))


def test_a_byte_order_mark_is_not_part_of_the_text(write):
    assert list(read_lines(write("a.csv", b"\xef\xbb\xbfid\nx\n"))) == ["id\n", "x\n"]


def test_gzip_is_recognised_by_content_whatever_the_name(write):
    assert list(read_lines(write("a.csv", gzip.compress(b"un\ndeux\n")))) == ["un\n", "deux\n"]


def test_latin_1_is_refused_with_its_line_and_byte(write):
    # "id\n" is bytes 0 to 2, "Rue de l'" 3 to 11: the É of Latin-1 is byte 12, on line 2.
    file = write("a.csv", b"id\nRue de l'\xc9glise\n")
    with pytest.raises(InvalidFile, match=r"ligne 2, octet 12 : l'octet 0xC9 n'est pas de l'UTF-8"):
        list(read_lines(file))


def test_a_nul_byte_is_refused_with_its_line_and_byte(write):
    with pytest.raises(InvalidFile, match="ligne 2, octet 4 : un octet nul"):
        list(read_lines(write("a.csv", b"id\nx\0y\n")))


def test_a_line_of_a_million_columns_is_refused_with_its_line(write):
    with pytest.raises(InvalidFile, match="ligne 2 : la ligne dépasse 64 Kio"):
        list(read_lines(write("a.csv", "id\n" + ";" * 1_000_000)))


def test_truncated_gzip_is_refused_with_the_byte_where_it_ends(write):
    packed = gzip.compress(b"une ligne assez longue\n" * 1000)
    file = write("a.csv", packed[:-12])
    with pytest.raises(InvalidFile, match=rf"octet {len(packed) - 12} : le fichier compressé s'arrête"):
        list(read_lines(file))


def test_damaged_gzip_is_refused(write):
    packed = bytearray(gzip.compress(b"ligne\n" * 1000))
    packed[-6] ^= 0xFF  # inside the checksum
    with pytest.raises(InvalidFile, match="abîmé"):
        check_gzip(write("a.csv", bytes(packed)))


def test_a_gzip_bomb_is_stopped_before_it_is_unpacked(write):
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(squeeze.compress(bytes(1 << 20)) for _ in range(300)) + squeeze.flush()
    with pytest.raises(InvalidFile, match=r"dépasse toute mesure \(plus de 6\d Mio\)"):
        check_gzip(write("a.csv", bomb))


def test_unpacked_text_may_not_exceed_the_limit_however_poorly_it_packs(write, monkeypatch):
    monkeypatch.setattr(source_files, "MAX_UNPACKED_BYTES", 1000)
    with (
        pytest.raises(InvalidFile, match="dépasse toute mesure"),
        open_unpacked(write("a.csv.gz", b"x" * 1001)) as stream,
    ):
        stream.read()
