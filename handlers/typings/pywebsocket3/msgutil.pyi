"""Functions that send and receive messages, by the request instead of by its stream.

MessageReceiver and MessageSender do the same on threads of their own.
"""

from typing import Any
from pywebsocket3._errors import BadOperationException as BadOperationException
from pywebsocket3._errors import ConnectionTerminatedException as ConnectionTerminatedException
from pywebsocket3._errors import InvalidFrameException as InvalidFrameException
from pywebsocket3._errors import InvalidUTF8Exception as InvalidUTF8Exception
from pywebsocket3._threads import MessageReceiver as MessageReceiver
from pywebsocket3._threads import MessageSender as MessageSender
from pywebsocket3._errors import UnsupportedFrameException as UnsupportedFrameException


def close_connection(request) -> None:
    """Send a Close with 1000 and wait for the client's."""
    ...

def send_message(request, payload_data, end=True, binary=False) -> None:
    """Send a str as text message, or with ``binary=True`` bytes as binary; see ``Stream.send_message``."""
    ...

def receive_message(request) -> Any:
    """Wait for the next message: str, bytes, or None when the client has closed."""
    ...

def send_ping(request, body) -> None:
    """Send a Ping frame with at most 125 bytes of body."""
    ...
