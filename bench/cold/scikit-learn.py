import numpy as np
from sklearn.neural_network import MLPClassifier

x = np.ones((10, 784), np.float32)
model = MLPClassifier((100,), max_iter=1, batch_size=10)
model.partial_fit(x, np.arange(10), classes=np.arange(10))
model.predict_proba(x[:1])
