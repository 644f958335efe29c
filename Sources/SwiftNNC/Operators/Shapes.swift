import CSwiftNN
import SwiftNN

func run(_ op: snn_shapes_op, _ c: Call) throws(TensorError) -> Results {
    switch op {
    case .SNN_SHAPES_view: return .one(try c.tensor(0).view(c.shape(1)))
    case .SNN_SHAPES_reshape: return .one(try c.tensor(0).reshaped(c.shape(1)))
    case .SNN_SHAPES_flatten: return .one(try c.tensor(0).flattened(from: c.integer(1, 0), to: c.integer(2, -1)))
    case .SNN_SHAPES_squeeze: return .one(try c.tensor(0).squeezed(c.optionalIntegers(1)))
    case .SNN_SHAPES_unsqueeze: return .one(try c.tensor(0).unsqueezed(c.integer(1)))
    case .SNN_SHAPES_transpose: return .one(try c.tensor(0).transposed(c.integer(1), c.integer(2)))
    case .SNN_SHAPES_t: return .one(try c.tensor(0).transposed())
    case .SNN_SHAPES_permute: return .one(try c.tensor(0).permuted(c.shape(1)))
    case .SNN_SHAPES_expand: return .one(try c.tensor(0).expanded(c.shape(1)))
    case .SNN_SHAPES_contiguous: return .one(try c.tensor(0).contiguous())
    case .SNN_SHAPES_clone: return .one(try c.tensor(0).cloned())
    case .SNN_SHAPES_detach: return .one(try c.tensor(0).detached())
    case .SNN_SHAPES_cat: return .one(try Tensor.concatenated(c.tensors(0), dim: c.integer(1, 0)))
    case .SNN_SHAPES_stack: return .one(try Tensor.stacked(c.tensors(0), dim: c.integer(1, 0)))
    case .SNN_SHAPES_to_dtype:
        let tensor = try c.tensor(0)
        return .one(try tensor.to(try c.dtype(1, tensor.dtype)))
    case .SNN_SHAPES_view_dtype: return .one(try c.tensor(0).viewed(as: c.dtype(1)))
    case .SNN_SHAPES_unflatten: return .one(try c.tensor(0).unflattened(c.integer(1), c.shape(2)))
    case .SNN_SHAPES_ravel: return .one(try c.tensor(0).raveled())
    case .SNN_SHAPES_movedim: return .one(try c.tensor(0).movingDimensions(c.shape(1), to: c.shape(2)))
    case .SNN_SHAPES_broadcast_to: return .one(try c.tensor(0).expanded(c.shape(1)))
    case .SNN_SHAPES_broadcast_tensors: return .list(try Tensor.broadcast(c.tensors(0)))
    case .SNN_SHAPES_as_strided:
        return .one(try c.tensor(0).strided(c.shape(1), strides: c.shape(2), offset: c.optionalInteger(3)))
    case .SNN_SHAPES_split:
        if try c.isInteger(1) { return .list(try c.tensor(0).split(every: c.integer(1), dim: c.integer(2, 0))) }
        return .list(try c.tensor(0).split(sizes: c.shape(1), dim: c.integer(2, 0)))
    case .SNN_SHAPES_split_with_sizes: return .list(try c.tensor(0).split(sizes: c.shape(1), dim: c.integer(2, 0)))
    case .SNN_SHAPES_chunk: return .list(try c.tensor(0).chunked(c.integer(1), dim: c.integer(2, 0)))
    case .SNN_SHAPES_tensor_split: return .list(try c.tensor(0).cut(at: c.cuts(1), dim: c.integer(2, 0)))
    case .SNN_SHAPES_hsplit: return .list(try c.tensor(0).cutHorizontally(at: c.cuts(1)))
    case .SNN_SHAPES_vsplit: return .list(try c.tensor(0).cutVertically(at: c.cuts(1)))
    case .SNN_SHAPES_dsplit: return .list(try c.tensor(0).cutInDepth(at: c.cuts(1)))
    case .SNN_SHAPES_unbind: return .list(try c.tensor(0).unbound(c.integer(1, 0)))
    case .SNN_SHAPES_select: return .one(try c.tensor(0).selected(c.integer(1), c.integer(2)))
    case .SNN_SHAPES_narrow: return .one(try c.tensor(0).narrowed(c.integer(1), from: c.integer(2), length: c.integer(3)))
    case .SNN_SHAPES_narrow_copy:
        return .one(try c.tensor(0).narrowed(c.integer(1), from: c.integer(2), length: c.integer(3)).cloned())
    case .SNN_SHAPES_unfold: return .one(try c.tensor(0).unfolded(c.integer(1), size: c.integer(2), step: c.integer(3)))
    case .SNN_SHAPES_diagonal:
        return .one(try c.tensor(0).diagonal(offset: c.integer(1, 0), dim1: c.integer(2, 0), dim2: c.integer(3, 1)))
    case .SNN_SHAPES_diag: return .one(try c.tensor(0).diagonalMatrix(offset: c.integer(1, 0)))
    case .SNN_SHAPES_diag_embed:
        return .one(try c.tensor(0).diagonalEmbedded(offset: c.integer(1, 0), dim1: c.integer(2, -2), dim2: c.integer(3, -1)))
    case .SNN_SHAPES_diagflat: return .one(try c.tensor(0).flattenedDiagonalMatrix(offset: c.integer(1, 0)))
    case .SNN_SHAPES_tril: return .one(try c.tensor(0).lowerTriangle(diagonal: c.integer(1, 0)))
    case .SNN_SHAPES_triu: return .one(try c.tensor(0).upperTriangle(diagonal: c.integer(1, 0)))
    case .SNN_SHAPES_select_scatter:
        return .one(try c.tensor(0).selectScattered(c.tensor(1), dim: c.integer(2), index: c.integer(3)))
    case .SNN_SHAPES_slice_scatter:
        return .one(try c.tensor(0).sliceScattered(
            c.tensor(1), dim: c.integer(2, 0), from: c.optionalInteger(3), to: c.optionalInteger(4), step: c.integer(5, 1)))
    case .SNN_SHAPES_diagonal_scatter:
        return .one(try c.tensor(0).diagonalScattered(
            c.tensor(1), offset: c.integer(2, 0), dim1: c.integer(3, 0), dim2: c.integer(4, 1)))
    case .SNN_SHAPES_repeat: return .one(try c.tensor(0).repeated(c.shape(1)))
    case .SNN_SHAPES_tile: return .one(try c.tensor(0).tiled(c.shape(1)))
    case .SNN_SHAPES_repeat_interleave:
        let tensor = try c.tensor(0)
        if try c.isTensor(1) {
            return .one(try tensor.repeatInterleaved(c.tensor(1), dim: c.optionalInteger(2), outputSize: c.optionalInteger(3)))
        }
        guard let count = try c.optionalInteger(1) else { return .one(try tensor.positionsRepeated(c.optionalInteger(3))) }
        return .one(try tensor.repeatInterleaved(count, dim: c.optionalInteger(2), outputSize: c.optionalInteger(3)))
    case .SNN_SHAPES_flip: return .one(try c.tensor(0).flipped(c.shape(1)))
    case .SNN_SHAPES_fliplr: return .one(try c.tensor(0).flippedHorizontally())
    case .SNN_SHAPES_flipud: return .one(try c.tensor(0).flippedVertically())
    case .SNN_SHAPES_roll: return .one(try c.tensor(0).rolled(c.shape(1), dims: c.optionalIntegers(2) ?? []))
    case .SNN_SHAPES_rot90: return .one(try c.tensor(0).rotated(c.integer(1, 1), dims: c.optionalIntegers(2) ?? [0, 1]))
    case .SNN_SHAPES_hstack: return .one(try Tensor.stackedHorizontally(c.tensors(0)))
    case .SNN_SHAPES_vstack: return .one(try Tensor.stackedVertically(c.tensors(0)))
    case .SNN_SHAPES_dstack: return .one(try Tensor.stackedInDepth(c.tensors(0)))
    case .SNN_SHAPES_column_stack: return .one(try Tensor.stackedAsColumns(c.tensors(0)))
    case .SNN_SHAPES_block_diag: return .one(try Tensor.blockDiagonal(c.tensors(0)))
    case .SNN_SHAPES_meshgrid: return .list(try Tensor.grid(c.tensors(0), indexing: c.gridIndexing(1)))
    case .SNN_SHAPES_cartesian_prod: return .one(try Tensor.cartesianProduct(c.tensors(0)))
    case .SNN_SHAPES_combinations: return .one(try c.tensor(0).combinations(c.integer(1, 2), withReplacement: c.boolean(2, false)))
    case .SNN_SHAPES_atleast:
        let tensor = try c.tensor(0)
        switch try c.integer(1) {
        case 1: return .one(try tensor.withAtLeastOneDimension())
        case 2: return .one(try tensor.withAtLeastTwoDimensions())
        default: return .one(try tensor.withAtLeastThreeDimensions())
        }
    }
}

extension Call {
    /// PyTorch's class for another word is RuntimeError.
    fileprivate func gridIndexing(_ index: Int) throws(TensorError) -> Tensor.GridIndexing {
        guard let text = try optionalString(index) else { return .ij }
        guard let indexing = Tensor.GridIndexing(rawValue: text) else {
            throw TensorError(.runtime, name, "indexing must be one of 'xy' or 'ij', but received: '\(text)'")
        }
        return indexing
    }
}
