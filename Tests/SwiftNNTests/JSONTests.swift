import Testing

@testable import SwiftNN

private func parse(_ bytes: [UInt8], maximumValues: Int = .max) -> Result<JSON, JSON.SyntaxError> {
    bytes.withUnsafeBufferPointer { buffer in
        do throws(JSON.SyntaxError) {
            return .success(try JSON.parse(buffer, maximumValues: maximumValues))
        } catch {
            return .failure(error)
        }
    }
}

private func parse(_ text: String) -> Result<JSON, JSON.SyntaxError> { parse(Array(text.utf8)) }

private func nested(_ depth: Int) -> JSON {
    var value = JSON.integer(1)
    for i in 0..<depth { value = i % 2 == 0 ? .array([value]) : .object([("k", value)]) }
    return value
}

@Suite struct JSONTests {
    struct Valid: Sendable, CustomTestStringConvertible {
        let text: String
        let value: JSON
        /// How the value is written; nil for the text itself.
        var written: String?

        init(_ text: String, _ value: JSON, _ written: String? = nil) {
            self.text = text
            self.value = value
            self.written = written
        }

        var testDescription: String { text }
    }

    static let valid: [Valid] = [
        Valid("null", .null),
        Valid("true", .bool(true)),
        Valid(" \t\r\nfalse \n", .bool(false), "false"),
        Valid("0", .integer(0)),
        Valid("-0", .integer(0), "0"),
        Valid("-17", .integer(-17)),
        Valid("9223372036854775807", .integer(.max)),
        Valid("-9223372036854775808", .integer(.min)),
        Valid("9223372036854775808", .number(0x1p63), "9.223372036854776e+18"),
        Valid("1.0", .number(1)),
        Valid("-0.0", .number(-0.0)),
        Valid("0.1", .number(0.1)),
        Valid("1e2", .number(100), "100.0"),
        Valid("1E+2", .number(100), "100.0"),
        Valid("12.5e-1", .number(1.25), "1.25"),
        Valid("1e-400", .number(0), "0.0"),
        Valid("5e-324", .number(.leastNonzeroMagnitude)),
        Valid("1.7976931348623157e+308", .number(.greatestFiniteMagnitude)),
        Valid("1" + String(repeating: "0", count: 300), .number(1e300), "1e+300"),
        Valid(#""""#, .string("")),
        Valid(#""a b""#, .string("a b")),
        Valid(#""\"\\\/\b\f\n\r\t""#, .string("\"\\/\u{08}\u{0C}\n\r\t"), #""\"\\/\b\f\n\r\t""#),
        Valid(#""\u0000\u001f\u001F""#, .string("\u{00}\u{1F}\u{1F}"), #""\u0000\u001f\u001f""#),
        Valid(#""\u00e9\u20AC""#, .string("é€"), "\"é€\""),
        Valid(#""\uD83D\ude00x""#, .string("😀x"), "\"😀x\""),
        Valid(#""\uFFFF""#, .string("\u{FFFF}"), "\"\u{FFFF}\""),
        Valid("\"é€😀\u{7F}\u{10FFFF}\"", .string("é€😀\u{7F}\u{10FFFF}")),
        Valid("[]", .array([])),
        Valid("[ ]", .array([]), "[]"),
        Valid("[1, [2 ] ,\"x\"]", .array([.integer(1), .array([.integer(2)]), .string("x")]), #"[1,[2],"x"]"#),
        Valid("{}", .object([])),
        Valid("{ }", .object([]), "{}"),
        Valid(#"{"b" : 1 , "a":{"b":null}}"#,
            .object([("b", .integer(1)), ("a", .object([("b", .null)]))]), #"{"b":1,"a":{"b":null}}"#),
        Valid(#"{"":0}"#, .object([("", .integer(0))])),
    ]

    @Test(arguments: valid) func parsesAndWrites(_ row: Valid) throws {
        #expect(try parse(row.text).get() == row.value)
        let written = try row.value.text(operation: "test")
        #expect(written == row.written ?? row.text)
        #expect(try JSON.parse(written, operation: "test") == row.value)
    }

    struct Invalid: Sendable, CustomTestStringConvertible {
        let bytes: [UInt8]
        let position: Int
        let message: String

        init(_ text: String, _ position: Int, _ message: String) {
            self.init(Array(text.utf8), position, message)
        }

        init(_ bytes: [UInt8], _ position: Int, _ message: String) {
            self.bytes = bytes
            self.position = position
            self.message = message
        }

        var testDescription: String { String(decoding: bytes.prefix(40), as: UTF8.self) }
    }

    static let invalid: [Invalid] = [
        Invalid("", 0, "ends where a value"),
        Invalid("  ", 2, "ends where a value"),
        Invalid("\u{FEFF}1", 0, "byte 0xEF"),
        Invalid("nul", 0, "not 'null'"),
        Invalid("nulL", 0, "not 'null'"),
        Invalid("True", 0, "'T' where a value"),
        Invalid("nullx", 4, "'x' where the end"),
        Invalid("1 2", 2, "the end of the text"),
        Invalid("{} \u{0}", 3, "byte 0x00"),
        Invalid("NaN", 0, "'N'"),
        Invalid("Infinity", 0, "'I'"),
        Invalid("-", 1, "ends where a digit"),
        Invalid("-Infinity", 1, "'I' where a digit"),
        Invalid("+1", 0, "'+'"),
        Invalid(".5", 0, "'.'"),
        Invalid("1.", 2, "a digit"),
        Invalid("1.e3", 2, "a digit"),
        Invalid("1e", 2, "a digit"),
        Invalid("1e+-2", 3, "a digit"),
        Invalid("[01]", 1, "leading zero"),
        Invalid("-00", 0, "leading zero"),
        Invalid("0x10", 1, "'x'"),
        Invalid("1e400", 0, "range of double"),
        Invalid("-" + String(repeating: "9", count: 400), 0, "range of double"),
        Invalid("[1,]", 3, "']' where a value"),
        Invalid("[,1]", 1, "a value"),
        Invalid("[1 2]", 3, "',' or ']'"),
        Invalid("[1", 2, "ends where ',' or ']'"),
        Invalid("[1}", 2, "',' or ']'"),
        Invalid("[", 1, "ends where a value"),
        Invalid("]", 0, "a value"),
        Invalid("{", 1, "a key in quotes"),
        Invalid("{a:1}", 1, "a key in quotes"),
        Invalid("{'a':1}", 1, "a key in quotes"),
        Invalid("{1:1}", 1, "a key in quotes"),
        Invalid(#"{"a" 1}"#, 5, "':'"),
        Invalid(#"{"a":}"#, 5, "a value"),
        Invalid(#"{"a":1,}"#, 7, "a key in quotes"),
        Invalid(#"{"a":1 "b":2}"#, 7, "',' or '}'"),
        Invalid(#"{"a":1"#, 6, "',' or '}'"),
        Invalid(#"{"a":1,"b":2,"a":3}"#, 13, #"duplicate key "a""#),
        Invalid(#"{"a":1,"\u0061":3}"#, 7, #"duplicate key "a""#),
        Invalid("{\"\u{E9}\":1,\"e\u{301}\":3}", 8, "duplicate key"),
        Invalid("// x\n1", 0, "'/'"),
        Invalid("\"abc", 4, "the string that begins at byte 0"),
        Invalid("[\"abc\\\"]", 8, "the string that begins at byte 1"),
        Invalid("\"a\nb\"", 2, "byte 0x0A where an escape"),
        Invalid("\"\u{0}\"", 1, "byte 0x00 where an escape"),
        Invalid(#""\x41""#, 2, "'x' where an escape"),
        Invalid(#""\"#, 2, "ends where an escape"),
        Invalid(#""\u12"#, 5, "a hexadecimal digit"),
        Invalid(#""\u12g4""#, 5, "'g' where a hexadecimal"),
        Invalid(#""\u+123""#, 3, "a hexadecimal digit"),
        Invalid(#""\uD800""#, 1, "unpaired surrogate"),
        Invalid(#""x\uDC00""#, 2, "unpaired surrogate"),
        Invalid(#""\uD800\n""#, 1, "unpaired surrogate"),
        Invalid(#""\uD800\u0041""#, 1, "unpaired surrogate"),
        Invalid(#""\uD800\uD800""#, 1, "unpaired surrogate"),
        Invalid(#""\uDE00\uD83D""#, 1, "unpaired surrogate"),
        Invalid([0x22, 0x80, 0x22], 1, "invalid UTF-8"),
        Invalid([0x22, 0x41, 0xFF, 0x22], 2, "invalid UTF-8"),
        Invalid([0x22, 0xC0, 0x80, 0x22], 1, "invalid UTF-8"),
        Invalid([0x22, 0xC1, 0xBF, 0x22], 1, "invalid UTF-8"),
        Invalid([0x22, 0xC3, 0x22, 0x22], 1, "invalid UTF-8"),
        Invalid([0x22, 0xC3], 1, "invalid UTF-8"),
        Invalid([0x22, 0xE0, 0x9F, 0xBF, 0x22], 1, "invalid UTF-8"),
        Invalid([0x22, 0xED, 0xA0, 0x80, 0x22], 1, "invalid UTF-8"),
        Invalid([0x22, 0xE2, 0x82, 0x22, 0x22], 1, "invalid UTF-8"),
        Invalid([0x22, 0xE2, 0x82], 1, "invalid UTF-8"),
        Invalid([0x22, 0xF0, 0x8F, 0xBF, 0xBF, 0x22], 1, "invalid UTF-8"),
        Invalid([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], 1, "invalid UTF-8"),
        Invalid([0x22, 0xF5, 0x80, 0x80, 0x80, 0x22], 1, "invalid UTF-8"),
        Invalid([0x22, 0xF0, 0x9F, 0x98, 0x41, 0x22], 1, "invalid UTF-8"),
        Invalid(String(repeating: "[", count: 1_000_000), 128, "more than 128 levels"),
        Invalid(String(repeating: #"{"a":"#, count: 200), 5 * 128, "more than 128 levels"),
    ]

    @Test(arguments: invalid) func rejects(_ row: Invalid) {
        guard case .failure(let error) = parse(row.bytes) else {
            Issue.record("accepted")
            return
        }
        #expect(error.position == row.position)
        #expect(error.message.contains(row.message), "\(error)")
    }

    @Test func everyPrefixOfATextIsAnError() throws {
        let text = Array(#"{"a":[1.5e-3,-2,true,null,"é\u00e9\uD83D\uDE00\n😀"],"b":{"c":false}}"#.utf8)
        _ = try parse(text).get()
        for length in 0..<text.count {
            guard case .failure(let error) = parse(Array(text[..<length])) else {
                Issue.record("accepted the first \(length) bytes")
                continue
            }
            #expect(error.position <= length)
        }
    }

    /// Whatever a byte is changed to, the parser returns, and what it accepts reads back.
    @Test func changedBytes() throws {
        let text = Array(#"{"a":[1.5e-3,-2,true,null,"é\u00e9\uD83D\uDE00\n😀"],"b":{"c":false}}"#.utf8)
        for i in text.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = text
                changed[i] = byte
                guard case .success(let value) = parse(changed) else { continue }
                #expect(try JSON.parse(value.text(operation: "test"), operation: "test") == value)
            }
        }
    }

    @Test func depthLimit() throws {
        let deepest = nested(JSON.maximumDepth)
        let text = try deepest.text(operation: "test")
        #expect(try JSON.parse(text, operation: "test") == deepest)
        #expect(throws: TensorError.self) { try nested(JSON.maximumDepth + 1).text(operation: "test") }
    }

    @Test func valueLimit() throws {
        let text = Array("[1,[2,3],4]".utf8)
        #expect(throws: Never.self) { try parse(text, maximumValues: 6).get() }
        guard case .failure(let error) = parse(text, maximumValues: 5) else {
            Issue.record("accepted")
            return
        }
        #expect(error.description == "more than 5 values at byte 9")
    }

    @Test func doublesReadBackAsTheSameBits() throws {
        var bits: UInt64 = 0x9E37_79B9_7F4A_7C15
        for _ in 0..<20_000 {
            bits = bits &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let value = Double(bitPattern: bits)
            guard value.isFinite else { continue }
            let text = try JSON.number(value).text(operation: "test")
            guard case .number(let read) = try JSON.parse(text, operation: "test") else {
                Issue.record("\(text) is not a number")
                continue
            }
            #expect(read.bitPattern == bits, "\(text)")
        }
    }

    @Test(arguments: [
        JSON.number(.nan), .number(.infinity), .array([.number(-.infinity)]), .object([("a", .null), ("a", .null)]),
    ])
    func cannotBeWritten(_ value: JSON) {
        #expect(throws: TensorError.self) { try value.text(operation: "test") }
    }

    @Test func errorsOfStringsNameTheOperation() throws {
        let error = #expect(throws: TensorError.self) { try JSON.parse("[1,", operation: "load") }
        #expect(error?.description == "load: invalid JSON: the text ends where a value was expected at byte 3")
    }

    @Test func membersByKey() {
        let value = JSON.object([("a", .integer(1)), ("b", .null)])
        #expect(value["b"] == .null)
        #expect(value["c"] == nil)
        #expect(JSON.array([])["a"] == nil)
        #expect(value != .object([("b", .null), ("a", .integer(1))]))
        #expect(JSON.integer(1) != .number(1))
    }
}
