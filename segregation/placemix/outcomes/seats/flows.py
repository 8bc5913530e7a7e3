"""A stock of posts that people leave and join: the group's share year by year, and when it meets a target."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from placemix._typing import FloatArray


@dataclass(frozen=True, slots=True)
class Stock:
    """Posts of which a share is left and filled again each year.

    Attributes
    ----------
    now
        Share of the group in the posts.
    turnover
        Share of all posts that are left and filled again in a year, λ.
    recruited
        Share of the group among those who join, q.
    exit_gap
        Share of the group among those who leave, less its share of the posts; held constant.
    """

    now: float
    turnover: float
    recruited: float
    exit_gap: float = 0.0

    @property
    def limit(self) -> float:
        """Share that the posts tend to: q − d, for p' = p + λ (q − p − d)."""
        return self.recruited - self.exit_gap

    def share(self, year: float | FloatArray) -> FloatArray:
        """Share of the group after so many years: q − (q − p₀)(1 − λ)ᵗ, with q less the gap of exits."""
        return self.limit - (self.limit - self.now) * np.exp(np.asarray(year) * math.log1p(-self.turnover))

    def years_to(self, target: float) -> float:
        """Years until the share is the target: ln((q − p₀)/(q − π)) / −ln(1 − λ); 0 if it is, ∞ if it never will be."""
        if self.now >= target:
            return 0.0
        if self.limit <= target or self.turnover == 0:
            return math.inf
        return math.log((self.limit - self.now) / (self.limit - target)) / -math.log1p(-self.turnover)

    def first_meeting(self, years: FloatArray, targets: FloatArray) -> float:
        """Years until the share meets a target that moves in straight lines; NaN if not within these years.

        Within a line the share less the target is concave where shares rise and convex where they fall, so that it is
        highest at an end or where both change alike, and meets 0 first before that.
        """
        from scipy.optimize import brentq

        def ahead(year: float) -> float:
            return float(self.share(year) - np.interp(year, years, targets))

        if ahead(float(years[0])) >= 0:
            return float(years[0])
        force = -math.log1p(-self.turnover)
        speed = (self.limit - self.now) * force  # by which the share changes at year 0
        for first, last in zip(years[:-1].tolist(), years[1:].tolist(), strict=True):
            slope = float(np.interp(last, years, targets) - np.interp(first, years, targets)) / (last - first)
            highest = last
            if speed > 0 and slope > 0:  # both change alike where speed · e^(−force · year) is the slope
                highest = min(max(math.log(speed / slope) / force, first), last)
            if ahead(highest) >= 0:
                return float(brentq(ahead, first, highest, xtol=1e-13, rtol=8.9e-16))
        return math.nan
