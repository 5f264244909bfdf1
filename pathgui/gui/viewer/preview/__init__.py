"""Parameters tried out on the slide that is shown, before anything is run."""
