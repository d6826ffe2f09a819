"""What is said of a refused row: why it is refused, and what to do."""

from __future__ import annotations

import json

from pipeline.contracts import load_contracts
from pipeline.core.messages import Message


def refusal_messages(code: str, parameters: str) -> tuple[Message, Message]:
    """Reason and next step of a refusal.

    Args:
        code: ``reason_code`` of a refused row.
        parameters: Its parameters, a JSON object of texts and lists of texts; ``columns`` are
            columns with their contract, such as ``population.date``.
    """
    values = json.loads(parameters)
    if "columns" in values:
        contracts = load_contracts().by_name
        named = (column.split(".") for column in values["columns"])
        values["columns"] = [contracts[contract].columns[name].in_words for contract, name in named]
    return Message(f"refusal.{code}", **values), Message(f"refusal_step.{code}", **values)
