"""Whether a PDF keeps the rules of PDF/UA-1 that a machine can tell."""

import page


def faults_of(pdf: bytes) -> set[str]:
    """Return what a PDF breaks of PDF/UA-1, each rule in a sentence."""
    return {f"{fault.rule_id}: {fault.message}" for fault in page.validate_pdf_bytes(pdf, profile="ua1").failures}
