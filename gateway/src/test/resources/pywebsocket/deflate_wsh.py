# Echoes with permessage-deflate as the query says, which names functions below.
from mod_pywebsocket.extensions import PerMessageDeflateExtensionProcessor


def remove(request, processor):
    request.ws_extension_processors.remove(processor)


def none(request, processor):
    request.ws_extension_processors = [None]


def client(request, processor):
    processor.set_client_max_window_bits(10)
    processor.set_client_no_context_takeover(True)


def server(request, processor):
    processor._request.add_parameter('server_no_context_takeover', None)
    processor._request.add_parameter('server_max_window_bits', '15')


def bfinal(request, processor):
    try:
        processor.set_bfinal(True)
    except AttributeError:
        request.bfinal = True


def web_socket_do_extra_handshake(request):
    query = request.ws_resource.partition('?')[2]
    request.processor = None
    if query:
        for processor in request.ws_extension_processors:
            if isinstance(processor, PerMessageDeflateExtensionProcessor):
                request.processor = processor
        globals()[query](request, request.processor)


def web_socket_transfer_data(request):
    if request.ws_extensions:
        assert [extension.name() for extension in request.ws_extensions] == ['permessage-deflate']
    if hasattr(request, 'bfinal'):
        request.processor.set_bfinal(True)
    while True:
        message = request.ws_stream.receive_message()
        if message is None:
            return
        if message == 'off':
            request.processor.disable_outgoing_compression()
        elif message == 'on':
            request.processor.enable_outgoing_compression()
        request.ws_stream.send_message(message, binary=isinstance(message, bytes))
