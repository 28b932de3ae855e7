"""The yearly review as a document: what was published of a year, in text, charts, maps and tables.

``read_year`` reads all that it says, ``render_pdf`` prints it, ``render_map`` draws it as a standalone map; the
fingerprint is the same for as long as what it says is the same (decision 0040).
"""

from maps.review.report.document import render_pdf
from maps.review.report.sectors_page import render_map
from maps.review.report.year import YearTold, read_year

__all__ = ["YearTold", "read_year", "render_map", "render_pdf"]
