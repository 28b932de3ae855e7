"""Addresses of the desk."""

from django.urls import path

from config.desk import accounts, protection, tools

urlpatterns = [
    path("gestion/comptes/", accounts.show_accounts, name="desk_accounts"),
    path("gestion/comptes/nouveau/", accounts.create_account, name="desk_create_account"),
    path("gestion/comptes/<int:key>/", accounts.show_account, name="desk_account"),
    path("gestion/comptes/<int:key>/inviter/", accounts.invite_again, name="desk_invite_again"),
    path("gestion/comptes/<int:key>/desactiver/", accounts.disable_account, name="desk_disable_account"),
    path("gestion/comptes/<int:key>/reactiver/", accounts.enable_account, name="desk_enable_account"),
    path("gestion/jetons/", tools.list_tokens, name="desk_tokens"),
    path("gestion/jetons/faire/", tools.make_token, name="desk_make_token"),
    path("gestion/jetons/<int:key>/retirer/", tools.revoke_token, name="desk_revoke_token"),
    path("dpo/", protection.show_protection, name="desk_protection"),
    path("dpo/registre/", protection.show_register, name="desk_register"),
    path("dpo/conservation/", protection.show_retention, name="desk_retention"),
    path("dpo/conservation/effacer/", protection.ask_purge, name="desk_ask_purge"),
    path("dpo/conservation/compter/", protection.ask_count, name="desk_ask_count"),
    path("dpo/cles/", protection.show_keys, name="desk_keys"),
]
