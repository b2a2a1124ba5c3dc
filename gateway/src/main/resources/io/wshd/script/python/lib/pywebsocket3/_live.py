"""The stream of a live connection whose frames are made and read in Python."""

from pywebsocket3 import common
from pywebsocket3._errors import (
    ConnectionTerminatedException, InvalidFrameException, InvalidUTF8Exception, MessageTooBigException)
from pywebsocket3._frames import _read_frame
from pywebsocket3._stream import HostStream
from pywebsocket3.stream import Stream, StreamOptions


class LiveStream(Stream, HostStream):
    """A Stream as pywebsocket has it, with the bounds and the strictness towards clients that the gateway has.

    A HostStream becomes one by ``take_over`` and stays one; what other threads are in the midst of goes on.
    """

    def take_over(self, options):
        """Give this object, of which a HostStream has been so far, what a stream of frames needs.

        ``options`` None stands for those that go on where the host has begun. The host's own methods go on to work
        until the caller changes the class: other threads may be sending.
        """
        request = self._request
        raw = self._session.raw()
        if options is None:
            options = StreamOptions()
            if raw.inflates():
                from pywebsocket3 import extensions
                extensions.continue_deflate(request.ws_extensions[0], options, raw)
        options._limit = request._limit
        self._received = 0
        Stream._begin(self, options)
        self._writer._opcode = self._open_kind
        request._raw = raw
        self.__class__ = LiveStream

    def _receive_frame(self):
        return _read_frame(self.receive_bytes, self._options.unmask_receive, self._judge)

    def _judge(self, length, shortest):
        if not shortest:
            raise InvalidFrameException(f'The payload length {length} is not in its shortest form')
        if length > self._request._limit:
            self._fail_too_big()

    def _get_message_from_frame(self, frame):
        if not common.is_control_opcode(frame.opcode):
            self._received += len(frame.payload)
            if self._received > self._request._limit:
                self._fail_too_big()
            if frame.fin:
                self._received = 0
        return super()._get_message_from_frame(frame)

    def receive_message(self):
        try:
            return super().receive_message()
        except MessageTooBigException:
            self._fail_too_big()

    def _fail_too_big(self):
        self.close_connection(common.STATUS_MESSAGE_TOO_BIG, wait_response=False)
        raise ConnectionTerminatedException(f'The message is longer than {self._request._limit} bytes')

    def _process_close_message(self, message):
        if len(message) > 1:
            code = int.from_bytes(message[:2], 'big')
            if not (1000 <= code <= 1003 or 1007 <= code <= 1014 or 3000 <= code <= 4999):
                raise InvalidFrameException(f'Close code {code} must not be sent')
            try:
                reason = message[2:].decode('utf-8')
            except UnicodeDecodeError as e:
                raise InvalidUTF8Exception(e) from e
            self._session.peerClosed(code, reason)
        super()._process_close_message(message)

    def _passive_close(self):
        return self._close_answer()

    def _send_closing_handshake(self, code, reason):
        super()._send_closing_handshake(code, reason)
        self._request._raw.closing()
