#!/usr/bin/env python3
"""Trajectories of more PyTorch optimisers, in the form of ../shared/golden/torch-optimizers.json.

    python3 tests/golden/generate/torch-optimizers.py [SHARED_FILE] > tests/golden/torch-optimizers-more.json

Needs PyTorch (any version since 1.12; Debian: python3-torch). The network, the inputs and the initial parameters are the
shared file's; every run of that file is repeated first and has to agree to 1e-12, or nothing is written.
"""
import json
import sys

import torch

SHARED = sys.argv[1] if len(sys.argv) > 1 else '../shared/golden/torch-optimizers.json'
STEPS, EVERY, TOLERANCE = 1001, 100, 1e-12
X = torch.tensor([[.1, .2], [.3, .4], [.5, .6]], dtype=torch.float64)
SHAPES = [(3, 2), (3,), (1, 3), (1,)]

RUNS = {
    'AdamW': ('AdamW', {'lr': 0.1, 'weight_decay': 0.01}),
    'AdamW_lr1': ('AdamW', {'lr': 1.0, 'weight_decay': 0.01}),
    'Adadelta': ('Adadelta', {'lr': 1.0, 'rho': 0.9, 'eps': 1e-6}),
    'Adadelta_wd': ('Adadelta', {'lr': 1.0, 'rho': 0.9, 'eps': 1e-6, 'weight_decay': 0.01}),
    'SGD_m': ('SGD', {'lr': 0.1, 'momentum': 0.9}),
    'SGD_nesterov': ('SGD', {'lr': 0.1, 'momentum': 0.9, 'nesterov': True}),
    'SGD_nesterov_wd': ('SGD', {'lr': 0.1, 'momentum': 0.9, 'nesterov': True, 'weight_decay': 0.01}),
    'SGD_dampening': ('SGD', {'lr': 0.1, 'momentum': 0.9, 'dampening': 0.5}),
    'SGD_dampening_09': ('SGD', {'lr': 0.1, 'momentum': 0.9, 'dampening': 0.9}),
    'SGD_dampening_wd': ('SGD', {'lr': 0.1, 'momentum': 0.9, 'dampening': 0.5, 'weight_decay': 0.01}),
}


def trajectory(optimizer, options, init):
    """The flattened parameters after the steps 0, EVERY, 2 EVERY, ..."""
    parameters = [torch.tensor(values, dtype=torch.float64).reshape(shape).requires_grad_()
                  for values, shape in zip(init, SHAPES)]
    w1, b1, w2, b2 = parameters
    stepper = getattr(torch.optim, optimizer)(parameters, **options)
    samples = []
    for step in range(STEPS):
        stepper.zero_grad()
        hidden = torch.sigmoid(X @ w1.T + b1)
        torch.sigmoid(hidden @ w2.T + b2).sum().backward()
        stepper.step()
        if step % EVERY == 0:
            samples.append([parameter.detach().flatten().tolist() for parameter in parameters])
    return samples


def difference(a, b):
    """The largest difference of two lists of samples, relative to numbers above 1."""
    return max(abs(x - y) / max(1, abs(x), abs(y))
               for s, t in zip(a, b) for p, q in zip(s, t) for x, y in zip(p, q))


def main():
    with open(SHARED, encoding='utf8') as file:
        shared = json.load(file)['runs']
    for name, run in shared.items():
        error = difference(run['samples'], trajectory(name.split('_')[0], run['kw'], run['init']))
        print(f'{name}: {error:.1e} from the shared file', file=sys.stderr)
        if not error <= TOLERANCE:
            sys.exit(f'{name} differs from the shared file by {error}')
    init = shared['Adam']['init']
    print(json.dumps({
        'source': f'torch {torch.__version__} float64; net 2-3-1, sigmoid after each layer; '
                  'x=[[.1,.2],[.3,.4],[.5,.6]]; loss=sum of outputs; 1001 steps; samples every 100 steps from step 0 '
                  '(after that step); parameter order W1(3x2) b1 W2(1x3) b2, flattened; '
                  'made by tests/golden/generate/torch-optimizers.py',
        'runs': {name: {'kw': options, 'init': init, 'samples': trajectory(optimizer, options, init)}
                 for name, (optimizer, options) in RUNS.items()},
    }))


if __name__ == '__main__':
    main()
