// Trains the five networks on digits: mnist [file of the digits] [networks …]
//
// The losses of every step are printed with --losses, as JSON.

import SwiftNN

func run() throws(TensorError) {
    let networks: [(name: String, build: () throws(TensorError) -> (Module, any Optimizer), clip: Double?)] = [
        ("mlp", mlp, nil), ("lenet", leNet, nil), ("cnn", cnn, nil), ("lstm", rowLSTM, 0.3), ("transformer", patchTransformer, nil),
    ]
    var arguments = Array(CommandLine.arguments.dropFirst())
    let printsLosses = arguments.contains("--losses")
    arguments.removeAll { $0 == "--losses" }
    let digits = try Digits(path: arguments.first ?? "digits.safetensors")
    for (name, build, clip) in networks where arguments.count < 2 || arguments.dropFirst().contains(name) {
        Generator.shared.manualSeed(1)
        let (net, optimizer) = try build()
        let losses = try fit(net, optimizer, digits, clip: clip)
        let right = try accuracy(net, digits)
        if printsLosses {
            print("{\"name\": \"\(name)\", \"losses\": \(losses), \"accuracy\": \(right)}")
        } else {
            let size = try net.parameters().reduce(0) { $0 + $1.count }
            print("\(name): \(size) parameters, loss \(losses[0]) -> \(losses.suffix(20).reduce(0, +) / 20), accuracy \(right)")
        }
    }
}

do {
    try run()
} catch {
    print("mnist: \(error)")
    print("Run examples/mnist/digits.py first, which writes digits.safetensors, and give its path.")
}
