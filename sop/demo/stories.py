"""The five scenarios saved with the demo company; the purpose of each is its story."""

from __future__ import annotations

import json

from sop.domain.scenario import Override, Scenario

AUTHOR = "Aldermoor planning"

KETTLE_PRICE = Scenario(
    id="kettle-price",
    name="Kettle price +4 %",
    purpose="Kettles are short in autumn anyway: a higher price sells fewer, leaves fewer orders unmet and earns more.",
    author=AUTHOR,
    overrides=(Override(lever="price", scope="family=Kettles", value=4, reason="Price before volume", author=AUTHOR),),
)

BLACK_FRIDAY = Scenario(
    id="black-friday",
    name="Black Friday 10 points deeper",
    purpose="Sales asks for a deeper November: more orders then, fewer in December and January, and no line free.",
    author=AUTHOR,
    overrides=(
        Override(
            lever="promotion", value=10, first="2026-11", last="2026-11", reason="Marketplace campaign", author=AUTHOR
        ),
    ),
)

CHIP_SUPPLY = Scenario(
    id="chip-supply",
    name="Chip supply -40 % June to August",
    purpose="The only chip supplier warns of a summer on allocation: coffee makers and kettles run short in autumn.",
    author=AUTHOR,
    overrides=(
        Override(
            lever="supplier_limit",
            scope="supplier=Silverbrook Semiconductors",
            value=-40,
            first="2026-06",
            last="2026-08",
            reason="Allocation letter of the supplier",
            author=AUTHOR,
        ),
    ),
)

THIRD_SHIFT = Scenario(
    id="third-shift",
    name="Third shift on Line 2, August to November",
    purpose="Make it when it sells instead of building ahead: less stock and more cash, for the price of a shift.",
    author=AUTHOR,
    overrides=(
        Override(
            lever="shifts",
            scope="resource=Line 2",
            value=1,
            first="2026-08",
            last="2026-11",
            reason="Temporary crew",
            author=AUTHOR,
        ),
    ),
)

LATE_LAUNCH = Scenario(
    id="late-launch",
    name="Coffee launch two months late",
    purpose="Bean to cup starts in November, not September: revenue is missed, but Line 2 gets room when tightest.",
    author=AUTHOR,
    overrides=(Override(lever="launch_shift", scope="item=ALD-C4", value=2, reason="Approval slips", author=AUTHOR),),
)

SCENARIOS = (KETTLE_PRICE, BLACK_FRIDAY, CHIP_SUPPLY, THIRD_SHIFT, LATE_LAUNCH)


def as_json() -> str:
    """All saved scenarios as a JSON list, defaults left out."""
    told = [json.loads(scenario.model_dump_json(exclude_defaults=True)) for scenario in SCENARIOS]
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"
