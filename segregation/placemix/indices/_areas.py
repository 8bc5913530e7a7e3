"""Compiled area under the divergence along a walk, with bounds where the order of units is not known.

While a step joins, the people counted change in proportion, so the divergence is a smooth and convex
function of their number. Its integral over a short step is that of the cubic with the same values
and slopes at both ends; over a long one, or one in which a group is first met, it is a Gauss rule in
the third root of the way, which takes out the logarithm at its start.

Bounds. In a ring of C people the true walk counts x_k of group k where this one counts y_k; both agree at
the ring's borders, and |x_k - y_k| ≤ C q_k (1 - q_k) with q_k the group's share of the ring. With
G(x) = Σ x_k ln(x_k / (n Π_k)), which is n times the divergence,
G(x) - G(y) = Σ (x_k - y_k)(ln(y_k / (n Π_k)) - c) + Σ x_k ln(x_k / y_k) for any c, and the last sum lies between 0
and Σ (x_k - y_k)² / y_k; where y_k is small, x_k ln(x_k / y_k) + |x_k - y_k| says more.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from placemix._compiled import jit
from placemix._typing import FloatArray
from placemix.indices._walks import Steps

#: Nodes of the Gauss rule.
_NODES = 24
#: Steps are short that add less than this share of the people counted, and of every group's.
_SHORT = 1 / 32
#: Rows of the table that are fetched together.
_AHEAD = 32
#: Nats, as a mean over everyone, that the cubic may miss in a step; and in a ring, whose own bound is wider.
_MISSED = 1e-13
_MISSED_RING = 1e-11


def under(steps: Steps, logs: FloatArray, out: FloatArray) -> None:
    """Area under the divergence, in nats, as the number of people goes from 0 to all.

    Parameters
    ----------
    steps
        Steps outward to the last unit.
    logs
        Logarithm of each group's share of the stratum, by origin, shape (origins, groups).
    out
        Filled, shape (origins, 4): area under the divergence, under the greatest divergence still
        to come, and how far off both may be at most.
    """
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    z = (nodes + 1) / 2
    _under(steps, logs, z**3, weights / 2 * 3 * z**2, out)


@partial(jit, relaxed=("contract", "reassoc"))
def _under(steps, logs, nodes, weights, out):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, C901, PLR0912, PLR0915
    first, last, bounds, rows = steps.first, steps.last, steps.bounds, steps.rows
    who, people, several = steps.who, steps.people, steps.several
    groups = rows.shape[1]
    most = 0
    for o in range(last - first):
        most = max(most, bounds[o + 1] - bounds[o])
    f = np.empty(most)
    area = np.empty(most)
    slope0 = np.empty(most)
    slope1 = np.empty(most)
    off = np.empty(most)
    long = np.empty(most, np.bool_)
    counted = np.empty(groups)
    log = np.empty(groups)
    old = np.empty(groups)
    ahead = np.empty((_AHEAD, groups))
    for o in range(first, last):
        a = bounds[o - first]
        count = bounds[o - first + 1] - a
        everyone = 0.0
        for e in range(count):
            everyone += people[a + e]
        # Outward: divergence at each border, and area of each step.
        n = people[a]
        total = 0.0
        for k in range(groups):
            counted[k] = rows[who[a], k]
            log[k] = 0.0
            if counted[k] > 0:
                log[k] = np.log(counted[k]) - logs[o, k]
                total += counted[k] * log[k]
        log_n = np.log(n)
        f[0] = total / n - log_n
        area[0] = n * f[0]
        off[0] = 0.0
        missed = 0.0
        for e in range(1, count):
            r = (e - 1) % _AHEAD
            if r == 0:
                # Fetched together, rows from all over the table are waited for once.
                for q in range(min(_AHEAD, count - e)):
                    j = who[a + e + q]
                    for k in range(groups):
                        ahead[q, k] = rows[j, k]
            step = people[a + e]
            there = n + step
            here = f[e - 1]
            before = 0.0
            after = 0.0
            total = 0.0
            rough = 0.0
            large = 0
            if several[a + e]:
                for k in range(groups):
                    old[k] = log[k]
            for k in range(groups):
                more = ahead[r, k]
                large += more > _SHORT * counted[k]
                before += more * log[k]
                # ln(1 + r) = 2 artanh(r / (2 + r)), to the last digit where r is small.
                z = more / (2.0 * counted[k] + more + 1e-300)
                zz = z * z
                log[k] += z * (2.0 + zz * (2.0 / 3.0 + zz * (2.0 / 5.0 + zz * (2.0 / 7.0))))
                counted[k] += more
                rough += more * z * zz
            hard = False
            if large > 0:
                for k in range(groups):
                    more = ahead[r, k]
                    had = counted[k] - more
                    if more > _SHORT * had:
                        log[k] = np.log(counted[k]) - logs[o, k]
                        hard = hard or had <= 0
            for k in range(groups):
                after += ahead[r, k] * log[k]
                total += counted[k] * log[k]
            z = step / (n + there)
            zz = z * z
            if step > _SHORT * n:
                log_there = np.log(there)
            else:
                log_there = log_n + z * (2.0 + zz * (2.0 / 3.0 + zz * (2.0 / 5.0 + zz * (2.0 / 7.0))))
            # The cubic's error is h⁵ f⁗ / 720, and with r = 2z for each group and for n that of x ln x is 2 x r⁴ / h⁴.
            rough = 8.0 * (rough + step * z * zz)
            hard = hard or rough * step > 360.0 * n * everyone * (_MISSED_RING if several[a + e] else _MISSED)
            f[e] = total / there - log_there
            slope1[e] = (after / step - log_there - f[e]) / there
            if hard:
                found = 0.0
                for node in range(len(nodes)):
                    total = 0.0
                    for k in range(groups):
                        now = counted[k] - ahead[r, k] * (1.0 - nodes[node])
                        if now > 0:
                            total += now * (np.log(now) - logs[o, k])
                    now = n + step * nodes[node]
                    found += weights[node] * (total / now - np.log(now))
                area[e] = step * found
            else:
                slope0[e] = (before / step - log_n - here) / n
                area[e] = step * ((here + f[e]) / 2.0 + step / 12.0 * (slope0[e] - slope1[e]))
            long[e] = hard
            off[e] = 0.0
            if several[a + e]:
                middle = (before + after) / (2.0 * step) - (log_n + log_there) / 2.0
                by_slope = 0.0
                by_bend = 0.0
                by_arrival = 0.0
                for k in range(groups):
                    more = ahead[r, k]
                    if more > 0:
                        apart = more * (1.0 - more / step)
                        had = counted[k] - more
                        if had > 0:
                            by_slope += apart * max(abs(old[k] - log_n - middle), abs(log[k] - log_there - middle))
                            bend = apart * apart / had
                            far = counted[k] * (log[k] - old[k]) + apart
                            if bend <= far:
                                by_bend += bend
                            else:
                                by_arrival += far
                        else:
                            # Both walks meet the group here, and u ln(u / (n Π)) stays below its ends or n Π / e.
                            all_here = np.log(more) - logs[o, k]
                            ends = more * max(abs(all_here - log_n), abs(all_here - log_there))
                            by_arrival += 2.0 * max(ends, there * np.exp(logs[o, k] - 1.0)) + apart * abs(middle)
                # No walk diverges by more than ln(N / n).
                most_unlike = np.log(everyone) - log_n
                off[e] = min((by_slope + by_bend + by_arrival) / n, most_unlike)
                missed += step * min((by_slope / 2.0 + by_bend / 3.0 + by_arrival) / n, most_unlike)
            n = there
            log_n = log_there
        # Back inward: the greatest divergence still to come.
        whole = 0.0
        level = 0.0
        falling = 0.0
        worst = 0.0
        unsure = 0.0
        for e in range(count - 1, 0, -1):
            j = who[a + e]
            step = people[a + e]
            level = max(level, f[e])
            whole += area[e]
            worst = max(worst, off[e])
            unsure += step * worst
            if f[e - 1] <= level:
                falling += step * level
            elif level <= f[e] and slope1[e] <= 0:
                falling += area[e]
            elif long[e]:
                # The divergence falls to the level somewhere on the way.
                counted[:] = 0.0
                n = 0.0
                for between in range(a, a + e):
                    n += people[between]
                    for k in range(groups):
                        counted[k] += rows[who[between], k]
                near = 0.0
                far = 1.0
                for _ in range(50):
                    half = 0.5 * (near + far)
                    total = 0.0
                    for k in range(groups):
                        now = counted[k] + rows[j, k] * half
                        if now > 0:
                            total += now * (np.log(now) - logs[o, k])
                    now = n + step * half
                    if total / now - np.log(now) > level:
                        near = half
                    else:
                        far = half
                found = 0.0
                for node in range(len(nodes)):
                    total = 0.0
                    for k in range(groups):
                        now = counted[k] + rows[j, k] * near * nodes[node]
                        if now > 0:
                            total += now * (np.log(now) - logs[o, k])
                    now = n + step * near * nodes[node]
                    found += weights[node] * (total / now - np.log(now))
                falling += step * (near * found + (1.0 - near) * level)
            else:
                # So it does here; the cubic is convex, and Newton's steps come from its left.
                s0 = step * slope0[e]
                s1 = step * slope1[e]
                rise = f[e] - f[e - 1]
                c2 = 3.0 * rise - 2.0 * s0 - s1
                c3 = s0 + s1 - 2.0 * rise
                near = 0.0
                for _ in range(12):
                    over = f[e - 1] - level + near * (s0 + near * (c2 + near * c3))
                    slope = s0 + near * (2.0 * c2 + near * 3.0 * c3)
                    if over < 1e-15 or slope >= 0:
                        break
                    near = min(near - over / slope, 1.0)
                found = f[e - 1] + near * (s0 / 2.0 + near * (c2 / 3.0 + near * c3 / 4.0))
                falling += step * (near * found + (1.0 - near) * level)
        level = max(level, f[0])
        out[o, 0] = (whole + area[0]) / everyone
        out[o, 1] = (falling + people[a] * level) / everyone
        out[o, 2] = missed / everyone
        out[o, 3] = (unsure + people[a] * worst) / everyone
