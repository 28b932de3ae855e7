"""Documents that go with a message: added to a draft, taken away from it, and taken over by a correction."""

import hashlib

from django.db import transaction

from sectors.errors import TooManyAttached
from sectors.models import Bulletin, BulletinAttachment
from sectors.models.bulletin_attachments import MOST_ATTACHED
from sectors.pdf_files import check_pdf


@transaction.atomic
def attach(draft: Bulletin, title: str, content: bytes) -> BulletinAttachment:
    """Add a document to a draft.

    Raises
    ------
    TooManyAttached
        When the draft has as many as a message may have.
    NotAPdf
        When the content is none.
    """
    check_pdf(content)
    if draft.attachments.count() >= MOST_ATTACHED:
        raise TooManyAttached(MOST_ATTACHED)
    return BulletinAttachment.objects.create(
        bulletin=draft,
        title=title,
        content=content,
        content_sha256=hashlib.sha256(content).hexdigest(),
        size_bytes=len(content),
    )


def take_over(draft: Bulletin, former: Bulletin) -> None:
    """Give a correction the documents of the message that it corrects."""
    BulletinAttachment.objects.bulk_create(
        BulletinAttachment(
            bulletin=draft,
            title=each.title,
            content=bytes(each.content),
            content_sha256=each.content_sha256,
            size_bytes=each.size_bytes,
        )
        for each in former.attachments.all()
    )
