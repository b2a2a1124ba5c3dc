# A chat room: whatever one client says, all of them get.
#
# All clients run in the same interpreter, so a global of this module is shared by all of them. Saving this file
# starts a new, empty room; whoever is in the old one stays there until they leave.

import threading

from mod_pywebsocket import msgutil

room = set()
# Clients come and go on threads of their own: nobody may walk through the room while somebody changes it.
room_lock = threading.Lock()


def web_socket_do_extra_handshake(request):
    pass


def web_socket_transfer_data(request):
    with room_lock:
        room.add(request)
    try:
        while True:
            message = request.ws_stream.receive_message()
            if message is None:
                return
            if isinstance(message, str):
                say(message)
    finally:
        # Also when the connection is lost and receive_message() raises.
        with room_lock:
            room.discard(request)


def say(message):
    # Copied under the lock, sent without it: a send waits for a slow client, and who waits must not hold the door.
    with room_lock:
        present = list(room)
    for client in present:
        try:
            client.ws_stream.send_message(message)
        except (msgutil.ConnectionTerminatedException, msgutil.BadOperationException):
            # This one is just leaving. Its own call of web_socket_transfer_data takes it out of the room; the
            # others still get the message.
            continue
