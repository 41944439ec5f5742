"""What a parser can still do once a hostile file has taken it over; each way out is tried from inside."""

import os
import platform
import socket
import sys
from ast import literal_eval
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.ingestion.confinement.limits import ParseLimits
from app.ingestion.failures import FailureCode, ParseFailed
from tests.ingestion.taking_over import take_over

linux = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in {"x86_64", "aarch64"},
    reason="seccomp and Landlock are Linux's; the filter knows two machines",
)
REFUSED = {"EPERM", "EACCES", "ENOSYS", "EMFILE", "EAGAIN", "RuntimeError"}

NETWORK = {
    "connect to this machine": "socket.create_connection(('127.0.0.1', {port}))",
    "connect to another machine": "socket.create_connection(('192.0.2.1', 443), 1)",
    "send a datagram": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', {port}))",
    "listen": "socket.create_server(('127.0.0.1', 0))",
    "connect to a UNIX socket": "socket.socket(socket.AF_UNIX).connect({unix!r})",
    "connect to an abstract socket": "socket.socket(socket.AF_UNIX).connect({abstract!r})",
    "make a pair of sockets": "socket.socketpair()",
}
LINUX_NETWORK = {
    "ask the kernel by netlink": "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)",
    "queue calls by io_uring": "call(425, 1, bytes(120))",
}
FILES = {
    "read the accounts": "open('/etc/passwd').read()",
    "read another upload": "open({upload!r}).read()",
    "read a signing key": "open({key!r}).read()",
    "list a folder": "os.listdir('/')",
    "write a file": "open({new!r}, 'w')",
    "make shared memory": "open('/dev/shm/parser-test', 'w')",
    "make a pipe": "os.pipe()",
}
LINUX_FILES = {
    "read the service's environment": "open('/proc/{parent}/environ').read()",
    "read its own environment": "open('/proc/self/environ').read()",
    "open its file again for writing": "open('/proc/self/fd/0', 'wb')",
    "make a temporary file": "os.open('/tmp', os.O_TMPFILE | os.O_RDWR)",
    "make a file in memory": "os.memfd_create('program')",
    "open by the newer call": "call(437, -100, b'/etc/passwd', bytes(24), 24)",
}
SEALED_FILES = {
    "ask for a file's size": "os.stat('/etc/passwd')",
    "make a folder": "os.mkdir({new!r})",
    "delete a file": "os.unlink({upload!r})",
    "rename a file": "os.rename({upload!r}, {new!r})",
    "link a file": "os.symlink({upload!r}, {new!r})",
    "change its folder": "os.chdir('/')",
    "open shared memory of System V": "call('shmget', 0, 4096, 0o1600)",
}
PROCESSES = {
    "fork": "os.fork()",
    "run a program beside": "subprocess.run(['/bin/true'])",
    "start a thread": "threading.Thread(target=print).start()",
}
SEALED_PROCESSES = {
    "fork in the parent's memory": "call('vfork')",
    "clone by the newer call": "call(435, bytes(88), 88)",
    "turn into a program": "os.execv('/bin/true', ['true'])",
    "turn into a program by its descriptor": "os.execve(0, ['true'], {{}})",
    "signal its parent": "os.kill({parent}, 0)",
    "signal its group": "os.kill(0, 0)",
    "signal everything": "os.kill(-1, 0)",
    "open its parent": "os.pidfd_open({parent})",
    "trace its parent": "call('ptrace', 16, {parent}, 0, 0)",
    "read its parent's memory": "call('process_vm_readv', {parent}, bytes(16), 1, bytes(16), 1, 0)",
    "raise its memory limit": "call('setrlimit', 9, bytes([255] * 16))",
    "change its parent's limits": "resource.prlimit({parent}, resource.RLIMIT_CPU, (1, 1))",
    "outlive its parent": "call('prctl', 1, 0, 0, 0, 0)",
    "become root": "os.setresuid(0, 0, 0)",
    "make a user namespace": "call('unshare', 0x10000000)",
    "mount": "call('mount', b'none', b'/', b'tmpfs', 0, 0)",
}
EVERYWHERE = {**NETWORK, **FILES, **PROCESSES}
SEALED = {**EVERYWHERE, **LINUX_NETWORK, **LINUX_FILES, **SEALED_FILES, **SEALED_PROCESSES}
BY_LANDLOCK = {
    **FILES,
    **{name: SEALED_FILES[name] for name in ("make a folder", "delete a file", "rename a file", "link a file")},
    "turn into a program": SEALED_PROCESSES["turn into a program"],
}


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, object]]:
    """Targets that exist and answer, so that an attempt fails only by being refused."""
    folder = tmp_path_factory.mktemp("places")
    (folder / "upload").write_text("another document")
    (folder / "key").write_text("a private key")
    # Any account that the parser runs as may go there and read.
    for path in (folder, *folder.parents):
        if path.stat().st_uid == os.getuid() and path.is_relative_to(tmp_path_factory.getbasetemp().parent):
            path.chmod(0o755)
    abstract = f"\0parser-test-{os.getpid()}"
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as unix:
        unix.bind(str(folder / "socket"))
        unix.listen()
        with socket.socket(socket.AF_UNIX) as nameless:
            if sys.platform == "linux":
                nameless.bind(abstract)
                nameless.listen()
            yield {
                "port": tcp.getsockname()[1],
                "unix": str(folder / "socket"),
                "abstract": abstract,
                "upload": str(folder / "upload"),
                "key": str(folder / "key"),
                "new": str(folder / "new"),
                "parent": os.getpid(),
            }


def attempts(programs: dict[str, str], places: dict[str, object]) -> dict[str, str]:
    return {name: program.format(**places) for name, program in programs.items()}


@pytest.fixture(scope="module")
def sealed(places: dict[str, object]) -> dict[str, str]:
    return take_over(attempts(SEALED, places))


@pytest.fixture(scope="module")
def without_seccomp(places: dict[str, object]) -> dict[str, str]:
    return take_over(attempts(BY_LANDLOCK, places), without="seccomp")


@pytest.fixture(scope="module")
def without_kernel_features(places: dict[str, object]) -> dict[str, str]:
    return take_over(attempts(EVERYWHERE, places), without="seccomp,landlock")


@linux
@pytest.mark.parametrize("attempt", SEALED)
def test_a_parser_can_not(sealed: dict[str, str], attempt: str) -> None:
    assert sealed[attempt] in REFUSED


@linux
@pytest.mark.parametrize("attempt", BY_LANDLOCK)
def test_without_seccomp_landlock_refuses_to(without_seccomp: dict[str, str], attempt: str) -> None:
    assert without_seccomp[attempt] in REFUSED


@pytest.mark.parametrize("attempt", EVERYWHERE)
def test_without_both_limits_refuse_to(without_kernel_features: dict[str, str], attempt: str) -> None:
    assert without_kernel_features[attempt] in REFUSED


def test_nothing_was_changed_by_the_attempts(
    sealed: dict[str, str], without_kernel_features: dict[str, str], places: dict[str, object]
) -> None:
    folder = Path(str(places["upload"])).parent
    assert sorted(path.name for path in folder.iterdir()) == ["key", "socket", "upload"]


@linux
def test_without_a_seal_the_same_attempts_succeed(places: dict[str, object]) -> None:
    # Without those that would leave something behind, or for which this machine may have no network and no io_uring.
    left_out = {"connect to another machine", "queue calls by io_uring", "write a file", "make shared memory"}
    harmless = {**NETWORK, **LINUX_NETWORK, **FILES, **LINUX_FILES, "size": SEALED_FILES["ask for a file's size"]}
    innocent = {name: program for name, program in harmless.items() if name not in left_out}
    outcomes = take_over(attempts(innocent, places), without="seal")
    assert {name for name, outcome in outcomes.items() if not outcome.startswith("done: ")} == set()


def test_a_parser_can_compute() -> None:
    assert take_over({"compute": "sum(range(10))"}) == {"compute": "done: 45"}


def test_a_parser_knows_no_secret_and_holds_no_file_of_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg2://app:secret@localhost/admindb")
    known = take_over({"environ": "started_with['environ']", "descriptors": "started_with['descriptors']"})
    names = set(literal_eval(known["environ"].removeprefix("done: ")))
    assert names - {"LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "LD_LIBRARY_PATH"} == {"PATH", "PYTHONDONTWRITEBYTECODE"}
    # The fourth is the one that lists them.
    assert known["descriptors"] == "done: [0, 1, 2, 3]"


def test_a_parser_can_not_change_the_file_that_it_reads() -> None:
    assert take_over({"write": "os.write(0, b'x')"}) == {"write": "EBADF"}


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("bytearray(1 << 31)", FailureCode.OUT_OF_MEMORY),
        ("[bytearray(1 << 20) for _ in iter(int, 1)]", FailureCode.OUT_OF_MEMORY),
        ("[None for _ in iter(int, 1)]", FailureCode.TIMEOUT),
        ("[os.write(1, bytes(100_000)) for _ in iter(int, 1)]", FailureCode.OUTPUT_TOO_LARGE),
    ],
)
def test_a_parser_can_not_use_up_the_machine(program: str, code: FailureCode) -> None:
    with pytest.raises(ParseFailed) as caught:
        take_over({"attempt": program}, limits=ParseLimits(cpu_seconds=2, output_bytes=1_000_000))
    assert caught.value.code is code


def test_the_error_output_of_a_parser_is_limited_too() -> None:
    flood = {"flood": "[os.write(2, bytes(100_000)) for _ in iter(int, 1)]"}
    assert take_over(flood, limits=ParseLimits(output_bytes=1_000_000)) == {"flood": "EFBIG"}


def test_a_parser_that_ignores_every_signal_is_ended_too() -> None:
    ignore = "[signal.signal(number, signal.SIG_IGN) for number in (signal.SIGXCPU, signal.SIGALRM, signal.SIGTERM)]"
    with pytest.raises(ParseFailed):
        take_over({"attempt": f"({ignore}, [None for _ in iter(int, 1)])"}, limits=ParseLimits(cpu_seconds=1))
