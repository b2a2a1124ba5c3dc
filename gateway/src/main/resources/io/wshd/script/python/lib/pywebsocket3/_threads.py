"""Threads that receive and send messages beside the handler."""

import queue
import threading

from pywebsocket3._errors import BadOperationException, ConnectionTerminatedException


class MessageReceiver(threading.Thread):
    """Receives messages on a thread that starts at once.

    With ``onmessage``, each message is given to it, on that thread. Without, messages wait for ``receive`` and
    ``receive_nowait``; the thread reads a bounded number ahead. The thread ends when the client closes or leaves,
    or at the first message after ``stop``.
    """

    # Messages kept for receive(); a client that sends faster than they are taken is then held up by TCP.
    _READ_AHEAD = 64

    def __init__(self, request, onmessage=None):
        super().__init__(daemon=True)
        self._request = request
        self._onmessage = onmessage
        self._queue = queue.Queue(self._READ_AHEAD)
        self._stopped = threading.Event()
        self._ended = threading.Event()
        self.start()

    def run(self):
        try:
            while not self._stopped.is_set():
                message = self._request.ws_stream.receive_message()
                if message is None:
                    return
                if self._onmessage:
                    self._onmessage(message)
                else:
                    self._put(message)
        except (ConnectionTerminatedException, BadOperationException):
            # The connection's end is the end of this thread; the handler learns of it by its own calls.
            return
        finally:
            self._ended.set()

    def _put(self, message):
        while not self._stopped.is_set():
            try:
                return self._queue.put(message, timeout=0.5)
            except queue.Full:
                continue

    def receive(self):
        """Wait for a message and return it; None when the client has closed or left and all are taken."""
        while True:
            try:
                return self._queue.get(timeout=0.5)
            except queue.Empty:
                if self._ended.is_set() and self._queue.empty():
                    return None

    def receive_nowait(self):
        """A message that is already here, or None."""
        try:
            return self._queue.get_nowait()
        except queue.Empty:
            return None

    def stop(self):
        """Ask the thread to end after the message it waits for, and wait until it has, or the client has gone.

        Called by ``onmessage``, that is on the thread itself, it does not wait.
        """
        self._stopped.set()
        if threading.current_thread() is not self:
            self._ended.wait()


class MessageSender(threading.Thread):
    """Sends messages on a thread that starts at once, in the order in which they were given.

    It ends with ``stop`` or when the connection is lost.
    """

    # Messages waiting to be sent; a full queue holds up the giver.
    _WAITING = 64

    def __init__(self, request):
        super().__init__(daemon=True)
        self._request = request
        self._queue = queue.Queue(self._WAITING)
        self._failure = None
        self._ended = threading.Event()
        self.start()

    def run(self):
        try:
            while True:
                message, done = self._queue.get()
                if done is not None and message is None:
                    return done.set()
                self._request.ws_stream.send_message(message)
                if done is not None:
                    done.set()
        except Exception as e:
            self._failure = e
        finally:
            self._ended.set()

    def send(self, message):
        """Send a message and wait until it is sent. Raises ConnectionTerminatedException when it cannot be."""
        done = threading.Event()
        self._give((message, done))
        self._await(done)

    def send_nowait(self, message):
        """Leave a message to be sent; waits only when 64 are waiting already."""
        self._give((message, None))

    def stop(self):
        """Send what is waiting, then end the thread."""
        done = threading.Event()
        try:
            self._give((None, done))
            self._await(done)
        except ConnectionTerminatedException:
            return

    def _give(self, entry):
        while True:
            if self._ended.is_set():
                raise ConnectionTerminatedException(f'The sender has ended: {self._failure}')
            try:
                return self._queue.put(entry, timeout=0.5)
            except queue.Full:
                continue

    def _await(self, done):
        while not done.wait(0.5):
            if self._ended.is_set() and not done.is_set():
                raise ConnectionTerminatedException(f'The sender has ended: {self._failure}')
