"""What the Python adapters share: contract.mjs says what the task is and what is printed."""
import gzip
import json
import math
import os
import resource
import sys
import time

import numpy as np

ENOUGH_SECONDS, ENOUGH_RUNS = 1, 5


def idx(folder, name):
    with gzip.open(os.path.join(folder, name + '.gz')) as file:
        data = file.read()
    return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3])


def load_data(task):
    """Inputs as float32 rows, classes as integers; pixels divided by 255."""
    if task['data'] == 'xor':
        return np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32), np.array([0, 1, 1, 0])
    rows = task['rows']
    if task['data'] == 'circles':
        x, y, state = np.zeros((rows, 2), np.float32), np.arange(rows) % 2, 1
        for i in range(rows):
            state = state * 16807 % 2147483647
            radius = (1 if y[i] == 0 else 0.5) + 0.2 * (state / 2147483647 - 0.5)
            state = state * 16807 % 2147483647
            angle = 2 * math.pi * state / 2147483647
            x[i] = radius * math.cos(angle), radius * math.sin(angle)
        return x, y
    if task['data'] == 'characters':
        columns, classes = task['layers'][0], task['layers'][-1]
        x, y, state = np.zeros((rows, columns), np.int64), np.zeros((rows, columns), np.int64), 1
        for i in range(rows):
            state = state * 16807 % 2147483647
            now = state % classes
            for j in range(columns):
                state = state * 16807 % 2147483647
                x[i, j] = now
                y[i, j] = now = (3 * now + state % 2) % classes
        return x, y
    pixels = idx(task['mnist'], 'train-images-idx3-ubyte').reshape(-1, task['layers'][0])[:rows]
    labels = idx(task['mnist'], 'train-labels-idx1-ubyte')[:rows]
    x = pixels.astype(np.float32)
    x /= 255
    return x, labels.astype(np.int64)


def timed(action):
    start = time.perf_counter()
    result = action()
    return time.perf_counter() - start, result


def median(values):
    return sorted(values)[len(values) // 2]


def measure(action):
    runs = []
    while not runs or (sum(runs) < ENOUGH_SECONDS and len(runs) < ENOUGH_RUNS):
        seconds, result = timed(action)
        runs.append(seconds)
    return median(runs), result


def measure_prediction(predict, x):
    def calls(seconds):
        runs, end = [], time.perf_counter() + seconds
        while not runs or time.perf_counter() < end:
            runs.append(timed(lambda: predict(x))[0])
        return runs
    calls(0.5)
    return median(calls(1))


def measure_search(search, task):
    """A search as a whole, processes included: it is done once."""
    table = np.loadtxt(os.path.join(os.path.dirname(__file__), '../../datasets/digits.csv'), delimiter=',', skiprows=1)
    x, y = (table[:, :64] / 16).astype(task['dtype']), table[:, 64].astype(int)
    seconds, best = timed(lambda: search(task, x, y))
    fits = task['cv'] * math.prod(len(values) for values in task['grid'].values())
    return {'seconds': seconds, 'samplesPerSecond': fits / seconds, 'accuracy': best}


def run_peer(version, train, predictor, search=None):
    """`search(task, x, y)` returns the best mean score of a grid search on all cores; `train(task, x, y, rows, epochs)` returns (final loss, function from x to classes); `predictor(task)` returns a
    function from x to outputs."""
    task = json.loads(sys.argv[1])
    x, y = (None, None) if task.get('search') else load_data(task)
    if task.get('search'):
        result = measure_search(search, task)
    elif task.get('predict'):
        batch = x[:task['batchSize']]
        seconds = measure_prediction(predictor(task), batch)
        result = {'seconds': seconds, 'samplesPerSecond': len(batch) / seconds}
    else:
        few = min(task['rows'], 10 * task['batchSize'])
        train(task, x, y, few, min(task['epochs'], 100))
        seconds, (loss, classes) = measure(lambda: train(task, x, y, task['rows'], task['epochs']))
        result = {'seconds': seconds, 'samplesPerSecond': task['rows'] * task['epochs'] / seconds, 'lossFinal': loss,
                  'accuracy': float(np.mean(classes(x[:2000]) == y[:2000]))}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result.update(peakMemoryBytes=peak * (1 if sys.platform == 'darwin' else 1024), version=version)
    print(json.dumps(result))
