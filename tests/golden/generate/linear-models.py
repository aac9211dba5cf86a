#!/usr/bin/env python3
"""scikit-learn's estimators beside the MLPs: linear models, neighbours, trees, support vector machines, ensembles.

    python3 tests/golden/generate/linear-models.py > tests/golden/linear-models.json

Needs scikit-learn 1.9. Kept are, for each case, the fitted attributes and the answers on the rows of training. Names of
estimators are scikit-learn's, parameters and attributes are in camelCase as in Myelin.
"""
import inspect
import json
import re
import sys
import warnings

import numpy as np
import sklearn
from sklearn.datasets import load_diabetes, load_iris, load_wine
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import BaggingClassifier, BaggingRegressor, VotingClassifier, VotingRegressor
from sklearn.linear_model import (
    LinearRegression, LogisticRegression, Perceptron, Ridge, SGDClassifier, SGDRegressor)
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC, SVC, SVR
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor, export_text

warnings.simplefilter('ignore')
rng = np.random.RandomState(7)


def camel(name):
    return re.sub(r'_([a-z0-9])', lambda m: m.group(1).upper(), name.strip('_'))


iris, wine, diabetes = load_iris(), load_wine(), load_diabetes()
standard = lambda X: np.round((X - X.mean(0)) / X.std(0), 6)
points = np.round(rng.normal(size=(60, 3)), 3)
number = np.round(points[:, 0] * 2 - points[:, 1] + np.sin(3 * points[:, 2]) + 0.1 * rng.normal(size=60), 3)
DATA = {
    'iris': iris.data,
    'wine': standard(wine.data),
    'diabetes': np.round(diabetes.data[:150] * 20, 4),
    'points': points,
    # the third column is the sum of the others
    'deficient': np.round(np.stack([points[:, 0], points[:, 1], points[:, 0] + points[:, 1]], 1), 3),
    # more columns than rows
    'wide': np.round(rng.normal(size=(6, 9)), 3),
}
TARGETS = {
    'iris': iris.target,
    'versicolor': (iris.target == 1).astype(int),
    'wine': np.array(['barolo', 'grignolino', 'barbera'])[wine.target],
    'diabetes': np.round(diabetes.target[:150] / 50, 4),
    'number': number,
    'numbers': np.stack([number, np.round(points[:, 0] - points[:, 2] ** 2, 3)], 1),
    'side': np.where(number > 0.3, 'up', 'down'),
    'few': np.round(rng.normal(size=6), 3),
    'third': np.digitize(number, [-1, 1]),
    'labels': np.stack([number > 0, points[:, 0] > 0.2, points[:, 2] < points[:, 0]], 1).astype(int),
}
WEIGHTS = {rows: np.round(rng.uniform(0.1, 3, rows), 2) for rows in sorted({len(X) for X in DATA.values()})}

VALUES = {'log_loss', 'modified_huber', 'squared_hinge', 'squared_error', 'epsilon_insensitive', 'squared_epsilon_insensitive',
          'absolute_error', 'most_frequent', 'neg_mean_squared_error', 'friedman_mse'}


def plain(value):
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, sklearn.base.BaseEstimator):
        return {'name': type(value).__name__, **params(value)}
    if isinstance(value, str) and value in VALUES:
        return camel(value)
    if isinstance(value, float) and not np.isfinite(value):
        return str(value)
    return value


def params(estimator):
    usual = {name: p.default for name, p in inspect.signature(type(estimator)).parameters.items()}
    own = estimator.get_params(deep=False)
    return {camel(k): plain(v) for k, v in own.items() if k not in usual or repr(v) != repr(usual[k])}


CASES = []


def case(estimator, data, target, attributes=(), methods=('predict',), weighted=False, tolerance=1e-9, calls=('fit',)):
    X, y = DATA[data], TARGETS[target]
    given = {'sample_weight': WEIGHTS[len(X)]} if weighted else {}
    for call in calls:
        more = {'classes': np.unique(y)} if call == 'partial_fit' and sklearn.base.is_classifier(estimator) else {}
        getattr(estimator, call)(X, y, **given, **more)
    CASES.append({
        'estimator': type(estimator).__name__, 'params': params(estimator), 'X': data, 'y': target, 'weighted': weighted,
        'calls': [camel(call) for call in calls], 'tolerance': tolerance,
        'attributes': {camel(a): plain(getattr(estimator, a)) for a in attributes},
        'answers': {camel(m): plain(getattr(estimator, m)(X)) for m in methods},
        'score': plain(estimator.score(X, y, **given)),
    })
    if hasattr(estimator, 'tree_'):
        CASES[-1]['text'] = export_text(estimator, max_depth=3)
        for name in ('children_left', 'children_right', 'feature', 'threshold', 'impurity', 'value'):
            CASES[-1].setdefault('tree', {})[camel(name)] = plain(getattr(estimator.tree_, name).ravel())


# --- stochastic gradient descent
sgd = ('coef_', 'intercept_', 'n_iter_', 't_')
for options, data, target in [
    ({}, 'wine', 'wine'), ({'random_state': 3, 'penalty': 'l1', 'alpha': 1e-3}, 'iris', 'versicolor'),
    ({'shuffle': False, 'eta0': 0.3, 'fit_intercept': False}, 'points', 'side'),
    ({'penalty': 'elasticnet', 'alpha': 1e-3, 'class_weight': 'balanced', 'max_iter': 30, 'tol': None}, 'wine', 'wine'),
    ({'penalty': 'l2', 'early_stopping': False, 'n_iter_no_change': 2}, 'points', 'third'),
    ({'early_stopping': True, 'validation_fraction': 0.2, 'random_state': 5}, 'points', 'side'),
    ({'early_stopping': True, 'validation_fraction': 0.25, 'random_state': 2}, 'wine', 'wine'),
]:
    case(Perceptron(**options), data, target, sgd, ('predict', 'decision_function'))
case(Perceptron(), 'wine', 'wine', sgd, ('decision_function',), weighted=True)
case(Perceptron(), 'points', 'third', sgd, ('decision_function',), calls=('fit', 'partial_fit'))
for options, data, target in [
    ({}, 'wine', 'wine'), ({'loss': 'log_loss', 'alpha': 1e-2}, 'wine', 'wine'), ({'loss': 'log_loss'}, 'points', 'side'),
    ({'loss': 'modified_huber', 'alpha': 1e-2}, 'points', 'third'), ({'loss': 'modified_huber'}, 'points', 'side'),
    ({'loss': 'squared_hinge', 'alpha': 1e-2}, 'points', 'side'),
    ({'loss': 'perceptron', 'penalty': 'elasticnet', 'l1_ratio': 0.4, 'alpha': 1e-3}, 'points', 'side'),
    ({'loss': 'huber', 'epsilon': 0.4, 'learning_rate': 'adaptive', 'eta0': 0.1}, 'points', 'third'),
    ({'loss': 'squared_error', 'learning_rate': 'constant', 'eta0': 0.01}, 'points', 'side'),
    ({'loss': 'epsilon_insensitive', 'learning_rate': 'invscaling', 'eta0': 0.1, 'power_t': 0.3}, 'points', 'side'),
    ({'loss': 'squared_epsilon_insensitive', 'learning_rate': 'constant'}, 'points', 'side'),
    ({'learning_rate': 'pa1', 'penalty': None, 'eta0': 1.0}, 'wine', 'wine'),
    ({'learning_rate': 'pa2', 'penalty': None, 'eta0': 0.5, 'random_state': 9}, 'points', 'side'),
    ({'average': True, 'alpha': 1e-2, 'class_weight': {'up': 3.0}}, 'points', 'side'),
    ({'average': 40, 'alpha': 1e-2}, 'points', 'third'), ({'average': 10**6}, 'points', 'third'),
    ({'warm_start': True, 'max_iter': 3, 'tol': None}, 'points', 'third'),
    ({'early_stopping': True, 'penalty': None, 'random_state': 4, 'learning_rate': 'constant'}, 'wine', 'wine'),
]:
    options = {'random_state': 0, **options}
    case(SGDClassifier(**options), data, target, sgd,
         ('decision_function', 'predict') + (('predict_proba', 'predict_log_proba')
                                             if options.get('loss') == 'log_loss' else
                                             ('predict_proba',) if options.get('loss') == 'modified_huber' else ()),
         calls=('fit', 'fit') if options.get('warm_start') else ('fit',))
case(SGDClassifier(random_state=1), 'wine', 'wine', sgd, weighted=True)
case(SGDClassifier(random_state=1), 'points', 'third', sgd, calls=('partial_fit',) * 3)
for options in [
    {}, {'penalty': 'l1', 'alpha': 1e-2}, {'loss': 'huber', 'epsilon': 0.5, 'penalty': 'elasticnet', 'alpha': 1e-2},
    {'loss': 'epsilon_insensitive', 'learning_rate': 'adaptive'}, {'loss': 'squared_epsilon_insensitive'},
    {'loss': 'epsilon_insensitive', 'learning_rate': 'pa1', 'penalty': None, 'eta0': 0.1},
    {'loss': 'epsilon_insensitive', 'learning_rate': 'pa2', 'penalty': None, 'eta0': 0.1}, {'average': True},
    {'learning_rate': 'optimal', 'alpha': 0.1}, {'power_t': 0.4, 'fit_intercept': False},
    {'early_stopping': True, 'penalty': None, 'validation_fraction': 0.2},
]:
    case(SGDRegressor(**{'random_state': 0, **options}), 'points', 'number', sgd)
case(SGDRegressor(random_state=2), 'diabetes', 'diabetes', sgd, weighted=True)
case(SGDRegressor(random_state=2, average=True), 'points', 'number', sgd, calls=('partial_fit',) * 3)

# --- least squares
for data, target, options in [
    ('points', 'number', {}), ('points', 'numbers', {}), ('deficient', 'number', {}), ('wide', 'few', {}),
    ('wide', 'few', {'fit_intercept': False}), ('diabetes', 'diabetes', {}), ('deficient', 'numbers', {'fit_intercept': False}),
]:
    for weighted in (False, True):
        # without a bias scikit-learn has one 0 for all outputs
        least = ('coef_', 'intercept_') if options == {} else ('coef_',)
        case(LinearRegression(**options), data, target, (*least, 'rank_'), weighted=weighted)
    for more in [{}, {'alpha': 0.01, 'solver': 'svd'}, {'alpha': 30.0, 'solver': 'cholesky'}]:
        case(Ridge(**options, **more), data, target, least, weighted=bool(more))
case(Ridge(alpha=0.0, solver='svd'), 'points', 'number', ('coef_', 'intercept_', 'solver_'))

# --- logistic regression: where it stops, and the optimum
logistic = ('decision_function', 'predict', 'predict_proba', 'predict_log_proba')
for data, target, options in [
    ('wine', 'wine', {}), ('points', 'side', {}), ('iris', 'versicolor', {'C': 0.1}), ('points', 'third', {'fit_intercept': False}),
    ('points', 'third', {'class_weight': 'balanced', 'C': 10.0}), ('points', 'side', {'C': np.inf}),
    ('points', 'side', {'class_weight': {'up': 2.5}}),
]:
    case(LogisticRegression(**options), data, target, ('n_iter_',), ('predict',), weighted=data == 'wine', tolerance=1e-9)
    case(LogisticRegression(**options, tol=1e-10, max_iter=10000), data, target, ('coef_', 'intercept_'), logistic,
         weighted='class_weight' in options, tolerance=1e-6)

# --- baselines, neighbours, Bayes
for options in [{}, {'strategy': 'most_frequent'}, {'strategy': 'uniform', 'random_state': 3}, {'strategy': 'constant', 'constant': 1}]:
    case(DummyClassifier(**options), 'iris', 'versicolor', ('class_prior_',), ('predict', 'predict_proba'), weighted=True)
for options in [{}, {'strategy': 'median'}, {'strategy': 'quantile', 'quantile': 0.3}]:
    for weighted in (False, True):
        case(DummyRegressor(**options), 'points', 'number', ('constant_',), weighted=weighted)
case(DummyRegressor(strategy='constant', constant=[1.5, -2]), 'points', 'numbers', ('constant_',))
for options in [{}, {'n_neighbors': 3, 'weights': 'distance'}, {'p': 1, 'n_neighbors': 7}, {'p': 3, 'weights': 'distance'},
                {'metric': 'chebyshev'}]:
    case(KNeighborsClassifier(**options), 'points', 'third', (), ('predict', 'predict_proba'))
    case(KNeighborsRegressor(**options), 'points', 'numbers')
for options in [{}, {'var_smoothing': 1e-2}, {'priors': [0.2, 0.5, 0.3]}]:
    for weighted in (False, True):
        case(GaussianNB(**options), 'points', 'third', ('theta_', 'var_', 'class_count_', 'class_prior_', 'epsilon_'),
             ('predict', 'predict_proba', 'predict_log_proba'), weighted=weighted)

# --- trees: with one seed the same splits, also where several are equally good
for options, data, target in [
    ({}, 'wine', 'wine'), ({'criterion': 'entropy'}, 'iris', 'iris'), ({'max_depth': 3, 'random_state': 5}, 'iris', 'iris'),
    ({'min_samples_leaf': 4, 'min_samples_split': 12}, 'points', 'third'), ({'max_leaf_nodes': 6}, 'points', 'third'),
    ({'max_features': 'sqrt', 'random_state': 3}, 'wine', 'wine'), ({'max_features': 2, 'random_state': 4}, 'iris', 'iris'),
    ({'ccp_alpha': 0.02}, 'points', 'third'), ({'class_weight': 'balanced', 'max_depth': 4}, 'points', 'third'),
    ({'min_impurity_decrease': 0.02, 'max_features': 0.5}, 'points', 'third'), ({'min_weight_fraction_leaf': 0.1}, 'points', 'side'),
]:
    # iris has many equal values: with weights, rounding decides between equally good splits
    for weighted in (False, True) if data != 'iris' else (False,):
        case(DecisionTreeClassifier(**{'random_state': 0, **options}), data, target, ('feature_importances_',),
             ('predict', 'predict_proba', 'apply'), weighted=weighted)
for options, data, target in [
    ({'max_depth': 4}, 'points', 'number'), ({'min_samples_leaf': 5}, 'points', 'numbers'), ({'max_leaf_nodes': 7}, 'diabetes', 'diabetes'),
    ({'ccp_alpha': 0.05}, 'points', 'number'), ({'max_features': 2, 'random_state': 8, 'max_depth': 5}, 'points', 'number'),
    ({}, 'wide', 'few'),
]:
    for weighted in (False, True):
        case(DecisionTreeRegressor(**{'random_state': 0, **options}), data, target, ('feature_importances_',),
             ('predict', 'apply'), weighted=weighted)

# --- support vector machines: LIBSVM keeps kernels in float32, and stops as far from the optimum as tol says
for options, data, target in [
    ({}, 'wine', 'wine'), ({}, 'points', 'side'), ({'kernel': 'linear', 'C': 0.3}, 'points', 'third'),
    ({'kernel': 'poly', 'degree': 2, 'coef0': 1.0}, 'points', 'third'), ({'gamma': 'auto', 'C': 5.0}, 'points', 'side'),
    ({'kernel': 'sigmoid', 'gamma': 0.1}, 'points', 'side'), ({'class_weight': 'balanced', 'gamma': 0.5}, 'points', 'third'),
    ({'decision_function_shape': 'ovo'}, 'points', 'third'), ({'break_ties': True}, 'points', 'third'),
]:
    for weighted in (False, True):
        linear = ('coef_',) if options.get('kernel') == 'linear' else ()
        case(SVC(tol=1e-8, **options), data, target, ('support_', 'n_support_', 'dual_coef_', 'intercept_', *linear),
             ('predict', 'decision_function'), weighted=weighted, tolerance=1e-5)
case(SVC(), 'wine', 'wine', (), ('predict',))
for options in [{}, {'kernel': 'linear', 'C': 0.5}, {'kernel': 'poly', 'epsilon': 0.3, 'coef0': 1.0}, {'gamma': 0.4, 'C': 10.0}]:
    for weighted in (False, True):
        # the flat optimum of poly leaves the weights open to what float32 leaves of the kernel
        case(SVR(tol=1e-8, **options), 'points', 'number',
             ('support_', 'intercept_') if options.get('kernel') == 'poly' else ('support_', 'dual_coef_', 'intercept_'),
             weighted=weighted, tolerance=1e-5)

# the linear machine at its optimum: LIBLINEAR's path there is its own
for options, data, target in [
    ({}, 'wine', 'wine'), ({'C': 0.1}, 'points', 'side'), ({'loss': 'hinge', 'C': 0.3}, 'points', 'third'),
    ({'loss': 'hinge'}, 'points', 'side'), ({'fit_intercept': False}, 'points', 'third'),
    ({'intercept_scaling': 10.0, 'class_weight': 'balanced'}, 'points', 'third'), ({'class_weight': {'up': 2.5}}, 'points', 'side'),
]:
    for weighted in (False, True):
        case(LinearSVC(tol=1e-11, max_iter=1000000, **options), data, target, ('coef_', 'intercept_') if options.get('fit_intercept', True) else ('coef_',),
             ('predict', 'decision_function'), weighted=weighted, tolerance=1e-6)

# --- ensembles
three = [('tree', DecisionTreeClassifier(max_depth=3, random_state=0)), ('bayes', GaussianNB()),
         ('near', KNeighborsClassifier())]
for options in [{}, {'voting': 'soft'}, {'weights': [1, 2.5, 1]}, {'voting': 'soft', 'weights': [2, 1, 0.5]}]:
    case(VotingClassifier(three, **options), 'points', 'third', (),
         ('predict', 'predict_proba') if options.get('voting') == 'soft' else ('predict',))
numbers = [('line', Ridge()), ('tree', DecisionTreeRegressor(max_depth=3, random_state=0))]
for options in [{}, {'weights': [1, 3]}]:
    for weighted in (False, True):
        case(VotingRegressor(numbers, **options), 'points', 'number', weighted=weighted)
for options, weighted in [
    ({}, False), ({}, True), ({'max_samples': 0.5, 'max_features': 2, 'n_estimators': 5}, False),
    ({'bootstrap': False, 'max_samples': 40, 'max_features': 0.7}, False), ({'bootstrap_features': True}, False),
    ({'estimator': KNeighborsClassifier(3), 'n_estimators': 6}, False), ({'oob_score': True, 'n_estimators': 40}, False),
    ({'estimator': DecisionTreeClassifier(max_features='sqrt'), 'n_estimators': 12}, False),
    ({'estimator': SVC(), 'n_estimators': 5}, False),
]:
    case(BaggingClassifier(random_state=4, **options), 'points', 'third',
         ('oob_score_', 'oob_decision_function_') if 'oob_score' in options else (), ('predict', 'predict_proba'),
         weighted=weighted)
for options, weighted in [
    ({}, False), ({}, True), ({'oob_score': True, 'n_estimators': 40}, False),
    ({'estimator': Ridge(), 'max_features': 2, 'max_samples': 30}, False),
]:
    case(BaggingRegressor(random_state=4, **options), 'points', 'number',
         ('oob_score_', 'oob_prediction_') if 'oob_score' in options else (), weighted=weighted)
for inner, target, methods in [
    (LogisticRegression(tol=1e-10, max_iter=1000), 'third', ('predict', 'predict_proba', 'decision_function')),
    (LogisticRegression(tol=1e-10, max_iter=1000), 'side', ('predict', 'predict_proba', 'decision_function')),
    (LogisticRegression(tol=1e-10, max_iter=1000), 'labels', ('predict', 'predict_proba', 'decision_function')),
    (GaussianNB(), 'third', ('predict', 'predict_proba')), (DecisionTreeClassifier(max_depth=3, random_state=0), 'labels', ('predict',)),
    (Perceptron(), 'third', ('predict', 'decision_function')),
]:
    case(OneVsRestClassifier(inner), 'points', target, (), methods, tolerance=1e-6)
for target in ('number', 'numbers'):
    case(TransformedTargetRegressor(Ridge(3.0), transformer=StandardScaler()), 'points', target)

json.dump({
    'scikit-learn': sklearn.__version__,
    'data': {name: plain(X) for name, X in DATA.items()},
    'targets': {name: plain(y) for name, y in TARGETS.items()},
    'weights': {str(rows): plain(w) for rows, w in WEIGHTS.items()},
    'cases': CASES,
}, sys.stdout, separators=(',', ':'))
print()
