"""Seal what proves who one is: secrets of authentication apps and of recovery codes.

They live as long as their account and are no household data: their key is that of a week which never comes, kept
and renewed with the others (accounts/keys), so that a copy of the database alone gives nobody a code.
"""

import base64
import binascii
import os

from cryptography.exceptions import InvalidTag

from accounts.keys.current import key_store
from accounts.sealing import SealBroken, Week

WITHOUT_END = Week(9999, 1)
NONCE_BYTES = 12
# Version of the format: base64 of the nonce, then AES-256-GCM of the text with this as associated data.
FORM = "1:"
BOUND_TO = b"ronde second factor 1"


def seal(text: str) -> str:
    """Return the text sealed, in letters that JSON keeps.

    Raises
    ------
    accounts.keys.errors.KeysError
        When the keys are missing, unreadable or those of another installation.
    """
    nonce = os.urandom(NONCE_BYTES)
    cipher = key_store().week_cipher(WITHOUT_END, create=True)
    return FORM + base64.b64encode(nonce + cipher.encrypt(nonce, text.encode(), BOUND_TO)).decode()


def unseal(sealed: str) -> str:
    """Return the text that was sealed.

    Raises
    ------
    SealBroken
        When it was changed, cut, or sealed with another key; the message holds no value.
    accounts.keys.errors.KeysError
        As for ``seal``.
    """
    cipher = key_store().week_cipher(WITHOUT_END)
    try:
        content = base64.b64decode(sealed.removeprefix(FORM), validate=True)
        return cipher.decrypt(content[:NONCE_BYTES], content[NONCE_BYTES:], BOUND_TO).decode()
    except (InvalidTag, ValueError, binascii.Error):
        raise SealBroken("mfa_authenticator") from None
