"""Whether what was sent is a PDF: told by its content, never by its name or by what the browser says of it."""

import re

from sectors.errors import NotAPdf

MAX_BYTES = 5 * 1024 * 1024
SIGNATURE = re.compile(rb"%PDF-[12]\.[0-9]")
# Readers look for the end within the last kilobyte (ISO 32000-1, appendix H.3.18).
TAIL_BYTES = 1024
END = re.compile(rb"startxref\s+(\d+)\s+%%EOF")
# What the end leads to: a table of references, or an object that holds one.
REFERENCES = re.compile(rb"\s*(?:xref\b|\d+\s+\d+\s+obj\b)")
LONGEST_REFERENCE = 64
# What a document that is only read needs nothing of; compressed objects may hide it, hence the way it is served.
ACTIVE = {
    b"/JavaScript": "un script",
    b"/JS": "un script",
    b"/Launch": "une commande qui lance un programme",
    b"/EmbeddedFile": "un fichier joint",
    b"/RichMedia": "un contenu animé",
    b"/XFA": "un formulaire programmé",
}
NAME_ENDS = rb"(?![0-9A-Za-z])"


def check_pdf(content: bytes) -> None:
    """Refuse what is not a PDF from its first byte to its end, or holds more than pages to read.

    Parameters
    ----------
    content
        The whole file, at most `MAX_BYTES`.

    Raises
    ------
    NotAPdf
        Saying why, in French.
    """
    if len(content) > MAX_BYTES:
        raise NotAPdf("il dépasse 5 Mo : réduisez la qualité de la numérisation")
    if not SIGNATURE.match(content):
        raise NotAPdf("son contenu n'est pas celui d'un PDF : enregistrez ou numérisez le document en PDF")
    end = END.search(content[-TAIL_BYTES:])
    if end is None or not _leads_to_references(content, int(end[1])):
        raise NotAPdf("il est incomplet : envoyez-le de nouveau, ou numérisez-le encore")
    if b"/Encrypt" in content:
        raise NotAPdf("il est protégé par un mot de passe : enregistrez-le sans protection")
    for name, what in ACTIVE.items():
        if re.search(re.escape(name) + NAME_ENDS, content):
            raise NotAPdf(f"il contient {what} : imprimez-le en PDF, puis envoyez ce nouveau fichier")


def _leads_to_references(content: bytes, offset: int) -> bool:
    return REFERENCES.match(content[offset : offset + LONGEST_REFERENCE]) is not None
