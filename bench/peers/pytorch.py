"""PyTorch in eager mode: modules, a data set in one tensor, and a shuffled loop over batches."""
import torch
from torch import nn

from contract import run_peer

torch.set_num_threads(1)
torch.manual_seed(0)


def convolution():
    return nn.Sequential(
        nn.Unflatten(1, (1, 28, 28)),
        nn.Conv2d(1, 8, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))


class Recurrent(nn.Module):
    def __init__(self, task):
        super().__init__()
        _, units, classes = task['layers']
        self.embedding = nn.Embedding(classes, task['embedding'])
        self.lstm = nn.LSTM(task['embedding'], units, batch_first=True)
        self.dense = nn.Linear(units, classes)

    def forward(self, x):
        return self.dense(self.lstm(self.embedding(x))[0])


class Block(nn.Module):
    def __init__(self, steps, wide, heads):
        super().__init__()
        self.heads = heads
        self.norms = nn.ModuleList([nn.LayerNorm(wide), nn.LayerNorm(wide)])
        self.projections, self.out = nn.Linear(wide, 3 * wide), nn.Linear(wide, wide)
        self.feedforward = nn.Sequential(nn.Linear(wide, 4 * wide), nn.ReLU(), nn.Linear(4 * wide, wide))
        self.register_buffer('later', torch.ones(steps, steps, dtype=torch.bool).triu(1))

    def forward(self, x):
        batch, steps, wide = x.shape
        query, key, value = (
            y.view(batch, steps, self.heads, -1).transpose(1, 2) for y in self.projections(self.norms[0](x)).split(wide, 2))
        scores = query @ key.transpose(2, 3) / (wide // self.heads) ** 0.5
        weights = scores.masked_fill(self.later, float('-inf')).softmax(-1)
        x = x + self.out((weights @ value).transpose(1, 2).reshape(batch, steps, wide))
        return x + self.feedforward(self.norms[1](x))


class Transformer(nn.Module):
    def __init__(self, task):
        super().__init__()
        steps, wide, classes = task['layers']
        self.embedding, self.places = nn.Embedding(classes, wide), nn.Embedding(steps, wide)
        self.blocks = nn.Sequential(*(Block(steps, wide, task['heads']) for _ in range(task['blocks'])))
        self.head = nn.Sequential(nn.LayerNorm(wide), nn.Linear(wide, classes))

    def forward(self, x):
        return self.head(self.blocks(self.embedding(x) + self.places.weight))


def network(task):
    if task.get('network') == 'transformer':
        return Transformer(task)
    if task.get('network') == 'recurrent':
        return Recurrent(task)
    if task.get('network') == 'convolution':
        return convolution()
    activation = {'relu': nn.ReLU, 'tanh': nn.Tanh}[task['activation']]
    layers = []
    for inputs, outputs in zip(task['layers'], task['layers'][1:]):
        layers += [nn.Linear(inputs, outputs), activation()]
    return nn.Sequential(*layers[:-1])


def train(task, x, y, rows, epochs):
    model = network(task)
    binary = task['output'] == 'sigmoid'
    criterion = nn.BCEWithLogitsLoss() if binary else nn.CrossEntropyLoss()
    optimizer = {'adam': torch.optim.Adam, 'adamw': torch.optim.AdamW, 'sgd': torch.optim.SGD}[task['optimizer']](
        model.parameters(), lr=task['learningRate'])
    inputs = torch.from_numpy(x[:rows])
    targets = torch.from_numpy(y[:rows])
    if binary:
        targets = targets.float()[:, None]
    full = task['batchSize'] >= rows
    for _ in range(epochs):
        order = None if full else torch.randperm(rows)
        for start in range(0, rows, task['batchSize']):
            batch = slice(None) if full else order[start:start + task['batchSize']]
            optimizer.zero_grad(set_to_none=True)
            outputs, expected = model(inputs[batch]), targets[batch]
            if outputs.dim() == 3:
                outputs, expected = outputs.flatten(0, 1), expected.flatten()
            loss = criterion(outputs, expected)
            loss.backward()
            optimizer.step()
        last = loss.item()

    def classes(rows_):
        with torch.no_grad():
            outputs = model(torch.from_numpy(rows_))
        return ((outputs[:, 0] > 0).long() if binary else outputs.argmax(-1)).numpy()
    return last, classes


def predictor(task):
    model = network(task).eval()

    def predict(x):
        with torch.no_grad():
            return torch.softmax(model(torch.from_numpy(x)), 1).numpy()
    return predict


run_peer(f'PyTorch {torch.__version__}, {torch.get_num_threads()} thread', train, predictor)
