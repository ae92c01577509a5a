import NNKernelTypes

/// The loops as compiled for one instruction set.
public enum Loops: KernelLoops {}
