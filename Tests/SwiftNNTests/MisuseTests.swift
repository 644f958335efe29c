import Testing

@testable import SwiftNN

extension CoreTests {
    @Suite("Misuse") struct MisuseTests {}
}

/// Something that a user may do wrong, and what the error says.
private struct Misuse: Sendable, CustomTestStringConvertible {
    let name: String
    let code: TensorError.Code
    /// The operator, what was given, what was expected.
    let parts: [String]
    let body: @Sendable () throws -> Void
    var testDescription: String { name }

    init(_ name: String, _ code: TensorError.Code, _ parts: [String], _ body: @escaping @Sendable () throws -> Void) {
        self.name = name
        self.code = code
        self.parts = parts
        self.body = body
    }
}

private func zeros(_ shape: Int..., dtype: DType = .float32) throws -> Tensor { try Tensor.zeros(shape, dtype: dtype) }

extension CoreTests.MisuseTests {
    fileprivate static let creation: [Misuse] = [
        Misuse("negative size", .runtime, ["zeros", "negative", "-1", "[2, -1]"]) { _ = try zeros(2, -1) },
        Misuse("smallest size", .runtime, ["ones", "negative"]) { _ = try Tensor.ones([Int.min]) },
        Misuse("values for another shape", .runtime, ["Tensor", "3 values", "[2, 2]"]) { _ = try Tensor([1, 2, 3], shape: [2, 2]) },
        Misuse("values for a negative shape", .runtime, ["Tensor", "negative"]) { _ = try Tensor([1, 2], shape: [-2, -1]) },
        Misuse("rows of unequal length", .value, ["row 1", "length 2", "3"]) { _ = try Tensor([[1, 2], [1, 2, 3]]) },
        Misuse("integers that require gradients", .runtime, ["int64"]) { _ = try Tensor.zeros([2], dtype: .int64, requiresGrad: true) },
        Misuse("a range without step", .runtime, ["arange", "nonzero"]) { _ = try Tensor.arange(0, 3, step: 0) },
        Misuse("a range away from its end", .runtime, ["arange", "step sign"]) { _ = try Tensor.arange(3, 0) },
        Misuse("a range to infinity", .runtime, ["arange", "inf"]) { _ = try Tensor.arange(0, Double.infinity) },
        Misuse("a range of NaN", .runtime, ["arange", "nan"]) { _ = try Tensor.arange(0.0, Double.nan) },
        Misuse("a long range", .memory, ["arange"]) { _ = try Tensor.arange(0.0, 1e300) },
        Misuse("a range of bool", .unsupported, ["arange", "bool"]) { _ = try Tensor.arange(0, 2, dtype: .bool) },
        Misuse("integers from nothing", .runtime, ["randint", "5", "5"]) { _ = try Tensor.randint(5, 5, [2]) },
        Misuse("negative permutation", .runtime, ["randperm", "-1"]) { _ = try Tensor.randperm(-1) },
        Misuse("uniform integers", .unsupported, ["rand", "int64"]) { _ = try Tensor.rand([2], dtype: .int64) },
        Misuse("normal bool", .unsupported, ["randn", "bool"]) { _ = try Tensor.randn([2], dtype: .bool) },
        Misuse("uniform backwards", .runtime, ["uniform_", "2.0", "1.0"]) { try zeros(2).uniformInPlace(from: 2, to: 1) },
        Misuse("uniform of NaN", .runtime, ["uniform_", "nan"]) { try zeros(2).uniformInPlace(from: .nan, to: 1) },
        Misuse("negative deviation", .runtime, ["normal_", "-1"]) { try zeros(2).normalInPlace(standardDeviation: -1) },
        Misuse("probability above one", .runtime, ["bernoulli_", "1.5"]) { try zeros(2).bernoulliInPlace(probability: 1.5) },
        Misuse("a state that is none", .value, []) { try Generator(seed: 1).setState([1, 2, 3]) },
    ]

    fileprivate static let elementwise: [Misuse] = [
        Misuse("shapes that do not broadcast", .runtime, ["add", "[2, 3]", "[2, 4]"]) { _ = try zeros(2, 3) + zeros(2, 4) },
        Misuse("subtracting them", .runtime, ["sub", "[3]", "[4]"]) { _ = try zeros(3) - zeros(4) },
        Misuse("multiplying them", .runtime, ["mul", "[3]", "[4, 2]"]) { _ = try zeros(3) * zeros(4, 2) },
        Misuse("dividing them", .runtime, ["div", "[3]", "[4]"]) { _ = try zeros(3) / zeros(4) },
        Misuse("comparing them", .runtime, ["eq", "[3]", "[4]"]) { _ = try zeros(3) .== zeros(4) },
        Misuse("raising them", .runtime, ["pow", "[3]", "[4]"]) { _ = try zeros(3).raised(to: zeros(4)) },
        Misuse("taking their maximum", .runtime, ["maximum", "[3]", "[4]"]) { _ = try zeros(3).maximum(zeros(4)) },
        Misuse("their closeness", .runtime, ["isclose", "[3]", "[4]"]) { _ = try zeros(3).isClose(to: zeros(4)) },
        Misuse("closeness of two dtypes", .runtime, ["isclose", "float32", "int64"]) { _ = try zeros(3).isClose(to: zeros(3, dtype: .int64)) },
        Misuse("selecting them", .runtime, ["where", "[3]", "[4]"]) { _ = try Tensor.select(zeros(3, dtype: .bool), zeros(3), zeros(4)) },
        Misuse("a condition of numbers", .runtime, ["where", "bool", "float32"]) { _ = try Tensor.select(zeros(3), zeros(3), zeros(3)) },
        Misuse("a mask of numbers", .runtime, ["masked_fill", "bool", "int64"]) { _ = try zeros(3).maskedFill(zeros(3, dtype: .int64), with: 1.asTensor()) },
        Misuse("a mask that does not fit", .runtime, ["masked_fill_", "[3]", "[2]"]) { try zeros(3).maskedFillInPlace(zeros(2, dtype: .bool), with: 1.asTensor()) },
        Misuse("a fill with many values", .runtime, ["masked_fill", "[2]"]) { _ = try zeros(3).maskedFill(zeros(3, dtype: .bool), with: zeros(2)) },
        Misuse("a result that is too large for its place", .runtime, ["add_", "[2, 3]", "[3]"]) { try zeros(3) += zeros(2, 3) },
        Misuse("fractions into integers", .runtime, ["mul_", "float32", "int64"]) { try zeros(3, dtype: .int64) *= 1.5 },
        Misuse("a quotient into integers", .runtime, ["div_", "float32", "int64"]) { try zeros(3, dtype: .int64) /= 2 },
        Misuse("exp into integers", .runtime, ["exp_", "float32", "int32"]) { try zeros(3, dtype: .int32).exponentialInPlace() },
        Misuse("writing to an expanded tensor", .runtime, ["add_", "[3]", "single memory location"]) { try zeros(1).expanded([3]) += 1 },
        Misuse("subtracting bool", .runtime, ["sub", "bool"]) { _ = try zeros(2, dtype: .bool) - zeros(2, dtype: .bool) },
        Misuse("negating bool", .unsupported, ["neg", "bool"]) { _ = try -zeros(2, dtype: .bool) },
        Misuse("relu of bool", .unsupported, ["relu", "bool"]) { _ = try zeros(2, dtype: .bool).relu() },
        Misuse("a power of bools", .runtime, ["pow", "bool"]) { _ = try zeros(2, dtype: .bool).raised(to: zeros(2, dtype: .bool)) },
        Misuse("an integer to a negative power", .runtime, ["pow", "negative"]) { _ = try Tensor([2]).raised(to: (-1).asTensor()) },
        Misuse("integers divided by zero", .runtime, ["div", "zero"]) { _ = try Tensor([2]).divided(by: Tensor([0]), rounding: .floor) },
        Misuse("a fraction of integers as factor", .runtime, ["add", "1.5"]) { _ = try Tensor([2]).adding(Tensor([0]), alpha: 1.5) },
        Misuse("clamp without limits", .runtime, ["clamp"]) { _ = try zeros(2).clamped() },
        Misuse("clamp of bool in place", .runtime, ["clamp_", "int64", "bool"]) { try zeros(2, dtype: .bool).clampInPlace(min: 0) },
        Misuse("copy of another shape", .runtime, ["copy_", "[4]", "[3]"]) { try zeros(3).copyInPlace(from: zeros(4)) },
        Misuse("copy of more dimensions", .runtime, ["copy_", "[2, 3]", "[3]"]) { try zeros(3).copyInPlace(from: zeros(2, 3)) },
        Misuse("fill with many values", .runtime, ["fill_", "[2]"]) { try zeros(3).fillInPlace(zeros(2)) },
    ]

    fileprivate static let shapes: [Misuse] = [
        Misuse("reshape to other counts", .runtime, ["reshape", "[4]", "6 elements", "[2, 3]"]) { _ = try zeros(2, 3).reshaped([4]) },
        Misuse("reshape with two unknowns", .runtime, ["reshape", "-1", "[-1, -1]"]) { _ = try zeros(2, 3).reshaped([-1, -1]) },
        Misuse("reshape with a negative size", .runtime, ["reshape", "-2"]) { _ = try zeros(2, 3).reshaped([-2, 3]) },
        Misuse("reshape of nothing to an unknown", .runtime, ["reshape", "ambiguous"]) { _ = try zeros(0, 3).reshaped([0, -1]) },
        Misuse("reshape to a huge shape", .memory, ["reshape", "\(Int.max)"]) { _ = try zeros(0).reshaped([Int.max, Int.max, 0]) },
        Misuse("view that needs a copy", .runtime, ["view", "[3, 2]", "[1, 3]", "[6]"]) { _ = try zeros(2, 3).transposed().view([6]) },
        Misuse("flatten backwards", .runtime, ["flatten", "[2, 3, 4]"]) { _ = try zeros(2, 3, 4).flattened(from: 2, to: 0) },
        Misuse("dimension out of range", .index, ["transpose", "dimension 2", "-2 to 1"]) { _ = try zeros(2, 3).transposed(0, 2) },
        Misuse("smallest dimension", .index, ["sum", "dimension"]) { _ = try zeros(2).sum([Int.min]) },
        Misuse("largest dimension", .index, ["unsqueeze", "\(Int.max)"]) { _ = try zeros(2).unsqueezed(Int.max) },
        Misuse("t of three dimensions", .runtime, ["t:", "[2, 3, 4]"]) { _ = try zeros(2, 3, 4).transposed() },
        Misuse("permute with too few", .runtime, ["permute", "[2, 3]", "1 dim"]) { _ = try zeros(2, 3).permuted([0]) },
        Misuse("permute with one twice", .runtime, ["permute", "twice", "[0, 0]"]) { _ = try zeros(2, 3).permuted([0, 0]) },
        Misuse("permute out of range", .index, ["permute", "5"]) { _ = try zeros(2, 3).permuted([0, 5]) },
        Misuse("expand of a large dimension", .runtime, ["expand", "[2, 3]", "[2, 4]"]) { _ = try zeros(2, 3).expanded([2, 4]) },
        Misuse("expand to fewer dimensions", .runtime, ["expand", "[3]", "[2, 3]"]) { _ = try zeros(2, 3).expanded([3]) },
        Misuse("expand by a negative size", .runtime, ["expand", "-1"]) { _ = try zeros(3).expanded([-1, 3]) },
        Misuse("select out of bounds", .index, ["select", "index 3", "size 3"]) { _ = try zeros(3).selected(0, 3) },
        Misuse("select below bounds", .index, ["select", "\(Int.min)"]) { _ = try zeros(3).selected(0, Int.min) },
        Misuse("select of a scalar", .index, ["select"]) { _ = try zeros().selected(0, 0) },
        Misuse("slice of a scalar", .index, ["slice"]) { _ = try zeros().sliced(0) },
        Misuse("slice without step", .value, ["slice", "0"]) { _ = try zeros(3).sliced(0, step: 0) },
        Misuse("slice backwards", .value, ["slice", "-1"]) { _ = try zeros(3).sliced(0, step: -1) },
        Misuse("too many indices", .index, ["index", "2", "[3]"]) { _ = try zeros(3).indexed(.at(0), .at(0)) },
        Misuse("two ellipses", .index, ["index", "ellipsis"]) { _ = try zeros(3).indexed(.ellipsis, .ellipsis) },
        Misuse("an index of fractions", .index, ["index", "float32"]) { _ = try zeros(3).indexed(.tensor(zeros(1))) },
        Misuse("an index out of bounds", .index, ["index", "-4", "size 3"]) { _ = try zeros(3).indexed(.tensor(Tensor([-4]))) },
        Misuse("indices that do not broadcast", .index, ["index", "[2]", "[3]"]) {
            _ = try zeros(3, 3).indexed(.tensor(zeros(2, dtype: .int64)), .tensor(zeros(3, dtype: .int64)))
        },
        Misuse("a mask of another size", .index, ["index", "[4]", "[3]"]) { _ = try zeros(3).indexed(.tensor(zeros(4, dtype: .bool))) },
        Misuse("writing another shape by index", .runtime, ["[2]", "[3]"]) { try zeros(3).setElements([], to: zeros(2)) },
        Misuse("a negative index_select", .index, ["index_select", "-1", "size 3"]) { _ = try zeros(3).indexSelected(0, Tensor([-1])) },
        Misuse("an index_select of two dimensions", .index, ["index_select", "[1, 1]"]) { _ = try zeros(3).indexSelected(0, Tensor([[0]])) },
        Misuse("an index_select of fractions", .runtime, ["index_select", "float32"]) { _ = try zeros(3).indexSelected(0, zeros(1)) },
        Misuse("joining nothing", .value, ["cat"]) { _ = try Tensor.concatenated([]) },
        Misuse("joining numbers", .runtime, ["cat"]) { _ = try Tensor.concatenated([zeros(), zeros()]) },
        Misuse("joining other sizes", .runtime, ["cat", "[2, 3]", "[2, 4]"]) { _ = try Tensor.concatenated([zeros(2, 3), zeros(2, 4)]) },
        Misuse("stacking nothing", .runtime, ["stack"]) { _ = try Tensor.stacked([]) },
        Misuse("stacking other sizes", .runtime, ["stack", "[2]", "[3]"]) { _ = try Tensor.stacked([zeros(2), zeros(3)]) },
    ]

    fileprivate static let products: [Misuse] = [
        Misuse("inner sizes", .runtime, ["mm", "[2, 3]", "[4, 5]", "3 != 4"]) { _ = try zeros(2, 3).matrixProduct(zeros(4, 5)) },
        Misuse("mm of a vector", .runtime, ["mm", "[2, 3]", "[3]"]) { _ = try zeros(2, 3).matrixProduct(zeros(3)) },
        Misuse("mm of two dtypes", .runtime, ["mm", "float32", "float64"]) { _ = try zeros(2, 3).matrixProduct(zeros(3, 2, dtype: .float64)) },
        Misuse("matmul of inner sizes", .runtime, ["matmul", "[2, 3]", "[4, 5]", "3 != 4"]) { _ = try zeros(2, 3).matmul(zeros(4, 5)) },
        Misuse("matmul of a number", .runtime, ["matmul", "[]", "[3]"]) { _ = try zeros().matmul(zeros(3)) },
        Misuse("matmul of batches", .runtime, ["matmul", "[2]", "[3]"]) { _ = try zeros(2, 4, 5).matmul(zeros(3, 5, 4)) },
        Misuse("matmul of vectors", .runtime, ["matmul", "[2]", "[3]"]) { _ = try zeros(2).matmul(zeros(3)) },
        Misuse("a huge product", .memory, ["mm"]) {
            let long = try zeros(1, 1).expanded([1 << 30, 1])
            _ = try long.matrixProduct(long.transposed())
        },
        Misuse("linear of another width", .runtime, ["linear", "[..., 3]", "[4, 3]", "[2, 5]"]) { _ = try zeros(2, 5).linear(zeros(4, 3)) },
        Misuse("linear of a number", .runtime, ["linear", "[]"]) { _ = try zeros().linear(zeros(4, 3)) },
        Misuse("linear with a vector as weight", .runtime, ["linear", "[3]"]) { _ = try zeros(2, 3).linear(zeros(3)) },
        Misuse("linear with another bias", .runtime, ["linear", "[4]", "[5]"]) { _ = try zeros(2, 3).linear(zeros(4, 3), zeros(5)) },
        Misuse("linear of two dtypes", .runtime, ["linear", "float64", "float32"]) { _ = try zeros(2, 3, dtype: .float64).linear(zeros(4, 3)) },
        Misuse("linear of integers", .unsupported, ["linear", "int64"]) { _ = try zeros(2, 3, dtype: .int64).linear(zeros(4, 3, dtype: .int64)) },
        Misuse("softmax of integers", .unsupported, ["softmax", "int64"]) { _ = try zeros(2, dtype: .int64).softmax(0) },
        Misuse("softmax out of range", .index, ["log_softmax", "1"]) { _ = try zeros(2).logSoftmax(1) },
        Misuse("a dimension named twice", .runtime, ["sum", "more than once"]) { _ = try zeros(2, 3).sum([0, -2]) },
        Misuse("the largest of nothing", .index, ["max", "[0]"]) { _ = try zeros(0).max(0) },
        Misuse("the place in nothing", .index, ["argmax", "[0]"]) { _ = try zeros(0).argmax() },
        Misuse("the place in bool", .unsupported, ["argmin", "bool"]) { _ = try zeros(2, dtype: .bool).argmin() },
        Misuse("the mean of integers", .runtime, ["mean", "int64"]) { _ = try zeros(2, dtype: .int64).mean() },
        Misuse("squared error of shapes", .runtime, ["mse_loss", "[2]", "[3]"]) { _ = try zeros(2).meanSquaredError(zeros(3)) },
        Misuse("squared error of integers", .unsupported, ["mse_loss", "int64"]) { _ = try zeros(2, dtype: .int64).meanSquaredError(zeros(2, dtype: .int64)) },
        Misuse("class out of bounds", .index, ["cross_entropy", "target 3", "3 classes"]) { _ = try zeros(1, 3).crossEntropy(Tensor([3])) },
        Misuse("classes of another count", .value, ["cross_entropy", "[2]", "[2, 3]", "[4]"]) { _ = try zeros(2, 3).crossEntropy(zeros(4, dtype: .int64)) },
        Misuse("classes of int32", .runtime, ["cross_entropy", "int32"]) { _ = try zeros(2, 3).crossEntropy(zeros(2, dtype: .int32)) },
        Misuse("probabilities of another shape", .value, ["cross_entropy", "[2, 3]", "[2, 4]"]) { _ = try zeros(2, 3).crossEntropy(zeros(2, 4)) },
        Misuse("weights of another count", .runtime, ["cross_entropy", "[3]", "[2]"]) {
            _ = try zeros(2, 3).crossEntropy(zeros(2, dtype: .int64), weight: zeros(2))
        },
        Misuse("smoothing above one", .runtime, ["cross_entropy", "2.0"]) { _ = try zeros(2, 3).crossEntropy(zeros(2, dtype: .int64), labelSmoothing: 2) },
        Misuse("cross entropy of a number", .value, ["cross_entropy"]) { _ = try zeros().crossEntropy(zeros(dtype: .int64)) },
        Misuse("dropout above one", .value, ["dropout", "1.5"]) { _ = try zeros(2).dropout(1.5) },
        Misuse("dropout of NaN", .value, ["dropout", "nan"]) { try zeros(2).dropoutInPlace(.nan) },
        Misuse("dropout of integers", .unsupported, ["dropout", "int64"]) { _ = try zeros(2, dtype: .int64).dropout() },
    ]

    fileprivate static let autograd: [Misuse] = [
        Misuse("backward without history", .runtime, ["backward", "[2]", "does not require"]) { try zeros(2).backward() },
        Misuse("backward of many elements", .runtime, ["backward", "one element", "[2]"]) { try Tensor.zeros([2], requiresGrad: true).exponential().backward() },
        Misuse("a gradient of another shape", .runtime, ["backward", "[3]", "[2]"]) {
            try Tensor.zeros([2], requiresGrad: true).exponential().backward(gradient: zeros(3))
        },
        Misuse("gradients for what requires none", .runtime, ["grad", "[3]"]) {
            _ = try gradients(of: [Tensor.zeros([1], requiresGrad: true).exponential()], withRespectTo: [zeros(3)])
        },
        Misuse("too few output gradients", .runtime, ["grad", "0 gradients", "1 output"]) {
            let x = try Tensor.zeros([1], requiresGrad: true)
            _ = try gradients(of: [x.exponential()], withRespectTo: [x], outputGradients: [])
        },
        Misuse("a gradient set in another shape", .runtime, ["grad", "[3]", "[2]"]) { try zeros(2).setGrad(zeros(3)) },
        Misuse("a gradient set in another dtype", .runtime, ["grad", "float64", "float32"]) { try zeros(2).setGrad(zeros(2, dtype: .float64)) },
        Misuse("its own gradient", .runtime, ["grad", "its own"]) {
            let x = try zeros(2)
            try x.setGrad(x)
        },
        Misuse("a parameter of integers", .runtime, ["int64"]) { _ = try Tensor.parameter(zeros(2, dtype: .int64)) },
        Misuse("writing by index to a leaf", .runtime, ["leaf"]) {
            try Tensor.zeros([2], requiresGrad: true).setElements([.at(0)], to: 1)
        },
    ]

    fileprivate static let modules: [Misuse] = [
        Misuse("a layer of negative size", .runtime, ["Linear", "-1"]) { _ = try Linear(-1, 3) },
        Misuse("a layer of huge size", .memory, ["Linear"]) { _ = try Linear(Int.max, Int.max) },
        Misuse("a layer of integers", .type, ["Linear", "int64"]) { _ = try Linear(2, 3, dtype: .int64) },
        Misuse("a lazy layer of negative size", .runtime, ["LazyLinear", "-3"]) { _ = try LazyLinear(-3) },
        Misuse("a lazy layer of a huge size", .memory, ["LazyLinear"]) { _ = try LazyLinear(Int.max) },
        Misuse("a lazy layer of bool", .type, ["bool"]) { _ = try LazyLinear(3, dtype: .bool) },
        Misuse("a lazy layer given a number", .runtime, ["LazyLinear"]) { _ = try LazyLinear(3)(zeros()) },
        Misuse("a dense layer of negative size", .runtime, ["Dense", "-3"]) { _ = try Dense(-3) },
        Misuse("a dense layer given a number", .runtime, ["Dense"]) { _ = try Dense(3)(zeros()) },
        Misuse("a dense layer of a huge size", .memory, ["Dense"]) { _ = try Dense(Int.max, inUnits: Int.max) },
        Misuse("dropout below zero", .value, ["Dropout", "-0.5"]) { _ = try Dropout(-0.5) },
        Misuse("dropout of NaN", .value, ["Dropout", "nan"]) { _ = try Dropout(.nan) },
        Misuse("flatten that does not fit", .index, ["flatten", "1"]) { _ = try Flatten()(zeros()) },
        Misuse("a block that is not there", .index, ["Sequential", "index 2", "1 block"]) { _ = try Sequential(ReLU()).block(at: 2) },
        Misuse("a negative block", .index, ["Sequential", "-1"]) { try Sequential(ReLU()).replace(at: -1, with: ReLU()) },
        Misuse("an input of another width", .runtime, ["linear", "[..., 2]", "[3, 2]", "[1, 5]"]) { _ = try Sequential(Linear(2, 3), ReLU())(zeros(1, 5)) },
        Misuse("a block without forward", .unsupported, ["Silent", "forward"]) { _ = try Silent()(zeros(1)) },
        Misuse("a file that is not there", .io, ["/no/such/file"]) { _ = try Module.load(from: "/no/such/file") },
        Misuse("a folder as a file", .io, []) { _ = try TensorFile(path: "/") },
        Misuse("no path", .io, []) { _ = try TensorFile(path: "") },
        Misuse("a path with a zero", .value, ["path"]) { _ = try TensorFile(path: "a\0b") },
    ]

    private final class Silent: Module { override init() throws(TensorError) { try super.init() } }

    @Test("Creation", arguments: creation)
    fileprivate func creation(_ row: Misuse) { check(row) }

    @Test("Elementwise operators", arguments: elementwise)
    fileprivate func elementwise(_ row: Misuse) { check(row) }

    @Test("Shapes and indices", arguments: shapes)
    fileprivate func shapes(_ row: Misuse) { check(row) }

    @Test("Products, reductions, losses", arguments: products)
    fileprivate func products(_ row: Misuse) { check(row) }

    @Test("Autograd", arguments: autograd)
    fileprivate func autograd(_ row: Misuse) { check(row) }

    @Test("Modules and files", arguments: modules)
    fileprivate func modules(_ row: Misuse) { check(row) }

    /// The error says what was wrong, nothing is left behind, and the thread still records.
    private func check(_ row: Misuse) {
        expectError(row.code, row.parts, row.name) { try row.body() }
        #expect(GradMode.isEnabled)
        do {
            try expectNoLeak { _ = try? row.body() }
        } catch {
            Issue.record("\(error)")
        }
    }

    @Test("A failed write leaves the tensor as it was")
    func failedWrites() throws {
        let x = try Tensor([1, 2, 3]), version = x.version
        for write in [
            { try x += zeros(2, 3) }, { try x *= 1.5 }, { try x.copyInPlace(from: zeros(4)) }, { try x.exponentialInPlace() },
            { try x.setElements([.tensor(Tensor([0, 9]))], to: 1) }, { try x.fillInPlace(Double.nan) },
            { try x.divideInPlace(by: Tensor([1, 0, 1]), rounding: .floor) }, { try x.maskedFillInPlace(zeros(2, dtype: .bool), with: 1.asTensor()) },
        ] as [() throws -> Void] {
            #expect(throws: TensorError.self) { try write() }
            #expect(try numbers(x) == [1, 2, 3])
        }
        #expect(x.version == version)
    }
}
