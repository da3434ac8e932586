"""What is typed about a report: a count, a note, and the day from which reports are removed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, Field, IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from app.services.documents.values import Count
from app.web.lists import FIRST_DAY, LAST_DAY, PLAIN_TEXT, ChoiceFilter

LONGEST_NOTE = 500


class NoteForm(FlaskForm):
    """A note in the person's own words."""

    note = StringField(_("Note"), [Optional(), Length(max=LONGEST_NOTE), PLAIN_TEXT])


class ConfirmForm(NoteForm):
    """It was looked for again."""

    note = StringField(_("Note"), [Optional(), Length(max=LONGEST_NOTE), PLAIN_TEXT], id="confirm-note")


class ClearForm(NoteForm):
    """Why the report is cleared."""

    note = StringField(_("Note"), [Optional(), Length(max=LONGEST_NOTE), PLAIN_TEXT], id="clear-note")


class RecountForm(NoteForm):
    """How many there are."""

    count = StringField(_("Counted"), [InputRequired(_("Enter how many there are."))])
    note = StringField(_("Note"), [Optional(), Length(max=LONGEST_NOTE), PLAIN_TEXT], id="recount-note")

    def validate_count(self, field: Field) -> None:
        """Only numbers of at most two decimals; a comma is as good as a point."""
        try:
            Count.read((field.data or "").strip().replace(",", "."))
        except ValueError as error:
            raise ValidationError(_("Enter a number from 0 upwards, with at most two decimals.")) from error

    def hundredths(self) -> int:
        """What was counted, in hundredths of a unit."""
        return int(Count.read((self.count.data or "").strip().replace(",", ".")))


class RemovalForm(FlaskForm):
    """From which day on, where, and why. `last_id` is the newest report that was shown."""

    expired_date = DateField(_("Reported on or after"), [InputRequired(_("Choose a day."))])
    location = ChoiceFilter(_("All locations"))
    reason = StringField(_("Reason"), [Optional(), Length(max=LONGEST_NOTE), PLAIN_TEXT])
    last_id = IntegerField(validators=[Optional(), NumberRange(1, 2**63 - 1)])

    def offer(self, locations: Mapping[int, str]) -> None:
        """Set the locations to choose from."""
        self.location.offer(locations)

    def validate_expired_date(self, field: Field) -> None:
        """A day of our times."""
        if field.data is not None and not FIRST_DAY <= field.data <= LAST_DAY:
            raise ValidationError(_("Choose a day between 2000 and 2199."))

    @property
    def day(self) -> date:
        """The first day of what is removed."""
        assert self.expired_date.data is not None
        return self.expired_date.data
