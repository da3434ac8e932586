"""Lists in the URL: filters, sorting and pages are parameters; what makes no sense counts as not given."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import request, url_for
from flask_babel import format_date, get_timezone
from wtforms import DateField, Field, Form, IntegerField, SelectField, StringField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than the type hints
from wtforms.validators import Length, NumberRange, Optional, Regexp, ValidationError

from app.domain.saved_views import ListCode
from app.queries.paging import DEFAULT_LIMIT, MOST_ROWS
from app.web.links import url_without

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)
PLAIN_TEXT = Regexp(re.compile(r"[^\x00-\x1f\x7f]*\Z"))
_PLACE = ("page", "limit", "sort", "columns", "view")

Choices = Iterable[tuple[str, str]]


class TextFilter(StringField):
    """A key or a part of one, as typed or pasted."""

    def __init__(self, label: Any = None, length: int = 100, **options: Any) -> None:
        checks = [Optional(), Length(max=length), PLAIN_TEXT]
        super().__init__(label, checks, filters=[_stripped], **options)


class ChoiceFilter(SelectField):
    """One of some values, or none."""

    def __init__(self, label: Any = None, offer: Callable[[], Choices] = list, **options: Any) -> None:
        # Asked for in each request: their words are in its language.
        super().__init__(label, [Optional()], choices=lambda: _choices(offer()), **options)

    def offer(self, names: Mapping[int, str]) -> None:
        """Set choices that come from the database: names by id."""
        self.choices = _choices((str(number), name) for number, name in names.items())

    @property
    def offered(self) -> list[tuple[str, str]]:
        """The values and their words."""
        return [(str(value), str(words)) for value, words, *_ in self.iter_choices()]

    @property
    def number(self) -> int | None:
        """The id that was chosen."""
        return int(self.data) if self.data else None


class DayFilter(DateField):
    """A day in the reader's time zone."""

    def __init__(self, label: Any = None, **options: Any) -> None:
        super().__init__(label, [Optional(), _in_our_times], **options)

    def start(self) -> datetime | None:
        """The instant at which the day begins."""
        return start_of(self.data) if self.data else None

    def end(self) -> datetime | None:
        """The instant at which the day after begins."""
        return start_of(self.data + timedelta(days=1)) if self.data else None


class ColumnsField(StringField):
    """Keys of columns: separated by commas in an address, one a parameter where a form sends them."""

    def process_formdata(self, valuelist: Any) -> None:
        """All of them, as in an address."""
        self.data = ",".join(valuelist)


@dataclass(frozen=True, slots=True)
class Column:
    """A column that may be chosen; the first of a list is always shown. `sort` is a key of its SORTS."""

    key: str
    label: Any
    sort: str | None = None
    is_number: bool = False
    is_default: bool = True
    newest_first: bool = False


class ListForm(Form):
    """The parameters of a list. Subclasses add one field a filter, and say what the list can be sorted by,
    and which columns it has, where they can be chosen."""

    SORTS: Collection[str] = ()
    DEFAULT_SORT = ""
    COLUMNS: Sequence[Column] = ()
    LIST: ListCode | None = None  # where views of it can be saved

    page = IntegerField(validators=[Optional(), NumberRange(1, 10**9)])
    limit = IntegerField(validators=[Optional(), NumberRange(1, MOST_ROWS)])
    sort = StringField()
    columns = ColumnsField()
    view = TextFilter(length=20)

    def read(self) -> None:
        """Forget what is empty or cannot be used, so that a bookmark of any age shows a list."""
        self.validate()
        for field in self:
            if field.errors or field.data == "":
                forget(field)
        if (self.sort.data or "").removeprefix("-") not in self.SORTS:
            forget(self.sort)
        self._settle_columns()
        if self.LIST is None:
            forget(self.view)

    def _settle_columns(self) -> None:
        """The keys in the order of the columns; nothing where they are those that are shown anyway."""
        wanted = set((self.columns.data or "").split(","))
        chosen = [one.key for one in self.COLUMNS if one.key in wanted]
        if not chosen or chosen == [one.key for one in self.COLUMNS if one.is_default]:
            forget(self.columns)
        else:
            self.columns.data = ",".join(chosen)

    @property
    def shown_columns(self) -> list[Column]:
        """The columns that are shown, in their order, with their labels translated: each row repeats them."""
        chosen = self.columns.data.split(",") if self.columns.data else None
        return [
            replace(one, label=str(one.label))
            for one in self.COLUMNS
            if one is self.COLUMNS[0] or (one.is_default if chosen is None else one.key in chosen)
        ]

    @property
    def page_number(self) -> int:
        """The page asked for, from 1."""
        return self.page.data or 1

    @property
    def rows(self) -> int:
        """How many rows a page has."""
        return self.limit.data or DEFAULT_LIMIT

    @property
    def sorted_by(self) -> str:
        """A key of SORTS, with "-" for descending."""
        return self.sort.data or self.DEFAULT_SORT

    @property
    def filter_names(self) -> list[str]:
        """The parameters that have a field in the form of filters."""
        return [field.name for field in self if field.name not in _PLACE]

    def chips(self) -> list[tuple[str, str, str]]:
        """The filters that are on: name, value in words, and the address of the list without it."""
        return [
            (field.label.text, _words(field), url_without(field.name))
            for field in self
            if field.name in self.filter_names and _is_given(field)
        ]

    def address(self) -> str:
        """The address of what is shown, without the parameters that change nothing."""
        given: dict[str, Any] = {field.name: str(field.data) for field in self if _is_given(field)}
        if self.page_number == 1:
            given.pop("page", None)
        return url_for(str(request.endpoint), **given)

    def query(self, *left_out: str) -> str:
        """What a view of the list keeps, as in an address: neither the page nor the view's own name."""
        dropped = ["page", "view", *left_out, *(["sort"] if self.sort.data == self.DEFAULT_SORT else [])]
        return urlencode(
            {field.name: str(field.data) for field in self if field.name not in dropped and _is_given(field)}
        )


def start_of(day: date) -> datetime:
    """When a day begins in the reader's time zone, in UTC."""
    zone = ZoneInfo(str(get_timezone()))  # Babel gives one that a time of day cannot be combined with
    return datetime.combine(day, time(), zone).astimezone(UTC)


def named(codes: Iterable[str], words: Callable[[str], str]) -> Callable[[], Choices]:
    """Codes and what they are called, for a ChoiceFilter."""
    return lambda: [(str(code), words(str(code))) for code in codes]


def _choices(choices: Choices) -> list[SelectChoice]:
    return [SelectChoice(value, words) for value, words in choices]


def _stripped(text: str | None) -> str | None:
    return text.strip() if text else None


def _in_our_times(_form: Form, field: Field) -> None:
    if field.data is None or not FIRST_DAY <= field.data <= LAST_DAY:
        raise ValidationError


def _is_given(field: Field) -> bool:
    return field.data not in (None, "")


def forget(field: Field) -> None:
    """Make the field as if its parameter had not been given."""
    field.data = None
    field.raw_data = []
    field.errors = ()


def _words(field: Field) -> str:
    if isinstance(field, ChoiceFilter):
        return dict(field.offered)[str(field.data)]
    if isinstance(field.data, date):
        return str(format_date(field.data, "d MMM y", rebase=False))
    return str(field.data)
