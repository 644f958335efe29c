"""The parent's side of the workers: starts them, hears from them, sees them die, ends them."""

import collections
import contextlib
import os
import pickle
import select
import signal
import socket
import time
import warnings
import weakref

from . import worker as worker_side
from .channel import Inbox, pack_task

# How often workers are looked after that keep silent. One that dies is heard at once, unless a process of its own lives on.
_TICK = 1.0
# How long a worker has to come to its end by itself, and then after SIGTERM.
_GRACE = 1.0

_teams = weakref.WeakSet()


def _forget():
    for team in list(_teams):
        team.forget()


# A forked child must not hold the parent's ends: a worker whose parent dies could not tell.
os.register_at_fork(after_in_child=_forget)


@contextlib.contextmanager
def _no_interrupt(context):
    """Ctrl-C waits until a new worker can do without the interpreter's answer to it, a traceback."""
    if context.get_start_method() == "forkserver":
        # The server keeps what it is started with, for the workers of others as well.
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Worker:
    def __init__(self, process, sock):
        self.process = process
        self.sock = sock
        self.inbox = Inbox()
        self.outbox = bytearray()
        self.gone = False

    def flush(self):
        """Sends what can be sent without waiting; whether all went."""
        while self.outbox:
            try:
                sent = self.sock.send(self.outbox)
            except BlockingIOError:
                return False
            except OSError:
                # It has ended; reading will tell.
                self.outbox.clear()
                return True
            del self.outbox[:sent]
        return True


class Team:
    """The worker processes of an iterator. It ends them when told so, when the iterator is gone, and at the interpreter's exit."""

    def __init__(self, context, count, base_seed, init_fn, *loading):
        self.owner = os.getpid()
        self.epoch = 0
        self.closed = False
        self.failure = None
        self._workers = []
        self._by_descriptor = {}
        self._arrived = collections.deque()
        self._poll = select.poll()
        self._reading = False
        _teams.add(self)
        try:
            for number in range(count):
                self._start(context, number, (number, count, base_seed, init_fn, *loading))
        except BaseException:
            self.shutdown()
            raise

    def _start(self, context, number, arguments):
        mine, theirs = socket.socketpair()
        # Known before the fork, so that the child closes it.
        worker = _Worker(None, mine)
        self._workers.append(worker)
        try:
            mine.setblocking(False)
            process = context.Process(target=worker_side.run, args=(theirs, *arguments), name=f"DataLoader-{number}", daemon=True)
            try:
                with _no_interrupt(context):
                    process.start()
            except (TypeError, AttributeError, pickle.PicklingError):
                warnings.warn(
                    "Got pickle error when attempting to start a worker Process. With the start methods spawn and forkserver the "
                    "dataset, collate_fn and worker_init_fn must be picklable: lambdas and local functions are not. "
                    "With multiprocessing_context='fork' they need not be.",
                    stacklevel=6,
                )
                raise
            worker.process = process
        finally:
            theirs.close()
        self._by_descriptor[mine.fileno()] = worker
        self._poll.register(mine, select.POLLIN)

    @property
    def usable(self):
        return not self.closed and self.failure is None and self.owner == os.getpid()

    def check_owner(self):
        if self.owner != os.getpid():
            raise RuntimeError(
                f"This iterator of a DataLoader belongs to process {self.owner}; process {os.getpid()} needs one of its own"
            )

    def processes(self):
        return [worker.process for worker in self._workers if worker.process is not None]

    def send(self, number, task):
        """Sends a task, or as much of it as goes without waiting; the rest goes while results are awaited."""
        if self.closed:
            # The results that had come are still given; then receive() tells why no more will.
            return
        worker = self._workers[number]
        worker.outbox += pack_task(task)
        self._flush(worker)

    def _flush(self, worker):
        if not worker.gone and worker.sock.fileno() >= 0:
            done = worker.flush()
            self._poll.modify(worker.sock, select.POLLIN if done else select.POLLIN | select.POLLOUT)

    def release(self, number):
        """A worker has no more to do and may end."""
        worker = None if self.closed else self._workers[number]
        if worker is not None and not worker.gone:
            self._leave(worker)
            worker.sock.close()

    def _leave(self, worker):
        worker.gone = True
        self._by_descriptor.pop(worker.sock.fileno(), None)
        self._poll.unregister(worker.sock)

    def receive(self, timeout):
        """The next result of this epoch, as (index, kind, value), in the order of arrival."""
        self.check_owner()
        if self.failure is None and self._reading:
            # An exception out of a signal handler, and nobody knows what was read.
            self._fail("DataLoader was interrupted while it received a batch; begin another iteration")
        deadline = time.monotonic() + timeout if timeout > 0 else None
        while not self._arrived:
            if self.failure is not None:
                raise RuntimeError(self.failure)
            wait = _TICK if deadline is None else min(_TICK, deadline - time.monotonic())
            if wait <= 0:
                raise RuntimeError(f"DataLoader timed out after {timeout} seconds")
            events = self._poll.poll(wait * 1000)
            if events:
                self._handle(events)
            else:
                self._look_after()
        return self._arrived.popleft()

    def _handle(self, events):
        dead = []
        self._reading = True
        for descriptor, event in events:
            worker = self._by_descriptor[descriptor]
            if event & select.POLLOUT:
                self._flush(worker)
            if event & ~select.POLLOUT:
                if not worker.inbox.read(worker.sock):
                    dead.append(worker)
                for result in worker.inbox.results():
                    self._take(result)
        self._reading = False
        if dead:
            self._bury(dead)

    def _take(self, result):
        epoch, index, kind = result.key
        if epoch != self.epoch:
            result.discard()
            return
        try:
            value = result.value()
        except Exception:
            # As text: a traceback would hold on to the frames here, and so to the iterator.
            kind, value = worker_side.FAILURE, worker_side.Failure("while a batch was read")
        self._arrived.append((index, kind, value))

    def _look_after(self):
        dead = [worker for worker in self._workers if not worker.gone and not worker.process.is_alive()]
        if dead:
            self._bury(dead)

    def _bury(self, dead):
        for worker in dead:
            self._leave(worker)
            worker.process.join(_GRACE)
        process = dead[0].process
        code = process.exitcode
        if code is not None and code < 0:
            reason = f"is killed by signal: {signal.strsignal(-code)} (exit code {code})"
        elif code is None:
            reason = "closed its connection and does not answer"
        else:
            reason = (
                f"exited unexpectedly with exit code {code}. Details are lost due to multiprocessing. "
                "Rerunning with num_workers=0 may give better error trace"
            )
        self._fail(f"DataLoader worker (pid {process.pid}) {reason}.")

    def _fail(self, message):
        self.failure = message
        self.shutdown()

    def next_epoch(self):
        """Workers that stay begin anew; what was asked before is not awaited."""
        self.check_owner()
        self.epoch += 1
        self._arrived.clear()
        for number in range(len(self._workers)):
            self.send(number, None)

    def forget(self):
        """In a forked child: these are not its workers."""
        for worker in self._workers:
            worker.sock.close()
            worker.inbox.close()
        self._workers = []

    def shutdown(self, grace=_GRACE):
        """Ends the workers and waits for them: first they are told, then made to."""
        if self.closed or self.owner != os.getpid():
            return
        self.closed = True
        processes = self.processes()
        try:
            for worker in self._workers:
                worker.sock.close()
                worker.inbox.close()
            self._by_descriptor.clear()
            _join(processes, grace)
            for process in processes:
                if process.is_alive():
                    process.terminate()
            _join(processes, _GRACE)
        finally:
            for process in processes:
                if process.is_alive():
                    process.kill()
            _join(processes, _GRACE)
            for process in processes:
                if not process.is_alive():
                    process.close()
            self._workers = []


def _join(processes, seconds):
    deadline = time.monotonic() + seconds
    for process in processes:
        if process.is_alive():
            process.join(max(0.0, deadline - time.monotonic()))
