import Foundation

@testable import SwiftNN

/// Tests/Goldens/optimizers.json: what PyTorch's optimisers and schedules do, step by step.
struct OptimizerGoldens: Decodable {
    /// A setting of PyTorch's.
    enum Value: Decodable, Sendable {
        case number(Double), flag(Bool), text(String), list([Value]), table([String: Value]), none

        init(from decoder: any Decoder) throws {
            let box = try decoder.singleValueContainer()
            if box.decodeNil() {
                self = .none
            } else if let flag = try? box.decode(Bool.self) {
                self = .flag(flag)
            } else if let number = try? box.decode(Double.self) {
                self = .number(number)
            } else if let text = try? box.decode(String.self) {
                self = .text(text)
            } else if let list = try? box.decode([Value].self) {
                self = .list(list)
            } else {
                self = .table(try box.decode([String: Value].self))
            }
        }

        var number: Double? { if case .number(let number) = self { number } else { nil } }
        var flag: Bool? { if case .flag(let flag) = self { flag } else { nil } }
        var text: String? { if case .text(let text) = self { text } else { nil } }
        var list: [Value]? { if case .list(let list) = self { list } else { nil } }
        var pair: (Double, Double)? {
            guard let list, list.count == 2, let a = list[0].number, let b = list[1].number else { return nil }
            return (a, b)
        }
    }

    struct Step: Decodable, Sendable {
        let optimizer: String, settings: [String: Value], dtype: String, parameters: [Int], after: [[[Double]]]
        let state: [[String: State]]
    }

    struct State: Decodable, Sendable {
        let shape: [Int], values: [Double]
    }

    struct Minimum: Decodable, Sendable {
        let settings: [String: Value], losses: [Double], points: [[Double]]
    }

    struct Schedule: Decodable, Sendable {
        let schedule: String, arguments: [String: Value], optimizer: String, rates: [[Double]], momenta: [[Double]]?
    }

    let shapes: [[Int]], start: [[Double]], gradients: [[[Double]]], missing: [[Int]], kept: [Int], metrics: [Double]
    let optimizers: [Step], lbfgs: [Minimum], schedules: [Schedule]

    static let all: OptimizerGoldens? = try? JSONDecoder().decode(OptimizerGoldens.self, from: goldenFile("optimizers.json"))
}
