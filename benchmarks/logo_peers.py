"""Other ways to find a logo, on the sets of the logo benchmark: each as its documentation uses it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

# A peer is made from the files of the marks. It returns a score for each mark, more for more alike.
Peer = Callable[[Path], list[float]]


def _on_white(file: Path, longest: int | None = None) -> Image.Image:
    image = Image.open(file).convert("RGBA")
    ground = Image.new("RGBA", image.size, "white")
    ground.alpha_composite(image)
    flat = ground.convert("RGB")
    if longest and max(flat.size) > longest:
        flat.thumbnail((longest, longest))
    return flat


def phash(marks: Sequence[Path]) -> Peer:
    """pHash of the whole image."""
    import imagehash

    known = [imagehash.phash(_on_white(file)) for file in marks]

    def find(file: Path) -> list[float]:
        seen = imagehash.phash(_on_white(file))
        return [-float(seen - one) for one in known]

    return find


def pdq(marks: Sequence[Path]) -> Peer:
    """PDQ of the whole image."""
    import pdqhash

    def bits(file: Path) -> Any:
        return pdqhash.compute(np.asarray(_on_white(file)))[0]

    known = [bits(file) for file in marks]

    def find(file: Path) -> list[float]:
        seen = bits(file)
        return [-float((seen != one).sum()) for one in known]

    return find


def crop_resistant(marks: Sequence[Path]) -> Peer:
    """ImageHash's crop_resistant_hash: hashes of bright and dark segments."""
    import imagehash

    def segments(file: Path) -> Any:
        return imagehash.crop_resistant_hash(
            _on_white(file, 640), min_segment_size=500, segmentation_image_size=300
        )

    known = [segments(file) for file in marks]

    def find(file: Path) -> list[float]:
        seen = segments(file)
        return [-float(one - seen) for one in known]

    return find


def _key_points(marks: Sequence[Path], make: Callable[[], Any], norm: int) -> Peer:
    """Key points, the ratio test, and the inliers of an affine map."""
    import cv2

    cv2.setNumThreads(1)

    def described(file: Path, side: int) -> tuple[Any, Any]:
        image = np.asarray(_on_white(file, side).convert("L"))
        points, words = make().detectAndCompute(image, None)
        return np.array([point.pt for point in points], np.float32), words

    known, matcher = [described(file, 400) for file in marks], cv2.BFMatcher(norm)

    def find(file: Path) -> list[float]:
        points, words = described(file, 640)
        scores = []
        for own, own_words in known:
            score = 0.0
            if words is not None and own_words is not None and len(words) > 1 and len(own_words) > 1:
                pairs = [p for p in matcher.knnMatch(own_words, words, k=2) if len(p) == 2]
                good = [first for first, second in pairs if first.distance < 0.8 * second.distance]
                if len(good) >= 4:
                    _, inside = cv2.estimateAffine2D(
                        own[[m.queryIdx for m in good]],
                        points[[m.trainIdx for m in good]],
                        ransacReprojThreshold=4,
                    )
                    score = float(inside.sum()) if inside is not None else 0.0
            scores.append(score)
        return scores

    return find


def orb(marks: Sequence[Path]) -> Peer:
    """ORB key points and RANSAC."""
    import cv2

    return _key_points(marks, lambda: cv2.ORB_create(nfeatures=1500), cv2.NORM_HAMMING)


def sift(marks: Sequence[Path]) -> Peer:
    """SIFT key points and RANSAC."""
    import cv2

    return _key_points(marks, lambda: cv2.SIFT_create(nfeatures=1000), cv2.NORM_L2)


PEERS: dict[str, Callable[[Sequence[Path]], Peer]] = {
    "whole-image pHash": phash,
    "whole-image PDQ": pdq,
    "crop_resistant_hash": crop_resistant,
    "ORB + RANSAC": orb,
    "SIFT + RANSAC": sift,
}
