"""Where items can be, how they get there, and what demand asks of the places behind it."""

from __future__ import annotations

import pytest

from sop.domain.base import base_parameters
from sop.domain.inputs import Inputs
from sop.domain.plans import Network
from sop.supply.network import build_network, sold_pairs
from tests.supply.factory import company, solved
from tests.supply.test_by_hand import Row, forecast


def two_sites(lanes: list[Row], **tables: list[Row]) -> Inputs:
    """A is made at P out of C, B is bought at the DC; the market M wants both; C is a component."""
    given: dict[str, list[Row]] = {
        "items": [{"item": "A"}, {"item": "B"}, {"item": "C", "kind": "component"}],
        "locations": [{"location": "P"}, {"location": "DC"}],
        "markets": [{"market": "M"}],
        "prices": [{"item": item, "list_price": 10} for item in "AB"],
        "forecasts": forecast({("A", "M"): [10, 20], ("B", "M"): [5, 5]}),
        "operations": [
            {"operation": "make A", "location": "P", "item": "A", "unit_cost": 1, "yield": 0.5},
            {"operation": "buy B", "location": "DC", "kind": "buy", "item": "B", "unit_cost": 1},
            {"operation": "buy C", "location": "P", "kind": "buy", "item": "C", "unit_cost": 1},
        ],
        "materials": [{"operation": "make A", "item": "C", "quantity": 3}],
        "resources": [{"resource": "Line", "location": "P", "hours": 1000}],
        "routings": [{"operation": "make A", "resource": "Line", "hours": 2}],
        "lanes": lanes,
    }
    return company({"horizon": 2}, **(given | tables))


def drawn(inputs: Inputs) -> tuple[set[str], set[str]]:
    """Nodes as "item@place" and arcs as "item:from>to"."""
    axes = base_parameters(inputs).axes
    net: Network = build_network(inputs, axes, sold_pairs(inputs, axes))
    items, places, markets = (axes[name].labels for name in ("item", "location", "market"))
    nodes = {f"{items[i]}@{places[at]}" for at, i in zip(net.node_location, net.node_item, strict=True)}
    ends = zip(net.arc_item, net.arc_from, net.arc_to_location, net.arc_to_market, strict=True)
    arcs = {f"{items[i]}:{places[a]}>{places[b] if b >= 0 else markets[m]}" for i, a, b, m in ends}
    return nodes, arcs


def test_a_lane_without_item_carries_what_is_there_and_wanted() -> None:
    """P to DC carries A, not the component C, which nobody wants at the DC; DC to M carries both products."""
    nodes, arcs = drawn(two_sites([{"from": "P", "to": "DC"}, {"from": "DC", "to": "M"}]))
    assert nodes == {"A@P", "C@P", "A@DC", "B@DC"}
    assert arcs == {"A:P>DC", "A:DC>M", "B:DC>M"}


def test_an_item_with_a_row_of_its_own_is_not_carried_twice() -> None:
    """A row for B beside a row for all items: the general row leaves B to its own."""
    inputs = two_sites([{"from": "P", "to": "DC"}, {"from": "DC", "to": "M"}, {"from": "DC", "to": "M", "item": "B"}])
    axes = base_parameters(inputs).axes
    net = build_network(inputs, axes, sold_pairs(inputs, axes))
    assert sorted(zip(net.arc_item.tolist(), net.arc_lane.tolist(), strict=True)) == [(0, 0), (0, 1), (1, 2)]


def test_lanes_back_and_forth_do_not_loop() -> None:
    """Lanes in both directions: the network is finite, and nothing is shipped in circles."""
    lanes = [{"from": "P", "to": "DC"}, {"from": "DC", "to": "P"}, {"from": "DC", "to": "M"}]
    plan = solved(two_sites(lanes))[3]
    assert plan.accepted[0, 0] == pytest.approx([10, 20])
    assert plan.shipped.sum() == pytest.approx(2 * 30 + 10)


def test_a_market_nobody_delivers_to_is_short() -> None:
    """Two locations and no lane to the market: all of its demand is short, the plan is still a plan."""
    plan = solved(two_sites([{"from": "P", "to": "DC"}]))[3]
    assert plan.short.sum() == pytest.approx(40)
    assert plan.accepted.sum() == 0


def test_served_from_is_a_free_way() -> None:
    """served_from delivers without lane, freight or delay."""
    _, arcs = drawn(two_sites([{"from": "P", "to": "DC"}], markets=[{"market": "M", "served_from": "DC"}]))
    assert arcs == {"A:P>DC", "A:DC>M", "B:DC>M"}


def test_required_load_follows_lanes_bills_and_yields() -> None:
    """20 A in February at yield 0.5 take 40 levels of 2 hours: 80 hours, in the month they are due."""
    plan = solved(two_sites([{"from": "P", "to": "DC"}, {"from": "DC", "to": "M", "lead_time": 1}]))[3]
    assert plan.required_load[0, :2] == pytest.approx([40, 80])


def test_primary_source_is_the_first_make_operation() -> None:
    """Where an item can be made in two ways, required load counts the first; buying it elsewhere does not count."""
    inputs = two_sites(
        [{"from": "P", "to": "DC"}, {"from": "DC", "to": "M"}],
        operations=[
            {"operation": "buy A", "location": "P", "kind": "buy", "item": "A", "unit_cost": 1},
            {"operation": "make A", "location": "P", "item": "A", "unit_cost": 5},
            {"operation": "make A slowly", "location": "P", "item": "A", "unit_cost": 9},
        ],
        materials=[],
        routings=[
            {"operation": "make A", "resource": "Line", "hours": 2},
            {"operation": "make A slowly", "resource": "Line", "hours": 7},
        ],
    )
    plan = solved(inputs)[3]
    assert plan.required_load[0] == pytest.approx([20, 40])
    assert plan.level[:, 0] == pytest.approx([10, 0, 0])


def test_one_lane_does_not_cut_off_the_other_markets() -> None:
    """One plant and one lane, to the UK: DACH is still served freely from the plant, the UK only over its lane."""
    inputs = company(
        {"horizon": 1},
        items=[{"item": "A"}],
        locations=[{"location": "P"}],
        markets=[{"market": "UK"}, {"market": "DACH"}],
        prices=[{"item": "A", "list_price": 10}],
        forecasts=forecast({("A", "UK"): [30], ("A", "DACH"): [20]}),
        operations=[{"operation": "make A", "location": "P", "item": "A", "unit_cost": 4}],
        lanes=[{"from": "P", "to": "UK", "unit_cost": 1}],
    )
    plan = solved(inputs)[3]
    assert plan.accepted[0, :, 0] == pytest.approx([30, 20])
    assert plan.objective == pytest.approx(50 * 6 - 30 * 1)


def test_without_operations_goods_are_bought_where_markets_are_served_from() -> None:
    """No operations: M1 is served from the DC, M2 over a lane from it at 1 a unit, M3 freely from the first place."""
    inputs = company(
        {"horizon": 1},
        items=[{"item": "A", "standard_cost": 6}],
        locations=[{"location": "P"}, {"location": "DC"}],
        markets=[{"market": "M1", "served_from": "DC"}, {"market": "M2"}, {"market": "M3"}],
        prices=[{"item": "A", "list_price": 10}],
        forecasts=forecast({("A", "M1"): [30], ("A", "M2"): [20], ("A", "M3"): [5]}),
        lanes=[{"from": "DC", "to": "M2", "unit_cost": 1}],
    )
    plan = solved(inputs)[3]
    assert plan.accepted[0, :, 0] == pytest.approx([30, 20, 5])
    assert plan.receipts[0] == pytest.approx([55])
    assert plan.objective == pytest.approx(55 * 4 - 20 * 1)


def _circle(extra: list[Row] | None = None) -> Inputs:
    """P is bought at L1; lanes lead from L0 to L1 and back; M0 is served from L1, M1 from L0."""
    return company(
        {"horizon": 2},
        items=[{"item": "P"}],
        locations=[{"location": "L0"}, {"location": "L1"}],
        markets=[{"market": "M0", "served_from": "L1"}, {"market": "M1", "served_from": "L0"}],
        prices=[{"item": "P", "list_price": 10}],
        forecasts=forecast({("P", "M0"): [31, 28], ("P", "M1"): [62, 56]}),
        operations=[
            {"operation": "buy", "location": "L1", "kind": "buy", "item": "P", "unit_cost": 2},
            *(extra or []),
        ],
        lanes=[{"from": "L0", "to": "L1"}, {"from": "L1", "to": "L0"}],
    )


def _asked(inputs: Inputs) -> dict[str, float]:
    """Units a place is asked for in the first bucket."""
    model, base, demand, plan = solved(inputs)
    places = [base.labels("location")[place] for place in plan.network.node_location]
    return dict(zip(places, model.case(base, demand).node_demand[:, 0].tolist(), strict=True))


def test_a_circle_of_lanes_loses_no_demand() -> None:
    """Only L1 has a source outside the circle: 31 for its own market and 62 on their way to L0."""
    assert _asked(_circle()) == pytest.approx({"L0": 62, "L1": 93})


def test_in_a_circle_everybody_with_a_source_of_their_own_takes_it() -> None:
    """Bought at both places: each serves its own market, whichever lane or place comes first in the tables."""
    both = _circle([{"operation": "buy 0", "location": "L0", "kind": "buy", "item": "P", "unit_cost": 2}])
    assert _asked(both) == pytest.approx({"L0": 62, "L1": 31})
