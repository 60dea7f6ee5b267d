"""The real server with its live hub, in a thread, on a free loopback port."""

import threading
import time
from contextlib import contextmanager

import uvicorn

from knutpunkt.web import serving


@contextmanager
def server_running():
    """Serve the test database and yield the port."""
    taken = serving.listening_socket("127.0.0.1", 0)
    config = uvicorn.Config(
        serving.application(), log_level="warning", lifespan="on", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]}, daemon=True)
    thread.start()
    until = time.monotonic() + 10
    while not server.started and time.monotonic() < until:
        time.sleep(0.01)
    assert server.started
    yield taken.getsockname()[1]
    server.should_exit = True
    thread.join(timeout=10)
    assert not thread.is_alive()
