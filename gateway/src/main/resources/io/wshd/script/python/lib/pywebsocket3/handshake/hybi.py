"""The opening handshake of RFC 6455: the key's answer, checks of the request, and the whole of it.

The gateway shakes hands itself; Handshaker is for programs that have a connection of their own.
"""

from pywebsocket3 import common
from pywebsocket3._errors import HandshakeException, VersionException
from pywebsocket3.handshake.base import (
    check_request_line, format_header, get_mandatory_header, parse_token_list, validate_mandatory_header,
    validate_subprotocol)

__all__ = (
    'HandshakeException', 'Handshaker', 'VersionException', 'check_request_line', 'compute_accept',
    'compute_accept_from_unicode', 'format_header', 'get_mandatory_header', 'parse_token_list',
    'validate_mandatory_header', 'validate_subprotocol')


def compute_accept(key):
    """The answer to a Sec-WebSocket-Key, both as bytes."""
    from binascii import b2a_base64
    from hashlib import sha1
    return b2a_base64(sha1(key + common.WEBSOCKET_ACCEPT_UUID).digest(), newline=False)


def compute_accept_from_unicode(unicode_key):
    """As ``compute_accept``, still as bytes, for a key given as str."""
    return compute_accept(unicode_key.encode('utf-8'))


class Handshaker:
    """The opening handshake over ``request.connection``, with the hook of a dispatch.Dispatcher in its middle."""

    def __init__(self, request, dispatcher):
        self._request = request
        self._dispatcher = dispatcher

    def do_handshake(self):
        """Check the request, run do_extra_handshake, and write the answer.

        The request has its ``ws_`` attributes then. Raises HandshakeException with the status of a refusal,
        VersionException for another version than 13, and what the hook raises.
        """
        request = self._request
        try:
            self._check_request()
            request.ws_version = self._version()
            request.ws_resource = request.uri
            request.ws_origin = request.headers_in.get(common.ORIGIN_HEADER)
            request.ws_protocol = None
            request.ws_requested_protocols = self._list(common.SEC_WEBSOCKET_PROTOCOL_HEADER, parse_token_list)
            request.ws_requested_extensions = self._list(
                common.SEC_WEBSOCKET_EXTENSIONS_HEADER, common.parse_extensions)
            accept = compute_accept_from_unicode(self._key())
            self._offer_processors()
            request.extra_headers = []
            request.ws_close_code = request.ws_close_reason = None
            self._dispatcher.do_extra_handshake(request)
            self._settle_extensions()
            self._check_protocol()
            request.connection.write(self._answer(accept).encode('utf-8'))
        except common.ExtensionParsingException as e:
            raise HandshakeException(
                f'Failed to parse Sec-WebSocket-Extensions header: {e!r}', common.HTTP_STATUS_BAD_REQUEST) from e
        except HandshakeException as e:
            e.status = e.status or common.HTTP_STATUS_BAD_REQUEST
            raise

    def _check_request(self):
        request = self._request
        check_request_line(request)
        validate_mandatory_header(request, common.UPGRADE_HEADER, common.WEBSOCKET_UPGRADE_TYPE)
        tokens = parse_token_list(get_mandatory_header(request, common.CONNECTION_HEADER))
        if common.UPGRADE_CONNECTION_TYPE.lower() not in [token.lower() for token in tokens]:
            raise HandshakeException(f'Connection header does not contain Upgrade: {tokens!r}')
        get_mandatory_header(request, common.HOST_HEADER)

    def _version(self):
        name = common.SEC_WEBSOCKET_VERSION_HEADER
        version = get_mandatory_header(self._request, name)
        if version == str(common.VERSION_HYBI_LATEST):
            return common.VERSION_HYBI_LATEST
        if ',' in version:
            raise HandshakeException(
                f'Multiple versions ({version!r}) are not allowed for header {name}', common.HTTP_STATUS_BAD_REQUEST)
        raise VersionException(
            f'Unsupported version {version!r} for header {name}', supported_versions=str(common.VERSION_HYBI_LATEST))

    def _key(self):
        from base64 import b64decode, b64encode
        key = get_mandatory_header(self._request, common.SEC_WEBSOCKET_KEY_HEADER)
        try:
            nonce = b64decode(key, validate=True)
        except ValueError:
            nonce = b''
        if len(nonce) != 16 or b64encode(nonce).decode('ascii') != key:
            raise HandshakeException(
                f'Illegal value for header {common.SEC_WEBSOCKET_KEY_HEADER}: {key!r}', common.HTTP_STATUS_BAD_REQUEST)
        return key

    def _list(self, header, parse):
        value = self._request.headers_in.get(header)
        return None if value is None else parse(value)

    def _offer_processors(self):
        self._request.ws_extension_processors = []
        if self._request.ws_requested_extensions:
            from pywebsocket3 import extensions
            self._request.ws_extension_processors = extensions.get_extension_processors(
                self._request.ws_requested_extensions)

    def _settle_extensions(self):
        from pywebsocket3 import extensions, stream
        request = self._request
        options = stream.StreamOptions()
        request.ws_extensions = extensions.negotiate(request.ws_extension_processors, options) or None
        request.ws_stream = stream.Stream(request, options)

    def _check_protocol(self):
        protocol = self._request.ws_protocol
        if self._request.ws_requested_protocols is None:
            if protocol is not None:
                raise HandshakeException(
                    'ws_protocol must be None when the client did not request any subprotocol')
        elif protocol is None:
            raise HandshakeException(
                'do_extra_handshake must choose one subprotocol from ws_requested_protocols and set it to ws_protocol')
        else:
            validate_subprotocol(protocol)

    def _answer(self, accept):
        request = self._request
        headers = [(common.UPGRADE_HEADER, common.WEBSOCKET_UPGRADE_TYPE),
                   (common.CONNECTION_HEADER, common.UPGRADE_CONNECTION_TYPE),
                   (common.SEC_WEBSOCKET_ACCEPT_HEADER, accept.decode('ascii'))]
        if request.ws_protocol is not None:
            headers.append((common.SEC_WEBSOCKET_PROTOCOL_HEADER, request.ws_protocol))
        if request.ws_extensions:
            headers.append((common.SEC_WEBSOCKET_EXTENSIONS_HEADER, common.format_extensions(request.ws_extensions)))
        headers += request.extra_headers
        lines = [format_header(name, value) for name, value in headers]
        return 'HTTP/1.1 101 Switching Protocols\r\n' + ''.join(lines) + '\r\n'
