"""``python -m pipeline``: in the project's environment, which is made first where it is missing."""

from __future__ import annotations

import sys
from itertools import pairwise

from pipeline import environment
from pipeline.language import asked_language, messages_in


def main() -> int:
    """Run the command line; return its exit status."""
    try:
        with messages_in(asked_language(sys.argv[1:])):
            environment.make_environment(with_spark=_asks_for_spark(sys.argv[1:]))
    except environment.EnvironmentNotMadeError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if not environment.is_inside():
        return environment.run_inside(sys.argv[1:])
    from pipeline.cli import main as run

    return run(sys.argv[1:])


def _asks_for_spark(arguments: list[str]) -> bool:
    """Asked before the command line is read, for which packages are needed."""
    return "--engine=spark" in arguments or ("--engine", "spark") in pairwise(arguments)


if __name__ == "__main__":
    sys.exit(main())
