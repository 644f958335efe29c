/// What a setting of a built-in block can be.
package enum AttributeValue: Equatable, Sendable {
    case none
    case integer(Int)
    case real(Double)
    case boolean(Bool)
    case string(String)
    case dtype(DType)
    case integers([Int])
    case reals([Double])
}

extension AttributeValue: CustomStringConvertible {
    /// As Python writes it, which is how blocks are printed.
    package var description: String {
        switch self {
        case .none: "None"
        case .integer(let value): "\(value)"
        case .real(let value): AttributeValue.text(value)
        case .boolean(let value): value ? "True" : "False"
        case .string(let value): "'\(value)'"
        case .dtype(let value): "swiftnn.\(value)"
        case .integers(let values): AttributeValue.tuple(values.map(String.init))
        case .reals(let values): AttributeValue.tuple(values.map(AttributeValue.text))
        }
    }

    private static func tuple(_ items: [String]) -> String {
        "(" + items.joined(separator: ", ") + (items.count == 1 ? ",)" : ")")
    }

    /// A number as Python writes it: 1e-05, 0.1, 2.0, inf.
    static func text(_ value: Double) -> String {
        if value.isNaN { return "nan" }
        if value.isInfinite { return value < 0 ? "-inf" : "inf" }
        if value == value.rounded() && abs(value) < 1e16 { return "\(Int(value)).0" }
        let text = "\(value)"
        // Swift writes 1e-05 as 1e-05, but 0.00001 only from 1e-05 on as Python does; exponents have two digits there.
        guard let e = text.firstIndex(of: "e") else { return text }
        let exponent = text[text.index(after: e)...]
        let sign = exponent.hasPrefix("-") ? "-" : "+"
        let digits = exponent.drop { $0 == "-" || $0 == "+" }
        var mantissa = text[..<e]
        if mantissa.hasSuffix(".0") { mantissa.removeLast(2) }
        return "\(mantissa)e\(sign)\(digits.count == 1 ? "0" : "")\(digits)"
    }
}

/// A constructor argument that a built-in block keeps: read, printed, saved, rebuilt from, and set where it says how.
package struct Setting {
    package let name: String
    package let value: AttributeValue
    /// Nil for one that is fixed when the block is made.
    package let set: ((AttributeValue) throws(TensorError) -> Void)?
}

/// Which values a setting can have in Swift, and what they are for other languages.
package protocol SettingValue {
    init?(_ value: AttributeValue)
    var attribute: AttributeValue { get }
    static var expected: String { get }
}

extension Bool: SettingValue {
    package init?(_ value: AttributeValue) {
        guard case .boolean(let flag) = value else { return nil }
        self = flag
    }
    package var attribute: AttributeValue { .boolean(self) }
    package static var expected: String { "a bool" }
}

extension Int: SettingValue {
    package init?(_ value: AttributeValue) {
        guard case .integer(let number) = value else { return nil }
        self = number
    }
    package var attribute: AttributeValue { .integer(self) }
    package static var expected: String { "an integer" }
}

extension Double: SettingValue {
    package init?(_ value: AttributeValue) {
        switch value {
        case .real(let number): self = number
        case .integer(let number): self = Double(number)
        default: return nil
        }
    }
    package var attribute: AttributeValue { .real(self) }
    package static var expected: String { "a number" }
}

extension String: SettingValue {
    package init?(_ value: AttributeValue) {
        guard case .string(let text) = value else { return nil }
        self = text
    }
    package var attribute: AttributeValue { .string(self) }
    package static var expected: String { "a string" }
}

extension Optional: SettingValue where Wrapped: SettingValue {
    package init?(_ value: AttributeValue) {
        if case .none = value {
            self = Optional<Wrapped>.none
        } else {
            guard let wrapped = Wrapped(value) else { return nil }
            self = wrapped
        }
    }
    package var attribute: AttributeValue { map { $0.attribute } ?? .none }
    package static var expected: String { "\(Wrapped.expected) or None" }
}

extension Module {
    /// A setting that is a stored property of the block.
    ///
    /// - Parameter check: throws for a value that the block cannot have.
    func setting<Block: Module, Value: SettingValue>(
        _ name: String, _ path: ReferenceWritableKeyPath<Block, Value>,
        check: ((Value) throws(TensorError) -> Void)? = nil
    ) -> Setting {
        let block = self as! Block  // the path is written in the block's own class
        return Setting(name: name, value: block[keyPath: path].attribute) { [typeName] (value) throws(TensorError) in
            guard let converted = Value(value) else {
                throw TensorError(.type, typeName, "argument '\(name)' must be \(Value.expected), not \(value)")
            }
            try check?(converted)
            block[keyPath: path] = converted
        }
    }

    /// A setting that is fixed when the block is made.
    func setting<Value: SettingValue>(_ name: String, fixed value: Value) -> Setting {
        Setting(name: name, value: value.attribute, set: nil)
    }
}

/// The constructor arguments that a built-in block is made from by name.
package struct Arguments {
    let type: String
    private var values: [String: AttributeValue]

    package init(_ type: String, _ values: [(name: String, value: AttributeValue)]) throws(TensorError) {
        self.type = type
        self.values = [:]
        for (name, value) in values where self.values.updateValue(value, forKey: name) != nil {
            throw TensorError(.type, type, "argument '\(name)' is given twice")
        }
    }

    /// - Throws: for an argument that is not there, and for one of another kind.
    mutating func required<Value: SettingValue>(_ name: String, _: Value.Type = Value.self) throws(TensorError) -> Value {
        guard let value = try optional(name, Value.self) else {
            throw TensorError(.type, type, "missing required argument '\(name)'")
        }
        return value
    }

    mutating func value<Value: SettingValue>(_ name: String, default fallback: Value) throws(TensorError) -> Value {
        try optional(name, Value.self) ?? fallback
    }

    private mutating func optional<Value: SettingValue>(_ name: String, _: Value.Type) throws(TensorError) -> Value? {
        guard let value = values.removeValue(forKey: name) else { return nil }
        guard let converted = Value(value) else {
            throw TensorError(.type, type, "argument '\(name)' must be \(Value.expected), not \(value)")
        }
        return converted
    }

    /// One of a few choices, by its name.
    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, default fallback: Choice
    ) throws(TensorError) -> Choice where Choice.RawValue == String {
        guard let text = try optional(name, String.self) else { return fallback }
        guard let choice = Choice(rawValue: text) else {
            let all = Choice.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            throw TensorError(.value, type, "\(name) '\(text)' is not one of \(all)")
        }
        return choice
    }

    /// One of a few choices, by its name, which must be given.
    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String
    ) throws(TensorError) -> Choice where Choice.RawValue == String {
        let first = Choice.allCases.first!  // a choice has cases
        if values[name] == nil { throw TensorError(.type, type, "missing required argument '\(name)'") }
        return try choice(name, default: first)
    }

    mutating func dtype(_ name: String = "dtype") throws(TensorError) -> DType {
        switch values.removeValue(forKey: name) {
        case .dtype(let value): return value
        case nil, AttributeValue.none?: return .float32
        case let other?: throw TensorError(.type, type, "argument '\(name)' must be a dtype, not \(other)")
        }
    }

    /// Gives what the block's initialiser did not take to the block's settings.
    ///
    /// - Throws: where arguments are left that the block does not have.
    func apply(to block: Module) throws(TensorError) {
        if values.isEmpty { return }
        var left = values
        for setting in block.settings {
            if let set = setting.set, let value = left.removeValue(forKey: setting.name) { try set(value) }
        }
        if let name = left.keys.sorted().first { throw TensorError(.type, type, "unexpected argument '\(name)'") }
    }
}
