/** A fraction, as media files state rates and ratios: 30000/1001 has no exact decimal. */
export interface Rational {
  readonly numerator: number;
  readonly denominator: number;
}

export function rational(numerator: number, denominator = 1): Rational {
  return { numerator, denominator };
}

export function toNumber({ numerator, denominator }: Rational): number {
  return numerator / denominator;
}

/** Reads `30000/1001`, `16:9` or `25`; undefined for 0/0, negatives and anything else that is no positive fraction. */
export function parseRational(text: string | undefined): Rational | undefined {
  const match = /^(\d+)(?:[/:](\d+))?$/.exec(text ?? '');
  if (!match) return undefined;
  const value = rational(Number(match[1]), Number(match[2] ?? 1));
  return value.numerator > 0 && value.denominator > 0 && Number.isFinite(toNumber(value)) ? value : undefined;
}

export function formatRational({ numerator, denominator }: Rational): string {
  return denominator === 1 ? `${numerator}` : `${numerator}/${denominator}`;
}

export function halve({ numerator, denominator }: Rational): Rational {
  return numerator % 2 === 0 ? rational(numerator / 2, denominator) : rational(numerator, denominator * 2);
}
