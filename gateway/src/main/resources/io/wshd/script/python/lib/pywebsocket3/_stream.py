"""The stream between a handler and its client: ``request.ws_stream``.

Framing, masking, compression, UTF-8 checks, pings and limits are the host's. What is here is the API's view of
them, kept to as few steps as it can be: these methods run for every message.
"""

from _thread import allocate_lock

from pywebsocket3._errors import (
    BadOperationException, ConnectionLostException, ConnectionTerminatedException, InvalidFrameException,
    InvalidUTF8Exception, UnsupportedFrameException)

# What the host answers to a send; 0 is success.
_LOST = 1
_CLOSE_SENT = 2
_NO_UNICODE = 3

# What the host's receive answers instead of a message.
_PEER_CLOSED = 1
_TURNED = 2

_NO_STATUS = 1005

# By the close code that the host has chosen.
_FAILURES = {1002: InvalidFrameException, 1003: UnsupportedFrameException, 1007: InvalidUTF8Exception}


class HostStream:
    """Messages to and from one client, framed by the host.

    Every method may be called from any thread; messages of several threads do not interleave. Each method that
    talks to the client blocks until the host has taken the bytes or has given up on the connection.

    The first call that is about frames or bytes makes this object a LiveStream, for good.
    """

    def __init__(self, request, session, passive_hook=None):
        self._request = request
        self._session = session
        self._receive = session.receive
        self._send_text = session.sendText
        self._send_binary = session.sendBinary
        self._original_opcode = None
        self._passive_hook = passive_hook
        # The opcode of a message whose last piece is still to be sent.
        self._open_kind = None

    def receive_message(self):
        """Wait for the next message and return it: str for a text, bytes for a binary one, None at the end.

        None means that the client's Close frame came and has been answered; ``request.ws_close_code`` and
        ``request.ws_close_reason`` tell what it said.

        Raises ConnectionTerminatedException when the connection is lost, and BadOperationException when the
        client's Close was already received.
        """
        message = self._receive()
        kind = type(message)
        if kind is str:
            self._original_opcode = 1
            return message
        if kind is bytes:
            self._original_opcode = 2
            return message
        return self._ended(message)

    def send_message(self, message, end=True, binary=False):
        """Send a message: a str as text, or with ``binary=True`` a bytes object as binary.

        With ``end=False`` it is only a piece of a message; the pieces that follow must be of the same type, and
        the one with ``end=True`` completes it.

        Raises BadOperationException after the server's Close or when type and ``binary`` disagree, and
        ConnectionTerminatedException when the connection is lost.
        """
        if self._request.server_terminated:
            raise BadOperationException('Requested send_message after sending out a closing handshake')
        kind = type(message)
        if end and kind is str and not binary:
            status = self._send_text(message, True)
        elif end and kind is bytes and binary:
            status = self._send_binary(message, True)
        else:
            status = self._send_slowly(message, end, binary)
        if status:
            self._send_failed(status)

    def close_connection(self, code=1000, reason='', wait_response=True):
        """Send a Close frame, and wait for the client's unless told otherwise.

        ``code`` None sends a Close without a body. 1001 and 1002 do not wait: a client that is left or that
        broke the protocol owes no answer. Does nothing when the Close was already sent.

        Raises BadOperationException for a reason without a code, a code that must not be sent or a reason of
        more than 123 bytes, and ConnectionTerminatedException when the client's Close does not come.
        """
        request = self._request
        if request.server_terminated:
            return
        if code is None:
            if reason is not None and len(reason) > 0:
                raise BadOperationException('close reason must not be specified if code is None')
            reason = ''
        elif not isinstance(reason, (str, bytes)):
            raise BadOperationException('close reason must be an instance of bytes or unicode')
        else:
            reason = _checked_close(code, reason)
        request.server_terminated = True
        wait = wait_response and code not in (1001, 1002)
        session = self._session
        status = session.close(code or 0, reason, bool(wait))
        if status == _LOST:
            request.ws_close_code = 1006
            raise ConnectionTerminatedException("Didn't receive valid ack for closing handshake")
        if wait and not request.client_terminated:
            self._note_peer_close(session)

    def send_ping(self, body=b'', binary=False):
        """Send a Ping frame with at most 125 bytes of body; the host takes the Pong."""
        status = self._session.ping(_control_body(body))
        if status:
            self._send_failed(status)

    def _send_pong(self, body):
        """Send a Pong frame nobody asked for; Pings are answered without it."""
        status = self._session.pong(_control_body(body))
        if status:
            self._send_failed(status)

    def get_last_received_opcode(self):
        """The opcode of the last received message: 1 for text, 2 for binary, 8 for Close, None before any."""
        return self._original_opcode

    def _ended(self, end):
        request = self._request
        if end == _TURNED:
            # Another thread has made a call that is about frames.
            return self._go_live().receive_message()
        if end < 0:
            self._raise_failure(-end)
        if end != _PEER_CLOSED:
            request.ws_close_code = 1006
            raise ConnectionTerminatedException('Connection lost: the peer closed it without a closing handshake')
        if request.client_terminated:
            raise BadOperationException('Requested receive_message after receiving a closing handshake')
        self._note_peer_close(self._session)
        if not request.server_terminated:
            self._answer_close()
        return None

    def _raise_failure(self, code):
        """The client broke the protocol, and the host says so to it in a Close frame of its own."""
        self._request.server_terminated = True
        self._request.ws_close_code = 1006
        raise _FAILURES.get(code, ConnectionTerminatedException)(f'The client is told with close code {code}')

    def _note_peer_close(self, session):
        request = self._request
        code = session.peerCode()
        request.client_terminated = True
        request.ws_close_code = code
        if code != _NO_STATUS:
            request.ws_close_reason = session.peerReason()
        self._original_opcode = 8

    def _answer_close(self):
        request = self._request
        code, reason = self._close_answer()
        if code is None or reason is None:
            reason = ''
        if code is not None:
            reason = _checked_close(code, reason)
        request.server_terminated = True
        self._session.answerClose(code or 0, reason)

    def _close_answer(self):
        """The code and the reason that answer a client's Close."""
        request = self._request
        if self._passive_hook is not None:
            return self._passive_hook(request)
        if request._compatible:
            return 1000, ''
        # RFC 6455 section 5.5.1: the answer typically repeats the code; an empty Close is answered alike.
        code = request.ws_close_code
        return None if code == _NO_STATUS else code, ''

    # From here on: about frames.

    def _go_live(self, options=None):
        """Make and read the frames of this connection in Python from now on."""
        from pywebsocket3._live import LiveStream
        with self.__dict__.setdefault('_turning', allocate_lock()):
            if type(self) is not LiveStream:
                LiveStream.take_over(self, options)
        return self

    def __getattr__(self, name):
        if name in ('_options', '_writer', '_logger'):
            return getattr(self._go_live(), name)
        raise AttributeError(f'{type(self).__name__!r} object has no attribute {name!r}')

    def _send_slowly(self, message, end, binary):
        """Everything but a whole message of the exact type: pieces, subclasses, other buffers, mistakes."""
        if binary:
            if isinstance(message, str):
                raise BadOperationException('Message for binary frame must not be instance of Unicode')
            if type(message) is not bytes:
                message = bytes(memoryview(message))
            send = self._send_binary
        else:
            if type(message) is not str:
                message = message.encode('utf-8').decode('utf-8')
            send = self._send_text
        status = send(message, bool(end))
        if not end and not status:
            self._expect_rest(binary)
        return status

    def _expect_rest(self, binary):
        """Until the last piece is sent, the other type is a mistake and the last piece restores the fast path."""
        session = self._session

        def wrong(message, end):
            raise BadOperationException('Message types are different in frames for the same message')

        def rest(message, end):
            if end:
                self._send_text = session.sendText
                self._send_binary = session.sendBinary
                self._open_kind = None
            return session.sendBinary(message, end) if binary else session.sendText(message, end)

        self._send_text, self._send_binary = (wrong, rest) if binary else (rest, wrong)
        self._open_kind = 2 if binary else 1

    def _send_failed(self, status):
        if status == _CLOSE_SENT:
            raise BadOperationException('Requested send_message after sending out a closing handshake')
        if status == _NO_UNICODE:
            raise BadOperationException('The text has a lone surrogate and cannot be encoded in UTF-8')
        raise ConnectionLostException('Connection lost while sending')


def _of_frames(name, doc):
    def call(self, *args, **kwargs):
        return getattr(self._go_live(), name)(*args, **kwargs)
    call.__name__ = name
    call.__doc__ = doc
    setattr(HostStream, name, call)


for _name, _doc in (
        ('_read', 'Wait for at least one and at most so many bytes.'),
        ('_read_until', 'The bytes up to a delimiter.'),
        ('_write', 'Write bytes to the connection as they are.'),
        ('receive_bytes', 'Wait for exactly so many bytes and return them.'),
        ('_receive_frame', 'Wait for a frame: (opcode, payload, fin, rsv1, rsv2, rsv3).'),
        ('_receive_frame_as_frame_object', 'Wait for a frame and return it as a Frame.'),
        ('receive_filtered_frame', 'Wait for a frame that is a whole message of data.'),
        ('_get_message_from_frame', 'The payload of the message that a frame completes, or None.'),
        ('_process_close_message', "Take note of a Close frame's payload and answer it."),
        ('_process_ping_message', 'Answer a Ping.'),
        ('_process_pong_message', 'Take note of a Pong.'),
        ('_send_closing_handshake', 'Send a Close frame and wait for nothing.')):
    _of_frames(_name, _doc)


def _checked_close(code, reason):
    """The reason as str, or an exception when RFC 6455 section 7.4 or the size of a control frame forbids it."""
    if not 1000 <= code <= 4999:
        raise BadOperationException('Status code is out of range')
    if code in (1005, 1006, 1015):
        raise BadOperationException('Status code is reserved pseudo code')
    if isinstance(reason, str):
        body = reason.encode('utf-8')
    else:
        body, reason = reason, reason.decode('utf-8')
    if len(body) > 123:
        raise BadOperationException(f'Too long close reason: {len(body)} bytes, at most 123 fit into a Close frame')
    return reason


def _control_body(body):
    if isinstance(body, str):
        body = body.encode('utf-8')
    elif type(body) is not bytes:
        body = bytes(memoryview(body))
    if len(body) > 125:
        raise BadOperationException('Payload data size of control frames must be 125 bytes or less')
    return body
