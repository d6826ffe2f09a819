"""Makes the project's own environment; needs nothing but Python itself."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from pipeline.language import message_language

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "installed.sha256"  # checksum of the lock file that was installed to the end
SPARK_LOCK = ROOT / "requirements-spark.lock"  # what ENGINE=spark takes besides
SPARK_STAMP = VENV / "installed-spark.sha256"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
OLDEST_PYTHON = (3, 11)
# The few messages of this module; those of the product need a package that reads YAML.
TEXTS = {
    "old_python": {
        "zh": "Python {found} 版本过低；请安装 Python {wanted} 或更新的版本，"
        "或指定一个：make PYTHON=python3.12",
        "en": "Python {found} is too old; install Python {wanted} or newer, or name one: "
        "make PYTHON=python3.12",
    },
    "making": {"zh": "正在创建运行环境 {folder}", "en": "making the environment in {folder}"},
    "installing": {
        "zh": "正在安装锁定版本的软件包，约需一两分钟",
        "en": "installing the locked packages; this takes a minute or two",
    },
    "no_venv": {
        "zh": "缺少 venv 模块；在 Debian 或 Ubuntu 上请运行：apt install python3-venv",
        "en": "the venv module is missing; on Debian or Ubuntu: apt install python3-venv",
    },
    "not_installed": {
        "zh": "有软件包未能安装；请检查与软件包索引的连接后重试",
        "en": "a package could not be installed; check the connection to the package index and"
        " try again",
    },
}


class EnvironmentNotMadeError(Exception):
    """The environment could not be made; the message says what to do."""


def is_inside() -> bool:
    """Whether this very process runs in the project's environment."""
    return Path(sys.prefix).resolve() == VENV.resolve()


def is_current(*, with_spark: bool = False) -> bool:
    """Whether the environment holds what the lock file says, and that of Spark if asked for."""
    return not _find_missing(with_spark=with_spark)


def make_environment(*, with_spark: bool = False) -> None:
    """Create ``.venv`` and install the locked packages, unless that was done before.

    Args:
        with_spark: Whether to install what Spark needs, too.

    Raises:
        EnvironmentNotMadeError: Python is too old, its venv module is missing, or a package could
            not be fetched. A half-made environment is taken up again by the next call.
    """
    missing = _find_missing(with_spark=with_spark)
    if not missing:
        return
    if sys.version_info < OLDEST_PYTHON:
        found = ".".join(map(str, sys.version_info[:3]))
        wanted = ".".join(map(str, OLDEST_PYTHON))
        raise EnvironmentNotMadeError(_text("old_python", found=found, wanted=wanted))
    if not PYTHON.exists():
        _write(_text("making", folder=str(VENV)))
        _run(
            [sys.executable, "-m", "venv", str(VENV)],
            _text("no_venv"),
        )
    _write(_text("installing"))
    for lock, stamp in missing.items():
        _install(lock)
        stamp.write_text(_checksum(lock))


def _find_missing(*, with_spark: bool) -> dict[Path, Path]:
    """Lock file -> its stamp, of those that are not installed to the end."""
    wanted = {LOCK: STAMP} | ({SPARK_LOCK: SPARK_STAMP} if with_spark else {})
    return {
        lock: stamp
        for lock, stamp in wanted.items()
        if not (PYTHON.exists() and stamp.exists() and stamp.read_text() == _checksum(lock))
    }


def _install(lock: Path) -> None:
    # The lock names every package with its hash, so pip has nothing to resolve.
    _run(
        [
            str(PYTHON),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            "--require-hashes",
            "--requirement",
            str(lock),
        ],
        _text("not_installed"),
    )


def run_inside(arguments: list[str]) -> int:
    """Run ``python -m pipeline`` in the project's environment.

    Returns:
        Its exit status.
    """
    command = [str(PYTHON), "-m", "pipeline", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.call(command, env=environment)  # noqa: S603 - our own command line


def _run(command: list[str], remedy: str) -> None:
    if subprocess.call(command) != 0:  # noqa: S603 - our own command line
        raise EnvironmentNotMadeError(remedy)


def _text(name: str, **values: str) -> str:
    return TEXTS[name][message_language()].format(**values)


def _write(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _checksum(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()
