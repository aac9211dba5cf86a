#!/usr/bin/env python3
"""Correctly rounded values of the scalar language's functions, at ordinary, tiny, huge and awkward arguments.

    pip install mpmath
    python3 tests/golden/generate/scalar-functions.py > tests/golden/scalar-functions.json

Arguments are doubles; values are computed with 400 digits or more and rounded once, to the nearest double. Infinity, NaN
and subnormal numbers are strings that JavaScript's Number() reads; everything else is a number.
"""
import json
import math
import random
import struct
import sys
from fractions import Fraction

import mpmath
from mpmath import mp, mpf

mp.dps = 400
TINY = 2.2250738585072014e-308


def rounded(value):
    """The double nearest to an mpf, subnormals and overflow included."""
    if mpmath.isnan(value):
        return math.nan
    if mpmath.isinf(value):
        return math.inf if value > 0 else -math.inf
    sign, mantissa, exponent, bits = value._mpf_
    negative = -1 if sign else 1
    if mantissa == 0 or exponent + bits < -1100:
        return negative * 0.0
    if exponent + bits > 1100:
        return negative * math.inf
    fraction = Fraction(int(mantissa)) * (Fraction(2) ** int(exponent))
    try:
        return negative * float(fraction)
    except OverflowError:
        return negative * math.inf


def written(value):
    """A double as JSON: the shortest decimal that reads back, or a string where JSON or caution asks for one."""
    if math.isnan(value):
        return 'NaN'
    if math.isinf(value):
        return 'Infinity' if value > 0 else '-Infinity'
    return repr(value) if 0 < abs(value) < TINY else value


def neighbours(*values):
    """Each value with the doubles on both sides of it."""
    return [x for value in values for x in (math.nextafter(value, -math.inf), value, math.nextafter(value, math.inf))]


def both(values):
    return [sign * x for x in values for sign in (1, -1)]


def spread(low, high, count, seed):
    """Magnitudes between two powers of ten, evenly in the exponent."""
    generator = random.Random(seed)
    return [10 ** (low + (high - low) * (i + generator.random()) / count) for i in range(count)]


def evenly(low, high, count, seed):
    generator = random.Random(seed)
    return [low + (high - low) * (i + generator.random()) / count for i in range(count)]


def as_float32(values):
    """The same, rounded to float32 where that is finite: arguments that both types hold."""
    return [struct.unpack('f', struct.pack('f', x))[0] if abs(x) < 3e38 else x for x in values]


SMALL = both([0.0, 5e-324, 1e-310, TINY, 1e-300, 1e-200, 1e-100, 1e-45, 1.1754943508222875e-38, 1e-30, 1e-20, 1e-17,
              2 ** -54, 2 ** -53, 1e-16, 2 ** -52, 1e-12, 1e-8, 2 ** -24, 2 ** -23, 1e-6, 1e-4, 1e-3])
HUGE = both([1e3, 1e4, 1e6, 1e10, 1e20, 3.4028234663852886e38, 1e100, 1.7976931348623157e308, math.inf])
LN2 = math.log(2)


def on_line(low, high, seed, extra=()):
    """The arguments of a function of any number, most between `low` and `high`."""
    return SMALL + HUGE + as_float32(evenly(low, high, 50, seed)) + evenly(low, high, 30, seed + 1) + list(extra)


EXP_EDGES = neighbours(709.782712893384, 88.72283905206835, -87.33654475055310, -103.97207708399179, -708.3964185322641,
                       -745.1332191019412) + both([LN2 / 2, LN2, 1.5 * LN2, 0.5, 1.0, 2.0, 100.0, 700.0, 740.0])
UNIT_EDGES = neighbours(1.0, 0.5, 2.0, math.sqrt(0.5), math.sqrt(2)) + [1 + x for x in both([1e-12, 1e-8, 1e-4, 0.01])]
POSITIVE = (SMALL[::2] + HUGE[::2] + spread(-300, 300, 40, 1) + as_float32(spread(-37, 37, 40, 2))
            + evenly(0.4, 2.5, 30, 3) + UNIT_EDGES)
PIS = neighbours(*both([k * math.pi / 4 for k in (1, 2, 3, 4, 5, 6, 7, 8)])) + [k * math.pi for k in (10, 100, 1000)]

FUNCTIONS = {
    'exp': (mp.exp, on_line(-110, 95, 10, EXP_EDGES)),
    'expm1': (mp.expm1, on_line(-45, 90, 12, EXP_EDGES)),
    'log': (mp.log, POSITIVE),
    'log1p': (mp.log1p, [x for x in on_line(-1, 4, 14) if x > -1] + [x for x in POSITIVE if x < 1e6]
              + neighbours(-0.5, 1.0)[:6] + [-0.9, -0.99, -0.999999, -1 + 2 ** -53]),
    'sqrt': (mp.sqrt, POSITIVE),
    'tanh': (mp.tanh, on_line(-12, 12, 16, both(neighbours(0.5 * math.log(3), 9.010913, 19.061547, 0.625, 22.0)))),
    'sigmoid': (lambda x: 1 / (1 + mp.exp(-x)), on_line(-40, 40, 18, EXP_EDGES)),
    'softplus': (lambda x: mp.log1p(mp.exp(x)), on_line(-40, 40, 20, EXP_EDGES)),
    'erf': (mp.erf, on_line(-4, 4, 22, both(neighbours(0.5, 0.84375, 1.0, 1.25, 2.857142857, 3.92, 5.92)))),
    'erfc': (mp.erfc, on_line(-6, 27.5, 24, both(neighbours(0.5, 0.84375, 1.0, 1.25, 2.857142857, 10.05, 26.54, 27.22)))),
    'gelu': (lambda x: x * mp.erfc(-x / mp.sqrt(2)) / 2, on_line(-12, 8, 26, [-37.5, -38.4, -38.5, -14.2, -13.0, 38.0])),
    'sin': (mp.sin, [x for x in on_line(-10, 10, 28, PIS + evenly(-1e5, 1e5, 20, 30)) if not math.isinf(x)]),
    'cos': (mp.cos, [x for x in on_line(-10, 10, 32, PIS + evenly(-1e5, 1e5, 20, 34)) if not math.isinf(x)]),
}


def power_arguments():
    generator = random.Random(40)
    pairs = [(x, p) for x in (0.0, 5e-324, 1e-300, 1e-30, 0.1, 0.5, 1.0, 1.5, 2.0, 10.0, 1e30, 1e300)
             for p in (-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0)]
    pairs += [(-x, float(p)) for x in (0.5, 1.0, 2.0, 3.7, 1e10) for p in (-3, -2, -1, 0, 1, 2, 3, 10)]
    pairs += [(10 ** generator.uniform(-8, 8), generator.uniform(-8, 8)) for _ in range(40)]
    pairs += [(1 + generator.uniform(-1e-3, 1e-3), generator.uniform(-1e5, 1e5)) for _ in range(20)]
    pairs += [(0.9, float(k)) for k in (1, 10, 100, 1000, 10000)] + [(0.999, float(k)) for k in (1, 10, 1000, 100000)]
    pairs += [(2.0, 1023.0), (2.0, 1024.0), (2.0, -1074.0), (2.0, -1075.0), (1e154, 2.0), (1.4e154, 2.0)]
    return pairs


def power(x, p):
    if p == 0:
        return mpf(1)
    if x == 0:
        return mpf('inf') if p < 0 else mpf(0)
    return mp.power(mpf(x), mpf(p))


def limit(name, x):
    """Values at infinity, where mpmath's formulas need not reach."""
    up = x > 0
    return {'exp': math.inf if up else 0.0, 'expm1': math.inf if up else -1.0, 'log': math.inf, 'log1p': math.inf,
            'sqrt': math.inf, 'tanh': 1.0 if up else -1.0, 'sigmoid': 1.0 if up else 0.0,
            'softplus': math.inf if up else 0.0, 'erf': 1.0 if up else -1.0, 'erfc': 0.0 if up else 2.0,
            'gelu': math.inf if up else -0.0}[name]


def value(name, function, x):
    if math.isinf(x):
        return limit(name, x)
    if x == 0 and name == 'log':
        return -math.inf
    if x == 0 and name in ('expm1', 'log1p', 'sqrt', 'tanh', 'erf', 'gelu', 'sin'):
        return x
    # Beyond these the value is 0, infinite, or its limit to far more than 400 digits would show.
    if name in ('exp', 'expm1', 'sigmoid', 'softplus', 'tanh', 'erf', 'erfc', 'gelu') and abs(x) > 1e4:
        return x if x > 0 and name in ('softplus', 'gelu') else limit(name, math.copysign(math.inf, x))
    # 400 digits beyond what cancels: 1 + exp(x) and the like keep at least 400 right ones for any double.
    with mpmath.workdps(1200 if abs(x) < 1e-100 or name in ('sin', 'cos') else 400):
        return rounded(function(mpf(x)))


def main():
    functions = {}
    for name, (function, arguments) in FUNCTIONS.items():
        unique = sorted({(x, math.copysign(1, x)) for x in arguments})
        functions[name] = [[written(x), written(value(name, function, x))] for x, _ in unique]
        print(f'{name}: {len(unique)} points', file=sys.stderr)
    functions['pow'] = [[written(x), written(p), written(rounded(power(x, p)))] for x, p in power_arguments()]
    body = ',\n'.join(f'"{name}": {json.dumps(rows)}' for name, rows in functions.items())
    source = (f'mpmath {mpmath.__version__}, rounded once to float64; [x, f(x)], pow [x, p, x to the p]; '
              'made by tests/golden/generate/scalar-functions.py')
    print('{\n"source": ' + json.dumps(source) + ',\n"functions": {\n' + body + '\n}\n}')


if __name__ == '__main__':
    main()
