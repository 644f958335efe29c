import CSwiftNN
import SwiftNN

func run(_ op: snn_resampling_op, _ c: Call) throws(TensorError) -> Results {
    switch op {
    case .SNN_RESAMPLING_pad:
        guard let mode = PaddingMode(rawValue: try c.optionalString(2) ?? "constant") else {
            throw TensorError(.unsupported, c.name, "unrecognised padding mode \(try c.optionalString(2) ?? "")")
        }
        return .one(try c.tensor(0).padded(c.shape(1), mode: mode, value: c.optionalNumber(3)))
    case .SNN_RESAMPLING_interpolate:
        let text = try c.optionalString(3) ?? "nearest"
        guard let mode = InterpolationMode(rawValue: text) else {
            throw TensorError(.unsupported, c.name,
                "the modes are nearest | linear | bilinear | bicubic | trilinear | area | nearest-exact (got \(text))")
        }
        var size: Extent?
        if try c.kind(1) != .SNN_NONE { size = try c.isInteger(1) ? Extent(c.integer(1)) : Extent(c.shape(1)) }
        return .one(try c.tensor(0).interpolated(
            size: size, scale: c.factors(2), mode: mode, alignCorners: c.optionalBoolean(4), recomputesScale: c.optionalBoolean(5),
            antialias: c.boolean(6, false)))
    case .SNN_RESAMPLING_grid_sample:
        let (mode, border) = (try c.optionalString(2) ?? "bilinear", try c.optionalString(3) ?? "zeros")
        guard let mode = SamplingMode(rawValue: mode) else {
            throw TensorError(.value, c.name, "expected mode to be 'bilinear', 'nearest' or 'bicubic', but got: '\(mode)'")
        }
        guard let border = SamplingBorder(rawValue: border) else {
            throw TensorError(.value, c.name, "expected padding_mode to be 'zeros', 'border', or 'reflection', but got: '\(border)'")
        }
        return .one(try c.tensor(0).gridSampled(c.tensor(1), mode: mode, border: border, alignCorners: c.boolean(4, false)))
    case .SNN_RESAMPLING_affine_grid: return .one(try c.tensor(0).affineGrid(c.shape(1), alignCorners: c.boolean(2, false)))
    }
}

extension Call {
    /// A number, or a list of them, whole or not; nil where there is none.
    fileprivate func factors(_ index: Int) throws(TensorError) -> [Double]? {
        switch try kind(index) {
        case .SNN_NONE: return nil
        case .SNN_REAL, .SNN_INTEGER: return [try real(index, 1)]
        case .SNN_REALS: return try reals(index)
        case .SNN_INTEGERS: return try shape(index).map { Double($0) }
        default: throw mismatch(index, "a number or a list of numbers")
        }
    }
}
