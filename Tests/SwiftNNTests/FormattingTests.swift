import Foundation
import Testing

@testable import SwiftNN

/// The golden values of Tests/Goldens/make_formatting.py.
private struct Goldens: Decodable, Sendable {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let prefix: String
        let shape: [Int]
        let dtype: String
        let values: [String]
        let step: String
        let requiresGrad: Bool
        let gradientFunction: String?
        let isParameter: Bool
        let text: String

        var testDescription: String { name }

        /// Element i is values[i % values.count] + i * step, rounded to the dtype.
        func element(_ i: Int) throws -> TensorFormatter.Element {
            let text = values[i % values.count]
            switch dtype {
            case "bool": return .boolean(text == "1")
            case "float32", "float64":
                let value = try #require(Double(text)), step = try #require(Double(step))
                let sum = step == 0 ? value : value + Double(i) * step
                return .real(dtype == "float32" ? Double(Float(sum)) : sum)
            default:
                let value = try #require(Int64(text)), step = try #require(Int64(step))
                return .integer(value + Int64(i) * step)
            }
        }
    }

    let torch: String
    let cases: [Case]

    static func load() throws -> Goldens {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = tests.appendingPathComponent("Goldens").appendingPathComponent("formatting.json")
        return try JSONDecoder().decode(Goldens.self, from: Data(contentsOf: file))
    }

    /// Empty if the file cannot be read, which `goldensAreThere` then reports.
    static let cases: [Case] = (try? load().cases) ?? []
}

private func format(_ shape: [Int], _ dtype: DType, _ element: (Int) -> TensorFormatter.Element) -> String {
    TensorFormatter.format(
        prefix: "tensor", shape: shape, dtype: dtype, element: element, requiresGrad: false, gradientFunction: nil,
        isParameter: false)
}

/// How many elements PyTorch's rules print.
private func printedCount(_ shape: [Int]) -> Int {
    let count = shape.reduce(1, *)
    return count <= 1000 ? count : shape.reduce(1) { $0 * ($1 > 6 ? 6 : $1) }
}

@Suite("Tensors as text") struct FormattingTests {
    @Test func goldensAreThere() throws {
        #expect(try Goldens.load().cases.count >= 150)
    }

    @Test("as PyTorch prints them", arguments: Goldens.cases)
    private func matchesPyTorch(_ golden: Goldens.Case) throws {
        let dtype = try #require(DType.allCases.first { $0.description == golden.dtype })
        var read: [Int] = []
        var failure: (any Error)?
        let text = TensorFormatter.format(
            prefix: golden.prefix, shape: golden.shape, dtype: dtype,
            element: { i in
                read.append(i)
                do { return try golden.element(i) } catch {
                    failure = error
                    return .real(.nan)
                }
            },
            requiresGrad: golden.requiresGrad, gradientFunction: golden.gradientFunction,
            isParameter: golden.isParameter)
        if let failure { throw failure }
        #expect(text == golden.text)
        #expect(read.count == printedCount(golden.shape), "elements that are not printed were read")
        #expect(read == Array(Set(read)).sorted(), "an element was read twice or out of order")
    }

    @Test func numbersDoNotDependOnTheLocale() throws {
        let names = ["de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "ps_AF.UTF-8", "ps_AF", "C"]
        for name in names {
            // For this thread alone: other tests run at the same time. Not every machine has every locale.
            guard let locale = newlocale(LC_NUMERIC_MASK, name, nil) else { continue }
            let previous = uselocale(locale)
            defer {
                uselocale(previous)
                freelocale(locale)
            }
            #expect(format([2], .float32) { .real($0 == 0 ? 0.5 : -1.25) } == "tensor([ 0.5000, -1.2500])")
            #expect(format([2], .float64) { .real($0 == 0 ? 1e-9 : 2) }
                == "tensor([1.0000e-09, 2.0000e+00], dtype=swiftnn.float64)")
        }
    }

    @Test func signOfNaNIsNotPrinted() {
        #expect(format([2], .float32) { .real($0 == 0 ? -Double.nan : 0.5) } == "tensor([   nan, 0.5000])")
    }

    @Test func elementsOfAnotherKindArePrinted() {
        #expect(format([2], .float32) { $0 == 0 ? .integer(3) : .boolean(true) } == "tensor([3., 1.])")
        #expect(format([2], .int64) { $0 == 0 ? .real(.infinity) : .real(0.5) } == "tensor([inf, 0.5])")
    }

    @Test func moreElementsThanCanBeCounted() {
        let text = format([1 << 40, 1 << 40], .float64) { _ in
            Issue.record("an element was read")
            return .real(0)
        }
        #expect(text == "tensor(..., size=(1099511627776, 1099511627776), dtype=swiftnn.float64)")
        #expect(format([1 << 40, 1 << 40, 0], .float32) { _ in .real(0) }
            == "tensor([], size=(1099511627776, 1099511627776, 0))")
    }

    @Test func sizesThatAreNotKnown() {
        #expect(format([3, -1], .float32) { _ in .real(0) } == "tensor(..., size=(3, -1))")
    }

    @Test func largestCountReadsOnlyItsEdges() {
        let last = Int.max - 1
        let text = format([Int.max], .int64) { .integer(Int64($0)) }
        #expect(text.hasPrefix("tensor([                  0,"))
        #expect(text.contains("..."))
        #expect(text.hasSuffix("\(last)])"))
    }
}
