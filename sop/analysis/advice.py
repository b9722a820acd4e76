"""What to do about a plan: candidate actions re-solved, ranked by what they bring, and combined."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import floor, log10

from pydantic import ValidationError

from sop.analysis.actions import Action, actions, situation
from sop.analysis.applying import applied
from sop.analysis.effect import Effect, effect_of, plan_figures
from sop.domain.errors import ScenarioError
from sop.domain.inputs import Inputs
from sop.domain.plans import PlanResult, SolveStatus
from sop.domain.scenario import Override, Scenario
from sop.finance import Window

MOST_ACTIONS = 48
MOST_COMBINED = 3
_TRIED_TOGETHER = 5
_NEARLY = 0.9  # of the best size's worth: a smaller one that brings this much is advised instead
_POINTS = 0.0005  # of the expected fill rate, below which service counts as unchanged
_GUESS = "The price is beyond any in history: what demand does there is a guess."
_NOTHING = Scenario(id="nothing", name="Nothing")

Solve = Callable[[Scenario], PlanResult]


@dataclass(frozen=True)
class Advice:
    """One thing to do, confirmed by re-solving: applying ``overrides`` to the scenario brings exactly ``effect``.

    ``helps`` names what it is good for (ebitda, service, cash). ``parts`` are the titles of the actions it combines,
    empty for a single one. ``is_costed``: the plan knows what the action itself costs.
    """

    title: str
    short: str
    reason: str
    overrides: tuple[Override, ...]
    effect: Effect
    helps: tuple[str, ...]
    is_costed: bool = True
    parts: tuple[str, ...] = ()

    @property
    def ebitda(self) -> float:
        """Gain of EBITDA in the window."""
        return self.effect.ebitda

    @property
    def cost(self) -> float:
        """What it costs: the rise of all cost lines but COGS at standard, rebates and promotion."""
        return self.effect.cost


@dataclass(frozen=True)
class _Tried:
    action: Action
    effect: Effect
    is_guess: bool = False  # prices beyond history that the scenario did not have before


def advice(inputs: Inputs, solve: Solve, scenario: Scenario, window: Window, most: int = MOST_ACTIONS) -> list[Advice]:
    """What helps, best first, and last the best combination of up to three where that brings more than any alone.

    Single actions are ranked: those that raise worth (EBITDA now and later, less what is put at risk) by their EBITDA,
    then those that raise service, then those that raise the cash low point; ones whose own cost the plan does not know
    come last.
    ``scenario`` is spelled as the plan spells months (``canonical``); ``solve`` plans a changed one of its family.
    Nothing is advised about a plan that is not optimal.
    """
    base = solve(scenario)
    if base.supply.status is not SolveStatus.OPTIMAL:
        return []
    trial = _Trial(inputs, solve, scenario, base, window)
    groups: dict[str, list[Action]] = {}
    for action in actions(situation(inputs, base, window), most):
        groups.setdefault(action.group, []).append(action)
    tried = [trial.sizes(sorted(group, key=lambda one: one.size)) for group in groups.values()]
    found = [trial.advised(_best_size(sizes)) for sizes in tried if sizes]
    single = sorted((one for one in found if one.helps), key=_rank)
    return [*single, *trial.combined([one for one in single if one.is_costed])]


def next_action(found: Sequence[Advice]) -> Advice | None:
    """The one to name first: the best single one whose gain of EBITDA is known; else the best single one."""
    single = [one for one in found if not one.parts]
    earning = (one for one in single if one.is_costed and one.helps[0] == "ebitda" and one.ebitda > 0)
    return next(earning, single[0] if single else None)


class _Trial:
    """Re-solves a scenario with actions added, and judges them against the scenario as it is."""

    def __init__(self, inputs: Inputs, solve: Solve, scenario: Scenario, base: PlanResult, window: Window) -> None:
        self._inputs, self._solve, self._scenario, self._window = inputs, solve, scenario, window
        self._before, self._known_prices = plan_figures(inputs, base, window), ~base.demand.extrapolated
        self._precision = _last_digit(self._before.kpis.ebitda) / 2
        self._cash_precision = max(_last_digit(self._before.kpis.cash_low) / 2, self._precision)

    def sizes(self, group: Sequence[Action]) -> list[_Tried]:
        """The actions of a group, smallest first, for as long as the next size brings more than the last one."""
        tried: list[_Tried] = []
        for action in group:
            result = self._result(action.overrides)
            if result is None:
                continue
            effect = self._effect_of(result)
            tried.append(_Tried(action, effect, bool((result.demand.extrapolated & self._known_prices).any())))
            last = tried[-2].effect if len(tried) > 1 else None
            if not any(self._helps(effect)) or (last is not None and effect.worth <= last.worth + self._precision):
                break
        return tried

    def advised(self, tried: _Tried) -> Advice:
        """What was tried, with what it is good for."""
        action, effect = tried.action, tried.effect
        return Advice(
            action.title,
            action.short,
            f"{action.reason} {_GUESS}" if tried.is_guess else action.reason,
            action.overrides,
            effect,
            tuple(self._helps(effect)),
            action.is_costed,
        )

    def combined(self, single: Sequence[Advice]) -> list[Advice]:
        """Greedily: the best one, then whichever of the next ones adds most to it, up to three."""
        chosen = list(single[:1])
        best = chosen[0].effect if chosen else None
        while best is not None and len(chosen) < MOST_COMBINED:
            step = self._best_step(chosen, single, best)
            if step is None:
                break
            chosen, best = step
        return [self._joined(chosen, best)] if best is not None and len(chosen) > 1 else []

    def _best_step(
        self, chosen: list[Advice], single: Sequence[Advice], best: Effect
    ) -> tuple[list[Advice], Effect] | None:
        open_ones = [one for one in single if one not in chosen][:_TRIED_TOGETHER]
        tried = ((one, self._effect([turn for part in (*chosen, one) for turn in part.overrides])) for one in open_ones)
        better = [(one, effect) for one, effect in tried if effect is not None and self._adds(effect, best)]
        if not better:
            return None
        one, effect = max(better, key=lambda pair: pair[1].worth)
        return [*chosen, one], effect

    def _adds(self, effect: Effect, best: Effect) -> bool:
        return effect.worth > best.worth + self._precision

    def _joined(self, chosen: list[Advice], effect: Effect) -> Advice:
        titles = tuple(one.title for one in chosen)
        return Advice(
            "; ".join(titles),
            f"{chosen[0].short} and {len(chosen) - 1} more",
            "Together these bring more than any of them alone.",
            applied(_NOTHING, [turn for one in chosen for turn in one.overrides]).overrides,
            effect,
            tuple(self._helps(effect)),
            True,
            titles,
        )

    def _effect(self, overrides: Sequence[Override]) -> Effect | None:
        result = self._result(overrides)
        return None if result is None else self._effect_of(result)

    def _result(self, overrides: Sequence[Override]) -> PlanResult | None:
        """The plan with turns added; None where they cannot be, or leave no plan."""
        try:
            result = self._solve(applied(self._scenario, overrides))
        except (ScenarioError, ValidationError):
            return None
        return result if result.supply.status is SolveStatus.OPTIMAL else None

    def _effect_of(self, result: PlanResult) -> Effect:
        return effect_of(self._before, plan_figures(self._inputs, result, self._window))

    def _helps(self, effect: Effect) -> Iterator[str]:
        """What an effect is good for. Service may cost no more than the revenue it saves; cash nothing worth
        mentioning."""
        if effect.worth > self._precision:
            yield "ebitda"
        saved = effect.expected_fill * self._before.kpis.demanded_revenue
        if effect.expected_fill > _POINTS and effect.worth > -saved:
            yield "service"
        if (
            effect.cash_low > self._cash_precision
            and effect.worth > -self._precision
            and effect.expected_fill > -_POINTS
        ):
            yield "cash"


def _best_size(group: Sequence[_Tried]) -> _Tried:
    """The smallest size that is worth nearly as much as the best one."""
    best = max(group, key=lambda one: one.effect.worth)
    enough = best.effect.worth - (1 - _NEARLY) * abs(best.effect.worth)
    return min((one for one in group if one.effect.worth >= enough), key=lambda one: one.action.size)


def _rank(one: Advice) -> tuple[bool, int, float, str]:
    kind = ("ebitda", "service", "cash").index(one.helps[0])
    value = (one.effect.ebitda, one.effect.expected_fill, one.effect.cash_low)[kind]
    return not one.is_costed, kind, -value, one.title


def _last_digit(value: float) -> float:
    """Size of the third significant digit."""
    return 10.0 ** (floor(log10(abs(value))) - 2) if abs(value) >= 1 else 1.0
