import SwiftNN

/// LeNet (LeCun et al. 1998): two convolutions with pooling, three fully connected layers.
func leNet() throws(TensorError) -> (Module, any Optimizer) {
    let net = try Sequential {
        try Conv2d(inputChannels: 1, outputChannels: 6, kernelSize: 5, padding: 2)
        Tanh()
        AvgPool2d(kernelSize: 2)
        try Conv2d(inputChannels: 6, outputChannels: 16, kernelSize: 5)
        Tanh()
        AvgPool2d(kernelSize: 2)
        Flatten()
        try Linear(400, 120)
        Tanh()
        try Linear(120, 84)
        Tanh()
        try Linear(84, 10)
    }
    return (net, try SGD(net.parameters(), learningRate: 0.05, momentum: 0.9))
}
