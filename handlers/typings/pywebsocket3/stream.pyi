"""The stream of a connection, frame by frame, and the frames themselves (RFC 6455 section 5).

``request.ws_stream`` has every method of Stream. As long as a handler only exchanges messages, the gateway frames
them; from the first call that is about frames or bytes on, this module does, for the rest of the connection.
"""

from typing import Any
from pywebsocket3 import common as common
from pywebsocket3 import util as util
from pywebsocket3._errors import BadOperationException as BadOperationException
from pywebsocket3._errors import ConnectionTerminatedException as ConnectionTerminatedException
from pywebsocket3._errors import InvalidFrameException as InvalidFrameException
from pywebsocket3._errors import InvalidUTF8Exception as InvalidUTF8Exception
from pywebsocket3._errors import UnsupportedFrameException as UnsupportedFrameException
from pywebsocket3._frames import FragmentedFrameBuilder as FragmentedFrameBuilder
from pywebsocket3._frames import Frame as Frame
from pywebsocket3._frames import create_binary_frame as create_binary_frame
from pywebsocket3._frames import create_close_frame as create_close_frame
from pywebsocket3._frames import create_closing_handshake_body as create_closing_handshake_body
from pywebsocket3._frames import create_header as create_header
from pywebsocket3._frames import create_length_header as create_length_header
from pywebsocket3._frames import create_ping_frame as create_ping_frame
from pywebsocket3._frames import create_pong_frame as create_pong_frame
from pywebsocket3._frames import create_text_frame as create_text_frame
from pywebsocket3._frames import parse_frame as parse_frame


class StreamOptions:
    """Filters of messages and frames on their way, and whether text is encoded and frames are masked.

    A message filter has ``filter(message, end, binary)`` on the way out and ``filter(message)`` on the way in, and
    returns what goes on in its place; a frame filter has ``filter(frame)`` and changes the Frame."""
    outgoing_message_filters: list[Any]
    outgoing_frame_filters: list[Any]
    incoming_message_filters: list[Any]
    incoming_frame_filters: list[Any]
    encode_text_message_to_utf8: bool
    mask_send: bool
    unmask_receive: bool
    def __init__(self) -> None: ...

class Stream:
    """Messages and frames to and from one client, over ``request.connection``.

    Reading and writing block. Several threads may send; one at a time may receive."""
    def __init__(self, request, options) -> None: ...
    def _write(self, bytes_) -> None:
        """Write bytes to the connection as they are."""
        ...
    def receive_bytes(self, length) -> Any:
        """Wait for exactly ``length`` bytes and return them.

        Raises ConnectionTerminatedException when the connection ends before."""
        ...
    def _receive_frame(self) -> Any:
        """Wait for a frame and return (opcode, payload, fin, rsv1, rsv2, rsv3); it is neither judged nor answered."""
        ...
    def _receive_frame_as_frame_object(self) -> Any:
        """As ``_receive_frame``, as a Frame."""
        ...
    def receive_filtered_frame(self) -> Any:
        """Wait for a frame that is a whole message of data, and return it after the filters of both kinds.

        Raises InvalidFrameException for a fragment or a control frame."""
        ...
    def _get_message_from_frame(self, frame) -> Any:
        """The payload of the message that a frame completes, or None when more fragments are to come.

        Raises InvalidFrameException for a frame that RFC 6455 section 5.4 or 5.5 forbids at this place."""
        ...
    def receive_message(self) -> Any:
        """Wait for the next message and return it: str for a text, bytes for a binary one, None at the end.

        None means that the client's Close frame came and has been answered; ``request.ws_close_code`` and
        ``request.ws_close_reason`` tell what it said. Pings are answered on the way.

        Raises ConnectionTerminatedException when the connection is lost, InvalidFrameException,
        UnsupportedFrameException or InvalidUTF8Exception when the client broke the protocol, and
        BadOperationException when the client's Close was already received."""
        ...
    def _process_close_message(self, message) -> None:
        """Take note of a Close frame's payload, and answer it unless the server has closed first."""
        ...
    def send_message(self, message, end=True, binary=False) -> None:
        """Send a message: a str as text, or with ``binary=True`` a bytes object as binary.

        With ``end=False`` it is only a piece of a message; the pieces that follow must be of the same type, and
        the one with ``end=True`` completes it.

        Raises BadOperationException after the server's Close, when type and ``binary`` disagree, or for text that
        has no encoding, and ConnectionTerminatedException when the connection is lost."""
        ...
    def close_connection(self, code=..., reason='', wait_response=True) -> None:
        """Send a Close frame, and wait for the client's unless told otherwise.

        ``code`` None sends a Close without a body. 1001 and 1002 do not wait: a client that is left or that
        broke the protocol owes no answer. Does nothing when the Close was already sent.

        Raises BadOperationException for a reason without a code, a code that must not be sent or a reason of
        more than 123 bytes, and ConnectionTerminatedException when something else comes instead of a Close."""
        ...
    def send_ping(self, body=b'', binary=False) -> None:
        """Send a Ping frame with at most 125 bytes of body, a str in UTF-8."""
        ...
    def _send_pong(self, body) -> None:
        """Send a Pong frame with at most 125 bytes of body."""
        ...
    def get_last_received_opcode(self) -> Any:
        """The opcode of the last received message: 1 for text, 2 for binary, 8 for Close, None before any."""
        ...
