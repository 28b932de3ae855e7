"""Who an account belongs to: the only place where the name of an account's holder is kept, and it is sealed."""

from django.db import models

from accounts.models.people import Account
from accounts.models.sealed import SealedModel, SealedText
from accounts.retention import ACCESS, SEAL, Holder, Retention


class Identity(SealedModel):
    """The name, phone and e-mail address of an account's holder.

    They are read by the holder alone, but for the address, which the worker that sends a notice reads too, and for
    those of référents, which ``walls.referents`` tells to whom the policy names.

    It dies some weeks after the account's last role has ended; see ``accounts.services.identities``.
    """

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="identity")
    name = SealedText(max_length=120)
    phone = SealedText(max_length=30)
    email = SealedText(max_length=254)

    retention = Retention(
        processing=ACCESS,
        title="Identités",
        data="Nom, téléphone et adresse électronique du titulaire (scellés)",
        leaves_with="accounts.Account",
        holder=Holder(
            path="account",
            columns={
                "id": "Référence",
                "name": "Nom",
                "phone": "Téléphone",
                "email": "Adresse électronique",
                "dies_in": "Semaine d'effacement",
            },
            withheld=SEAL,
        ),
    )
