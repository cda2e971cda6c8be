"""The UI's side of the engine: questions of which the latest wins, and jobs that can be ended.

Nothing here waits: callbacks come from the event loop, when the engine has answered.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from socket import socketpair
from typing import TYPE_CHECKING, Any

from tui.engine.wire import Ask, Cancel, Ended, Start, State, Told

if TYPE_CHECKING:
    import asyncio

Callback = Callable[[Any], None]


HOME = str(Path(__file__).parents[2])
BEGIN = """import sys
home = sys.argv.pop(1)
if home not in sys.path:
    sys.path.insert(0, home)
from tui.engine.begin import main
main()"""
"""Not ``-m``: in a folder with packages called as ours are, those would be run."""
JOB = "job "
"""What the channels of jobs begin with."""


def nothing(_: Any) -> None:
    """For who needs no callback."""


class Pending:
    """A question or job under way."""

    __slots__ = ("id", "told", "ended", "channel")

    def __init__(self, number: int, told: Callback, ended: Callback, channel: str) -> None:
        self.id = number
        self.told = told
        self.ended = ended
        self.channel = channel


class Client:
    """An engine for one capture.

    state   the latest word from it
    on_state, on_failure  are told of a new state, and a sentence when something went wrong
    """

    def __init__(self, path: str, *, spool: str = "", stdin: int | None = None) -> None:
        """Start the process.

        path   of the capture; ``stdin`` is a descriptor to read it from, if it is ``-`` or the like
        spool  a folder for what is no plain file; the caller removes it
        """
        self.path = path
        self.state = State()
        self.on_state: Callback = nothing
        self.on_failure: Callback = nothing
        self._pending: dict[int, Pending] = {}
        self._busy: dict[str, Pending] = {}
        self._next: dict[str, tuple[Pending, Ask]] = {}
        self._count = 0
        self._last_words = ""
        self._loop: asyncio.AbstractEventLoop | None = None
        ours, theirs = socketpair()
        passed = [theirs.fileno(), *([] if stdin is None else [stdin])]
        command = [sys.executable, "-P", "-c", BEGIN, HOME, str(theirs.fileno()), path, spool]
        self._process = subprocess.Popen(
            [*command, "" if stdin is None else str(stdin)],
            pass_fds=passed, stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        theirs.close()
        self._channel = Connection(ours.detach())
        self.closed = False

    # --- asking -------------------------------------------------------------------------------

    def ask(
        self, name: str, *args: Any, told: Callback, channel: str = "", ended: Callback = nothing
    ) -> None:
        """Ask a module of ``calls``; ``told`` gets the answer.

        channel  of questions in one, only one is under way and the latest one waits; any that
                 waited is forgotten (by default: the channel is the question's name)
        """
        pending = self._new(told, ended, channel or name)
        question = Ask(pending.id, name, args)
        if pending.channel in self._busy:
            self._next[pending.channel] = pending, question
        else:
            self._send(pending, question)

    @property
    def questions(self) -> int:
        """Those that are under way; jobs don't count."""
        return sum(not it.channel.startswith(JOB) for it in self._pending.values())

    def start(
        self, name: str, *args: Any, told: Callback, ended: Callback = nothing, channel: str = ""
    ) -> Job:
        """Start a job of ``jobs``; what runs in its channel (by default its name) is ended."""
        channel = f"{JOB}{channel or name}"
        running = self._busy.get(channel)
        if running is not None:
            self._cancel(running)
        pending = self._new(told, ended, channel)
        self._send(pending, Start(pending.id, name, args))
        return Job(self, pending)

    def _new(self, told: Callback, ended: Callback, channel: str) -> Pending:
        self._count += 1
        return Pending(self._count, told, ended, channel)

    def _send(self, pending: Pending, message: Ask | Start) -> None:
        self._busy[pending.channel] = self._pending[pending.id] = pending
        self._say(message)

    def _say(self, message: Ask | Start | Cancel) -> None:
        if not self.closed:
            with suppress(BrokenPipeError, ConnectionResetError):  # its end is told by ``_receive``
                self._channel.send(message)

    def _cancel(self, pending: Pending) -> None:
        if self._pending.pop(pending.id, None) is not None:
            self._busy.pop(pending.channel, None)
            self._say(Cancel(pending.id))

    # --- answers ------------------------------------------------------------------------------

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """From now on hand answers to callbacks, in this event loop."""
        self._loop = loop
        if self.state != State():
            loop.call_soon(self.on_state, self.state)
        loop.add_reader(self._channel.fileno(), self._receive)

    def detach(self) -> None:
        """Answers wait; what was asked before is of no interest any more."""
        for pending in list(self._pending.values()):
            self._cancel(pending)
        self._next.clear()
        if self._loop is not None and not self._loop.is_closed() and not self.closed:
            self._loop.remove_reader(self._channel.fileno())
        self._loop = None

    def _receive(self) -> None:
        try:
            while not self.closed and self._channel.poll():
                self._take(self._channel.recv())
        except (EOFError, ConnectionResetError):
            self._gone()

    def _take(self, message: Told | Ended | State) -> None:
        if isinstance(message, State):
            self.state = message
            self.on_state(message)
            return
        pending = self._pending.get(message.id)
        if pending is None:  # of something that was cancelled, or of the engine itself
            if message.id == 0 and isinstance(message, Ended) and message.error:
                self._last_words = message.error
            return
        if isinstance(message, Told):
            pending.told(message.value)
            return
        del self._pending[message.id]
        if self._busy.get(pending.channel) is pending:
            del self._busy[pending.channel]
            if pending.channel in self._next:
                self._send(*self._next.pop(pending.channel))
        if message.error:
            self.on_failure(message.error)
        pending.ended(message.error)

    def _gone(self) -> None:
        """The engine has died."""
        status = self._process.poll()
        self.close()
        why = self._last_words or f"status {status}"
        self.on_failure(f"The engine stopped, what is shown stays: {why}")

    # --- ending -------------------------------------------------------------------------------

    def close(self) -> None:
        """End the engine and all it started; waits for nothing."""
        if self.closed:
            return
        self.closed = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.remove_reader(self._channel.fileno())
        self._channel.close()
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(1)  # it is dead: this only takes its status


class Job:
    """A job that was started."""

    def __init__(self, client: Client, pending: Pending) -> None:
        self._client = client
        self._pending = pending

    @property
    def running(self) -> bool:
        """Whether more may come."""
        return self._pending.id in self._client._pending

    def cancel(self) -> None:
        """End it; its callbacks are told nothing more."""
        self._client._cancel(self._pending)
