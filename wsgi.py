"""The application for any WSGI server, and for `flask --app wsgi`."""

import gc

# What is loaded here stays to the end: to look for garbage in it again and again took a third of each start.
gc.disable()

from app import create_app  # noqa: E402

app = create_app()

gc.freeze()
gc.enable()
# Nearly all of a request is freed without it: to look after every 700 objects took a twentieth of a page.
gc.set_threshold(10_000)
