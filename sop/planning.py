"""Planning: one scenario in, one complete answer out. Pure but for the clock that says how long each step took."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property, partial
from threading import RLock
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from sop.demand import DemandModel, forecast
from sop.demand.model import GIVEN, LAUNCH
from sop.demand.remarks import remarks
from sop.domain.base import base_parameters
from sop.domain.fences import acts_before_fence
from sop.domain.history import sold
from sop.domain.inputs import Inputs
from sop.domain.levers import LEVERS
from sop.domain.parameters import Array, Mask, Parameters
from sop.domain.plans import DemandPlan, FinancialPlan, PlanResult, SolveStatus, SupplyPlan
from sop.domain.scenario import ALL, Override, Scenario, apply, canonical, scenario_hash
from sop.finance import FinanceModel, expected_fill

if TYPE_CHECKING:
    import pandas as pd

    from sop.supply import SupplyModel
    from sop.supply.whole import Effort

_PER_PRODUCT = (
    *("growth", "price", "promotion", "planner_units", "index"),
    *("promotion_uplift", "pull_forward", "promotion_discount"),
)
_PER_LAUNCH = ("launch_volume", "cannibalisation")
_PER_RESOURCE = ("capacity", "shifts", "downtime", "overtime_limit", "labour_rate")


WHOLE_SECONDS = 60.0
_CASH_ROUNDS = 12
_CENT = 0.01
_IN_MONEY = ("cash_limit", "inventory_limit")
AS_SHARES = "Set-ups, minimum lots and whole numbers are planned as shares; the exact plan may cost more."


class Planner:
    """Plans the scenarios of one set of inputs; everything that does not depend on a scenario is built once here.

    ``model`` is the demand model fitted to the same inputs, ``base`` their ``base_parameters`` where they are known.
    Raises InputError when the inputs cannot make a plan.
    The supply model is built when it is first needed: it takes longest, and an answer kept from before does without.
    """

    def __init__(self, inputs: Inputs, model: DemandModel, base: Parameters | None = None) -> None:
        self.inputs = inputs
        self.model = model
        self.base: Parameters = base_parameters(inputs) if base is None else base
        self.finance = FinanceModel(inputs, self.base)
        self._building = RLock()
        self._limited: dict[frozenset[str], SupplyModel] = {}
        self._remarks = tuple(remarks(inputs, model, self.base))
        self._wants_whole = _wants_whole(inputs)
        self._acts_on = _cells_that_matter(inputs, self.base, model)

    @property
    def supply(self) -> SupplyModel:
        """The supply model, built once, whichever thread asks first."""
        with self._building:
            return self._supply

    def supply_of(self, parameters: Parameters) -> SupplyModel:
        """The supply model that states all limits a scenario has: one of its own where it limits what Base does not.

        Such a limit adds rows to the model, which then is built anew, once.
        """
        limits = frozenset(name for name in _IN_MONEY if _is_new_limit(self.base, parameters, name))
        if not limits:
            return self.supply
        with self._building:
            if limits not in self._limited:
                self._limited[limits] = self._new_supply(limits)
            return self._limited[limits]

    def warm_up(self) -> None:
        """Build the supply model and the bases large moves start from, before somebody waits for them."""
        self.supply.find_bases()

    @property
    def is_built(self) -> bool:
        """Whether the supply model is there."""
        return "_supply" in vars(self)

    @cached_property
    def _supply(self) -> SupplyModel:
        return self._new_supply()

    def _new_supply(self, limits: Collection[str] = ()) -> SupplyModel:
        from sop.supply import SupplyModel

        return SupplyModel(self.inputs, self.base, forecast(self.model, self.base), limits)

    @property
    def wants_whole(self) -> bool:
        """Whether the data ask for whole numbers, set-ups or lots, which sliders plan as shares."""
        return self._wants_whole

    def plan(
        self,
        scenario: Scenario,
        overrides: Sequence[Override],
        *,
        whole: bool = False,
        seconds: float = WHOLE_SECONDS,
        effort: Effort | None = None,
    ) -> PlanResult:
        """Forecast, supply plan and financial plan of a scenario.

        ``whole`` plans set-ups, minimum lots and whole numbers as such, where the data ask for them, instead of as
        shares; a plan not proven best within ``seconds`` then ends with status TIME_LIMIT. ``effort`` (instead of
        ``seconds``) also tells progress and can be cancelled.
        ``overrides`` are the ``effective_overrides`` of its chain. Same overrides, same answer, whatever was planned
        before. Raises ScenarioError for scopes or months unknown here, and for the same turn spelled in two ways.
        """
        steps = _Stopwatch()
        canonical(scenario, self.inputs.horizon)
        parameters = apply(self.base, overrides)
        steps.lap("levers")
        demand = forecast(self.model, parameters)
        steps.lap("demand")
        asked = self.supply_of(parameters)
        solve = partial(asked.solve_whole, seconds=seconds, effort=effort) if whole else asked.solve
        supply = solve(parameters, demand)
        steps.lap("supply")
        finance = self.finance.report(parameters, demand, supply)
        if np.isfinite(parameters["cash_limit"]).any():
            supply, finance = self._within_cash(solve, parameters, demand, supply, finance)
            steps.lap("cash")
        fill = expected_fill(demand, supply)
        steps.lap("finance")
        shares = [AS_SHARES] if self._wants_whole and not whole else []
        return PlanResult(
            inputs_id=self.inputs.id,
            scenario=scenario,
            scenario_key=scenario_hash(overrides),
            overrides=tuple(overrides),
            horizon=self.inputs.horizon,
            parameters=parameters,
            demand=demand,
            supply=supply,
            finance=finance,
            expected_fill=fill,
            warnings=(
                *self._remarks,
                *_solver(supply),
                *shares,
                *self._idle_levers(overrides),
                *(told for override in overrides if (told := acts_before_fence(self.base, override))),
                *_extrapolated(parameters, demand),
            ),
            seconds=steps.seconds,
        )

    def shadow_prices(self, plan: PlanResult) -> pd.DataFrame:
        """What one more hour of each full resource is worth to a plan; see ``sop.supply.prices.shadow_prices``."""
        return self.supply_of(plan.parameters).shadow_prices(plan.parameters, plan.demand)

    def _within_cash(
        self,
        solve: Callable[[Parameters, DemandPlan], SupplyPlan],
        parameters: Parameters,
        demand: DemandPlan,
        supply: SupplyPlan,
        finance: FinancialPlan,
    ) -> tuple[SupplyPlan, FinancialPlan]:
        """The plan that keeps the limit on closing cash by the books.

        The supply model counts late deliveries at the price of the bucket before they arrive, the books at the one they
        were due at. Where that matters (something waits for longer, prices move), the limit is raised by what the model
        counted too much, then by the least share of it that does.
        """
        within = np.arange(self.inputs.horizon.total) < self.inputs.horizon.periods
        limit = np.where(within, parameters["cash_limit"], -np.inf)
        if not _lacks_cash(limit, supply, finance):
            return supply, finance
        missing = np.maximum(supply.extras["cash"][0] - finance.cash["closing_cash"], 0.0)
        found, low, high, share = (supply, finance), 0.0, np.inf, 1.0
        for _ in range(_CASH_ROUNDS):
            plan = solve(parameters.with_values({"cash_limit": limit + share * missing}), demand)
            tried = plan, self.finance.report(parameters, demand, plan)
            if _lacks_cash(limit, *tried):
                low = share
            else:
                found, high = tried if plan.status is SolveStatus.OPTIMAL or high == np.inf else found, share
            share = 2.0 * share if high == np.inf else 0.5 * (low + high)
        return found

    def answered(self, scenario: Scenario, overrides: Sequence[Override], answer: Mapping[str, Any]) -> PlanResult:
        """The result of ``plan`` put together from the parts of an ``answer`` to the same question."""
        return PlanResult(
            inputs_id=self.inputs.id,
            scenario=scenario,
            scenario_key=scenario_hash(overrides),
            overrides=tuple(overrides),
            horizon=self.inputs.horizon,
            parameters=apply(self.base, overrides),
            **answer,
        )

    @property
    def acts_on(self) -> Mapping[str, Mask]:
        """For parameters a lever turns: the cells anything depends on, in a shape that broadcasts to the parameter's.

        A parameter that is not listed matters everywhere.
        """
        return self._acts_on

    def _idle_levers(self, overrides: Sequence[Override]) -> Iterator[str]:
        """A sentence for every override that cannot have an effect here."""
        for override in overrides:
            if override.is_neutral:
                continue
            name = LEVERS[override.lever].parameter
            before, after = self.base[name], apply(self.base, [override])[name]
            if _chosen_as_it_is(override, before, after):
                continue
            changed = ~((before == after) | (np.isnan(before) & np.isnan(after)))
            if not (changed & self._acts_on.get(name, np.True_)).any():
                scope = "" if override.target[1] == ALL else f" for {override.target[1]}"
                yield f"{LEVERS[override.lever].title}{scope} has no effect: there is nothing it acts on."


def _chosen_as_it_is(override: Override, before: Array, after: Array) -> bool:
    """Whether a level or a choice was set to what Base has already: that is meant, and needs no remark."""
    own = LEVERS[override.lever].neutral is None and override.operation == "set"
    return own and np.array_equal(before, after, equal_nan=True)


def _lacks_cash(limit: Array, supply: SupplyPlan, finance: FinancialPlan) -> bool:
    """Whether a plan that can be carried out ends a reported bucket with less cash than the limit."""
    return supply.status is SolveStatus.OPTIMAL and bool((finance.cash["closing_cash"] < limit - _CENT).any())


def _is_new_limit(base: Parameters, parameters: Parameters, name: str) -> bool:
    """Whether a scenario has a limit that Base lacks altogether."""
    return bool(np.isfinite(parameters[name]).any()) and not bool(np.isfinite(base[name]).any())


class _Stopwatch:
    """Seconds between laps, by name."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = perf_counter()

    def lap(self, name: str) -> None:
        """Note the time since the last lap."""
        now = perf_counter()
        self.seconds[name], self._last = now - self._last, now


def _wants_whole(inputs: Inputs) -> bool:
    """Whether the tables ask for set-ups, lots, opened lanes, minimum orders, maintenance or whole numbers."""
    asked = {
        "operations": ("setup_cost", "startup_cost", "minimum_lot", "lot_size", "whole"),
        "operation_limits": ("setup_cost", "startup_cost", "minimum_lot"),
        "routings": ("setup_hours",),
        "workforce": ("whole",),
        "suppliers": ("minimum_order",),
        "lane_limits": ("fixed_cost", "minimum_load"),
        "maintenance": ("machines",),
        "locations": ("maximum_lanes_out",),
    }
    return any(bool((inputs[table][list(names)] > 0).to_numpy().any()) for table, names in asked.items())


def _cells_that_matter(inputs: Inputs, base: Parameters, model: DemandModel) -> dict[str, Mask]:
    """For parameters a lever turns: the cells anything depends on, in a shape that broadcasts to the parameter's."""
    items = inputs["items"]
    on_sale = sold(inputs, base.axis("item"), base.axis("market"))[:, :, None]
    busy = set(inputs["routings"]["resource"]) | set(inputs["workforce"]["resource"])
    used = np.array([name in busy for name in base.labels("resource")], dtype=bool)[:, None]
    return {
        "launch_shift": items["launch"].notna().to_numpy(dtype=bool) & _starting(model),
        "phase_out_shift": items["phase_out"].notna().to_numpy(dtype=bool),
        "launch_probability": (model.origin == LAUNCH).any(axis=1) & (model.reached == 0),
        **dict.fromkeys(_PER_LAUNCH, (model.origin == LAUNCH).any(axis=1)),
        **dict.fromkeys(_PER_PRODUCT, on_sale),
        **dict.fromkeys(_PER_RESOURCE, used),
    }


def _starting(model: DemandModel) -> Mask:
    """Items [I] whose launch lies ahead and shapes their forecast: history, where there is any, has taken it in."""
    return np.asarray(np.isin(model.origin, (GIVEN, LAUNCH)).any(axis=1) & (model.reached == 0))


def _extrapolated(parameters: Parameters, demand: DemandPlan) -> Iterator[str]:
    """A sentence when prices lie outside anything in history."""
    outside = np.asarray(demand.extrapolated[..., : parameters.horizon.periods].any(axis=(1, 2)))
    names = [name for name, found in zip(parameters.labels("item"), outside, strict=True) if found]
    if names:
        shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        yield f"Price outside anything in history for {shown}: their demand is extrapolated."


def _solver(supply: SupplyPlan) -> Iterator[str]:
    """A sentence for every hard limit that had to give way, and one when the solver did not finish."""
    for conflict in supply.conflicts:
        relief = f"{conflict.relaxation:,.6g} {conflict.unit}".strip()
        yield f"{conflict.limit} cannot hold: it needs {relief} of relief."
    if supply.status is not SolveStatus.OPTIMAL and not supply.conflicts:
        yield f"The plan is not final: the solver ended with {supply.status.value!r}. Do not rely on its figures."
