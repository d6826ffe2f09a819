"""Tells what each step of a build cost, in lines that people and benchmarks read alike."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.core.messages import Message
from pipeline.core.progress import show_progress

logger = logging.getLogger(__name__)


@contextmanager
def timed(step: Message) -> Iterator[None]:
    """Log how long a step took: ``step.time`` of ``messages.yml``.

    The time of the processor is that of all threads, and of all processes that the step started and
    ended. A step that fails has no line.

    Args:
        step: What is done in it.
    """
    show_progress(step)
    start, processor = time.perf_counter(), _processor_time()
    yield
    seconds, busy = time.perf_counter() - start, _processor_time() - processor
    logger.info(Message("step.time", step=step, seconds=seconds, busy=busy))


def _processor_time() -> float:
    """Seconds of this process and of the processes that it has seen end; Windows knows its own."""
    return sum(os.times()[:4])
