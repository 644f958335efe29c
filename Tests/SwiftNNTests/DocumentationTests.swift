// The Swift of README.md and of the library's documentation comments, word for word; python/tests/test_docs.py compares
// them. Each runs in a process of its own: examples print, seed the shared generator and use the current folder.
import Foundation
import SwiftNN
import Testing

@Suite struct DocumentationTests {
    @Test func firstNetwork() async {
        await #expect(processExitsWith: .success) { try exampleOfFirstNetwork() }
    }

    @Test func blockOfYourOwn() async {
        await #expect(processExitsWith: .success) { try exampleOfBlockOfYourOwn() }
    }

    @Test func modelFile() async {
        await #expect(processExitsWith: .success) {
            let files = FileManager.default
            let folder = files.temporaryDirectory.appendingPathComponent(UUID().uuidString)
            try files.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? files.removeItem(at: folder) }
            try #require(files.changeCurrentDirectoryPath(folder.path))
            let net = Sequential(try Linear(20, 256), ReLU(), try Linear(256, 10))
            try net.save(to: "model.safetensors")
            let x = try Tensor.rand([2, 20])
            let logits = try exampleOfModelFile(x)
            #expect(try logits.equals(net(x)))
            #expect(!logits.requiresGrad)
        }
    }

    @Test func functionOfYourOwn() async {
        await #expect(processExitsWith: .success) { try exampleOfFunctionOfYourOwn() }
    }

    @Test func gradients() async {
        await #expect(processExitsWith: .success) {
            try exampleOfValueAndGrad()
            try exampleOfGradient()
            try exampleOfHook()
        }
    }

    @Test func recurrentLayers() async {
        await #expect(processExitsWith: .success) {
            try exampleOfRNN()
            try exampleOfLSTM()
            try exampleOfGRU()
        }
    }

    @Test func seed() async {
        await #expect(processExitsWith: .success) { exampleOfSeed() }
    }
}

private func exampleOfFirstNetwork() throws {
    let net = Sequential(try Linear(20, 256), ReLU(), try Linear(256, 10))
    let x = try Tensor.rand([2, 20], requiresGrad: true)
    try net(x).sum().backward()
    print(x.grad!.shape)
}

private func exampleOfBlockOfYourOwn() throws {
    final class MLP: Module {
        let hidden: Linear
        let out: Linear

        override init() throws(TensorError) {
            hidden = try Linear(20, 256)
            out = try Linear(256, 10)
            try super.init()
        }

        override func forward(_ x: Tensor) throws(TensorError) -> Tensor {
            try out(hidden(x).relu())
        }
    }

    let net = try MLP()
    let optimizer = try Adam(net.parameters(), learningRate: 1e-3)
    let x = try Tensor.randn([64, 20])
    let y = try Tensor.randint(0, 10, [64])
    for _ in 0..<100 {
        let loss = try net(x).crossEntropy(y)
        optimizer.zeroGrad()
        try loss.backward()
        try optimizer.step()
    }
}

private func exampleOfModelFile(_ x: Tensor) throws -> Tensor {
    let net = try Module.load(from: "model.safetensors").eval()
    let logits = try withoutGradients { () throws(TensorError) in try net(x) }
    return logits
}

private func exampleOfSeed() {
    Generator.shared.manualSeed(42)
}

private func exampleOfFunctionOfYourOwn() throws {
    struct Cube: DifferentiableFunction {
        func forward(_ inputs: [Tensor], _ context: FunctionContext) throws(TensorError) -> [Tensor] {
            context.save(inputs[0])
            return [try inputs[0] * inputs[0] * inputs[0]]
        }

        func backward(_ gradients: [Tensor?], _ context: FunctionContext) throws(TensorError) -> [Tensor?] {
            let x = try context.savedTensors()[0]
            return [try gradients[0]! * (x * x * 3.0)]
        }
    }

    let x = try Tensor([2.0]).setRequiresGrad(true)
    try Cube()(x)[0].backward()
    print(try x.grad!.item(as: Double.self))
    try #require(x.grad!.item(as: Double.self) == 12)
}

private func exampleOfValueAndGrad() throws {
    let x = try Tensor([1.0, 2.0]), y = try Tensor([3.0, 4.0])
    let (value, slopes) = try valueAndGrad(at: [x, y]) { (list) throws(TensorError) in
        try (list[0] * list[1]).sum()
    }
    print(value, slopes[0])
    try #require(slopes[0].array(of: Double.self) == [3, 4])
}

private func exampleOfGradient() throws {
    let slope = gradient(of: { (x) throws(TensorError) in try (x * x * x).sum() })
    print(try slope(Tensor([2.0])).item(as: Double.self))
    try #require(slope(Tensor([2.0])).item(as: Double.self) == 12)
}

private func exampleOfHook() throws {
    let x = try Tensor([3.0]).setRequiresGrad(true)
    let y = try x * x
    let handle = try y.registerHook { (gradient) throws(TensorError) in try gradient * 0.5 }
    try y.sum().backward()
    handle.remove()
    try #require(x.grad!.item(as: Double.self) == 3)
}

private func exampleOfRNN() throws {
    let rnn = try RNN(inputSize: 10, hiddenSize: 20)
    let (output, state) = try rnn(Tensor.randn([5, 3, 10]))   // [5, 3, 20], [1, 3, 20]
    try #require(output.shape == [5, 3, 20] && state.shape == [1, 3, 20])
}

private func exampleOfLSTM() throws {
    let lstm = try LSTM(inputSize: 10, hiddenSize: 20, layers: 2)
    let (output, state) = try lstm(Tensor.randn([5, 3, 10]))   // [5, 3, 20]
    print(state.hidden.shape, state.cell.shape)                 // [2, 3, 20] [2, 3, 20]
    try #require(output.shape == [5, 3, 20] && state.hidden.shape == [2, 3, 20] && state.cell.shape == [2, 3, 20])
}

private func exampleOfGRU() throws {
    let gru = try GRU(inputSize: 10, hiddenSize: 20)
    let (output, state) = try gru(Tensor.randn([5, 3, 10]))   // [5, 3, 20], [1, 3, 20]
    try #require(output.shape == [5, 3, 20] && state.shape == [1, 3, 20])
}
