/// A JSON value (RFC 8259).
///
/// Objects keep their members in the order of the text, so that what is written does not depend on hashing. Integers
/// that fit are kept apart from other numbers, because a size or an offset must not pass through a `Double`.
enum JSON: Equatable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([(key: String, value: JSON)])

    /// How deeply arrays and objects may be nested. The parser, the writer, `==` and the release of a value are
    /// recursive; this keeps them far from the end of a thread's stack.
    static let maximumDepth = 128

    /// Text that is not JSON.
    struct SyntaxError: Error, CustomStringConvertible {
        /// The offset of the offending byte, or the length of the text where something is missing at its end.
        let position: Int
        let message: String

        var description: String { "\(message) at byte \(position)" }
    }

    /// Parses the whole of `bytes`.
    ///
    /// Keys that Swift's `==` finds equal count as duplicates: names that differ only in Unicode normalisation could
    /// not both be keys of a dictionary later on.
    /// - Parameter maximumValues: How many values the text may hold; bounds the memory that a hostile text can claim.
    static func parse(_ bytes: UnsafeBufferPointer<UInt8>, maximumValues: Int = .max) throws(SyntaxError) -> JSON {
        var parser = JSONParser(bytes, maximumValues: maximumValues)
        return try parser.parseDocument()
    }

    /// Parses a string; a syntax error becomes one of `operation`.
    static func parse(_ text: String, operation: String) throws(TensorError) -> JSON {
        let bytes = Array(text.utf8)
        do throws(SyntaxError) {
            return try bytes.withUnsafeBufferPointer { (buffer) throws(SyntaxError) in try parse(buffer) }
        } catch {
            throw TensorError(.value, operation, "invalid JSON: \(error)")
        }
    }

    /// The value of a member, nil if there is none or this is not an object.
    subscript(key: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    /// What kind of value this is, for error messages.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    static func == (a: JSON, b: JSON) -> Bool {
        switch (a, b) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.integer(let a), .integer(let b)): a == b
        case (.number(let a), .number(let b)): a == b
        case (.string(let a), .string(let b)): a == b
        case (.array(let a), .array(let b)): a == b
        case (.object(let a), .object(let b)):
            a.count == b.count && zip(a, b).allSatisfy { $0.key == $1.key && $0.value == $1.value }
        default: false
        }
    }
}

// MARK: - Writing

extension JSON {
    /// The text without whitespace, members in their order, every character but the control characters, `"` and `\`
    /// as it is. Numbers read back as the same value of the same case.
    ///
    /// - Throws: for infinities and NaN, duplicate keys and deep nesting, none of which could be read back.
    func text(operation: String) throws(TensorError) -> String {
        var output: [UInt8] = []
        try write(to: &output, depth: 0, operation)
        return String(decoding: output, as: UTF8.self)
    }

    private func write(to output: inout [UInt8], depth: Int, _ operation: String) throws(TensorError) {
        switch self {
        case .null: output += "null".utf8
        case .bool(let value): output += (value ? "true" : "false").utf8
        case .integer(let value): output += String(value).utf8
        case .number(let value):
            guard value.isFinite else { throw TensorError(.value, operation, "JSON has no spelling for \(value)") }
            // The shortest digits that give the same value, always with a point or an exponent, in any locale.
            output += value.description.utf8
        case .string(let value): JSON.write(value, to: &output)
        case .array(let values):
            try JSON.check(depth, operation)
            output.append(UInt8(ascii: "["))
            for (i, value) in values.enumerated() {
                if i > 0 { output.append(UInt8(ascii: ",")) }
                try value.write(to: &output, depth: depth + 1, operation)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let members):
            try JSON.check(depth, operation)
            var keys: Set<String> = []
            output.append(UInt8(ascii: "{"))
            for (i, member) in members.enumerated() {
                guard keys.insert(member.key).inserted else {
                    throw TensorError(.value, operation, "duplicate key \(member.key.debugDescription) in a JSON object")
                }
                if i > 0 { output.append(UInt8(ascii: ",")) }
                JSON.write(member.key, to: &output)
                output.append(UInt8(ascii: ":"))
                try member.value.write(to: &output, depth: depth + 1, operation)
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    private static func check(_ depth: Int, _ operation: String) throws(TensorError) {
        if depth >= maximumDepth {
            throw TensorError(.value, operation, "a JSON value is nested more than \(maximumDepth) levels deep")
        }
    }

    private static func write(_ string: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): output += [UInt8(ascii: "\\"), byte]
            case 0x08: output += "\\b".utf8
            case 0x09: output += "\\t".utf8
            case 0x0A: output += "\\n".utf8
            case 0x0C: output += "\\f".utf8
            case 0x0D: output += "\\r".utf8
            case 0..<0x20:
                output += (byte < 0x10 ? "\\u000" : "\\u00").utf8
                output += String(byte, radix: 16).utf8
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }
}

// MARK: - Reading

private struct JSONParser {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var remainingValues: Int
    private let maximumValues: Int

    init(_ bytes: UnsafeBufferPointer<UInt8>, maximumValues: Int) {
        self.bytes = bytes
        self.maximumValues = maximumValues
        remainingValues = maximumValues
    }

    private func error(_ message: String, at position: Int? = nil) -> JSON.SyntaxError {
        JSON.SyntaxError(position: position ?? self.position, message: message)
    }

    /// The byte at the position, nil at the end.
    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    /// The error for a byte that cannot stand where it stands.
    private func unexpected(_ expected: String) -> JSON.SyntaxError {
        guard let next else { return error("the text ends where \(expected) was expected") }
        if next >= 0x21 && next < 0x7F {
            return error("'\(Character(Unicode.Scalar(next)))' where \(expected) was expected")
        }
        let digits = String(next, radix: 16, uppercase: true)
        return error("byte 0x\(next < 0x10 ? "0" : "")\(digits) where \(expected) was expected")
    }

    private mutating func skipWhitespace() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
    }

    /// Moves past `byte` if it comes next.
    private mutating func skip(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    mutating func parseDocument() throws(JSON.SyntaxError) -> JSON {
        skipWhitespace()
        let value = try parseValue(depth: 0)
        skipWhitespace()
        if position < bytes.count { throw unexpected("the end of the text") }
        return value
    }

    private mutating func parseValue(depth: Int) throws(JSON.SyntaxError) -> JSON {
        if remainingValues == 0 { throw error("more than \(maximumValues) values") }
        remainingValues -= 1
        switch next {
        case UInt8(ascii: "{"): return try parseObject(depth: depth)
        case UInt8(ascii: "["): return try parseArray(depth: depth)
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "t"): return try parseWord("true", .bool(true))
        case UInt8(ascii: "f"): return try parseWord("false", .bool(false))
        case UInt8(ascii: "n"): return try parseWord("null", .null)
        case .some(UInt8(ascii: "0")...UInt8(ascii: "9")), UInt8(ascii: "-"): return try parseNumber()
        default: throw unexpected("a value")
        }
    }

    private mutating func parseWord(_ word: StaticString, _ value: JSON) throws(JSON.SyntaxError) -> JSON {
        let start = position
        for i in 0..<word.utf8CodeUnitCount where !skip(word.utf8Start[i]) {
            throw error("a value that is not '\(word)'", at: start)
        }
        return value
    }

    private mutating func open(depth: Int) throws(JSON.SyntaxError) {
        if depth >= JSON.maximumDepth { throw error("nested more than \(JSON.maximumDepth) levels deep") }
        position += 1
        skipWhitespace()
    }

    private mutating func parseArray(depth: Int) throws(JSON.SyntaxError) -> JSON {
        try open(depth: depth)
        var values: [JSON] = []
        if skip(UInt8(ascii: "]")) { return .array(values) }
        while true {
            values.append(try parseValue(depth: depth + 1))
            skipWhitespace()
            if skip(UInt8(ascii: "]")) { return .array(values) }
            guard skip(UInt8(ascii: ",")) else { throw unexpected("',' or ']'") }
            skipWhitespace()
        }
    }

    private mutating func parseObject(depth: Int) throws(JSON.SyntaxError) -> JSON {
        try open(depth: depth)
        var members: [(key: String, value: JSON)] = []
        if skip(UInt8(ascii: "}")) { return .object(members) }
        var keys: Set<String> = []
        while true {
            let start = position
            guard next == UInt8(ascii: "\"") else { throw unexpected("a key in quotes") }
            let key = try parseString()
            guard keys.insert(key).inserted else { throw error("duplicate key \(key.debugDescription)", at: start) }
            skipWhitespace()
            guard skip(UInt8(ascii: ":")) else { throw unexpected("':'") }
            skipWhitespace()
            members.append((key, try parseValue(depth: depth + 1)))
            skipWhitespace()
            if skip(UInt8(ascii: "}")) { return .object(members) }
            guard skip(UInt8(ascii: ",")) else { throw unexpected("',' or '}'") }
            skipWhitespace()
        }
    }

    // MARK: Numbers

    /// Moves past digits and says how many there were.
    private mutating func skipDigits() -> Int {
        let start = position
        while let byte = next, byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") { position += 1 }
        return position - start
    }

    private mutating func parseNumber() throws(JSON.SyntaxError) -> JSON {
        let start = position
        var isInteger = true
        _ = skip(UInt8(ascii: "-"))
        let leadsWithZero = next == UInt8(ascii: "0")
        let digits = skipDigits()
        if digits == 0 { throw unexpected("a digit") }
        if leadsWithZero && digits > 1 { throw error("a number with a leading zero", at: start) }
        if skip(UInt8(ascii: ".")) {
            isInteger = false
            if skipDigits() == 0 { throw unexpected("a digit") }
        }
        if skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) {
            isInteger = false
            if !skip(UInt8(ascii: "+")) { _ = skip(UInt8(ascii: "-")) }
            if skipDigits() == 0 { throw unexpected("a digit") }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isInteger, let value = Int64(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else {
            throw error("a number beyond the range of double precision", at: start)
        }
        return .number(value)
    }

    // MARK: Strings

    private mutating func parseString() throws(JSON.SyntaxError) -> String {
        let opening = position
        position += 1
        var run = position  // the first byte that is not yet in `decoded`
        var decoded: [UInt8] = []
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                let rest = bytes[run..<position]
                position += 1
                // Every byte was checked, so decoding repairs nothing.
                if decoded.isEmpty { return String(decoding: rest, as: UTF8.self) }
                decoded += rest
                return String(decoding: decoded, as: UTF8.self)
            case UInt8(ascii: "\\"):
                decoded += bytes[run..<position]
                decoded += String(Character(try parseEscape())).utf8
                run = position
            case 0..<0x20: throw unexpected("an escape sequence for a control character")
            case 0..<0x80: position += 1
            default: position += try checkedSequenceLength()
            }
        }
        throw error("the text ends in the string that begins at byte \(opening)")
    }

    private mutating func parseEscape() throws(JSON.SyntaxError) -> Unicode.Scalar {
        let start = position
        position += 1
        guard let byte = next else { throw unexpected("an escape sequence") }
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): break
        case UInt8(ascii: "b"): position += 1; return "\u{08}"
        case UInt8(ascii: "f"): position += 1; return "\u{0C}"
        case UInt8(ascii: "n"): position += 1; return "\n"
        case UInt8(ascii: "r"): position += 1; return "\r"
        case UInt8(ascii: "t"): position += 1; return "\t"
        case UInt8(ascii: "u"):
            position += 1
            let unit = try parseHexadecimal()
            if let scalar = Unicode.Scalar(unit) { return scalar }
            // A surrogate: the high one, and then the low one in an escape sequence of its own.
            guard unit < 0xDC00, skip(UInt8(ascii: "\\")), skip(UInt8(ascii: "u")) else {
                throw error("an unpaired surrogate", at: start)
            }
            let low = try parseHexadecimal()
            guard low >= 0xDC00 && low < 0xE000,
                let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
            else { throw error("an unpaired surrogate", at: start) }
            return scalar
        default: throw unexpected("an escape sequence")
        }
        position += 1
        return Unicode.Scalar(byte)
    }

    private mutating func parseHexadecimal() throws(JSON.SyntaxError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw unexpected("a hexadecimal digit")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    /// The length of the UTF-8 sequence at the position, whose first byte is not ASCII.
    ///
    /// The ranges are those of table 3-7 of the Unicode standard: they leave out overlong forms, surrogates and
    /// everything above U+10FFFF.
    private func checkedSequenceLength() throws(JSON.SyntaxError) -> Int {
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch bytes[position] {
        case 0xC2...0xDF: length = 2
        case 0xE0: length = 3; second = 0xA0...0xBF
        case 0xED: length = 3; second = 0x80...0x9F
        case 0xE1...0xEF: length = 3
        case 0xF0: length = 4; second = 0x90...0xBF
        case 0xF4: length = 4; second = 0x80...0x8F
        case 0xF1...0xF3: length = 4
        default: throw error("invalid UTF-8")
        }
        guard position + length <= bytes.count, second.contains(bytes[position + 1]) else { throw error("invalid UTF-8") }
        for i in 2..<max(length, 2) where bytes[position + i] & 0xC0 != 0x80 { throw error("invalid UTF-8") }
        return length
    }
}
