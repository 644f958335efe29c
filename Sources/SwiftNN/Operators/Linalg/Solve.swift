extension Tensor { func inverse() throws(TensorError) -> Tensor { self } }
