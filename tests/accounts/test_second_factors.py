import datetime as dt
import re
from html import unescape

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from accounts.errors import AppAlreadyThere, LastSecondFactor
from accounts.forms.own_account import SECRET_IN_SESSION
from accounts.keys import FolderStore
from accounts.models import AuditEntry
from accounts.roles import Role
from accounts.sealing import SealBroken
from accounts.services import sealed_secrets, second_factors
from config.log_redaction import RedactingFormatter
from tests.accounts.conftest import NOON
from tests.accounts.ways_in import build_account, build_place, code_now, give_password, log_in, run_together

FACTORS = "/compte/double-authentification/"
APP, CODES = f"{FACTORS}application/", f"{FACTORS}codes/"
CODE = "/compte/connexion/code/"
EVERY_ROLE_BUT_VIGILANT = sorted(set(Role) - {Role.VIGILANT})
# RFC 6238, appendix B: the ASCII secret 12345678901234567890 at 59 s gives 94287082, of which the last six digits.
RFC_SECRET, RFC_STEP, RFC_CODE = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 1, "287082"


def recovery_codes(page) -> list[str]:
    return re.findall(r"<li><code>(\d{8})</code></li>", page.content.decode())


def set_up_app(client: Client) -> tuple[object, str]:
    client.get(APP)
    secret = sealed_secrets.unseal(client.session[SECRET_IN_SESSION])
    step = second_factors.step_at(timezone.now())
    code = second_factors.code_of(secret, step)
    return client.post(APP, {"code": code}, follow=True), code


def test_a_code_is_that_of_the_standard():
    assert second_factors.code_of(RFC_SECRET, RFC_STEP) == RFC_CODE


@pytest.mark.parametrize("role", EVERY_ROLE_BUT_VIGILANT)
@pytest.mark.parametrize("address", ["/compte/", "/compte/mot-de-passe/", "/accueil/"])
def test_a_role_that_demands_a_second_factor_reaches_nothing_before_it_is_set_up(client, place, role, address):
    give_password(client, build_account(place, role, has_app=False))
    assert client.get(address).url == FACTORS
    assert client.get(FACTORS).status_code == 200


def test_a_vigilant_may_do_without(client, place):
    give_password(client, build_account(place, Role.VIGILANT, has_app=False))
    assert client.get("/compte/").status_code == 200


def test_setting_up_the_app_opens_the_account_and_shows_the_recovery_codes_once(client, place):
    agent = build_account(place, Role.DPO, has_app=False)
    give_password(client, agent)
    page, _code = set_up_app(client)
    assert len(set(recovery_codes(page))) == 10
    assert page.redirect_chain == [(CODES, 302)]
    again = client.get(CODES)
    assert recovery_codes(again) == []
    assert "Vos codes ont été montrés une fois" in again.content.decode()
    assert client.get("/compte/").status_code == 200
    assert recovery_codes(client.get(FACTORS)) == []
    assert "Il vous en reste 10." in client.get(FACTORS).content.decode()


@pytest.mark.parametrize(
    ("used", "said"),
    [(0, "Il vous en reste 10."), (7, "Il vous en reste 3."), (8, "Il vous en reste 2 : remplacez-les")],
)
def test_the_page_warns_before_recovery_codes_run_out(client, place, used, said):
    agent = build_account(place, Role.DPO)
    for code in second_factors.renew_recovery_codes(agent)[:used]:
        assert second_factors.verify_code(agent, code, now=timezone.now())
    log_in(client, agent)

    page = unescape(client.get(FACTORS).content.decode())

    assert said in page
    assert ("note is-warning" in page) is (used == 8)


def test_an_account_without_recovery_codes_is_warned_on_both_pages(client, place):
    log_in(client, build_account(place, Role.DPO))

    assert "Vous n'en avez aucun" in unescape(client.get(FACTORS).content.decode())
    assert "Faire dix codes de secours" in client.get(FACTORS).content.decode()
    assert "aucun code de secours" in client.get("/compte/").content.decode()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("12345", "6 chiffres s'il vient de l'application, 8 si c'est un code de secours"),
        ("12345x", "6 chiffres s'il vient de l'application"),
        ("1234567", "6 chiffres s'il vient de l'application"),
        ("000 000", "n'est pas le bon, ou il a déjà servi"),
        ("00000000", "n'est pas le bon, ou il a déjà servi"),
    ],
)
def test_a_code_of_the_wrong_shape_is_told_from_a_wrong_code(client, place, code, said, monkeypatch):
    monkeypatch.setattr(second_factors, "verify_code", lambda *_account, **_now: None)
    give_password(client, build_account(place, Role.DPO))

    assert said in unescape(client.post(CODE, {"code": code}).content.decode())


def test_the_code_of_the_set_up_does_not_serve_again(client, place):
    agent = build_account(place, Role.DPO, has_app=False)
    give_password(client, agent)
    _page, code = set_up_app(client)
    assert second_factors.verify_code(agent, code, now=timezone.now()) is None


def test_a_wrong_first_code_sets_nothing_up_and_keeps_the_secret(client, place):
    agent = build_account(place, Role.DPO, has_app=False)
    give_password(client, agent)
    client.get(APP)
    secret = client.session[SECRET_IN_SESSION]
    answer = client.post(APP, {"code": "12345x"})
    assert "heure du téléphone" in answer.content.decode()
    assert client.session[SECRET_IN_SESSION] == secret
    assert not second_factors.has_second_factor(agent)


def test_the_secret_is_on_the_page_as_drawing_and_as_text_and_nowhere_else(client, place):
    agent = build_account(place, Role.DPO, has_app=False)
    give_password(client, agent)
    page = client.get(APP)
    secret = sealed_secrets.unseal(client.session[SECRET_IN_SESSION])
    assert secret not in str(dict(client.session))
    groups = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    assert groups in page.content.decode()
    assert "<svg" in page.content.decode()
    assert "no-store" in page["Cache-Control"]


def test_a_code_serves_once(client, place, clock):
    agent = build_account(place, Role.DPO)
    code = code_now(agent)
    assert second_factors.verify_code(agent, code, now=clock.now) is not None
    assert second_factors.verify_code(agent, code, now=clock.now) is None


def test_a_code_older_than_the_last_one_used_does_not_serve(client, place, clock):
    agent = build_account(place, Role.DPO)
    older = code_now(agent)
    clock.advance(seconds=30)
    assert second_factors.verify_code(agent, code_now(agent), now=clock.now) is not None
    assert second_factors.verify_code(agent, older, now=clock.now) is None


@pytest.mark.parametrize(("late_s", "is_taken"), [(0, True), (30, True), (60, False), (-30, True), (-60, False)])
def test_a_phone_may_be_off_by_one_step(place, clock, late_s, is_taken):
    agent = build_account(place, Role.DPO)
    clock.advance(seconds=-late_s)
    code = code_now(agent)
    assert (second_factors.verify_code(agent, code, now=NOON) is not None) is is_taken


def test_a_replayed_code_opens_no_second_session(client, place, clock):
    agent = build_account(place, Role.DPO)
    code = code_now(agent)
    give_password(client, agent)
    assert client.post(CODE, {"code": code}).status_code == 302
    thief = Client()
    give_password(thief, agent)
    assert thief.post(CODE, {"code": code}).status_code == 200
    assert thief.get("/compte/").status_code == 302


def test_a_recovery_code_serves_once(client, place, clock):
    agent = build_account(place, Role.DPO)
    codes = second_factors.renew_recovery_codes(agent)
    give_password(client, agent)
    assert client.post(CODE, {"code": codes[0]}).status_code == 302
    client.post("/compte/deconnexion/")
    give_password(client, agent)
    assert client.post(CODE, {"code": codes[0]}).status_code == 200
    assert client.post(CODE, {"code": codes[1]}).status_code == 302
    assert second_factors.count_recovery_codes(agent) == 8


def test_new_recovery_codes_replace_the_former_ones(client, place):
    agent = build_account(place, Role.DPO)
    former = second_factors.renew_recovery_codes(agent)
    log_in(client, agent)
    new = recovery_codes(client.post(CODES, follow=True))
    assert len(new) == 10
    assert not set(new) & set(former)
    assert client.get("/compte/").status_code == 200


def test_the_last_factor_stays_where_a_role_demands_one(place):
    agent = build_account(place, Role.DPO)
    (app,) = second_factors.factors_of(agent)
    with pytest.raises(LastSecondFactor):
        second_factors.remove_factor(agent, app.pk, is_compulsory=True)
    assert second_factors.has_second_factor(agent)


def test_the_recovery_codes_go_with_the_last_factor(place):
    neighbour = build_account(place, Role.VIGILANT)
    second_factors.renew_recovery_codes(neighbour)
    (app,) = second_factors.factors_of(neighbour)
    second_factors.remove_factor(neighbour, app.pk, is_compulsory=False)
    assert not Authenticator.objects.filter(user=neighbour).exists()


def test_nobody_removes_the_factor_of_another(client, place):
    mine = build_account(place, Role.VIGILANT)
    other = build_account(place, Role.DPO, login="autre-1")
    (app,) = second_factors.factors_of(other)
    log_in(client, mine)
    assert client.post(f"{FACTORS}{app.pk}/retirer/").status_code == 404
    assert second_factors.has_second_factor(other)


def test_a_change_of_factor_is_audited_without_a_value(client, place):
    agent = build_account(place, Role.VIGILANT)
    (app,) = second_factors.factors_of(agent)
    log_in(client, agent)
    client.post(CODES, follow=True)
    client.post(f"{FACTORS}{app.pk}/retirer/")
    actions = AuditEntry.objects.filter(stream=f"account:{agent.pk}").order_by("number")
    assert list(actions.values_list("action", flat=True)) == [
        "session.login",
        "factor.codes_renewed",
        "factor.removed",
    ]


def test_what_the_database_keeps_gives_nobody_a_code(place):
    agent = build_account(place, Role.DPO, has_app=False)
    second_factors.add_app(agent, RFC_SECRET, step=0)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert RFC_SECRET not in kept
    assert "secret" in kept
    assert "seed" in kept


@pytest.mark.parametrize(
    "change", [lambda kept: kept[:-8], lambda kept: f"1:{kept[4:]}", lambda kept: "1:pas du base64"]
)
def test_a_secret_that_was_tampered_with_does_not_open_and_says_nothing_of_itself(change):
    kept = sealed_secrets.seal(RFC_SECRET)
    assert sealed_secrets.unseal(kept) == RFC_SECRET
    with pytest.raises(SealBroken) as refusal:
        sealed_secrets.unseal(change(kept))
    assert RFC_SECRET not in str(refusal.value)
    assert kept not in str(refusal.value)


def lose_the_keys(settings, folder):
    settings.KEYS_DIR = folder / "absent"


def take_the_keys_of_another(settings, folder):
    settings.KEYS_DIR = folder / "other"
    FolderStore(settings.KEYS_DIR).create()
    sealed_secrets.seal("autre installation")


@pytest.mark.parametrize("trouble", [lose_the_keys, take_the_keys_of_another])
def test_without_the_right_keys_nobody_enters_and_the_page_says_why(
    client, place, settings, tmp_path, caplog, trouble
):
    agent = build_account(place, Role.DPO)
    code = code_now(agent)
    give_password(client, agent)
    right_keys = settings.KEYS_DIR
    trouble(settings, tmp_path)
    page = client.post(CODE, {"code": code})
    assert page.status_code == 200
    assert "rien n'est perdu" in page.content.decode().replace("&#x27;", "'")
    assert "Seconds facteurs illisibles" in caplog.text
    settings.KEYS_DIR = right_keys
    assert client.post(CODE, {"code": code}).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_of_two_uses_of_a_code_at_the_same_time_one_counts():
    agent = build_account(build_place(), Role.DPO)
    code, now = code_now(agent), timezone.now()
    uses = run_together(*[lambda: second_factors.verify_code(agent, code, now=now) is not None] * 2)
    assert sorted(uses) == [False, True]


def test_an_account_has_one_app_even_when_two_tabs_set_it_up(client, place):
    agent = build_account(place, Role.DPO, has_app=False)
    give_password(client, agent)
    client.get(APP)
    secret = sealed_secrets.unseal(client.session[SECRET_IN_SESSION])
    second_factors.add_app(agent, RFC_SECRET, step=0)
    with pytest.raises(AppAlreadyThere):
        second_factors.add_app(agent, secret, step=0)
    assert [factor.type for factor in second_factors.factors_of(agent)] == [Authenticator.Type.TOTP]


def test_who_has_an_app_is_told_so(client, place):
    log_in(client, build_account(place, Role.DPO))
    page, _code = set_up_app(client)
    assert page.redirect_chain == [(FACTORS, 302)]
    assert "a déjà une application" in page.content.decode()


def test_a_factor_that_was_removed_no_longer_counts_as_given(client, place):
    neighbour = build_account(place, Role.VIGILANT)
    (app,) = second_factors.factors_of(neighbour)
    log_in(client, neighbour)
    client.post(f"{FACTORS}{app.pk}/retirer/")
    assert client.get("/compte/").status_code == 200
    neighbour.grants.create(role=Role.DPO, commune=place.commune, valid=(dt.date(2020, 1, 1), None))
    assert client.get("/compte/").url == FACTORS


def test_a_page_that_needs_the_keys_says_that_they_are_missing_and_the_log_says_which(
    place, settings, tmp_path, caplog
):
    client = Client(raise_request_exception=False)
    agent = build_account(place, Role.DPO)
    second_factors.renew_recovery_codes(agent)
    log_in(client, agent)
    lose_the_keys(settings, tmp_path)
    page = client.get(FACTORS)
    assert page.status_code == 503
    assert "Les clés ne peuvent pas être lues" in page.content.decode()
    assert "keys create" in "".join(map(RedactingFormatter().format, caplog.records))


def test_codes_wait_sealed_for_the_page_that_shows_them_and_a_look_ahead_does_not_use_them_up(client, place):
    agent = build_account(place, Role.DPO)
    log_in(client, agent)
    client.post(CODES)
    assert re.search(r"\b\d{8}\b", str(dict(client.session))) is None
    client.head(CODES)
    assert len(recovery_codes(client.get(CODES))) == 10
