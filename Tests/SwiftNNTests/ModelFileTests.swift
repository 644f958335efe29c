import Foundation
import Testing

@testable import SwiftNN

extension CoreTests {
    @Suite("Model files") struct ModelFileTests {}
}

private final class Custom: Module {
    let layer: Linear
    override init() throws(TensorError) {
        layer = try Linear(2, 2)
        try super.init()
    }
    override func forward(_ input: Tensor) throws(TensorError) -> Tensor { try layer(input) }
}

extension CoreTests.ModelFileTests {
    /// Every built-in block, in a tree.
    static func everything() throws -> Sequential {
        Sequential(
            Flatten(), try Linear(6, 5), ReLU(inPlace: true), Sequential(try Dropout(0.25), Tanh()),
            try Linear(5, 4, bias: false), Sigmoid(), Identity(), try Dense(3, activation: .relu), try LazyLinear(2))
    }

    @Test("A tree of built-in blocks comes back with its structure and its bits")
    func roundTrip() throws {
        try withTemporaryFolder { folder in
            let net = try Self.everything()
            let x = try Tensor.rand([4, 2, 3])
            _ = try net(x)
            try net.eval()
            let path = folder + "/net.safetensors"
            try net.save(to: path)
            let loaded = try Module.load(from: path)
            #expect(loaded.isTraining)
            try loaded.eval()
            #expect(loaded.description == net.description)
            try expectSameBits(loaded(x), net(x))
            #expect(try loaded.namedParameters().map(\.name) == net.namedParameters().map(\.name))
            for (a, b) in zip(try loaded.state(), try net.state()) { try expectSameBits(a.tensor, b.tensor, a.name) }
            #expect(try loaded.parameters().allSatisfy { $0.requiresGrad && $0.isLeaf && $0.isParameter })
            // And once more, to the byte.
            let again = folder + "/again.safetensors"
            try loaded.save(to: again)
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data(contentsOf: URL(fileURLWithPath: again)))
        }
    }

    @Test("float64 and single blocks")
    func dtypes() throws {
        try withTemporaryFolder { folder in
            for (index, net) in try [Linear(3, 2, dtype: .float64), Dense(2, inUnits: 3, dtype: .float64), Linear(3, 2, bias: false), ReLU(), Sequential()].enumerated() {
                let path = folder + "/\(index).safetensors"
                try net.save(to: path)
                let loaded = try Module.load(from: path)
                #expect(loaded.typeName == net.typeName && loaded.description == net.description)
                for (a, b) in zip(try loaded.state(), try net.state()) { try expectSameBits(a.tensor, b.tensor, a.name) }
            }
        }
    }

    @Test("Shared parameters are written once, and are shared again")
    func shared() throws {
        try withTemporaryFolder { folder in
            let layer = try Linear(3, 3)
            let net = Sequential(layer, ReLU(), layer, try Linear(3, 3))
            (net.blocks[3] as? Linear)?.bias = layer.bias
            let path = folder + "/shared.safetensors"
            try net.save(to: path)
            #expect(try TensorFile(path: path).names.sorted() == ["0.bias", "0.weight", "3.weight"])
            let loaded = try Module.load(from: path)
            #expect(try loaded.namedParameters().map(\.name) == net.namedParameters().map(\.name))
            let state = try loaded.state()
            #expect(state.map(\.name) == ["0.weight", "0.bias", "2.weight", "2.bias", "3.weight", "3.bias"])
            #expect(state[0].tensor === state[2].tensor && state[1].tensor === state[3].tensor && state[1].tensor === state[5].tensor)
            let x = try Tensor.rand([2, 3])
            try expectSameBits(loaded(x), net(x))
        }
    }

    @Test("The tensors can be read without the structure, and the other way round is an error")
    func tensorsAlone() throws {
        try withTemporaryFolder { folder in
            let net = Sequential(try Linear(2, 3), ReLU())
            let path = folder + "/net.safetensors"
            try net.save(to: path)
            let file = try TensorFile(path: path)
            #expect(file.names.sorted() == ["0.bias", "0.weight"])
            #expect(file.metadata.map(\.key).sorted() == ["swiftnn.format", "swiftnn.structure"])
            try expectSameBits(file.tensor("0.weight"), (net.blocks[0] as! Linear).weight)
            let other = Sequential(try Linear(2, 3), ReLU())
            try other.load(file.tensors())
            let x = try Tensor.rand([2, 2])
            try expectSameBits(other(x), net(x))
            expectError(.key, ["none"]) { _ = try file.tensor("none") }
            let bare = folder + "/bare.safetensors"
            try TensorFile.write(
                [("turned", Tensor([[1, 2], [3, 4]]).transposed()), ("none", Tensor.zeros([0, 3]))], metadata: [("key", "Wert ü")], to: bare)
            let read = try TensorFile(path: bare)
            try expectTensor(read.tensor("turned"), [2, 2], [1, 3, 2, 4], dtype: .int64)
            #expect(try read.tensor("none").shape == [0, 3] && read.metadata.first?.value == "Wert ü")
            expectError(.value, ["bare.safetensors", "no network structure"]) { _ = try Module.load(from: bare) }
        }
    }

    @Test("What cannot be saved says where it stands")
    func notSaved() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/net.safetensors"
            expectError(.unsupported, ["save", "the block", "Custom"]) { try Custom().save(to: path) }
            expectError(.unsupported, ["block '1.0'", "Custom"]) { try Sequential(ReLU(), Sequential(try Custom())).save(to: path) }
            expectError(.runtime, ["save", "not initialised"]) { try Sequential(try LazyLinear(3)).save(to: path) }
            #expect(!FileManager.default.fileExists(atPath: path))
            expectError(.io, []) { try ReLU().save(to: folder + "/no/such/folder") }
            expectError(.io, []) { _ = try Module.load(from: path) }
            var deep: Module = ReLU()
            for _ in 0..<150 { deep = Sequential(deep) }
            expectError(.value, ["nested"]) { try deep.save(to: path) }
        }
    }

    struct Damage: Sendable, CustomTestStringConvertible {
        let structure: String
        var shared: String? = nil
        var format = "1"
        let code: TensorError.Code
        let parts: [String]
        var testDescription: String { structure + (shared ?? "") + format }
    }

    static let damages: [Damage] = [
        Damage(structure: "", code: .value, parts: ["load"]),
        Damage(structure: "{", code: .value, parts: ["load"]),
        Damage(structure: "[]", code: .value, parts: ["malformed", "type"]),
        Damage(structure: "{}", code: .value, parts: ["malformed", "type"]),
        Damage(structure: #"{"type": 3}"#, code: .value, parts: ["malformed"]),
        Damage(structure: #"{"type": "Conv9d"}"#, code: .key, parts: ["Conv9d"]),
        Damage(structure: #"{"type": "Linear"}"#, code: .type, parts: ["Linear", "in_features"]),
        Damage(structure: #"{"type": "Linear", "arguments": {"in_features": "2", "out_features": 1}}"#, code: .type, parts: ["in_features", "integer"]),
        Damage(structure: #"{"type": "Linear", "arguments": {"in_features": 2.5, "out_features": 1}}"#, code: .type, parts: ["in_features", "integer"]),
        Damage(structure: #"{"type": "Linear", "arguments": {"in_features": -2, "out_features": 1}}"#, code: .runtime, parts: ["Linear", "negative"]),
        Damage(structure: #"{"type": "Linear", "arguments": {"in_features": 9223372036854775807, "out_features": 9223372036854775807}}"#, code: .memory, parts: ["Linear"]),
        Damage(structure: #"{"type": "Linear", "arguments": {"in_features": 2, "out_features": 1, "colour": 1}}"#, code: .type, parts: ["colour"]),
        Damage(structure: #"{"type": "Linear", "arguments": {"in_features": 2, "out_features": 1, "dtype": {"dtype": "int64"}}}"#, code: .type, parts: ["Linear", "int64"]),
        Damage(structure: #"{"type": "Linear", "arguments": {"in_features": 2, "out_features": 1, "dtype": {"dtype": "float9"}}}"#, code: .value, parts: ["dtype"]),
        Damage(structure: #"{"type": "Linear", "arguments": {"in_features": 2, "out_features": 1, "bias": [1.5]}}"#, code: .type, parts: ["bias"]),
        Damage(structure: #"{"type": "Linear", "arguments": {"in_features": 2, "out_features": 1, "bias": ["x"]}}"#, code: .value, parts: ["bias"]),
        Damage(structure: #"{"type": "Dense", "arguments": {"units": 1, "activation": "cube"}}"#, code: .value, parts: ["Dense", "cube"]),
        Damage(structure: #"{"type": "Dropout", "arguments": {"p": 1.5}}"#, code: .value, parts: ["Dropout", "1.5"]),
        Damage(structure: #"{"type": "ReLU", "children": [{"name": "0", "block": {"type": "ReLU"}}]}"#, code: .value, parts: ["ReLU", "children"]),
        Damage(structure: #"{"type": "Sequential", "children": [{"block": {"type": "ReLU"}}]}"#, code: .value, parts: ["child"]),
        Damage(structure: #"{"type": "Sequential", "children": [{"name": "0"}]}"#, code: .value, parts: ["child"]),
        Damage(structure: #"{"type": "Sequential", "children": [7]}"#, code: .value, parts: ["child"]),
        // The structure is sound, and the tensors do not fit it.
        Damage(structure: #"{"type": "Sequential"}"#, code: .key, parts: ["unexpected: bias", "unexpected: weight"]),
        Damage(structure: #"{"type": "Linear", "arguments": {"in_features": 3, "out_features": 1}}"#, code: .key, parts: ["weight: shape [1, 2] given, [1, 3] expected"]),
        Damage(structure: good, shared: "3", code: .value, parts: ["swiftnn.shared"]),
        Damage(structure: good, shared: #"{"weight": 3}"#, code: .value, parts: ["malformed"]),
        Damage(structure: good, shared: #"{"weight": "other"}"#, code: .value, parts: ["other"]),
        Damage(structure: good, shared: #"{"other": "weight"}"#, code: .value, parts: ["other"]),
        Damage(structure: good, format: "2", code: .unsupported, parts: ["format 2"]),
    ]

    static let good = #"{"type": "Linear", "arguments": {"in_features": 2, "out_features": 1}}"#

    @Test("A damaged structure is an error", arguments: damages)
    func damaged(_ row: Damage) throws {
        try withTemporaryFolder { folder in
            let path = folder + "/net.safetensors"
            var metadata = [(key: "swiftnn.format", value: row.format), (key: "swiftnn.structure", value: row.structure)]
            if let shared = row.shared { metadata.append((key: "swiftnn.shared", value: shared)) }
            try TensorFile.write([("weight", Tensor.ones([1, 2])), ("bias", Tensor.ones([1]))], metadata: metadata, to: path)
            expectError(row.code, row.parts, row.structure) { _ = try Module.load(from: path) }
        }
    }

    @Test("The undamaged structure is none, and deep ones end")
    func undamaged() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/net.safetensors"
            try TensorFile.write(
                [("weight", Tensor.ones([1, 2])), ("bias", Tensor.ones([1]))], metadata: [("swiftnn.structure", Self.good)], to: path)
            try expectTensor(Module.load(from: path)(Tensor.ones([1, 2])), [1, 1], [3])
            let depth = 5000
            let nested = String(repeating: #"{"type": "Sequential", "children": [{"name": "0", "block": "#, count: depth)
                + #"{"type": "ReLU"}"# + String(repeating: "}]}", count: depth)
            try TensorFile.write([], metadata: [("swiftnn.structure", nested)], to: path)
            expectError(.value, ["nest"]) { _ = try Module.load(from: path) }
        }
    }
}
