"""Stories in which no one change is enough: combination."""

from app.demo.sales import BAZAAR, WEB_TR
from app.demo.stage import Stage
from app.demo.stories.reservations import BLACK_TEE
from app.demo.stories.rules import DENIM_JACKETS

_SAMSUN = "ST-031"


def samsun_is_closed_and_has_no_quota(stage: Stage) -> None:
    """combination: the shop with the umbrellas is closed, and the marketplace's rule asks for a quota."""
    stage.lay_out(["UM-FOLD-MST"], 5.2, {_SAMSUN: 8})
    stage.set_location(5, _SAMSUN, is_active=False, max_quota=None)
    stage.orders(5, (4.8, 0.3), BAZAAR, ["UM-FOLD-MST"])


def outfits_need_two_changes(stage: Stage) -> None:
    """combination: the tee is held by stale reservations, and the jacket lies outside the rules."""
    for position, at in enumerate((5.3, 3.3, 1.3)):
        stage.order(at, WEB_TR, {BLACK_TEE: 1, DENIM_JACKETS[position + 1]: 1})
