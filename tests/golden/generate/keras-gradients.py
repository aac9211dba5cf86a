"""Writes tests/golden/keras-gradients.json: outputs of Keras's layers of convolutional and recurrent networks, and the
gradients of sum(output * cotangent) over all outputs by inputs and weights, in float64. With TensorFlow: with JAX Keras
computes tanh in float32.

Usage: pip install keras tensorflow-cpu keras-hub && python tests/golden/generate/keras-gradients.py
"""

import json
import os
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import keras_hub
import numpy as np
import tensorflow as tf
from keras.src.backend import set_keras_mask

keras.config.set_floatx("float64")
keras.config.set_dtype_policy("float64")
random = np.random.default_rng(23)
L = keras.layers
H = keras_hub.layers


def numbers(array):
    array = np.asarray(array, dtype=np.float64)
    return {"shape": list(array.shape), "data": array.reshape(-1).tolist()}


def draw(*shape):
    """Numbers that float32 holds exactly."""
    return (random.normal(size=shape) * 64).round() / 64


def distinct(*shape):
    """Where the greatest is asked for, no two numbers may be equal."""
    count = int(np.prod(shape))
    return (random.permutation(count).reshape(shape) - count // 2) / 16


def case(kind, options, layer, *inputs, weights=(), training=False, mask=None, integers=False, call=None):
    """`weights`: names in Myelin, in the order of Keras's `layer.weights`. `mask`: which steps of the first input count, or
    a list with one for each input.
    `call`: how Keras's layer is called with the inputs."""
    apply = call or (lambda layer, given, **rest: layer(given if len(given) > 1 else given[0], **rest))
    rest = {"training": training}
    masks = mask if mask is None or isinstance(mask[0][0], list) else [mask]
    if mask is not None:
        arrays = [np.array(own, dtype=bool) for own in masks]
        rest["mask"] = arrays if masks is mask else arrays[0]
    apply(layer, inputs, **rest)
    names = list(weights)
    assert len(names) == len(layer.weights), (kind, [w.path for w in layer.weights])
    values = [draw(*w.shape) for w in layer.weights]
    values = [np.abs(v) if "ariance" in name else v for v, name in zip(values, names)]

    layer.set_weights(values)
    given = [tf.constant(np.asarray(x, dtype=np.int32 if integers else layer.compute_dtype)) for x in inputs]
    variables = [w.value for w in layer.trainable_weights]
    with tf.GradientTape() as tape:
        tape.watch(given)
        results = apply(layer, given, **rest)
        results = list(results) if isinstance(results, (list, tuple)) else [results]
        cotangents = [draw(*result.shape) for result in results]
        total = sum(tf.reduce_sum(r * c) for r, c in zip(results, cotangents))
    parts = tape.gradient(total, given + variables, unconnected_gradients="zero")
    learned = dict(zip([w.path for w in layer.trainable_weights], parts[len(given):]))
    gradients = {name: numbers(tf.convert_to_tensor(learned[w.path])) for name, w in zip(names, layer.weights) if w.path in learned}
    return {
        "kind": kind,
        "options": options,
        "training": training,
        "masks": masks,
        "inputs": [numbers(x) for x in inputs],
        "weights": {name: numbers(v) for name, v in zip(names, values)},
        "outputs": [numbers(result) for result in results],
        "cotangents": [numbers(c) for c in cotangents],
        "inputGradients": [] if integers else [numbers(g) for g in parts[:len(given)]],
        "weightGradients": gradients,
    }


def several(layer, given, **rest):
    return layer(*given, **rest)


def masked(*masks):
    """Calls a layer with tensors that carry masks, as in a network behind an embedding."""
    def apply(layer, given, mask, training):
        given = [tf.identity(x) for x in given]
        for x, own in zip(given, masks):
            set_keras_mask(x, tf.constant(np.array(own, dtype=bool)))
        return layer(*given, training=training)
    return apply


def attending(**arguments):
    return lambda layer, given, **rest: layer(list(given), **arguments, **rest)


def block(*parts):
    """The weights of the parts of a transformer, in the order of Keras."""
    own = {"selfAttention": heads, "crossAttention": heads}
    norm, dense = ["gamma", "beta"], ["kernel", "bias"]
    return [f"{part}/{name}" for part in parts for name in own.get(part, norm if part.endswith("Norm") else dense)]


heads = ["queryKernel", "queryBias", "keyKernel", "keyBias", "valueKernel", "valueBias", "outputKernel", "outputBias"]
reads = block("selfAttention", "selfAttentionLayerNorm", "feedforwardLayerNorm", "feedforwardIntermediateDense",
              "feedforwardOutputDense")
writes = block("selfAttention", "selfAttentionLayerNorm", "feedforwardIntermediateDense", "feedforwardOutputDense",
               "feedforwardLayerNorm")
crosses = block("selfAttention", "selfAttentionLayerNorm", "crossAttention", "crossAttentionLayerNorm",
                "feedforwardIntermediateDense", "feedforwardOutputDense", "feedforwardLayerNorm")
kernel = ["kernel", "bias"]
separable = ["depthwiseKernel", "pointwiseKernel", "bias"]
recurrent = ["kernel", "recurrentKernel", "bias"]
both = [f"{direction}/{name}" for direction in ("forward", "backward") for name in recurrent]
inner = [f"inner/{name}" for name in kernel]
sequence = draw(3, 5, 2)
mask = [[1, 1, 1, 0, 0], [1, 1, 1, 1, 1], [0, 1, 1, 0, 1]]
other = draw(3, 4, 2)
others = [[1, 1, 0, 0], [0, 1, 1, 1], [1, 1, 1, 1]]
cases = [
    case("conv1D", {"filters": 3, "kernelSize": 3, "padding": "causal", "dilationRate": 2, "activation": "tanh"},
         L.Conv1D(3, 3, padding="causal", dilation_rate=2, activation="tanh"), draw(2, 7, 2), weights=kernel),
    case("conv1D", {"filters": 4, "kernelSize": 2, "strides": 3, "groups": 2}, L.Conv1D(4, 2, strides=3, groups=2),
         draw(2, 8, 4), weights=kernel),
    case("conv2D", {"filters": 3, "kernelSize": [3, 2], "strides": [2, 1], "padding": "same"},
         L.Conv2D(3, (3, 2), strides=(2, 1), padding="same"), draw(2, 6, 5, 2), weights=kernel),
    case("conv2D", {"filters": 2, "kernelSize": 3, "dilationRate": 2}, L.Conv2D(2, 3, dilation_rate=2),
         draw(2, 6, 7, 3), weights=kernel),
    case("conv3D", {"filters": 2, "kernelSize": 2, "strides": 2, "padding": "same"},
         L.Conv3D(2, 2, strides=2, padding="same"), draw(2, 3, 4, 5, 2), weights=kernel),
    case("depthwiseConv1D", {"kernelSize": 3, "depthMultiplier": 2, "padding": "same", "activation": "tanh"},
         L.DepthwiseConv1D(3, depth_multiplier=2, padding="same", activation="tanh"), draw(2, 7, 3), weights=kernel),
    case("depthwiseConv2D", {"kernelSize": [3, 2], "strides": 2}, L.DepthwiseConv2D((3, 2), strides=2), draw(2, 7, 6, 2),
         weights=kernel),
    case("depthwiseConv2D", {"kernelSize": 2, "strides": 3, "depthMultiplier": 3, "padding": "same", "useBias": False},
         L.DepthwiseConv2D(2, strides=3, depth_multiplier=3, padding="same", use_bias=False), draw(1, 5, 7, 2),
         weights=kernel[:1]),
    case("separableConv1D", {"filters": 3, "kernelSize": 3, "dilationRate": 2, "depthMultiplier": 2},
         L.SeparableConv1D(3, 3, dilation_rate=2, depth_multiplier=2), draw(2, 7, 2), weights=separable),
    case("separableConv2D", {"filters": 2, "kernelSize": 3, "strides": 2, "padding": "same", "activation": "tanh"},
         L.SeparableConv2D(2, 3, strides=2, padding="same", activation="tanh"), draw(2, 5, 6, 3), weights=separable),
    case("conv1DTranspose", {"filters": 3, "kernelSize": 3, "strides": 2, "activation": "tanh"},
         L.Conv1DTranspose(3, 3, strides=2, activation="tanh"), draw(2, 5, 2), weights=kernel),
    case("conv1DTranspose", {"filters": 2, "kernelSize": 2, "strides": 3}, L.Conv1DTranspose(2, 2, strides=3),
         draw(2, 3, 3), weights=kernel),
    case("conv1DTranspose", {"filters": 2, "kernelSize": 2, "strides": 3, "padding": "same"},
         L.Conv1DTranspose(2, 2, strides=3, padding="same"), draw(1, 4, 1), weights=kernel),
    case("conv2DTranspose", {"filters": 2, "kernelSize": [3, 4], "strides": 2, "padding": "same"},
         L.Conv2DTranspose(2, (3, 4), strides=2, padding="same"), draw(2, 3, 4, 3), weights=kernel),
    case("conv2DTranspose", {"filters": 2, "kernelSize": 3, "strides": [3, 2], "padding": "same", "outputPadding": [2, 1]},
         L.Conv2DTranspose(2, 3, strides=(3, 2), padding="same", output_padding=(2, 1)), draw(2, 3, 2, 2), weights=kernel),
    case("conv2DTranspose", {"filters": 1, "kernelSize": [5, 3], "strides": 2, "padding": "same", "outputPadding": 0},
         L.Conv2DTranspose(1, (5, 3), strides=2, padding="same", output_padding=0), draw(1, 3, 3, 2), weights=kernel),
    case("conv2DTranspose", {"filters": 2, "kernelSize": 2, "strides": 2, "outputPadding": 1, "useBias": False},
         L.Conv2DTranspose(2, 2, strides=2, output_padding=1, use_bias=False), draw(1, 2, 3, 2), weights=kernel[:1]),
    case("conv3DTranspose", {"filters": 2, "kernelSize": [2, 3, 1], "strides": [2, 1, 2]},
         L.Conv3DTranspose(2, (2, 3, 1), strides=(2, 1, 2)), draw(1, 2, 3, 2, 2), weights=kernel),
    case("conv3DTranspose", {"filters": 1, "kernelSize": 3, "strides": 2, "padding": "same"},
         L.Conv3DTranspose(1, 3, strides=2, padding="same"), draw(1, 2, 1, 2, 2), weights=kernel),
    case("upSampling1D", {"size": 3}, L.UpSampling1D(3), draw(2, 3, 2)),
    case("upSampling2D", {"size": [2, 3]}, L.UpSampling2D((2, 3)), draw(2, 2, 3, 2)),
    # TensorFlow resizes in float32, where these numbers are exact
    case("upSampling2D", {"size": [2, 4], "interpolation": "bilinear"},
         L.UpSampling2D((2, 4), interpolation="bilinear"), draw(2, 3, 2, 2)),
    case("upSampling2D", {"size": [4, 1], "interpolation": "bilinear"},
         L.UpSampling2D((4, 1), interpolation="bilinear"), draw(1, 1, 3, 1)),
    case("upSampling3D", {"size": [2, 1, 3]}, L.UpSampling3D((2, 1, 3)), draw(1, 2, 3, 2, 2)),
    case("zeroPadding1D", {"padding": [2, 0]}, L.ZeroPadding1D((2, 0)), draw(2, 3, 2)),
    case("zeroPadding2D", {"padding": [[1, 0], [2, 3]]}, L.ZeroPadding2D(((1, 0), (2, 3))), draw(1, 2, 3, 2)),
    case("zeroPadding3D", {"padding": [1, 0, 2]}, L.ZeroPadding3D((1, 0, 2)), draw(1, 2, 1, 2, 2)),
    case("cropping1D", {}, L.Cropping1D(), draw(2, 4, 2)),
    case("cropping2D", {"cropping": [[1, 0], [2, 1]]}, L.Cropping2D(((1, 0), (2, 1))), draw(1, 3, 5, 2)),
    case("cropping3D", {"cropping": [1, 0, 2]}, L.Cropping3D((1, 0, 2)), draw(1, 3, 1, 5, 2)),
    case("spatialDropout2D", {"rate": 0.5}, L.SpatialDropout2D(0.5), draw(1, 2, 3, 2)),
    case("repeatVector", {"n": 3}, L.RepeatVector(3), draw(2, 4)),
    case("maxPooling1D", {}, L.MaxPooling1D(), distinct(2, 7, 3)),
    case("maxPooling2D", {"poolSize": [2, 3], "strides": 2, "padding": "same"},
         L.MaxPooling2D((2, 3), strides=2, padding="same"), distinct(2, 5, 6, 2)),
    case("maxPooling3D", {"poolSize": 2}, L.MaxPooling3D(2, dtype="float32"), distinct(1, 4, 5, 2, 2)),
    case("averagePooling1D", {"poolSize": 3, "strides": 2, "padding": "same"},
         L.AveragePooling1D(3, strides=2, padding="same"), draw(2, 7, 3)),
    case("averagePooling2D", {}, L.AveragePooling2D(2), draw(2, 5, 6, 2)),
    case("averagePooling3D", {"poolSize": 2, "padding": "same"}, L.AveragePooling3D(2, padding="same", dtype="float32"),
         draw(1, 3, 4, 3, 2)),
    case("globalMaxPooling2D", {}, L.GlobalMaxPooling2D(), distinct(2, 3, 4, 2)),
    case("globalAveragePooling1D", {}, L.GlobalAveragePooling1D(), draw(2, 5, 2)),
    case("layerNormalization", {}, L.LayerNormalization(), draw(2, 3, 4), weights=["gamma", "beta"]),
    case("layerNormalization", {"axis": [1, 2], "epsilon": 0.1, "center": False},
         L.LayerNormalization(axis=[1, 2], epsilon=0.1, center=False), draw(2, 3, 4), weights=["gamma"]),
    case("groupNormalization", {"groups": 2}, L.GroupNormalization(2), draw(2, 3, 4), weights=["gamma", "beta"]),
    case("groupNormalization", {"groups": -1, "axis": 1, "scale": False}, L.GroupNormalization(-1, axis=1, scale=False),
         draw(2, 2, 3, 2), weights=["beta"]),
    case("rmsNormalization", {}, L.RMSNormalization(), draw(2, 3, 4), weights=["scale"]),
    case("rmsNormalization", {"axis": 1, "epsilon": 0.1}, L.RMSNormalization(axis=1, epsilon=0.1), draw(2, 3), weights=["scale"]),
    case("unitNormalization", {}, L.UnitNormalization(), draw(2, 3, 4)),
    case("unitNormalization", {"axis": [1, 2]}, L.UnitNormalization(axis=[1, 2]), draw(2, 3, 2)),
    case("embedding", {"inputDim": 5, "outputDim": 3}, L.Embedding(5, 3), np.array([[0, 4, 4], [1, 0, 3]]),
         weights=["embeddings"], integers=True),
    case("embedding", {"inputDim": 3, "outputDim": 2, "maskZero": True}, L.Embedding(3, 2, mask_zero=True),
         np.array([[0, 2, 1, 2]]), weights=["embeddings"], integers=True),
    case("masking", {"maskValue": 0.5}, L.Masking(0.5), np.array([[[0.5, 0.5], [0.5, 1], [2, 3]], [[0.5, 0.5], [0.5, 0.5], [0, 0]]])),
    case("batchNormalization", {}, L.BatchNormalization(), draw(4, 3),
         weights=["gamma", "beta", "movingMean", "movingVariance"]),
    case("batchNormalization", {}, L.BatchNormalization(), draw(4, 3), training=True,
         weights=["gamma", "beta", "movingMean", "movingVariance"]),
    # heads of size 1 or 4: with TensorFlow Keras takes 1 / √keyDim in float32
    case("attention", {}, L.Attention(), draw(2, 3, 2), draw(2, 5, 2), call=attending()),
    case("attention", {"useScale": True, "useCausalMask": True}, L.Attention(use_scale=True), draw(2, 3, 2), draw(2, 3, 4),
         draw(2, 3, 2), weights=["scale"], call=attending(use_causal_mask=True)),
    case("attention", {}, L.Attention(), sequence, other, mask=[mask, others],
         call=lambda layer, given, mask, training: layer(list(given), mask=list(mask), training=training)),
    case("multiHeadAttention", {"numHeads": 2, "keyDim": 4}, L.MultiHeadAttention(2, 4), draw(2, 3, 2), draw(2, 5, 4),
         weights=heads, call=several),
    case("multiHeadAttention", {"numHeads": 3, "keyDim": 1, "valueDim": 2, "outputShape": 5, "useBias": False,
                                "useCausalMask": True},
         L.MultiHeadAttention(3, 1, value_dim=2, output_shape=5, use_bias=False), draw(2, 3, 2), draw(2, 3, 3), draw(2, 3, 1),
         weights=heads[::2], call=lambda layer, given, **rest: layer(*given, use_causal_mask=True, **rest)),
    case("multiHeadAttention", {"numHeads": 3, "keyDim": 4}, L.MultiHeadAttention(3, 4), sequence, other, weights=heads,
         mask=[mask, others], call=masked(mask, others)),
    case("positionEmbedding", {"sequenceLength": 7}, H.PositionEmbedding(7), draw(2, 3, 2), weights=["embeddings"]),
    # 1 / 1024 is exact in float32, in which Keras takes it
    case("sinePositionEncoding", {"maxWavelength": 1024}, H.SinePositionEncoding(1024), draw(2, 4, 5)),
    case("transformerEncoder", {"intermediateDim": 3, "numHeads": 2, "activation": "tanh"},
         H.TransformerEncoder(3, 2, activation="tanh"), draw(2, 3, 9), weights=reads),
    case("transformerEncoder", {"intermediateDim": 5, "numHeads": 2, "normalizeFirst": True, "layerNormEpsilon": 0.1},
         H.TransformerEncoder(5, 2, normalize_first=True, layer_norm_epsilon=0.1), sequence, weights=reads, mask=[mask],
         call=masked(mask)),
    case("transformerDecoder", {"intermediateDim": 3, "numHeads": 2, "activation": "tanh"},
         H.TransformerDecoder(3, 2, activation="tanh"), draw(2, 3, 9), weights=writes),
    case("transformerDecoder", {"intermediateDim": 3, "numHeads": 2, "activation": "tanh", "normalizeFirst": True,
                                "layerNormEpsilon": 0.1},
         H.TransformerDecoder(3, 2, activation="tanh", normalize_first=True, layer_norm_epsilon=0.1), sequence, other, weights=crosses,
         mask=[mask, others], call=masked(mask, others)),
    case("transformerDecoder", {"intermediateDim": 2, "numHeads": 1, "useCausalMask": False},
         H.TransformerDecoder(2, 1), draw(2, 3, 4), draw(2, 2, 3), weights=crosses,
         call=lambda layer, given, **rest: layer(*given, use_causal_mask=False, **rest)),
    case("simpleRNN", {"units": 3}, L.SimpleRNN(3), sequence, weights=recurrent),
    case("simpleRNN", {"units": 3, "activation": "relu", "returnSequences": True, "goBackwards": True},
         L.SimpleRNN(3, activation="relu", return_sequences=True, go_backwards=True), sequence, weights=recurrent),
    case("simpleRNN", {"units": 2, "returnSequences": True}, L.SimpleRNN(2, return_sequences=True), sequence,
         weights=recurrent, mask=mask),
    case("lstm", {"units": 3}, L.LSTM(3), sequence, weights=recurrent),
    case("lstm", {"units": 2, "returnSequences": True, "returnState": True},
         L.LSTM(2, return_sequences=True, return_state=True), sequence, weights=recurrent),
    case("lstm", {"units": 2, "returnState": True}, L.LSTM(2, return_state=True), sequence, weights=recurrent, mask=mask),
    case("lstm", {"units": 2, "goBackwards": True, "useBias": False, "recurrentActivation": "hardSigmoid"},
         L.LSTM(2, go_backwards=True, use_bias=False, recurrent_activation="hard_sigmoid"), sequence,
         weights=recurrent[:2], mask=mask),
    case("lstm", {"units": 2}, L.LSTM(2), sequence, draw(3, 2), draw(3, 2), weights=recurrent,
         call=lambda layer, given, **rest: layer(given[0], initial_state=list(given[1:]), **rest)),
    case("gru", {"units": 3}, L.GRU(3), sequence, weights=recurrent),
    case("gru", {"units": 2, "returnSequences": True, "resetAfter": False},
         L.GRU(2, return_sequences=True, reset_after=False), sequence, weights=recurrent, mask=mask),
    case("gru", {"units": 2, "returnState": True, "goBackwards": True}, L.GRU(2, return_state=True, go_backwards=True),
         sequence, draw(3, 2), weights=recurrent,
         call=lambda layer, given, **rest: layer(given[0], initial_state=given[1], **rest)),
    case("bidirectional", {"forwardLayer": {"layer": "lstm", "units": 2}}, L.Bidirectional(L.LSTM(2)), sequence,
         weights=both),
    case("bidirectional", {"forwardLayer": {"layer": "lstm", "units": 2, "returnSequences": True}, "mergeMode": "ave"},
         L.Bidirectional(L.LSTM(2, return_sequences=True), merge_mode="ave"), sequence, weights=both, mask=mask),
    case("bidirectional", {"forwardLayer": {"layer": "gru", "units": 3, "returnSequences": True}, "mergeMode": "mul"},
         L.Bidirectional(L.GRU(3, return_sequences=True), merge_mode="mul"), sequence, weights=both),
    case("bidirectional", {"forwardLayer": {"layer": "gru", "units": 2, "returnState": True}, "mergeMode": "sum"},
         L.Bidirectional(L.GRU(2, return_state=True), merge_mode="sum"), sequence, draw(3, 2), draw(3, 2), weights=both,
         call=lambda layer, given, **rest: layer(given[0], initial_state=list(given[1:]), **rest)),
    case("bidirectional", {"forwardLayer": {"layer": "simpleRNN", "units": 2, "returnSequences": True},
                           "backwardLayer": {"layer": "lstm", "units": 3, "returnSequences": True, "goBackwards": True}},
         L.Bidirectional(L.SimpleRNN(2, return_sequences=True),
                         backward_layer=L.LSTM(3, return_sequences=True, go_backwards=True)),
         sequence, weights=both, mask=mask),
    case("bidirectional", {"forwardLayer": {"layer": "lstm", "units": 2, "returnSequences": True, "returnState": True}},
         L.Bidirectional(L.LSTM(2, return_sequences=True, return_state=True)), sequence, *(draw(3, 2) for _ in range(4)),
         weights=both, mask=mask,
         call=lambda layer, given, **rest: layer(given[0], initial_state=list(given[1:]), **rest)),
    case("bidirectional", {"forwardLayer": {"layer": "simpleRNN", "units": 2, "returnSequences": True, "goBackwards": True},
                           "backwardLayer": {"layer": "simpleRNN", "units": 2, "returnSequences": True}},
         L.Bidirectional(L.SimpleRNN(2, return_sequences=True, go_backwards=True),
                         backward_layer=L.SimpleRNN(2, return_sequences=True)),
         sequence, weights=both, mask=mask),
    case("timeDistributed", {"innerLayer": {"layer": "dense", "units": 3, "activation": "tanh"}},
         L.TimeDistributed(L.Dense(3, activation="tanh")), sequence, weights=inner),
    case("timeDistributed", {"innerLayer": {"layer": "conv2D", "filters": 2, "kernelSize": 2, "strides": 2, "padding": "same"}},
         L.TimeDistributed(L.Conv2D(2, 2, strides=2, padding="same")), draw(2, 3, 3, 4, 2), weights=inner),
    case("timeDistributed", {"innerLayer": {"layer": "bidirectional", "forwardLayer": {"layer": "gru", "units": 2}}},
         L.TimeDistributed(L.Bidirectional(L.GRU(2))), draw(2, 2, 4, 3), weights=[f"inner/{name}" for name in both]),
]

target = Path(os.environ.get("OUT", Path(__file__).parents[3] / "tests/golden/keras-gradients.json"))
target.write_text(json.dumps({"keras": keras.__version__, "cases": cases}, separators=(",", ":")) + "\n")
