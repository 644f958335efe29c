"""swiftnn.utils.data: orders and batches against PyTorch's, and workers that fail, hang, die and are left behind."""
