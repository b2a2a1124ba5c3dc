# Answers the client's Close in its own way, by the reason that it has.
from mod_pywebsocket import common, handshake, stream


def web_socket_do_extra_handshake(request):
    pass


def web_socket_transfer_data(request):
    assert request.ws_stream.receive_message() is None
    assert request.ws_stream.get_last_received_opcode() == common.OPCODE_CLOSE


def web_socket_passive_closing_handshake(request):
    if request.ws_close_reason == 'raw':
        request.connection.write(stream.create_close_frame(b''))
        raise handshake.AbortedByUserException('answered')
    if request.ws_close_reason == 'abort':
        raise handshake.AbortedByUserException('enough')
    if request.ws_close_reason == 'none':
        return None, None
    if request.ws_close_reason == 'bad':
        return 1005, ''
    return request.ws_close_code, request.ws_close_reason
