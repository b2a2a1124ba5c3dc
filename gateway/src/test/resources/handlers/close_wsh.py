# Closes as it is told: "4001 why" closes with that code and reason, "empty" without a body, "exit" by returning,
# "raise X" by an exception. The client's own Close is answered with its code and reason, plus "!".
import six
from mod_pywebsocket import common, msgutil
from mod_pywebsocket import stream


def web_socket_do_extra_handshake(request):
    pass


def web_socket_transfer_data(request):
    while True:
        line = msgutil.receive_message(request)
        if line is None or line == 'exit':
            return
        if not isinstance(line, six.text_type):
            raise msgutil.UnsupportedFrameException('text only')
        if line == 'empty':
            request.ws_stream.close_connection(None)
        elif line.startswith('raise '):
            raise getattr(stream, line[len('raise '):])('as asked')
        else:
            code, _, reason = line.partition(' ')
            request.ws_stream.close_connection(int(code), reason)
        return


def web_socket_passive_closing_handshake(request):
    code = request.ws_close_code
    if code == common.STATUS_NO_STATUS_RECEIVED:
        return None, ''
    return code, request.ws_close_reason + '!'
