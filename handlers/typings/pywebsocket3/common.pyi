"""Constants of the protocol, and the syntax of the Sec-WebSocket-Extensions header."""

from typing import Any

LOGLEVEL_FINE: int
VERSION_HYBI13: int
VERSION_HYBI14: int
VERSION_HYBI15: int
VERSION_HYBI16: int
VERSION_HYBI17: int
VERSION_HYBI_LATEST: Any
DEFAULT_WEB_SOCKET_PORT: int
DEFAULT_WEB_SOCKET_SECURE_PORT: int
WEB_SOCKET_SCHEME: str
WEB_SOCKET_SECURE_SCHEME: str
OPCODE_CONTINUATION: int
OPCODE_TEXT: int
OPCODE_BINARY: int
OPCODE_CLOSE: int
OPCODE_PING: int
OPCODE_PONG: int
WEBSOCKET_ACCEPT_UUID: bytes
UPGRADE_HEADER: str
CONNECTION_HEADER: str
WEBSOCKET_UPGRADE_TYPE: str
UPGRADE_CONNECTION_TYPE: str
HOST_HEADER: str
ORIGIN_HEADER: str
SEC_WEBSOCKET_KEY_HEADER: str
SEC_WEBSOCKET_ACCEPT_HEADER: str
SEC_WEBSOCKET_VERSION_HEADER: str
SEC_WEBSOCKET_PROTOCOL_HEADER: str
SEC_WEBSOCKET_EXTENSIONS_HEADER: str
PERMESSAGE_DEFLATE_EXTENSION: str
STATUS_NORMAL_CLOSURE: int
STATUS_GOING_AWAY: int
STATUS_PROTOCOL_ERROR: int
STATUS_UNSUPPORTED_DATA: int
STATUS_NO_STATUS_RECEIVED: int
STATUS_ABNORMAL_CLOSURE: int
STATUS_INVALID_FRAME_PAYLOAD_DATA: int
STATUS_POLICY_VIOLATION: int
STATUS_MESSAGE_TOO_BIG: int
STATUS_MANDATORY_EXTENSION: int
STATUS_INTERNAL_ENDPOINT_ERROR: int
STATUS_TLS_HANDSHAKE: int
STATUS_USER_REGISTERED_BASE: int
STATUS_USER_REGISTERED_MAX: int
STATUS_USER_PRIVATE_BASE: int
STATUS_USER_PRIVATE_MAX: int
STATUS_NORMAL: int
STATUS_UNSUPPORTED: int
STATUS_CODE_NOT_AVAILABLE: int
STATUS_ABNORMAL_CLOSE: int
STATUS_INVALID_FRAME_PAYLOAD: int
STATUS_MANDATORY_EXT: int
HTTP_STATUS_BAD_REQUEST: int
HTTP_STATUS_FORBIDDEN: int
HTTP_STATUS_NOT_FOUND: int

def is_control_opcode(opcode) -> Any:
    """Whether frames of this opcode are control frames: Close, Ping, Pong and the reserved 0xb to 0xf."""
    ...

class ExtensionParsingException(Exception):
    """A Sec-WebSocket-Extensions header that does not follow RFC 6455 section 9.1."""

class ExtensionParameter:
    """One extension of a Sec-WebSocket-Extensions header: its name, and its parameters in order."""
    def __init__(self, name) -> None: ...
    def name(self) -> Any:
        """The extension's name."""
        ...
    def add_parameter(self, name, value) -> None:
        """Append a parameter; ``value`` None is one without a value."""
        ...
    def get_parameters(self) -> Any:
        """The (name, value) pairs in order."""
        ...
    def get_parameter_names(self) -> list[Any]:
        """The names of the parameters in order."""
        ...
    def has_parameter(self, name) -> Any:
        """Whether a parameter of this name is there."""
        ...
    def get_parameter_value(self, name) -> Any:
        """The value of the first parameter of this name, or None."""
        ...

def parse_extensions(data) -> Any:
    """Read the value of a Sec-WebSocket-Extensions header into a list of ExtensionParameter.

    Empty elements of the list are passed over. Raises ExtensionParsingException when the value does not follow
    RFC 6455 section 9.1."""
    ...

def format_extension(extension) -> Any:
    """An ExtensionParameter as text of the header, values quoted where they must be."""
    ...

def format_extensions(extension_list) -> Any:
    """A list of ExtensionParameter as value of the header."""
    ...
