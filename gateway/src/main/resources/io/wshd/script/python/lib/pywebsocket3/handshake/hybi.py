"""The opening handshake of RFC 6455: the key's answer, and checks of the request."""

from pywebsocket3 import common
from pywebsocket3._errors import HandshakeException, VersionException
from pywebsocket3.handshake.base import (
    check_request_line, format_header, get_mandatory_header, parse_token_list, validate_mandatory_header,
    validate_subprotocol)

__all__ = (
    'HandshakeException', 'VersionException', 'check_request_line', 'compute_accept',
    'compute_accept_from_unicode', 'format_header', 'get_mandatory_header', 'parse_token_list',
    'validate_mandatory_header', 'validate_subprotocol')


def compute_accept(key):
    """The answer to a Sec-WebSocket-Key, given as bytes: (base64 as bytes, the 20 raw bytes)."""
    from binascii import b2a_base64
    from hashlib import sha1
    digest = sha1(key + common.WEBSOCKET_ACCEPT_UUID).digest()
    return b2a_base64(digest, newline=False), digest


def compute_accept_from_unicode(unicode_key):
    """As ``compute_accept`` for a key given as str."""
    return compute_accept(unicode_key.encode('utf-8'))
