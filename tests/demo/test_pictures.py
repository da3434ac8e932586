"""Every product has a picture, and a picture is nothing but shapes."""

import re
from xml.etree import ElementTree

import pytest

from app.demo.catalogue import products
from app.demo.garments import MODELS
from app.demo.pictures import SILHOUETTES, find_picture, picture_svg

PICTURES = [(model.base_code, colour) for model in MODELS for colour in model.colour_codes]
SHAPE_TAGS = {"svg", "title", "rect", "ellipse", "path", "g", "circle"}


@pytest.mark.parametrize(("base_code", "colour"), PICTURES)
def test_a_picture_is_well_formed_and_holds_only_shapes(base_code, colour):
    drawing = picture_svg(base_code, colour)
    root = ElementTree.fromstring(drawing)  # noqa: S314, a text of our own
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags <= SHAPE_TAGS
    assert not re.search(r"href|style=|\son\w+=|[{}]", drawing)


def test_every_product_names_a_picture_that_exists():
    assert all(find_picture(product.picture_name) for product in products())


def test_every_drawing_belongs_to_a_model():
    assert {model.shape for model in MODELS} == set(SILHOUETTES)


def test_a_picture_never_changes():
    assert picture_svg("TS-CREW", "NVY") == picture_svg("TS-CREW", "NVY")


@pytest.mark.parametrize(
    "name", ["", "ts-crew", "ts-crew-red", "TS-CREW-WHT", "../secret", "ts-crew-wht-m", "-"]
)
def test_an_unknown_name_has_no_picture(name):
    assert find_picture(name) is None


def test_a_colour_the_model_does_not_come_in_is_refused():
    with pytest.raises(KeyError):
        picture_svg("TS-CREW", "MST")
