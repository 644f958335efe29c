/// A constructor argument of a built-in block.
package enum AttributeValue: Equatable, Sendable {
    case none
    case integer(Int)
    case real(Double)
    case boolean(Bool)
    case string(String)
    case dtype(DType)
    case integers([Int])
}

extension AttributeValue: CustomStringConvertible {
    /// As Python writes it, which is how blocks are printed.
    package var description: String {
        switch self {
        case .none: "None"
        case .integer(let value): "\(value)"
        case .real(let value): value == value.rounded() && abs(value) < 1e16 ? "\(Int(value)).0" : "\(value)"
        case .boolean(let value): value ? "True" : "False"
        case .string(let value): "'\(value)'"
        case .dtype(let value): "swiftnn.\(value)"
        case .integers(let values): "(" + values.map(String.init).joined(separator: ", ") + (values.count == 1 ? ",)" : ")")
        }
    }
}

/// The constructor arguments that a built-in block is made from by name.
package struct Arguments {
    private let type: String
    private var values: [String: AttributeValue]

    package init(_ type: String, _ values: [(name: String, value: AttributeValue)]) throws(TensorError) {
        self.type = type
        self.values = [:]
        for (name, value) in values where self.values.updateValue(value, forKey: name) != nil {
            throw TensorError(.type, type, "argument '\(name)' is given twice")
        }
    }

    private func mismatch(_ name: String, _ expected: String, _ value: AttributeValue) -> TensorError {
        TensorError(.type, type, "argument '\(name)' must be \(expected), not \(value)")
    }

    mutating func integer(_ name: String, default fallback: Int? = nil) throws(TensorError) -> Int {
        switch values.removeValue(forKey: name) {
        case .integer(let value): return value
        case nil:
            guard let fallback else { throw TensorError(.type, type, "missing required argument '\(name)'") }
            return fallback
        case let other?: throw mismatch(name, "an integer", other)
        }
    }

    mutating func real(_ name: String, default fallback: Double) throws(TensorError) -> Double {
        switch values.removeValue(forKey: name) {
        case .real(let value): return value
        case .integer(let value): return Double(value)
        case nil: return fallback
        case let other?: throw mismatch(name, "a number", other)
        }
    }

    mutating func boolean(_ name: String, default fallback: Bool) throws(TensorError) -> Bool {
        switch values.removeValue(forKey: name) {
        case .boolean(let value): return value
        case nil: return fallback
        case let other?: throw mismatch(name, "a bool", other)
        }
    }

    mutating func string(_ name: String) throws(TensorError) -> String? {
        switch values.removeValue(forKey: name) {
        case .string(let value): return value
        case nil, AttributeValue.none?: return nil
        case let other?: throw mismatch(name, "a string or None", other)
        }
    }

    mutating func dtype(_ name: String = "dtype") throws(TensorError) -> DType {
        switch values.removeValue(forKey: name) {
        case .dtype(let value): return value
        case nil, AttributeValue.none?: return .float32
        case let other?: throw mismatch(name, "a dtype", other)
        }
    }

    /// - Throws: where arguments are left that the block does not have.
    func finish() throws(TensorError) {
        if let name = values.keys.sorted().first {
            throw TensorError(.type, type, "unexpected argument '\(name)'")
        }
    }
}

/// The built-in blocks by the names that Python and files use.
package enum BlockRegistry {
    package static func make(
        _ type: String, _ values: [(name: String, value: AttributeValue)]
    ) throws(TensorError) -> Module {
        var arguments = try Arguments(type, values)
        let block: Module
        switch type {
        case "Linear": block = try Linear(&arguments)
        case "LazyLinear": block = try LazyLinear(&arguments)
        case "Dense": block = try Dense(&arguments)
        case "ReLU": block = ReLU(inPlace: try arguments.boolean("inplace", default: false))
        case "Sigmoid": block = Sigmoid()
        case "Tanh": block = Tanh()
        case "Flatten": block = try Flatten(&arguments)
        case "Dropout": block = try Dropout(&arguments)
        case "Identity": block = Identity()
        case "Sequential": block = Sequential()
        default: throw TensorError(.key, "Module", "there is no built-in block '\(type)'")
        }
        try arguments.finish()
        return block
    }
}
