import CKernels
import CSwiftNN
import SwiftNN

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

// Handles are retained references to the library's objects; everything else is converted here.

/// The object behind a handle that must not be NULL.
@inline(__always)
func tensor(_ handle: snn_tensor?, _ name: StaticString = "tensor") throws(TensorError) -> Tensor {
    guard let handle else { throw TensorError(.value, name.description, "the handle is NULL") }
    return Unmanaged<Tensor>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
}

@inline(__always)
func module(_ handle: snn_module?) throws(TensorError) -> Module {
    guard let handle else { throw TensorError(.value, "module", "the handle is NULL") }
    return Unmanaged<Module>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
}

@inline(__always)
func generator(_ handle: snn_generator?) throws(TensorError) -> Generator {
    guard let handle else { throw TensorError(.value, "generator", "the handle is NULL") }
    return Unmanaged<Generator>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
}

/// Where a result goes.
@inline(__always)
func output<Value>(
    _ pointer: UnsafeMutablePointer<Value>?, _ name: StaticString = "output"
) throws(TensorError) -> UnsafeMutablePointer<Value> {
    guard let pointer else { throw TensorError(.value, name.description, "the place for the result is NULL") }
    return pointer
}

/// A list of `count` entries.
func list<Value>(
    _ pointer: UnsafePointer<Value>?, _ count: Int32, _ name: String
) throws(TensorError) -> UnsafeBufferPointer<Value> {
    if count < 0 { throw TensorError(.value, name, "negative count \(count)") }
    if count > 0 && pointer == nil { throw TensorError(.value, name, "the list is NULL") }
    return UnsafeBufferPointer(start: pointer, count: Int(count))
}

/// Checks a number from C that stands for an enumerator: Swift takes any for one of them, and traps on it later.
@inline(__always)
func checkEnumerator(_ raw: UInt32, _ count: Int, _ what: StaticString) throws(TensorError) {
    if raw >= count { throw TensorError(.value, what.description, "there is no number \(raw)") }
}

/// A handle that belongs to the caller.
@inline(__always)
func owned(_ tensor: Tensor) -> snn_tensor { snn_tensor(Unmanaged.passRetained(tensor).toOpaque()) }

@inline(__always)
func owned(_ module: Module) -> snn_module { snn_module(Unmanaged.passRetained(module).toOpaque()) }

/// Runs the body of a C function and turns what it throws into a status and the thread's message.
@inline(__always)
func status(_ body: () throws(TensorError) -> Void) -> snn_status {
    do {
        try body()
        return .SNN_OK
    } catch {
        return report(error)
    }
}

@inline(never)
func report(_ error: TensorError) -> snn_status {
    let state = ck_thread()!
    free(state.pointee.error_message)
    state.pointee.error_message = strdup(error.description)
    switch error.code {
    case .runtime: return .SNN_ERROR_RUNTIME
    case .value: return .SNN_ERROR_VALUE
    case .type: return .SNN_ERROR_TYPE
    case .index: return .SNN_ERROR_INDEX
    case .key: return .SNN_ERROR_KEY
    case .memory: return .SNN_ERROR_MEMORY
    case .io: return .SNN_ERROR_IO
    case .linearAlgebra: return .SNN_ERROR_LINALG
    case .unsupported: return .SNN_ERROR_UNSUPPORTED
    case .foreign: return .SNN_ERROR_FOREIGN
    }
}

@c @implementation
public func snn_abi_version() -> Int32 { SNN_ABI_VERSION }

@c @implementation
public func snn_error_message() -> UnsafePointer<CChar>! {
    if let message = ck_thread().pointee.error_message { return UnsafePointer(message) }
    return returned("")
}

/// A string for the caller, valid until the next one on this thread.
func returned(_ string: String) -> UnsafePointer<CChar>? {
    let state = ck_thread()!
    free(state.pointee.string_result)
    let copy = strdup(string)
    state.pointee.string_result = UnsafeMutableRawPointer(copy)
    return UnsafePointer(copy)
}

/// A list for the caller, valid until the next string or list on this thread.
func returned<Number: BitwiseCopyable>(_ numbers: [Number]) -> UnsafePointer<Number>? {
    let state = ck_thread()!
    free(state.pointee.string_result)
    let size = Swift.max(numbers.count, 1) * MemoryLayout<Number>.stride
    state.pointee.string_result = malloc(size)
    guard let copy = state.pointee.string_result?.bindMemory(to: Number.self, capacity: Swift.max(numbers.count, 1)) else {
        return nil
    }
    copy.initialize(from: numbers, count: numbers.count)
    return UnsafePointer(copy)
}

extension DType {
    init(_ dtype: snn_dtype) throws(TensorError) {
        try checkEnumerator(dtype.rawValue, DType.allCases.count, "dtype")
        self = switch dtype {
        case .SNN_FLOAT32: .float32
        case .SNN_FLOAT64: .float64
        case .SNN_INT64: .int64
        case .SNN_INT32: .int32
        case .SNN_INT16: .int16
        case .SNN_INT8: .int8
        case .SNN_UINT8: .uint8
        case .SNN_BOOL: .bool
        case .SNN_FLOAT16: .float16
        case .SNN_BFLOAT16: .bfloat16
        }
    }

    var c: snn_dtype {
        switch self {
        case .float32: .SNN_FLOAT32
        case .float64: .SNN_FLOAT64
        case .int64: .SNN_INT64
        case .int32: .SNN_INT32
        case .int16: .SNN_INT16
        case .int8: .SNN_INT8
        case .uint8: .SNN_UINT8
        case .bool: .SNN_BOOL
        case .float16: .SNN_FLOAT16
        case .bfloat16: .SNN_BFLOAT16
        }
    }
}

/// A list of sizes from C.
func integers(_ list: UnsafePointer<Int64>?, _ count: Int32, _ name: String) throws(TensorError) -> [Int] {
    try SwiftNNC.list(list, count, name).map { Int($0) }
}

/// A string from C, which must be UTF-8.
func text(_ source: UnsafePointer<CChar>?, _ name: String) throws(TensorError) -> String {
    guard let source, let result = String(validatingCString: source) else {
        throw TensorError(.value, name, "expected a string in UTF-8")
    }
    return result
}

/// A name that C may keep: there are few, and they last for ever.
func interned(_ name: String) -> UnsafePointer<CChar>? {
    names.withLock { names in
        if let known = names[name] { return UnsafePointer(bitPattern: known) }
        let copy = strdup(name)
        if let copy { names[name] = UInt(bitPattern: copy) }
        return UnsafePointer(copy)
    }
}

private let names = Guarded<[String: UInt]>(CK_LOCK_NAMES, [:])
