import SwiftNN

/// A multilayer perceptron.
func mlp() throws(TensorError) -> (Module, any Optimizer) {
    let net = try Sequential {
        Flatten()
        try Linear(784, 256)
        ReLU()
        try Linear(256, 10)
    }
    return (net, try SGD(net.parameters(), learningRate: 0.1))
}
