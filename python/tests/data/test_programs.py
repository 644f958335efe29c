"""Whole programs: how they end, and what they leave behind."""

import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest

import swiftnn

from .test_workers import assert_gone

HEAD = """
import os, sys, time, signal, warnings
import swiftnn
from swiftnn.utils.data import DataLoader, Dataset, get_worker_info
warnings.simplefilter("ignore")

class Slow(Dataset):
    def __init__(self, seconds=0.0):
        self.seconds = seconds
    def __len__(self):
        return 1000
    def __getitem__(self, index):
        time.sleep(self.seconds)
        return swiftnn.zeros(20000)

def tell(iterator):
    print(*(process.pid for process in iterator._team.processes()), flush=True)
"""


def start(program, tmp_path, **options):
    path = tmp_path / "program.py"
    path.write_text(HEAD + textwrap.dedent(program))
    environment = {**os.environ, "PYTHONPATH": os.path.dirname(os.path.dirname(swiftnn.__file__))}
    return subprocess.Popen([sys.executable, str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
                            start_new_session=True, **options)  # fmt: skip


def finish(process):
    try:
        return process.communicate(timeout=40)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise


def test_import_is_lazy():
    code = (
        "import sys, swiftnn; print('multiprocessing' in sys.modules, 'swiftnn.utils.data' in sys.modules)\n"
        "from swiftnn.utils.data import DataLoader; list(DataLoader([1, 2]))\n"
        "print('multiprocessing' in sys.modules, 'numpy' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout.split() == ["False"] * 4, result.stderr


def test_numpy_may_come_later():
    code = (
        "from swiftnn.utils.data import default_collate, default_convert\n"
        "import numpy as np\n"
        "print(default_collate([np.ones(2), np.ones(2)]).shape, default_collate([np.float32(1)]).dtype, default_convert(np.ones(1)))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "swiftnn.float32" in result.stdout, result.stderr


@pytest.mark.parametrize("persistent", [False, True])
@pytest.mark.parametrize("ending", ["", "sys.exit(0)", "raise ValueError('over')", "import threading; threading.Thread(target=time.sleep, args=(0.1,)).start()"])
def test_interpreter_exit(ending, persistent, tmp_path):
    """Iterators that are still there at the end of the program."""
    process = start(
        f"""
        loader = DataLoader(Slow(), batch_size=2, num_workers=2, persistent_workers={persistent})
        iterator = iter(loader)
        next(iterator)
        circle = [iterator]; circle.append(circle)
        tell(iterator)
        {ending}
        """,
        tmp_path,
    )
    out, err = finish(process)
    assert process.returncode == (1 if "raise" in ending else 0)
    assert err == "" or ("ValueError: over" in err and err.count("Traceback") == 1), err
    assert len(out.split()) == 2
    assert_gone(map(int, out.split()))


@pytest.mark.parametrize("method", ["fork", "spawn"])
@pytest.mark.parametrize("waiting", [True, False])
def test_ctrl_c(method, waiting, tmp_path):
    """The whole group is interrupted, as by a terminal: one traceback, the parent's, and nobody is left."""
    process = start(
        f"""
        if __name__ == "__main__":
            loader = DataLoader(Slow(0.0 if {not waiting} else 0.3), batch_size=2, num_workers=2, multiprocessing_context="{method}")
            iterator = iter(loader)
            next(iterator)
            tell(iterator)
            for batch in iterator:
                time.sleep(0.0 if {waiting} else 60)
        """,
        tmp_path,
    )
    pids = [int(pid) for pid in process.stdout.readline().split()]
    assert len(pids) == 2
    time.sleep(0.3)
    os.killpg(process.pid, signal.SIGINT)
    begin = time.monotonic()
    _, err = finish(process)
    assert time.monotonic() - begin < 10
    assert process.returncode != 0 and err.count("Traceback") == 1 and "KeyboardInterrupt" in err, err
    assert_gone(pids)


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_death_of_the_parent(method, number, tmp_path):
    """Workers that write, and workers that wait, notice."""
    process = start(
        f"""
        if __name__ == "__main__":
            loaders = [DataLoader(Slow(), batch_size=2, num_workers=2, multiprocessing_context="{method}") for _ in range(2)]
            iterators = [iter(loader) for loader in loaders]
            for iterator in iterators:
                next(iterator)
            for iterator in iterators:
                tell(iterator)
            time.sleep(60)
        """,
        tmp_path,
    )
    pids = [int(pid) for _ in range(2) for pid in process.stdout.readline().split()]
    assert len(pids) == 4
    os.kill(process.pid, number)
    _, err = finish(process)
    assert_gone(pids)
    assert "Traceback" not in err, err


def test_a_program_without_guard_fails(tmp_path):
    process = start("""list(DataLoader(Slow(), num_workers=2, multiprocessing_context="spawn"))""", tmp_path)
    _, err = finish(process)
    assert process.returncode == 1 and "exited unexpectedly with exit code 1" in err, err


def test_a_worker_that_crashes_shows_where(tmp_path):
    process = start(
        """
        class Bad(Dataset):
            def __len__(self):
                return 1
            def __getitem__(self, index):
                import ctypes
                ctypes.string_at(0)
        list(DataLoader(Bad(), num_workers=1))
        """,
        tmp_path,
    )
    _, err = finish(process)
    assert "Fatal Python error: Segmentation fault" in err and "in __getitem__" in err, err
    assert "killed by signal: Segmentation fault (exit code -11)" in err
