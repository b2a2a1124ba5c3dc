# No third hook: what the server answers a Close with is its own affair.
def web_socket_do_extra_handshake(request):
    pass


def web_socket_transfer_data(request):
    while True:
        message = request.ws_stream.receive_message()
        if message is None:
            return
        if message == 'surrogate':
            message = '\ud800'
        request.ws_stream.send_message(message, binary=isinstance(message, bytes))
