import Foundation
import Testing

@testable import SwiftNN

/// A folder of its own for a test, removed with it.
private final class Folder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("swiftnn-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String = "x.safetensors") -> String { path + "/" + name }

    func write(_ bytes: [UInt8], _ name: String = "x.safetensors") throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
        return file(name)
    }

    var names: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() } }
}

private func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }

private func bytes<T: BitwiseCopyable>(of values: [T]) -> [UInt8] { values.withUnsafeBytes { Array($0) } }

private func file(header: String, data: [UInt8]) -> [UInt8] {
    bytes(of: [UInt64(header.utf8.count).littleEndian]) + header.utf8 + data
}

private func file(header: String, dataLength: Int) -> [UInt8] {
    file(header: header, data: [UInt8](repeating: 1, count: dataLength))
}

private struct Item {
    var name: String
    var dtype: DType
    var shape: [Int]
    var bytes: [UInt8]
}

private func write(_ items: [Item], _ metadata: [(key: String, value: String)] = [], to path: String) throws {
    var buffers: [UnsafeMutableRawBufferPointer] = []
    defer { buffers.forEach { $0.deallocate() } }
    for item in items {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: item.bytes.count, alignment: 8)
        buffer.copyBytes(from: item.bytes)
        buffers.append(buffer)
    }
    try SafetensorsWriter.write(
        path: path,
        entries: zip(items, buffers).map { ($0.name, $0.dtype, $0.shape, UnsafeRawBufferPointer($1)) },
        metadata: metadata)
}

private func read(_ entry: SafetensorsEntry, of file: SafetensorsFile) throws -> [UInt8] {
    var result = [UInt8](repeating: 0xAA, count: entry.bytes.count + 1)
    try result.withUnsafeMutableBytes { try file.copyBytes(of: entry, to: $0.baseAddress!) }
    #expect(result.last == 0xAA, "written beyond the tensor")
    return result.dropLast()
}

private func opening(_ path: String) -> String {
    do throws(TensorError) {
        _ = try SafetensorsFile(path: path)
        return "opened"
    } catch {
        #expect(error.code == .io)
        #expect(error.description.hasPrefix("load: \(path): "))
        return error.description
    }
}

private let items = [
    Item(name: "weight", dtype: .float32, shape: [2, 3], bytes: bytes(of: [0, 1, 2, 3, 4, 5] as [Float])),
    Item(name: "bias", dtype: .float64, shape: [2], bytes: bytes(of: [0.5, -1] as [Double])),
    Item(name: "step", dtype: .int64, shape: [], bytes: bytes(of: [7] as [Int64])),
    Item(name: "é", dtype: .int32, shape: [2], bytes: bytes(of: [-1, 2] as [Int32])),
    Item(name: "a", dtype: .int32, shape: [1], bytes: bytes(of: [3] as [Int32])),
    Item(name: "z", dtype: .int16, shape: [2], bytes: bytes(of: [-300, 300] as [Int16])),
    Item(name: "i8", dtype: .int8, shape: [1], bytes: bytes(of: [-1] as [Int8])),
    Item(name: "u8", dtype: .uint8, shape: [3], bytes: [255, 1, 2]),
    Item(name: "mask", dtype: .bool, shape: [2, 1], bytes: [1, 0]),
    Item(name: "none", dtype: .float32, shape: [0, 4], bytes: []),
]
private let metadata: [(key: String, value: String)] = [("format", "swiftnn\n\"\u{1}é/")]

/// What the reference implementation (safetensors 0.8.0, `safetensors.numpy.save`) makes of `items` and `metadata`.
private let referenceHeader =
    #"{"__metadata__":{"format":"swiftnn\n\"\u0001é/"},"step":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"#
    + #""bias":{"dtype":"F64","shape":[2],"data_offsets":[8,24]},"#
    + #""none":{"dtype":"F32","shape":[0,4],"data_offsets":[24,24]},"#
    + #""weight":{"dtype":"F32","shape":[2,3],"data_offsets":[24,48]},"#
    + #""a":{"dtype":"I32","shape":[1],"data_offsets":[48,52]},"é":{"dtype":"I32","shape":[2],"data_offsets":[52,60]},"#
    + #""z":{"dtype":"I16","shape":[2],"data_offsets":[60,64]},"i8":{"dtype":"I8","shape":[1],"data_offsets":[64,65]},"#
    + #""u8":{"dtype":"U8","shape":[3],"data_offsets":[65,68]},"mask":{"dtype":"BOOL","shape":[2,1],"data_offsets":[68,70]}}   "#
private let referenceOrder = ["step", "bias", "none", "weight", "a", "é", "z", "i8", "u8", "mask"]
private let referenceFile = file(
    header: referenceHeader, data: referenceOrder.flatMap { name in items.first { $0.name == name }!.bytes })

@Suite("Safetensors files") struct SafetensorsTests {
    @Test func writesWhatTheReferenceWrites() throws {
        let folder = try Folder()
        try write(items, metadata, to: folder.file())
        #expect(try bytes(folder.file()) == referenceFile)
        try write(items.reversed(), metadata, to: folder.file())
        #expect(try bytes(folder.file()) == referenceFile, "the order of the entries shows")
        #expect(try folder.names == ["x.safetensors"])
    }

    @Test func readsWhatTheReferenceWrites() throws {
        let folder = try Folder()
        let file = try SafetensorsFile(path: folder.write(referenceFile))
        #expect(file.entries.map(\.name) == referenceOrder)
        #expect(file.metadata.map(\.key) == ["format"])
        #expect(file.metadata.map(\.value) == ["swiftnn\n\"\u{1}é/"])
        for item in items {
            let entry = try #require(file.entries.first { $0.name == item.name })
            #expect(entry.dtype == item.dtype)
            #expect(entry.shape == item.shape)
            #expect(try read(entry, of: file) == item.bytes, "\(item.name)")
        }
    }

    @Test func noTensors() throws {
        let folder = try Folder()
        try write([], to: folder.file())
        #expect(try bytes(folder.file()) == file(header: "{}      ", data: []))
        #expect(try SafetensorsFile(path: folder.file()).entries.isEmpty)
        try write([], [("b", ""), ("a", "x")], to: folder.file())
        #expect(try SafetensorsFile(path: folder.file()).metadata.map(\.key) == ["b", "a"])
    }

    struct Header: Sendable, CustomTestStringConvertible {
        let text: String
        let dataLength: Int
        /// Part of the error; nil for a header that is valid.
        let error: String?

        init(_ text: String, _ dataLength: Int, _ error: String?) {
            self.text = text
            self.dataLength = dataLength
            self.error = error
        }

        var testDescription: String { text }
    }

    static let headers: [Header] = [
        Header(#"{}"#, 0, nil),
        Header("{}\n\t ", 0, nil),
        Header(#"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 8, nil),
        Header(#"{"x":{"shape":[2],"data_offsets":[0,8],"dtype":"F32","new":{"k":[null]}}}"#, 8, nil),
        Header(#"{"b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]},"a":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}"#, 2, nil),
        Header(#"{"b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"c":{"dtype":"U8","shape":[0],"data_offsets":[1,1]}}"#, 1, nil),
        Header(#"{"x":{"dtype":"F4","shape":[3,2],"data_offsets":[0,3]}}"#, 3, nil),
        Header(#"{"":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#, 1, nil),
        Header(#"{"__metadata__":{}}"#, 0, nil),

        Header(#""#, 0, "does not begin with '{'"),
        Header(#" {}"#, 0, "does not begin with '{'"),
        Header(#"[]"#, 0, "does not begin with '{'"),
        Header(#"{"#, 0, "not valid JSON: the text ends"),
        Header("{}x", 0, "'x' where the end of the text was expected at byte 2"),
        Header("{}\0", 0, "byte 0x00 where the end"),
        Header(#"{"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"x":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#, 2, #"duplicate key "x""#),
        Header(#"{"x":{"dtype":"U8","dtype":"I8","shape":[1],"data_offsets":[0,1]}}"#, 1, #"duplicate key "dtype""#),
        Header(#"{"__metadata__":{"a":"1","a":"2"}}"#, 0, "duplicate key"),
        Header(#"{"__metadata__":{},"__metadata__":{}}"#, 0, "duplicate key"),
        Header(#"{"__metadata__":null}"#, 0, "__metadata__ is null, expected an object"),
        Header(#"{"__metadata__":"x"}"#, 0, "__metadata__ is a string, expected an object"),
        Header(#"{"__metadata__":{"a":1}}"#, 0, #"__metadata__["a"] is a number, expected a string"#),
        Header(#"{"__metadata__":{"a":{"b":"c"}}}"#, 0, "is an object, expected a string"),
        Header(#"{"x":1}"#, 0, #"tensor "x": expected an object, not a number"#),
        Header(#"{"x":{}}"#, 0, "expected a dtype"),
        Header(#"{"x":{"dtype":1,"shape":[],"data_offsets":[0,1]}}"#, 1, "expected a dtype"),
        Header(#"{"x":{"dtype":"F99","shape":[],"data_offsets":[0,1]}}"#, 1, #"unknown dtype "F99""#),
        Header(#"{"x":{"dtype":"f32","shape":[],"data_offsets":[0,4]}}"#, 4, "unknown dtype"),
        Header(#"{"x":{"dtype":"U8","data_offsets":[0,1]}}"#, 1, "expected a shape"),
        Header(#"{"x":{"dtype":"U8","shape":1,"data_offsets":[0,1]}}"#, 1, "expected a shape"),
        Header(#"{"x":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}}"#, 1, "expected a shape"),
        Header(#"{"x":{"dtype":"U8","shape":["1"],"data_offsets":[0,1]}}"#, 1, "expected a shape"),
        Header(#"{"x":{"dtype":"U8","shape":[-1,-1],"data_offsets":[0,1]}}"#, 1, "expected a shape"),
        Header(#"{"x":{"dtype":"U8","shape":[18446744073709551617],"data_offsets":[0,1]}}"#, 1, "expected a shape"),
        Header(#"{"x":{"dtype":"U8","shape":[1]}}"#, 1, "expected data_offsets"),
        Header(#"{"x":{"dtype":"U8","shape":[1],"data_offsets":[0]}}"#, 1, "expected data_offsets"),
        Header(#"{"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1,2]}}"#, 1, "expected data_offsets"),
        Header(#"{"x":{"dtype":"U8","shape":[1],"data_offsets":[-1,0]}}"#, 1, "expected data_offsets"),
        Header(#"{"x":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}}"#, 1, "not in order or reach beyond"),
        Header(#"{"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}"#, 1, "reach beyond the 1 bytes"),
        Header(#"{"x":{"dtype":"U8","shape":[1],"data_offsets":[9223372036854775806,9223372036854775807]}}"#, 1, "reach beyond"),
        Header(#"{"x":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, 8, "[3] of F32 takes 12 bytes, data_offsets [0, 8] give 8"),
        Header(#"{"x":{"dtype":"F32","shape":[],"data_offsets":[0,0]}}"#, 0, "takes 4 bytes"),
        Header(#"{"x":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]}}"#, 0, "overflows"),
        Header(#"{"x":{"dtype":"I64","shape":[2305843009213693952],"data_offsets":[0,0]}}"#, 0, "overflows"),
        Header(#"{"x":{"dtype":"U8","shape":[4294967296,4294967296,0],"data_offsets":[0,0]}}"#, 0, "overflows"),
        Header(#"{"x":{"dtype":"F4","shape":[3],"data_offsets":[0,2]}}"#, 2, "does not fill whole bytes"),
        Header(#"{"x":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#, 2, "begins at offset 1, expected 0: tensors leave a hole"),
        Header(#"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}"#, 3, "begins at offset 1, expected 2: tensors overlap"),
        Header(#"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}"#, 2, "overlap"),
        Header(#"{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[0],"data_offsets":[1,1]}}"#, 3, "overlap"),
        Header(#"{"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#, 2, "2 bytes after the header, its tensors 1"),
        Header(#"{}"#, 1, "1 bytes after the header, its tensors 0"),
        Header(String(repeating: #"{"a":"#, count: 500), 0, "nested more than"),
    ]

    @Test(arguments: headers) func headerRules(_ row: Header) throws {
        let folder = try Folder()
        let result = opening(try folder.write(file(header: row.text, dataLength: row.dataLength)))
        if let error = row.error {
            #expect(result.contains(error))
        } else {
            #expect(result == "opened")
        }
    }

    @Test func headerLength() throws {
        let folder = try Folder()
        #expect(opening(try folder.write([])).contains("the file is empty"))
        #expect(opening(try folder.write([1, 0, 0])).contains("3 bytes, at least 8"))
        for length: UInt64 in [3, 1 << 20, 100_000_000] {
            let path = try folder.write(bytes(of: [length]) + Array("{}".utf8))
            #expect(opening(path).contains("the header has \(length) bytes, the file only 2"))
        }
        for length: UInt64 in [100_000_001, 1 << 63, .max, .max - 7] {
            let path = try folder.write(bytes(of: [length]) + Array("{}".utf8))
            #expect(opening(path).contains("the header has \(length) bytes, at most 100000000"))
        }
        #expect(opening(try folder.write(file(header: "", dataLength: 0))).contains("does not begin with '{'"))
        #expect(opening(try folder.write(bytes(of: [5 as UInt64]) + [0x7B, 0x22, 0xFF, 0x22, 0x7D])).contains("invalid UTF-8 at byte 2"))
    }

    @Test func pathsThatAreNoFile() throws {
        let folder = try Folder()
        #expect(opening(folder.file()).contains("cannot be opened: No such file or directory"))
        #expect(opening(folder.path).contains("is a directory"))
        #expect(opening("").contains("No such file or directory"))
        #expect(mkfifo(folder.file("pipe"), 0o600) == 0)
        #expect(opening(folder.file("pipe")).contains("is not a regular file"))
        #expect(opening("/dev/zero").contains("is not a regular file"))
        let error = #expect(throws: TensorError.self) { try SafetensorsFile(path: folder.file() + "\0.txt") }
        #expect(error?.code == .value)
        #expect(error?.description.contains("zero byte") == true)
    }

    @Test func everyPrefixOfAFileIsAnError() throws {
        let folder = try Folder()
        for length in 0..<referenceFile.count {
            let result = opening(try folder.write(Array(referenceFile[..<length])))
            #expect(result != "opened", "the first \(length) bytes")
        }
    }

    /// Whatever a byte of the header is changed to, the file is read or refused, and every tensor stays inside it.
    @Test func changedBytes() throws {
        let folder = try Folder()
        let text = Array(file(header: #"{"__metadata__":{"k":"v"},"x":{"dtype":"U8","shape":[2,1],"data_offsets":[0,2]}}"#, dataLength: 2))
        for i in text.indices.dropLast(2) {
            for byte in stride(from: 0, to: 256, by: 3).map(UInt8.init) + Array("\"\\{}[]:,0129-.eUFI".utf8) {
                var changed = text
                changed[i] = byte
                let path = try folder.write(changed)
                guard let file = try? SafetensorsFile(path: path) else { continue }
                for entry in file.entries where entry.dtype != nil {
                    #expect(entry.bytes.upperBound <= changed.count)
                    #expect(try read(entry, of: file) == Array(changed[entry.bytes]))
                }
            }
        }
    }

    @Test func dtypesThatAreNotOffered() throws {
        let folder = try Folder()
        let names = [
            ("F4", 4), ("F6_E2M3", 6), ("F6_E3M2", 6), ("F8_E5M2", 8), ("F8_E4M3", 8), ("F8_E8M0", 8), ("F8_E4M3FNUZ", 8),
            ("F8_E5M2FNUZ", 8), ("U16", 16), ("U32", 32), ("C64", 64), ("U64", 64),
        ]
        for (name, bits) in names {
            let header = #"{"a":{"dtype":"\#(name)","shape":[4],"data_offsets":[0,\#(bits / 2)]},"b":{"dtype":"U8","shape":[],"data_offsets":[\#(bits / 2),\#(bits / 2 + 1)]}}"#
            let file = try SafetensorsFile(path: folder.write(file(header: header, dataLength: bits / 2 + 1)))
            #expect(file.entries[0].dtype == nil)
            #expect(file.entries[0].dtypeName == name)
            let error = #expect(throws: TensorError.self) { try read(file.entries[0], of: file) }
            #expect(error?.code == .unsupported)
            #expect(error?.description.contains(#"tensor "a" has dtype \#(name), expected one of F32"#) == true)
            #expect(try read(file.entries[1], of: file) == [1])
        }
    }

    @Test func booleansThatAreNone() throws {
        let folder = try Folder()
        let header = #"{"x":{"dtype":"BOOL","shape":[3],"data_offsets":[0,3]}}"#
        let file = try SafetensorsFile(path: folder.write(file(header: header, data: [0, 7, 1])))
        var memory: [UInt8] = [9, 9, 9]
        let error = #expect(throws: TensorError.self) {
            try memory.withUnsafeMutableBytes { try file.copyBytes(of: file.entries[0], to: $0.baseAddress!) }
        }
        #expect(error?.description.contains(#"tensor "x" of dtype BOOL holds the byte 7"#) == true)
        #expect(memory == [0, 1, 1])
    }

    @Test func fileTruncatedAfterOpening() throws {
        let folder = try Folder()
        let path = try folder.write(referenceFile)
        let file = try SafetensorsFile(path: path)
        #expect(truncate(path, off_t(referenceFile.count - 1)) == 0)
        #expect(try read(file.entries[0], of: file) == bytes(of: [7] as [Int64]))
        let error = #expect(throws: TensorError.self) { try read(file.entries[9], of: file) }
        #expect(error?.code == .io)
        #expect(error?.description.contains("truncated since it was opened") == true)
    }

    @Test func fileReplacedAfterOpening() throws {
        let folder = try Folder()
        try write([items[0]], to: folder.file())
        let file = try SafetensorsFile(path: folder.file())
        try write([items[1]], to: folder.file())
        #expect(try read(file.entries[0], of: file) == items[0].bytes)
        #expect(try SafetensorsFile(path: folder.file()).entries.map(\.name) == ["bias"])
    }

    @Test func threadsReadOneFile() async throws {
        let folder = try Folder()
        let file = try SafetensorsFile(path: folder.write(referenceFile))
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for entry in file.entries {
                        #expect((try? read(entry, of: file)) == items.first { $0.name == entry.name }?.bytes)
                    }
                }
            }
        }
    }
}

@Suite("Saving safetensors files") struct SafetensorsWriterTests {
    struct Misuse: Sendable, CustomTestStringConvertible {
        let tensors: [(name: String, dtype: DType, shape: [Int], byteCount: Int)]
        let error: String
        var testDescription: String { error }
    }

    @Test(arguments: [
        Misuse(tensors: [("x", .uint8, [1], 1), ("x", .bool, [1], 1)], error: #"two tensors have the name "x""#),
        Misuse(tensors: [("\u{E9}", .uint8, [1], 1), ("e\u{301}", .uint8, [1], 1)], error: "two tensors have the name"),
        Misuse(tensors: [("__metadata__", .uint8, [1], 1)], error: "a tensor cannot have the name __metadata__"),
        Misuse(tensors: [("x", .float32, [2], 4)], error: #"tensor "x", [2] of float32, takes 8 bytes, 4 were given"#),
        Misuse(tensors: [("x", .uint8, [-1, -1], 1)], error: "impossible shape [-1, -1]"),
        Misuse(tensors: [("x", .int64, [1 << 32, 1 << 31], 0)], error: "impossible shape"),
    ])
    func misuse(_ row: Misuse) throws {
        let folder = try Folder()
        let tensors = row.tensors.map {
            Item(name: $0.name, dtype: $0.dtype, shape: $0.shape, bytes: [UInt8](repeating: 0, count: $0.byteCount))
        }
        let error = #expect(throws: TensorError.self) { try write(tensors, to: folder.file()) }
        #expect(error?.code == .value)
        #expect(error?.description.contains(row.error) == true, "\(String(describing: error))")
        #expect(try folder.names == [])
    }

    @Test func duplicateMetadata() throws {
        let folder = try Folder()
        let error = #expect(throws: TensorError.self) { try write([], [("a", "1"), ("a", "2")], to: folder.file()) }
        #expect(error?.description.contains(#"duplicate key "a""#) == true)
    }

    private func saving(to path: String) -> String {
        do {
            try write(items, to: path)
            return "saved"
        } catch {
            let error = error as? TensorError
            #expect(error?.code == .io)
            #expect(error?.description.hasPrefix("save: \(path): ") == true)
            return "\(String(describing: error))"
        }
    }

    @Test func pathsThatCannotBeWritten() throws {
        let folder = try Folder()
        #expect(saving(to: folder.file("none/x")).contains("No such file or directory"))
        #expect(saving(to: folder.path).contains("is a directory"))
        #expect(saving(to: folder.path + "/").contains("is a directory"))
        #expect(saving(to: "").contains("No such file or directory"))
        #expect(mkfifo(folder.file("pipe"), 0o600) == 0)
        #expect(saving(to: folder.file("pipe")).contains("is not a regular file"))
        #expect(saving(to: "/dev/null").contains("is not a regular file"))
        #expect(saving(to: folder.file(String(repeating: "x", count: 300))).contains("File name too long"))
        _ = try folder.write([1], "file")
        #expect(saving(to: folder.file("file/x")).contains("Not a directory"))
        #expect(try folder.names == ["file", "pipe"])
        let error = #expect(throws: TensorError.self) { try write([], to: folder.file("x\0y")) }
        #expect(error?.code == .value)
    }

    @Test func failureKeepsTheOldFile() throws {
        let folder = try Folder()
        let path = try folder.write([1, 2, 3])
        let error = #expect(throws: TensorError.self) {
            try AtomicFile.replace(path, "save") { (file) throws(TensorError) in
                let half: [UInt8] = [9, 9]
                try half.withUnsafeBufferPointer { (buffer) throws(TensorError) in
                    try file.write(UnsafeRawBufferPointer(buffer), path, "save")
                }
                throw TensorError(.io, "save", "the disk is full")
            }
        }
        #expect(error?.detail == "the disk is full")
        #expect(try bytes(path) == [1, 2, 3])
        #expect(try folder.names == ["x.safetensors"])
    }

    @Test func longestName() throws {
        let folder = try Folder()
        let path = folder.file(String(repeating: "n", count: 255))
        #expect(saving(to: path) == "saved")
        #expect(try SafetensorsFile(path: path).entries.count == items.count)
    }

    @Test func permissionsStay() throws {
        let folder = try Folder()
        let path = try folder.write([1])
        #expect(chmod(path, 0o640) == 0)
        try write(items, to: path)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o640)
    }

    @Test func readOnlyFileIsNotReplaced() throws {
        // The superuser may write to it all the same.
        let folder = try Folder()
        let path = try folder.write([1])
        #expect(chmod(path, 0o444) == 0)
        let result = saving(to: path)
        if geteuid() == 0 {
            #expect(result == "saved")
        } else {
            #expect(result.contains("Permission denied"))
            #expect(try bytes(path) == [1])
        }
    }

    @Test func symbolicLinkStays() throws {
        let folder = try Folder()
        _ = try folder.write([1], "target")
        #expect(symlink("target", folder.file("link")) == 0)
        try write(items, to: folder.file("link"))
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.file("link")) == "target")
        #expect(try SafetensorsFile(path: folder.file("target")).entries.count == items.count)
        #expect(try folder.names == ["link", "target"])
    }

    @Test func manyWritersOfOneFile() async throws {
        let folder = try Folder()
        let path = folder.file()
        await withTaskGroup(of: Void.self) { group in
            for i in 0..<16 {
                group.addTask {
                    #expect(throws: Never.self) { try write([items[i % items.count]], to: path) }
                    #expect(throws: Never.self) { try SafetensorsFile(path: path) }
                }
            }
        }
        #expect(try folder.names == ["x.safetensors"])
    }
}
