import SwiftNN

/// A convolutional network with batch normalisation (Ioffe and Szegedy 2015).
func cnn() throws(TensorError) -> (Module, any Optimizer) {
    let net = try Sequential {
        // Convolutions that keep the size, normalised, and poolings that halve it.
        for (inputs, outputs) in [(1, 16), (16, 32)] {
            try Conv2d(inputChannels: inputs, outputChannels: outputs, kernelSize: 3, padding: 1, bias: false)
            try BatchNorm2d(outputs)
            ReLU()
            AvgPool2d(kernelSize: 2)
        }
        Flatten()
        try Linear(32 * 7 * 7, 10)
    }
    return (net, try SGD(net.parameters(), learningRate: 0.01))
}
