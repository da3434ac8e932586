"""Macros drawn once: for each language, each choice of arguments, and with what has to be escaped."""

from __future__ import annotations

from flask import Flask
from flask_babel import force_locale, gettext, refresh
from markupsafe import Markup, escape

from app.web.reader import reader
from app.web.remembered import remembered


def test_a_macro_is_drawn_once_for_the_same_arguments(app: Flask) -> None:
    drawn: list[str] = []

    def macro(name: str, size: str = "") -> Markup:
        drawn.append(name + size)
        return escape(name + size)

    icon = remembered(macro)
    with app.test_request_context("/"):
        assert [icon("x"), icon("y"), icon("x"), icon("x", size="sm")] == ["x", "y", "x", "xsm"]
    assert drawn == ["x", "y", "xsm"]


def test_a_text_that_must_be_escaped_is_not_taken_for_its_markup(app: Flask) -> None:
    label = remembered(escape)
    with app.test_request_context("/"):
        assert label(Markup("<b>")) == "<b>"
        assert label("<b>") == "&lt;b&gt;"


def test_every_language_has_its_own_drawing(app: Flask) -> None:
    language = remembered(lambda: escape(reader().language))
    seen = set()
    for accepted in ("en", "tr"):
        with app.test_request_context("/", headers={"Accept-Language": accepted}):
            seen.add(str(language()))
    assert seen == {"en", "tr"}


def test_words_follow_a_language_that_is_forced_for_a_while(app: Flask) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        english = gettext("Orders")
        with force_locale("tr"):
            assert gettext("Orders") != english
        assert gettext("Orders") == english
        refresh()
        assert gettext("Orders") == english


def test_what_is_filled_into_a_sentence_of_a_template_is_escaped(app: Flask) -> None:
    source = (
        "{{ _('Choose order %(number)s', number='<b>') }} {{ ngettext('%(num)s day', '%(num)s days', 2) }}"
    )
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        assert app.jinja_env.from_string(source).render() == "Choose order &lt;b&gt; 2 days"
