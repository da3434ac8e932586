"""Capital and small first letters of texts that people read: in Turkish i is İ, and ı is I.

Never for codes: those are the same letters in every language.
"""

from flask_babel import get_locale

_TURKISH_CAPITALS = {"i": "İ", "ı": "I"}
_TURKISH_SMALL = {"İ": "i", "I": "ı"}


def capitalized(text: str) -> str:
    """The text with a capital first letter; the others stay as they are."""
    first = text[:1]
    return (_TURKISH_CAPITALS.get(first, first.upper()) if _is_turkish() else first.upper()) + text[1:]


def uncapitalized(text: str) -> str:
    """The text with a small first letter, for the middle of a sentence; the others stay as they are."""
    first = text[:1]
    return (_TURKISH_SMALL.get(first, first.lower()) if _is_turkish() else first.lower()) + text[1:]


def _is_turkish() -> bool:
    locale = get_locale()
    return locale is not None and locale.language == "tr"
