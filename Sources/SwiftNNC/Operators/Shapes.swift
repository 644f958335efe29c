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
    }
}
