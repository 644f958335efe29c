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
