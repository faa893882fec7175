"""Laying a mark exactly over the place where it may be: shift, stretch and skew until the edges agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from postcheck.logo_index.edges import Scene, edge_field
from postcheck.logo_index.template import Plate
from postcheck.logo_index.verify import visible

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

_SOFT = 1.2  # pixels of blur: widens the basin in which the steps find their way


@dataclass(frozen=True, slots=True)
class Aligner:
    """A plate, with what each step of the alignment needs.

    Attributes:
        plate: the mark at one size.
        target: the softened edges of the mark, (height, width, 3).
        solve: (6, height × width × 3) matrix from a difference of edges to the six numbers of a small affine
            change of placing.
    """

    plate: Plate
    target: Array
    solve: Array

    @classmethod
    def of(cls, plate: Plate) -> Aligner:
        """Prepare a plate."""
        import cv2
        import numpy as np

        target = cv2.GaussianBlur(plate.edges, (0, 0), _SOFT)
        dx, dy = (np.gradient(target, axis=axis) * plate.mask[..., None] for axis in (1, 0))
        rows, columns = np.mgrid[0 : plate.shape[0], 0 : plate.shape[1]].astype(np.float32)
        x = (columns - plate.shape[1] / 2)[..., None] / 32
        y = (rows - plate.shape[0] / 2)[..., None] / 32
        steep = np.stack([part.ravel() for part in (dx * x, dx * y, dx, dy * x, dy * y, dy)])
        hessian = steep @ steep.T
        hessian += np.eye(6) * (1e-3 * np.trace(hessian) / 6)
        return cls(plate, target, np.linalg.solve(hessian, steep).astype(np.float32))

    def refined(self, scene: Scene, placing: Array, steps: int) -> Array:
        """Return the placing (plate pixels to image pixels) after some Gauss-Newton steps."""
        import cv2
        import numpy as np

        shape = self.plate.shape
        power = float((self.target * self.target).sum())
        middle = np.array([shape[1] / 2, shape[0] / 2])
        for _ in range(steps):
            shown = visible(scene, placing, shape)
            field = edge_field(scene.cut(placing, shape)) * (self.plate.mask * shown)[..., None]
            seen = cv2.GaussianBlur(field, (0, 0), _SOFT)
            target = self.target
            if not isinstance(shown, float):
                target = target * shown[..., None]
                power = max(float(np.vdot(target, target)), 1e-3)
            gain = max(float(np.vdot(seen, target)) / power, 0.15)
            change = self.solve @ (seen / gain - target).ravel()
            linear = np.array([[change[0], change[1]], [change[3], change[4]]]) / 32
            if float(np.abs(linear).max()) > 0.5:
                return placing
            shift = np.array([change[2], change[5]])
            # The change moves the mark; its inverse moves the view.
            warp = np.column_stack([np.eye(2) + linear, shift - linear @ middle])
            back = cv2.invertAffineTransform(warp)
            placing = np.column_stack(
                [placing[:, :2] @ back[:, :2], placing[:, :2] @ back[:, 2] + placing[:, 2]]
            )
            corner = np.abs(linear) @ middle + np.abs(shift)
            if float(corner.max()) < 0.1:
                break
        return placing
