"""Large open-data files over broken lines: resumed where they stopped, checked before they count as there.

Beside a file ``X``: ``X.part`` while it arrives, and ``X.json``, which says of either where it comes from and by
which ETag or date the server recognises it.
"""

import json
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import requests

from geo.errors import DownloadFailed, InvalidFile
from geo.importers.source_files import Progress, no_progress

CONNECT_TIMEOUT_S = 10
READ_TIMEOUT_S = 60
# What a drop can lose: urllib3 hands over whole chunks only.
CHUNK_BYTES = 8 << 10
# Tries in a row that bring nothing; a try that brings bytes starts the count again, within the limit of all tries.
MAX_IDLE_TRIES = 5
MAX_TRIES = 100
FIRST_PAUSE_S = 1.0
MAX_PAUSE_S = 60.0
MAX_BYTES = 8 << 30
DISK_RESERVE_BYTES = 512 << 20
LATER = "Réessayez plus tard : ce qui est déjà arrivé est gardé."
USER_AGENT = "Ronde (outil municipal ; telechargement de donnees ouvertes)"


@dataclass(frozen=True, kw_only=True)
class Download:
    """One file to bring: its French name, its address, where it goes, and what proves it whole."""

    label: str
    url: str
    target: Path
    check: Callable[[Path], object]


@dataclass(frozen=True, kw_only=True)
class Origin:
    """What the server said of the file: enough to resume, and to ask later whether it has changed."""

    url: str
    etag: str = ""
    last_modified: str = ""

    @property
    def validator(self) -> str:
        """What If-Range may carry: a strong ETag, else the date, else nothing (and no resuming)."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.last_modified


class _Interrupted(Exception):
    """Le transfert s'est interrompu ; il peut reprendre."""

    def __init__(self, problem: str, pause_s: float = 0.0) -> None:
        super().__init__(problem)
        self.pause_s = pause_s


def fetch(
    download: Download, *, progress: Progress = no_progress, pause: Callable[[float], None] = time.sleep
) -> Path:
    """Bring a file, going on from what is already there; a file that the server has not changed is kept.

    Parameters
    ----------
    progress
        Called with the bytes on the disk.
    pause
        Waits so many seconds between tries.

    Returns
    -------
    The path of the complete, checked file.

    Raises
    ------
    DownloadFailed
        The server refuses, the line breaks too often, or what arrives twice is not the file that was asked for.
    """
    download.target.parent.mkdir(parents=True, exist_ok=True)
    _receive(download, progress, pause)
    if not _part(download).exists():
        return download.target
    try:
        download.check(_part(download))
    except InvalidFile as first:
        _forget_part(download)
        _receive(download, progress, pause)
        try:
            download.check(_part(download))
        except InvalidFile as error:
            _forget_part(download)
            raise DownloadFailed(
                download.label, download.url, f"ce qui arrive est inutilisable ({first.problem})", LATER
            ) from error
    _part(download).replace(download.target)
    return download.target


def _receive(download: Download, progress: Progress, pause: Callable[[float], None]) -> None:
    """Try until the part is complete, or the target is known to be current."""
    idle = 0
    problem = ""
    with requests.Session() as session:
        session.headers.update({"User-Agent": USER_AGENT, "Accept-Encoding": "identity"})
        for _ in range(MAX_TRIES):
            before = _size(_part(download))
            try:
                _try_once(session, download, progress)
            except _Interrupted as interruption:
                problem = str(interruption)
                idle = 0 if _size(_part(download)) > before else idle + 1
                if idle >= MAX_IDLE_TRIES:
                    break
                pause(max(interruption.pause_s, min(FIRST_PAUSE_S * 2**idle, MAX_PAUSE_S)))
            else:
                return
    raise DownloadFailed(download.label, download.url, f"{problem}.", LATER)


def _try_once(session: requests.Session, download: Download, progress: Progress) -> None:
    part, origin = _part(download), _read_origin(download)
    have = _size(part) if origin and origin.validator else 0
    headers = _conditions(download, origin, have)
    try:
        with session.get(
            download.url, headers=headers, stream=True, timeout=(CONNECT_TIMEOUT_S, READ_TIMEOUT_S)
        ) as response:
            _settle(download, origin, have, response, progress)
    except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError) as error:
        raise _Interrupted(f"la connexion s'est interrompue après {_size(part)} octets") from error
    except requests.RequestException as error:
        raise DownloadFailed(
            download.label, download.url, f"l'adresse n'est pas utilisable ({error}).", "Vérifiez les réglages."
        ) from error


def _conditions(download: Download, origin: Origin | None, have: int) -> dict[str, str]:
    if origin and have:
        return {"Range": f"bytes={have}-", "If-Range": origin.validator}
    if origin and download.target.exists() and not _part(download).exists():
        known = {"If-None-Match": origin.etag, "If-Modified-Since": origin.last_modified}
        return {name: value for name, value in known.items() if value}
    return {}


def _settle(
    download: Download, origin: Origin | None, have: int, response: requests.Response, progress: Progress
) -> None:
    """Act on the status of an answer: go on, begin again, stop, or wait."""
    status = response.status_code
    if status == requests.codes.not_modified:
        return
    if status == requests.codes.partial_content and _is_continuation(response, have, origin):
        _write(download, response, have, progress)
    elif status == requests.codes.ok:
        _forget_part(download)
        _write(download, response, 0, progress)
    elif status == requests.codes.requested_range_not_satisfiable and _is_whole(response, have):
        return
    elif status in (requests.codes.partial_content, requests.codes.requested_range_not_satisfiable):
        _forget_part(download)
        raise _Interrupted("le fichier a changé sur le serveur pendant le transfert")
    elif status == requests.codes.too_many_requests or status >= requests.codes.internal_server_error:
        raise _Interrupted(f"le serveur répond {status}", _retry_after_s(response))
    else:
        raise DownloadFailed(
            download.label, download.url, f"le serveur répond {status}.", "Vérifiez l'adresse dans les réglages."
        )


def _is_continuation(response: requests.Response, have: int, origin: Origin | None) -> bool:
    """Whether a partial answer goes on exactly where we are, in the same version of the file."""
    begins = response.headers.get("Content-Range", "").startswith(f"bytes {have}-")
    etag = response.headers.get("ETag")
    return begins and origin is not None and (not etag or not origin.etag or etag == origin.etag)


def _is_whole(response: requests.Response, have: int) -> bool:
    return response.headers.get("Content-Range", "") == f"bytes */{have}"


def _write(download: Download, response: requests.Response, have: int, progress: Progress) -> None:
    announced = response.headers.get("Content-Length", "")
    # What the server packs on the way cannot be counted, nor gone on with in the middle.
    is_packed = "Content-Encoding" in response.headers
    total = have + int(announced) if announced.isdigit() and not is_packed else None
    if not have:
        etag, date = (response.headers.get(name, "") for name in ("ETag", "Last-Modified"))
        _write_origin(
            download,
            Origin(url=download.url) if is_packed else Origin(url=download.url, etag=etag, last_modified=date),
        )
    _refuse_too_big(download, total or 0)
    with _part(download).open("ab" if have else "wb") as part:
        for chunk in response.iter_content(CHUNK_BYTES):
            part.write(chunk)
            progress(part.tell())
            if part.tell() > MAX_BYTES:
                _refuse_too_big(download, part.tell())
        part.flush()
        os.fsync(part.fileno())
    if total is not None and _size(_part(download)) != total:
        raise _Interrupted(f"la connexion s'est interrompue après {_size(_part(download))} octets sur {total}")


def _refuse_too_big(download: Download, total: int) -> None:
    free = shutil.disk_usage(download.target.parent).free
    if total > MAX_BYTES:
        problem = f"le fichier dépasse {MAX_BYTES >> 30} Gio."
    elif total + DISK_RESERVE_BYTES > free:
        problem = f"il faut {total >> 20} Mio, et le disque n'en a que {free >> 20} de libres."
    else:
        return
    raise DownloadFailed(download.label, download.url, problem, "Vérifiez l'adresse, ou libérez de la place.")


def _retry_after_s(response: requests.Response) -> float:
    text = response.headers.get("Retry-After", "")
    return min(float(text), MAX_PAUSE_S) if text.isdigit() else 0.0


def _part(download: Download) -> Path:
    return download.target.with_name(f"{download.target.name}.part")


def _origin_file(download: Download) -> Path:
    return download.target.with_name(f"{download.target.name}.json")


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def _forget_part(download: Download) -> None:
    _part(download).unlink(missing_ok=True)
    _origin_file(download).unlink(missing_ok=True)


def _write_origin(download: Download, origin: Origin) -> None:
    _origin_file(download).write_text(json.dumps(asdict(origin)), encoding="utf-8")


def _read_origin(download: Download) -> Origin | None:
    """Return what is known of the file on the disk, or None if it is of another address or unreadable."""
    try:
        origin = Origin(**json.loads(_origin_file(download).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return origin if origin.url == download.url else None
