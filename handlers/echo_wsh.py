# Echo: the smallest useful handler. This file answers at /echo, because it is named echo_wsh.py.
# Change it and save: the next connection gets the new version, open ones stay with the old.

# A text that ends the conversation; it is echoed first.
GOODBYE = 'Goodbye'


def web_socket_do_extra_handshake(request):
    # Called before the connection is open. Returning accepts the client, raising refuses it.
    # request.headers_in has its headers, request.ws_origin the page it comes from.
    pass


def web_socket_transfer_data(request):
    # The whole conversation with one client; many clients run through here at the same time.
    while True:
        # Waits for the next message: str for text, bytes for binary, None when the client has closed.
        message = request.ws_stream.receive_message()
        if message is None:
            return
        if isinstance(message, str):
            request.ws_stream.send_message(message)
            if message == GOODBYE:
                # Returning closes the connection, with code 1000.
                return
        else:
            # binary=True says that these are bytes, and not text.
            request.ws_stream.send_message(message, binary=True)
