"""What is said of a refused row: why it is refused, and what to do."""

from __future__ import annotations

import json

from pipeline.core.messages import Message
from pipeline.wording.labels import column_label
from pipeline.wording.texts import speaking


def refusal_messages(code: str, parameters: str) -> tuple[Message, Message]:
    """Reason and next step of a refusal.

    Args:
        code: ``reason_code`` of a refused row.
        parameters: Its parameters, a JSON object of texts and lists of texts; ``columns`` are
            columns with their contract, such as ``population.date``.
    """
    values = json.loads(parameters)
    if "columns" in values:
        values["columns"] = [_column(*column.split(".")) for column in values["columns"]]
    return Message(f"refusal.{code}", **values), Message(f"refusal_step.{code}", **values)


def _column(contract: str, name: str) -> Message:
    with speaking("zh"):
        return Message("name.titled", title=column_label(name, contract), name=name)
