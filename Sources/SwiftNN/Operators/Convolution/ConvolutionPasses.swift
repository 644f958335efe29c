import CKernels

/// The three products of a convolution over contiguous memory: the output from image and weight, and what each of image and
/// weight is where the other two are given.
///
/// Each is a matrix product with the windows of the image as columns. The columns are never there all at once: they are
/// made for blocks of positions that fit into the cache, of one image, or of several where each has few positions.
struct ConvolutionPasses {
    let windows: Windows
    let groups: Int
    let batch: Int
    /// Channels of a group.
    let inputs: Int, outputs: Int
    let dtype: DType
    private let label: StaticString
    private let native: ck_windows

    /// Positions that a block has for the product to pay, and bytes of columns that it should not exceed.
    private static let fewPositions = 64, manyPositions = 512, blockBytes = 1 << 19
    /// Up to so many outputs of one channel, its plane is convolved directly.
    private static let planeOutputs = 4

    /// - Parameter weight: [outputs of all groups, inputs of a group, …].
    init(
        _ windows: Windows, groups: Int, batch: Int, weight: Dims, _ dtype: DType, _ label: StaticString
    ) throws(TensorError) {
        self.windows = windows
        self.groups = groups
        self.batch = batch
        self.dtype = dtype
        self.label = label
        inputs = weight[1]
        outputs = weight[0] / groups
        native = windows.kernelWindows
        let (rows, overflow) = inputs.multipliedReportingOverflow(by: windows.kernelCount)
        let sizes = [rows, outputs, windows.imageCount, windows.positionCount]
        if overflow || sizes.contains(where: { $0 > Int(Int32.max) }) {
            throw TensorError(.runtime, label.description, "a kernel of shape \(weight) over images of \(windows.list(windows.image)) is too large")
        }
        self.rows = rows
        blocks = Blocks(windows.positionCount, batch, rows: rows, dtype.size)
    }

    /// Of the matrix of columns: the elements of a window in all channels of a group.
    private let rows: Int
    private let blocks: Blocks

    private var size: Int { dtype.size }
    private var images: Int { windows.imageCount }
    private var positions: Int { windows.positionCount }

    var outputShape: Dims { shape(groups * outputs, windows.positions) }
    var imageShape: Dims { shape(groups * inputs, windows.image) }

    private func shape(_ channels: Int, _ sizes: Windows.Three) -> Dims {
        var result: Dims = [batch, channels]
        for i in (3 - windows.dimensions)..<3 { result.append(sizes[i]) }
        return result
    }

    /// Whether planes are convolved one by one: with one channel and few outputs the matrix product has too few rows.
    private var isDepthwise: Bool { inputs == 1 && outputs <= ConvolutionPasses.planeOutputs && dtype.isFloatingPoint }

    // MARK: Blocks

    /// How the positions of all images are cut.
    private struct Blocks {
        /// Images in a block; 1 where an image has several blocks.
        let samples: Int
        /// Positions of each of its images in a block.
        let length: Int
        let positions: Int, batch: Int

        init(_ positions: Int, _ batch: Int, rows: Int, _ size: Int) {
            self.positions = positions
            self.batch = batch
            let room = Swift.max(blockBytes / Swift.max(rows &* size, 1), fewPositions)
            if positions > manyPositions || positions * 2 > room {
                samples = 1
                let parts = (positions + room - 1) / room
                length = parts == 0 ? 0 : (positions + parts - 1) / parts
            } else {
                samples = Swift.max(Swift.min(Swift.min(room, manyPositions) / Swift.max(positions, 1), batch), 1)
                length = positions
            }
        }

        /// The columns of the largest block.
        var width: Int { samples &* length }
    }

    /// Images [first, first + samples), positions [begin, end) of each.
    private struct Block {
        let first: Int, samples: Int, begin: Int, end: Int
        var length: Int { end &- begin }
        var width: Int { samples &* length }
    }

    private func forEachBlock(_ body: (Block) -> Void) {
        if blocks.width == 0 { return }
        for first in stride(from: 0, to: batch, by: blocks.samples) {
            let samples = Swift.min(blocks.samples, batch - first)
            for begin in stride(from: 0, to: positions, by: blocks.length) {
                body(Block(first: first, samples: samples, begin: begin, end: Swift.min(begin + blocks.length, positions)))
            }
        }
    }

    /// Whether the image itself has the columns of every block.
    private var readsImage: Bool { windows.isPointwise && blocks.samples == 1 }

    private func scratch(_ rows: Int) throws(TensorError) -> Tensor {
        let (count, overflow) = rows.multipliedReportingOverflow(by: blocks.width)
        if overflow { throw TensorError(.memory, label.description, "a block of \(rows) rows does not fit into memory") }
        return try Tensor(uninitialized: [count], dtype, operation: label)
    }

    /// The columns of a block: in the image where it has them, else made in `columns`.
    private func columns(_ x: Tensor, _ block: Block, _ group: Int, _ columns: Tensor?) -> MatrixProduct.Operand {
        guard let columns else {
            return MatrixProduct.Operand(x.data + (imagePlane(block.first, group) &* images &+ block.begin) &* size, leading: images)
        }
        withUnsafePointer(to: native) { native in
            for i in 0..<block.samples {
                ck_unfold(
                    Int32(size), native, Int64(inputs), Int64(block.begin), Int64(block.end),
                    x.data + imagePlane(block.first + i, group) &* images &* size, columns.data + i &* block.length &* size,
                    Int64(block.width))
            }
        }
        return MatrixProduct.Operand(columns.data, leading: block.width)
    }

    /// The number of the first plane of a group in the images, and in the outputs.
    private func imagePlane(_ sample: Int, _ group: Int) -> Int { (sample &* groups &+ group) &* inputs }
    private func outputPlane(_ sample: Int, _ group: Int) -> Int { (sample &* groups &+ group) &* outputs }

    /// The outputs of a block as a matrix: in their own memory, or side by side in `scratch`.
    private func matrix(_ y: Tensor, _ block: Block, _ group: Int, _ scratch: Tensor?) -> MatrixProduct.Operand {
        if let scratch { return MatrixProduct.Operand(scratch.data, leading: block.width) }
        return MatrixProduct.Operand(y.data + (outputPlane(block.first, group) &* positions &+ block.begin) &* size, leading: positions)
    }

    /// Moves the outputs of a block into `scratch`, or back from there.
    private func move(_ y: Tensor, _ block: Block, _ group: Int, _ scratch: Tensor?, back: Bool) {
        guard let scratch else { return }
        let bytes = block.length &* size
        for i in 0..<block.samples {
            for row in 0..<outputs {
                let own = y.data + ((outputPlane(block.first &+ i, group) &+ row) &* positions &+ block.begin) &* size
                let side = scratch.data + (row &* block.width &+ i &* block.length) &* size
                if back { own.copyMemory(from: side, byteCount: bytes) } else { side.copyMemory(from: own, byteCount: bytes) }
            }
        }
    }

    private func weight(_ w: Tensor, _ group: Int, isTransposed: Bool = false) -> MatrixProduct.Operand {
        MatrixProduct.Operand(w.data + group &* outputs &* rows &* size, leading: rows, isTransposed: isTransposed)
    }

    /// Calls `body` with every pair of planes that a kernel connects: their numbers, and that of the kernel.
    private func forEachPlane(_ body: (_ image: Int, _ output: Int, _ kernel: Int) -> Void) {
        for sample in 0..<batch {
            for output in 0..<(groups &* outputs) {
                body(sample &* groups &+ output / outputs, sample &* groups &* outputs &+ output, output)
            }
        }
    }

    /// Fills a result with the bias of each channel, or with 0.
    private func begin(_ result: Tensor, _ bias: Tensor?) {
        guard let bias else {
            result.data.initializeMemory(as: UInt8.self, repeating: 0, count: result.count &* size)
            return
        }
        var (sizes, steps) = ([bias.sizes[0]] as Dims, [bias.strides[0]] as Dims)
        for _ in 0..<windows.dimensions {
            sizes.append(1)
            steps.append(0)
        }
        Elementwise.convert(Tensor(alias: bias, offset: bias.offset, sizes: sizes, strides: steps), into: result)
    }

    // MARK: The products

    /// y[n, o, t] = bias[o] + Σ w[o, c, k] x[n, c, t, k].
    ///
    /// - Parameter bias: of the dtype, for floating types.
    func output(_ x: Tensor, _ w: Tensor, _ bias: Tensor?) throws(TensorError) -> Tensor {
        let y = try Tensor(uninitialized: outputShape, dtype, operation: label)
        if y.count == 0 { return y }
        if isDepthwise || rows == 0 || bias != nil { begin(y, bias) }
        if rows == 0 { return y }
        if isDepthwise {
            withUnsafePointer(to: native) { native in
                forEachPlane { image, output, kernel in
                    ck_plane(
                        dtype.kernel, native, x.data + image &* images &* size, w.data + kernel &* rows &* size,
                        y.data + output &* positions &* size)
                }
            }
            return y
        }
        let room = readsImage ? nil : try scratch(rows)
        // Integers have no product that leaves gaps.
        let side = blocks.samples > 1 || !dtype.isFloatingPoint ? try scratch(outputs) : nil
        forEachBlock { block in
            for group in 0..<groups {
                let b = columns(x, block, group, room)
                if bias != nil { move(y, block, group, side, back: false) }
                MatrixProduct.multiply(
                    weight(w, group), b, into: matrix(y, block, group, side).data, outputs, block.width, rows, dtype,
                    leading: side == nil ? positions : nil, accumulate: bias != nil)
                move(y, block, group, side, back: true)
            }
        }
        return y
    }

    /// x[n, c, i] = bias[c] + Σ w[o, c, k] y[n, o, t] over all t and k that meet in i.
    func image(_ y: Tensor, _ w: Tensor, _ bias: Tensor?) throws(TensorError) -> Tensor {
        let x = try Tensor(uninitialized: imageShape, dtype, operation: label)
        if x.count == 0 { return x }
        let writesImage = readsImage && dtype.isFloatingPoint && outputs > 0 && !isDepthwise
        if !writesImage || bias != nil { begin(x, bias) }
        if y.count == 0 || outputs == 0 { return x }
        if isDepthwise {
            withUnsafePointer(to: native) { native in
                forEachPlane { image, output, kernel in
                    ck_plane_image(
                        dtype.kernel, native, y.data + output &* positions &* size, w.data + kernel &* rows &* size,
                        x.data + image &* images &* size)
                }
            }
            return x
        }
        let room = writesImage ? nil : try scratch(rows)
        let side = blocks.samples > 1 ? try scratch(outputs) : nil
        withUnsafePointer(to: native) { native in
            forEachBlock { block in
                for group in 0..<groups {
                    move(y, block, group, side, back: false)
                    let (a, b) = (weight(w, group, isTransposed: true), matrix(y, block, group, side))
                    let plane = x.data + imagePlane(block.first, group) &* images &* size
                    guard let room else {
                        MatrixProduct.multiply(
                            a, b, into: plane + block.begin &* size, rows, block.width, outputs, dtype, leading: images,
                            accumulate: bias != nil)
                        continue
                    }
                    MatrixProduct.multiply(a, b, into: room.data, rows, block.width, outputs, dtype)
                    for i in 0..<block.samples {
                        ck_fold(
                            dtype.kernel, native, Int64(inputs), Int64(block.begin), Int64(block.end),
                            room.data + i &* block.length &* size, Int64(block.width),
                            x.data + imagePlane(block.first + i, group) &* images &* size)
                    }
                }
            }
        }
        return x
    }

    /// w[o, c, k] = Σ y[n, o, t] x[n, c, t, k], for floating types.
    func weight(_ y: Tensor, _ x: Tensor, _ shape: Dims) throws(TensorError) -> Tensor {
        let w = try Tensor(uninitialized: shape, dtype, operation: label)
        w.data.initializeMemory(as: UInt8.self, repeating: 0, count: w.count &* size)
        if w.count == 0 || y.count == 0 { return w }
        if isDepthwise {
            withUnsafePointer(to: native) { native in
                forEachPlane { image, output, kernel in
                    ck_plane_kernel(
                        dtype.kernel, native, y.data + output &* positions &* size, x.data + image &* images &* size,
                        w.data + kernel &* rows &* size)
                }
            }
            return w
        }
        let room = readsImage ? nil : try scratch(rows)
        let side = blocks.samples > 1 ? try scratch(outputs) : nil
        forEachBlock { block in
            for group in 0..<groups {
                move(y, block, group, side, back: false)
                let b = columns(x, block, group, room)
                MatrixProduct.multiply(
                    matrix(y, block, group, side),
                    MatrixProduct.Operand(b.data, leading: b.leading, isTransposed: true),
                    into: weight(w, group).data, outputs, rows, block.width, dtype, accumulate: true)
            }
        }
        return w
    }
}
