"""OpenStreetMap files looked through before libosmium opens them: which format, whole, and not a bomb.

A refusal names the byte, which libosmium's own messages do not.
"""

import os
from pathlib import Path
from typing import BinaryIO

import osmium

from geo.errors import InvalidFile
from geo.importers.source_files import check_gzip, is_gzip, read_head

HEAD_BYTES = 4096
# Limits of the PBF format itself.
MAX_BLOB_HEADER_BYTES = 64 << 10
MAX_BLOB_BYTES = 32 << 20
AGAIN = "Téléchargez-le à nouveau."
ACCEPTED = "Donnez un extrait OpenStreetMap .osm, .osm.gz ou .osm.pbf."


def open_osm(file: Path) -> osmium.io.File:
    """Check a file from end to end and return it with its format named, whatever its suffix says.

    Raises
    ------
    InvalidFile
        Not an OpenStreetMap file, truncated, damaged, or out of proportion once unpacked.
    """
    head = read_head(file, HEAD_BYTES)
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith(b"<"):
        if b"<osm" not in text or b"<osmChange" in text:
            raise InvalidFile(
                file, "c'est du XML, mais pas un extrait OpenStreetMap.", where="octet 0", remedy=ACCEPTED
            )
        if is_gzip(file):
            check_gzip(file)
            return osmium.io.File(str(file), "osm.gz")
        return osmium.io.File(str(file), "osm")
    if is_gzip(file):
        raise InvalidFile(file, "le fichier compressé ne contient pas de carte.", where="octet 0", remedy=ACCEPTED)
    check_pbf(file)
    return osmium.io.File(str(file), "pbf")


def check_pbf(file: Path) -> None:
    """Walk through the blocks of a PBF file without unpacking them.

    Raises
    ------
    InvalidFile
        Naming the byte where a block is not what it should be, or where the file ends too early.
    """
    size = file.stat().st_size
    with file.open("rb") as stream:
        number = 0
        while (start := stream.tell()) < size:
            kind, data_bytes = _read_blob_header(file, stream.read(4), stream, start)
            if number == 0 and kind != b"OSMHeader":
                raise InvalidFile(file, "ce n'est pas un fichier OpenStreetMap.", where="octet 0", remedy=ACCEPTED)
            number += 1
            stream.seek(data_bytes, os.SEEK_CUR)
            if stream.tell() > size:
                raise _truncated(file, start)
    if number < 2:
        raise InvalidFile(file, "le fichier ne contient aucun objet.", remedy=AGAIN)


def _read_blob_header(file: Path, length: bytes, stream: BinaryIO, start: int) -> tuple[bytes, int]:
    if len(length) < 4:
        raise _truncated(file, start)
    header_bytes = int.from_bytes(length, "big")
    if header_bytes > MAX_BLOB_HEADER_BYTES:
        raise InvalidFile(file, "ce n'est pas un bloc OpenStreetMap.", where=f"octet {start}", remedy=ACCEPTED)
    header = stream.read(header_bytes)
    if len(header) < header_bytes:
        raise _truncated(file, start)
    try:
        kind, data_bytes = _parse_blob_header(header)
    except (IndexError, ValueError) as error:
        raise InvalidFile(
            file, "ce n'est pas un bloc OpenStreetMap.", where=f"octet {start}", remedy=ACCEPTED
        ) from error
    if data_bytes > MAX_BLOB_BYTES:
        raise InvalidFile(file, "un bloc dépasse la taille permise.", where=f"octet {start}", remedy=ACCEPTED)
    return kind, data_bytes


def _truncated(file: Path, start: int) -> InvalidFile:
    return InvalidFile(
        file, "le fichier s'arrête au milieu d'un bloc : il est tronqué.", where=f"octet {start}", remedy=AGAIN
    )


def _parse_blob_header(header: bytes) -> tuple[bytes, int]:
    """Read the protobuf message BlobHeader: type (field 1, text), indexdata (2, bytes), datasize (3, varint)."""
    kind, data_bytes, place = b"", -1, 0
    while place < len(header):
        field, wire = header[place] >> 3, header[place] & 7
        value, place = _read_varint(header, place + 1)
        if wire == 2:
            if field == 1:
                kind = header[place : place + value]
            place += value
        elif wire == 0 and field == 3:
            data_bytes = value
        else:
            raise ValueError(f"unexpected field {field}")
    if data_bytes < 0 or kind not in (b"OSMHeader", b"OSMData"):
        raise ValueError("not a blob header")
    return kind, data_bytes


def _read_varint(data: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while data[place] & 0x80:
        value |= (data[place] & 0x7F) << shift
        shift, place = shift + 7, place + 1
    return value | data[place] << shift, place + 1
