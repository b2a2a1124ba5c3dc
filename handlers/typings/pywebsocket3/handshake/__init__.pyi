"""The opening handshake: the exceptions by which a handler refuses a client, and checks of its parts."""

from typing import Any
from . import base as base
from . import hybi as hybi
from pywebsocket3._errors import AbortedByUserException as AbortedByUserException
from pywebsocket3._errors import HandshakeException as HandshakeException
from pywebsocket3._errors import VersionException as VersionException


def do_handshake(request, dispatcher) -> None:
    """Shake hands over a request's connection; see ``hybi.Handshaker``."""
    ...
