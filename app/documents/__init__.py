"""Documents that pages and API share: made once, with their words, as JSON values."""

from app.documents.explanations import (
    HUNDREDTHS_KINDS,
    difference,
    displaced,
    explanation_document,
    fixed,
    instant,
    names_of,
)
from app.documents.places import place_document

__all__ = [
    "HUNDREDTHS_KINDS",
    "difference",
    "displaced",
    "explanation_document",
    "fixed",
    "instant",
    "names_of",
    "place_document",
]
