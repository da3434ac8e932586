"""Drawings of clothes as SVG fragments on a 120 × 120 tile. Data only.

`{c}` is the product's colour, `{d}` a darker and `{l}` a lighter shade of it; pictures.py fills them in.
"""

_SEAM = '<path d="{path}" fill="none" stroke="{{d}}" stroke-width="{width}" stroke-linecap="round"/>'


def _seam(path: str, width: float = 1.6) -> str:
    return _SEAM.format(path=path, width=width)


def _body(path: str, fill: str = "{c}") -> str:
    return f'<path d="{path}" fill="{fill}"/>'


_TEE = _body("M46 23 29 29 12 51 26 62 34 54V99Q60 102 86 99V54L94 62 108 51 91 29 74 23Q60 36 46 23Z")
_TEE_SEAMS = _seam("M34 54 33 44M86 54 87 44") + _seam("M35 94Q60 97 85 94", 1)
_CREW = _seam("M46 23Q60 37 74 23", 3.4)

_LONG = _body(
    "M46 22 30 27 19 45 12 90 24 93 34 58V100Q60 103 86 100V58L96 93 108 90 101 45 90 27 74 22Q60 33 46 22Z"
)
_LONG_SEAMS = _seam("M34 58 34 45M86 58 86 45") + _seam("M13 86 25 89M107 86 95 89", 1.4)
_PLACKET = _seam("M60 31V101", 1.2)
_BUTTONS = "".join(f'<circle cx="60" cy="{y}" r="1.7" fill="{{d}}"/>' for y in (42, 54, 66, 78, 90))
_COLLAR = _body("M46 22 60 32 74 22 70 17Q60 23 50 17Z", "{l}") + _seam(
    "M50 17 46 22 55 35 60 31 65 35 74 22 70 17"
)
_RIB = _body("M34 94Q60 97 86 94V101Q60 104 34 101Z", "{d}")
_LEGS = "M40 18H80L88 104H67L60 46 53 104H32Z"
_WAIST = _seam("M40 24H80", 1.4) + _seam("M60 18V46", 1.4)

WORN = {
    "tshirt": _TEE + _TEE_SEAMS + _CREW,
    "striped_tshirt": _TEE
    + "".join(f'<path d="M34 {y}H86" stroke="#f6f4ee" stroke-width="3.4"/>' for y in range(46, 96, 9))
    + '<path d="M21 40 37 33M17 47 33 43M99 40 83 33M103 47 87 43" stroke="#f6f4ee" stroke-width="3"/>'
    + _TEE_SEAMS
    + _CREW,
    "vneck": _TEE + _TEE_SEAMS + _body("M46 23 60 46 74 23 70 22 60 38 50 22Z", "{d}"),
    "pocket_tshirt": _TEE
    + _TEE_SEAMS
    + _CREW
    + _body("M65 50H80V63L72.5 68 65 63Z", "{l}")
    + _seam("M65 50H80V63L72.5 68 65 63Z", 1.2),
    "polo": _TEE + _TEE_SEAMS + _COLLAR + _body("M57 32H63V54H57Z", "{l}") + _seam("M57 32V54H63V32", 1.1),
    "shirt": _LONG + _LONG_SEAMS + _PLACKET + _BUTTONS + _COLLAR + _seam("M68 52H80V64L74 68 68 64Z", 1.2),
    "blouse": _body(
        "M47 23 31 29 14 66 30 75 38 62 32 97Q60 105 88 97L82 62 90 75 106 66 89 29 73 23Q60 32 47 23Z"
    )
    + _seam("M60 33 56 50Q51 60 46 62M60 33 64 50Q69 60 74 62", 2.2)
    + _seam("M47 23Q60 40 73 23", 2.4)
    + _seam("M41 70 38 98M79 70 82 98M60 62V102", 0.9)
    + _seam("M17 62 33 70M103 62 87 70", 1.4),
    "sweater": _LONG
    + _LONG_SEAMS
    + _RIB
    + _body("M12 84 24 87 22 95 10 92ZM108 84 96 87 98 95 110 92Z", "{d}")
    + _seam("M46 22Q60 36 74 22", 5),
    "cardigan": _LONG
    + _LONG_SEAMS
    + _body("M46 22 60 58 74 22 70 21 60 48 50 21Z", "{d}")
    + _seam("M60 56V101", 1.4)
    + "".join(
        f'<path d="M{x} 50q4 5 0 10t0 10 0 10 0 10" fill="none" stroke="{{d}}" stroke-width="1.6"/>'
        for x in (43, 49, 70, 76)
    )
    + "".join(f'<circle cx="63.5" cy="{y}" r="2" fill="{{d}}"/>' for y in (64, 75, 86, 96)),
    "hoodie": _LONG
    + _LONG_SEAMS
    + _RIB
    + _body("M42 25Q42 8 60 8T78 25Q70 36 60 36T42 25Z", "{d}")
    + _body("M48 24Q49 14 60 14T72 24Q67 31 60 31T48 24Z", "#2b2d33")
    + _seam("M60 36V98", 1.8)
    + _seam("M40 90 45 70H57V90ZM80 90 75 70H63V90Z", 1.4)
    + '<path d="M53 34V50M67 34V50" stroke="#f2f0ea" stroke-width="1.6" stroke-linecap="round"/>',
    "denim_jacket": _LONG
    + _LONG_SEAMS
    + _PLACKET
    + _BUTTONS
    + _COLLAR
    + '<g fill="none" stroke="#d9b36a" stroke-width="1" stroke-dasharray="2 1.4">'
    '<path d="M38 45H82M42 49H54V58L48 62 42 58ZM66 49H78V58L72 62 66 58ZM44 66 47 92M76 66 73 92"/></g>'
    + _RIB,
    "rain_jacket": _LONG
    + _LONG_SEAMS
    + _body("M43 26Q42 9 60 9T77 26L60 40Z", "{d}")
    + _body("M49 24Q50 15 60 15T71 24L60 33Z", "#2b2d33")
    + _seam("M60 38V100", 2.6)
    + _body("M40 68H54V84H40ZM66 68H80V84H66Z", "{l}")
    + _seam("M40 72H54M66 72H80", 1.4),
    "coat": _body(
        "M46 14 31 19 20 40 14 84 25 87 34 54 30 108Q60 112 90 108L86 54 95 87 106 84 100 40 89 19 "
        "74 14Q60 22 46 14Z"
    )
    + _body("M46 14 60 52 74 14 84 26 72 34 60 56 48 34 36 26Z", "{d}")
    + _seam("M60 56V110", 1.6)
    + _seam("M38 76 50 79M82 76 70 79", 2.4)
    + "".join(f'<circle cx="{x}" cy="{y}" r="2.2" fill="{{d}}"/>' for x in (54, 66) for y in (64, 76, 88)),
    "trousers": _body(_LEGS)
    + _WAIST
    + _seam("M44 24 40 38M76 24 80 38", 1.4)
    + _seam("M48 50 43 102M72 50 77 102", 0.8),
    "jeans": _body("M41 18H79L85 104H68L60 46 52 104H35Z")
    + _WAIST
    + '<g fill="none" stroke="#d9b36a" stroke-width="1.1" stroke-dasharray="2 1.4">'
    '<path d="M42 27Q46 36 54 30M78 27Q74 36 66 30M38 100H51M69 100H82M60 24V42"/></g>',
    "wide_jeans": _body("M42 18H78L94 105H65L60 50 55 105H26Z")
    + _WAIST
    + '<g fill="none" stroke="#d9b36a" stroke-width="1.1" stroke-dasharray="2 1.4">'
    '<path d="M43 27Q47 36 54 30M77 27Q73 36 66 30M28 101H55M65 101H92"/></g>',
    "shorts": _body("M37 30H83L93 86H65L60 60 55 86H27Z")
    + _seam("M37 37H83M60 30V60", 1.4)
    + '<path d="M56 37Q52 47 54 55M64 37Q67 46 65 54" fill="none" stroke="#f2f0ea" stroke-width="1.8"/>',
    "skirt": _body("M43 22H77L96 98Q60 106 24 98Z")
    + _seam("M43 29H77", 2)
    + _seam("M48 30 37 101M55 30 51 103M65 30 69 103M72 30 83 101M60 30V104", 1.1),
    "wrap_dress": _body(
        "M47 13 37 18 28 44 40 48 43 42 45 56 28 106Q60 113 92 106L75 56 77 42 80 48 92 44 83 18 73 13 60 36Z"
    )
    + _seam("M47 13 66 52M73 13 60 34", 2.2)
    + _body("M44 53H76V59H44Z", "{d}")
    + _seam("M67 59 74 78M65 59 66 80", 2.4)
    + _seam("M66 60Q60 86 50 109", 1.2),
    "midi_dress": _body("M46 12 42 36 46 54 28 108Q60 114 92 108L74 54 78 36 74 12 69 12Q68 28 60 28T51 12Z")
    + _seam("M46 54H74", 1.8)
    + _seam("M53 56 44 110M67 56 76 110M60 56V112", 0.9)
    + "".join(f'<circle cx="60" cy="{y}" r="1.6" fill="{{d}}"/>' for y in (34, 41, 48)),
    "swimsuit": _body(
        "M42 12 45 12Q46 36 60 38 74 36 75 12L78 12 80 42 76 58 84 84Q70 92 66 106H54Q50 92 36 84L44 "
        "58 40 42Z"
    )
    + _seam("M46 40 50 90M53 42 55 98M60 42V104M67 42 65 98M74 40 70 90", 1),
    "pyjama": '<g transform="translate(0 -6) scale(.62 .62) translate(4 14)">'
    + _LONG
    + _PLACKET
    + _BUTTONS
    + _COLLAR
    + '</g><g transform="translate(44 40) scale(.62 .62)">'
    + _body(_LEGS, "{l}")
    + _WAIST
    + _seam("M40 18H80L88 104H67L60 46 53 104H32Z", 1.6)
    + "</g>",
}
