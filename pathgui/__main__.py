"""Entry of `pathgui` and `python -m pathgui`: thin, so that workers start fast."""

import sys


def main() -> None:
    """Run the command line."""
    from multiprocessing import freeze_support

    # A frozen application starts its worker processes through this same file.
    freeze_support()
    if sys.argv[1:2] == ["--guarded-call"]:
        from pathgui.storage.guarded import main as answer

        answer()
        return
    if sys.argv[1:2] == ["--pathgui-process"]:
        from pathgui.jobs.process import main as work

        work(sys.argv[2:])
        return
    from pathgui.cli import main as command

    sys.exit(command())


if __name__ == "__main__":
    main()
