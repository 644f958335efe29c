/// A number that is printed as it was given, 1 or 1.0.
public struct Number: Equatable, Sendable, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral {
    public let value: Double
    private let whole: Int?

    public init(_ value: Double) {
        self.value = value
        whole = nil
    }

    public init(_ value: Int) {
        self.value = Double(value)
        whole = value
    }

    public init(integerLiteral value: Int) { self.init(value) }
    public init(floatLiteral value: Double) { self.init(value) }
}

extension Number: SettingValue {
    package init?(_ value: AttributeValue) {
        switch value {
        case .integer(let number): self.init(number)
        case .real(let number): self.init(number)
        default: return nil
        }
    }
    package var attribute: AttributeValue { whole.map { .integer($0) } ?? .real(value) }
    package static var expected: String { "a number" }
}
