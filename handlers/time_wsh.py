# Server push: every client gets the time once a second, without asking.
#
# Two things must happen at once here: sending, and noticing that the client closes. Only receive_message()
# notices, so this function waits in it, and a thread beside it sends.

import threading
import time

from mod_pywebsocket import msgutil


def web_socket_do_extra_handshake(request):
    pass


def web_socket_transfer_data(request):
    threading.Thread(target=push, args=(request,), daemon=True).start()
    # What the client says does not matter; None is its Close.
    while request.ws_stream.receive_message() is not None:
        pass


def push(request):
    try:
        # Set as soon as the server's own Close is sent, the answer to the client's included.
        while not request.server_terminated:
            request.ws_stream.send_message(time.strftime('%H:%M:%S'))
            time.sleep(1)
    except (msgutil.ConnectionTerminatedException, msgutil.BadOperationException):
        # The client left, or closed between the look at server_terminated and the send. Either is the end.
        return
