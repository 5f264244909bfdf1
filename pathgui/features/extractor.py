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
        One name per number, in order.
    """

    name: str
    feature_names: tuple[str, ...]

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
