"""`doctor`: what is installed, what is missing, and how to mend it."""

import typer

from pathgui.cli.cohort import Json
from pathgui.cli.output import result


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("doctor")(doctor)


def doctor(as_json: Json = False) -> None:
    """Check this computer."""
    from pathgui.workflows.doctor import check

    findings = check()
    lines = []
    for item in findings:
        mark = "ok     " if item.ok else ("missing" if item.needed else "extra  ")
        lines.append(f"{mark}  {item.name}: {item.text}")
        if not item.ok and item.mend:
            lines.append(f"         {item.mend}")
    data = {
        "ok": all(item.ok or not item.needed for item in findings),
        "findings": [item.as_dict() for item in findings],
    }
    result(data, "\n".join(lines), as_json=as_json)
