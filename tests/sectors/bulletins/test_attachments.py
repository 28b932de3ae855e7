import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.roles import Role
from sectors.models import Bulletin, BulletinAttachment
from sectors.services.bulletins import receiving, writing
from sectors.services.bulletins.attachments import attach
from tests.builders import PDF, build_pdf
from tests.sectors.bulletins.messages import NOW, draft_for, send_to, words

pytestmark = pytest.mark.django_db(databases=["default", "aggregates"])


def a_file(content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile("affiche de Mme Canari.pdf", content, content_type="application/pdf")


def test_a_document_is_joined_to_a_draft_and_handed_over_with_the_message(login_as, place):
    draft, desk = draft_for(place, place.sectors[0]), login_as(Role.MUNICIPAL_POLICE)
    page = f"/messages/{draft.pk}/"
    typed = {"subject": "x", "sectors": [place.sectors[0].pk], "attach": "1"}
    assert desk.post(f"{page}ecrire/", typed)["Location"] == f"{page}pieces/"
    desk.post(f"{page}pieces/", {"title": "Affiche A4", "content": a_file()})
    piece = BulletinAttachment.objects.get()
    file = f"{page}piece-{piece.pk}.pdf"
    assert "Affiche A4" in words(desk.get(f"{page}ecrire/"))
    assert login_as(Role.REFERENT).get(file).status_code == 404
    Bulletin.objects.update(sent_at=NOW, text="x")

    referent, vigilant = login_as(Role.REFERENT), login_as(Role.VIGILANT)
    handed = referent.get(file)

    assert (handed.content, handed["Content-Type"], handed["Cache-Control"]) == (
        PDF,
        "application/pdf",
        "no-store, private",
    )
    assert handed["Content-Disposition"] == f'attachment; filename="piece-jointe-{piece.pk}.pdf"'
    assert handed["Content-Security-Policy"].startswith("sandbox")
    assert "Affiche A4" in words(referent.get(page))
    assert vigilant.get(file).status_code == 404
    receiving.relay(draft, place.accounts[Role.REFERENT], [place.sectors[0]], ["poster"], now=NOW)
    assert vigilant.get(file).status_code == 200


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<html></html>", "contenu n&#x27;est pas celui d&#x27;un PDF"),
        (build_pdf(catalogue=b"/AA<</JS (x)>>"), "un script"),
        (PDF + b" " * 5 * 1024 * 1024, "5 Mo"),
    ],
    ids=["page", "script", "large"],
)
def test_what_is_no_pdf_to_read_is_refused(login_as, place, content, why):
    draft, desk = draft_for(place, place.sectors[0]), login_as(Role.MUNICIPAL_POLICE)

    answer = desk.post(f"/messages/{draft.pk}/pieces/", {"title": "Affiche", "content": a_file(content)})

    assert why in words(answer)
    assert not BulletinAttachment.objects.exists()


def test_a_message_carries_three_documents_and_a_draft_lets_them_go(login_as, place):
    draft, desk = draft_for(place, place.sectors[0]), login_as(Role.MUNICIPAL_POLICE)
    for number in range(3):
        attach(draft, f"Affiche {number}", PDF)

    refused = desk.post(f"/messages/{draft.pk}/pieces/", {"title": "De trop", "content": a_file()})
    assert "au plus 3 pièces jointes" in words(refused)
    desk.post(f"/messages/{draft.pk}/pieces/{draft.attachments.first().pk}/retirer/")
    assert draft.attachments.count() == 2
    desk.post(f"/messages/{draft.pk}/jeter/")
    assert not BulletinAttachment.objects.exists()


def test_what_was_sent_keeps_its_documents_and_a_correction_takes_them_over(login_as, place):
    draft = draft_for(place, place.sectors[0])
    piece = attach(draft, "Affiche", PDF)
    writing.send(draft, now=NOW)
    desk = login_as(Role.MUNICIPAL_POLICE)

    assert desk.post(f"/messages/{draft.pk}/pieces/{piece.pk}/retirer/").status_code == 404
    assert desk.post(f"/messages/{draft.pk}/pieces/", {"title": "x", "content": a_file()}).status_code == 404
    page = desk.post("/messages/ecrire/", {"replaces": draft.pk})["Location"]

    assert "Affiche" in words(desk.get(page))
    assert BulletinAttachment.objects.count() == 2


def test_a_document_is_found_with_its_message_alone(login_as, place):
    piece = attach(draft_for(place, place.sectors[0]), "Affiche", PDF)
    Bulletin.objects.update(sent_at=NOW)
    other = send_to(place, place.sectors[0])

    assert login_as(Role.MUNICIPAL_POLICE).get(f"/messages/{other.pk}/piece-{piece.pk}.pdf").status_code == 404
