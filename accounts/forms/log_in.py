"""Log-in: identifier and password, then a code; and the same code when an action asks for it again."""

import logging
from typing import Any

from allauth.account.forms import LoginForm
from allauth.core import context
from allauth.mfa import app_settings
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.forms import doors
from accounts.models import Account
from accounts.sealing import SealingError
from accounts.services import lockout, second_factors

LONGEST_LOGIN = 40
logger = logging.getLogger(__name__)
UNREADABLE = _(
    "Les clés qui protègent les codes ne peuvent pas être lues : votre code n'est pas en cause. Prévenez la "
    "personne qui tient le serveur ; rien n'est perdu."
)
WRONG_CODE = _(
    "Ce code n'est pas le bon, ou il a déjà servi. Attendez le code suivant, de six chiffres, ou donnez un code "
    "de secours."
)

WRONG_SHAPE = _(
    "Un code compte %(app)s chiffres s'il vient de l'application, %(recovery)s si c'est un code de secours. "
    "Vérifiez ce que vous avez tapé."
)


class LogInForm(LoginForm):  # type: ignore[misc]
    """Identifier and password; a wrong one is answered in the same words whatever is wrong."""

    password = forms.CharField(
        label=_("Mot de passe"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=_("Identifiant"),
            max_length=LONGEST_LOGIN,
            widget=forms.TextInput(
                attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
            ),
        )

    def clean_login(self) -> str:
        """Read the identifier as it was given by the scheme: in small letters."""
        login: str = self.cleaned_data["login"]
        return login.strip().casefold()


class CodeForm(forms.Form):
    """The six digits of the app, or a recovery code; wrong ones are counted, and a code serves once."""

    is_step_up = False
    code = forms.CharField(
        label=_("Code"),
        help_text=_("Les 6 chiffres de votre application, ou les 8 chiffres d'un code de secours."),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
        ),
    )

    def __init__(self, *args: Any, user: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_code(self) -> str:
        """Check the code, unless too many wrong ones came before it."""
        code: str = self.cleaned_data["code"]
        door = lockout.second_factor_door(self.user)
        if doors.is_shut(context.request, door):
            raise forms.ValidationError(WRONG_CODE)
        try:
            authenticator = second_factors.verify_code(self.user, code, now=timezone.now())
        except SealingError as error:
            logger.exception("Seconds facteurs illisibles")
            raise forms.ValidationError(UNREADABLE) from error
        if authenticator is None:
            doors.count_failure(context.request, door)
            audit.record("session.proof_refused", outcome="refused")
            raise _refuse(code)
        lockout.forget_failures(door)
        self.authenticator: Authenticator = authenticator
        return code

    def save(self) -> None:
        """Note in the session that the second factor was given."""
        self.authenticator.user = self.user
        post_authentication(context.request, self.authenticator, reauthenticated=self.is_step_up)


class StepUpCodeForm(CodeForm):
    """The code again, before an action that asks for it."""

    is_step_up = True


def _refuse(code: str) -> forms.ValidationError:
    """Say what is wrong with a code: waiting for the next one is no help to whoever typed a digit too few."""
    if second_factors.has_shape_of_code(code):
        return forms.ValidationError(WRONG_CODE)
    lengths = {"app": app_settings.TOTP_DIGITS, "recovery": app_settings.RECOVERY_CODE_DIGITS}
    return forms.ValidationError(WRONG_SHAPE, params=lengths)
