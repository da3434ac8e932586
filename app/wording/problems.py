"""What is wrong with a field of a form, where the domain says it as the end of an English sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from flask_babel import lazy_gettext as _

from app.wording.letters import capitalized

PROBLEMS: Mapping[str, object] = {
    "is missing": _("is missing"),
    "should not be empty": _("should not be empty"),
    "should begin with https:// or http://": _("should begin with https:// or http://"),
    "should begin with https://; http is only for hosts of WEBHOOK_ALLOWED_NETWORKS": _(
        "should begin with https://; http is only for hosts of WEBHOOK_ALLOWED_NETWORKS"
    ),
    "should not have a user name or password; send them as an additional header": _(
        "should not have a user name or password; send them as an additional header"
    ),
    "should not have a fragment (#)": _("should not have a fragment (#)"),
    "should be a URL; what is not plain in a path must be written as %xx": _(
        "should be a URL; write what is not plain in a path with percent signs"
    ),
    "has no possible host and port": _("has no possible host and port"),
    "has an address that is not written as four plain numbers": _(
        "has an address that is not written as four plain numbers"
    ),
    "has a name that only this machine or its own network knows": _(
        "has a name that only this machine or its own network knows"
    ),
    "leads into a private or reserved network": _("leads into a private or reserved network"),
    "has a header twice: capitals make no difference": _("has a header twice: capitals make no difference"),
    "is the mask of a secret, and none is stored": _("is the mask of a secret, and none is stored"),
    "'max_value' must be greater than 'min_value'.": _("'max_value' must be greater than 'min_value'."),
}
# Those with values in them.
WITH_VALUES: Sequence[tuple[re.Pattern[str], object]] = (
    (re.compile(r"is longer than (?P<most>\d+) characters"), _("is longer than %(most)s characters")),
    (re.compile(r"has more than (?P<most>\d+) headers"), _("has more than %(most)s headers")),
    (
        re.compile(r"has a port below (?P<first>\d+) that is not 443"),
        _("has a port below %(first)s that is not 443"),
    ),
    (re.compile(r"should have base64 after (?P<start>\S+)"), _("should have base64 after %(start)s")),
    (re.compile(r"should not begin with (?P<start>\S+)"), _("should not begin with %(start)s")),
    (
        re.compile(r"has (?P<name>'.*'), which is not the name of a header"),
        _("has %(name)s, which is not the name of a header"),
    ),
    (
        re.compile(r"has (?P<name>'.*'), which is set by the delivery itself"),
        _("has %(name)s, which is set by the delivery itself"),
    ),
    (
        re.compile(r"has a value of (?P<name>'.*') that cannot be sent in a header"),
        _("has a value of %(name)s that cannot be sent in a header"),
    ),
    (
        re.compile(r"has the mask as value of (?P<name>'.*'), of which none is stored"),
        _("has the mask as value of %(name)s, of which none is stored"),
    ),
    (
        re.compile(r"has waits of more than (?P<days>\d+) days; a 'limit' would end their growth"),
        _("has waits of more than %(days)s days; a 'limit' would end their growth"),
    ),
    (
        re.compile(r"needs a number above 0 and up to (?P<most>\d+) as (?P<name>'.*')"),
        _("needs a number above 0 and up to %(most)s as %(name)s"),
    ),
)


def problems_text(reasons: Sequence[str]) -> list[str]:
    """What is wrong with a field, as sentences; what there are no words for is said as the domain does."""
    return [_sentence(_words(reason)) for reason in reasons]


def _words(reason: str) -> str:
    for pattern, words in WITH_VALUES:
        found = pattern.fullmatch(reason)
        if found:
            return str(words) % found.groupdict()
    return str(PROBLEMS.get(reason, reason))


def _sentence(text: str) -> str:
    text = capitalized(text)
    return text if text.endswith((".", "!", "?")) else f"{text}."
