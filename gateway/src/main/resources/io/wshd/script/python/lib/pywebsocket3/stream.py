"""The stream of a connection, frame by frame, and the frames themselves (RFC 6455 section 5).

``request.ws_stream`` has every method of Stream. As long as a handler only exchanges messages, the gateway frames
them; from the first call that is about frames or bytes on, this module does, for the rest of the connection.
"""

from pywebsocket3 import common, util
from pywebsocket3._errors import (
    BadOperationException, ConnectionTerminatedException, InvalidFrameException, InvalidUTF8Exception,
    UnsupportedFrameException)
from pywebsocket3._frames import (
    _NOOP_MASKER, FragmentedFrameBuilder, Frame, _build_frame, _create_control_frame,
    _filter_and_format_frame_object, create_binary_frame, create_close_frame, create_closing_handshake_body,
    create_header, create_length_header, create_ping_frame, create_pong_frame, create_text_frame, parse_frame)

__all__ = (
    'BadOperationException', 'ConnectionTerminatedException', 'InvalidFrameException', 'InvalidUTF8Exception',
    'UnsupportedFrameException', 'Frame', 'FragmentedFrameBuilder', 'Stream', 'StreamOptions',
    'create_binary_frame', 'create_close_frame', 'create_closing_handshake_body', 'create_header',
    'create_length_header', 'create_ping_frame', 'create_pong_frame', 'create_text_frame', 'parse_frame')


class StreamOptions:
    """Filters of messages and frames on their way, and whether text is encoded and frames are masked.

    A message filter has ``filter(message, end, binary)`` on the way out and ``filter(message)`` on the way in, and
    returns what goes on in its place; a frame filter has ``filter(frame)`` and changes the Frame.
    """

    def __init__(self):
        self.outgoing_message_filters = []
        self.outgoing_frame_filters = []
        self.incoming_message_filters = []
        self.incoming_frame_filters = []
        self.encode_text_message_to_utf8 = True
        self.mask_send = False
        self.unmask_receive = True
        # Bytes that an incoming message may have after the filters; None for any number.
        self._limit = None


class Stream:
    """Messages and frames to and from one client, over ``request.connection``.

    Reading and writing block. Several threads may send; one at a time may receive.
    """

    def __init__(self, request, options):
        self._request = request
        self._original_opcode = None
        self._begin(options)
        request.client_terminated = False
        request.server_terminated = False

    def _begin(self, options):
        self._options = options
        self._received_fragments = []
        self._fragments_opcode = None
        self._pings = []
        self._writer = FragmentedFrameBuilder(
            options.mask_send, options.outgoing_frame_filters, options.encode_text_message_to_utf8)

    @property
    def _logger(self):
        return util.get_class_logger(self)

    # Bytes.

    def _read(self, length):
        try:
            data = self._request.connection.read(length)
        except OSError as e:
            raise ConnectionTerminatedException(f'Receiving {length} byte failed. socket.error ({e}) occurred') from e
        if not data:
            raise ConnectionTerminatedException(
                f'Receiving {length} byte failed. Peer ({self._request.connection.remote_addr!r}) closed connection')
        return data

    def _write(self, bytes_):
        """Write bytes to the connection as they are."""
        try:
            self._request.connection.write(bytes_)
        except Exception as e:
            util.prepend_message_to_exception(
                f'Failed to send message to {self._request.connection.remote_addr!r}: ', e)
            raise

    def receive_bytes(self, length):
        """Wait for exactly ``length`` bytes and return them.

        Raises ConnectionTerminatedException when the connection ends before.
        """
        parts = []
        while length > 0:
            part = self._read(length)
            parts.append(part)
            length -= len(part)
        return b''.join(parts)

    def _read_until(self, delim_char):
        """The bytes up to a delimiter of one byte, which is consumed and left out."""
        data = bytearray()
        while True:
            byte = self._read(1)
            if byte == delim_char:
                return bytes(data)
            data += byte

    # Frames.

    def _receive_frame(self):
        """Wait for a frame and return (opcode, payload, fin, rsv1, rsv2, rsv3); it is neither judged nor answered."""
        return parse_frame(self.receive_bytes, unmask_receive=self._options.unmask_receive)

    def _receive_frame_as_frame_object(self):
        """As ``_receive_frame``, as a Frame."""
        opcode, payload, fin, rsv1, rsv2, rsv3 = self._receive_frame()
        return Frame(fin, rsv1, rsv2, rsv3, opcode, payload)

    def receive_filtered_frame(self):
        """Wait for a frame that is a whole message of data, and return it after the filters of both kinds.

        Raises InvalidFrameException for a fragment or a control frame.
        """
        frame = self._receive_frame_as_frame_object()
        if not frame.fin:
            raise InvalidFrameException('Segmented frames must not be received via receive_filtered_frame()')
        if frame.opcode not in (common.OPCODE_TEXT, common.OPCODE_BINARY):
            raise InvalidFrameException('Control frames must not be received via receive_filtered_frame()')
        for frame_filter in self._options.incoming_frame_filters:
            frame_filter.filter(frame)
        for message_filter in self._options.incoming_message_filters:
            frame.payload = message_filter.filter(frame.payload)
        return frame

    def _get_message_from_frame(self, frame):
        """The payload of the message that a frame completes, or None when more fragments are to come.

        Raises InvalidFrameException for a frame that RFC 6455 section 5.4 or 5.5 forbids at this place.
        """
        if common.is_control_opcode(frame.opcode):
            if not frame.fin:
                raise InvalidFrameException('Control frames must not be fragmented')
            if len(frame.payload) > 125:
                raise InvalidFrameException('Application data size of control frames must be 125 bytes or less')
            self._original_opcode = frame.opcode
            return frame.payload
        if frame.opcode == common.OPCODE_CONTINUATION:
            if self._fragments_opcode is None:
                raise InvalidFrameException(
                    'Received a termination frame but fragmentation not started' if frame.fin else
                    'Received an intermediate frame but fragmentation not started')
        elif self._fragments_opcode is not None:
            raise InvalidFrameException(
                'Received an unfragmented frame without terminating existing fragmentation' if frame.fin else
                'New fragmentation started without terminating existing fragmentation')
        else:
            self._fragments_opcode = frame.opcode
        self._received_fragments.append(frame.payload)
        if not frame.fin:
            return None
        message = b''.join(self._received_fragments)
        self._received_fragments = []
        self._original_opcode, self._fragments_opcode = self._fragments_opcode, None
        return message

    # Messages.

    def receive_message(self):
        """Wait for the next message and return it: str for a text, bytes for a binary one, None at the end.

        None means that the client's Close frame came and has been answered; ``request.ws_close_code`` and
        ``request.ws_close_reason`` tell what it said. Pings are answered on the way.

        Raises ConnectionTerminatedException when the connection is lost, InvalidFrameException,
        UnsupportedFrameException or InvalidUTF8Exception when the client broke the protocol, and
        BadOperationException when the client's Close was already received.
        """
        if self._request.client_terminated:
            raise BadOperationException('Requested receive_message after receiving a closing handshake')
        while True:
            frame = self._receive_frame_as_frame_object()
            for frame_filter in self._options.incoming_frame_filters:
                frame_filter.filter(frame)
            if frame.rsv1 or frame.rsv2 or frame.rsv3:
                raise UnsupportedFrameException(
                    'Unsupported flag is set (rsv = %d%d%d)' % (frame.rsv1, frame.rsv2, frame.rsv3))
            message = self._get_message_from_frame(frame)
            if message is None:
                continue
            opcode = self._original_opcode
            if opcode == common.OPCODE_TEXT or opcode == common.OPCODE_BINARY:
                for message_filter in self._options.incoming_message_filters:
                    message = message_filter.filter(message)
                return self._decoded(message) if opcode == common.OPCODE_TEXT else message
            if opcode == common.OPCODE_CLOSE:
                self._process_close_message(message)
                return None
            if opcode == common.OPCODE_PING:
                self._process_ping_message(message)
            elif opcode == common.OPCODE_PONG:
                self._process_pong_message(message)
            else:
                raise UnsupportedFrameException('Opcode %d is not supported' % opcode)

    def _decoded(self, message):
        try:
            return message.decode('utf-8')
        except UnicodeDecodeError as e:
            raise InvalidUTF8Exception(e) from e

    def _process_close_message(self, message):
        """Take note of a Close frame's payload, and answer it unless the server has closed first."""
        request = self._request
        request.client_terminated = True
        if len(message) == 0:
            request.ws_close_code = common.STATUS_NO_STATUS_RECEIVED
        elif len(message) == 1:
            raise InvalidFrameException(
                'If a close frame has status code, the length of status code must be 2 octet')
        else:
            request.ws_close_code = int.from_bytes(message[:2], 'big')
            request.ws_close_reason = message[2:].decode('utf-8', 'replace')
        if request.server_terminated:
            return
        code, reason = self._passive_close()
        if code is None or reason is None:
            reason = ''
        self._send_closing_handshake(code, reason)

    def _passive_close(self):
        """The code and the reason that answer a client's Close."""
        dispatcher = getattr(self._request, '_dispatcher', None)
        if dispatcher is None:
            return common.STATUS_NORMAL_CLOSURE, ''
        return dispatcher.passive_closing_handshake(self._request)

    def _process_ping_message(self, message):
        """Answer a Ping, or give it to the request's ``on_ping_handler(request, message)`` where it has one."""
        handler = getattr(self._request, 'on_ping_handler', None)
        if handler:
            handler(self._request, message)
        else:
            self._send_pong(message)

    def _process_pong_message(self, message):
        """Take note of a Pong, and give it to the request's ``on_pong_handler(request, message)`` if it has one."""
        if message in self._pings:
            del self._pings[:self._pings.index(message) + 1]
        handler = getattr(self._request, 'on_pong_handler', None)
        if handler:
            handler(self._request, message)

    def send_message(self, message, end=True, binary=False):
        """Send a message: a str as text, or with ``binary=True`` a bytes object as binary.

        With ``end=False`` it is only a piece of a message; the pieces that follow must be of the same type, and
        the one with ``end=True`` completes it.

        Raises BadOperationException after the server's Close, when type and ``binary`` disagree, or for text that
        has no encoding, and ConnectionTerminatedException when the connection is lost.
        """
        if self._request.server_terminated:
            raise BadOperationException('Requested send_message after sending out a closing handshake')
        if binary and isinstance(message, str):
            raise BadOperationException('Message for binary frame must not be instance of Unicode')
        try:
            for message_filter in self._options.outgoing_message_filters:
                message = message_filter.filter(message, end, binary)
            frame = self._writer.build(message, end, binary)
        except ValueError as e:
            # UnicodeEncodeError is one.
            raise BadOperationException(e) from e
        self._write(frame)

    def close_connection(self, code=common.STATUS_NORMAL_CLOSURE, reason='', wait_response=True):
        """Send a Close frame, and wait for the client's unless told otherwise.

        ``code`` None sends a Close without a body. 1001 and 1002 do not wait: a client that is left or that
        broke the protocol owes no answer. Does nothing when the Close was already sent.

        Raises BadOperationException for a reason without a code, a code that must not be sent or a reason of
        more than 123 bytes, and ConnectionTerminatedException when something else comes instead of a Close.
        """
        if self._request.server_terminated:
            return
        if code is None:
            if reason is not None and len(reason) > 0:
                raise BadOperationException('close reason must not be specified if code is None')
            reason = ''
        elif not isinstance(reason, (str, bytes)):
            raise BadOperationException('close reason must be an instance of bytes or unicode')
        self._send_closing_handshake(code, reason)
        if not wait_response or code in (common.STATUS_GOING_AWAY, common.STATUS_PROTOCOL_ERROR):
            return
        if self.receive_message() is not None:
            raise ConnectionTerminatedException("Didn't receive valid ack for closing handshake")

    def _send_closing_handshake(self, code, reason):
        frame = create_close_frame(
            create_closing_handshake_body(code, reason), self._options.mask_send,
            self._options.outgoing_frame_filters)
        self._request.server_terminated = True
        self._write(frame)

    def send_ping(self, body=b'', binary=False):
        """Send a Ping frame with at most 125 bytes of body, a str in UTF-8."""
        body = _control_body(body)
        self._write(create_ping_frame(body, self._options.mask_send, self._options.outgoing_frame_filters))
        # The oldest is forgotten first: clients need not answer every Ping.
        self._pings = self._pings[-63:] + [body]

    def _send_pong(self, body):
        """Send a Pong frame with at most 125 bytes of body."""
        self._write(create_pong_frame(
            _control_body(body), self._options.mask_send, self._options.outgoing_frame_filters))

    def get_last_received_opcode(self):
        """The opcode of the last received message: 1 for text, 2 for binary, 8 for Close, None before any."""
        return self._original_opcode


def _control_body(body):
    if isinstance(body, str):
        return body.encode('utf-8')
    return body if type(body) is bytes else bytes(memoryview(body))
