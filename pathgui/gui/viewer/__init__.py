"""The slide on screen: napari canvas, its overlays and the floats around it."""
