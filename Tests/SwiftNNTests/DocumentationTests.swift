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

    @Test func dataAndBlocks() async {
        await #expect(processExitsWith: .success) {
            try exampleOfLoader()
            try exampleOfDataset()
            try exampleOfBuilder()
            try exampleOfExtent()
            try exampleOfAttention()
            try exampleOfEncoderLayer()
            try exampleOfPadding()
            try exampleOfClipping()
        }
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

private func exampleOfLoader() throws {
    let x = try Tensor.randn([100, 20]), y = try Tensor.randint(0, 10, [100])
    for batch in try DataLoader(x, y, batchSize: 32, shuffle: true) {
        let (inputs, labels) = try batch.examples
        print(inputs.shape, labels.shape)
    }
}

private func exampleOfDataset() throws {
    let images = try Tensor.zeros([100, 1, 28, 28]), labels = try Tensor.zeros([100], dtype: .int64)
    let (image, label) = try TensorDataset(images, labels).batch([3, 5])
    try #require(image.shape == [2, 1, 28, 28] && label.shape == [2])
}

private func exampleOfBuilder() throws {
    let depth = 3, dropout: Double? = 0.1
    let net = try Sequential {
        Flatten()
        for _ in 0..<depth {
            try LazyLinear(64)
            ReLU()
        }
        if let dropout { try Dropout(dropout) }
        try LazyLinear(10)
    }
    try #require(net(Tensor.ones([2, 3, 4])).shape == [2, 10] && net.count == 9)
}

private func exampleOfExtent() throws {
    let same: Extent = 3
    let each: Extent = [3, 5]
    try #require(same.isUniform && each.values == [3, 5])
}

private func exampleOfAttention() throws {
    let attention = try MultiheadAttention(8, heads: 2, batchFirst: true)
    let x = try Tensor.randn([4, 5, 8])
    let (output, weights) = try attention(query: x, key: x, value: x)   // [4, 5, 8], [4, 5, 5]
    try #require(output.shape == [4, 5, 8] && weights?.shape == [4, 5, 5])
}

private func exampleOfEncoderLayer() throws {
    let layer = try TransformerEncoderLayer(TransformerOptions(8, heads: 2, feedForwardSize: 16, batchFirst: true))
    let y = try layer(try Tensor.randn([3, 5, 8]))
    try #require(y.shape == [3, 5, 8])
}

private func exampleOfPadding() throws {
    let wider = try Tensor([[1, 2, 3] as [Float]]).padded([1, 2])   // [[0, 1, 2, 3, 0, 0]]
    try #require(wider.array(of: Float.self) == [0, 1, 2, 3, 0, 0])
}

private func exampleOfClipping() throws {
    let net = try Linear(3, 2)
    try net(Tensor.ones([4, 3])).sum().backward()
    let before = try clipGradients(of: net.parameters(), toNorm: 0.5)
    let after = try clipGradients(of: net.parameters(), toNorm: 10)
    try #require(before > 0.5 && abs(after - 0.5) < 1e-3)
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
