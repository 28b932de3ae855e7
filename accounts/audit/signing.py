"""The key that signs the day's roots and the cuts: Ed25519, in a file outside the database."""

import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from accounts.errors import AccountsError

KEY_FILE = "signing_key.pem"
OWNER_ONLY, OWNER_READS = 0o700, 0o600
OTHERS = 0o077


RESTORE = (
    "Remettez celle de vos sauvegardes : sans elle, les empreintes et les retraits déjà signés ne peuvent plus "
    "être vérifiés."
)


class SigningKeyUnusable(AccountsError):
    """La clé qui signe le journal ne peut pas servir."""

    def __init__(self, path: Path, what: str, remedy: str = RESTORE) -> None:
        super().__init__(f"La clé qui signe le journal ({path}) {what}. {remedy}")


def signing_key(folder: Path, *, create: bool = False) -> Ed25519PrivateKey:
    """Read the key of a folder; make it on the very first use when ``create``.

    Raises
    ------
    SigningKeyUnusable
        When the key is missing, is not a key, or may be read by others.
    """
    path = folder / KEY_FILE
    if create and not path.exists():
        _make(path)
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise SigningKeyUnusable(path, "n'existe pas") from error
    if path.stat().st_mode & OTHERS:
        raise SigningKeyUnusable(
            path, "peut être lue par d'autres comptes de la machine", f"Lancez : chmod 600 {path}"
        )
    try:
        key = serialization.load_pem_private_key(content, password=None)
    except ValueError as error:
        raise SigningKeyUnusable(path, "est abîmée") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SigningKeyUnusable(path, "n'est pas une clé Ed25519")
    return key


def is_signed(public: Ed25519PublicKey, signature: bytes, message: bytes) -> bool:
    """Whether the signature of a message is that of the key."""
    try:
        public.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _make(path: Path) -> None:
    """Write a new key; of two processes that make one at the same time, the first wins."""
    path.parent.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
    content = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    draft = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_READS), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
