"""Addresses of the way in and of one's own account; allauth's other pages are not routed."""

from django.urls import path

from accounts.views import (
    devices,
    exports,
    identity,
    invitations,
    journal,
    log_in,
    own_account,
    proof,
    second_factors,
)

urlpatterns = [
    path("compte/", own_account.show_account, name="account"),
    path("compte/connexion/", log_in.log_in, name="account_login"),
    path("compte/connexion/code/", log_in.give_code, name="mfa_authenticate"),
    path("compte/connexion/cle/", log_in.use_passkey, name="mfa_login_webauthn"),
    path("compte/deconnexion/", log_in.log_out, name="account_logout"),
    path("compte/verification/", proof.prove, name="prove"),
    path("compte/coordonnees/", identity.show_identity, name="own_identity"),
    path("compte/mot-de-passe/", own_account.change_password, name="change_password"),
    path("compte/sessions/fermer/", own_account.close_other_sessions, name="close_other_sessions"),
    path("compte/double-authentification/", second_factors.list_factors, name="second_factors"),
    path("compte/double-authentification/application/", second_factors.add_app, name="add_app"),
    path("compte/double-authentification/cle/", second_factors.add_passkey, name="add_passkey"),
    path("compte/double-authentification/codes/", second_factors.renew_codes, name="renew_codes"),
    path("compte/double-authentification/<int:key>/retirer/", second_factors.remove_factor, name="remove_factor"),
    path("compte/journal/", journal.show_own, name="own_journal"),
    path("exports/", exports.list_exports, name="exports"),
    path("dpo/journal/", journal.show_all, name="journal"),
    path("dpo/journal/verification/", journal.verify, name="verify_journal"),
    path("compte/appareils/", devices.list_own, name="devices"),
    path("compte/appareils/ajouter/", devices.enrol, name="enrol_device"),
    path("compte/appareils/<int:key>/retirer/", devices.revoke_own, name="revoke_device"),
    path("gestion/appareils/", devices.list_of_commune, name="commune_devices"),
    path("gestion/appareils/<int:key>/retirer/", devices.revoke_of_commune, name="revoke_commune_device"),
    path("invitation/", invitations.accept_invitation, name="accept_invitation"),
    path("invitation/<str:token>/", invitations.follow_link, name="invitation"),
]
