"""Where the retailer sells and who carries its packages: channels with their configuration, cargo companies.

Every server is a reserved example name, every secret an obvious fake.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SalesChannel:
    """A channel; `share` weighs its orders, `informs_shipped` says whether it reports state 500 upstream."""

    name: str
    channel_type: str
    omnitron_id: int
    country: str
    host: str
    share: int
    payment_types: tuple[str, ...]
    client_types: tuple[str, ...] = ("default",)
    informs_shipped: bool = True

    @property
    def currency(self) -> str:
        """Lower-case currency code, as in the seed."""
        return "try" if self.country == "tr" else "eur"


_OWN_PAYMENTS = ("credit_card", "credit_card", "credit_card", "credit_card", "funds_transfer", "wallet")

WEB_TR = SalesChannel(
    "Web Türkiye", "web", 1, "tr", "shop-tr.example", 36, (*_OWN_PAYMENTS, "pay_on_delivery"), ("default",)
)
MOBILE = SalesChannel("Mobile app", "mobile", 2, "tr", "app.example", 18, _OWN_PAYMENTS, ("ios", "android"))
BAZAAR = SalesChannel(
    "Çarşı Marketplace",
    "marketplace",
    3,
    "tr",
    "carsi.example",
    20,
    ("credit_card",),
    informs_shipped=False,
)
WEB_IT = SalesChannel("Web Italia", "web", 4, "it", "shop-it.example", 20, _OWN_PAYMENTS, ("default", "ios"))
PIAZZA = SalesChannel(
    "Piazza Marketplace", "marketplace", 5, "it", "piazza.example", 6, ("credit_card",), informs_shipped=False
)
CALL_CENTRE = SalesChannel("Call centre", "call_centre", 6, "tr", "calls.example", 0, ("credit_card",))
POP_UP = SalesChannel("Bodrum pop-up", "kiosk", 7, "tr", "pop-up.example", 0, ("credit_card",))

CHANNELS = (WEB_TR, MOBILE, BAZAAR, WEB_IT, PIAZZA, CALL_CENTRE, POP_UP)

CARGO_COMPANIES = {
    "tr": ((34, "Hızlı Kargo"), (35, "Anadolu Kargo"), (36, "Martı Kurye")),
    "it": ((41, "Corriere Rapido"), (42, "Freccia Spedizioni")),
}
COURIER = 36
"""Who rides out with same-day packages."""


def channel_line(channel: SalesChannel) -> dict[str, Any]:
    """The world-script line of a channel, with a configuration that looks like a real one."""
    slug = channel.host.partition(".")[0]
    return {
        "kind": "channel",
        "name": channel.name,
        "channel_type": channel.channel_type,
        "omnitron_id": channel.omnitron_id,
        "configuration": {
            "server": f"https://{channel.host}/api/v1",
            "password": f"not-a-real-password-{slug}",
            "username": "omnitron",
            "sales_url": f"https://{channel.host}/",
            "auth_token": f"demo-token-{slug}-0000000000000000",
            "feature_flags": {"gift_box": channel.channel_type != "marketplace"},
            "cancel_mail_subject": "Your order was cancelled",
            "cancel_mail_template_url": f"https://{channel.host}/mails/cancelled/",
        },
    }


def cargo_company_lines() -> list[dict[str, Any]]:
    """The world-script lines of all carriers."""
    return [
        {"kind": "cargo_company", "omnitron_id": omnitron_id, "name": name}
        for carriers in CARGO_COMPANIES.values()
        for omnitron_id, name in carriers
    ]
