import SwiftNN

/// A constant that is no parameter, a layer used twice, and control flow that depends on the values.
final class FixedHiddenMLP: Module {
    let randWeight: Tensor
    let linear: Linear

    override init() throws(TensorError) {
        randWeight = try Tensor.rand([20, 20])
        linear = try Linear(20, 20)
        try super.init()
    }

    override func forward(_ x: Tensor) throws(TensorError) -> Tensor {
        var x = try linear(x)
        x = try (x.matrixProduct(randWeight) + 1).relu()
        // The same layer again: the two share their parameters.
        x = try linear(x)
        while try x.absoluteValue().sum().item(as: Float.self) > 1 {
            try x /= 2
        }
        return try x.sum()
    }
}

func showFixedHiddenMLP() throws(TensorError) {
    let net = try FixedHiddenMLP()
    let x = try Tensor.rand([2, 20], requiresGrad: true)
    let y = try net(x)
    try y.backward()
    print("FixedHiddenMLP:", net, separator: "\n")
    print("output:", try y.item(as: Float.self))
    print("parameters:", try net.namedParameters().map(\.name), "(the constant is none of them)")
    print("gradient of the input:", x.grad!.shape, "of the weight used twice:", net.linear.weight.grad!.shape)
}
