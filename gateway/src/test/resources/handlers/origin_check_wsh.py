# Serves pages of one origin only; any exception in the handshake refuses the client with 403.
from mod_pywebsocket import msgutil

ORIGIN = 'http://example.com'


def web_socket_do_extra_handshake(request):
    if request.ws_origin == ORIGIN:
        return
    raise ValueError('Unacceptable origin: %r' % request.ws_origin)


def web_socket_transfer_data(request):
    msgutil.send_message(request, 'origin_check_wsh.py is called for %s, %s' % (
        request.ws_resource, request.ws_protocol))
