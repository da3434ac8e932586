"""Names are found however they, or what is typed, are written."""

import pytest

from app.domain.folding import fold


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("IŞIK", "isik"),
        ("ışık", "isik"),
        ("İrem", "irem"),
        ("ÇAĞLAR", "caglar"),
        ("Müller", "muller"),
        ("Nicolò", "nicolo"),
        ("Straße", "strasse"),
        ("  Ayşe   Nur ", "ayse nur"),
    ],
)
def test_case_accents_and_the_turkish_i_do_not_matter(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_parts_are_joined_and_missing_ones_left_out() -> None:
    assert fold("John", None, " ", "Doe") == "john doe"
