"""Password, second factors and devices of one's own account."""

from typing import Any

from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms import doors
from accounts.forms.passkeys import refusing_malformed_credentials
from accounts.models import Account, Device
from accounts.services import sealed_secrets, second_factors
from accounts.services.lockout import Door

SECRET_IN_SESSION = "ronde.app_secret"  # noqa: S105 (a key of the session)
WRONG_PASSWORD = _("Ce n'est pas votre mot de passe actuel.")
# What AUTH_PASSWORD_VALIDATORS ask for, in one breath.
PASSWORD_RULES = _(
    "De 12 à 128 signes, pas seulement des chiffres, ni un mot de passe courant, ni un signe ou une suite du "
    "clavier répétés, ni proche de votre identifiant. Trois ou quatre mots sans lien font l'affaire."
)
WRONG_FIRST_CODE = _(
    "Ce code n'est pas celui de l'application. Vérifiez que l'heure du téléphone est réglée automatiquement, "
    "puis donnez le code affiché."
)


class NewPasswordForm(forms.Form):
    """A new password, typed twice."""

    password = forms.CharField(
        label=_("Nouveau mot de passe"),
        help_text=PASSWORD_RULES,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("Le même mot de passe"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account

    def clean_password(self) -> str:
        """Refuse a password that is short, common or near the identifier."""
        password: str = self.cleaned_data["password"]
        validate_password(password, self.account)
        return password

    def clean(self) -> dict[str, Any]:
        """Refuse two passwords that differ."""
        given = super().clean() or {}
        if "password" in given and "again" in given and given["password"] != given["again"]:
            self.add_error("again", _("Les deux mots de passe diffèrent : tapez le même deux fois."))
        return given


class ChangePasswordForm(NewPasswordForm):
    """A new password, and the present one to show that it is its owner who changes it."""

    current = forms.CharField(
        label=_("Mot de passe actuel"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ("current", "password", "again")

    def __init__(self, *args: Any, request: HttpRequest, door: Door, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.door = door

    def clean_current(self) -> str:
        """Check the present password; wrong ones count as they do at log-in."""
        current: str = self.cleaned_data["current"]
        if doors.is_shut(self.request, self.door):
            raise forms.ValidationError(WRONG_PASSWORD)
        if not self.account.check_password(current):
            doors.count_failure(self.request, self.door)
            raise forms.ValidationError(WRONG_PASSWORD)
        return current


class AddAppForm(forms.Form):
    """The first code of an authentication app that has just read the secret."""

    code = forms.CharField(
        label=_("Code affiché par l'application"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, session: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Sealed as it will be in its table: sessions are kept in the database too.
        if SECRET_IN_SESSION not in session:
            session[SECRET_IN_SESSION] = sealed_secrets.seal(generate_totp_secret())
        self.secret = sealed_secrets.unseal(session[SECRET_IN_SESSION])

    def clean_code(self) -> str:
        """Check that the app shows what the secret gives."""
        code: str = self.cleaned_data["code"]
        step = second_factors.matching_step(self.secret, code, now=timezone.now())
        if step is None:
            raise forms.ValidationError(WRONG_FIRST_CODE)
        self.step = step
        return code


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A passkey, under the name by which its owner knows it."""

    name = forms.CharField(
        label=_("Nom de la clé"),
        help_text=_("Par exemple « Poste de l'accueil » ou « Clé du trousseau »."),
        max_length=60,
    )
    passwordless = None  # every passkey may log in alone

    def clean(self) -> dict[str, Any]:
        """Check what the browser made; what is no passkey is refused like a wrong one."""
        with refusing_malformed_credentials():
            given: dict[str, Any] = super().clean()
            return given


class EnrolDeviceForm(forms.ModelForm):  # type: ignore[type-arg]
    """The name of the device at hand."""

    class Meta:
        model = Device
        fields = ("label",)
        labels = {"label": _("Nom de l'appareil")}
        help_texts = {"label": _("Par exemple « Téléphone de service 3 ».")}
