"""The opening handshake of RFC 6455: the key's answer, checks of the request, and the whole of it.

The gateway shakes hands itself; Handshaker is for programs that have a connection of their own.
"""

from typing import Any
from pywebsocket3 import common as common
from pywebsocket3._errors import HandshakeException as HandshakeException
from pywebsocket3._errors import VersionException as VersionException
from pywebsocket3.handshake.base import check_request_line as check_request_line
from pywebsocket3.handshake.base import format_header as format_header
from pywebsocket3.handshake.base import get_mandatory_header as get_mandatory_header
from pywebsocket3.handshake.base import parse_token_list as parse_token_list
from pywebsocket3.handshake.base import validate_mandatory_header as validate_mandatory_header
from pywebsocket3.handshake.base import validate_subprotocol as validate_subprotocol


def compute_accept(key) -> Any:
    """The answer to a Sec-WebSocket-Key, both as bytes."""
    ...

def compute_accept_from_unicode(unicode_key) -> Any:
    """As ``compute_accept``, still as bytes, for a key given as str."""
    ...

class Handshaker:
    """The opening handshake over ``request.connection``, with the hook of a dispatch.Dispatcher in its middle."""
    def __init__(self, request, dispatcher) -> None: ...
    def do_handshake(self) -> None:
        """Check the request, run do_extra_handshake, and write the answer.

        The request has its ``ws_`` attributes then. Raises HandshakeException with the status of a refusal,
        VersionException for another version than 13, and what the hook raises."""
        ...
