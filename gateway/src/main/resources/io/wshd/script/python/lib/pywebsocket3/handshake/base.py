"""Checks and formats that parts of the opening handshake have in common."""

from pywebsocket3 import common
from pywebsocket3._errors import AbortedByUserException, HandshakeException, VersionException

__all__ = (
    'AbortedByUserException', 'HandshakeException', 'VersionException', 'check_request_line', 'format_header',
    'get_default_port', 'get_mandatory_header', 'parse_host_header', 'parse_token_list',
    'validate_mandatory_header', 'validate_subprotocol')


def get_default_port(is_secure):
    """443 for wss, 80 for ws."""
    return common.DEFAULT_WEB_SOCKET_SECURE_PORT if is_secure else common.DEFAULT_WEB_SOCKET_PORT


def validate_subprotocol(subprotocol):
    """Raise HandshakeException unless the subprotocol is a token (RFC 6455 section 4.1)."""
    from pywebsocket3 import http_header_util
    if not subprotocol:
        raise HandshakeException('Invalid subprotocol name: empty')
    state = http_header_util.ParsingState(subprotocol)
    token = http_header_util.consume_token(state)
    rest = http_header_util.peek(state)
    if token is None or rest is not None:
        raise HandshakeException(f'Invalid non-token string in subprotocol name: {rest!r}')


def parse_host_header(request):
    """The Host header as (host, port), the port being the scheme's default when absent.

    Raises HandshakeException for a port that is no number.
    """
    host = get_mandatory_header(request, common.HOST_HEADER)
    name, colon, port = host.rpartition(':')
    if not colon or ']' in port:
        return host, get_default_port(request.is_https())
    if not (port.isascii() and port.isdigit()):
        raise HandshakeException('Invalid port number format in the Host header')
    return name, int(port)


def get_mandatory_header(request, key):
    """The value of a header of the request; raises HandshakeException with status 400 when it is absent."""
    value = request.headers_in.get(key)
    if value is None:
        raise HandshakeException(f'Header {key} is not defined', common.HTTP_STATUS_BAD_REQUEST)
    return value


def validate_mandatory_header(request, key, expected_value, fail_status=None):
    """Raise HandshakeException unless the header is there and has the value, in any case of letters."""
    value = get_mandatory_header(request, key)
    if value.lower() != expected_value.lower():
        raise HandshakeException(
            f'Expected {expected_value!r} for header {key} but found {value!r} (case-insensitive)', fail_status)


def check_request_line(request):
    """Raise HandshakeException unless method and version are those of RFC 6455 section 4.1: GET and HTTP/1.1."""
    if request.method != 'GET':
        raise HandshakeException(f'Method is not GET: {request.method!r}')
    if request.protocol != 'HTTP/1.1':
        raise HandshakeException(f'Version is not HTTP/1.1: {request.protocol!r}')


def parse_token_list(data):
    """The tokens of a comma-separated list; raises HandshakeException when it is none."""
    from pywebsocket3 import http_header_util as syntax
    state = syntax.ParsingState(data)
    tokens = []
    while True:
        syntax.consume_lwses(state)
        token = syntax.consume_token(state)
        if token is not None:
            tokens.append(token)
        syntax.consume_lwses(state)
        if syntax.peek(state) is None:
            break
        if not syntax.consume_string(state, ','):
            raise HandshakeException(f'Expected a comma but found {syntax.peek(state)!r}')
    if not tokens:
        raise HandshakeException('No valid token found')
    return tokens


def format_header(name, value):
    """A header line with its line end."""
    return f'{name}: {value}\r\n'
