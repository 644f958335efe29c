import Testing

@testable import SwiftNN

extension CoreTests {
    /// Views and operators in place under autograd. The combinations are in `python/tests/test_autograd_in_place.py`.
    @Suite struct AutogradViewTests {}
}

extension CoreTests.AutogradViewTests {
    @Test("A write through a view becomes part of the history of its base, and of other views")
    func writeThroughView() throws {
        let x = try Tensor([1, 2, 3] as [Double]).setRequiresGrad(true)
        let y = try x * 2.0
        let rest = try y.sliced(0, from: 1), flat = try y.reshaped([3, 1])
        try rest *= 10.0
        #expect(y.gradientFunctionName == "CopySlices" && rest.gradientFunctionName == "AsStridedBackward0")
        #expect(rest.isView && rest.viewBase === y && flat.viewBase === y && !y.isView)
        try (flat.sum() + rest.sum() * 100.0).backward()
        try expectTensor(#require(x.grad), [3], [2, 2020, 2020])
    }

    @Test("A view finds its history anew after a write to its base")
    func outdatedViews() throws {
        let x = try Tensor([1, 2] as [Double]).setRequiresGrad(true)
        let y = try x * 2.0
        let view = try y.reshaped([2, 1]), deep = try view.selected(0, 1)
        try y *= x
        try (view.sum() + deep.sum()).backward()
        try expectTensor(#require(x.grad), [2], [4, 16])
    }

    @Test("setElements is recorded, for positions, ranges and tensors")
    func assignments() throws {
        let x = try Tensor([1, 2, 3, 4] as [Double]).setRequiresGrad(true)
        let v = try Tensor([10, 20] as [Double]).setRequiresGrad(true)
        let y = try x * 1.0
        try y.setElements([.at(0)], to: v.selected(0, 0))
        try y.setElements([.tensor(try Tensor([2, 3] as [Int64]))], to: v)
        try y.setElements([.tensor(try y.detached() .> 15)], to: 7)
        try expectTensor(y, [4], [10, 2, 10, 7])
        try (y * Tensor([1, 2, 3, 4] as [Double])).sum().backward()
        try expectTensor(#require(x.grad), [4], [0, 2, 0, 0])
        try expectTensor(#require(v.grad), [2], [4, 0])
        let plain = try Tensor.zeros([2, 2], dtype: .float64)
        try plain.setElements([.at(1)], to: v.detached().setRequiresGrad(true))
        #expect(plain.requiresGrad && !plain.isLeaf)
    }

    @Test("assignInPlace takes over the history of a result")
    func assignInPlace() throws {
        let x = try Tensor([1, 2] as [Double]).setRequiresGrad(true)
        let y = try x * 3.0
        try y.assignInPlace(y.cloned().squared(), "square_")
        let part = try y.selected(0, 1)
        try part.assignInPlace(part.cloned().squared(), "square_")
        try y.sum().backward()
        try expectTensor(#require(x.grad), [2], [18, 4 * 81 * 8])
        // A function without gradient ends the history.
        let z = try x * 1.0
        try z.assignInPlace(z.detached().exponential(), "exp_")
        try x.setGrad(nil)
        try z.sum().backward()
        try expectTensor(#require(x.grad), [2], [0, 0])
        expectError(.runtime, ["exp_", "leaf"]) { try x.assignInPlace(x.exponential(), "exp_") }
        expectError(.runtime, ["fit", "[1]"]) { try z.assignInPlace(Tensor([1.0]), "copy_") }
        expectError(.runtime, ["cast"]) {
            try Tensor([1, 2] as [Int64]).assignInPlace(Tensor([1, 2] as [Double]), "copy_")
        }
    }

    @Test("What PyTorch refuses")
    func refused() throws {
        let x = try Tensor([1, 2] as [Double]).setRequiresGrad(true)
        expectError(.runtime, ["add_", "a view of a leaf Variable that requires grad"]) { try x.selected(0, 0) += 1 }
        let y = try x * 1.0
        let hidden = try withoutGradients { () throws(TensorError) in try y.selected(0, 0) }
        expectError(.runtime, ["no_grad", "is being modified inplace"]) { try hidden *= 2.0 }
        try y *= 2.0
        expectError(.runtime, ["no_grad", "its base or another view"]) { _ = try hidden * 2.0 }
        let parts = try y.unbound(0)
        expectError(.runtime, ["multiple views"]) { try parts[0] *= 2.0 }
        expectError(.runtime, ["detach_"]) { try y.selected(0, 0).detachInPlace() }
    }

    @Test("Untracked tensors share memory and not the count of writes")
    func untracked() throws {
        let x = try Tensor([1, 2] as [Double]).setRequiresGrad(true)
        let y = try x.squared()
        let data = try x.untracked()
        try data *= 3.0
        try data.untracked().addInPlace(1.asTensor())
        try expectTensor(x, [2], [4, 7])
        #expect(x.version == 0 && data.version == 1 && !data.requiresGrad)
        try y.sum().backward()
        try expectTensor(#require(x.grad), [2], [8, 14])
        // Overlapping operands are found by their memory.
        let z = try Tensor([1, 2, 3, 4] as [Double])
        try z.sliced(0, from: 1).copyInPlace(from: z.untracked().sliced(0, to: 3))
        try expectTensor(z, [4], [1, 1, 2, 3])
    }

    @Test("Nothing is left of views, and long histories of them do not recurse")
    func memory() throws {
        try expectNoLeak {
            let x = try sampled([10, 10]).setRequiresGrad(true)
            let y = try x * 2.0
            for i in 0..<10 {
                let row = try y.selected(0, i)
                try row *= Double(i)
                try row.retainGrad()
            }
            try y.transposed().sum().backward()
        }
        let before = MemoryStatistics.current.liveBytes
        try onThread(stackSize: CoreTests.AutogradTests.smallStack) {
            let x = try Tensor([1, 2, 3] as [Double]).setRequiresGrad(true)
            let y = try x * 1.0
            for i in 0..<100_000 { try y.selected(0, i % 3).multiplyInPlace(by: 1.asTensor()) }
            try y.sum().backward()
            let gradient = try x.grad!.array(of: Double.self)
            if gradient != [1, 1, 1] { throw TensorError(.runtime, "views", "wrong gradient") }
            for i in 0..<100_000 { try y.selected(0, i % 3).multiplyInPlace(by: x.selected(0, 0)) }
        }
        expectReleased(to: before)
    }

    @Test("Threads find the history of one view at once")
    func threads() throws {
        let x = try sampled([6]).setRequiresGrad(true)
        for _ in 0..<20 {
            let y = try x * 2.0
            let view = try y.sliced(0, from: 2)
            try y *= 3.0
            try onThreads((0..<4).map { _ in
                {
                    let found = try gradients(of: [view.sum()], withRespectTo: [x], retainGraph: true)[0]!
                    if try found.array(of: Double.self) != [0, 0, 6, 6, 6, 6] {
                        throw TensorError(.runtime, "views", "wrong gradient")
                    }
                }
            })
        }
    }
}
