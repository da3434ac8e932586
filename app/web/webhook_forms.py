"""Forms of a subscription: what is typed becomes fields of the service, whose refusals stand beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than the type hints
from wtforms.validators import DataRequired, Length

from app.domain import webhook_retries
from app.domain.errors import Invalid
from app.domain.webhook_requests import LONGEST_SECRET
from app.domain.webhook_retries import NEEDED, OPTIONAL, RetryChoice
from app.domain.webhooks import ANY_EVENT, SUBSCRIBABLE
from app.queries.webhook_endpoints import EndpointRow
from app.services.webhooks import WebhookFields
from app.wording import webhooks as words
from app.wording.problems import problems_text

STANDARD = "standard"
GENERATED, OWN, WITHOUT = "generated", "own", "none"
_LONGEST_HEADERS = 50_000


class ScheduleForm(FlaskForm):
    """When to try again: the kind of schedule and its numbers, as they are typed."""

    choice = SelectField(_("Schedule"), choices=lambda: _choices(words.SCHEDULES), default=STANDARD)
    seconds = StringField(_("Seconds between tries"))
    base = StringField(_("Base, in seconds"))
    factor = StringField(_("Factor"))
    limit = StringField(_("Longest wait, in seconds"))
    min_value = StringField(_("Shortest wait, in seconds"))
    max_value = StringField(_("Longest wait, in seconds"))

    def config(self) -> dict[str, Any] | None:
        """The `retry_countdown_config` that was typed, usable or not; None: the standard one."""
        if self.choice.data == STANDARD:
            return None
        choice = RetryChoice(self.choice.data)
        kwargs = {name: _number(self[name].data) for name in numbers_of(choice) if _is_given(self[name])}
        return {"choice": choice.value, "kwargs": kwargs}

    def waits(self) -> list[float] | None:
        """The waits between the ten tries, of random ones the longest; None for what cannot be used."""
        config = self.config()
        if config is not None and webhook_retries.problems_of(config):
            return None
        return list(webhook_retries.longest_waits(config))

    def show_config(self, config: Mapping[str, Any] | None) -> None:
        """Fill in what is stored."""
        self.choice.data = STANDARD if config is None else config["choice"]
        for name, value in (config or {}).get("kwargs", {}).items():
            self[name].data = f"{value:g}" if isinstance(value, float) else str(value)


class WebhookForm(ScheduleForm):
    """What a subscription listens to, where it goes, and what is sent along."""

    event_type = SelectField(_("Events"), choices=lambda: _event_types(), default=ANY_EVENT)
    target_url = StringField(
        _("Target address"),
        [DataRequired(_("Where should it be sent?"))],
        filters=[lambda text: _stripped(text)],
    )
    additional_headers = TextAreaField(_("Additional headers"), [Length(max=_LONGEST_HEADERS)])

    def fields(self) -> WebhookFields:
        """What the service is given. Raises Invalid for a line that is no header."""
        return {
            "event_type": self.event_type.data,
            "target_url": self.target_url.data or "",
            "retry_countdown_config": self.config(),
            "additional_headers": dict(_headers(self.additional_headers.data or "")),
        }

    def show(self, row: EndpointRow) -> None:
        """Fill in what is stored; values of headers are masks, which keep them."""
        self.event_type.data, self.target_url.data = row.event_type, row.target_url
        self.additional_headers.data = "\n".join(
            f"{key}: {value}" for key, value in row.additional_headers.items()
        )
        self.show_config(row.retry_countdown_config)

    def explain(self, refusal: Invalid) -> None:
        """Write what the service says beside the fields it says it of."""
        for name, reasons in refusal.errors.items():
            field = self[_FIELD_OF.get(name, name)]
            field.errors = [*field.errors, *problems_text(reasons)]


class NewWebhookForm(WebhookForm):
    """The same, and the secret it begins with."""

    secret = RadioField(_("Secret"), choices=lambda: _secrets(), default=GENERATED)
    own_secret = StringField(_("Your secret"), [Length(max=LONGEST_SECRET)])


class RotationForm(FlaskForm):
    """A new secret for a subscription; `seen` is how it was when the form was opened."""

    seen = HiddenField()
    secret = RadioField(_("New secret"), choices=lambda: _secrets()[:2], default=GENERATED)
    own_secret = StringField(_("Your secret"), [Length(max=LONGEST_SECRET)])


# Which field of the form the service's field is typed in.
_FIELD_OF = {"retry_countdown_config": "choice", "secret_key": "own_secret"}


def numbers_of(choice: str) -> tuple[str, ...]:
    """The fields that a kind of schedule takes."""
    if choice == STANDARD:
        return ()
    return (*NEEDED[RetryChoice(choice)], *OPTIONAL[RetryChoice(choice)])


def _headers(text: str) -> Iterator[tuple[str, str]]:
    """One header a line, name and value parted by a colon. Raises Invalid for anything else and doubles."""
    seen = set()
    for line in filter(None, map(str.strip, text.splitlines())):
        name, colon, value = (part.strip() for part in line.partition(":"))
        if not colon or name in seen:
            reason = gettext("The line “%(line)s” should be a name, a colon and a value.", line=line[:60])
            double = gettext("The header %(name)s is there twice.", name=name[:60])
            raise Invalid({"additional_headers": [double if colon else reason]})
        seen.add(name)
        yield name, value


def _number(text: str) -> float | int | str:
    """The number; a text that is none stays one, for the domain to refuse."""
    try:
        found = float(text.strip().replace(",", "."))
    except ValueError:
        return text
    return int(found) if found.is_integer() else found


def _is_given(field: Field) -> bool:
    return bool((field.data or "").strip())


def _stripped(text: str | None) -> str | None:
    return text.strip() if text else None


def _choices(names: Mapping[Any, object]) -> list[SelectChoice]:
    return [SelectChoice(str(code), str(text)) for code, text in names.items()]


def _event_types() -> list[SelectChoice]:
    return [SelectChoice(one, words.event_type_label(one)) for one in SUBSCRIBABLE]


def _secrets() -> list[SelectChoice]:
    return [
        SelectChoice(GENERATED, gettext("Make one for me")),
        SelectChoice(OWN, gettext("I have one")),
        SelectChoice(WITHOUT, gettext("No secret: nothing is signed")),
    ]
