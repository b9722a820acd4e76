"""S&OP cockpit: levers on the left; forecast, supply plan and P&L side by side. Start: streamlit run app.py"""

from sop.ui import cockpit
from sop.ui.frame import frame

cockpit.show(frame("Cockpit", sidebar=False))
