#!/usr/bin/env python3
"""scikit-learn's MLPClassifier and MLPRegressor in more ways than ../shared/golden/sklearn-mlp.json has.

    python3 tests/golden/generate/sklearn-mlp.py > tests/golden/sklearn-mlp-more.json

Needs scikit-learn 1.9. Every run is a list of calls of `fit` or `partial_fit`; kept are the curves, the fitted
attributes, and predictions on the first data.
"""
import json
import sys
import warnings

import numpy as np
import sklearn
from sklearn.neural_network import MLPClassifier, MLPRegressor

warnings.simplefilter('ignore')
rng = np.random.RandomState(42)
X = np.round(rng.uniform(-1, 1, (53, 3)), 3)
third = np.digitize(X[:, 0] + 0.5 * X[:, 1], [-0.4, 0.3])
words = np.array(['low', 'middle', 'up'])[third]
two = (X[:, 0] * X[:, 1] > 0).astype(int) * 3 - 1
labels = np.stack([X[:, 0] > 0, X[:, 1] > 0.2, X[:, 2] < X[:, 0]], 1).astype(int)
number = np.round(np.sin(2 * X[:, 0]) + X[:, 1] * X[:, 2], 3)
numbers = np.stack([number, np.round(X[:, 0] - X[:, 2], 3)], 1)
counts = np.floor(np.exp(1 + X[:, 0])).astype(int)
weights = np.round(rng.uniform(0.1, 3, 53), 2)
targets = {'two': two, 'third': third, 'words': words, 'labels': labels, 'number': number, 'numbers': numbers,
           'counts': counts}

C, R = MLPClassifier, MLPRegressor
small = {'hidden_layer_sizes': (5,), 'random_state': 1, 'max_iter': 40}
sgd = {**small, 'solver': 'sgd', 'learning_rate_init': 0.1}


def fit(y, **more):
    return {'method': 'fit', 'y': y, **more}


def partial(y, **more):
    return {'method': 'partial_fit', 'y': y, **more}


RUNS = [
    (C, {**small, 'batch_size': 16}, [fit('third')]),
    (C, {**sgd, 'batch_size': 16}, [fit('words')]),
    (C, {**sgd, 'batch_size': 10, 'shuffle': False, 'nesterovs_momentum': False}, [fit('two')]),
    (C, {**small, 'batch_size': 1000}, [fit('two')]),
    (C, {**small, 'hidden_layer_sizes': (4, 3), 'activation': 'tanh', 'alpha': 0.5, 'batch_size': 20}, [fit('third')]),
    (C, {**small, 'activation': 'logistic', 'batch_size': 20}, [fit('two')]),
    (C, {**small, 'activation': 'identity', 'batch_size': 20, 'epsilon': 1e-3, 'beta_1': 0.5, 'beta_2': 0.9}, [fit('third')]),
    (C, {**small, 'hidden_layer_sizes': (), 'batch_size': 20}, [fit('third')]),
    (C, {**small, 'batch_size': 16}, [fit('labels')]),
    (C, {**small, 'batch_size': 16}, [fit('third', weighted=True)]),
    (C, {**sgd, 'batch_size': 16}, [fit('two', weighted=True)]),
    (C, {**small, 'batch_size': 16}, [fit('labels', weighted=True)]),
    (C, {**sgd, 'learning_rate': 'invscaling', 'power_t': 0.3, 'batch_size': 16}, [fit('third')]),
    (C, {**sgd, 'learning_rate': 'adaptive', 'tol': 0.03, 'n_iter_no_change': 2, 'max_iter': 200, 'batch_size': 16},
     [fit('third')]),
    (C, {**sgd, 'learning_rate': 'adaptive', 'tol': 0.03, 'n_iter_no_change': 1, 'max_iter': 60, 'early_stopping': True,
         'batch_size': 16}, [fit('third')]),
    (C, {**small, 'early_stopping': True, 'batch_size': 16, 'validation_fraction': 0.2, 'max_iter': 100}, [fit('two')]),
    (C, {**small, 'early_stopping': True, 'batch_size': 16, 'max_iter': 100, 'n_iter_no_change': 4}, [fit('words')]),
    (C, {**small, 'early_stopping': True, 'validation_fraction': 0.3, 'tol': 0.01, 'max_iter': 100}, [fit('labels')]),
    (C, {**small, 'early_stopping': True, 'batch_size': 16, 'validation_fraction': 0.3}, [fit('two', weighted=True)]),
    (C, {**small, 'batch_size': 16, 'tol': 0.05, 'n_iter_no_change': 3}, [fit('third')]),
    (C, {**small, 'warm_start': True, 'batch_size': 16, 'max_iter': 5}, [fit('third'), fit('third'), fit('third')]),
    (C, {**sgd, 'warm_start': True, 'learning_rate': 'invscaling', 'batch_size': 16, 'max_iter': 5}, [fit('two'), fit('two')]),
    (C, {**small, 'batch_size': 16}, [partial('third', classes=[0, 1, 2])] + [partial('third')] * 5),
    (C, {**sgd, 'batch_size': 16, 'learning_rate': 'invscaling'}, [partial('words', classes=['low', 'middle', 'up'])]
     + [partial('words', weighted=True)] * 5),
    (C, {**small, 'batch_size': 16, 'max_iter': 3}, [fit('two'), partial('two'), partial('two'), fit('two')]),
    (C, {**small, 'solver': 'lbfgs', 'activation': 'tanh'}, [fit('third')]),
    (C, {**small, 'solver': 'lbfgs', 'activation': 'logistic', 'alpha': 1, 'max_iter': 30}, [fit('two')]),
    (C, {**small, 'solver': 'lbfgs', 'alpha': 1, 'max_iter': 12}, [fit('labels', weighted=True)]),
    (C, {**small, 'solver': 'lbfgs', 'max_fun': 9}, [fit('third')]),
    (C, {**small, 'solver': 'lbfgs', 'warm_start': True, 'activation': 'tanh', 'max_iter': 6, 'alpha': 0.1},
     [fit('third'), fit('third')]),
    (R, {**small, 'batch_size': 16}, [fit('number')]),
    (R, {**sgd, 'learning_rate_init': 0.02, 'batch_size': 16}, [fit('numbers')]),
    (R, {**small, 'batch_size': 16}, [fit('number', weighted=True)]),
    (R, {**small, 'loss': 'poisson', 'batch_size': 16}, [fit('counts')]),
    (R, {**small, 'loss': 'poisson', 'batch_size': 16}, [fit('counts', weighted=True)]),
    (R, {**small, 'early_stopping': True, 'batch_size': 16, 'validation_fraction': 0.2, 'learning_rate_init': 0.01},
     [fit('numbers')]),
    (R, {**small, 'early_stopping': True, 'batch_size': 16, 'validation_fraction': 0.2}, [fit('number', weighted=True)]),
    (R, {**small, 'batch_size': 16, 'activation': 'logistic'}, [partial('number')] * 4),
    (R, {**small, 'solver': 'lbfgs', 'activation': 'tanh', 'alpha': 0.01}, [fit('numbers')]),
    (R, {**small, 'solver': 'lbfgs', 'activation': 'tanh', 'alpha': 0.1, 'loss': 'poisson'}, [fit('counts')]),
]

runs = []
for Estimator, params, calls in RUNS:
    estimator = Estimator(**params)
    for call in calls:
        more = {'sample_weight': weights} if call.get('weighted') else {}
        if 'classes' in call:
            more['classes'] = np.array(call['classes'])
        getattr(estimator, call['method'])(X, targets[call['y']], **more)
    y = targets[calls[0]['y']]

    def plain(value):
        return value.tolist() if isinstance(value, np.ndarray) else value

    stochastic = params.get('solver') != 'lbfgs'
    runs.append({
        'estimator': Estimator.__name__, 'params': {k: list(v) if isinstance(v, tuple) else v for k, v in params.items()},
        'calls': calls,
        'nIter': estimator.n_iter_, 't': estimator.t_, 'loss': float(estimator.loss_),
        'lossCurve': [float(v) for v in estimator.loss_curve_] if stochastic else None,
        'bestLoss': (None if estimator.best_loss_ is None else float(estimator.best_loss_)) if stochastic else None,
        'validationScores': [float(v) for v in estimator.validation_scores_]
        if stochastic and estimator.validation_scores_ is not None else None,
        'bestValidationScore': float(estimator.best_validation_score_)
        if stochastic and estimator.best_validation_score_ is not None else None,
        'outActivation': estimator.out_activation_, 'nLayers': estimator.n_layers_, 'nOutputs': estimator.n_outputs_,
        'coefs': np.concatenate([c.ravel() for c in estimator.coefs_]).tolist(),
        'intercepts': np.concatenate(estimator.intercepts_).tolist(),
        'predictions': plain(estimator.predict(X)),
        'probabilities': estimator.predict_proba(X).tolist() if Estimator is C else None,
        'score': float(estimator.score(X, y)), 'weightedScore': float(estimator.score(X, y, weights)),
    })

json.dump({'source': f'scikit-learn {sklearn.__version__}, float64', 'X': X.tolist(), 'weights': weights.tolist(),
           'targets': {name: value.tolist() for name, value in targets.items()}, 'runs': runs}, sys.stdout)
print()
