"""What the peers share: the secret values of a channel's configuration are masked, as the product does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

MASK = "********"
SHOWN = frozenset({"server", "username", "sales_url", "feature_flags"})
_MAIL = re.compile(r".*_mail_.*")


def masked(configuration: Mapping[str, Any]) -> dict[str, Any]:
    """Every key; MASK for each value whose key is not on the allow-list."""
    return {
        key: value if value is None or key in SHOWN or _MAIL.fullmatch(key) else MASK
        for key, value in configuration.items()
    }
