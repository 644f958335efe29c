import CSwiftNN
import SwiftNN

func run(_ op: snn_optimizers_op, _ c: Call) throws(TensorError) -> Results {
    switch op {
    case .SNN_OPTIMIZERS_optimizer_step:
        guard let method: OptimizerMethod = try c.choice(0) else { throw c.mismatch(0, "the name of a method") }
        try OptimizerStep.run(
            method, try c.tensors(1), state: try c.tensors(2), settings: try c.reals(3), fresh: try c.boolean(4, false))
        return .list([])
    }
}
