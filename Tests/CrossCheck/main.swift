// The Swift half of python/tests/test_cross_language.py: trains the same networks from the same seed, and answers for a
// model that Python saved.

import SwiftNN

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

func train(_ name: String, _ folder: String) throws(TensorError) {
    Generator.shared.manualSeed(11)
    let net = Sequential(try Linear(20, 64), ReLU(), try Dropout(0.1), try Linear(64, 32), Tanh(), try Linear(32, 10))
    let x = try Tensor.rand([48, 20]), labels = try Tensor.randint(0, 10, [48])
    let optimizer: any Optimizer = name == "sgd"
        ? try SGD(net.parameters(), learningRate: 0.1, momentum: 0.9, weightDecay: 1e-3)
        : try Adam(net.parameters(), learningRate: 0.01)
    var entries: [(name: String, tensor: Tensor)] = []
    for (name, tensor) in try net.state() { entries.append(("start.\(name)", try tensor.cloned())) }
    var losses: [Tensor] = []
    for _ in 0..<10 {
        let loss = try net(x).crossEntropy(labels)
        optimizer.zeroGrad()
        try loss.backward()
        try optimizer.step()
        losses.append(try loss.detached())
    }
    try net.eval()
    entries += [
        ("x", x), ("labels", labels), ("losses", try Tensor.stacked(losses)),
        ("logits", try withoutGradients { () throws(TensorError) in try net(x) }),
    ].map { (name: $0.0, tensor: $0.1) }
    entries += try net.state().map { (name: "end.\($0.name)", tensor: $0.tensor) }
    try TensorFile.write(entries, to: "\(folder)/\(name).safetensors")
    try net.save(to: "\(folder)/\(name)-model.safetensors")
}

func answer(_ folder: String) throws(TensorError) {
    let net = try Module.load(from: "\(folder)/python-model.safetensors").eval()
    let x = try TensorFile(path: "\(folder)/python-input.safetensors").tensor("x")
    let logits = try withoutGradients { () throws(TensorError) in try net(x) }
    try TensorFile.write([("logits", logits)], to: "\(folder)/swift-answer.safetensors")
}

do {
    let folder = CommandLine.arguments.count > 1 ? CommandLine.arguments[1] : "."
    try train("sgd", folder)
    try train("adam", folder)
    try answer(folder)
} catch {
    print("crosscheck: \(error)")
    exit(1)
}
