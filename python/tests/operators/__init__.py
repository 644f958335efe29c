"""The table of operator tests: each operator of Sources/CSwiftNN/swiftnn_ops.def is a row, from which all its tests run."""
