// The grammar of .nn files for tree-sitter. Every file that nnc reads without an NN101 is parsed without an ERROR node; a group on a line of its own
// (`branch concat` and its groups, `via` below `res`) stands as a stage by itself, and more is accepted than nnc does.

const HEADERS = ['model', 'input', 'classes', 'data', 'split', 'normalize', 'augment', 'init', 'loss', 'metric', 'optimizer', 'schedule', 'epochs', 'steps', 'batch', 'clip', 'stop', 'freeze', 'seed'];

module.exports = grammar({
  name: 'nn',

  extras: $ => [/[ \t\uFEFF]/, $.comment],

  word: $ => $.name,

  rules: {
    file: $ => repeat(choice($._newline, $.header, $.let, $.use, $.block, $._stages)),

    header: $ => prec.right(seq(field('word', alias(choice(...HEADERS), $.keyword)), optional($.arguments))),
    let: $ => seq('let', field('name', $.name), '=', field('value', choice($._expression, $.percent))),
    use: $ => seq('use', field('path', $.string)),
    block: $ => prec.right(seq('block', field('name', $.name), optional($.parameters), optional($.group))),
    parameters: $ => seq('(', repeat(choice($._newline, $.parameter, ',')), ')'),
    parameter: $ => seq(field('name', $.name), optional(seq('=', choice($._expression, $.percent)))),

    _stages: $ => prec.right(repeat1(choice($.stage, '|'))),
    stage: $ => prec.right(seq(
      choice($.layer, $.residual, $.branch, $.repetition, $.via, $.group),
      optional(seq('->', field('shape', choice($.size, $._value)))),
      optional(seq('as', field('label', $.name))))),
    layer: $ => prec.right(seq(field('word', alias($._word, $.layer_name)), optional($.arguments))),
    residual: $ => prec.right(seq('res', optional($.group))),
    via: $ => prec.right(seq('via', choice($.group, 'auto'))),
    branch: $ => prec.right(seq('branch', field('join', choice('concat', 'add', 'mul')), repeat($.group))),
    repetition: $ => prec.right(seq('repeat', field('count', $._value), optional($.group))),
    group: $ => seq('{', repeat(choice($._newline, $._stages)), '}'),

    arguments: $ => prec.right(repeat1(choice($.size, $._value, $.string, alias($._word, $.argument), $._comma))),
    _comma: $ => prec.right(seq(',', repeat($._newline))),

    size: $ => prec.right(2, seq($._part, repeat1(seq(alias(token.immediate(prec(2, /[x×]/)), 'x'), $._part)))),
    _part: $ => choice($.integer, $.reference, $.parenthesised),
    _value: $ => choice($.integer, $.number, $.percent, $.reference, $.parenthesised, $.negative),
    negative: $ => seq('-', choice($.integer, $.number, $.reference, $.parenthesised)),
    parenthesised: $ => seq('(', repeat($._newline), $._expression, repeat($._newline), ')'),
    _expression: $ => choice($.integer, $.number, $.reference, $.parenthesised, $.negative, $.binary),
    binary: $ => choice(
      prec.left(1, seq($._expression, choice('+', '-'), $._expression)),
      prec.left(2, seq($._expression, choice('*', '/'), $._expression))),

    reference: $ => token(choice(/\$[A-Za-z][A-Za-z0-9_]*/, /\$\{[A-Za-z][A-Za-z0-9_]*\}/)),
    integer: $ => /[0-9]+/,
    number: $ => token(choice(/[0-9]+\.[0-9]*([eE][+-]?[0-9]+)?/, /\.[0-9]+([eE][+-]?[0-9]+)?/, /[0-9]+[eE][+-]?[0-9]+/)),
    percent: $ => token(choice(/[0-9]+(\.[0-9]*)?%/, /\.[0-9]+%/)),
    string: $ => /"[^"\n]*"/,
    _word: $ => choice($.name, $.dotted_name),
    name: $ => /[A-Za-z][A-Za-z0-9_]*/,
    dotted_name: $ => /[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)+/,
    comment: $ => token(/#[^\n]*/),
    _newline: $ => /\r?\n/,
  },
});
