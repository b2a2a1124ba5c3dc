"""A handler that frames its messages itself behind an ordinary answer."""

from pywebsocket3 import stream


def web_socket_do_extra_handshake(request):
    pass


def web_socket_transfer_data(request):
    message = request.ws_stream.receive_message()
    request.connection.write(stream.create_text_frame(message))
    request.ws_stream.receive_message()
