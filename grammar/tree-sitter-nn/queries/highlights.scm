(comment) @comment
(string) @string
[(integer) (number) (percent) (size)] @number
(reference) @constant
(keyword) @keyword
["let" "use" "block" "res" "via" "auto" "branch" "concat" "add" "mul" "repeat" "as"] @keyword
["|" "->" "=" "+" "-" "*" "/"] @operator
["{" "}" "(" ")"] @punctuation.bracket
"," @punctuation.delimiter
(block name: (name) @function)
(let name: (name) @constant)
(parameter name: (name) @variable.parameter)
(stage label: (name) @label)
(argument) @variable.parameter
(layer_name) @function

((layer_name) @function.builtin
  (#any-of? @function.builtin "conv" "dwconv" "deconv" "maxpool" "avgpool" "gap" "gmp" "fc" "poly" "svm" "embed" "onehot" "positions" "rnn" "lstm" "gru" "attention" "last" "first" "mean" "bn" "layernorm" "dropout" "flatten" "reshape" "add" "mul" "concat"))

([(layer_name) (argument)] @function.builtin
  (#any-of? @function.builtin "linear" "relu" "leaky_relu" "elu" "gelu" "silu" "sigmoid" "tanh" "softsign" "softplus" "softmax"))
