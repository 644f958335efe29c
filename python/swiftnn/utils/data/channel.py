"""How batches go from a worker to its parent: through a pair of sockets, large ones in memory without a name.

Each worker has a pair of its own, so that no lock is shared and one that dies leaves the others undisturbed. What is
large is written to an anonymous file in memory, whose descriptor is sent. The kernel counts who holds it: whichever
process dies whenever, nothing is left behind, and no quota of /dev/shm is touched. The worker goes on with its next batch
without waiting for the parent to read.
"""

import array
import collections
import io
import mmap
import os
import pickle
import socket
import struct
from multiprocessing.reduction import ForkingPickler

# Lengths of the key and of the pieces' table, and whether a descriptor comes along.
_HEADER = struct.Struct("<IB")
_TASK = struct.Struct("<Q")
# What is larger goes through memory; a socket takes some 200 kB before its writer has to wait.
SMALL = 1 << 15
_ALIGNMENT = 64
_CHUNK = 1 << 16
_MAP_FLAGS = mmap.MAP_SHARED | getattr(mmap, "MAP_POPULATE", 0)


def _aligned(length):
    return -(-length // _ALIGNMENT) * _ALIGNMENT


def encode(value):
    """A pickle, and the memory of its tensors beside it."""
    tensors = []

    def keep(buffer):
        # A tensor tells its elements as bytes. Arrays must own their memory when they arrive: they stay in the pickle.
        view = buffer.raw()
        if type(view.obj) is not bytes:
            return True
        tensors.append(view)

    stream = io.BytesIO()
    ForkingPickler(stream, 5, True, keep).dump(value)
    return [stream.getbuffer(), *tensors]


def _memory_file():
    if hasattr(os, "memfd_create"):
        return os.memfd_create("swiftnn-batch")
    import tempfile

    descriptor, path = tempfile.mkstemp()
    os.unlink(path)
    return descriptor


def _in_memory(pieces):
    """A descriptor of memory that holds the pieces, or None if there is none to be had."""
    try:
        descriptor = _memory_file()
    except OSError:
        return None
    try:
        place = 0
        for piece in pieces:
            end = place + piece.nbytes
            written = place
            while written < end:
                written += os.pwrite(descriptor, piece[written - place :], written)
            place = _aligned(end)
        os.ftruncate(descriptor, place)
        return descriptor
    except OSError:
        os.close(descriptor)
        return None


def send_result(sock, key, pieces):
    """Sends what ``encode`` made of a result, under a tuple of integers."""
    table = pickle.dumps((key, [piece.nbytes for piece in pieces]), 5)
    descriptor = _in_memory(pieces) if sum(piece.nbytes for piece in pieces) > SMALL else None
    if descriptor is not None:
        start = _HEADER.pack(len(table), 1) + table
        try:
            sent = socket.send_fds(sock, [start], [descriptor])
        except OSError as error:
            if isinstance(error, ConnectionError):
                raise
            # Too many descriptors are under way; nothing was sent.
        else:
            sock.sendall(start[sent:])
            return
        finally:
            os.close(descriptor)
    sock.sendall(_HEADER.pack(len(table), 0) + table)
    for piece in pieces:
        sock.sendall(piece)
        sock.sendall(bytes(_aligned(piece.nbytes) - piece.nbytes))


def pack_task(task):
    pickled = pickle.dumps(task, 5)
    return _TASK.pack(len(pickled)) + pickled


def receive_task(sock):
    """Waits for a task. EOFError: there will be no more."""
    return pickle.loads(_exactly(sock, _TASK.unpack(_exactly(sock, _TASK.size))[0]))


def _exactly(sock, count):
    data = bytearray(count)
    view = memoryview(data)
    while view:
        received = sock.recv_into(view)
        if not received:
            raise EOFError
        view = view[received:]
    return data


class Result:
    """What arrived under a key, not read yet."""

    def __init__(self, key, sizes, descriptor, data):
        self.key = key
        self._sizes = sizes
        self._descriptor = descriptor
        self._data = data

    def discard(self):
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    # An exception out of a signal handler can come between any two steps.
    __del__ = discard

    def value(self):
        if self._descriptor is None:
            memory = self._data
        else:
            try:
                memory = mmap.mmap(self._descriptor, sum(map(_aligned, self._sizes)), _MAP_FLAGS, mmap.PROT_READ)
            finally:
                self.discard()
        views = []
        with memoryview(memory) as whole:
            place = 0
            for size in self._sizes:
                views.append(whole[place : place + size])
                place += _aligned(size)
            try:
                return pickle.loads(views[0], buffers=views[1:])
            finally:
                try:
                    for view in views:
                        view.release()
                    whole.release()
                    if memory is not self._data:
                        memory.close()
                except BufferError:
                    # An object of the user's lives on this memory, which goes with it.
                    pass


class Inbox:
    """Puts together what arrives, in whatever pieces, without ever waiting."""

    def __init__(self):
        self._bytes = bytearray()
        self._descriptors = collections.deque()

    def read(self, sock):
        """Takes what there is. False: the other side is gone."""
        try:
            data, extras, flags, _ = sock.recvmsg(_CHUNK, socket.CMSG_SPACE(4 * 16), getattr(socket, "MSG_CMSG_CLOEXEC", 0))
        except BlockingIOError:
            return True
        except ConnectionError:
            return False
        for level, kind, payload in extras:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                descriptors = array.array("i")
                descriptors.frombytes(payload[: len(payload) // 4 * 4])
                self._descriptors.extend(descriptors)
        self._bytes += data
        if flags & socket.MSG_CTRUNC:
            raise RuntimeError(
                "Too many open files: a batch could not be received. Raise the limit (`ulimit -n`) or lower prefetch_factor"
            )
        return bool(data)

    def results(self):
        while len(self._bytes) >= _HEADER.size:
            length, in_memory = _HEADER.unpack_from(self._bytes)
            start = _HEADER.size + length
            if len(self._bytes) < start:
                return
            key, sizes = pickle.loads(memoryview(self._bytes)[_HEADER.size : start].tobytes())
            end = start if in_memory else start + sum(map(_aligned, sizes))
            if len(self._bytes) < end:
                return
            data = None if in_memory else bytes(memoryview(self._bytes)[start:end])
            del self._bytes[:end]
            yield Result(key, sizes, self._descriptors.popleft() if in_memory else None, data)

    def close(self):
        while self._descriptors:
            os.close(self._descriptors.popleft())
