import CSwiftNN
import SwiftNN

/// The arguments of an operator's call, by position; absent ones take the default.
struct Call {
    private let arguments: UnsafePointer<snn_value>?
    private let count: Int32
    /// Stands for the first argument, where an operator in place runs on another tensor.
    private var first: Tensor?
    /// The operator's name, for messages.
    private let label: UnsafePointer<CChar>

    init(_ arguments: UnsafePointer<snn_value>?, _ count: Int32, _ label: UnsafePointer<CChar>) {
        self.arguments = arguments
        self.count = count
        self.label = label
    }

    var name: String { String(cString: label) }

    func replacingFirst(by tensor: Tensor) -> Call {
        var call = self
        call.first = tensor
        return call
    }

    @inline(__always)
    private func value(_ index: Int) throws(TensorError) -> snn_value? {
        guard index < count, let arguments else { return nil }
        let value = arguments[index]
        if value.kind.rawValue > snn_value_kind.SNN_GENERATOR.rawValue { throw mismatch(index, "of a kind that there is") }
        return value.kind == .SNN_NONE ? nil : value
    }

    func mismatch(_ index: Int, _ expected: String) -> TensorError {
        TensorError(.type, name, "argument \(index + 1) must be \(expected)")
    }

    @inline(__always)
    func tensor(_ index: Int) throws(TensorError) -> Tensor {
        guard let tensor = try optionalTensor(index) else { throw mismatch(index, "a tensor") }
        return tensor
    }

    @inline(__always)
    func optionalTensor(_ index: Int) throws(TensorError) -> Tensor? {
        if index == 0, let first { return first }
        guard let value = try value(index) else { return nil }
        if value.kind == .SNN_TENSOR, let handle: OpaquePointer = value.tensor {
            return Unmanaged<Tensor>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
        }
        throw mismatch(index, "a tensor")
    }

    func tensors(_ index: Int) throws(TensorError) -> [Tensor] {
        guard let value = try value(index), value.kind == .SNN_TENSORS, value.count >= 0 else {
            throw mismatch(index, "a list of tensors")
        }
        var result: [Tensor] = []
        for handle in try list(value.tensors, value.count, name) {
            guard let handle: OpaquePointer = handle else { throw mismatch(index, "a list of tensors") }
            result.append(Unmanaged<Tensor>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue())
        }
        return result
    }

    func optionalInteger(_ index: Int) throws(TensorError) -> Int? {
        guard let value = try value(index) else { return nil }
        switch value.kind {
        case .SNN_INTEGER, .SNN_BOOLEAN: return Int(value.integer)
        default: throw mismatch(index, "an integer")
        }
    }

    func integer(_ index: Int, _ fallback: Int? = nil) throws(TensorError) -> Int {
        guard let value = try optionalInteger(index) ?? fallback else { throw mismatch(index, "an integer") }
        return value
    }

    /// One integer or a list of them; nil where there is none.
    func optionalIntegers(_ index: Int) throws(TensorError) -> [Int]? {
        guard let value = try value(index) else { return nil }
        switch value.kind {
        case .SNN_INTEGER: return [Int(value.integer)]
        case .SNN_INTEGERS: return try integers(value)
        default: throw mismatch(index, "an integer or a list of integers")
        }
    }

    func shape(_ index: Int) throws(TensorError) -> [Int] {
        guard let shape = try optionalIntegers(index) else { throw mismatch(index, "a list of sizes") }
        return shape
    }

    private func integers(_ value: snn_value) throws(TensorError) -> [Int] {
        try SwiftNNC.integers(value.integers, value.count, name)
    }

    func boolean(_ index: Int, _ fallback: Bool) throws(TensorError) -> Bool {
        try optionalBoolean(index) ?? fallback
    }

    func optionalBoolean(_ index: Int) throws(TensorError) -> Bool? {
        guard let value = try value(index) else { return nil }
        switch value.kind {
        case .SNN_BOOLEAN, .SNN_INTEGER: return value.integer != 0
        default: throw mismatch(index, "a bool")
        }
    }

    func optionalReal(_ index: Int) throws(TensorError) -> Double? {
        guard let value = try value(index) else { return nil }
        switch value.kind {
        case .SNN_REAL: return value.real
        case .SNN_INTEGER, .SNN_BOOLEAN: return Double(value.integer)
        default: throw mismatch(index, "a number")
        }
    }

    /// A factor, 1 where there is none. It goes through a double, which not every integer survives.
    @inline(__always)
    func factor(_ index: Int) throws(TensorError) -> Double {
        guard let value = try value(index) else { return 1 }
        if value.kind == .SNN_INTEGER && value.integer.magnitude > 1 << 53 {
            throw TensorError(.value, name, "a factor of \(value.integer) is not offered; expected at most 2^53")
        }
        return try real(index, 1)
    }

    func optionalNumber(_ index: Int) throws(TensorError) -> Tensor? {
        try value(index) == nil ? nil : try number(index)
    }

    @inline(__always)
    func real(_ index: Int, _ fallback: Double) throws(TensorError) -> Double { try optionalReal(index) ?? fallback }

    func reals(_ index: Int) throws(TensorError) -> [Double] {
        guard let reals = try optionalReals(index) else { throw mismatch(index, "a list of numbers") }
        return reals
    }

    func optionalReals(_ index: Int) throws(TensorError) -> [Double]? {
        guard let value = try value(index) else { return nil }
        guard value.kind == .SNN_REALS, value.count >= 0 else { throw mismatch(index, "a list of numbers") }
        return Array(try list(value.reals, value.count, name))
    }

    /// The kind of an argument that may be of several; `SNN_NONE` for one that is not there.
    func kind(_ index: Int) throws(TensorError) -> snn_value_kind { try value(index)?.kind ?? .SNN_NONE }

    /// A number with its kind, which decides the dtype of what is made from it.
    func number(_ index: Int) throws(TensorError) -> Tensor {
        guard let value = try value(index) else { throw mismatch(index, "a number") }
        switch value.kind {
        case .SNN_REAL: return value.real.asTensor()
        case .SNN_INTEGER: return Int(value.integer).asTensor()
        case .SNN_BOOLEAN: return (value.integer != 0).asTensor()
        case .SNN_TENSOR: return try tensor(index)
        default: throw mismatch(index, "a number")
        }
    }

    func optionalDType(_ index: Int) throws(TensorError) -> DType? {
        guard let value = try value(index) else { return nil }
        guard value.kind == .SNN_DTYPE, let raw = UInt32(exactly: value.integer), let dtype = snn_dtype(rawValue: raw) else {
            throw mismatch(index, "a dtype")
        }
        return try DType(dtype)
    }

    func dtype(_ index: Int, _ fallback: DType = .standard) throws(TensorError) -> DType {
        try optionalDType(index) ?? fallback
    }

    /// The default generator where none is given.
    func generator(_ index: Int) throws(TensorError) -> Generator {
        guard let value = try value(index) else { return .shared }
        guard value.kind == .SNN_GENERATOR else { throw mismatch(index, "a generator") }
        return try SwiftNNC.generator(value.generator)
    }

    /// One integer for so many sections; a list, or a one-dimensional tensor, for positions.
    func cuts(_ index: Int) throws(TensorError) -> Cuts {
        guard let value = try value(index) else { throw mismatch(index, "an integer or a list of integers") }
        switch value.kind {
        case .SNN_INTEGER: return .sections(Int(value.integer))
        case .SNN_TENSOR:
            let tensor = try tensor(index)
            if tensor.dtype != .int64 { throw TensorError(.runtime, name, "expected sections or positions of int64, got \(tensor.dtype)") }
            if tensor.rank > 1 {
                throw TensorError(.runtime, name, "expected sections or positions of at most 1 dimension, got shape \(tensor.shape)")
            }
            return tensor.rank == 0 ? .sections(try tensor.itemAsInt()) : .indices(try tensor.array(of: Int.self))
        default: return .indices(try shape(index))
        }
    }

    /// Whether the argument is one integer, and no list.
    func isInteger(_ index: Int) throws(TensorError) -> Bool { try value(index)?.kind == .SNN_INTEGER }

    func isTensor(_ index: Int) throws(TensorError) -> Bool { try value(index)?.kind == .SNN_TENSOR }

    func optionalString(_ index: Int) throws(TensorError) -> String? {
        guard let value = try value(index) else { return nil }
        guard value.kind == .SNN_STRING else { throw mismatch(index, "a string") }
        return try text(value.string, name)
    }

    /// A string that names one of a few choices.
    func choice<Choice: RawRepresentable & CaseIterable>(_ index: Int) throws(TensorError) -> Choice?
    where Choice.RawValue == String {
        guard let text = try optionalString(index) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let all = Choice.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            throw TensorError(.value, name, "'\(text)' is not one of \(all)")
        }
        return choice
    }
}
