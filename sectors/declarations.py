"""How long the tables of the sectors are kept, and whose their rows are."""

import datetime as dt

from django.db.models import F, Q

from accounts.retention import Holder, Processing, Retention, first_moment_kept

SECTORS = Processing(
    name="Secteurs et périmètres",
    purpose="Dessiner les périmètres des secteurs, les vérifier et les approuver",
    legal_basis="Mission d'intérêt public (RGPD, art. 6.1.e)",
    people="Référents, correspondants de police municipale",
    recipients="Référents du secteur, police municipale et nationale, CLSPD ; sans les noms",
)
MESSAGES = Processing(
    name="Messages de prévention",
    purpose="Transmettre aux habitants, par les référents, les messages de prévention de la police",
    legal_basis="Mission d'intérêt public (RGPD, art. 6.1.e) ; convention « Citoyens vigilants »",
    people="Correspondants de police, référents",
    recipients="Correspondants de police de la commune ; référents et citoyens vigilants des secteurs choisis",
)
NETWORK = Processing(
    name="Réseau des citoyens vigilants",
    purpose="Tenir les conventions des secteurs, les mandats des référents et la vie du réseau",
    legal_basis="Mission d'intérêt public (RGPD, art. 6.1.e) ; convention « Citoyens vigilants »",
    people="Référents, citoyens vigilants, autorités qui signent les conventions",
    recipients="Correspondants de police municipale et nationale, administrateur, DPO ; inscrits du secteur",
)
BURGLARIES = Processing(
    name="Nombres de cambriolages",
    purpose="Comparer, dans le bilan, les cambriolages des logements surveillés à ceux de tous les logements",
    legal_basis="Mission d'intérêt public (RGPD, art. 6.1.e)",
    people="Personne : des nombres par secteur et par mois",
    recipients="Police municipale ; le bilan, pour les nombres qui ne désignent personne",
)
NOBODYS = "un tracé et une date : rien n'y mène à un compte"


def _proposal_is_over(today: dt.date) -> Q:
    return Q(ended_at__lt=first_moment_kept("proposal", today))


def _revision_is_over(today: dt.date) -> Q:
    """Drawings that a later one replaced, once the proposal has ended; the last one leaves with it."""
    return Q(proposal__ended_at__lt=first_moment_kept("proposal_draft", today)) & ~Q(
        number=F("proposal__revision")
    )


PROPOSAL = Retention(
    processing=SECTORS,
    title="Propositions de périmètre",
    data="Secteurs concernés, état, date d'entrée en vigueur",
    duration="proposal",
    since="l'approbation, le refus ou le retrait",
    remains="les périmètres qui ont été en vigueur, et leurs dates",
    over=_proposal_is_over,
    holder=NOBODYS,
)
REVISION = Retention(
    processing=SECTORS,
    title="Enregistrements d'une proposition",
    data="Compte et rôle de qui a enregistré le tracé, heure",
    duration="proposal_draft",
    since="la fin de la proposition, sauf le dernier, qui part avec elle",
    over=_revision_is_over,
    holder=Holder(
        path="saved_by",
        columns={"id": "Numéro", "proposal": "Proposition", "number": "Enregistrement", "saved_at": "Fait le"}
        | {"by_role": "Rôle", "origin": "Fait par", "takes_up": "Reprend le tracé"},
    ),
)
AREA = Retention(
    processing=SECTORS,
    title="Tracés proposés",
    data="Secteur, numéro et nom proposés, contour",
    leaves_with="sectors.ProposalRevision",
    holder=NOBODYS,
)
STEP = Retention(
    processing=SECTORS,
    title="Étapes d'une proposition",
    data="Compte et rôle de qui a proposé, vérifié, approuvé, refusé ou retiré, heure, commentaire",
    leaves_with="sectors.Proposal",
    holder=Holder(
        path="taken_by",
        columns={
            "id": "Numéro",
            "proposal": "Proposition",
            "kind": "Étape",
            "revision": "Enregistrement",
            "taken_at": "Fait le",
            "by_role": "Rôle",
            "comment": "Commentaire",
        },
    ),
)
DECISION_READING = Retention(
    processing=SECTORS,
    title="Lectures d'une décision",
    data="Compte de qui a fait la proposition, heure où il en a lu la suite",
    leaves_with="sectors.ProposalStep",
    holder=Holder(path="account", columns={"id": "Numéro", "step": "Étape", "read_at": "Lu le"}),
)
