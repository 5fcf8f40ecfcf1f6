"""A way to a service that can be cut and mended: forwards TCP connections on this machine."""

import selectors
import socket
import threading

HOST = "127.0.0.1"
CHUNK = 65536


class Relay:
    """Listens on a port of its own, the same after each mend(). Cut, it refuses connections, and
    those that were open are reset."""

    def __init__(self, port):
        self._target = (HOST, port)
        self._listener = None
        self._thread = None
        self._stop = None
        self.port = 0
        self.mend()

    def mend(self):
        self._listener = socket.create_server((HOST, self.port), reuse_port=False)
        self.port = self._listener.getsockname()[1]
        self._stop, stopped = socket.socketpair()
        self._thread = threading.Thread(target=self._run, args=(self._listener, stopped))
        self._thread.start()

    def cut(self):
        if self._thread is not None:
            self._stop.close()
            self._thread.join()
            self._thread = None

    def _run(self, listener, stopped):
        selector = selectors.DefaultSelector()
        selector.register(listener, selectors.EVENT_READ)
        selector.register(stopped, selectors.EVENT_READ)
        other = {}
        while True:
            for key, _ in selector.select():
                if key.fileobj is stopped:
                    for connection in [*other, listener, stopped]:
                        connection.close()
                    selector.close()
                    return
                if key.fileobj is listener:
                    self._accept(listener, selector, other)
                elif key.fileobj in other:
                    self._forward(key.fileobj, selector, other)

    def _accept(self, listener, selector, other):
        client, _ = listener.accept()
        service = socket.create_connection(self._target)
        other[client], other[service] = service, client
        for connection in (client, service):
            selector.register(connection, selectors.EVENT_READ)

    @staticmethod
    def _forward(source, selector, other):
        try:
            data = source.recv(CHUNK)
            if data:
                # The receiver's pace is the sender's: nothing is kept here.
                other[source].sendall(data)
                return
        except OSError:
            pass
        for connection in (source, other[source]):
            selector.unregister(connection)
            del other[connection]
            connection.close()
