import CSwiftNN
import SwiftNN

func run(_ op: snn_convolution_op, _ c: Call) throws(TensorError) -> Results {
    switch op {
    case .SNN_CONVOLUTION_conv1d: return .one(try convolution(c, 1))
    case .SNN_CONVOLUTION_conv2d: return .one(try convolution(c, 2))
    case .SNN_CONVOLUTION_conv3d: return .one(try convolution(c, 3))
    case .SNN_CONVOLUTION_conv_transpose1d: return .one(try transposed(c, 1))
    case .SNN_CONVOLUTION_conv_transpose2d: return .one(try transposed(c, 2))
    case .SNN_CONVOLUTION_conv_transpose3d: return .one(try transposed(c, 3))
    case .SNN_CONVOLUTION_conv_tbc: return .one(try c.tensor(0).convolvedOverTime(c.tensor(1), bias: c.tensor(2), padding: c.integer(3, 0)))
    case .SNN_CONVOLUTION_im2col:
        return .one(try c.tensor(0).unfoldedWindows(
            kernelSize: c.extent(1), dilation: c.extent(2), padding: c.extent(3), stride: c.extent(4)))
    case .SNN_CONVOLUTION_col2im:
        return .one(try c.tensor(0).foldedWindows(
            outputSize: c.extent(1), kernelSize: c.extent(2), dilation: c.extent(3), padding: c.extent(4), stride: c.extent(5)))
    case .SNN_CONVOLUTION_pixel_shuffle: return .one(try c.tensor(0).pixelShuffled(c.integer(1)))
    case .SNN_CONVOLUTION_pixel_unshuffle: return .one(try c.tensor(0).pixelUnshuffled(c.integer(1)))
    case .SNN_CONVOLUTION_channel_shuffle: return .one(try c.tensor(0).channelShuffled(groups: c.integer(1)))
    }
}

private func convolution(_ c: Call, _ dimensions: Int) throws(TensorError) -> Tensor {
    try c.tensor(0).convolved(
        c.tensor(1), c.optionalTensor(2), dimensions: dimensions, stride: c.optionalIntegers(3) ?? [1], padding: padding(c, 4),
        dilation: c.optionalIntegers(5) ?? [1], groups: c.integer(6, 1))
}

private func transposed(_ c: Call, _ dimensions: Int) throws(TensorError) -> Tensor {
    try c.tensor(0).transposeConvolved(
        c.tensor(1), c.optionalTensor(2), dimensions: dimensions, stride: c.optionalIntegers(3) ?? [1],
        padding: c.optionalIntegers(4) ?? [0], outputPadding: c.optionalIntegers(5) ?? [0], groups: c.integer(6, 1),
        dilation: c.optionalIntegers(7) ?? [1])
}

extension Call {
    fileprivate func extent(_ index: Int) throws(TensorError) -> Extent { Extent(try shape(index)) }
}

private func padding(_ c: Call, _ index: Int) throws(TensorError) -> ConvolutionPadding {
    switch try c.kind(index) {
    case .SNN_NONE: return 0
    case .SNN_STRING:
        let name = try c.optionalString(index)
        if name == "valid" { return .valid }
        if name == "same" { return .same }
        throw TensorError(.runtime, c.name, "padding '\(name ?? "")' is neither 'valid' nor 'same'")
    case .SNN_INTEGER, .SNN_INTEGERS: return .amounts(try c.extent(index))
    default: throw c.mismatch(index, "an integer, a list of integers, 'valid' or 'same'")
    }
}
