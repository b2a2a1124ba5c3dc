"""The answer to a handshake in a script's own ways: with extensions that it has looked at, byte for byte."""

from pywebsocket3 import common, extensions, stream


def prepare(outcome, connection, touched):
    """Settle which extensions the connection has, and who compresses.

    The host does, unless the script frames its messages itself or has processors of extensions of its own mind:
    then its side does all of it.
    """
    request = outcome.request
    if not outcome.frames and not touched:
        request._agreed = connection.extensions()
        return
    outcome.deflate = False
    options = stream.StreamOptions()
    options._limit = request._limit
    accepted = extensions.negotiate(request.ws_extension_processors, options)
    request.ws_extensions = accepted or None
    request._agreed = common.format_extensions(accepted)
    if accepted:
        outcome.frames = True
    if outcome.frames:
        outcome.options = options


def head(outcome, connection):
    """The answer's bytes."""
    request = outcome.request
    lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade',
             f'Sec-WebSocket-Accept: {connection.accept()}']
    if outcome.protocol:
        lines.append(f'Sec-WebSocket-Protocol: {outcome.protocol}')
    if request._agreed:
        lines.append(f'Sec-WebSocket-Extensions: {request._agreed}')
    for name, value in request.extra_headers:
        lines.append(f'{name}: {value}')
    return ('\r\n'.join(lines) + '\r\n\r\n').encode('utf-8')
