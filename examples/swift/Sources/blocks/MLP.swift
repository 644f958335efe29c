import SwiftNN

/// Two dense layers. `Dense` takes its input size from the first input, as in Gluon.
final class MLP: Module {
    let hidden: Dense
    let out: Dense

    override init() throws(TensorError) {
        hidden = try Dense(256, activation: .relu)
        out = try Dense(10)
        try super.init()
    }

    override func forward(_ x: Tensor) throws(TensorError) -> Tensor {
        try out(hidden(x))
    }
}

func showMLP() throws(TensorError) {
    let net = try MLP()
    let x = try Tensor.rand([2, 20])
    print("MLP, before the first input:", net, "and after:", separator: "\n")
    let y = try net(x)
    print(net)
    print("output:", y.shape)

    // On demand: another initialisation of every weight.
    for (name, parameter) in try net.namedParameters() where name.hasSuffix("weight") {
        try Initializer.normal(standardDeviation: 0.01).fill(parameter)
    }
    print("parameters:", try net.namedParameters().map { "\($0.name) \($0.parameter.shape)" })
}
