"""Drawing on the slide: areas, masks and annotations."""
