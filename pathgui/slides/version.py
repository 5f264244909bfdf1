"""Which OpenSlide reads the slides."""


def openslide_version() -> str:
    """Version of the OpenSlide library.

    Raises
    ------
    ImportError, OSError
        If it cannot be loaded.
    """
    import openslide

    return str(openslide.__library_version__)
