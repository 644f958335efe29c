#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Tensors as text, by PyTorch's rules.
enum TensorFormatter {
    /// One element, in the widest type of its kind: all statistics are taken in double precision.
    enum Element {
        case real(Double), integer(Int64), boolean(Bool)

        var real: Double {
            switch self {
            case .real(let value): value
            case .integer(let value): Double(value)
            case .boolean(let value): value ? 1 : 0
            }
        }
    }

    /// Digits after the point.
    static let precision = 4
    /// A tensor of more elements is summarised.
    static let threshold = 1000
    /// How many items a summary keeps at either end of a dimension.
    static let edgeItems = 3
    /// Where lines break.
    static let lineWidth = 80

    /// The text for a tensor.
    ///
    /// - Parameters:
    ///   - prefix: What stands before the parenthesis, such as "tensor".
    ///   - element: Reads by row-major flat index. Called once for each element that is printed, for no other.
    ///   - gradientFunction: The name of what made the tensor; printed instead of `requires_grad=True`.
    ///   - isParameter: Whether "Parameter containing:" stands on a line before the text.
    static func format(
        prefix: String, shape: [Int], dtype: DType, element: (Int) -> Element, requiresGrad: Bool,
        gradientFunction: String?, isParameter: Bool
    ) -> String {
        let opening = prefix + "("
        let indent = opening.unicodeScalars.count
        var suffixes: [String] = []
        let sizeSuffix = "size=(" + shape.map(String.init).joined(separator: ", ") + ")"

        let contents: String
        let count = elementCount(shape)
        if count == 0 {
            contents = "[]"
            if shape.count != 1 { suffixes.append(sizeSuffix) }
            // No element shows whether it is an integer or a bool.
            if dtype != .standard { suffixes.append("dtype=swiftnn.\(dtype)") }
        } else {
            if let count {
                let printer = Printer(shape: shape, summarizes: count > threshold, dtype: dtype, element: element)
                contents = printer.text(indent: indent)
            } else {
                // Without a count there is no flat index to read by.
                contents = "..."
                suffixes.append(sizeSuffix)
            }
            if dtype != .standard && dtype != .int64 && dtype != .bool { suffixes.append("dtype=swiftnn.\(dtype)") }
        }
        if let gradientFunction {
            suffixes.append("grad_fn=<\(gradientFunction)>")
        } else if requiresGrad {
            suffixes.append("requires_grad=True")
        }
        return (isParameter ? "Parameter containing:\n" : "") + append(suffixes, to: opening + contents, indent: indent)
    }

    /// Nil where the number of elements does not fit an `Int`, or a size is not known yet (negative).
    private static func elementCount(_ shape: [Int]) -> Int? {
        if shape.contains(where: { $0 < 0 }) { return nil }
        if shape.contains(0) { return 0 }
        var count = 1
        for size in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: size)
            if overflow { return nil }
            count = product
        }
        return count
    }

    private static func append(_ suffixes: [String], to text: String, indent: Int) -> String {
        var result = text
        // PyTorch counts two characters more than the last line has.
        let lastLine = text.unicodeScalars.reversed().prefix { $0 != "\n" }
        var lastLineLength = lastLine.count + 2
        for suffix in suffixes {
            let length = suffix.unicodeScalars.count
            if lastLineLength + length + 2 > lineWidth {
                result += ",\n" + String(repeating: " ", count: indent) + suffix
                lastLineLength = indent + length
            } else {
                result += ", " + suffix
                lastLineLength += length + 2
            }
        }
        return result + ")"
    }
}

// MARK: - Layout

/// Reads what is to be printed, fixes one format for all of it, and lays it out.
private struct Printer {
    private let shape: [Int]
    private let summarizes: Bool
    /// The elements to be printed, in the order in which they are.
    private var elements: [TensorFormatter.Element] = []
    private let format: NumberFormat

    init(shape: [Int], summarizes: Bool, dtype: DType, element: (Int) -> TensorFormatter.Element) {
        self.shape = shape
        self.summarizes = summarizes
        var elements: [TensorFormatter.Element] = []
        Printer.collect(shape[...], summarizes, base: 0, element, into: &elements)
        self.elements = elements
        format = NumberFormat(elements, isFloatingPoint: dtype.isFloatingPoint)
    }

    private static func isSummarized(_ size: Int, _ summarizes: Bool) -> Bool {
        summarizes && size > 2 * TensorFormatter.edgeItems
    }

    private static func collect(
        _ shape: ArraySlice<Int>, _ summarizes: Bool, base: Int, _ element: (Int) -> TensorFormatter.Element,
        into elements: inout [TensorFormatter.Element]
    ) {
        guard let size = shape.first else {
            elements.append(element(base))
            return
        }
        let inner = shape.dropFirst()
        let stride = inner.reduce(1, *)
        let edge = TensorFormatter.edgeItems
        if isSummarized(size, summarizes) {
            for i in 0..<edge { collect(inner, summarizes, base: base + i * stride, element, into: &elements) }
            for i in size - edge..<size { collect(inner, summarizes, base: base + i * stride, element, into: &elements) }
        } else {
            for i in 0..<size { collect(inner, summarizes, base: base + i * stride, element, into: &elements) }
        }
    }

    func text(indent: Int) -> String {
        var result = ""
        var cursor = 0
        write(dimension: 0, indent: indent, cursor: &cursor, to: &result)
        return result
    }

    private func write(dimension: Int, indent: Int, cursor: inout Int, to result: inout String) {
        if shape.isEmpty {
            result += format.text(elements[0])
            return
        }
        let isSummarized = Printer.isSummarized(shape[dimension], summarizes)
        let shown = isSummarized ? 2 * TensorFormatter.edgeItems : shape[dimension]
        if dimension == shape.count - 1 {
            var items: [String] = []
            for i in 0..<shown {
                if isSummarized && i == TensorFormatter.edgeItems { items.append(" ...") }
                items.append(format.text(elements[cursor]))
                cursor += 1
            }
            writeRow(items, indent: indent, to: &result)
            return
        }
        // As many line breaks as there are dimensions left within an item.
        let separator = "," + String(repeating: "\n", count: shape.count - dimension - 1)
            + String(repeating: " ", count: indent + 1)
        result += "["
        for i in 0..<shown {
            if i > 0 { result += separator }
            if isSummarized && i == TensorFormatter.edgeItems { result += "..." + separator }
            write(dimension: dimension + 1, indent: indent + 1, cursor: &cursor, to: &result)
        }
        result += "]"
    }

    private func writeRow(_ items: [String], indent: Int, to result: inout String) {
        // An indentation beyond the line width leaves one element to each line.
        let perLine = max(1, (TensorFormatter.lineWidth - indent) / (format.width + 2))
        let lineBreak = ",\n" + String(repeating: " ", count: indent + 1)
        result += "["
        for (i, item) in items.enumerated() {
            if i > 0 { result += i % perLine == 0 ? lineBreak : ", " }
            result += item
        }
        result += "]"
    }
}

// MARK: - Numbers

/// How the numbers of one tensor are written, so that their columns line up.
private struct NumberFormat {
    private enum Style {
        case plain  // integers and booleans
        case wholeNumber  // floating point without a fractional part: "1."
        case fixedPoint
        case scientific
    }

    private let style: Style
    /// What shorter texts are padded to. Zeros, infinities and NaN do not count and may be longer.
    let width: Int

    init(_ elements: [TensorFormatter.Element], isFloatingPoint: Bool) {
        if !isFloatingPoint {
            style = .plain
            width = elements.reduce(1) { max($0, NumberFormat.text($1, .plain).utf8.count) }
            return
        }
        let values = elements.map(\.real).filter { $0.isFinite && $0 != 0 }
        guard var smallest = values.first.map(abs), var largest = values.first.map(abs) else {
            style = .wholeNumber
            width = 1
            return
        }
        var isWhole = true
        for value in values {
            smallest = min(smallest, abs(value))
            largest = max(largest, abs(value))
            isWhole = isWhole && value == value.rounded(.up)
        }
        let style: Style =
            largest / smallest > 1000 || largest > 1e8 || smallest < 1e-4
            ? .scientific : (isWhole ? .wholeNumber : .fixedPoint)
        self.style = style
        width = values.reduce(1) { max($0, NumberFormat.text(.real($1), style).utf8.count) }
    }

    func text(_ element: TensorFormatter.Element) -> String {
        let text = NumberFormat.text(element, style)
        return String(repeating: " ", count: max(0, width - text.utf8.count)) + text
    }

    private static func text(_ element: TensorFormatter.Element, _ style: Style) -> String {
        if style == .plain {
            switch element {
            case .real(let value): return value.description
            case .integer(let value): return String(value)
            case .boolean(let value): return value ? "True" : "False"
            }
        }
        let value = element.real
        // C gives the sign of a NaN away.
        if value.isNaN { return "nan" }
        if value.isInfinite { return value < 0 ? "-inf" : "inf" }
        switch style {
        case .scientific: return print(value, "%.*e", precision: TensorFormatter.precision)
        case .fixedPoint: return print(value, "%.*f", precision: TensorFormatter.precision)
        case .wholeNumber, .plain: return print(value, "%.*f", precision: 0) + "."
        }
    }

    /// printf of a finite number, as in the C locale.
    private static func print(_ value: Double, _ format: String, precision: Int) -> String {
        // The longest double has 309 digits before the point.
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 384) { buffer in
            let length = withVaList([Int32(precision), value]) { vsnprintf(buffer.baseAddress, buffer.count, format, $0) }
            var text: [UInt8] = []
            for i in 0..<min(max(Int(length), 0), buffer.count - 1) {
                let byte = UInt8(bitPattern: buffer[i])
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "e"):
                    text.append(byte)
                default:
                    // The decimal point of the process's locale, which may take several bytes.
                    if text.last != UInt8(ascii: ".") { text.append(UInt8(ascii: ".")) }
                }
            }
            return String(decoding: text, as: UTF8.self)
        }
    }
}
