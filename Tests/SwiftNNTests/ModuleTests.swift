import Foundation
import Testing

@testable import SwiftNN

extension CoreTests {
    @Suite("Modules") struct ModuleTests {}
}

/// Every kind of stored property in which blocks and parameters are found.
private class Everything: Module {
    let first: Linear
    let absent: Linear?
    var optional: Module?
    let list: [Module]
    var named: [String: Module]
    let scale: Tensor
    let constant: Tensor
    let scales: [Tensor]
    let factor = 2.5
    let title = "everything"
    let sizes = [1, 2, 3]
    let weak: [Int: String] = [1: "one"]
    lazy var late: Tensor? = nil

    override init() throws(TensorError) {
        first = try Linear(2, 3)
        absent = nil
        optional = ReLU()
        list = [try Linear(3, 3, bias: false), Tanh()]
        named = ["b": try Linear(3, 1), "a": Identity()]
        scale = try Tensor.parameter(Tensor.ones([3]))
        constant = try Tensor.rand([3])
        scales = [try Tensor.parameter(Tensor.ones([1])), try Tensor.zeros([1])]
        try super.init()
    }

    override func forward(_ x: Tensor) throws(TensorError) -> Tensor {
        try named["b"]!(list[0](first(x)).tanh() * scale)
    }
}

private final class Derived: Everything {
    let extra: Linear
    override init() throws(TensorError) {
        extra = try Linear(1, 1)
        try super.init()
    }
}

/// Of a property of any type.
private final class Holder<Value>: Module {
    var value: Value
    init(_ value: Value) throws(TensorError) {
        self.value = value
        try super.init()
    }
}

private struct Pair {
    let a: Module
    let b: Module
}

private enum Choice {
    case one(Module)
}

/// Refers to itself, twice.
private final class Loop: Module {
    var next: Module?
    var other: Module?
    override init() throws(TensorError) { try super.init() }
}

// MARK: - What a block holds

extension CoreTests.ModuleTests {
    static let names = [
        "scale", "scales.0", "first.weight", "first.bias", "list.0.weight", "named.b.weight", "named.b.bias",
    ]

    @Test("Stored properties of every kind are found, in order")
    func reflection() throws {
        let net = try Everything()
        #expect(try net.namedParameters().map(\.name) == Self.names)
        #expect(try net.namedModules().map(\.name) == ["", "first", "optional", "list.0", "list.1", "named.a", "named.b"])
        let parameters = try net.parameters()
        #expect(parameters[0] === net.scale && parameters[2] === net.first.weight && parameters[4] === (net.list[0] as? Linear)?.weight)
        #expect(parameters.allSatisfy { $0.requiresGrad && $0.isLeaf && $0.isParameter })
        // The same objects every time.
        #expect(try zip(parameters, net.parameters()).allSatisfy { $0 === $1 })
        #expect(try net(Tensor.rand([4, 2])).shape == [4, 1])
    }

    @Test("A subclass has what its superclass has, first")
    func inheritance() throws {
        #expect(try Derived().namedParameters().map(\.name) == Self.names + ["extra.weight", "extra.bias"])
    }

    @Test("What is replaced counts from then on")
    func replacement() throws {
        let net = try Everything()
        _ = try net.parameters()
        let other = try Linear(3, 1)
        net.named["b"] = other
        net.optional = other
        #expect(try net.namedParameters().contains { $0.parameter === other.weight && $0.name == "optional.weight" })
        #expect(try net.namedParameters().count == Self.names.count)
        net.optional = nil
        #expect(try net.namedParameters().map(\.name) == Self.names)
        let x = try Tensor.ones([1, 2])
        let before = try net(x).item(as: Float.self)
        net.first.weight = try Tensor.parameter(Tensor.zeros([3, 2]))
        net.first.bias = nil
        #expect(try net(x).item(as: Float.self) != before)
        #expect(try net.namedParameters().map(\.name) == Self.names.filter { $0 != "first.bias" })
        let sequence = Sequential(try Linear(2, 2), ReLU())
        try sequence.replace(at: 1, with: Tanh())
        sequence.append(Identity())
        #expect(sequence.blocks.map(\.typeName) == ["Linear", "Tanh", "Identity"] && sequence.count == 3)
        #expect(try sequence.block(at: 2) is Identity)
    }

    @Test("Containers that cannot be followed are errors, not omissions")
    func unsupportedContainers() throws {
        func check<Value>(_ value: Value, sourceLocation: SourceLocation = #_sourceLocation) throws {
            let net = try Holder(value)
            for walk in [
                { _ = try net.parameters() }, { _ = try net.state() }, { try net.train() }, { try net.zeroGrad() },
                { try net.save(to: "/dev/null/none") },
            ] as [() throws -> Void] {
                expectError(.unsupported, [], sourceLocation: sourceLocation) { try walk() }
            }
            expectError(.unsupported, ["Holder", "value", "\(type(of: value))"], sourceLocation: sourceLocation) {
                _ = try net.namedModules()
            }
        }
        try check((ReLU(), Tanh()))
        try check(Pair(a: ReLU(), b: Tanh()))
        try check([Pair(a: ReLU(), b: Tanh())])
        try check([1: ReLU()])
        try check(Choice.one(ReLU()))
        try check((1, Tensor.parameter(Tensor.ones([1]))))
        try check([["a": (try Linear(1, 1), 2)]])
        // These hold nothing that could be lost.
        for net in try [Holder((1, "two")), Holder(Pair?.none as Any), Holder([Int: Int]() as Any), Holder(Tensor.ones([1]) as Any)] as [Module] {
            #expect(try net.parameters().isEmpty)
        }
        #expect(try Holder([[ReLU()], [Tanh(), ReLU()]]).namedModules().map(\.name) == ["", "value.0.0", "value.1.0", "value.1.1"])
        #expect(try Holder(["x": [try Linear(1, 1)]]).namedParameters().map(\.name) == ["value.x.0.weight", "value.x.0.bias"])
    }

    @Test("A shared block or parameter is listed once, and stands in the state under each name")
    func sharing() throws {
        let shared = try Linear(3, 3)
        let net = Sequential(shared, ReLU(), shared)
        #expect(try net.namedParameters().map(\.name) == ["0.weight", "0.bias"])
        #expect(try net.state().map(\.name) == ["0.weight", "0.bias", "2.weight", "2.bias"])
        let tied = Sequential(try Linear(3, 3), try Linear(3, 3))
        (tied.blocks[1] as? Linear)?.weight = try #require((tied.blocks[0] as? Linear)?.weight)
        #expect(try tied.namedParameters().map(\.name) == ["0.weight", "0.bias", "1.bias"])
        // Its gradient is the sum over both uses.
        let x = try Tensor.rand([2, 3])
        try net(x).sum().backward()
        let (a, b) = (try Linear(3, 3), try Linear(3, 3))
        for copy in [a, b] { try copy.load(shared.state()) }
        try b(a(x).relu()).sum().backward()
        let sum = try #require(a.weight.grad) + #require(b.weight.grad)
        try expectTensor(#require(shared.weight.grad), [3, 3], numbers(sum), tolerance: 1e-6)
    }

    @Test("Blocks that contain themselves are gone through once")
    func loops() throws {
        let loop = try Loop()
        loop.next = loop
        loop.other = loop
        #expect(try loop.namedModules().count == 1)
        #expect(try loop.parameters().isEmpty)
        #expect(try loop.state().isEmpty)
        #expect(loop.description.hasPrefix("Loop("))
        loop.next = nil
        loop.other = nil
    }
}

// MARK: - State, modes, printing

extension CoreTests.ModuleTests {
    @Test("state and load carry a network's values to another")
    func stateAndLoad() throws {
        let a = try Everything(), b = try Everything()
        let x = try Tensor.rand([4, 2])
        #expect(try bytes(a(x)) != bytes(b(x)))
        let identities = try b.parameters()
        try b.load(a.state())
        try expectSameBits(a(x), b(x))
        #expect(try zip(identities, b.parameters()).allSatisfy { $0 === $1 })
        // Copies: the two are still apart.
        try withoutGradients { () throws(TensorError) in try a.scale.fillInPlace(5) }
        #expect(try numbers(b.scale) == [1, 1, 1])
        // Into another dtype by conversion.
        let wide = try Linear(2, 3, dtype: .float64)
        try wide.load(a.first.state())
        try expectTensor(wide.weight, [3, 2], numbers(a.first.weight), dtype: .float64)
    }

    @Test("load reports all that does not fit, and changes nothing then")
    func loadReport() throws {
        let net = Sequential(try Linear(2, 3), try Linear(3, 1))
        let before = try net.state().map { try bytes($0.tensor) }
        expectError(.key, [
            "Sequential", "missing: 0.bias", "missing: 1.bias", "1.weight: shape [3, 1] given, [1, 3] expected",
            "unexpected: extra", "unexpected: other",
        ]) {
            try net.load([
                ("0.weight", Tensor.ones([3, 2])), ("1.weight", Tensor.ones([3, 1])), ("extra", Tensor.ones([1])),
                ("other", Tensor.ones([1])),
            ])
        }
        #expect(try net.state().map { try bytes($0.tensor) } == before)
    }

    @Test("Loading gives a waiting layer its shape")
    func loadDeferred() throws {
        let source = try Linear(5, 4), lazy = try LazyLinear(4), dense = try Dense(4)
        for net in [lazy, dense] as [Module] {
            try net.load(source.state())
            let x = try Tensor.rand([2, 5])
            try expectSameBits(net(x), source(x))
        }
        let other = try LazyLinear(3)
        expectError(.key, ["[4, 5]", "[3, -1]"]) { try other.load(source.state()) }
    }

    @Test("train and eval reach every Dropout of a tree")
    func modes() throws {
        let net = Sequential(try Holder(["x": try Dropout(0.5)]), Sequential(try Dropout(0.9)))
        let inner = try net.namedModules().compactMap { $0.module as? Dropout }
        #expect(inner.count == 2 && inner.allSatisfy(\.isTraining))
        try net.eval()
        #expect(try net.namedModules().allSatisfy { !$0.module.isTraining })
        let x = try Tensor.ones([100])
        #expect(try inner[0](x) === x)
        try net.train()
        let training = inner.map(\.isTraining)
        #expect(!training.contains(false))
        #expect(try Set(numbers(inner[0](x))) == [0, 2])
        try net.train(false)
        #expect(inner.allSatisfy { !$0.isTraining })
    }

    @Test("zeroGrad and apply reach the tree; children come first")
    func walking() throws {
        let net = Sequential(try Linear(2, 2), Sequential(try Linear(2, 2), ReLU()))
        try net(Tensor.rand([1, 2])).sum().backward()
        #expect(try net.parameters().allSatisfy { $0.grad != nil })
        try net.zeroGrad()
        #expect(try net.parameters().allSatisfy { $0.grad == nil })
        var order: [String] = []
        try net.apply { (module) throws(TensorError) in
            order.append(module.typeName)
            if let linear = module as? Linear { try Initializer.constant(1).fill(linear.weight) }
        }
        #expect(order == ["ReLU", "Linear", "Sequential", "Linear", "Sequential"])
        #expect(try net.parameters().filter { $0.rank == 2 }.allSatisfy { try numbers($0) == [1, 1, 1, 1] })
        let linear = try #require(net.blocks[0] as? Linear)
        try linear.resetParameters()
        #expect(try numbers(linear.weight) != [1, 1, 1, 1])
    }

    @Test("A tree is printed as PyTorch prints it")
    func description() throws {
        let net = Sequential(
            try Linear(20, 64), ReLU(), Sequential(try Dropout(0.25), try Linear(64, 1, bias: false)), Flatten(), ReLU(inPlace: true),
            Identity(), Sequential(), try LazyLinear(3), try Dense(4, activation: .relu), Tanh(), Sigmoid())
        #expect(net.description == """
            Sequential(
              (0): Linear(in_features=20, out_features=64, bias=True)
              (1): ReLU()
              (2): Sequential(
                (0): Dropout(p=0.25, inplace=False)
                (1): Linear(in_features=64, out_features=1, bias=False)
              )
              (3): Flatten(start_dim=1, end_dim=-1)
              (4): ReLU(inplace=True)
              (5): Identity()
              (6): Sequential()
              (7): LazyLinear(in_features=0, out_features=3, bias=True)
              (8): Dense(None -> 4, Activation(relu))
              (9): Tanh()
              (10): Sigmoid()
            )
            """)
        #expect(try Everything().description.contains("  (named.b): Linear(in_features=3, out_features=1, bias=True)"))
    }
}

// MARK: - Built-in blocks

extension CoreTests.ModuleTests {
    @Test("A fused Sequential gives the bits of the same blocks one by one", arguments: [1, 2, 8, 9, 40], [DType.float32, .float64])
    func fusing(_ rows: Int, _ dtype: DType) throws {
        let blocks: [Module] = [
            try Linear(20, 33, dtype: dtype), ReLU(), try Linear(33, 7, bias: false, dtype: dtype), ReLU(inPlace: true), Identity(),
            try Linear(7, 3, dtype: dtype), Tanh(),
        ]
        let net = Sequential(blocks)
        let x = try Tensor.randn([rows, 20], dtype: dtype)
        func run(_ forward: (Tensor) throws -> Tensor) throws -> [Tensor] {
            try net.zeroGrad()
            let input = try x.cloned().setRequiresGrad(true)
            let y = try forward(input)
            try y.squared().sum().backward()
            return try [y, #require(input.grad)] + net.parameters().map { try #require($0.grad).cloned() }
        }
        let fused = try run { try net($0) }
        let unfused = try run { x in try blocks.reduce(x) { try $1($0) } }
        #expect(fused.count == 7)
        for (a, b) in zip(fused, unfused) { try expectSameBits(a, b) }
        let calm = try withoutGradients { () throws(TensorError) in try net(x) }
        try expectSameBits(calm, fused[0])
    }

    @Test("Each built-in block computes what it says")
    func builtIns() throws {
        let x = try sampled([2, 3, 4])
        try expectSameBits(ReLU()(x), x.relu())
        try expectSameBits(Sigmoid()(x), x.sigmoid())
        try expectSameBits(Tanh()(x), x.tanh())
        #expect(try Identity()(x) === x)
        #expect(try Flatten()(x).shape == [2, 12])
        #expect(try Flatten(startDim: 0, endDim: 1)(x).shape == [6, 4])
        let copy = try x.cloned()
        #expect(try ReLU(inPlace: true)(copy) === copy)
        try expectSameBits(copy, x.relu())
        let dropped = try x.cloned()
        #expect(try Dropout(1, inPlace: true)(dropped) === dropped)
        #expect(try numbers(dropped).allSatisfy { $0 == 0 })
        let linear = try Linear(4, 2, dtype: .float64)
        try expectTensor(
            linear(x), [2, 3, 2], numbers(x.matmul(linear.weight.transposed()) + #require(linear.bias)), tolerance: 1e-14)
        #expect(linear.inFeatures == 4 && linear.outFeatures == 2)
        #expect(try Linear(0, 3)(Tensor.zeros([2, 0])).shape == [2, 3])
    }

    @Test("LazyLinear and Dense take their input size from the first input")
    func deferred() throws {
        let lazy = try LazyLinear(3, dtype: .float64), dense = try Dense(3, activation: .tanh, dtype: .float64)
        let weights = (lazy.weight, dense.weight)
        for parameter in try lazy.parameters() + dense.parameters() {
            #expect(!parameter.isInitialized && parameter.requiresGrad)
            #expect(parameter.description == "<UninitializedParameter>")
            expectError(.runtime, ["add", "not initialised"]) { _ = try parameter + 1 }
        }
        Generator.shared.manualSeed(1)
        let y = try lazy(sampled([2, 5]))
        #expect(y.shape == [2, 3] && lazy.inFeatures == 5 && lazy.weight.shape == [3, 5])
        Generator.shared.manualSeed(1)
        let linear = try Linear(5, 3, dtype: .float64)
        try expectSameBits(lazy.weight, linear.weight)
        try expectSameBits(#require(lazy.bias), #require(linear.bias))
        #expect(lazy.weight === weights.0)
        Generator.shared.manualSeed(1)
        let x = try sampled([2, 5, 2])
        #expect(try dense(x).shape == [2, 3])
        #expect(dense.weight === weights.1 && dense.weight.shape == [3, 10])
        try expectTensor(
            dense(x), [2, 3], numbers(x.flattened(from: 1).linear(dense.weight, dense.bias).tanh()), tolerance: 1e-15)
        #expect(lazy.typeName == "Linear" && dense.description == "Dense(10 -> 3, Activation(tanh))")
        // The shape is now fixed.
        expectError(.runtime, ["linear", "[..., 5]", "[3, 5]", "[2, 6]"]) { _ = try lazy(sampled([2, 6])) }
        #expect(try Dense(3, flatten: false, inUnits: 2)(Tensor.rand([4, 5, 2])).shape == [4, 5, 3])
        for (activation, function) in [
            (Activation.relu, { try $0.relu() }), (.sigmoid, { try $0.sigmoid() }), (.tanh, { try $0.tanh() }),
        ] as [(Activation, (Tensor) throws -> Tensor)] {
            let layer = try Dense(3, activation: activation, useBias: false, dtype: .float64), input = try sampled([2, 4])
            try expectSameBits(layer(input), function(input.linear(layer.weight)))
        }
    }

    @Test("Nothing is left of modules that are gone")
    func noLeak() throws {
        try expectNoLeak {
            let net = Sequential(try Derived(), try Linear(1, 3), ReLU(), try LazyLinear(2), try Dense(2), try Dropout())
            try net(Tensor.rand([3, 2])).sum().backward()
            _ = try net.state()
            let optimizer = try Adam(net.parameters())
            try optimizer.step()
            optimizer.zeroGrad()
            let momentum = try SGD(net.parameters(), momentum: 0.9)
            try net(Tensor.rand([3, 2])).sum().backward()
            try momentum.step()
        }
    }
}
