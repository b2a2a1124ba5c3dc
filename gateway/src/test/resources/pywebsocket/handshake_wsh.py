# Answers the handshake as the query says, which names one of the functions below.
import time
import urllib

from mod_pywebsocket import common, handshake
from mod_pywebsocket.handshake import hybi
from mod_pywebsocket import stream


def own_response(request):
    request.connection.write(b'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm="camelot"\r\n\r\n')
    raise handshake.AbortedByUserException('answered')


def half_a_head(request):
    request.connection.write(b'HTTP/1.1 101 Switching')
    time.sleep(0.05)
    request.connection.write(b' Protocols\nUpgrade: web\0socket')
    raise handshake.AbortedByUserException('answered')


def junk_first(request):
    request.connection.write(b'\0\xffjunk\r\n')


def two_answers(request):
    request.connection.write(
        b'HTTP/1.1 101 First\r\nSec-WebSocket-Accept: %s\r\n\r\n' % hybi.compute_accept_from_unicode(
            request.headers_in[common.SEC_WEBSOCKET_KEY_HEADER]))


def close_before_the_answer(request):
    frame = stream.create_close_frame(stream.create_closing_handshake_body(1001, 'PASS'))
    request.connection.write(b'HTTP/1.1 101 X\r\n\r\n' + frame)
    answer = request.connection.read(len(frame) + 4)
    request.connection.write(b'read %d' % len(answer))
    raise handshake.AbortedByUserException('done')


def junk_and_refuse(request):
    request.connection.write(b'junk')
    raise handshake.HandshakeException('no', common.HTTP_STATUS_NOT_FOUND)


def text_instead_of_bytes(request):
    request.connection.write('HTTP/1.1 101 X\r\n\r\n')


def refuse(request):
    raise handshake.HandshakeException('no', 418)


def refuse_somehow(request):
    raise handshake.HandshakeException('no')


def fail(request):
    raise KeyError('no')


def abort(request):
    raise handshake.AbortedByUserException('no')


def another_version(request):
    raise handshake.VersionException('no', '13, 8')


def odd_protocol(request):
    request.ws_protocol = 'a b'


def unasked_protocol(request):
    request.ws_protocol = 'c'


def second_protocol(request):
    request.ws_protocol = request.ws_requested_protocols[1]


def no_protocol(request):
    pass


def headers(request):
    request.extra_headers.append(('Set-Cookie', 'a=1; Path=/'))
    request.extra_headers.append(('Set-Cookie', 'b=2'))
    request.extra_headers.append(('X-Empty', ''))
    request.extra_headers.append(('X-Number', 7))


def line_breaks(request):
    request.extra_headers.append(('X-Long', 'a\r\n b'))
    request.extra_headers.append(('X-Cut', 'c\r\nX-More: d'))


def own_extensions(request):
    request.extra_headers.append(('Sec-WebSocket-Extensions', 'permessage-deflate'))


def slow(request):
    time.sleep(0.3)


def web_socket_do_extra_handshake(request):
    globals()[urllib.parse.urlsplit(request.ws_resource).query](request)


def web_socket_transfer_data(request):
    request.ws_stream.send_message('open')
