"""Candidate actions on resources: overtime, shifts, downtime, people, hours."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

import numpy as np

from sop.analysis.actions.action import Action, added, months, plural
from sop.analysis.actions.situation import Situation, longest_run
from sop.domain.levers import LEVERS

_OVERTIME_STEPS = (5.0, 10.0)
_DAY = 24.0
_FULL_POOL = 0.999
_MORE_HOURS = 5.0


def overtime(where: Situation) -> Iterator[Action]:
    """More overtime in the months a resource is full, and in the tightest one alone; up to what demand needs."""
    for name, span, size in _spans(where):
        row, buckets = where.resource(name), slice(span[0], span[1] + 1)
        present = 100 * float(where.result.parameters["overtime_limit"][row, buckets].max())
        room = LEVERS["overtime_limit"].maximum - present
        hours = float(where.result.supply.available[row, buckets].max())
        needed = ceil(100 * float(where.missing_hours(name)[buckets].max()) / max(hours, 1e-9))
        for points in sorted({step for step in (*_OVERTIME_STEPS, float(needed)) if 0 < step <= room} | {room}):
            if points > 0 and hours > 0:
                when = months(where.horizon, *span)
                is_costed = bool((where.result.parameters["overtime_cost"][row, buckets] > 0).all())
                yield Action(
                    f"overtime {name}",
                    points * size,
                    f"{when} overtime on {name}, up to {present + points:g} %",
                    f"{when} overtime",
                    _why(where, name) if is_costed else f"{_why(where, name)} What overtime costs more is not given.",
                    (added(where.horizon, "overtime_limit", points, f"resource={name}", span),),
                    is_costed,
                )


def extra_shift(where: Situation) -> Iterator[Action]:
    """One shift more in the months a resource is full, and in the tightest one alone, where the day has room."""
    table = where.inputs["resources"].set_index("resource")["hours_per_shift"]
    shifts, capacity = where.result.parameters["shifts"], where.result.parameters["capacity"]
    for name, span, size in _spans(where):
        row, buckets = where.resource(name), slice(span[0], span[1] + 1)
        fits = (float(shifts[row, buckets].max()) + 1) * float(table[name]) <= _DAY
        if fits and capacity[row, buckets].max() > 0 and where.result.parameters["shift_cost"][row] > 0:
            when = months(where.horizon, *span)
            yield Action(
                f"shift {name}",
                size,
                f"{when} extra shift on {name}",
                f"{when} extra shift",
                _why(where, name),
                (added(where.horizon, "shifts", 1.0, f"resource={name}", span),),
            )


def moved_downtime(where: Situation) -> Iterator[Action]:
    """Maintenance out of the tightest month into the slackest one."""
    for name, buckets in where.tight.items():
        row, span = where.resource(name), where.window.planned
        downtime, supply = where.result.parameters["downtime"][row], where.result.supply
        planned = max(buckets, key=lambda bucket: float(downtime[bucket]))
        load = supply.load[row, span] / np.maximum(supply.available[row, span], 1e-9)
        slack, hours = span.start + int(load.argmin()), float(downtime[planned])
        if hours > 0 and slack not in buckets:
            source, target = months(where.horizon, planned, planned), months(where.horizon, slack, slack)
            yield Action(
                f"downtime {name}",
                hours,
                f"Downtime of {name} from {source} to {target}",
                f"{name} downtime to {target}",
                f"{name} is full in {source} and least used in {target}.",
                tuple(
                    added(where.horizon, "downtime", change, f"resource={name}", (bucket, bucket))
                    for bucket, change in ((planned, -hours), (slack, hours))
                ),
            )


def more_people(where: Situation) -> Iterator[Action]:
    """A higher limit on heads where a pool of a full resource is at its limit."""
    parameters, supply = where.result.parameters, where.result.supply
    axis = parameters.axis("pool")
    for row, (pool, resource) in enumerate(zip(axis.labels, axis.groups["resource"], strict=True)):
        if resource not in where.tight:
            continue
        span = longest_run(where.tight[resource])
        buckets = slice(span[0], span[1] + 1)
        limit = parameters["pool_maximum"][row, buckets]
        hours = float(parameters["pool_hours_per_worker"][row, buckets].max())
        if not (supply.heads[row, buckets] >= _FULL_POOL * limit).any() or hours <= 0:
            continue
        needed = max(ceil(float(where.missing_hours(resource)[buckets].max()) / hours), 1)
        for heads in sorted({max(needed // 2, 1), needed}):
            yield Action(
                f"heads {pool}",
                heads,
                f"Up to {plural(heads, 'head', 'heads')} more in {pool}",
                f"{plural(heads, 'hire', 'hires')} in {pool}",
                f"{_why(where, resource)} {pool} is at its limit of heads.",
                (added(where.horizon, "head_limit", float(heads), f"pool={pool}", (span[0], where.horizon.total - 1)),),
            )


def more_hours(where: Situation) -> Iterator[Action]:
    """More hours from the same line (speed, yield, change-overs): what that is worth before it is paid for."""
    for name, buckets in where.tight.items():
        span = longest_run(buckets)
        if where.result.parameters["capacity"][where.resource(name), span[0]] > 0:
            when = months(where.horizon, *span)
            yield Action(
                f"hours {name}",
                _MORE_HOURS,
                f"{when} {_MORE_HOURS:g} % more hours on {name}",
                f"{_MORE_HOURS:g} % more {name} hours",
                f"{_why(where, name)} What getting them costs is not counted.",
                (added(where.horizon, "capacity", _MORE_HOURS, f"resource={name}", span),),
                is_costed=False,
            )


def _spans(where: Situation) -> Iterator[tuple[str, tuple[int, int], float]]:
    """Resource, buckets and relative size: all months from the first to the last run, and the tightest one alone."""
    for name, buckets in where.tight.items():
        span = longest_run(buckets)
        if span[0] < span[1]:
            missing = where.missing_hours(name)
            worst = max(range(span[0], span[1] + 1), key=lambda bucket: float(missing[bucket]))
            yield name, (worst, worst), 1.0
        yield name, span, float(span[1] - span[0] + 1)


def _why(where: Situation, name: str) -> str:
    """Line 2 is full Sep-Nov: demand needs up to 128 % of its hours."""
    supply, row = where.result.supply, where.resource(name)
    buckets = list(where.tight[name])
    share = float((supply.required_load[row, buckets] / np.maximum(supply.available[row, buckets], 1e-9)).max())
    span = longest_run(where.tight[name])
    return f"{name} is full {months(where.horizon, *span)}: demand needs up to {100 * share:.0f} % of its hours."
