"""The right of access: what is kept of an account's holder is handed over whole, and nothing of anybody else."""

import json
import subprocess
import tempfile
from pathlib import Path

import pytest
from django.test import Client

from accounts.audit import Reason
from accounts.models import Account, AuditEntry, Grant
from accounts.models.sealed import SealedModel
from accounts.retention import ACCESS, Holder, Retention
from accounts.roles import Role
from accounts.sealing import SealingError
from accounts.services.extract import columns_of, extract, holder_of
from accounts.services.identities import identify
from accounts.services.register import declarations
from tests.access.people import let_in
from tests.accessible_pdf import faults_of
from tests.accounts.ways_in import PASSWORD, build_account, give_password, prove, words_of

PAGE = "/compte/mes-donnees/"
AS_JSON, AS_PDF = f"{PAGE}extrait.json", f"{PAGE}extrait.pdf"
NAME, NEIGHBOUR = "Zélie Canari-Témoin", "Yves Cormoran"
SIX_MINUTES_S = 360


@pytest.fixture
def account(place) -> Account:
    account = build_account(place, Role.VIGILANT, login="voisin-1")
    identify(account, name=NAME, phone="04 75 00 00 00", email="zelie@exemple.fr")
    return account


@pytest.fixture
def neighbour(place) -> Account:
    neighbour = build_account(place, Role.VIGILANT, login="voisine-2")
    identify(neighbour, name=NEIGHBOUR)
    return neighbour


@pytest.fixture
def holder(account) -> Client:
    return let_in(Client(), account)


@pytest.fixture
def with_password_alone(place) -> Client:
    client = Client()
    give_password(client, build_account(place, Role.VIGILANT, login="voisin-3", has_app=False), PASSWORD)
    return client


def tables_of(answer) -> dict[str, dict]:
    told = json.loads(answer.content)
    return {table["titre"]: table for entry in told["traitements"] for table in entry["tables"]}


def let_time_pass(client: Client) -> None:
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= SIX_MINUTES_S
    session.save()


def holders() -> list[tuple[type, Holder]]:
    said = [(model, holder_of(retention)) for model, retention in declarations().items()]
    return [(model, holder) for model, holder in said if isinstance(holder, Holder)]


def test_every_column_of_a_holders_table_is_told_or_said_to_be_withheld():
    faults = {
        model._meta.label: {*columns_of(model)}
        ^ {*holder.columns, *holder.withheld, holder.path.partition("__")[0]}
        for model, holder in holders()
    }

    assert {label: names - {"id", "pk"} for label, names in faults.items() if names - {"id", "pk"}} == {}
    assert [model for model, holder in holders() if {*holder.columns} & {*holder.withheld}] == []


def test_every_table_says_whose_its_rows_are_or_why_nobodys():
    assert all(isinstance(holder_of(retention), Holder | str) for retention in declarations().values())


def test_a_table_that_leads_to_an_account_tells_its_holder():
    leads = {
        model._meta.label: {name for name, column in columns_of(model).items() if column.related_model is Account}
        for model in declarations()
    }
    told = {model._meta.label: {holder.path, *holder.withheld} for model, holder in holders()}
    # Its rows hold nothing: its declaration says so.
    empty = {"account.EmailAddress"}

    missed = {label: names - told.get(label, set()) for label, names in leads.items() if label not in empty}
    assert {label: names for label, names in missed.items() if names} == {}


def test_what_is_sealed_about_the_holder_is_opened_but_a_text_about_a_home():
    withheld = {
        f"{model._meta.label}.{name}"
        for model, holder in holders()
        if issubclass(model, SealedModel)
        for name in model.sealed_names()
        if name in holder.withheld
    }

    assert withheld == {"absences.Draft.content", "patrols.RefusedEntry.content"}


def test_a_table_that_does_not_say_whose_its_rows_are_is_refused():
    with pytest.raises(ValueError, match="whose its rows are"):
        Retention(processing=ACCESS, title="Essai", data="", apart="toujours")


def test_a_table_beside_a_holders_must_say_whose_its_rows_are_itself():
    beside = Retention(processing=ACCESS, title="Essai", data="", leaves_with="accounts.Account")

    with pytest.raises(ValueError, match="Essai"):
        holder_of(beside)


def test_the_extract_holds_a_row_of_each_table_that_has_one_of_the_holder(holder, account):
    holder.get(PAGE)
    told = tables_of(holder.get(AS_JSON))

    assert told["Comptes"]["lignes"][0]["Identifiant"] == "voisin-1"
    assert told["Identités"]["lignes"][0]["Nom"] == NAME
    (role,) = told["Rôles"]["lignes"]
    assert (role["Rôle"], role["Jours"]) == (
        "Citoyen vigilant",
        {"premier_jour": "2020-01-01", "dernier_jour": None},
    )
    assert "application d'authentification" in {row["Moyen"] for row in told["Seconds facteurs"]["lignes"]}
    assert "Données d'une personne extraites à sa demande" in {
        row["Acte"] for row in told["Journal des accès"]["lignes"]
    }
    assert {model._meta.label for model, _ in holders()} >= {"absences.Draft", "patrols.PlanEdit"}
    assert {"Brouillons de déclaration", "Changements d'un plan"} <= set(told)


def test_what_leads_to_no_account_is_named_with_the_reason(holder):
    left_out = json.loads(holder.get(AS_JSON).content)["sans_lien_avec_le_compte"]

    assert "police municipale" in {left["titre"]: left["raison"] for left in left_out}["Absences"]
    assert all(left["raison"] for left in left_out)


def test_nobody_else_is_in_it_and_no_secret(holder, account, neighbour, place):
    giver = build_account(place, Role.ADMINISTRATOR, login="admin-9")
    Grant.objects.filter(account=account).update(given_by=giver)
    secret = account.authenticator_set.get(type="totp").data["secret"]

    told = words_of(holder.get(AS_JSON))

    held = [NEIGHBOUR, "voisine-2", "admin-9", secret, Account.objects.get(pk=account.pk).password]
    assert [word for word in held if word in told] == []
    assert "secret qui protège l'accès" in told


def test_the_log_of_the_holder_tells_how_many_rows_and_never_which(holder, account):
    told = tables_of(holder.get(AS_JSON))["Journal des accès"]["lignes"]

    assert {row["Combien"] for row in told} <= {0, 1}
    assert str(account.pk) not in {row["Combien"] for row in told if row["Sur quoi"] == "compte"}


def test_the_extract_leaves_its_traces(holder, account):
    holder.get(AS_JSON)

    asked = AuditEntry.objects.filter(stream=f"account:{account.pk}", reason=Reason.DATA_SUBJECT_REQUEST)
    assert set(asked.values_list("action", flat=True)) == {
        "dsar.extract_subject",
        "identity.name",
        "identity.phone",
        "identity.email",
    }
    assert asked.get(action="dsar.extract_subject").ids == [str(account.pk)]


def test_the_pdf_says_the_same_in_french(holder):
    answer = holder.get(AS_PDF)
    words = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=answer.content, capture_output=True, check=True
    )

    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "no-store, private"
    for said in (NAME, "voisin-1", "Citoyen vigilant", "mercredi 1er", "sans terme", "CNIL", "N'est pas donné"):
        assert said in words.stdout.decode().replace("\u00a0", " ").replace("’", "'"), said
    assert faults_of(answer.content) == set()


@pytest.mark.parametrize("url", [AS_JSON, AS_PDF])
def test_no_name_is_in_the_files_name_and_no_file_is_left(holder, url, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    answer = holder.get(url)

    assert "voisin" not in answer["Content-Disposition"]
    assert [left for left in Path(tmp_path).rglob("*") if left.is_file()] == []


def test_a_second_factor_given_long_ago_is_asked_again(holder, account):
    let_time_pass(holder)

    asked = holder.get(AS_JSON, headers={"referer": f"http://testserver{PAGE}"})
    assert asked.url.startswith("/compte/verification/")

    prove(holder, account, onward=AS_JSON)
    assert tables_of(holder.get(AS_JSON))["Comptes"]["lignes"]


def test_whoever_has_no_second_factor_gives_the_password_again(with_password_alone):
    assert with_password_alone.get(AS_JSON).status_code == 200
    let_time_pass(with_password_alone)

    asked = with_password_alone.get(AS_JSON, headers={"referer": f"http://testserver{PAGE}"})

    # Back to the page, not to the file: a browser that saves it would stay on the form.
    assert asked.url == f"/compte/connexion/?next={PAGE}"
    assert "reconnectez-vous" in words_of(with_password_alone.get(asked.url))
    assert with_password_alone.get(AS_JSON).url.startswith("/compte/connexion/")


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.VIGILANT}))
def test_the_page_exists_for_vigilants_alone(place, role):
    client = let_in(Client(), build_account(place, role, login="agent-9"))

    assert {client.get(url).status_code for url in (PAGE, AS_JSON, AS_PDF)} == {404}
    assert "Mes données" not in words_of(client.get("/compte/"))


def test_the_account_leads_to_the_page(holder):
    assert f'href="{PAGE}"' in words_of(holder.get("/compte/"))
    assert words_of(holder.get(PAGE)).count("extrait.") == 2


def test_what_does_not_open_is_told_without_a_value(holder, monkeypatch):
    def fail(*_: object) -> None:
        raise SealingError

    monkeypatch.setattr("config.own_data.views.extract", fail)

    answer = holder.get(AS_JSON, follow=True)

    assert "ne s&#x27;ouvrent plus" in words_of(answer)


def test_an_extract_shows_nothing_of_itself(account):
    assert NAME not in repr(extract(account))


def test_a_crew_that_the_walls_do_not_show_on_this_device_is_told_by_its_number(place):
    account = build_account(place, Role.VIGILANT, Role.CREW, login="double-1")

    roles = tables_of(let_in(Client(), account).get(AS_JSON))["Rôles"]["lignes"]

    assert {row["Équipage"] for row in roles} == {None, f"n° {place.crew.pk}"}
