"""Event files as TensorBoard's own protocol buffers and record framing make them, for tests/unit/event-records.test.ts.

    pip install tensorboard==2.21.0 numpy && python tests/golden/generate/event-records.py > tests/golden/event-records.json
"""
import json
import struct

import numpy as np
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import HistogramProto, Summary
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c


def framed(event):
    data = event.SerializeToString()
    length = struct.pack('<Q', len(data))
    crc = lambda part: struct.pack('<I', masked_crc32c(part))
    return (length + crc(length) + data + crc(data)).hex()


def scalars(wall_time, step, values):
    summary = Summary(value=[Summary.Value(tag=tag, simple_value=value) for tag, value in values])
    return {'wallTime': wall_time, 'step': step, 'scalars': values,
            'record': framed(Event(wall_time=wall_time, step=step, summary=summary))}


def histogram(wall_time, step, tag, values):
    values = np.asarray(values, np.float64)
    parts = 1 if values.min() == values.max() else 30
    counts, edges = np.histogram(values, bins=parts) if parts > 1 else ([len(values)], [values[0], values[0]])
    proto = HistogramProto(min=values.min(), max=values.max(), num=len(values), sum=values.sum(),
                           sum_squares=(values * values).sum(), bucket_limit=[float(e) for e in edges[1:]],
                           bucket=[float(c) for c in counts])
    event = Event(wall_time=wall_time, step=step, summary=Summary(value=[Summary.Value(tag=tag, histo=proto)]))
    return {'wallTime': wall_time, 'step': step, 'tag': tag, 'values': values.tolist(), 'record': framed(event)}


print(json.dumps({
    'version': {'wallTime': 1700000000.25,
                'record': framed(Event(wall_time=1700000000.25, file_version='brain.Event:2'))},
    'scalars': [
        scalars(1700000001.5, 0, [['epoch_loss', 0.693147]]),
        scalars(1700000002.0, 1, [['epoch_loss', 0.0], ['epoch_accuracy', 1.0]]),
        scalars(1700000003.0, 127, [['a', -1.5]]),
        scalars(1700000004.0, 128, [['a', 1e30]]),
        scalars(1700000005.0, 2 ** 40 + 7, [['ü/λ', 1e-45], ['x' * 200, -3.0e38]]),
    ],
    'histograms': [
        # eighths and powers of two: sums and edges have no rounding, whatever their order
        histogram(1700000006.0, 3, 'dense_1/kernel/histogram', [i / 8 for i in range(-240, 241, 3)]),
        histogram(1700000007.0, 0, 'dense_1/bias/histogram', [0.0, 0.0, 0.0]),
        histogram(1700000008.0, 5, 'one', [-2.5]),
    ],
}, indent=1, ensure_ascii=False))
