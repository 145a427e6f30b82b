/**
 * The part of CloudWatch's metric math that alarms and policies here use: arithmetic, comparison, AND, OR, IF, FILL, MAX, MIN
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html). Undefined is a datapoint that is missing:
 * whatever is computed from one is missing, too, but for FILL.
 */
export type Datapoint = number | undefined;

type Values = Readonly<Record<string, Datapoint>>;

const TOKEN = /\s*(>=|<=|==|!=|&&|\|\||[-+*/()<>,]|\d+(?:\.\d+)?|\w+)/y;
const LEVELS: ReadonlyArray<Readonly<Record<string, (a: number, b: number) => number>>> = [
  { OR: (a, b) => Number(a !== 0 || b !== 0), '||': (a, b) => Number(a !== 0 || b !== 0) },
  { AND: (a, b) => Number(a !== 0 && b !== 0), '&&': (a, b) => Number(a !== 0 && b !== 0) },
  {
    '>': (a, b) => Number(a > b),
    '<': (a, b) => Number(a < b),
    '>=': (a, b) => Number(a >= b),
    '<=': (a, b) => Number(a <= b),
    '==': (a, b) => Number(a === b),
    '!=': (a, b) => Number(a !== b),
  },
  { '+': (a, b) => a + b, '-': (a, b) => a - b },
  { '*': (a, b) => a * b, '/': (a, b) => a / b },
];

/** @throws for anything that the model does not know */
export function evaluate(expression: string, values: Values): Datapoint {
  return new Parser(tokens(expression), values).parse();
}

function tokens(expression: string): string[] {
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < expression.trimEnd().length) {
    const match = TOKEN.exec(expression);
    if (!match) throw new Error(`metric math '${expression}' has a part that the model does not know`);
    found.push(match[1]);
  }
  return found;
}

class Parser {
  private position = 0;

  constructor(private readonly all: readonly string[], private readonly values: Values) {}

  parse(): Datapoint {
    const value = this.level(0);
    if (this.position < this.all.length) throw new Error(`metric math has '${this.all[this.position]}' where the model expects an end`);
    return value;
  }

  private level(depth: number): Datapoint {
    if (depth === LEVELS.length) return this.operand();
    let left = this.level(depth + 1);
    for (let operator; (operator = LEVELS[depth][this.all[this.position]]);) {
      this.position++;
      const right = this.level(depth + 1);
      left = left === undefined || right === undefined ? undefined : operator(left, right);
    }
    return left;
  }

  private operand(): Datapoint {
    const token = this.all[this.position++];
    if (token === '(') return this.closing(this.level(0));
    if (/^\d/.test(token)) return Number(token);
    if (this.all[this.position] === '(') return this.call(token);
    if (!(token in this.values)) throw new Error(`metric math names '${token}', which is no metric of the alarm`);
    return this.values[token];
  }

  private call(name: string): Datapoint {
    const args: Datapoint[] = [];
    do {
      this.position++;
      args.push(this.level(0));
    } while (this.all[this.position] === ',');
    this.closing(undefined);
    const [first, second, third] = args;
    switch (name) {
      case 'FILL': return first ?? second;
      case 'IF': return first === undefined ? undefined : first !== 0 ? second : third;
      case 'MAX': return args.some(each => each === undefined) ? undefined : Math.max(...args as number[]);
      case 'MIN': return args.some(each => each === undefined) ? undefined : Math.min(...args as number[]);
      default: throw new Error(`metric math calls ${name}, which the model does not know`);
    }
  }

  private closing(value: Datapoint): Datapoint {
    if (this.all[this.position++] !== ')') throw new Error('metric math has a parenthesis that is not closed');
    return value;
  }
}
