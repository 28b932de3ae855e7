"""Passkeys as log-in, as second factor, and as proof: allauth's forms, deaf to malformed answers."""

import contextlib
from collections.abc import Iterator
from typing import Any

from allauth.account.utils import url_str_to_user_pk
from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm, LoginWebAuthnForm
from fido2.utils import websafe_decode

from accounts import audit, scope

MALFORMED = (AttributeError, KeyError, IndexError, TypeError, ValueError)


@contextlib.contextmanager
def refusing_malformed_credentials() -> Iterator[None]:
    """Refuse what no authenticator sends: the libraries below fail in many ways on it."""
    try:
        yield
    except MALFORMED as error:
        raise get_adapter().validation_error("incorrect_code") from error


class PasskeyForm(AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey as the second factor of a log-in."""

    def clean_credential(self) -> Any:
        """Check the authenticator's answer."""
        with refusing_malformed_credentials():
            return super().clean_credential()


class StepUpPasskeyForm(PasskeyForm):
    """A passkey again, before an action that asks for it."""

    reauthenticated = True


class PasskeyLogInForm(LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey alone: it says whose it is, and proves it."""

    def clean_credential(self) -> Any:
        """Open the walls on the account that the passkey names, and check that it is its own."""
        with refusing_malformed_credentials():
            handle = self.cleaned_data["credential"]["response"]["userHandle"]
            scope.claim(account=url_str_to_user_pk(websafe_decode(handle).decode()))
            return super().clean_credential()

    def clean(self) -> dict[str, Any]:
        """Note a refusal."""
        if "credential" not in self.cleaned_data:
            audit.record("session.refused", outcome="refused")
        return super().clean() or {}
