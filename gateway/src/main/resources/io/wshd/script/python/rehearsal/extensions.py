"""A handler that chooses what the handshake agrees on."""


def web_socket_do_extra_handshake(request):
    for processor in request.ws_extension_processors:
        if processor.name() == 'permessage-deflate':
            processor.set_client_no_context_takeover(True)


def web_socket_transfer_data(request):
    request.ws_stream.send_message(request.ws_stream.receive_message())
