"""What the gateway offers to handler scripts beside their connections.

import wshd

wshd.log.info('somebody is here')
wshd.broadcast('to all who are connected to this script')

Request is for annotations: a handler's ``request: 'wshd.Request'`` lets editors complete what stands behind the dot.
"""

from typing import Any

from pywebsocket3.common import ExtensionParameter
from pywebsocket3.extensions import ExtensionProcessorInterface
from pywebsocket3.stream import Stream

class Connection:
    """An open connection of this script, whatever version of the script serves it."""
    @property
    def id(self) -> int:
        """A number that no other connection has; the log shows it."""
        ...
    @property
    def resource(self) -> str:
        """Path and query that the client asked for."""
        ...
    @property
    def remote_addr(self) -> tuple[str, int]:
        """The client's (host, port)."""
        ...
    @property
    def since(self) -> float:
        """When it was opened, in seconds since 1970."""
        ...
    @property
    def is_open(self) -> bool:
        """Whether messages can still be sent."""
        ...
    def send(self, message: str | bytes) -> bool:
        """Send a str or bytes without waiting for the client; whether it is sent, or waits to be.

        A client for which more waits than scripts.send-backlog allows is closed with 1013."""
        ...
    def close(self, code: int = 1000, reason: str = '') -> None:
        """Have the connection closed; its handler sees the end. Raises ValueError for what cannot be sent."""
        ...

def connections() -> list[Connection]:
    """The open connections of this script, the oldest first, in a list of Connection."""
    ...

def broadcast(message: str | bytes) -> int:
    """Send a str or bytes to all open connections of this script, without waiting for any; returns to how many."""
    ...
log: Log
config: Config

class Log:
    """The gateway's log, with the script's name and the connection's number."""
    def debug(self, message: object, *args: object) -> None:
        """Write a line that is seen only with --log-level debug; ``args`` are put into ``message`` as with %."""
        ...
    def info(self, message: object, *args: object) -> None:
        """Write a line; ``args`` are put into ``message`` as with %."""
        ...
    def warning(self, message: object, *args: object) -> None:
        """Write a warning; ``args`` are put into ``message`` as with %."""
        ...
    def error(self, message: object, *args: object) -> None:
        """Write an error; ``args`` are put into ``message`` as with %."""
        ...
    def exception(self, message: object, *args: object) -> None:
        """Write an error with the traceback of the exception that is being handled."""
        ...
    warn = warning

class Config:
    """What the configuration says to scripts of this interpreter."""
    @property
    def script(self) -> str:
        """The script's name: handlers/chat_wsh.py."""
        ...
    @property
    def interpreter(self) -> str:
        """The interpreter's name in the configuration."""
        ...
    @property
    def arguments(self) -> tuple[str, ...]:
        """interpreters.NAME.arguments, a tuple of str."""
        ...
    @property
    def environment(self) -> dict[str, str]:
        """interpreters.NAME.environment, a dict of str."""
        ...

class Headers:
    """The request's header fields, looked up by name in any case; in no particular order.

    As with the message object that pywebsocket gives to handlers, ``headers[name]`` of an absent field is None,
    a field sent several times gives its first value, and ``get_all`` gives them all."""
    def __getitem__(self, name: str) -> str | None: ...
    def __contains__(self, name: str) -> bool: ...
    def get(self, name: str, default: Any = None) -> Any:
        """The first value of the field, or ``default``."""
        ...
    def get_all(self, name: str, default: Any = None) -> Any:
        """The values of every line of the field in a list, or ``default`` when there is none."""
        ...
    def keys(self) -> list[str]:
        """The names of the fields as sent, one for each line."""
        ...
    def values(self) -> list[str]:
        """The values of the fields, one for each line."""
        ...
    def items(self) -> list[tuple[str, str]]:
        """The pairs of name and value, one for each line."""
        ...

class ClientConnection:
    """The connection to the client: its two addresses, and its bytes.

    The first call of ``read`` or ``write`` makes the connection one of raw bytes: nothing is sent on the handler's
    behalf any more but the answer to the handshake, if that has not been sent, and what ``request.ws_stream`` is
    asked for."""
    def write(self, data: bytes) -> int:
        """Write bytes as they are, and return how many; waits while the client is slow to read.

        Raises TypeError for a str, and ConnectionLostException, which is an OSError, when the client has gone."""
        ...
    def read(self, length: int = -1) -> bytes:
        """Wait for bytes and return those that are there, at most ``length``; none at the end of the connection.

        As with a socket, fewer may come than were asked for: ``ws_stream.receive_bytes`` waits for all of them.
        Without a length, everything up to the end."""
        ...
    def readline(self) -> bytes:
        """Wait for bytes up to and with a line feed and return them."""
        ...
    def get_memorized_lines(self) -> list[bytes]:
        """The lines of the request's head, with their ends."""
        ...
    @property
    def remote_addr(self) -> tuple[str, int]:
        """The client's (host, port)."""
        ...
    @property
    def remote_ip(self) -> str:
        """The client's address without the port."""
        ...
    @property
    def local_addr(self) -> tuple[str, int]:
        """The gateway's (host, port)."""
        ...
    def get_remote_addr(self) -> tuple[str, int]:
        """The client's (host, port)."""
        ...
    def get_local_addr(self) -> tuple[str, int]:
        """The gateway's (host, port)."""
        ...

class Request:
    """One client's handshake and connection. Handlers may set attributes of their own on it.

    ws_resource: path and query that the client asked for.
    ws_origin: the Origin header or None.
    ws_version: 13.
    ws_requested_protocols: list of the subprotocols that the client offers, in its order, or None.
    ws_protocol: set it in web_socket_do_extra_handshake to the one chosen.
    ws_requested_extensions: list of common.ExtensionParameter, or None.
    ws_extension_processors: list of the processors for them; in web_socket_do_extra_handshake it may be changed.
    ws_extensions: list of the common.ExtensionParameter that the answer has, or None.
    ws_close_code, ws_close_reason: what the client's Close said; 1005 when it was empty, 1006 when none came.
    client_terminated: the client's Close has been received.
    server_terminated: the server's Close has been sent; a handler that sets it keeps the server from sending one.
    extra_headers: list of (name, value) that the answer to the handshake carries.
    headers_in: the request's header fields, by name in any case.
    connection: the two addresses, and raw bytes.
    ws_stream: the messages and frames, in web_socket_transfer_data; see stream.Stream."""
    ws_resource: str
    ws_origin: str | None
    ws_version: int
    ws_deflate: bool
    ws_requested_protocols: list[str] | None
    ws_protocol: str | None
    ws_requested_extensions: list[ExtensionParameter] | None
    ws_extension_processors: list[ExtensionProcessorInterface | None]
    ws_extensions: list[ExtensionParameter] | None
    ws_close_code: int | None
    ws_close_reason: str | None
    ws_stream: Stream
    client_terminated: bool
    server_terminated: bool
    extra_headers: list[tuple[str, str]]
    headers_in: Headers
    headers_out: dict[str, str]
    connection: ClientConnection
    status: int
    uri: str
    unparsed_uri: str
    method: str
    protocol: str
    def __getattr__(self, name: str) -> Any:
        """What the handler has set itself."""
        ...
    def __setattr__(self, name: str, value: Any) -> None: ...
    def is_https(self) -> bool:
        """Whether the client came over TLS."""
        ...
    def get_uri(self) -> str:
        """Path and query that the client asked for."""
        ...
    def get_method(self) -> str:
        """The HTTP method: GET."""
        ...
    def get_protocol(self) -> str:
        """The HTTP version, such as HTTP/1.1."""
        ...
    def get_remote_host(self) -> str:
        """The client's address; names are not looked up."""
        ...
    def log_error(self, message: object, level: Any = None) -> None:
        """Write the message to the gateway's log as an error; ``level`` is taken for compatibility only."""
        ...
