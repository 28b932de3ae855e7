"""Files as they arrive: fingerprint, compression, and text read line by line with every byte accounted for."""

import gzip
import hashlib
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from geo.errors import InvalidFile

GZIP_MAGIC = b"\x1f\x8b"
CHUNK_BYTES = 1 << 20
# The whole of France as one BAN file is about 5 GB; a line of any address file stays under 2 kB.
MAX_UNPACKED_BYTES = 8 << 30
MAX_LINE_BYTES = 64 << 10
# Text packs at 5 to 15 times; deflate's own limit is 1,032. Small files may be dense, so only size counts there.
MAX_PACKING_RATIO = 200
RATIO_COUNTS_FROM_BYTES = 64 << 20
LINES_BETWEEN_REPORTS = 4096

Progress = Callable[[int], None]


def no_progress(done_bytes: int) -> None:
    """Report progress to nobody."""


def fingerprint(file: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal digits, refusing what is absent, empty or not a file."""
    digest = hashlib.sha256()
    if file.exists() and not file.is_file():
        raise InvalidFile(file, "ce n'est pas un fichier.", remedy="Vérifiez le chemin.")
    try:
        with file.open("rb") as stream:
            while chunk := stream.read(CHUNK_BYTES):
                digest.update(chunk)
            if stream.tell() == 0:
                raise InvalidFile(file, "le fichier est vide.", remedy="Téléchargez-le à nouveau.")
    except FileNotFoundError as error:
        raise InvalidFile(file, "le fichier n'existe pas.", remedy="Vérifiez le chemin.") from error
    except OSError as error:
        raise InvalidFile(
            file, f"le fichier ne peut pas être lu ({error.strerror}).", remedy="Vérifiez le chemin et les droits."
        ) from error
    return digest.hexdigest()


def read_head(file: Path, size: int) -> bytes:
    """Return the first ``size`` bytes, unpacked if the file is gzip by its content."""
    with open_unpacked(file) as stream:
        return stream.read(size)


def is_gzip(file: Path) -> bool:
    """Tell whether the content, whatever the name, is gzip."""
    with file.open("rb") as stream:
        return stream.read(2) == GZIP_MAGIC


@contextmanager
def open_unpacked(file: Path) -> Iterator[BinaryIO]:
    """Open a plain or gzip file for reading bytes; damage and bombs become refusals that name the byte."""
    with file.open("rb") as raw:
        packed = raw.read(2) == GZIP_MAGIC
        raw.seek(0)
        try:
            yield cast(BinaryIO, _CountedGzip(file, raw)) if packed else raw
        except EOFError as error:
            raise InvalidFile(
                file,
                "le fichier compressé s'arrête avant sa fin.",
                where=f"octet {raw.tell()}",
                remedy="Téléchargez-le à nouveau.",
            ) from error
        except (gzip.BadGzipFile, zlib.error) as error:
            raise InvalidFile(
                file,
                "le fichier compressé est abîmé.",
                where=f"vers l'octet {raw.tell()}",
                remedy="Téléchargez-le à nouveau.",
            ) from error


class _CountedGzip(gzip.GzipFile):
    """A gzip stream that stops as soon as what comes out is out of proportion with what went in."""

    def __init__(self, file: Path, raw: BinaryIO) -> None:
        super().__init__(fileobj=raw, mode="rb")
        self._file, self._raw, self._unpacked = file, raw, 0

    def read(self, size: int | None = -1) -> bytes:
        return self._counted(super().read(size))

    def readline(self, size: int | None = -1) -> bytes:
        return self._counted(super().readline(size))

    def packed_bytes(self) -> int:
        """Return how far the file itself is read."""
        return self._raw.tell()

    def _counted(self, data: bytes) -> bytes:
        self._unpacked += len(data)
        is_dense = self._unpacked > RATIO_COUNTS_FROM_BYTES and self._unpacked > MAX_PACKING_RATIO * max(
            self._raw.tell(), 1
        )
        if is_dense or self._unpacked > MAX_UNPACKED_BYTES:
            raise InvalidFile(
                self._file,
                f"le contenu décompressé dépasse toute mesure (plus de {self._unpacked >> 20} Mio).",
                where=f"octet {self._raw.tell()} du fichier compressé",
                remedy="Ce n'est pas un fichier d'adresses ou de carte.",
            )
        return data


def check_gzip(file: Path) -> None:
    """Unpack a gzip file to the end, keeping nothing: damage, truncation and bombs are refused."""
    with open_unpacked(file) as stream:
        while stream.read(CHUNK_BYTES):
            pass


def read_lines(file: Path, progress: Progress = no_progress) -> Iterator[str]:
    """Yield the lines of a UTF-8 text (BOM allowed, gzip or not), refusing anything that is not text.

    Parameters
    ----------
    progress
        Called now and then with how many bytes of the file, as it lies on the disk, are read.

    Raises
    ------
    InvalidFile
        Naming the line and the byte: another encoding, a NUL byte, an endless line, damaged compression.
    """
    offset = 0
    with open_unpacked(file) as stream:
        number = 0
        while raw := stream.readline(MAX_LINE_BYTES + 1):
            number += 1
            yield _decode(file, raw, number, offset)
            offset += len(raw)
            if number % LINES_BETWEEN_REPORTS == 0:
                progress(stream.packed_bytes() if isinstance(stream, _CountedGzip) else offset)


def _decode(file: Path, raw: bytes, number: int, offset: int) -> str:
    if len(raw) > MAX_LINE_BYTES:
        raise InvalidFile(
            file,
            f"la ligne dépasse {MAX_LINE_BYTES >> 10} Kio.",
            where=f"ligne {number}",
            remedy="Ce n'est pas un fichier d'adresses.",
        )
    nul = raw.find(b"\0")
    if nul >= 0:
        raise InvalidFile(
            file,
            "un octet nul s'y trouve : ce n'est pas un fichier texte.",
            where=f"ligne {number}, octet {offset + nul}",
            remedy="Téléchargez-le à nouveau.",
        )
    try:
        return raw.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        raise InvalidFile(
            file,
            f"l'octet 0x{raw[error.start]:02X} n'est pas de l'UTF-8 (encodage Latin-1 ou Windows-1252 ?).",
            where=f"ligne {number}, octet {offset + error.start}",
            remedy="Enregistrez le fichier en UTF-8, puis recommencez.",
        ) from error
