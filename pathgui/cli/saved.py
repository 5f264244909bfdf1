"""`cohort list`, `save`, `forget`, `slides`: conditions kept under a name."""

from typing import Annotated

import typer

from pathgui.cli.cohort import Json, ProjectDir
from pathgui.cli.output import result

Name = Annotated[str, typer.Argument(help="Name of the cohort.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    group = typer.Typer(
        help="Cohorts: those slides belong to, and saved conditions.",
        no_args_is_help=True,
    )
    group.command("list")(list_cohorts)
    group.command("save")(save)
    group.command("forget")(forget)
    group.command("slides")(slides)
    app.add_typer(group, name="cohort")


def list_cohorts(project: ProjectDir, as_json: Json = False) -> None:
    """Say which cohorts there are."""
    from pathgui.project import Project
    from pathgui.project.cohorts import saved_cohorts

    with Project.open(project, write=False) as opened:
        own = {name: len(ids) for name, ids in opened.cohorts().items()}
        saved = {
            name: {"expression": s.expression, "description": s.description}
            for name, s in saved_cohorts(opened).items()
        }
    lines = [f"{name}: {count:,} slides" for name, count in own.items()]
    lines += [f"{name}: {s['expression']}" for name, s in saved.items()]
    result({"cohorts": own, "saved": saved}, "\n".join(lines), as_json=as_json)


def save(
    project: ProjectDir,
    name: Name,
    expression: Annotated[
        str, typer.Argument(help="Such as 'stage == \"II\" and age > 50'.")
    ],
    description: Annotated[str, typer.Option(help="What it is for.")] = "",
) -> None:
    """Keep a condition on slides under a name; runs and exports take it."""
    from pathgui.project import Project
    from pathgui.project.cohorts import keeping_cohort, slides_of_cohort

    with Project.open(project) as opened:
        opened.apply(keeping_cohort(opened, name, expression, description))
        opened.save()
        count = len(slides_of_cohort(opened, name))
    word = "slide" if count == 1 else "slides"
    print(f"Saved {name}: {count:,} {word} now.")


def forget(project: ProjectDir, name: Name) -> None:
    """Remove a saved cohort; slides and tables stay."""
    from pathgui.project import Project
    from pathgui.project.cohorts import forgetting_cohort

    with Project.open(project) as opened:
        opened.apply(forgetting_cohort(opened, name))
        opened.save()
    print(f"{name} is forgotten.")


def slides(project: ProjectDir, name: Name, as_json: Json = False) -> None:
    """Say which slides are in a cohort now."""
    from pathgui.project import Project
    from pathgui.project.cohorts import slides_of_cohort

    with Project.open(project, write=False) as opened:
        found = slides_of_cohort(opened, name)
    result({"cohort": name, "slides": found}, "\n".join(found), as_json=as_json)
