# Counts a client's visits in a cookie and tells what it came with. ?none is refused with a status of its own.
from six.moves import urllib
from mod_pywebsocket import common, handshake, msgutil


def web_socket_do_extra_handshake(request):
    query = urllib.parse.urlparse(request.ws_resource).query
    if query == 'none':
        raise handshake.HandshakeException('No cookies here', common.HTTP_STATUS_NOT_FOUND)
    request.cookie = request.headers_in.get('Cookie', '')
    visits = int(request.cookie.rpartition('=')[2] or 0) + 1
    request.extra_headers.append(('Set-Cookie', 'visits=%d; Path=/' % visits))
    request.extra_headers.append(('Set-Cookie', 'last=%s' % query))


def web_socket_transfer_data(request):
    msgutil.send_message(request, request.cookie)
