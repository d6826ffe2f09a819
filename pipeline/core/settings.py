"""What a user may set, read once from command line and environment, and passed on from there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.core.workspace import Workspace

# Names in the environment.
THREADS, MEMORY = "CHILDCARE_THREADS", "CHILDCARE_MEMORY"
SPARK_MASTER, SPARK_MEMORY = "CHILDCARE_SPARK_MASTER", "CHILDCARE_SPARK_MEMORY"
SPARK_SHARED = "CHILDCARE_SPARK_SHARED"


@dataclass(frozen=True)
class Limits:
    """What DuckDB may take of a machine that others use too; ``None``: as much as it wants.

    Attributes:
        threads: A whole number, as the user wrote it; DuckDB says whether it is one.
        memory: Memory with its unit, such as ``2GB``.
    """

    threads: str | None = None
    memory: str | None = None

    @property
    def of_duckdb(self) -> dict[str, str]:
        """DuckDB's names of the limits that are set."""
        named = {"threads": self.threads, "memory_limit": self.memory}
        return {name: value for name, value in named.items() if value is not None}

    def __str__(self) -> str:
        """The limits that are set, as they stand in the environment."""
        named = {THREADS: self.threads, MEMORY: self.memory}
        return ", ".join(f"{name}={value}" for name, value in named.items() if value is not None)


NO_LIMITS = Limits()


@dataclass(frozen=True)
class SparkSettings:
    """Where Spark runs; docs/cluster.md.

    Attributes:
        master: URL of a cluster's master; ``None`` for this machine alone.
        memory: Of Spark's Java on this machine, such as ``8g``.
        shared_folder: Folder that all machines of the cluster see; ``None`` for the folder of the
            build.
    """

    master: str | None = None
    memory: str = "4g"
    shared_folder: Path | None = None


@dataclass(frozen=True)
class Settings:
    """Everything that a user may set.

    Attributes:
        workspace: Folder that is read and built.
        limits: What DuckDB may take of the machine.
        spark: Where Spark runs, if it runs the models.
    """

    workspace: Workspace = field(default_factory=Workspace)
    limits: Limits = NO_LIMITS
    spark: SparkSettings = field(default_factory=SparkSettings)

    @classmethod
    def of(cls, workspace: Workspace, environment: Mapping[str, str]) -> Settings:
        """Settings of a command.

        Args:
            workspace: As the command line names it.
            environment: Variables of the process.
        """
        shared = environment.get(SPARK_SHARED)
        return cls(
            workspace=workspace,
            limits=Limits(environment.get(THREADS), environment.get(MEMORY)),
            spark=SparkSettings(
                master=environment.get(SPARK_MASTER),
                memory=environment.get(SPARK_MEMORY, SparkSettings.memory),
                shared_folder=None if shared is None else Path(shared),
            ),
        )
