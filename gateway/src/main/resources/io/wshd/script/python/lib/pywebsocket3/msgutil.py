"""Functions that send and receive messages, by the request instead of by its stream.

MessageReceiver and MessageSender do the same on threads of their own.
"""

from pywebsocket3._errors import (
    BadOperationException, ConnectionTerminatedException, InvalidFrameException, InvalidUTF8Exception,
    UnsupportedFrameException)

__all__ = (
    'BadOperationException', 'ConnectionTerminatedException', 'InvalidFrameException', 'InvalidUTF8Exception',
    'UnsupportedFrameException', 'close_connection', 'receive_message', 'send_message', 'send_ping',
    'MessageReceiver', 'MessageSender')


def close_connection(request):
    """Send a Close with 1000 and wait for the client's."""
    request.ws_stream.close_connection()


def send_message(request, payload_data, end=True, binary=False):
    """Send a str as text message, or with ``binary=True`` bytes as binary; see ``Stream.send_message``."""
    request.ws_stream.send_message(payload_data, end, binary)


def receive_message(request):
    """Wait for the next message: str, bytes, or None when the client has closed."""
    return request.ws_stream.receive_message()


def send_ping(request, body):
    """Send a Ping frame with at most 125 bytes of body."""
    request.ws_stream.send_ping(body)


def __getattr__(name):
    # These two need threading, which takes a noticeable part of a cold start.
    if name in ('MessageReceiver', 'MessageSender'):
        from pywebsocket3 import _threads
        return getattr(_threads, name)
    raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
