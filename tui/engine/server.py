"""The engine's loop, in one thread: questions first, then results of jobs, then a step of its own.

Steps are short (some milliseconds), so a question never waits long.  What would take longer is a
job: a fork of this process, which has the capture, its index and all dissectors already.  It is
ended by killing it.
"""

from __future__ import annotations

import gc
import os
import signal
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from multiprocessing.connection import Connection, Pipe, wait
from typing import TYPE_CHECKING, Any

from dissect.capture.record import CaptureError
from dissect.engine.garbage import calm
from tui.engine.reader import Reader
from tui.engine.source import Source
from tui.engine.wire import Ask, Cancel, Ended, Start, State, Told

if TYPE_CHECKING:
    from tui.engine.seen import Seen

RECORDS = 8192
"""To be found in one step: some milliseconds."""
TRACE = 0
"""The number of the job that the engine starts for itself."""
FIRST = 512
"""Those that are found before anything is told: more than a screenful."""
UNASKED = 0.5
"""Seconds after which a first question isn't waited for any more."""
QUIET = 0.05
"""Seconds without a question, after which there is time for what takes a while."""
TELL_EVERY = 0.1
LOOK_EVERY = 0.25
"""Seconds between states that are told, and between looks for more at the end of a file."""
NOTED_MORE = 1.25
"""By how much the count of warnings grows until it is told: it is on the screen."""


class Engine:
    """One capture, and who asks about it.

    source  where its octets come from
    reader  its packets
    seen    addresses that it has; when ``ready``
    """

    seen: Seen

    def __init__(self, channel: Connection, path: str, spool: str, stdin: int | None) -> None:
        self.channel = channel
        self.source = Source(path, spool, stdin)
        self.reader = Reader()
        self.state = State()
        self.told_at = 0.0
        self.ready = False
        self.answered_at = float("inf")
        """When somebody was told something: soon after it, what the first rows don't need is
        loaded, which takes a while."""
        self._early: list[Ask | Start | Cancel] = []
        """What was asked before the capture was open."""
        self.jobs: dict[Connection, tuple[int, int]] = {}
        """The other end of each job's pipe: its number, its process."""

    def serve(self) -> None:
        """Until nobody asks any more."""
        try:
            while True:
                waiting = [self.channel, *self.jobs]
                for ready in wait(waiting, self.patience):
                    if ready is self.channel:
                        self._hear(self.channel.recv())
                    elif ready in self.jobs:
                        self._pass_on(ready)
                self.step()
        except (EOFError, BrokenPipeError, ConnectionResetError):
            pass
        except Exception as failure:
            self.channel.send(Ended(TRACE, told(failure)))
        finally:
            self.source.remove()
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(0, signal.SIGKILL)  # jobs, and whoever fills the spool

    # --- questions and jobs -------------------------------------------------------------------

    def _hear(self, message: Ask | Start | Cancel) -> None:
        if self.reader.opened or self.state.damage:
            self._serve(message)
        else:
            self._early.append(message)

    def _serve(self, message: Ask | Start | Cancel) -> None:
        if isinstance(message, Ask):
            error = ""
            try:
                call: Callable[..., Any] = import_module(f"tui.engine.calls.{message.name}").call
                self.channel.send(Told(message.id, call(self, *message.args)))
            except (BrokenPipeError, ConnectionResetError):
                raise
            except Exception as failure:  # a mistake of ours must not end the engine
                error = told(failure)
            self.channel.send(Ended(message.id, error))
            self.answered_at = time.monotonic()
        elif isinstance(message, Start):
            self._fork(message)
        else:
            for pipe, (number, process) in list(self.jobs.items()):
                if number == message.id:
                    self._end(pipe, process)

    def _fork(self, message: Start) -> None:
        ours, theirs = Pipe(duplex=False)
        process = os.fork()
        if process == 0:
            ours.close()
            self.channel.close()
            os.nice(5)
            run_job(self, message, theirs)
        theirs.close()
        self.jobs[ours] = message.id, process

    def _pass_on(self, pipe: Connection) -> None:
        """What a job says, as it is; its silence is its end."""
        number, process = self.jobs[pipe]
        try:
            if number == TRACE:
                self._traced(pipe.recv())
                return
            octets = pipe.recv_bytes()
        except EOFError:
            _, status = self._end(pipe, process)
            error = "" if status == 0 else f"A job was ended by signal or status {status}"
            self.channel.send(Ended(number, error))
            return
        self.channel.send_bytes(octets)

    def _traced(self, message: Told | Ended) -> None:
        if isinstance(message, Told) and self.reader.states is not None:
            self.reader.states.told(message.value)
        elif isinstance(message, Ended) and message.error:
            self.channel.send(Ended(TRACE, message.error))

    def _end(self, pipe: Connection, process: int) -> tuple[int, int]:
        del self.jobs[pipe]
        pipe.close()
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
        return os.waitpid(process, 0)

    # --- the engine's own work ----------------------------------------------------------------

    @property
    def patience(self) -> float:
        """Seconds to wait for a question: none if there is something to do."""
        if self.reader.opened and not self.state.complete:
            return 0
        return LOOK_EVERY if self.ready else QUIET

    def step(self) -> None:
        """A little of what there is to do."""
        if not self.reader.opened:
            self._open()
        elif not self.ready and time.monotonic() - self.answered_at > QUIET:
            self._get_ready()
        else:
            self.reader.grow(RECORDS)
            if self.ready and self._wants_to_see:
                self.seen.look(self.reader)
        self.tell()

    @property
    def _wants_to_see(self) -> bool:
        """At first, and when the capture has grown by much."""
        complete = self.reader.complete or not self.seen.looked_at
        return complete and self.seen.due(self.reader.packets)

    def _open(self) -> None:
        try:
            path = self.source.path_if_there()
            if path is not None:
                self.reader.open(path)
                self.reader.grow(FIRST)
                self.answered_at = time.monotonic() + UNASKED
                early, self._early = self._early, []
                for message in early:
                    self._serve(message)
        except CaptureError as error:
            self.state = self.state._replace(damage=str(error), complete=True)
        except OSError as error:
            self.state = self.state._replace(
                damage=f"{self.source.name}: {error.strerror or error}", complete=True
            )

    def _get_ready(self) -> None:
        """Import what the first rows don't need, once they are out."""
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # no threads: jobs are forks
        from dissect.filter import compile_filter

        compile_filter("frame")  # the grammar is read at the first use
        import dissect.filter.masks
        import dissect.filter.passing  # noqa: F401
        from tui.engine.seen import Seen
        from tui.engine.states import States

        self.seen = Seen()
        calm(kept=0)
        gc.enable()
        self.ready = True
        self.reader.states = States(self.source.temporary("states"))
        self._fork(Start(TRACE, "trace", ()))

    def tell(self) -> None:
        """Tell the state if it is new, not too often."""
        now = time.monotonic()
        reader, source = self.reader, self.source
        state = self.state
        if reader.opened:
            state = State(
                packets=reader.packets, read=reader.position, size=source.size(),
                complete=reader.complete, live=source.live, ready=self.ready,
                damage=source.damage or reader.damage, format=reader.format, traced=reader.traced,
                noted=self._noted,
            )  # fmt: skip
        self.state = state
        important = ("complete", "live", "ready", "damage", "format")
        news = any(getattr(state, it) != getattr(self._told, it) for it in important)
        if state != self._told and (news or now - self.told_at >= TELL_EVERY):
            self._told, self.told_at = state, now
            self.channel.send(state)

    _told = State()

    @property
    def _noted(self) -> int:
        """How many packets have a warning or an error; while they are counted, more or less."""
        reader, told = self.reader, self.state.noted
        done = reader.traced == reader.packets
        return reader.noted if done or reader.noted > NOTED_MORE * told else told


def told(failure: BaseException) -> str:
    """A failure in a sentence, with the place for who looks into it."""
    place = traceback.extract_tb(failure.__traceback__)[-1]
    name = os.path.basename(place.filename)
    return f"{type(failure).__name__}: {failure} ({name}, line {place.lineno})"


def run_job(engine: Engine, message: Start, pipe: Connection) -> None:
    """In the forked process: send what the job yields, and exit."""
    status = 1
    try:
        try:
            run = import_module(f"tui.engine.jobs.{message.name}").run
            for value in run(engine, *message.args):
                pipe.send(Told(message.id, value))
            error = ""
        except (BrokenPipeError, ConnectionResetError):
            return
        except Exception as failure:
            error = told(failure)
        pipe.send(Ended(message.id, error))
        pipe.close()
        status = 0
    finally:
        os._exit(status)  # none of the engine's own endings
