"""Drawings of shoes, bags and accessories as SVG fragments on a 120 × 120 tile. Data only.

`{c}` is the product's colour, `{d}` a darker and `{l}` a lighter shade of it; pictures.py fills them in.
"""

_SOLE = "#faf9f6"
_METAL = "#d8b765"


def _fill(path: str, fill: str = "{c}") -> str:
    return f'<path d="{path}" fill="{fill}"/>'


def _line(path: str, width: float = 1.6, colour: str = "{d}") -> str:
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-linecap="round"/>'


CARRIED = {
    "sneaker": _fill("M14 84Q12 62 20 50L40 46Q48 62 66 66 96 70 104 76 108 80 107 86H15Z")
    + _fill("M12 84H108Q109 94 102 95H20Q12 94 12 84Z", _SOLE)
    + _line("M12 88H108", 1, "#c9c6bf")
    + _line("M44 56 56 50M50 62 62 55M57 66 68 59", 2.2, _SOLE)
    + _fill("M18 54 30 51 28 74Q18 76 15 72Z", "{d}")
    + _line("M84 72Q80 80 84 86M36 84Q34 70 44 60", 1.2),
    "runner": _fill("M14 80Q14 60 24 46L42 50Q52 62 70 64 98 70 107 82L104 86H15Z")
    + _fill("M10 82Q40 92 62 84 88 82 109 84 110 96 98 97H22Q10 96 10 82Z", _SOLE)
    + _fill("M10 90Q40 97 108 91 106 97 98 97H22Q12 97 10 90Z", "{d}")
    + _line("M46 58 58 52M53 63 65 57M61 66 72 60", 2, "{l}")
    + _line("M28 78Q44 62 60 80Q74 66 86 82", 2.4, "{l}"),
    "boot": _fill("M34 16H70L68 58Q74 66 92 72 106 78 106 92H32Z")
    + _fill("M52 18H62L61 56H50Z", "{d}")
    + _fill("M30 91H107Q108 99 102 100H70L66 96H52V104H32Z", "#37312d")
    + _line("M34 21H70", 1.4)
    + _line("M68 62Q62 70 64 90", 1.2),
    "loafer": _fill("M14 80Q14 62 22 56L46 58Q54 66 76 68 100 70 107 82L106 88H14Z")
    + _fill("M12 87H108Q107 94 100 95H36V98H14Z", "#37312d")
    + _fill("M50 62Q66 58 82 68L78 80Q62 70 46 74Z", "{d}")
    + _fill("M58 64 70 67 68 73 56 70Z", "{l}")
    + _line("M22 57Q32 66 46 59", 2.6),
    "slide": _fill("M12 84Q40 74 66 82 92 88 108 82 110 92 100 96H20Q11 94 12 84Z", "#b7966b")
    + _fill("M12 90Q60 98 109 89 108 96 100 97H20Q12 97 12 90Z", "#37312d")
    + _fill("M50 82Q54 54 76 54 98 58 102 84L90 88Q84 68 74 68 64 68 62 86Z")
    + _fill("M66 66Q76 56 90 72L86 80Q80 68 74 68Z", "{d}"),
    "tote": _line("M42 50Q42 18 60 18T78 50", 4.6)
    + _fill("M24 44H96L90 104H30Z")
    + _fill("M24 44H96L95 54H25Z", "{l}")
    + _line("M42 44V56M78 44V56", 4.6)
    + _line("M30 98H90", 1.2),
    "backpack": _line("M46 24Q46 12 60 12T74 24", 4)
    + _fill("M34 36Q34 20 60 20T86 36L92 100Q60 108 28 100Z")
    + _fill("M34 36Q34 20 60 20T86 36L87 46H33Z", "{d}")
    + _fill("M38 66H82L84 94Q60 99 36 94Z", "{l}")
    + _line("M38 74H82", 1.4)
    + _fill("M56 40H64V58H56Z", "{l}")
    + f'<rect x="54.500" y="52" width="11" height="7" rx="1.500" fill="{_METAL}"/>',
    "crossbody": _line("M28 58Q36 10 60 10T92 58", 2.6)
    + _fill("M22 56Q22 48 32 48H88Q98 48 98 56V86Q98 98 84 98H36Q22 98 22 86Z")
    + _fill("M22 56Q22 48 32 48H88Q98 48 98 56V64Q98 78 60 80 22 78 22 64Z", "{d}")
    + f'<circle cx="60" cy="79" r="5" fill="{_METAL}"/>',
    "wallet": _fill("M22 38Q22 34 26 34H94Q98 34 98 38V86Q98 90 94 90H26Q22 90 22 86Z")
    + '<path d="M30 26H84V40H30Z" fill="#e9e4d8"/><path d="M36 30H90V42H36Z" fill="#9fb6c9"/>'
    + _fill("M22 42H98V86Q98 90 94 90H26Q22 90 22 86Z")
    + _line("M27 47H93V85H27Z", 1)
    + _fill("M46 42H74Q72 54 60 54T46 42Z", "{d}"),
    "belt": '<g fill="none" stroke="{c}" stroke-width="11"><circle cx="60" cy="58" r="33"/></g>'
    '<g fill="none" stroke="{d}" stroke-width="1"><circle cx="60" cy="58" r="36.500"/>'
    '<circle cx="60" cy="58" r="29.500"/></g>'
    + _fill("M64 85 100 92 103 99 97 104 62 96Z")
    + f'<rect x="48" y="80" width="20" height="22" rx="3" fill="none" stroke="{_METAL}" stroke-width="4"/>'
    + _line("M56 91H74", 3, _METAL)
    + '<g fill="{d}"><circle cx="80" cy="95" r="1.500"/><circle cx="88" cy="97" r="1.500"/></g>',
    "gloves": _fill(
        "M30 100 26 64 18 52Q16 46 22 46L31 56 30 26Q34 20 37 26L40 50 42 20Q46 14 49 20L50 50 54 "
        "24Q58 19 61 25L60 66 56 100Z"
    )
    + _fill("M30 92 29 84H58L57 92Z", "{d}")
    + '<g transform="translate(44 8) scale(.94)" opacity=".96">'
    + _fill(
        "M30 100 26 64 18 52Q16 46 22 46L31 56 30 26Q34 20 37 26L40 50 42 20Q46 14 49 20L50 50 54 "
        "24Q58 19 61 25L60 66 56 100Z",
        "{l}",
    )
    + _line(
        "M30 100 26 64 18 52Q16 46 22 46L31 56 30 26Q34 20 37 26L40 50 42 20Q46 14 49 20L50 50 54 "
        "24Q58 19 61 25L60 66 56 100Z",
        1.4,
    )
    + _fill("M30 92 29 84H58L57 92Z", "{d}")
    + "</g>",
    "scarf": _fill("M32 30Q60 14 88 30 92 44 82 52 60 62 38 52 28 44 32 30Z")
    + _fill("M40 34Q60 26 80 34 78 42 60 44 42 42 40 34Z", "{d}")
    + _fill("M42 50 60 56 54 98 34 94Z")
    + _fill("M62 56 80 50 88 90 70 96Z", "{l}")
    + _line(
        "M35 94 33 104M40 95 39 106M46 96 45 107M52 98 51 108M72 96 73 105M78 94 80 104M84 92 87 101", 1.8
    )
    + _line("M36 84 56 88M68 86 86 81", 2.4),
    "bucket_hat": _fill("M36 62Q38 28 60 28T84 62Z")
    + _fill("M36 58Q60 66 84 58L106 84Q60 100 14 84Z")
    + _fill("M36 58Q60 66 84 58L86 66Q60 74 34 66Z", "{d}")
    + _line("M30 72Q60 82 90 72M24 79Q60 91 96 79", 1),
    "beanie": _fill("M26 78Q24 28 60 26T94 78Z")
    + _line("M40 34Q36 56 37 76M50 28Q47 52 48 76M60 26V76M70 28Q73 52 72 76M80 34Q84 56 83 76", 1.2)
    + _fill("M22 74Q60 66 98 74L97 96Q60 88 23 96Z", "{d}")
    + _line("M34 73V93M44 71V91M54 70V90M66 70V90M76 71V91M86 73V93", 1.2, "{c}"),
    "socks": _fill("M34 16H56L57 60Q58 70 46 82L36 94Q26 102 19 92 16 84 26 76 36 68 35 58Z", "{d}")
    + _fill("M58 20H82L83 64Q84 76 70 88L58 100Q46 108 39 96 36 88 48 80 60 72 59 62Z")
    + _fill("M58 20H82V34H58.500Z", "{l}")
    + _line("M62 21V33M67 21V33M72 21V33M77 21V33", 1.1)
    + _line("M60 64Q72 66 78 74M44 86Q52 90 56 100", 1.4),
    "umbrella": _line("M60 14V22", 3)
    + _fill(
        "M12 62Q16 22 60 20T108 62Q100 54 92 62 84 54 76 62 68 54 60 62 52 54 44 62 36 54 28 62 20 54 12 62Z"
    )
    + _fill("M44 62Q44 30 60 20 76 30 76 62 68 54 60 62 52 54 44 62Z", "{l}")
    + _line("M60 60V94Q60 104 52 104T44 96", 3.4, "#54463c")
    + _line("M28 62Q34 32 60 20M92 62Q86 32 60 20", 1.2),
}
