"""Frames of RFC 6455 section 5 as bytes: building them and reading them."""

from pywebsocket3 import common, util
from pywebsocket3._errors import BadOperationException, InvalidFrameException

_NOOP_MASKER = util.NoopMasker()


class Frame:
    """One frame: its flags, its opcode and its payload, unmasked, as bytes."""

    def __init__(self, fin=1, rsv1=0, rsv2=0, rsv3=0, opcode=None, payload=b''):
        self.fin = fin
        self.rsv1 = rsv1
        self.rsv2 = rsv2
        self.rsv3 = rsv3
        self.opcode = opcode
        self.payload = payload


def create_length_header(length, mask):
    """The bytes of mask bit and payload length in their shortest form.

    Raises ValueError when the length is negative or needs more than 63 bits.
    """
    bit = 0x80 if mask else 0
    if length < 0:
        raise ValueError('length must be non negative integer')
    if length <= 125:
        return bytes((bit | length,))
    if length < 1 << 16:
        return bytes((bit | 126,)) + length.to_bytes(2, 'big')
    if length < 1 << 63:
        return bytes((bit | 127,)) + length.to_bytes(8, 'big')
    raise ValueError('Payload is too big for one frame')


def create_header(opcode, payload_length, fin, rsv1, rsv2, rsv3, mask):
    """The bytes of a frame before its masking key and payload. Raises ValueError for what has no encoding."""
    if not 0 <= opcode <= 0xf:
        raise ValueError('Opcode out of range')
    if not 0 <= payload_length < 1 << 63:
        raise ValueError('payload_length out of range')
    if (fin | rsv1 | rsv2 | rsv3) & ~1:
        raise ValueError('FIN bit and Reserved bit parameter must be 0 or 1')
    return bytes((fin << 7 | rsv1 << 6 | rsv2 << 5 | rsv3 << 4 | opcode,)) + create_length_header(payload_length, mask)


def _build_frame(header, body, mask):
    """A frame from the bytes before its masking key, and its payload."""
    if not mask:
        return header + body
    from os import urandom
    key = urandom(4)
    return header + key + util.RepeatedXorMasker(key).mask(body)


def _filter_and_format_frame_object(frame, mask, frame_filters):
    for frame_filter in frame_filters or ():
        frame_filter.filter(frame)
    return _format(frame, mask)


def _format(frame, mask):
    header = create_header(frame.opcode, len(frame.payload), frame.fin, frame.rsv1, frame.rsv2, frame.rsv3, mask)
    return _build_frame(header, frame.payload, mask)


def create_binary_frame(message, opcode=common.OPCODE_BINARY, fin=1, mask=False, frame_filters=[]):
    """A frame of bytes, after each of ``frame_filters`` has seen the Frame in its ``filter(frame)``."""
    return _filter_and_format_frame_object(Frame(fin=fin, opcode=opcode, payload=message), mask, frame_filters)


def create_text_frame(message, opcode=common.OPCODE_TEXT, fin=1, mask=False, frame_filters=[]):
    """A frame of a str in UTF-8."""
    return create_binary_frame(message.encode('utf-8'), opcode, fin, mask, frame_filters)


def _create_control_frame(opcode, body, mask, frame_filters):
    frame = Frame(opcode=opcode, payload=body)
    for frame_filter in frame_filters or ():
        frame_filter.filter(frame)
    if len(frame.payload) > 125:
        raise BadOperationException('Payload data size of control frames must be 125 bytes or less')
    return _format(frame, mask)


def create_ping_frame(body, mask=False, frame_filters=[]):
    """A Ping frame; BadOperationException past 125 bytes of body."""
    return _create_control_frame(common.OPCODE_PING, body, mask, frame_filters)


def create_pong_frame(body, mask=False, frame_filters=[]):
    """A Pong frame; BadOperationException past 125 bytes of body."""
    return _create_control_frame(common.OPCODE_PONG, body, mask, frame_filters)


def create_close_frame(body, mask=False, frame_filters=[]):
    """A Close frame with a body of ``create_closing_handshake_body``; BadOperationException past 125 bytes."""
    return _create_control_frame(common.OPCODE_CLOSE, body, mask, frame_filters)


def create_closing_handshake_body(code, reason):
    """The body of a Close frame: code and reason, or nothing for code None.

    Raises BadOperationException for a code below 1000, above 4999, or that never goes over the wire.
    """
    if code is None:
        return b''
    if not common.STATUS_NORMAL_CLOSURE <= code <= common.STATUS_USER_PRIVATE_MAX:
        raise BadOperationException('Status code is out of range')
    if code in (common.STATUS_NO_STATUS_RECEIVED, common.STATUS_ABNORMAL_CLOSURE, common.STATUS_TLS_HANDSHAKE):
        raise BadOperationException('Status code is reserved pseudo code')
    if isinstance(reason, str):
        reason = reason.encode('utf-8')
    return code.to_bytes(2, 'big') + reason


class FragmentedFrameBuilder:
    """Builds the frames of messages that are sent piece by piece."""

    def __init__(self, mask, frame_filters=[], encode_utf8=True):
        self._mask = mask
        self._frame_filters = frame_filters
        self._encode_utf8 = encode_utf8
        self._opcode = None

    def build(self, payload_data, end, binary):
        """The frame of one piece; ``end`` completes the message.

        Raises ValueError when the type differs from that of the message's first piece.
        """
        kind = common.OPCODE_BINARY if binary else common.OPCODE_TEXT
        if self._opcode is None:
            opcode = kind
        elif self._opcode == kind:
            opcode = common.OPCODE_CONTINUATION
        else:
            raise ValueError('Message types are different in frames for the same message')
        self._opcode = None if end else kind
        create = create_binary_frame if binary or not self._encode_utf8 else create_text_frame
        return create(payload_data, opcode, 1 if end else 0, self._mask, self._frame_filters)


def parse_frame(receive_byte, logger=None, ws_version=common.VERSION_HYBI_LATEST, unmask_receive=True):
    """Read one frame and return (opcode, payload, fin, rsv1, rsv2, rsv3).

    ``receive_byte(n)`` returns exactly n bytes. Raises InvalidFrameException for a length of more than 63 bits, and
    for a mask bit that differs from ``unmask_receive``. A length that is not in its shortest form is a violation as
    well; it only makes a warning here, and ends a live connection.
    """
    def judge(length, shortest):
        if not shortest:
            (logger or util.get_class_logger(_NOOP_MASKER)).warning(
                'The payload length %d is not in its shortest form', length)
    return _read_frame(receive_byte, unmask_receive, judge)


def _read_frame(receive_byte, unmask_receive, judge):
    """As ``parse_frame``; ``judge(length, shortest)`` may raise before the payload is read."""
    first, second = receive_byte(2)
    length = second & 0x7f
    if bool(second & 0x80) != bool(unmask_receive):
        raise InvalidFrameException(
            "Mask bit on the received frame did'nt match masking configuration for received frames")
    shortest = True
    if length >= 126:
        size, least = (2, 126) if length == 126 else (8, 1 << 16)
        length = int.from_bytes(receive_byte(size), 'big')
        if length >= 1 << 63:
            raise InvalidFrameException('Extended payload length >= 2^63')
        shortest = length >= least
    judge(length, shortest)
    masker = util.RepeatedXorMasker(receive_byte(4)) if unmask_receive else _NOOP_MASKER
    payload = masker.mask(receive_byte(length)) if length else b''
    return first & 0xf, payload, first >> 7 & 1, first >> 6 & 1, first >> 5 & 1, first >> 4 & 1
