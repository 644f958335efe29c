import Testing

@testable import SwiftNN

extension CoreTests {
    @Suite("The book's blocks") struct SeedBlocksTests {}
}

// MARK: - The blocks

private final class MLP: Module {
    let hidden: Dense
    let out: Dense

    init(dtype: DType = .float32) throws(TensorError) {
        hidden = try Dense(256, activation: .relu, dtype: dtype)
        out = try Dense(10, dtype: dtype)
        try super.init()
    }

    override func forward(_ x: Tensor) throws(TensorError) -> Tensor {
        try out(hidden(x))
    }
}

private final class MySequential: Module {
    let blocks: [Module]

    init(_ blocks: Module...) throws(TensorError) {
        self.blocks = blocks
        try super.init()
    }

    override func forward(_ x: Tensor) throws(TensorError) -> Tensor {
        var x = x
        for block in blocks { x = try block(x) }
        return x
    }
}

private final class FixedHiddenMLP: Module {
    let randWeight: Tensor
    let linear: Linear

    init(dtype: DType = .float32) throws(TensorError) {
        randWeight = try Tensor.rand([20, 20], dtype: dtype)
        linear = try Linear(20, 20, dtype: dtype)
        try super.init()
    }

    override func forward(_ input: Tensor) throws(TensorError) -> Tensor {
        var x = try linear(input)
        x = try (x.matrixProduct(randWeight) + 1).relu()
        x = try linear(x)
        while try x.absoluteValue().sum().item(as: Float.self) > 1 { try x /= 2 }
        return try x.sum()
    }
}

private final class NestMLP: Module {
    let net: Sequential
    let linear: Linear

    init(dtype: DType = .float32) throws(TensorError) {
        net = Sequential(try Linear(20, 64, dtype: dtype), ReLU(), try Linear(64, 32, dtype: dtype), ReLU())
        linear = try Linear(32, 16, dtype: dtype)
        try super.init()
    }

    override func forward(_ x: Tensor) throws(TensorError) -> Tensor {
        try linear(net(x))
    }
}

// MARK: - What a block owes its user

extension CoreTests.SeedBlocksTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let output: [Int]
        let parameters: [String]
        let shapes: [[Int]]
        let make: @Sendable (DType) throws -> Module
        var testDescription: String { name }
    }

    static let rows: [Row] = [
        Row(
            name: "MLP", output: [2, 10], parameters: ["hidden.weight", "hidden.bias", "out.weight", "out.bias"],
            shapes: [[256, 20], [256], [10, 256], [10]], make: { try MLP(dtype: $0) }),
        Row(
            name: "MySequential", output: [2, 10], parameters: ["blocks.0.weight", "blocks.0.bias", "blocks.2.weight", "blocks.2.bias"],
            shapes: [[256, 20], [256], [10, 256], [10]],
            make: { try MySequential(try Linear(20, 256, dtype: $0), ReLU(), try Linear(256, 10, dtype: $0)) }),
        Row(
            name: "FixedHiddenMLP", output: [], parameters: ["linear.weight", "linear.bias"], shapes: [[20, 20], [20]],
            make: { try FixedHiddenMLP(dtype: $0) }),
        Row(
            name: "NestMLP", output: [2, 16],
            parameters: ["net.0.weight", "net.0.bias", "net.2.weight", "net.2.bias", "linear.weight", "linear.bias"],
            shapes: [[64, 20], [64], [32, 64], [32], [16, 32], [16]], make: { try NestMLP(dtype: $0) }),
        Row(
            name: "chimera", output: [],
            parameters: [
                "0.net.0.weight", "0.net.0.bias", "0.net.2.weight", "0.net.2.bias", "0.linear.weight", "0.linear.bias", "1.weight",
                "1.bias", "2.linear.weight", "2.linear.bias",
            ],
            shapes: [[64, 20], [64], [32, 64], [32], [16, 32], [16], [20, 16], [20], [20, 20], [20]],
            make: { Sequential(try NestMLP(dtype: $0), try Linear(16, 20, dtype: $0), try FixedHiddenMLP(dtype: $0)) }),
        Row(
            name: "Sequential", output: [2, 10], parameters: ["0.weight", "0.bias", "2.weight", "2.bias"],
            shapes: [[256, 20], [256], [10, 256], [10]],
            make: { Sequential(try Linear(20, 256, dtype: $0), ReLU(), try Linear(256, 10, dtype: $0)) }),
    ]

    @Test("Takes input and gives output", arguments: rows, [DType.float32, .float64])
    func output(_ row: Row, _ dtype: DType) throws {
        Generator.shared.manualSeed(0)
        let net = try row.make(dtype)
        let x = try Tensor.rand([2, 20], dtype: dtype)
        let y = try net(x)
        #expect(y.shape == row.output && y.dtype == dtype && y.requiresGrad)
        try expectSameBits(net(x), y)
        #expect(try numbers(y).allSatisfy(\.isFinite))
    }

    /// A tensor moved along a direction, and back.
    private func moved(_ tensor: Tensor, _ direction: Tensor, by step: Double, _ body: () throws -> Double) throws -> Double {
        let before = try tensor.detached().cloned()
        try withoutGradients { () throws(TensorError) in try tensor.addInPlace(direction, alpha: step) }
        defer { try? withoutGradients { () throws(TensorError) in try tensor.copyInPlace(from: before) } }
        return try body()
    }

    @Test("Gives the gradients of its output, for the input and every parameter", arguments: rows)
    func gradients(_ row: Row) throws {
        Generator.shared.manualSeed(3)
        let net = try row.make(.float64)
        let x = try Tensor.rand([2, 20], dtype: .float64)
        _ = try net(x)
        try x.setRequiresGrad(true)
        func loss() throws -> Tensor {
            let y = try net(x)
            return try (y * sampled(y.shape, 0.5, 1.5)).sum()
        }
        try loss().backward()
        var largest = 0.0
        for (name, leaf) in try [("input", x)] + net.namedParameters().map({ ($0.name, $0.parameter) }) {
            let gradient = try #require(leaf.grad, "\(name)")
            #expect(gradient.shape == leaf.shape && gradient.dtype == .float64)
            // Along some directions in which all elements take part, the first of them the gradient's own.
            for seed in 0..<4 as Range<UInt64> {
                let direction = try seed == 0 ? gradient.cloned() : sampled(leaf.shape, seed: seed)
                let expected = try numbers((gradient * direction).sum())[0]
                let step = 1e-7
                let up = try moved(leaf, direction, by: step) { try numbers(loss())[0] }
                let down = try moved(leaf, direction, by: -step) { try numbers(loss())[0] }
                expectClose([(up - down) / (2 * step)], [expected], tolerance: 2e-6, "\(row.name): \(name), direction \(seed)")
                largest = max(largest, abs(expected))
            }
        }
        #expect(largest > 1e-3)
    }

    @Test("Stores its parameters and hands them out", arguments: rows)
    func parameters(_ row: Row) throws {
        let net = try row.make(.float32)
        _ = try net(Tensor.rand([2, 20]))
        let named = try net.namedParameters()
        #expect(named.map(\.name) == row.parameters)
        #expect(named.map(\.parameter.shape) == row.shapes)
        #expect(named.allSatisfy { $0.parameter.requiresGrad && $0.parameter.isLeaf && $0.parameter.isParameter })
        #expect(try zip(named, net.parameters()).allSatisfy { $0.parameter === $1 })
        let state = try net.state()
        #expect(state.map(\.name) == row.parameters)
        #expect(zip(named, state).allSatisfy { $0.parameter === $1.tensor })
        // Another block of the same kind takes the state over.
        Generator.shared.manualSeed(9)
        let other = try row.make(.float32)
        try other.load(state)
        for (a, b) in zip(try other.state(), state) { try expectSameBits(a.tensor, b.tensor, a.name) }
        // Training moves what was handed out.
        let before = try bytes(named[0].parameter)
        let optimizer = try SGD(net.parameters(), learningRate: 0.5)
        try net(Tensor.rand([2, 20])).sum().backward()
        try optimizer.step()
        #expect(try bytes(named[0].parameter) != before)
    }

    @Test("Initialises its parameters by default and on demand", arguments: rows)
    func initialisation(_ row: Row) throws {
        func made() throws -> Module {
            Generator.shared.manualSeed(11)
            let net = try row.make(.float32)
            _ = try net(Tensor.zeros([2, 20]))
            return net
        }
        let net = try made(), again = try made()
        for ((name, a), (_, b)) in zip(try net.namedParameters(), try again.namedParameters()) {
            try expectSameBits(a, b, name)
        }
        // PyTorch's scheme: uniform on ±1/√in.
        let named = try net.namedParameters()
        for (name, parameter) in named {
            let weight = try #require(named.first { $0.name == name.replacing("bias", with: "weight") }).parameter
            let bound = 1 / Double(weight.shape[1]).squareRoot()
            let values = try numbers(parameter)
            #expect(values.allSatisfy { abs($0) <= bound * (1 + 1e-7) }, "\(name)")
            #expect(values.map(abs).max()! > 0.5 * bound && Set(values).count > values.count / 2, "\(name)")
        }
        let objects = try net.parameters()
        try net.apply { (module) throws(TensorError) in
            let parts = switch module {
            case let layer as Linear: (layer.weight, layer.bias)
            case let layer as Dense: (layer.weight, layer.bias)
            default: (nil, nil) as (Tensor?, Tensor?)
            }
            if let weight = parts.0 { try Initializer.normal(standardDeviation: 0.01).fill(weight) }
            if let bias = parts.1 { try Initializer.constant(0.5).fill(bias) }
        }
        for (name, parameter) in try net.namedParameters() {
            let values = try numbers(parameter)
            if name.hasSuffix("bias") {
                #expect(values.allSatisfy { $0 == 0.5 })
            } else {
                #expect(values.allSatisfy { abs($0) < 0.1 && $0 != 0 })
            }
        }
        #expect(try zip(objects, net.parameters()).allSatisfy { $0 === $1 && $0.requiresGrad })
    }
}

// MARK: - What each block shows

extension CoreTests.SeedBlocksTests {
    @Test("MLP computes what it says, and defers its input sizes")
    func mlp() throws {
        let net = try MLP()
        #expect(!net.hidden.weight.isInitialized && net.hidden.weight.requiresGrad)
        let x = try Tensor.rand([2, 20])
        let y = try net(x)
        let hidden = try (x.matrixProduct(net.hidden.weight.transposed()) + #require(net.hidden.bias)).relu()
        let expected = try hidden.matrixProduct(net.out.weight.transposed()) + #require(net.out.bias)
        try expectTensor(y, [2, 10], numbers(expected), tolerance: 1e-6)
    }

    @Test("MySequential is Sequential, to the bit")
    func mySequential() throws {
        let blocks: [Module] = [try Linear(20, 256), ReLU(), try Linear(256, 10)]
        let mine = try MySequential(blocks[0], blocks[1], blocks[2])
        let x = try Tensor.rand([2, 20])
        try expectSameBits(mine(x), Sequential(blocks)(x))
    }

    @Test("FixedHiddenMLP: the constant stays, the shared layer gathers both gradients, the loop halves")
    func fixedHidden() throws {
        Generator.shared.manualSeed(2)
        let net = try FixedHiddenMLP(dtype: .float64)
        let constant = try bytes(net.randWeight)
        #expect(try net.parameters().count == 2 && !net.randWeight.requiresGrad)
        let x = try Tensor.rand([2, 20], dtype: .float64)
        let y = try net(x)
        #expect(try abs(y.item(as: Double.self)) <= 1)
        try y.backward()
        #expect(try net.randWeight.grad == nil && bytes(net.randWeight) == constant)

        // The same written out, with a layer for each use and the halvings as one factor.
        let (first, second) = (try Linear(20, 20, dtype: .float64), try Linear(20, 20, dtype: .float64))
        for copy in [first, second] { try copy.load(net.linear.state()) }
        let z = try second((first(x).matrixProduct(net.randWeight) + 1).relu())
        var size = try numbers(z.absoluteValue().sum())[0], factor = 1.0
        while size > 1 { (size, factor) = (size / 2, factor / 2) }
        #expect(factor < 1)
        try (z.sum() * factor).backward()
        try expectTensor(y, [], [numbers(z.sum())[0] * factor], tolerance: 1e-13)
        for (own, a, b) in [(net.linear.weight, first.weight, second.weight), (net.linear.bias!, first.bias!, second.bias!)] {
            try expectTensor(#require(own.grad), own.shape, numbers(#require(a.grad) + #require(b.grad)), tolerance: 1e-13)
            #expect(try numbers(#require(a.grad)).contains { $0 != 0 } && numbers(#require(b.grad)).contains { $0 != 0 })
        }
    }

    @Test("An error in a block deep inside comes out as it is, and leaves the network usable")
    func errors() throws {
        let net = Sequential(try NestMLP(), try Linear(16, 20), try FixedHiddenMLP())
        expectError(.runtime, ["linear", "[..., 20]", "[64, 20]", "[2, 19]"]) { _ = try net(Tensor.rand([2, 19])) }
        #expect(try net(Tensor.rand([2, 20])).shape == [])
        expectError(.unsupported, ["save", "'0'", "NestMLP"]) { try net.save(to: "/dev/null/none") }
    }
}
