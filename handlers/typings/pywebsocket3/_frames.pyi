"""Frames of RFC 6455 section 5 as bytes: building them and reading them."""

from typing import Any
from pywebsocket3 import common as common
from pywebsocket3 import util as util
from pywebsocket3._errors import BadOperationException as BadOperationException
from pywebsocket3._errors import InvalidFrameException as InvalidFrameException


class Frame:
    """One frame: its flags, its opcode and its payload, unmasked, as bytes."""
    fin: Any
    rsv1: Any
    rsv2: Any
    rsv3: Any
    opcode: Any
    payload: Any
    def __init__(self, fin=1, rsv1=0, rsv2=0, rsv3=0, opcode=None, payload=b'') -> None: ...

def create_length_header(length, mask) -> Any:
    """The bytes of mask bit and payload length in their shortest form.

    Raises ValueError when the length is negative or needs more than 63 bits."""
    ...

def create_header(opcode, payload_length, fin, rsv1, rsv2, rsv3, mask) -> Any:
    """The bytes of a frame before its masking key and payload. Raises ValueError for what has no encoding."""
    ...

def create_binary_frame(message, opcode=..., fin=1, mask=False, frame_filters=...) -> Any:
    """A frame of bytes, after each of ``frame_filters`` has seen the Frame in its ``filter(frame)``."""
    ...

def create_text_frame(message, opcode=..., fin=1, mask=False, frame_filters=...) -> Any:
    """A frame of a str in UTF-8."""
    ...

def create_ping_frame(body, mask=False, frame_filters=...) -> Any:
    """A Ping frame; BadOperationException past 125 bytes of body."""
    ...

def create_pong_frame(body, mask=False, frame_filters=...) -> Any:
    """A Pong frame; BadOperationException past 125 bytes of body."""
    ...

def create_close_frame(body, mask=False, frame_filters=...) -> Any:
    """A Close frame with a body of ``create_closing_handshake_body``; BadOperationException past 125 bytes."""
    ...

def create_closing_handshake_body(code, reason) -> Any:
    """The body of a Close frame: code and reason, or nothing for code None.

    Raises BadOperationException for a code below 1000, above 4999, or that never goes over the wire."""
    ...

class FragmentedFrameBuilder:
    """Builds the frames of messages that are sent piece by piece."""
    def __init__(self, mask, frame_filters=..., encode_utf8=True) -> None: ...
    def build(self, payload_data, end, binary) -> Any:
        """The frame of one piece; ``end`` completes the message.

        Raises ValueError when the type differs from that of the message's first piece."""
        ...

def parse_frame(receive_byte, logger=None, ws_version=..., unmask_receive=True) -> Any:
    """Read one frame and return (opcode, payload, fin, rsv1, rsv2, rsv3).

    ``receive_byte(n)`` returns exactly n bytes. Raises InvalidFrameException for a length of more than 63 bits, and
    for a mask bit that differs from ``unmask_receive``. A length that is not in its shortest form is a violation as
    well; it only makes a warning here, and ends a live connection."""
    ...
