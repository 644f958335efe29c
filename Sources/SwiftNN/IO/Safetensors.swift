#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif
import Synchronization

// The safetensors format: eight bytes with the length of the header (little-endian), the header (a JSON object, padded
// with spaces), and the tensors' elements, row-major and little-endian, one tensor right after the other.
//
//     {"__metadata__": {"key": "text", ...}, "name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, ...}
//
// Offsets count from the end of the header. Elements are copied as they are: every platform that the library runs on
// is little-endian.

/// One tensor of a file.
struct SafetensorsEntry: Sendable {
    let name: String
    /// The format's name of the dtype, such as "F32".
    let dtypeName: String
    /// Nil for a dtype that the format has and the library has not; such an entry cannot be read.
    let dtype: DType?
    let shape: [Int]
    /// Where the elements stand, counted from the beginning of the file.
    let bytes: Range<Int>
}

/// A safetensors file opened for reading.
///
/// The header is read and checked at once; elements are read when they are asked for, so that a program can take one
/// tensor out of a file larger than its memory. They are read by `pread` from the open file, not mapped: with a
/// mapping, another process that truncates the file would kill this one with SIGBUS. A file replaced on disk (as
/// `SafetensorsWriter` does) stays readable here in its old state.
///
/// Any number of threads may read at once.
final class SafetensorsFile: Sendable {
    /// In the order of their bytes in the file.
    let entries: [SafetensorsEntry]
    /// The file's `__metadata__`, in the order of the text.
    let metadata: [(key: String, value: String)]
    private let path: String
    private let file: FileDescriptor

    /// What the reference implementation allows as well.
    static let maximumHeaderLength = 100_000_000
    /// About a million tensors; bounds the memory that a hostile header can claim.
    private static let maximumHeaderValues = 10_000_000

    /// Opens the file and checks all of its header.
    init(path: String) throws(TensorError) {
        let file = try FileDescriptor(reading: path, Self.operation)
        let size = try file.regularFileSize(path, Self.operation)
        guard size >= 8 else {
            throw Self.invalid(path, size == 0 ? "the file is empty" : "the file has \(size) bytes, at least 8 are needed")
        }
        var lengthField: UInt64 = 0
        try withUnsafeMutableBytes(of: &lengthField) { (field) throws(TensorError) in
            try file.read(into: field, at: 0, path, Self.operation)
        }
        lengthField = UInt64(littleEndian: lengthField)
        guard lengthField <= UInt64(Self.maximumHeaderLength) else {
            throw Self.invalid(path, "the header has \(lengthField) bytes, at most \(Self.maximumHeaderLength) are allowed")
        }
        let headerLength = Int(lengthField)
        guard headerLength <= size - 8 else {
            throw Self.invalid(path,
                "the header has \(headerLength) bytes, the file only \(size - 8) more: not a safetensors file, or truncated")
        }

        let header = UnsafeMutableRawBufferPointer.allocate(byteCount: headerLength, alignment: 1)
        defer { header.deallocate() }
        try file.read(into: header, at: 8, path, Self.operation)
        guard header.first == UInt8(ascii: "{") else { throw Self.invalid(path, "the header does not begin with '{'") }
        let value: JSON
        do throws(JSON.SyntaxError) {
            value = try JSON.parse(
                UnsafeBufferPointer(header.bindMemory(to: UInt8.self)), maximumValues: Self.maximumHeaderValues)
        } catch {
            throw Self.invalid(path, "the header is not valid JSON: \(error)")
        }
        do throws(HeaderError) {
            (entries, metadata) = try Self.check(
                header: value, dataStart: 8 + headerLength, dataLength: size - 8 - headerLength)
        } catch {
            throw Self.invalid(path, error.message)
        }
        self.path = path
        self.file = file
    }

    /// Copies the elements of `entry`, which must be one of this file's, to memory that has room for them.
    ///
    /// When an error is thrown the memory holds some of them, or none.
    func copyBytes(of entry: SafetensorsEntry, to destination: UnsafeMutableRawPointer) throws(TensorError) {
        guard let dtype = entry.dtype else {
            let offered = DType.allCases.map(\.safetensorsName).joined(separator: ", ")
            throw TensorError(.unsupported, Self.operation,
                "\(path): tensor \(entry.name.debugDescription) has dtype \(entry.dtypeName), expected one of \(offered)")
        }
        let elements = UnsafeMutableRawBufferPointer(start: destination, count: entry.bytes.count)
        try file.read(into: elements, at: entry.bytes.lowerBound, path, Self.operation)
        if dtype == .bool {
            // A Swift Bool with another value would be undefined behaviour in everything that reads it.
            var invalid: UInt8?
            for i in elements.indices where elements[i] > 1 {
                invalid = elements[i]
                elements[i] = 1
            }
            if let invalid {
                throw Self.invalid(path,
                    "tensor \(entry.name.debugDescription) of dtype BOOL holds the byte \(invalid), expected 0 or 1")
            }
        }
    }

    private static let operation = "load"

    private static func invalid(_ path: String, _ detail: String) -> TensorError {
        TensorError(.io, operation, "\(path): \(detail)")
    }
}

// MARK: - The header

/// A header that breaks a rule of the format.
private struct HeaderError: Error {
    let message: String

    init(_ name: String, _ detail: String) { message = "tensor \(name.debugDescription): \(detail)" }
    init(_ message: String) { self.message = message }
}

private let metadataKey = "__metadata__"

extension SafetensorsFile {
    private static func check(header: JSON, dataStart: Int, dataLength: Int) throws(HeaderError)
        -> (entries: [SafetensorsEntry], metadata: [(key: String, value: String)])
    {
        guard case .object(let members) = header else { throw HeaderError("the header is \(header.kind), expected an object") }
        var entries: [SafetensorsEntry] = []
        var metadata: [(key: String, value: String)] = []
        // The parser has rejected duplicate names.
        for member in members {
            if member.key == metadataKey {
                metadata = try check(metadata: member.value)
            } else {
                entries.append(try check(name: member.key, member.value, dataStart, dataLength))
            }
        }

        // An empty tensor has the same beginning as the one after it.
        entries.sort { ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound) }
        var end = dataStart
        for entry in entries {
            if entry.bytes.lowerBound != end {
                let fault = entry.bytes.lowerBound < end ? "overlap" : "leave a hole"
                throw HeaderError(entry.name,
                    "its data begins at offset \(entry.bytes.lowerBound - dataStart), expected \(end - dataStart): tensors \(fault)")
            }
            end = entry.bytes.upperBound
        }
        if end != dataStart + dataLength {
            throw HeaderError("the file has \(dataLength) bytes after the header, its tensors \(end - dataStart)")
        }
        return (entries, metadata)
    }

    private static func check(metadata: JSON) throws(HeaderError) -> [(key: String, value: String)] {
        guard case .object(let members) = metadata else {
            throw HeaderError("\(metadataKey) is \(metadata.kind), expected an object of strings")
        }
        var result: [(key: String, value: String)] = []
        for member in members {
            guard case .string(let value) = member.value else {
                throw HeaderError("\(metadataKey)[\(member.key.debugDescription)] is \(member.value.kind), expected a string")
            }
            result.append((member.key, value))
        }
        return result
    }

    private static func check(name: String, _ value: JSON, _ dataStart: Int, _ dataLength: Int) throws(HeaderError)
        -> SafetensorsEntry
    {
        guard case .object = value else { throw HeaderError(name, "expected an object, not \(value.kind)") }
        guard case .string(let dtypeName)? = value["dtype"] else { throw HeaderError(name, "expected a dtype, a string") }
        guard let bits = bitsPerElement(dtypeName) else {
            throw HeaderError(name, "unknown dtype \(dtypeName.debugDescription)")
        }
        guard let shape = sizes(value["shape"]) else {
            throw HeaderError(name, "expected a shape, an array of integers that are not negative")
        }
        guard let offsets = sizes(value["data_offsets"]), offsets.count == 2 else {
            throw HeaderError(name, "expected data_offsets, two integers that are not negative")
        }
        guard offsets[0] <= offsets[1], offsets[1] <= dataLength else {
            throw HeaderError(name,
                "data_offsets \(offsets) are not in order or reach beyond the \(dataLength) bytes of data: the file may be truncated")
        }
        var bitCount = bits
        for size in shape {
            let (product, overflow) = bitCount.multipliedReportingOverflow(by: size)
            if overflow { throw HeaderError(name, "the shape \(shape) overflows") }
            bitCount = product
        }
        guard bitCount % 8 == 0 else {
            throw HeaderError(name, "\(shape) of \(dtypeName) does not fill whole bytes")
        }
        guard bitCount / 8 == offsets[1] - offsets[0] else {
            throw HeaderError(name,
                "\(shape) of \(dtypeName) takes \(bitCount / 8) bytes, data_offsets \(offsets) give \(offsets[1] - offsets[0])")
        }
        return SafetensorsEntry(
            name: name, dtypeName: dtypeName, dtype: DType.allCases.first { $0.safetensorsName == dtypeName },
            shape: shape, bytes: dataStart + offsets[0]..<dataStart + offsets[1])
    }

    /// The values of an array of integers, none of them negative; nil for anything else.
    private static func sizes(_ value: JSON?) -> [Int]? {
        guard case .array(let items)? = value else { return nil }
        var result: [Int] = []
        for item in items {
            guard case .integer(let size) = item, size >= 0, let size = Int(exactly: size) else { return nil }
            result.append(size)
        }
        return result
    }

    /// All dtypes of the format.
    private static func bitsPerElement(_ dtypeName: String) -> Int? {
        switch dtypeName {
        case "F4": 4
        case "F6_E2M3", "F6_E3M2": 6
        case "BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ": 8
        case "I16", "U16", "F16", "BF16": 16
        case "I32", "U32", "F32": 32
        case "C64", "F64", "I64", "U64": 64
        default: nil
        }
    }
}

extension DType {
    fileprivate var safetensorsName: String {
        switch self {
        case .float32: "F32"
        case .float64: "F64"
        case .int64: "I64"
        case .int32: "I32"
        case .int16: "I16"
        case .int8: "I8"
        case .uint8: "U8"
        case .bool: "BOOL"
        case .float16: "F16"
        case .bfloat16: "BF16"
        }
    }

    /// The reference implementation's order of dtypes. It writes the last first, which aligns every tensor to the size
    /// of its elements without any padding.
    fileprivate var safetensorsRank: Int {
        switch self {
        case .bool: 0
        case .uint8: 1
        case .int8: 2
        case .int16: 3
        case .float16: 4
        case .bfloat16: 5
        case .int32: 6
        case .float32: 7
        case .float64: 8
        case .int64: 9
        }
    }
}

// MARK: - Writing

enum SafetensorsWriter {
    private static let operation = "save"

    /// Writes a file with the bytes that the reference implementation writes: the same tensors and metadata give the
    /// same file, whatever the order of `entries`.
    ///
    /// The file appears whole or not at all: it is written under another name in the same folder and then renamed. A
    /// file that was there keeps its permissions; a symbolic link to a file stays, and the file is replaced.
    static func write(
        path: String, entries: [(name: String, dtype: DType, shape: [Int], bytes: UnsafeRawBufferPointer)],
        metadata: [(key: String, value: String)]
    ) throws(TensorError) {
        // Swift's own order of strings follows Unicode normalisation, the reference's the bytes.
        let sorted = entries.sorted { a, b in
            if a.dtype != b.dtype { return a.dtype.safetensorsRank > b.dtype.safetensorsRank }
            return a.name.utf8.lexicographicallyPrecedes(b.name.utf8)
        }
        var members: [(key: String, value: JSON)] = []
        if !metadata.isEmpty { members.append((metadataKey, .object(metadata.map { ($0.key, .string($0.value)) }))) }
        var names: Set<String> = []
        var offset = 0
        for entry in sorted {
            guard entry.name != metadataKey else {
                throw TensorError(.value, operation, "\(path): a tensor cannot have the name \(metadataKey)")
            }
            guard names.insert(entry.name).inserted else {
                throw TensorError(.value, operation, "\(path): two tensors have the name \(entry.name.debugDescription)")
            }
            try check(entry.shape, entry.dtype, byteCount: entry.bytes.count, name: entry.name, path)
            let (end, overflow) = offset.addingReportingOverflow(entry.bytes.count)
            if overflow { throw TensorError(.value, operation, "\(path): the tensors do not fit into one file") }
            members.append((entry.name, .object([
                ("dtype", .string(entry.dtype.safetensorsName)),
                ("shape", .array(entry.shape.map { .integer(Int64($0)) })),
                ("data_offsets", .array([.integer(Int64(offset)), .integer(Int64(end))])),
            ])))
            offset = end
        }

        var header = Array(try JSON.object(members).text(operation: operation).utf8)
        // The data begins at a multiple of eight, so that a mapped file can be used in place.
        while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
        guard header.count <= SafetensorsFile.maximumHeaderLength else {
            throw TensorError(.value, operation,
                "\(path): names and metadata take \(header.count) bytes, at most \(SafetensorsFile.maximumHeaderLength) are allowed")
        }
        let length = UInt64(header.count).littleEndian
        try AtomicFile.replace(path, operation) { (file) throws(TensorError) in
            try withUnsafeBytes(of: length) { (bytes) throws(TensorError) in
                try file.write(bytes, path, operation)
            }
            try header.withUnsafeBufferPointer { (bytes) throws(TensorError) in
                try file.write(UnsafeRawBufferPointer(bytes), path, operation)
            }
            for entry in sorted { try file.write(entry.bytes, path, operation) }
        }
    }

    private static func check(_ shape: [Int], _ dtype: DType, byteCount: Int, name: String, _ path: String)
        throws(TensorError)
    {
        var expected = dtype.size
        for size in shape {
            let (product, overflow) = expected.multipliedReportingOverflow(by: size)
            guard size >= 0, !overflow else {
                throw TensorError(.value, operation, "\(path): tensor \(name.debugDescription) has the impossible shape \(shape)")
            }
            expected = product
        }
        guard expected == byteCount else {
            throw TensorError(.value, operation,
                "\(path): tensor \(name.debugDescription), \(shape) of \(dtype), takes \(expected) bytes, \(byteCount) were given")
        }
    }
}

// MARK: - Files

/// Replaces files so that no failure and no interruption leaves a half-written one.
enum AtomicFile {
    private static let counter = Atomic<UInt>(0)

    /// Calls `body` with a new file, which then takes the place of `path`. If anything fails the new file is removed
    /// and the old one is as it was.
    static func replace(
        _ path: String, _ operation: String, _ body: (borrowing FileDescriptor) throws(TensorError) -> Void
    ) throws(TensorError) {
        try FileDescriptor.checkPath(path, operation)
        // Renaming would replace a symbolic link itself.
        var target = path
        if let resolved = realpath(path, nil) {
            target = String(cString: resolved)
            free(resolved)
        }
        var mode: mode_t?
        var status = stat()
        if stat(target, &status) == 0 {
            // Renaming would succeed even over a device, or over a file that nobody may write to.
            guard status.st_mode & S_IFMT == S_IFREG else {
                let what = status.st_mode & S_IFMT == S_IFDIR ? "is a directory" : "is not a regular file"
                throw TensorError(.io, operation, "\(path): \(what)")
            }
            guard access(target, W_OK) == 0 else { throw FileDescriptor.failure(path, operation, "cannot be written to") }
            mode = status.st_mode & 0o777
        }

        let folder = target.lastIndex(of: "/").map { target[...$0] } ?? ""
        var temporary = ""
        var descriptor: Int32 = -1
        repeat {
            // Short, whatever the length of the target's own name.
            let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
            temporary = "\(folder).swiftnn-\(getpid())-\(number).tmp"
            descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        } while descriptor < 0 && (errno == EEXIST || errno == EINTR)
        if descriptor < 0 { throw FileDescriptor.failure(path, operation, "cannot create a file in its folder") }

        do throws(TensorError) {
            let file = FileDescriptor(descriptor)
            if let mode, fchmod(descriptor, mode) != 0 {
                throw FileDescriptor.failure(path, operation, "cannot set the permissions")
            }
            try body(file)
            // Without this a crash of the system could leave the new name with none of the bytes.
            if fsync(descriptor) != 0 && errno != EINVAL && errno != ENOTSUP {
                throw FileDescriptor.failure(path, operation, "cannot be written")
            }
            try file.close(path, operation)
            if rename(temporary, target) != 0 { throw FileDescriptor.failure(path, operation, "cannot be replaced") }
        } catch {
            unlink(temporary)
            throw error
        }
        // The file is in place; this only makes the rename outlast a crash, where the file system can promise it.
        let directory = open(folder.isEmpty ? "." : String(folder), O_RDONLY | O_CLOEXEC)
        if directory >= 0 {
            fsync(directory)
            close(directory)
        }
    }
}

/// An open file, closed with its owner.
struct FileDescriptor: ~Copyable, Sendable {
    private let descriptor: Int32

    /// Takes over an open descriptor.
    init(_ descriptor: Int32) { self.descriptor = descriptor }

    init(reading path: String, _ operation: String) throws(TensorError) {
        try Self.checkPath(path, operation)
        var descriptor: Int32
        repeat {
            // Without O_NONBLOCK, opening a named pipe would wait for a writer.
            descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        } while descriptor < 0 && errno == EINTR
        if descriptor < 0 { throw Self.failure(path, operation, "cannot be opened") }
        self.descriptor = descriptor
    }

    deinit { _ = systemClose(descriptor) }

    /// Closes the file, which may report that bytes written earlier were lost.
    consuming func close(_ path: String, _ operation: String) throws(TensorError) {
        let descriptor = descriptor
        discard self
        // After EINTR the descriptor is gone on Linux; trying again could close another thread's file.
        if systemClose(descriptor) != 0 && errno != EINTR { throw Self.failure(path, operation, "cannot be written") }
    }

    borrowing func regularFileSize(_ path: String, _ operation: String) throws(TensorError) -> Int {
        var status = stat()
        if fstat(descriptor, &status) != 0 { throw Self.failure(path, operation, "cannot be read") }
        guard status.st_mode & S_IFMT == S_IFREG else {
            let what = status.st_mode & S_IFMT == S_IFDIR ? "is a directory" : "is not a regular file"
            throw TensorError(.io, operation, "\(path): \(what)")
        }
        return Int(status.st_size)
    }

    /// One system call moves less than 2 GiB on Linux and fails for more on Darwin.
    private static let largestTransfer = 1 << 30

    /// Fills `buffer` with what stands at `offset`.
    borrowing func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int, _ path: String, _ operation: String)
        throws(TensorError)
    {
        var done = 0
        while done < buffer.count {
            let part = UnsafeMutableRawBufferPointer(rebasing: buffer[done..<min(buffer.count, done + Self.largestTransfer)])
            let count = pread(descriptor, part.baseAddress, part.count, off_t(offset + done))
            if count < 0 && errno == EINTR { continue }
            if count < 0 { throw Self.failure(path, operation, "cannot be read") }
            if count == 0 {
                throw TensorError(.io, operation,
                    "\(path): the file ends at byte \(offset + done), expected \(offset + buffer.count): truncated since it was opened")
            }
            done += count
        }
    }

    /// Appends `buffer`.
    borrowing func write(_ buffer: UnsafeRawBufferPointer, _ path: String, _ operation: String) throws(TensorError) {
        var done = 0
        while done < buffer.count {
            let part = UnsafeRawBufferPointer(rebasing: buffer[done..<min(buffer.count, done + Self.largestTransfer)])
            let count = systemWrite(descriptor, part.baseAddress, part.count)
            if count < 0 && errno == EINTR { continue }
            if count < 0 { throw Self.failure(path, operation, "cannot be written") }
            done += count
        }
    }

    /// A C function would take a path up to its first zero byte for the whole of it.
    static func checkPath(_ path: String, _ operation: String) throws(TensorError) {
        if path.utf8.contains(0) {
            throw TensorError(.value, operation, "the path \(path.debugDescription) contains a zero byte")
        }
    }

    /// The error for the system call that has just failed.
    static func failure(_ path: String, _ operation: String, _ what: String) -> TensorError {
        let code = errno
        return TensorError(.io, operation, "\(path): \(what): \(String(cString: strerror(code)))")
    }
}

// Under names that the methods above do not hide.
private func systemClose(_ descriptor: Int32) -> Int32 { close(descriptor) }
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
