"""Folding of names for searching: what a person types finds the name however either is written."""

import unicodedata

# Without this the dotless ı would stay apart from i, and "Isparta" would not be found by "ısparta".
_DOTLESS = str.maketrans({"ı": "i"})


def fold(*parts: str | None) -> str:
    """The parts joined by single spaces, without case, accents and the Turkish dotted/dotless i."""
    text = " ".join(" ".join(part.split()) for part in parts if part and part.strip())
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return plain.translate(_DOTLESS)
