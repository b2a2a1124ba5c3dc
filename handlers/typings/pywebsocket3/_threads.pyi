"""Threads that receive and send messages beside the handler."""

import threading
from typing import Any
from pywebsocket3._errors import BadOperationException as BadOperationException
from pywebsocket3._errors import ConnectionTerminatedException as ConnectionTerminatedException


class MessageReceiver(threading.Thread):
    """Receives messages on a thread that starts at once.

    With ``onmessage``, each message is given to it, on that thread. Without, messages wait for ``receive`` and
    ``receive_nowait``; the thread reads a bounded number ahead. The thread ends when the client closes or leaves,
    or at the first message after ``stop``."""
    def __init__(self, request, onmessage=None) -> None: ...
    def run(self) -> None: ...
    def receive(self) -> Any:
        """Wait for a message and return it; None when the client has closed or left and all are taken."""
        ...
    def receive_nowait(self) -> Any:
        """A message that is already here, or None."""
        ...
    def stop(self) -> None:
        """Ask the thread to end after the message it waits for, and wait until it has, or the client has gone.

        Called by ``onmessage``, that is on the thread itself, it does not wait."""
        ...

class MessageSender(threading.Thread):
    """Sends messages on a thread that starts at once, in the order in which they were given.

    It ends with ``stop`` or when the connection is lost."""
    def __init__(self, request) -> None: ...
    def run(self) -> Any: ...
    def send(self, message) -> None:
        """Send a message and wait until it is sent. Raises ConnectionTerminatedException when it cannot be."""
        ...
    def send_nowait(self, message) -> None:
        """Leave a message to be sent; waits only when 64 are waiting already."""
        ...
    def stop(self) -> None:
        """Send what is waiting, then end the thread."""
        ...
