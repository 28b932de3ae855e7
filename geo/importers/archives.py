"""Zip archives that people hand over, unpacked in memory: the bytes that come out count, not those announced."""

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from geo.importers.limited_process import Refusal

ZIP_MAGIC = b"PK\x03\x04"
EMPTY_ZIP_MAGIC = b"PK\x05\x06"
MAX_MEMBERS = 200
# What programs write; bzip2 and LZMA may ask for hundreds of megabytes to unpack one.
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
LEFT_BY_A_MAC = "__MACOSX/"
REZIP = "Refaites le zip avec ces seuls fichiers."


def unpack(content: bytes, *, most_bytes: int) -> dict[str, bytes]:
    """Return the files of an archive by name, without what a Mac adds.

    Raises
    ------
    Refusal
        Damaged, truncated or encrypted; more than ``most_bytes`` in all; a size that is not the one announced; a
        name twice, a link, or a path that leads out of the archive.
    """
    files: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            left_bytes = most_bytes
            for member in _checked(archive):
                with archive.open(member) as stream:
                    data = stream.read(left_bytes + 1)
                left_bytes -= len(data)
                if left_bytes < 0:
                    raise Refusal(
                        f"le zip décompressé dépasse {most_bytes >> 20} Mio.", where=_place(member), remedy=REZIP
                    )
                if len(data) != member.file_size:
                    raise Refusal(
                        "le zip n'annonce pas la vraie taille de ce fichier.", where=_place(member), remedy=REZIP
                    )
                files[member.filename] = data
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, zlib.error, ValueError) as error:
        raise Refusal("le zip est abîmé, tronqué ou chiffré.", remedy="Téléchargez-le à nouveau.") from error
    return files


def _checked(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise Refusal(f"le zip contient plus de {MAX_MEMBERS} fichiers.", remedy=REZIP)
    names = {member.filename for member in members}
    for member in members:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
            raise Refusal("un chemin du zip mène hors de celui-ci.", where=_place(member), remedy=REZIP)
        if stat.S_ISLNK(member.external_attr >> 16):
            raise Refusal("c'est un lien vers un autre fichier.", where=_place(member), remedy=REZIP)
        if member.compress_type not in METHODS:
            raise Refusal("la compression du zip n'est pas l'usuelle.", where=_place(member), remedy=REZIP)
        if not member.is_dir() and not member.filename.startswith(LEFT_BY_A_MAC):
            yield member
    if len(names) < len(members):
        raise Refusal("le zip contient deux fois le même nom de fichier.", remedy=REZIP)


def _place(member: zipfile.ZipInfo) -> str:
    name = "".join(sign if sign.isprintable() else "�" for sign in member.filename)
    return f"fichier « {name[:60]} »"
