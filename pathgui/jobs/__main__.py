"""``python -m pathgui.jobs PLAN.json``: a run in a process of its own."""

import sys
from pathlib import Path

from pathgui.jobs.detached import carry_out_plan

if __name__ == "__main__":
    sys.exit(carry_out_plan(Path(sys.argv[1])))
