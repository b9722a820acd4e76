"""One candidate action, and how its turns are spelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sop.analysis.wording import bucket_ranges
from sop.domain.horizon import Horizon
from sop.domain.scenario import Override


@dataclass(frozen=True)
class Action:
    """A candidate. Of one ``group`` (the same thing in several sizes) only one is advised; ``size`` orders them.

    ``is_costed`` says whether the plan knows what the action itself costs (overtime is paid for, a bigger warehouse is
    not).
    """

    group: str
    size: float
    title: str
    short: str
    reason: str
    overrides: tuple[Override, ...]
    is_costed: bool = True

    def __post_init__(self) -> None:
        """Every turn carries the reason."""
        told = tuple(turn.model_copy(update={"reason": self.reason[:500]}) for turn in self.overrides)
        object.__setattr__(self, "overrides", told)


def added(horizon: Horizon, lever: str, value: float, scope: str, buckets: tuple[int, int] | None = None) -> Override:
    """A turn on top of whatever is turned already, from the first to the last bucket (None = always), months spelled as
    the plan spells them."""
    first, last = buckets or (0, horizon.total - 1)
    return Override(
        lever=lever,
        value=value,
        operation="add",
        scope=scope,
        first=horizon.label(first) if first > 0 else "",
        last=horizon.label(last) if last < horizon.total - 1 else "",
    )


def months(horizon: Horizon, first: int, last: int) -> str:
    """How a title names buckets: October, Sep-Nov."""
    if first == last and horizon.bucket == "month":
        day = horizon.start(first) + timedelta(days=14)
        year = (horizon.start(0) + timedelta(days=14)).year
        return f"{day:%B}" if day.year == year else f"{day:%B} {day.year % 100:02d}"
    return bucket_ranges(horizon, range(first, last + 1))


def runs(buckets: Sequence[int]) -> list[tuple[int, int]]:
    """First and last of every run of buckets.

    >>> runs([8, 9, 10, 12])
    [(8, 10), (12, 12)]
    """
    result: list[tuple[int, int]] = []
    for bucket in sorted(set(buckets)):
        if result and bucket == result[-1][1] + 1:
            result[-1] = (result[-1][0], bucket)
        else:
            result.append((bucket, bucket))
    return result


def plural(count: float, one: str, many: str) -> str:
    """1 head, 3 heads."""
    return f"{count:g} {one if count == 1 else many}"
