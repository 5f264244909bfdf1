"""What every extractor is."""

from abc import ABC, abstractmethod

import numpy as np
import numpy.typing as npt

Features = npt.NDArray[np.float32]
Images = npt.NDArray[np.uint8]


class Extractor(ABC):
    """Turns images of tiles into vectors.

    Attributes
    ----------
    name : str
        Names the extractor in files and tables.
    feature_names : tuple of str
        One name per number, in order; empty where numbers have no meaning of their
        own.
    model_hash : str
        SHA-256 of the model's file; empty for hand-crafted features.
    """

    name: str
    feature_names: tuple[str, ...]
    model_hash: str = ""

    @property
    def dimension(self) -> int:
        """Numbers per tile."""
        return len(self.feature_names)

    @abstractmethod
    def extract(self, images: Images) -> Features:
        """Features of a batch of tiles.

        Parameters
        ----------
        images : ndarray of uint8, shape (n, H, W, 3)
            RGB tiles of one size.

        Returns
        -------
        ndarray of float32, shape (n, dimension)
        """
