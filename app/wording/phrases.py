"""A phrase of an explanation in words (diagnosis.md, section 3)."""

from app.domain.diagnosis.phrases import Phrase
from app.wording.reasons import REASONS
from app.wording.sentences import SENTENCES
from app.wording.values import Names

_TEXTS = {**SENTENCES, **REASONS}


def phrase_text(phrase: Phrase, names: Names) -> str:
    """The phrase as a sentence."""
    return _TEXTS[phrase.code](phrase.params, names)


def known_codes() -> frozenset[str]:
    """Every phrase code there are words for."""
    return frozenset(_TEXTS)
