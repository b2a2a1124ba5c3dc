# Server push: every client gets the time once a second, without asking.
#
# The loop has no end of its own: when the client closes or is gone, the next send_message() raises, and that ends
# the handler. time.sleep() holds up nobody else, thousands of clients may sleep here at once.

import time


def web_socket_do_extra_handshake(request):
    pass


def web_socket_transfer_data(request):
    while True:
        request.ws_stream.send_message(time.strftime('%H:%M:%S'))
        time.sleep(1)
