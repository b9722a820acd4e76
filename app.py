"""S&OP cockpit: levers on the left; forecast, supply plan and P&L side by side. Start: python -m sop.ui"""

from sop.ui.early import early

early()

from sop.ui import cockpit  # noqa: E402
from sop.ui.frame import frame  # noqa: E402

cockpit.show(frame("Cockpit", sidebar=False))
