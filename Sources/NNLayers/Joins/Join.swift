/// A layer of two or more inputs. The resolver makes it without arguments for `res` and `branch`, and from its word with a label.
package protocol Join: Layer {
  init()
}
