"""Nuclei in haematoxylin and eosin, without a trained model.

How it works, in the order of the modules: `signal` makes a picture that is high in
nuclei; `masks` cuts it at several thresholds; `pieces` cuts each mask into small
pieces; `merge` joins pieces as long as that makes better ellipses; `candidates`
measures what came out at each threshold; `choice` keeps the best of those that
overlap.
"""

from pathgui.preprocessing.nuclei.detection import NucleusDetectionHE, nuclei

__all__ = ["NucleusDetectionHE", "nuclei"]
