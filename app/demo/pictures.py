"""Draws the picture of a product: its silhouette in its colour on a soft tile, as a small SVG of our own.

Pure and deterministic. The drawings hold no script, no style and no address of anything else.
"""

from app.demo.garments import COLOURS, MODELS
from app.demo.silhouettes_carried import CARRIED
from app.demo.silhouettes_home import HOME
from app.demo.silhouettes_worn import WORN

SILHOUETTES = WORN | CARRIED | HOME

_SHAPE_OF = {model.base_code: model.shape for model in MODELS}
_COLOURS_OF = {model.base_code: frozenset(model.colour_codes) for model in MODELS}
_TITLE_OF = {model.base_code: model.name for model in MODELS}

# Pale things stand out from a darker tile, all others from a pale one tinted with their own colour.
_PAPER = (0xF2, 0xF4, 0xF7)
_SHADE = (0xD3, 0xDB, 0xE4)
_PALE_FROM = 195
Rgb = tuple[int, int, int]


def picture_svg(base_code: str, colour: str) -> str:
    """The SVG text for a model in a colour (catalogue codes). KeyError when there is no such thing."""
    if colour not in _COLOURS_OF[base_code]:
        raise KeyError(colour)
    base = _rgb(COLOURS[colour][1])
    shades = {
        "c": _hex(base),
        "d": _hex(_mix(base, (18, 18, 24), 0.26)),
        "l": _hex(_mix(base, (255, 255, 255), 0.24)),
    }
    drawing = SILHOUETTES[_SHAPE_OF[base_code]].format(**shades)
    title = f"{_TITLE_OF[base_code]}, {COLOURS[colour][0].lower()}".replace("'", "&#39;")
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 120" width="240" height="240" role="img">'
        f'<title>{title}</title><rect width="120" height="120" fill="{_hex(_tile(base))}"/>'
        f'<ellipse cx="60" cy="108" rx="40" ry="4" fill="#1b2433" opacity=".08"/>{drawing}</svg>'
    )


def find_picture(name: str) -> str | None:
    """The SVG text for a picture name such as `ts-crew-wht`, or None when no product has that picture."""
    base_code, _, colour = name.upper().rpartition("-")
    if name != name.lower() or colour not in _COLOURS_OF.get(base_code, frozenset()):
        return None
    return picture_svg(base_code, colour)


def _tile(base: Rgb) -> Rgb:
    if sum(base) / 3 > _PALE_FROM:
        return _mix(_SHADE, base, 0.12)
    return _mix(_PAPER, base, 0.10)


def _mix(one: Rgb, other: Rgb, part: float) -> Rgb:
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _rgb(colour: str) -> Rgb:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _hex(colour: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
