"""An HTTP server in threads of this process, which can be ended while the process goes on."""

from __future__ import annotations

import threading
from typing import Any

import waitress

from app.demo.demo_file import HOST

ENDS_WITHIN = 5.0  # seconds, its loop and then its answers


class SideServer:
    """Serves the application from when it is made. OSError when the port is taken; port 0 is any free one."""

    def __init__(self, application: Any, *, port: int, threads: int) -> None:
        self._server = waitress.create_server(application, host=HOST, port=port, threads=threads, ident="")
        self._loop = threading.Thread(target=self._server.run, name=f"side-server-{port}", daemon=True)
        self._loop.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.effective_port)

    def end(self) -> None:
        """Listen no more, and close all connections. May be called again.

        Threads that answer wake the loop by a byte into a pipe. A pipe closed before they are gone may have
        left its number to another file, say a database, and the byte would go there: then it stays open.
        """
        self._server.trigger.pull_trigger(self._leave)
        self._loop.join(ENDS_WITHIN)
        answering = self._server.task_dispatcher
        answering.shutdown(timeout=ENDS_WITHIN)
        if not self._loop.is_alive() and not answering.threads:
            self._server.close()

    def _leave(self) -> None:
        """In the loop's own thread, which ends when nothing is left to listen to."""
        for connection in list(self._server.active_channels.values()):
            connection.handle_close()
        self._server.del_channel()
        self._server.socket.close()
        self._server.trigger.del_channel()
