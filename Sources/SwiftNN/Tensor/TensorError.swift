/// What every fallible operation of the library throws.
///
/// The description reads `operation: what was given and what was expected`, for example
/// `matmul: inner dimensions differ: [2, 3] @ [4, 5] (3 != 4)`.
public struct TensorError: Error, Sendable, CustomStringConvertible {
    /// The kind of misuse; Python maps it to the exception class that PyTorch raises.
    public enum Code: Sendable {
        /// Shapes that do not fit, a graph used twice, a tensor in the wrong state.
        case runtime
        /// An argument outside its domain.
        case value
        /// An argument of the wrong type or dtype.
        case type
        /// An index or dimension out of range.
        case index
        /// No parameter, child or entry of that name.
        case key
        /// The memory asked for cannot be had.
        case memory
        /// A file that cannot be read or written.
        case io
        /// A matrix without the decomposition that was asked for: singular, not positive-definite.
        case linearAlgebra
        /// Not offered by this library.
        case unsupported
        /// Raised by a block of another language, which still holds the original error.
        case foreign
    }

    // One reference, so that a throwing function returns its error in a register.
    private final class Box: Sendable {
        let code: Code, operation: String, detail: String
        init(_ code: Code, _ operation: String, _ detail: String) {
            self.code = code
            self.operation = operation
            self.detail = detail
        }
    }

    private let box: Box

    public init(_ code: Code, _ operation: String, _ detail: String) {
        box = Box(code, operation, detail)
    }

    public var code: Code { box.code }
    /// The operator, layer or function that was misused.
    public var operation: String { box.operation }
    /// What was given and what was expected.
    public var detail: String { box.detail }

    public var description: String { operation.isEmpty ? detail : "\(operation): \(detail)" }
}
