import Testing

@testable import SwiftNN

extension CoreTests {
    /// Hooks, functions with gradients of one's own, derivatives of functions, limited passes and modes.
    @Suite struct AutogradHookTests {}
}

/// What closures of tests write to.
private final class Log<Value> {
    var values: [Value] = []
}

private struct Exponential: DifferentiableFunction {
    func forward(_ inputs: [Tensor], _ context: FunctionContext) throws(TensorError) -> [Tensor] {
        let result = try inputs[0].exponential()
        context.save(result)
        return [result]
    }

    func backward(_ gradients: [Tensor?], _ context: FunctionContext) throws(TensorError) -> [Tensor?] {
        [try gradients[0]! * context.savedTensors()[0]]
    }
}

/// (a b, a + b), with options of the context.
private struct Pair: DifferentiableFunction {
    var name: String { "PairBackward" }
    var materializes = true
    var answers = 2
    let log = Log<[Bool]>()

    func forward(_ inputs: [Tensor], _ context: FunctionContext) throws(TensorError) -> [Tensor] {
        context.save(inputs[0], inputs[1])
        context.materializesGradients = materializes
        return [try inputs[0] * inputs[1], try inputs[0] + inputs[1]]
    }

    func backward(_ gradients: [Tensor?], _ context: FunctionContext) throws(TensorError) -> [Tensor?] {
        log.values.append(gradients.map { $0 != nil })
        let saved = try context.savedTensors()
        var a: Tensor?, b: Tensor?
        if let product = gradients[0] { (a, b) = (try product * saved[1], try product * saved[0]) }
        if let sum = gradients[1] {
            a = try a.map { (a) throws(TensorError) in try a + sum } ?? sum
            b = try b.map { (b) throws(TensorError) in try b + sum } ?? sum
        }
        return Array([a, b, nil].prefix(answers))
    }
}

private struct DoubleInPlace: DifferentiableFunction {
    var returns = true
    func forward(_ inputs: [Tensor], _ context: FunctionContext) throws(TensorError) -> [Tensor] {
        try inputs[0] *= 2.0
        context.markWritten(inputs[0])
        return returns ? [inputs[0]] : [try inputs[0] + 0.0]
    }

    func backward(_ gradients: [Tensor?], _ context: FunctionContext) throws(TensorError) -> [Tensor?] {
        [try gradients[0]! * 2.0]
    }
}

extension CoreTests.AutogradHookTests {
    @Test("Hooks see gradients and replace them, on leaves and others")
    func hooks() throws {
        let log = Log<[Double]>()
        let x = try Tensor([1, 2] as [Double]).setRequiresGrad(true)
        let y = try x * 2.0
        let handle = try y.registerHook { (g) throws(TensorError) in
            log.values.append(try g.array(of: Double.self))
            return try g * 10.0
        }
        try x.registerHook { (g) throws(TensorError) in
            log.values.append(try g.array(of: Double.self))
            return nil
        }
        try y.retainGrad()
        #expect(y.retainsGrad && !x.retainsGrad)
        try (y.sum() + x.sum()).backward(retainGraph: true)
        #expect(log.values == [[1, 1], [21, 21]])
        try expectTensor(#require(y.grad), [2], [10, 10])
        handle.remove()
        handle.remove()
        try y.sum().backward()
        try expectTensor(#require(x.grad), [2], [23, 23])
        expectError(.runtime, ["register_hook"]) { try Tensor([1.0]).registerHook { (_) throws(TensorError) in nil } }
        for (wrong, part) in [(try Tensor([1.0]), "size"), (try Tensor([1, 2] as [Float]), "type")] {
            let z = try x * 1.0
            try z.registerHook { (_) throws(TensorError) in wrong }
            expectError(.runtime, ["hook", part]) { try z.sum().backward() }
        }
    }

    @Test("Hooks after accumulation, and hooks that throw")
    func accumulation() throws {
        let log = Log<Double>()
        let x = try Tensor([1, 2] as [Double]).setRequiresGrad(true)
        let handle = try x.registerPostAccumulateGradHook { (leaf) throws(TensorError) in
            log.values.append(try leaf.grad!.sum().item(as: Double.self))
            try leaf.setGrad(nil)
        }
        try (x * 3.0 + x).sum().backward()
        _ = try gradients(of: [x.sum()], withRespectTo: [x])
        #expect(log.values == [8] && x.grad == nil)
        handle.remove()
        expectError(.runtime, ["non-leaf"]) {
            try (x * 1.0).registerPostAccumulateGradHook { (_) throws(TensorError) in }
        }
        try expectNoLeak {
            let y = try x * 2.0
            try y.registerHook { (_) throws(TensorError) in throw TensorError(.value, "hook", "no") }
            expectError(.value, ["hook: no"]) { try y.sum().backward() }
        }
        #expect(GradMode.isEnabled)
    }

    @Test("Hooks on nodes")
    func nodes() throws {
        let log = Log<Int>()
        let x = try Tensor([1, 2] as [Double]).setRequiresGrad(true), w = try Tensor([3, 4] as [Double]).setRequiresGrad(true)
        let y = try x * w
        let node = try #require(try y.gradientFunction()).formula
        #expect(node.name == "MulBackward0" && node.inputs.count == 2 && node.inputs[0].leaf === x)
        let before = node.addHook(before: { (outputs) throws(TensorError) in
            log.values.append(outputs.count)
            return [try outputs[0]! * 2.0]
        })
        let after = node.addHook(after: { (inputs, outputs) throws(TensorError) in
            log.values.append(inputs.count * 10)
            return [inputs[0], try inputs[1]! * 5.0]
        })
        try y.sum().backward(retainGraph: true)
        try expectTensor(#require(x.grad), [2], [6, 8])
        try expectTensor(#require(w.grad), [2], [10, 20])
        before.remove()
        after.remove()
        try y.sum().backward()
        #expect(log.values == [1, 20])
        try expectTensor(#require(w.grad), [2], [11, 22])
    }

    @Test("Passes within hooks, up to a depth")
    func nested() throws {
        let inner = try Tensor([3.0]).setRequiresGrad(true)
        let x = try Tensor([1.0]).setRequiresGrad(true)
        let y = try x * 2.0
        try y.registerHook { (g) throws(TensorError) in
            try withGradients { () throws(TensorError) in try (inner * inner * g).sum() }.backward()
            return nil
        }
        try y.backward()
        try expectTensor(#require(inner.grad), [1], [6])
        func dive() throws(TensorError) {
            let y = try withGradients { () throws(TensorError) in try x * 2.0 }
            try y.registerHook { (_) throws(TensorError) in
                try dive()
                return nil
            }
            try y.backward()
        }
        expectError(.runtime, ["nested more than"]) { try dive() }
        try (x * 1.0).backward()
    }

    @Test("Functions with gradients of one's own")
    func functions() throws {
        let x = try Tensor([0.5, -1] as [Double]).setRequiresGrad(true)
        let y = try Exponential()(x)[0]
        #expect(y.gradientFunctionName == "ExponentialBackward")
        try y.sum().backward(retainGraph: true)
        try expectTensor(#require(x.grad), [2], numbers(y))
        let first = try #require(try gradients(of: [y.sum()], withRespectTo: [x], createGraph: true)[0])
        let second = try #require(try gradients(of: [first.sum()], withRespectTo: [x], retainGraph: true)[0])
        try expectTensor(second, [2], numbers(y))
        try y += 1.0
        expectError(.runtime, ["ExponentialBackward", "inplace"]) { try y.sum().backward() }
        #expect(try !withoutGradients { () throws(TensorError) in try Exponential()(x)[0] }.requiresGrad)

        for (materializes, arrived) in [(true, [true, true]), (false, [true, false])] {
            var pair = Pair()
            pair.materializes = materializes
            let a = try Tensor([2.0]).setRequiresGrad(true), b = try Tensor([5.0]).setRequiresGrad(true)
            try pair(a, b)[0].backward()
            #expect(pair.log.values == [arrived])
            try expectTensor(#require(a.grad), [1], [5])
            try expectTensor(#require(b.grad), [1], [2])
        }
        var pair = Pair()
        pair.answers = 1
        expectError(.runtime, ["PairBackward", "expected 2, got 1"]) { try pair(x, x)[0].sum().backward() }
        pair.answers = 3
        try pair(x, x)[1].sum().backward()
    }

    @Test("Functions that write to their inputs")
    func writingFunctions() throws {
        let x = try Tensor([1, 2] as [Double]).setRequiresGrad(true)
        let y = try x * 1.0
        #expect(try DoubleInPlace()(y)[0] === y)
        try DoubleInPlace()(y.selected(0, 1))[0].sum().backward(retainGraph: true)
        try expectTensor(#require(x.grad), [2], [0, 4])
        try y.sum().backward()
        try expectTensor(#require(x.grad), [2], [2, 8])
        expectError(.runtime, ["leaf"]) { _ = try DoubleInPlace()(Tensor([1.0]).setRequiresGrad(true)) }
        expectError(.runtime, ["dirty"]) { _ = try DoubleInPlace(returns: false)(x * 1.0) }
        try expectNoLeak {
            let y = try Exponential()(Exponential()(x)[0])[0]
            try y.sum().backward()
        }
    }

    @Test("valueAndGrad, gradient(of:) and gradients of parameters")
    func derivatives() throws {
        let x = try Tensor([1, 2] as [Double]), y = try Tensor([3, 4] as [Double])
        let (value, slopes) = try valueAndGrad(at: [x, y]) { (list) throws(TensorError) in try (list[0] * list[0]).sum() }
        try expectTensor(value, [], [5])
        try expectTensor(slopes[0], [2], [2, 4])
        try expectTensor(slopes[1], [2], [0, 0])
        #expect(!x.requiresGrad && x.grad == nil && !value.requiresGrad)
        let (_, slope) = try withoutGradients { () throws(TensorError) in
            try valueAndGrad(at: x) { (x) throws(TensorError) in try x.exponential().sum() }
        }
        try expectTensor(slope, [2], numbers(x.exponential()))
        try expectTensor(gradient(of: { (x) throws(TensorError) in try (x * x * x).sum() })(y), [2], [27, 48])
        expectError(.runtime, ["valueAndGrad", "[2]"]) { _ = try valueAndGrad(at: x) { (x) throws(TensorError) in x } }
        let layer = try Linear(2, 1, dtype: .float64)
        let (loss, gradients) = try valueAndGrad(withRespectTo: layer.parameters()) { () throws(TensorError) in
            try layer(x.reshaped([1, 2])).sum()
        }
        #expect(loss.count == 1 && layer.weight.grad == nil)
        try expectTensor(#require(gradients[0]), [1, 2], [1, 2])
        try expectTensor(#require(gradients[1]), [1], [1])
    }

    @Test("Passes for certain tensors alone")
    func limited() throws {
        let x = try Tensor([1, 2] as [Double]).setRequiresGrad(true), w = try Tensor([3, 4] as [Double]).setRequiresGrad(true)
        let y = try x * 2.0
        let z = try (y * w).sum()
        try z.backward(retainGraph: true, inputs: [x])
        #expect(w.grad == nil)
        try expectTensor(#require(x.grad), [2], [6, 8])
        try z.backward(retainGraph: true, inputs: [y])
        try expectTensor(#require(y.grad), [2], [3, 4])
        let log = Log<Int>()
        try x.registerHook { (_) throws(TensorError) in
            log.values.append(1)
            return nil
        }
        _ = try gradients(of: [z], withRespectTo: [w])
        #expect(log.values.isEmpty)
        expectError(.runtime, ["empty"]) { try z.backward(inputs: []) }
        expectError(.runtime, ["does not require grad"]) { try z.backward(inputs: [Tensor([1.0])]) }
    }

    @Test("Inference mode marks its results")
    func inference() throws {
        let x = try Tensor([1, 2] as [Double]).setRequiresGrad(true)
        let y = try withInference { () throws(TensorError) in
            let y = try x * 2.0
            try y += 1.0
            #expect(GradMode.isInference && !GradMode.isEnabled)
            return y
        }
        #expect(y.isInference && !x.isInference && !GradMode.isInference && GradMode.isEnabled)
        expectError(.runtime, ["inference tensor"]) { try y += 1.0 }
        expectError(.runtime, ["inference tensor"]) { try y.setRequiresGrad(true) }
        expectError(.runtime, ["saved for backward"]) { try (x * y).sum().backward() }
        try (x + y).sum().backward()
        try expectTensor(#require(x.grad), [2], [1, 1])
    }

    @Test("Hooks on saved values")
    func savedValues() throws {
        let x = try Tensor([1, 2] as [Double]).setRequiresGrad(true)
        let log = Log<Int>()
        let y = try withSavedTensorHooks(
            pack: { (tensor) throws(TensorError) in
                log.values.append(tensor.count)
                return try tensor.array(of: Double.self)
            },
            unpack: { (values) throws(TensorError) in try Tensor(values) }
        ) { () throws(TensorError) in try x.squared().exponential() }
        #expect(log.values == [2, 2])
        let first = try #require(try gradients(of: [y.sum()], withRespectTo: [x], createGraph: true)[0])
        let e = 2.718281828459045
        try expectTensor(first, [2], [2 * e, 4 * e * e * e * e], tolerance: 1e-12)
        try first.sum().backward()
        try expectTensor(#require(x.grad), [2], [6 * e, 18 * e * e * e * e], tolerance: 1e-12)
        expectError(.value, ["pack: no"]) {
            _ = try withSavedTensorHooks(
                pack: { (tensor) throws(TensorError) -> Tensor in throw TensorError(.value, "pack", "no") },
                unpack: { (tensor) throws(TensorError) in tensor }
            ) { () throws(TensorError) in try x.squared() }
        }
        _ = try x.squared()
    }

    @Test("Anomaly mode names the formula, and where it came from")
    func anomalies() throws {
        let log = Log<String>()
        AnomalyMode.noteOrigin = { log }
        AnomalyMode.report = { name, origin in log.values.append("\(name) \(origin === log)") }
        AnomalyMode.set(true, checkNaN: true)
        defer {
            AnomalyMode.set(false, checkNaN: false)
            AnomalyMode.noteOrigin = nil
            AnomalyMode.report = nil
        }
        let x = try Tensor([0.0]).setRequiresGrad(true)
        let y = try x.squareRoot() * 0.0
        expectError(.runtime, ["Function 'SqrtBackward0' returned nan values in its 0th output"]) { try y.sum().backward() }
        #expect(log.values == ["SqrtBackward0 true"])
    }
}
