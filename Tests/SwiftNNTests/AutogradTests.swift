import Foundation
import Testing

@testable import SwiftNN

extension CoreTests {
    @Suite("Autograd") struct AutogradTests {}
}

// MARK: - The backward pass

extension CoreTests.AutogradTests {
    @Test("What is recorded, and under which name")
    func recording() throws {
        let x = try Tensor([1, 2] as [Float]).setRequiresGrad(true), constant = try Tensor([3, 4] as [Float])
        #expect(x.isLeaf && x.requiresGrad && x.gradientFunctionName == nil)
        let y = try x * constant
        #expect(!y.isLeaf && y.requiresGrad && y.gradientFunctionName == "MulBackward0")
        #expect(try !(constant * constant).requiresGrad)
        #expect(try x.detached().requiresGrad == false)
        #expect(try x.to(.int64).requiresGrad == false)
        let names = try [x + 1, x.relu(), x.sum(), x.cloned(), x.linear(Tensor.ones([1, 2]))].map { $0.gradientFunctionName }
        #expect(names == ["AddBackward0", "ReluBackward0", "SumBackward0", "CloneBackward0", "AddmmBackward0"])
        #expect(y.description.contains("grad_fn=<MulBackward0>") && x.description.contains("requires_grad=True"))
    }

    @Test("Gradients are added up, in the same tensor")
    func accumulation() throws {
        let x = try Tensor([1, 2] as [Double]).setRequiresGrad(true)
        try x.squared().sum().backward()
        let first = try #require(x.grad)
        try expectTensor(first, [2], [2, 4])
        try (x * 3.0).sum().backward()
        #expect(x.grad === first)
        try expectTensor(first, [2], [5, 7])
        try x.setGrad(nil)
        #expect(x.grad == nil)
    }

    @Test("Leaves do not share the memory of their gradients")
    func gradientsAreSeparate() throws {
        let a = try Tensor.zeros([2], requiresGrad: true), b = try Tensor.zeros([2], requiresGrad: true)
        let given = try Tensor([1, 2] as [Float])
        try (a + b).backward(gradient: given)
        try a.grad!.fillInPlace(9)
        try expectTensor(#require(b.grad), [2], [1, 2])
        try expectTensor(given, [2], [1, 2])
        let c = try Tensor.zeros([2], requiresGrad: true)
        try c.backward(gradient: given)
        try c.grad!.fillInPlace(9)
        try expectTensor(given, [2], [1, 2])
        // A view of the arriving gradient is not handed out as the leaf's own either.
        let d = try Tensor.zeros([2, 1], requiresGrad: true)
        try d.reshaped([2]).backward(gradient: given)
        try d.grad!.fillInPlace(9)
        try expectTensor(given, [2], [1, 2])
    }

    @Test("One tensor on many ways")
    func diamond() throws {
        let x = try Tensor(3.0).setRequiresGrad(true)
        let a = try x * x, b = try a + x, c = try a * b
        try (c + b).backward()
        // x⁴ + x³ + x² + x
        try expectTensor(#require(x.grad), [], [4 * 27 + 3 * 9 + 2 * 3 + 1])
    }

    @Test("Many branches, so that the waiting nodes are looked up rather than searched", arguments: [15, 16, 17, 18, 200])
    func wide(_ width: Int) throws {
        let x = try sampled([3]).setRequiresGrad(true)
        let values = try numbers(x)
        var branches: [Tensor] = []
        for i in 0..<width { branches.append(try (x * Double(i)).squared()) }
        // Joined from the outside in, so that nodes of very different age wait at once.
        var total = try Tensor.zeros([3], dtype: .float64)
        for i in 0..<width { total = try total + branches[i % 2 == 0 ? i / 2 : width - 1 - i / 2] }
        try total.sum().backward()
        let factor = (0..<width).reduce(0.0) { $0 + Double($1 * $1) }
        try expectTensor(#require(x.grad), [3], values.map { 2 * $0 * factor }, tolerance: 1e-12)
    }

    @Test("A second pass needs a graph that was kept")
    func secondBackward() throws {
        let x = try Tensor([1, 2] as [Double]).setRequiresGrad(true)
        let y = try x.squared().sum()
        try y.backward(retainGraph: true)
        try y.backward()
        try expectTensor(#require(x.grad), [2], [4, 8])
        expectError(.runtime, ["SquareBackward0", "second time"]) { try y.backward() }
        // A sum saves nothing, so its graph is never used up.
        let z = try x.sum()
        try z.backward()
        try z.backward()
        try expectTensor(#require(x.grad), [2], [6, 10])
    }

    @Test("A saved value that was overwritten is an error, which tells the versions")
    func overwritten() throws {
        let x = try Tensor([1, 2] as [Double]).setRequiresGrad(true)
        for write in [
            { try $0.addInPlace(1.asTensor()) }, { try $0.zeroInPlace() }, { try $0.detached().fillInPlace(1) },
            { try $0.sigmoidInPlace() },
        ] as [(Tensor) throws -> Void] {
            let y = try x * 2.0
            let z = try y.squared()
            try write(y)
            expectError(.runtime, ["SquareBackward0", "[2]", "inplace", "version 1", "expected version 0"]) {
                try z.sum().backward()
            }
        }
        // So is a parameter that an optimiser has moved since.
        let w = try Tensor.parameter(sampled([2, 2])), input = try sampled([1, 2]).setRequiresGrad(true)
        let out = try input.linear(w).sum()
        try w.setGrad(Tensor.ones([2, 2], dtype: .float64))
        try SGD([w], learningRate: 0.1).step()
        expectError(.runtime, ["AddmmBackward0", "[2, 2]"]) { try out.backward() }
        // And one whose memory was exchanged.
        let v = try Tensor.parameter(sampled([2, 2]))
        let other = try input.linear(v).sum()
        try v.setData(sampled([2, 2], seed: 2))
        expectError(.runtime, ["AddmmBackward0"]) { try other.backward() }
    }

    @Test("What was written where nothing was saved does no harm")
    func harmlessWrites() throws {
        let x = try Tensor([1, 2] as [Double]).setRequiresGrad(true)
        let y = try x + 1.0
        let z = try y + 2.0
        try y.fillInPlace(7)
        try z.sum().backward()
        try expectTensor(#require(x.grad), [2], [1, 1])
    }

    @Test("Leaves are not written to under autograd, and are in withoutGradients")
    func leafWrites() throws {
        let x = try Tensor([1, 2] as [Double]).setRequiresGrad(true)
        expectError(.runtime, ["add_", "leaf"]) { try x += 1 }
        try expectTensor(x, [2], [1, 2])
        try withoutGradients { () throws(TensorError) in try x += 1 }
        try expectTensor(x, [2], [2, 3])
        #expect(x.requiresGrad && x.isLeaf)
    }

    @Test("withoutGradients restores the mode, also when its body throws")
    func withoutGradientsMode() throws {
        let x = try Tensor([1] as [Double]).setRequiresGrad(true)
        let y = try withoutGradients { () throws(TensorError) in
            #expect(!GradMode.isEnabled)
            _ = try withoutGradients { () throws(TensorError) in try x + 1 }
            #expect(!GradMode.isEnabled)
            return try x * 2
        }
        #expect(!y.requiresGrad && GradMode.isEnabled)
        expectError(.runtime, ["mm"]) {
            _ = try withoutGradients { () throws(TensorError) in try x.matrixProduct(x) }
        }
        #expect(GradMode.isEnabled)
        // A pass that fails leaves the mode alone too.
        let z = try x.squared()
        try z.backward()
        expectError(.runtime, ["second time"]) { try z.backward(createGraph: true) }
        #expect(GradMode.isEnabled)
        // The mode belongs to the thread.
        try withoutGradients { () throws(TensorError) in
            do {
                try onThread(stackSize: 1 << 20) { if !GradMode.isEnabled { throw TensorError(.runtime, "mode", "shared") } }
            } catch {
                Issue.record("\(error)")
            }
        }
    }

    @Test("requiresGrad, detached and detachInPlace")
    func detaching() throws {
        let x = try Tensor([1, 2] as [Double]).setRequiresGrad(true)
        let y = try x * 2.0
        expectError(.runtime, ["requires_grad_", "leaf"]) { try y.setRequiresGrad(false) }
        #expect(try y.detached().storage === y.storage)
        try y.detachInPlace()
        #expect(y.isLeaf && !y.requiresGrad)
        try y.setRequiresGrad(true)
        try y.sum().backward()
        #expect(x.grad == nil && y.grad != nil)
        expectError(.runtime, ["detach_"]) { try x.reshaped([2, 1]).detachInPlace() }
        expectError(.runtime, ["int64"]) { try Tensor([1]).setRequiresGrad(true) }
    }
}

// MARK: - gradients(of:), retainGrad, higher derivatives

extension CoreTests.AutogradTests {
    @Test("gradients(of:) leaves the leaves alone")
    func gradientsOf() throws {
        let x = try Tensor([1, 2] as [Double]).setRequiresGrad(true), unused = try Tensor([1.0]).setRequiresGrad(true)
        let y = try x.squared()
        let z = try y * 3.0
        let found = try gradients(of: [z], withRespectTo: [x, y, z, unused, x], outputGradients: [Tensor([1, 10] as [Double])])
        try expectTensor(#require(found[0]), [2], [6, 120])
        try expectTensor(#require(found[1]), [2], [3, 30])
        try expectTensor(#require(found[2]), [2], [1, 10])
        #expect(found[3] == nil)
        try expectTensor(#require(found[4]), [2], [6, 120])
        #expect(x.grad == nil && unused.grad == nil)
        let both = try gradients(of: [x.sum(), (x * 2.0).sum()], withRespectTo: [x])
        try expectTensor(#require(both[0]), [2], [3, 3])
    }

    @Test("retainGrad keeps the gradient of what is no leaf")
    func retainGrad() throws {
        let x = try Tensor([1, 2] as [Double]).setRequiresGrad(true)
        let y = try x * 3.0
        try y.retainGrad()
        try y.retainGrad()
        try y.squared().sum().backward()
        try expectTensor(#require(y.grad), [2], [6, 12])
        try expectTensor(#require(x.grad), [2], [18, 36])
        expectError(.runtime, ["retain_grad"]) { try Tensor([1.0]).retainGrad() }
        // A tensor that is gone before the pass is not kept alive.
        let weak: (Tensor, Tensor) = try {
            let inner = try x * 2.0
            try inner.retainGrad()
            return (try inner.sum(), x)
        }()
        try weak.0.backward()
        try expectTensor(#require(x.grad), [2], [20, 38])
    }

    @Test("Derivatives up to the fourth")
    func higher() throws {
        let x = try Tensor([0.5, -1.5]).setRequiresGrad(true)
        let values = try numbers(x)
        var y = try x.raised(to: 5.asTensor())
        var factor = 1.0
        for order in 0..<4 {
            let gradient = try gradients(of: [y.sum()], withRespectTo: [x], createGraph: true)[0]
            y = try #require(gradient)
            factor *= Double(5 - order)
            try expectTensor(y, [2], values.map { factor * pow($0, Double(4 - order)) }, tolerance: 1e-12)
        }
        #expect(x.grad == nil)
    }

    @Test("backward with createGraph leaves a gradient that can be differentiated")
    func createGraph() throws {
        let x = try Tensor([2, 3] as [Double]).setRequiresGrad(true)
        try x.squared().sum().backward(createGraph: true)
        let g = try #require(x.grad)
        #expect(g.requiresGrad)
        try x.setGrad(nil)
        try (g * g).sum().backward()
        try expectTensor(#require(x.grad), [2], [16, 24])
        try x.setGrad(nil)
    }
}

// MARK: - Long chains

extension CoreTests.AutogradTests {
    static let length = 1_000_000

    /// Builds a chain of additions, runs it backward and lets go of it.
    static func chain() throws {
        let x = try Tensor(0.0 as Float).setRequiresGrad(true)
        var y = try x * 1
        for _ in 0..<length { y = try y + x }
        try y.backward()
        let gradient = try x.grad!.item(as: Float.self)
        if gradient != Float(length + 1) { throw TensorError(.runtime, "chain", "gradient \(gradient)") }
    }

    /// 64 KiB to use: glibc takes the thread-local memory, of which OpenBLAS alone has 60 KiB, from the stack.
    static let smallStack = 128 << 10

    @Test("A million additions on the main actor") @MainActor
    func longChainOnMainActor() throws {
        try expectChainIsReleased { try Self.chain() }
    }

    @Test("A million additions on a thread with a stack of 64 KiB")
    func longChainOnSmallStack() throws {
        try expectChainIsReleased { try onThread(stackSize: Self.smallStack) { try Self.chain() } }
    }

    private func expectChainIsReleased(_ body: () throws -> Void) throws {
        let before = MemoryStatistics.current.liveBytes
        try body()
        expectReleased(to: before)
    }

    @Test("Long graphs of other forms are released without recursion")
    func otherLongGraphs() throws {
        let before = MemoryStatistics.current.liveBytes
        try onThread(stackSize: Self.smallStack) {
            let x = try Tensor(1.0).setRequiresGrad(true)
            // Two ways from each node, and saved values that hold on to their own history.
            var y = try x * 1.0
            for _ in 0..<100_000 { y = try y * y }
            _ = consume y
            // Through the list of further inputs.
            var z = try x.reshaped([1])
            for _ in 0..<50_000 { z = try Tensor.concatenated([z, z]).sliced(0, to: 1) }
            _ = consume z
            // In place: each write hangs the old history below the new.
            let w = try x * 1.0
            for _ in 0..<100_000 { try w += x }
            try w.backward()
            if try x.grad!.item(as: Double.self) != 100_001 { throw TensorError(.runtime, "in place", "wrong gradient") }
        }
        expectReleased(to: before)
    }
}

// MARK: - Threads

extension CoreTests.AutogradTests {
    @Test("Threads run graphs of their own at once")
    func independentGraphs() throws {
        try onThreads((0..<4).map { thread in
            {
                for round in 0..<50 {
                    let x = try sampled([8, 8], seed: UInt64(thread * 100 + round)).setRequiresGrad(true)
                    let y = try x.matmul(x.transposed()).tanh().sum()
                    try y.backward()
                    let expected = try gradients(of: [x.matmul(x.transposed()).tanh().sum()], withRespectTo: [x])[0]!
                    if try !expected.equals(x.grad!) { throw TensorError(.runtime, "threads", "graphs mixed") }
                }
            }
        })
    }

    @Test("Tasks call one frozen model at once")
    func sharedModel() async throws {
        let first = try Linear(16, 32), second = try Linear(32, 4)
        for parameter in try first.parameters() + second.parameters() { try parameter.setRequiresGrad(false) }
        let weights = (first.weight, first.bias, second.weight, second.bias)
        let x = try Tensor.rand([5, 16])
        let expected = try bytes(second(first(x).relu()))
        let equal = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    var same = true
                    for _ in 0..<100 {
                        let y = try x.linear(weights.0, weights.1, relu: true).linear(weights.2, weights.3)
                        same = try same && bytes(y) == expected
                    }
                    return same
                }
            }
            return try await group.reduce(true) { $0 && $1 }
        }
        #expect(equal)
    }

    @Test("Threads call one block at once, and share its parameters in their passes")
    func sharedBlock() throws {
        final class Shared: @unchecked Sendable {
            let net: Sequential
            init() throws { net = Sequential(try Linear(6, 16, dtype: .float64), Tanh(), try Linear(16, 1, dtype: .float64)) }
        }
        let shared = try Shared()
        let x = try sampled([3, 6])
        let expected = try gradients(of: [shared.net(x).sum()], withRespectTo: shared.net.parameters())
        try onThreads((0..<4).map { _ in
            { for _ in 0..<50 { try shared.net(x).sum().backward() } }
        })
        for (parameter, gradient) in zip(try shared.net.parameters(), expected) {
            try expectTensor(
                #require(parameter.grad), parameter.shape, numbers(#require(gradient)).map { $0 * 200 }, tolerance: 1e-10)
        }
    }

    @Test("Threads that bring a deferred layer its first input agree on one initialisation")
    func deferredOnThreads() throws {
        final class Shared: @unchecked Sendable {
            let layer: Dense
            init() throws { layer = try Dense(64) }
        }
        for _ in 0..<20 {
            let shared = try Shared()
            let x = try Tensor.ones([1, 300])
            try onThreads((0..<4).map { _ in { _ = try shared.layer(x) } })
            #expect(shared.layer.weight.shape == [64, 300])
            let y = try numbers(shared.layer(x))
            let weight = try numbers(shared.layer.weight.sum([1]) + shared.layer.bias!)
            expectClose(y, weight, tolerance: 1e-4)
        }
    }

    @Test("Nothing is left of graphs that are gone")
    func noLeak() throws {
        try expectNoLeak {
            let x = try sampled([10, 10]).setRequiresGrad(true)
            let y = try x.matmul(x).tanh().softmax(1)
            try y.retainGrad()
            try y.sum().backward(retainGraph: true)
            try y.sum().backward(createGraph: true)
            // The cycle of a gradient that has the leaf in its history.
            try x.setGrad(nil)
        }
        try expectNoLeak {
            let x = try sampled([3]).setRequiresGrad(true)
            let y = try x.exponential() + x.sigmoid()
            // A write to what the formulas saved, and a pass that fails half way.
            try y.sigmoidInPlace()
            let z = try x.exponential()
            try z += 1
            expectError(.runtime, ["ExpBackward0"]) { try (y * z).sum().backward() }
        }
    }
}
