"""An article comes in, whose text it is goes out: its source family, a sketch of its wording, the notice that it may be."""

from handlers.model import Article, Provenance
from handlers.notices import find_notice
from handlers.outlets import load_outlets
from handlers.sketch import sketch


def provenance(article: Article) -> Provenance:
    """The family is the agency that the text credits, else the outlet's publisher, else unknown."""
    outlets = load_outlets()
    agency = outlets.agency_credit(article.text)
    publisher = outlets.publisher(article.outlet) if article.outlet else None
    is_agency = agency is not None or publisher in outlets.agencies
    return Provenance(agency or publisher, is_agency, sketch(article.text), find_notice(article))
