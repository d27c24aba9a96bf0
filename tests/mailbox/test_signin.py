"""Sources of a password in; the password, or one line that does not show it, out."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from auditor.errors import ConfigError
from auditor.mailbox import signin
from auditor.mailbox.signin import AccessToken, Password, credential

SECRET = "correct horse"


def _file(path: Path, mode: int, content: bytes = SECRET.encode() + b"\nsecond line\n") -> Path:
    path.write_bytes(content)
    path.chmod(mode)
    return path


def _python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def test_the_environment_gives_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_PASSWORD", SECRET)

    assert credential(env="SHOP_PASSWORD") == Password(SECRET)


def test_a_command_gives_the_first_line_of_its_output() -> None:
    assert credential(command=_python(f"print('{SECRET}'); print('login: x')")) == Password(SECRET)


@pytest.mark.parametrize("mode", [0o600, 0o400], ids=oct)
def test_a_private_file_gives_its_first_line(tmp_path: Path, mode: int) -> None:
    assert credential(file=_file(tmp_path / "pw", mode)) == Password(SECRET)


@pytest.mark.parametrize("mode", [0o640, 0o644, 0o604, 0o620, 0o666, 0o610], ids=oct)
def test_a_file_that_others_can_open_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(ConfigError, match=f"can be read by others .mode {mode:04o}") as caught:
        credential(file=_file(tmp_path / "pw", mode))

    assert caught.value.hint == f"chmod 600 {tmp_path / 'pw'}"


def test_a_symbolic_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(_file(tmp_path / "pw", 0o600))

    with pytest.raises(ConfigError, match="it is a symbolic link"):
        credential(file=tmp_path / "link")


def test_a_missing_file_and_a_folder_and_a_pipe_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)

    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        credential(file=tmp_path / "none")
    for odd in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(ConfigError, match=r"cannot be read|not a regular file"):
            credential(file=odd)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_user_is_refused(tmp_path: Path) -> None:
    path = _file(tmp_path / "pw", 0o600)
    os.chown(path, 65534, 65534)

    with pytest.raises(ConfigError, match="belongs to another user"):
        credential(file=path)


@pytest.mark.parametrize("content", [b"", b"\n", b"\nsecond\n"], ids=["empty", "line end", "blank first line"])
def test_an_empty_password_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ConfigError, match="holds no password"):
        credential(file=_file(tmp_path / "pw", 0o600, content))


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is not UTF-8 text"):
        credential(file=_file(tmp_path / "pw", 0o600, b"\xff\xfe\n"))


def test_an_unset_variable_is_named() -> None:
    with pytest.raises(ConfigError, match="NO_SUCH_VARIABLE_HERE is not set"):
        credential(env="NO_SUCH_VARIABLE_HERE")


def test_a_failing_command_tells_why_but_not_the_password() -> None:
    code = f"import sys; print('{SECRET}'); print('\\x1b[2Jvault locked', file=sys.stderr); sys.exit(3)"

    with pytest.raises(ConfigError, match=r"failed with code 3: '\\x1b\[2Jvault locked'") as caught:
        credential(command=_python(code))

    assert SECRET not in str(caught.value)


def test_a_command_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be run: No such file"):
        credential(command=(str(tmp_path / "none"),))
    with pytest.raises(ConfigError, match="password_command is empty"):
        credential(command=())


def test_a_slow_command_is_stopped_and_its_output_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signin, "_COMMAND_S", 0.5)
    code = f"import time; print('{SECRET}', flush=True); time.sleep(60)"

    with pytest.raises(ConfigError, match=r"did not end within 0\.5 s") as caught:
        credential(command=_python(code))

    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_command_is_no_shell_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be run"):
        credential(command=(f"echo {SECRET}; touch {tmp_path / 'made'}",))

    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("given", [{}, {"env": "A", "file": Path("b")}], ids=["none", "two"])
def test_exactly_one_source_is_wanted(given: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match="exactly one source"):
        credential(**given)  # type: ignore[arg-type]


def test_the_keyring_package_is_asked_for_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)

    with pytest.raises(ConfigError) as caught:
        credential(keyring_service=("auditor", "seller"))

    assert caught.value.hint == "pip install 'auditor[keyring]'"


def test_the_keyring_gives_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = pytest.importorskip("keyring")
    backend = pytest.importorskip("keyring.backend")

    class Memory(backend.KeyringBackend):  # type: ignore[name-defined,misc]
        priority = 1

        def get_password(self, service: str, username: str) -> str | None:
            return SECRET if (service, username) == ("auditor", "seller") else None

        def set_password(self, service: str, username: str, password: str) -> None:
            raise NotImplementedError

    before = keyring.get_keyring()
    keyring.set_keyring(Memory())
    try:
        assert credential(keyring_service=("auditor", "seller")) == Password(SECRET)
        with pytest.raises(ConfigError, match="holds no password of other for auditor"):
            credential(keyring_service=("auditor", "other"))
    finally:
        keyring.set_keyring(before)


@pytest.mark.parametrize("kind", [Password, AccessToken])
def test_a_secret_does_not_show(kind: type[Password]) -> None:
    assert SECRET not in f"{kind(SECRET)!r} {kind(SECRET)}"
