# @PATH@: answers each message of a client.
#
# Save this file while the gateway runs: the next connection has the new version, and those that are open go on with
# theirs. If it does not load, the log says why, and the version before goes on.

import wshd


def web_socket_do_extra_handshake(request):
    # Called before a client is accepted. To refuse it, raise something: it gets 403.
    # What it has sent is in request.headers_in, such as request.headers_in.get('Cookie').
    pass


def web_socket_transfer_data(request):
    # Called once for each client, and runs for as long as the client stays: waiting here holds up nobody else.
    wshd.log.info('%s is here', request.connection.remote_addr[0])
    while True:
        message = request.ws_stream.receive_message()  # str, or bytes for a binary message
        if message is None:
            # The client has closed. Returning closes the connection from this side as well.
            return
        if isinstance(message, str):
            request.ws_stream.send_message('You said: ' + message)
        else:
            request.ws_stream.send_message(message, binary=True)
        # To all who are connected to this script: wshd.broadcast('news')
