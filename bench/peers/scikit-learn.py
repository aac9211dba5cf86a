"""scikit-learn's MLPClassifier on float32 data."""
import warnings

import numpy as np
import sklearn
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_info

from contract import run_peer

warnings.filterwarnings('ignore')


def network(task, epochs=1):
    return MLPClassifier(
        hidden_layer_sizes=task['layers'][1:-1], activation=task['activation'], solver=task['optimizer'], alpha=0,
        batch_size=task['batchSize'], learning_rate_init=task['learningRate'], momentum=0, nesterovs_momentum=False,
        max_iter=epochs, tol=0, n_iter_no_change=epochs + 1, random_state=0)


def train(task, x, y, rows, epochs):
    model = network(task, epochs).fit(x[:rows], y[:rows])
    return float(model.loss_), model.predict


def predictor(task):
    generator = np.random.default_rng(0)
    x = generator.random((20, task['layers'][0]), np.float32)
    model = network({**task, 'batchSize': 20}).fit(x, np.arange(20) % task['layers'][-1])
    return model.predict_proba


def search(task, x, y):
    grid = {'hidden_layer_sizes': task['grid']['hiddenLayerSizes'], 'alpha': task['grid']['alpha'],
            'learning_rate_init': task['grid']['learningRateInit']}
    estimator = MLPClassifier(max_iter=task['maxIter'], random_state=0)
    return float(GridSearchCV(estimator, grid, cv=task['cv'], refit=False, n_jobs=-1).fit(x, y).best_score_)


blas = ', '.join(sorted({f"{info['internal_api']} {info['version']} {info.get('architecture')} "
                         f"{info['num_threads']} thread" for info in threadpool_info() if info['user_api'] == 'blas'}))
run_peer(f'scikit-learn {sklearn.__version__}, NumPy {np.__version__}, {blas or "BLAS unknown"}', train, predictor, search)
