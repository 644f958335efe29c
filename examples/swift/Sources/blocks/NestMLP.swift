import SwiftNN

/// Blocks in blocks: a `Sequential` in a block of one's own, and both in a `Sequential`.
final class NestMLP: Module {
    let net: Sequential
    let linear: Linear

    override init() throws(TensorError) {
        net = Sequential(try Linear(20, 64), ReLU(), try Linear(64, 32), ReLU())
        linear = try Linear(32, 16)
        try super.init()
    }

    override func forward(_ x: Tensor) throws(TensorError) -> Tensor {
        try linear(net(x))
    }
}

func showChimera() throws(TensorError) {
    let chimera = Sequential(try NestMLP(), try Linear(16, 20), try FixedHiddenMLP())
    let x = try Tensor.rand([2, 20], requiresGrad: true)
    try chimera(x).backward()
    print("chimera:", chimera, separator: "\n")
    for (name, parameter) in try chimera.namedParameters() {
        print(name, parameter.shape, "gradient:", parameter.grad!.shape)
    }

    // A wrong shape is an error that can be caught.
    do {
        _ = try chimera(Tensor.rand([2, 19]))
    } catch {
        print("with 19 features:", error)
    }
}
