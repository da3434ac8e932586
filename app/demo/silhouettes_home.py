"""Drawings of things for the home as SVG fragments on a 120 × 120 tile. Data only.

`{c}` is the product's colour, `{d}` a darker and `{l}` a lighter shade of it; pictures.py fills them in.
"""


def _fill(path: str, fill: str = "{c}") -> str:
    return f'<path d="{path}" fill="{fill}"/>'


def _line(path: str, width: float = 1.6, colour: str = "{d}") -> str:
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-linecap="round"/>'


HOME = {
    "towel": _fill("M24 30H96V46H24Z", "{l}")
    + _fill("M20 44Q20 38 26 38H94Q100 38 100 44V58H20Z")
    + _fill("M20 58H100V76H20Z", "{l}")
    + _fill("M20 76H100V92Q100 98 94 98H26Q20 98 20 92Z")
    + _line("M20 58H100M20 76H100M24 38V32Q24 28 30 28H90Q96 28 96 32V38", 1.4)
    + _fill("M20 82H100V86H20ZM20 89H100V91H20Z", "{d}"),
    "peshtemal": _fill("M30 18H90V94H30Z")
    + "".join(f'<path d="M30 {y}H90" stroke="{{d}}" stroke-width="3.600"/>' for y in (28, 36, 44, 68, 76, 84))
    + _line(
        "M33 95V106M40 95V108M47 95V106M54 95V108M61 95V106M68 95V108M75 95V106M82 95V108M88 95V106",
        1.8,
        "{c}",
    )
    + _line("M60 18V94", 1, "{d}"),
    "bedding": _fill("M14 60H106V98H14Z", "{l}")
    + _fill("M18 40Q18 34 24 34H54Q60 34 60 40V58H18ZM62 40Q62 34 68 34H96Q102 34 102 40V58H62Z", "#fdfcf9")
    + _line("M18 40Q18 34 24 34H54Q60 34 60 40V58M62 58V40Q62 34 68 34H96Q102 34 102 40V58", 1.4)
    + _fill("M12 56Q60 46 108 56V92Q60 84 12 92Z")
    + _fill("M12 56Q60 46 108 56V68Q60 58 12 68Z", "{d}")
    + _line("M34 66Q32 78 34 88M60 62V86M86 66Q88 78 86 88", 1),
    "cushion": _fill("M22 26Q60 34 98 26 90 60 98 96 60 88 22 96 30 60 22 26Z")
    + _line("M22 26Q60 34 98 26 90 60 98 96 60 88 22 96 30 60 22 26Z", 2.4)
    + _line("M32 36Q50 48 56 60M88 36Q70 48 64 60M32 86Q48 76 54 66M88 86Q72 76 66 66", 1.2)
    + '<circle cx="60" cy="61" r="3" fill="{d}"/>',
    "throw": _fill("M26 26H86Q96 26 96 36V92H36Q26 92 26 82Z")
    + _fill("M26 26H86Q96 26 96 36V44H36Q26 44 26 34Z", "{l}")
    + "".join(f'<path d="M36 {y}H96" stroke="{{d}}" stroke-width="1.400"/>' for y in (54, 64, 74, 84))
    + "".join(f'<path d="M{x} 44V92" stroke="{{d}}" stroke-width="1"/>' for x in range(46, 96, 10))
    + _line("M40 93V104M47 93V106M54 93V104M61 93V106M68 93V104M75 93V106M82 93V104M89 93V106", 2, "{c}"),
    "mug": '<path d="M80 46H90Q104 46 104 62T88 78H80" fill="none" stroke="{c}" stroke-width="7"/>'
    + _fill("M26 34H84V84Q84 98 70 98H40Q26 98 26 84Z")
    + '<ellipse cx="55" cy="34" rx="29" ry="7" fill="{d}"/><ellipse cx="55" cy="35.500" rx="24" '
    'ry="4.600" fill="#5b3c2a"/>'
    + _fill("M26 76H84V84Q84 98 70 98H40Q26 98 26 84Z", "{l}")
    + _line("M44 24Q40 18 44 12M58 24Q54 18 58 12", 2, "#b9bfc7"),
    "plate": "".join(
        f'<ellipse cx="60" cy="{y}" rx="46" ry="16" fill="{{d}}"/><ellipse cx="60" cy="{y - 3}" '
        f'rx="46" ry="16" fill="{{c}}"/>'
        for y in (84, 75, 66)
    )
    + '<ellipse cx="60" cy="57" rx="46" ry="16" fill="{d}"/><ellipse cx="60" cy="54" rx="46" ry="16" '
    'fill="{c}"/>'
    '<ellipse cx="60" cy="54" rx="31" ry="9.500" fill="{l}"/>',
    "candle": '<path d="M60 26Q70 38 60 46 50 38 60 26Z" fill="#f0a63c"/><path d="M60 34Q64 40 60 45 '
    '56 40 60 34Z" fill="#fbe2a0"/>'
    + _line("M60 46V56", 2, "#54463c")
    + _fill("M32 54H88V96Q88 104 80 104H40Q32 104 32 96Z")
    + '<ellipse cx="60" cy="54" rx="28" ry="6.500" fill="{l}"/>'
    '<rect x="42" y="70" width="36" height="20" rx="1.500" fill="#fbfaf6"/>'
    '<path d="M48 77H72M52 83H68" stroke="#a9a297" stroke-width="1.600"/>',
    "vase": _line("M58 36Q50 22 42 16M60 36Q60 20 62 10M62 36Q72 24 80 20", 1.8, "#6f7d58")
    + '<g fill="#8b9a6c"><ellipse cx="41" cy="15" rx="6" ry="3.200" transform="rotate(35 41 15)"/>'
    '<ellipse cx="62" cy="11" rx="3.200" ry="6"/><ellipse cx="81" cy="19" rx="6" ry="3.200" '
    'transform="rotate(-30 81 19)"/>'
    '<ellipse cx="51" cy="25" rx="5" ry="2.800" transform="rotate(60 51 25)"/></g>'
    + _fill("M50 34H70Q68 46 78 56 90 70 84 88 80 104 60 104T36 88Q30 70 42 56 52 46 50 34Z")
    + _fill("M72 50Q90 66 84 88 80 104 60 104 80 92 78 72 78 60 72 50Z", "{d}")
    + _line("M38 64Q60 70 82 64M35 74Q60 80 85 74", 1.6, "{l}"),
    "lamp": _fill("M40 16H80L96 58H24Z", "#f4ead6")
    + _line("M40 16H80M24 58H96", 1.8, "#d9c9a8")
    + _fill("M56 58H64V66H56Z", "#8d8377")
    + _fill("M60 64Q86 70 80 90 76 100 60 100T40 90Q34 70 60 64Z")
    + _fill("M66 66Q86 72 80 90 76 100 60 100 74 92 72 80 72 72 66 66Z", "{d}")
    + _fill("M42 100H78V106H42Z", "{d}"),
    "basket": _line("M34 46Q30 26 44 28M86 46Q90 26 76 28", 4.4)
    + _fill("M20 44H100L90 98Q60 106 30 98Z")
    + '<g fill="none" stroke="{d}" stroke-width="1.400">'
    '<path d="M22 54Q60 62 98 54M24 65Q60 73 96 65M26 76Q60 84 94 76M28 87Q60 95 92 87"/>'
    '<path d="M34 46 42 100M47 46 51 103M60 46V104M73 46 69 103M86 46 78 100"/></g>'
    + _fill("M18 42H102V50H18Z", "{l}"),
    "apron": _line("M46 34Q44 12 60 12T74 34", 2.6)
    + _fill("M45 30H75L80 52 94 58 92 106H28L26 58 40 52Z")
    + _line("M26 60 12 66M94 60 108 66", 2.6)
    + _fill("M42 68H78V90Q78 94 74 94H46Q42 94 42 90Z", "{l}")
    + _line("M42 68H78V90Q78 94 74 94H46Q42 94 42 90ZM60 68V94", 1.3),
}
