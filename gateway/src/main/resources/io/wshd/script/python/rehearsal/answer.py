"""A handler that writes the answer and frames itself."""

from pywebsocket3 import handshake, stream
from pywebsocket3.handshake import hybi


def web_socket_do_extra_handshake(request):
    accept = hybi.compute_accept_from_unicode(request.headers_in['Sec-WebSocket-Key'])
    request.connection.write(b'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
                             b'Sec-WebSocket-Accept: ' + accept + b'\r\n\r\n')
    request.connection.read(11)
    request.connection.write(stream.create_text_frame('hello'))
    raise handshake.AbortedByUserException('all is said')


def web_socket_transfer_data(request):
    pass
