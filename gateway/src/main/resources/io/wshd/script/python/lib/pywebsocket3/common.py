"""Constants of the protocol, and the syntax of the Sec-WebSocket-Extensions header."""

# A level of Python's logging, below DEBUG.
LOGLEVEL_FINE = 9

VERSION_HYBI13 = 13
VERSION_HYBI14 = 13
VERSION_HYBI15 = 13
VERSION_HYBI16 = 13
VERSION_HYBI17 = 13
VERSION_HYBI_LATEST = VERSION_HYBI13

DEFAULT_WEB_SOCKET_PORT = 80
DEFAULT_WEB_SOCKET_SECURE_PORT = 443
WEB_SOCKET_SCHEME = 'ws'
WEB_SOCKET_SECURE_SCHEME = 'wss'

# RFC 6455 section 5.2.
OPCODE_CONTINUATION = 0x0
OPCODE_TEXT = 0x1
OPCODE_BINARY = 0x2
OPCODE_CLOSE = 0x8
OPCODE_PING = 0x9
OPCODE_PONG = 0xa

# RFC 6455 section 1.3.
WEBSOCKET_ACCEPT_UUID = b'258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

UPGRADE_HEADER = 'Upgrade'
CONNECTION_HEADER = 'Connection'
WEBSOCKET_UPGRADE_TYPE = 'websocket'
UPGRADE_CONNECTION_TYPE = 'Upgrade'
HOST_HEADER = 'Host'
ORIGIN_HEADER = 'Origin'
SEC_WEBSOCKET_KEY_HEADER = 'Sec-WebSocket-Key'
SEC_WEBSOCKET_ACCEPT_HEADER = 'Sec-WebSocket-Accept'
SEC_WEBSOCKET_VERSION_HEADER = 'Sec-WebSocket-Version'
SEC_WEBSOCKET_PROTOCOL_HEADER = 'Sec-WebSocket-Protocol'
SEC_WEBSOCKET_EXTENSIONS_HEADER = 'Sec-WebSocket-Extensions'

PERMESSAGE_DEFLATE_EXTENSION = 'permessage-deflate'

# RFC 6455 section 7.4.1.
STATUS_NORMAL_CLOSURE = 1000
STATUS_GOING_AWAY = 1001
STATUS_PROTOCOL_ERROR = 1002
STATUS_UNSUPPORTED_DATA = 1003
STATUS_NO_STATUS_RECEIVED = 1005
STATUS_ABNORMAL_CLOSURE = 1006
STATUS_INVALID_FRAME_PAYLOAD_DATA = 1007
STATUS_POLICY_VIOLATION = 1008
STATUS_MESSAGE_TOO_BIG = 1009
STATUS_MANDATORY_EXTENSION = 1010
STATUS_INTERNAL_ENDPOINT_ERROR = 1011
STATUS_TLS_HANDSHAKE = 1015
STATUS_USER_REGISTERED_BASE = 3000
STATUS_USER_REGISTERED_MAX = 3999
STATUS_USER_PRIVATE_BASE = 4000
STATUS_USER_PRIVATE_MAX = 4999
# Names of older versions.
STATUS_NORMAL = STATUS_NORMAL_CLOSURE
STATUS_UNSUPPORTED = STATUS_UNSUPPORTED_DATA
STATUS_CODE_NOT_AVAILABLE = STATUS_NO_STATUS_RECEIVED
STATUS_ABNORMAL_CLOSE = STATUS_ABNORMAL_CLOSURE
STATUS_INVALID_FRAME_PAYLOAD = STATUS_INVALID_FRAME_PAYLOAD_DATA
STATUS_MANDATORY_EXT = STATUS_MANDATORY_EXTENSION

HTTP_STATUS_BAD_REQUEST = 400
HTTP_STATUS_FORBIDDEN = 403
HTTP_STATUS_NOT_FOUND = 404


def is_control_opcode(opcode):
    """Whether frames of this opcode are control frames: Close, Ping, Pong and the reserved 0xb to 0xf."""
    return opcode >> 3 == 1


class ExtensionParsingException(Exception):
    """A Sec-WebSocket-Extensions header that does not follow RFC 6455 section 9.1."""


class ExtensionParameter:
    """One extension of a Sec-WebSocket-Extensions header: its name, and its parameters in order."""

    def __init__(self, name):
        self._name = name
        self._parameters = []

    def name(self):
        """The extension's name."""
        return self._name

    def add_parameter(self, name, value):
        """Append a parameter; ``value`` None is one without a value."""
        self._parameters.append((name, value))

    def get_parameters(self):
        """The (name, value) pairs in order."""
        return self._parameters

    def get_parameter_names(self):
        """The names of the parameters in order."""
        return [name for name, _ in self._parameters]

    def has_parameter(self, name):
        """Whether a parameter of this name is there."""
        return any(key == name for key, _ in self._parameters)

    def get_parameter_value(self, name):
        """The value of the first parameter of this name, or None."""
        for key, value in self._parameters:
            if key == name:
                return value
        return None


def parse_extensions(data):
    """Read the value of a Sec-WebSocket-Extensions header into a list of ExtensionParameter.

    Empty elements of the list are passed over. Raises ExtensionParsingException when the value does not follow
    RFC 6455 section 9.1.
    """
    from pywebsocket3 import http_header_util as syntax
    state = syntax.ParsingState(data)
    extensions = []
    while True:
        syntax.consume_lwses(state)
        extension = _parse_extension(syntax, state)
        if extension is not None:
            extensions.append(extension)
        syntax.consume_lwses(state)
        found = syntax.peek(state)
        if found is None:
            break
        if not syntax.consume_string(state, ','):
            raise ExtensionParsingException(
                f'Failed to parse Sec-WebSocket-Extensions header: Expected a comma but found {found!r}')
    if not extensions:
        raise ExtensionParsingException('No valid extension entry found')
    return extensions


def _parse_extension(syntax, state):
    name = syntax.consume_token(state)
    if name is None:
        return None
    extension = ExtensionParameter(name)
    while True:
        syntax.consume_lwses(state)
        if not syntax.consume_string(state, ';'):
            return extension
        syntax.consume_lwses(state)
        try:
            extension.add_parameter(*_parse_parameter(syntax, state))
        except ExtensionParsingException as e:
            raise ExtensionParsingException(f'Failed to parse parameter for {name!r} ({e!r})') from e


def _parse_parameter(syntax, state):
    name = syntax.consume_token(state)
    if name is None:
        raise ExtensionParsingException('No valid parameter name found')
    syntax.consume_lwses(state)
    if not syntax.consume_string(state, '='):
        return name, None
    syntax.consume_lwses(state)
    value = syntax.consume_token_or_quoted_string(state)
    if value is None:
        raise ExtensionParsingException(
            f'No valid parameter value found on the right-hand side of parameter {name!r}')
    return name, value


def format_extension(extension):
    """An ExtensionParameter as text of the header, values quoted where they must be."""
    from pywebsocket3.http_header_util import quote_if_necessary
    parts = [extension.name()]
    for name, value in extension.get_parameters():
        parts.append(name if value is None else f'{name}={quote_if_necessary(value)}')
    return '; '.join(parts)


def format_extensions(extension_list):
    """A list of ExtensionParameter as value of the header."""
    return ', '.join([format_extension(extension) for extension in extension_list])
