"""The exceptions of the API, apart from everything else so that the gateway's glue loads nothing more."""


class ConnectionTerminatedException(Exception):
    """The connection is gone: the client left without a Close frame, or a send found nobody there."""


class ConnectionLostException(ConnectionTerminatedException, BrokenPipeError):
    """Nobody is there to be written to. Also what the socket module would raise, which scripts may expect."""


class MessageTooBigException(Exception):
    """A message grows beyond what the gateway takes; it closes with 1009."""


class InvalidFrameException(ConnectionTerminatedException):
    """The client sent bytes that are no valid frame. Raised by a handler, it closes with 1002."""


class BadOperationException(Exception):
    """The handler asked for what the state or the arguments do not allow. Uncaught, it closes with 1011."""


class UnsupportedFrameException(Exception):
    """A frame that is valid but means something unknown here. Raised by a handler, it closes with 1003."""


class InvalidUTF8Exception(Exception):
    """A text that is not UTF-8. Raised by a handler, it closes with 1007."""


class AbortedByUserException(Exception):
    """Raised by a handler to end the connection at once, without any more bytes to the client."""


class HandshakeException(Exception):
    """Raised by web_socket_do_extra_handshake to refuse the client.

    ``status`` is the HTTP status of the answer; None means 403. The message goes to the log, never to the client.
    """

    def __init__(self, name, status=None):
        super().__init__(name)
        self.status = status


class VersionException(Exception):
    """The client speaks a WebSocket version that is not spoken here; it is answered with status 426."""

    def __init__(self, name, supported_versions=''):
        super().__init__(name)
        self.supported_versions = supported_versions
