# Keeps state between connections: a count, a queue that one thread of its own empties, and streams to push to.
import logging
import queue
import threading
import time

from mod_pywebsocket import msgutil

count = 0
lock = threading.Lock()
listeners = []
jobs = queue.Queue()


def work():
    while True:
        request, text = jobs.get()
        request.ws_stream.send_message('done ' + text)


threading.Thread(target=work, daemon=True).start()


def web_socket_do_extra_handshake(request):
    request.ws_extension_processors = []


def web_socket_transfer_data(request):
    global count
    with lock:
        count += 1
    role = request.ws_resource.partition('?')[2]
    if role == 'listen':
        listeners.append(request)
        request.ws_stream.send_message('here')
        request.ws_stream.receive_message()
    elif role == 'tell':
        sender = msgutil.MessageSender(request)
        for message in iter(msgutil.MessageReceiver(request).receive, None):
            for listener in listeners:
                listener.ws_stream.send_message(message)
            sender.send('told %d' % len(listeners))
        sender.stop()
        logging.getLogger('rooms').info('told')
    elif role == 'work':
        for i in range(3):
            jobs.put((request, str(i)))
        while request.ws_stream.receive_message() is not None:
            time.sleep(0.01)
    else:
        request.ws_stream.send_message(str(count))
